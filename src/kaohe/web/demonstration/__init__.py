"""A demonstration town of 31 areas: one year scored and closed, the next one collecting."""

LATE_FILE = "舆情办件.csv"
"""The file in the data folder that a provider has still to hand in."""
