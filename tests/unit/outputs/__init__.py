"""Small parts of ``kaohe.outputs``."""
