"""A scored year written down: CSV for machines, JSON that explains itself, XLSX for people."""

from kaohe.outputs.structured import subject_entry
from kaohe.outputs.workbook import write_workbook
from kaohe.outputs.writing import write_results, write_study

__all__ = ["subject_entry", "write_results", "write_study", "write_workbook"]
