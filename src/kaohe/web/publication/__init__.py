"""What the leading group decides on a run, and what is published of it."""
