"""What people of the town observed: marks, notes, checks of visits, honours, sanctions."""
