"""Small parts of ``kaohe.analysis``."""
