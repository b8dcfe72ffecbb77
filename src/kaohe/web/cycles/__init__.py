"""A town's year: scheme, decisions, stages, deadlines, and the files that providers hand in."""
