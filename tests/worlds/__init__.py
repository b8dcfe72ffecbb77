"""Towns on disk in every format, and the short way from a town to its results."""
