"""Documents, and what residents are handed. It needs the extra ``reports`` and no Django."""
