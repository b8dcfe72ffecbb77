"""What was observed: generating, reading, checking and hashing."""
