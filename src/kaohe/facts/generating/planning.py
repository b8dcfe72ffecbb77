"""Hints and declarations put into statements that fill a town's tables, or all problems said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, product

from kaohe.facts.generating.blocks import PLACES, BlockPlan, block_plan
from kaohe.facts.generating.cells import cell_sql
from kaohe.facts.generating.dice import Dice
from kaohe.facts.generating.errors import GeneratingError, HintProblem
from kaohe.facts.generating.hints import SUBJECTS, Block, TownHints
from kaohe.facts.generating.recipes import Between, Cell, RowOf
from kaohe.facts.generating.scope import Scope, codes_of, hidden_type, parts
from kaohe.facts.generating.sql import WHOLE, column_type, literal, places_of
from kaohe.facts.sql import name
from kaohe.values.tables import Column, Table
from kaohe.values.text import Text


@dataclass(frozen=True)
class TablePlan:
    """A table to fill: its columns as declared, those kept for other tables, and its blocks."""

    table: str
    columns: Mapping[str, str]
    kept: Mapping[str, str]
    required: tuple[str, ...]
    blocks: tuple[BlockPlan, ...]


def plan_town(tables: Mapping[str, Table], hints: TownHints, seed: int) -> tuple[TablePlan, ...]:
    """How to fill every table of the hints, in their order."""
    planner = _Planner(tables, hints, seed)
    plans = tuple(planner.table(table) for table in hints.tables)
    if planner.problems:
        raise GeneratingError(*planner.problems)
    return plans


class _Planner:
    """Goes through the hints once, knows what stands above, and gathers what is wrong."""

    def __init__(self, tables: Mapping[str, Table], hints: TownHints, seed: int) -> None:
        self.declared = tables
        self.hints = hints
        self.seed = seed
        self.made: dict[str, dict[str, str]] = {SUBJECTS: {"size": WHOLE}}
        self.problems: list[Text] = []
        self.served = set(_tables_that_serve(hints))

    def table(self, table: str) -> TablePlan:
        """The plan of one table; its rows may be the parents of later ones."""
        declared = self.declared.get(table)
        blocks = self.hints.tables[table]
        if declared is None or table == SUBJECTS:
            self._say(table, HintProblem("不是方案的表", "no table of the scheme"))
            return TablePlan(table, {}, {}, (), ())
        columns = {
            key: column_type(column, self._places(blocks, key) if column.type == "decimal" else 0)
            for key, column in declared.columns.items()
        }
        self.made[table] = dict(columns)
        plans = [self._block(table, index, block) for index, block in enumerate(blocks)]
        made = self.made[table]
        hidden = {key: kind for key, kind in made.items() if key not in columns}
        return TablePlan(
            table,
            columns,
            {**PLACES, **hidden} if table in self.served else {},
            tuple(key for key, column in declared.columns.items() if column.required is True),
            tuple(plan for plan in plans if plan is not None),
        )

    def _block(self, table: str, index: int, block: Block) -> BlockPlan | None:
        place = f"{table}[{index + 1}]"
        if block.each not in self.made:
            each = block.each
            self._say(place, HintProblem(f"在此之前没有表“{each}”", f"no table {each} above"))
            return None
        scope = self._scope(table, index, block)
        try:
            combinations = _combinations(self.declared[table], block.every)
            own, cells = self._cells(place, table, block, scope, combinations)
            recipes = chain(block.hidden.values(), block.columns.values())
            lists = [
                part
                for cell in recipes
                for part in parts(cell, self.hints.recipes)
                if isinstance(part, RowOf)
            ]
            return block_plan(block, scope, own, cells, lists, len(combinations))
        except HintProblem as problem:
            self._say(place, problem)
            return None

    def _scope(self, table: str, index: int, block: Block) -> Scope:
        counters = {"n": '"#n"', "row": '"#number"'}
        if block.draw:
            counters["drawn"] = '"#drawn"'
        return Scope(
            dice=Dice(self.seed, (table, index), '"#luck"'),
            recipes=self.hints.recipes,
            tables=self.made,
            parent=self.made[block.each],
            own={},
            counters=counters,
        )

    def _cells(
        self,
        place: str,
        table: str,
        block: Block,
        scope: Scope,
        combinations: list[tuple[str, ...]],
    ) -> tuple[list[str], list[str]]:
        """Names and SQL of the cells of a row, those that only serve others first."""
        own: dict[str, str] = {}
        cells: list[str] = []
        for at, column in enumerate(block.every):
            own[column] = self.made[table][column]
            codes = ", ".join(literal(one[at], own[column]) for one in combinations)
            cells.append(f'([{codes}])["#n"] AS {name(column)}')
        for column, cell in (*block.hidden.items(), *block.columns.items()):
            try:
                seen = replace(scope, own=dict(own))
                kind = self._kind(table, block, column, cell, seen)
                cells.append(f"{cell_sql(cell, seen, kind, column)} AS {name(column)}")
                own[column] = kind
            except HintProblem as problem:
                self._say(f"{place}.{column}", problem)
        self._check_complete(place, table, own)
        return list(own), cells

    def _kind(self, table: str, block: Block, column: str, cell: Cell, scope: Scope) -> str:
        """The type of a cell: as declared, or for a hidden one as its recipe makes it."""
        declared = self.declared[table].columns.get(column)
        if column in scope.own or (declared is None) == (column in block.columns):
            raise HintProblem(
                "columns 写方案声明的列，hidden 写别的列，每列一次",
                "`columns` names declared columns, `hidden` others, each once",
            )
        if declared is not None:
            _check_choices(declared, cell, scope)
            return self.made[table][column]
        kind = hidden_type(cell, scope)
        if self.made[table].setdefault(column, kind) != kind:
            raise HintProblem("各段中类型不同", "blocks disagree on its type")
        return kind

    def _check_complete(self, place: str, table: str, own: Mapping[str, str]) -> None:
        for column, declared in self.declared[table].columns.items():
            if declared.required is True and column not in own:
                self._say(f"{place}.{column}", HintProblem("必填列没有做法", "required: no recipe"))

    def _places(self, blocks: Iterable[Block], column: str) -> int:
        """The most decimals that the recipes of a column make."""
        cells = (block.columns[column] for block in blocks if column in block.columns)
        try:
            made = [part for cell in cells for part in parts(cell, self.hints.recipes)]
        except HintProblem:
            return 0
        return max((_decimals(part) for part in made), default=0)

    def _say(self, place: str, problem: HintProblem) -> None:
        zh, en = problem.text.zh, problem.text.en
        self.problems.append(Text(zh=f"{place}：{zh}", en=f"{place}: {en}"))


def _tables_that_serve(hints: TownHints) -> Iterator[str]:
    """Tables that other blocks hang on or pick rows of: these keep what is not written."""
    for block in chain.from_iterable(hints.tables.values()):
        yield block.each
        for cell in (*block.hidden.values(), *block.columns.values()):
            try:
                made = list(parts(cell, hints.recipes))
            except HintProblem:
                continue  # said where the cell itself is planned
            yield from (part.row_of for part in made if isinstance(part, RowOf))


def _combinations(table: Table, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every combination of choices of these columns that the declaration allows."""
    for column in columns:
        if column not in table.columns or not table.columns[column].choices:
            raise HintProblem(f"“{column}”不是选项列", f"{column} is no column of choices")
    if not columns:
        return []
    every = product(*(table.columns[column].choices for column in columns))
    return [codes for codes in every if _allowed(table, dict(zip(columns, codes, strict=True)))]


def _allowed(table: Table, row: Mapping[str, str]) -> bool:
    for column, code in row.items():
        conditions = table.columns[column].choice_only_where.get(code, {})
        if any(row.get(other, codes[0]) not in codes for other, codes in conditions.items()):
            return False
    return True


def _check_choices(declared: Column, cell: Cell, scope: Scope) -> None:
    if declared.type != "choice":
        return
    made = parts(cell, scope.recipes)
    unknown = [code for part in made for code in codes_of(part) if code not in declared.choices]
    if any(unknown):
        listed = ", ".join(filter(None, unknown))
        raise HintProblem(f"没有这样的选项：{listed}", f"not among the choices: {listed}")


def _decimals(cell: Cell) -> int:
    if isinstance(cell, Between):
        return max(places_of(cell.step), *(places_of(pair[0]) for pair in cell.between))
    return max((len(code.partition(".")[2]) for code in codes_of(cell)), default=0)
