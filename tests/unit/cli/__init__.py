"""Small parts of ``kaohe.cli``."""
