"""Small parts of ``kaohe.measures``."""
