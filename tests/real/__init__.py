"""Real records, converted and scored; the figures are worked out once more by hand."""
