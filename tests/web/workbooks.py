"""Workbooks that pages give, read back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook


def rows_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a sheet, row by row."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()
