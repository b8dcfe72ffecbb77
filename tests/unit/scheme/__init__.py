"""Small parts of ``kaohe.scheme``."""
