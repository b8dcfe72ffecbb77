"""Whole numbers become explained scores: exact rationals, one module for each family of kinds."""
