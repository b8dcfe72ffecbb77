"""The scheme language by cases: Markdown that people read, that runs, and that prints itself."""
