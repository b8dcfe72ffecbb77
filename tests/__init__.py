"""Everything that proves the assessment right; see the folders for what each one proves."""
