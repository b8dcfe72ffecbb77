"""Readers: each makes the rows of one table, as trimmed text, of one kind of source."""
