"""Small parts of ``kaohe.values``."""
