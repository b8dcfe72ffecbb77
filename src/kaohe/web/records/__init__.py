"""Simple rows as pages: a list, the list as a workbook, a row, a form. Declared, not written."""
