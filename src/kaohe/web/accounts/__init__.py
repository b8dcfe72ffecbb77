"""People, the posts they hold, and what each post may see: one table decides."""
