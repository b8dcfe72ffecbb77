"""Pages in a real browser: what people do, what they see, and whether everybody can."""
