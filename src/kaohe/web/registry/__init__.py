"""The town itself: departments, areas, households, staff, lists of duties, all with their dates."""
