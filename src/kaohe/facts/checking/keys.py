"""Rows that must be the only one of their key."""

from __future__ import annotations

from kaohe.facts.describing import listed
from kaohe.facts.faultlog import PLACEHOLDER
from kaohe.facts.sql import DETAIL, ROW, name, names
from kaohe.facts.storing import StoredTable
from kaohe.facts.workspace import Workspace
from kaohe.values.text import Text


def check_key(table: StoredTable, workspace: Workspace) -> None:
    """Note the second and each further row of a key. Empty cells are equal to each other."""
    key = table.declared.table.key
    if not key or not table.usable(key):
        return
    source, columns = name(table.declared.name), names(key)
    sound = workspace.log.sound(table.declared, key)
    duplicates = f"SELECT {columns} FROM {source} WHERE {sound} GROUP BY ALL HAVING count(*) > 1"
    if not workspace.connection.execute(f"{duplicates} LIMIT 1").fetchall():
        return
    which = listed(key)
    zh = f"{which.zh} 相同的行只应有一行，已有第 {PLACEHOLDER} 行"
    expected = Text(zh=zh, en=f"one row for each {which.en}; row {PLACEHOLDER} has the same")
    query = (
        f"SELECT {ROW}, first::VARCHAR AS {DETAIL} FROM (SELECT {ROW},"
        f" min({ROW}) OVER (PARTITION BY {columns}) AS first FROM {source} WHERE {sound})"
        f" WHERE {ROW} > first"
    )
    workspace.log.rows(table.declared, table.declared.first_of_key(), expected, query)
