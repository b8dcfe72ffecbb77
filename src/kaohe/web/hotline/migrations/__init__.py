"""Steps of the database of cases."""
