"""The first page of everybody: what waits for this person."""
