"""A scored year written down: CSV for machines, JSON that explains itself, XLSX for people."""

from kaohe.outputs.writing import write_results

__all__ = ["write_results"]
