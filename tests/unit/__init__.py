"""Small parts of the core; mirrors ``src/kaohe``."""
