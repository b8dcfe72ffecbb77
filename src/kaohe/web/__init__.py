"""The web application: the town's year, its people, and what each may see. The only Django."""
