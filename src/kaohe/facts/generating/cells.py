"""Recipes put into SQL: one expression a cell, of whole-number arithmetic and draws only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from math import gcd
from string import Formatter

from kaohe.facts.generating.dice import hashed, salted, shuffled, unsigned
from kaohe.facts.generating.errors import HintProblem
from kaohe.facts.generating.recipes import (
    Between,
    Cell,
    Chance,
    Days,
    Deal,
    FirstOf,
    Pick,
    Recipe,
    RowOf,
    Share,
    Take,
    Value,
    Words,
    Written,
)
from kaohe.facts.generating.scope import (
    TOKEN,
    Scope,
    check_fit,
    check_kind,
    codes_of,
    condition,
    list_name,
    meant,
)
from kaohe.facts.generating.sql import WHOLE, literal, places_of
from kaohe.facts.sql import literal as quoted
from kaohe.facts.sql import name

BEST = 1000
"""The best value of a column that others lean on; the worst is 0."""

EPOCH = date(1970, 1, 1).toordinal()


def cell_sql(cell: Cell, scope: Scope, sql_type: str, *names: object) -> str:
    """SQL of a cell; ``names`` set its draws apart from those of other cells."""
    cell = meant(cell, scope.recipes)
    if isinstance(cell, FirstOf):
        made = _first_of(cell, scope, sql_type, names)
    else:
        check_kind(cell, scope, sql_type)
        made = f"CAST({_bare(cell, scope, sql_type, names)} AS {sql_type})"
    if cell.blank is not None:
        made = f"CASE WHEN {_happens(cell.blank, scope, names)} THEN NULL ELSE {made} END"
    if cell.when:
        made = f"CASE WHEN {condition(cell.when, scope)} THEN {made} END"
    return made


def _first_of(cell: FirstOf, scope: Scope, sql_type: str, names: tuple[object, ...]) -> str:
    branches, otherwise = [], "NULL"
    for index, listed in enumerate(cell.first_of):
        one = meant(listed, scope.recipes)
        made = cell_sql(one.model_copy(update={"when": {}}), scope, sql_type, *names, index)
        if not one.when:
            otherwise = made
            break
        branches.append(f"WHEN {condition(one.when, scope)} THEN {made}")
    return f"CASE {' '.join(branches)} ELSE {otherwise} END" if branches else otherwise


def _happens(chance: Chance, scope: Scope, names: tuple[object, ...]) -> str:
    worst, best = (int(percent * 100) for percent in chance.percent)
    limit = _leaning(worst, best, chance.by, scope)
    return f"{scope.dice.below('10000', *names, 'blank')} < {limit}"


def _leaning(worst: int, best: int, by: str | None, scope: Scope) -> str:
    """SQL for a whole number between the one at worst and the one at best."""
    if worst == best:
        return str(worst)
    if by is None:
        raise HintProblem("一对数需要 by", "a pair [at worst, at best] needs `by`")
    lean = scope.whole(by)
    return f"(({worst} * ({BEST} - {lean}) + {best} * {lean}) // {BEST})"


def _bare(cell: Cell, scope: Scope, sql_type: str, names: tuple[object, ...]) -> str:
    """A recipe without its ``blank`` and ``when``."""
    match cell:
        case Value():
            return _literals(cell, sql_type, names)[0]
        case Take():
            return scope.find(cell.take)[0]
        case Written():
            return _written(cell, scope)
        case Pick():
            return _pick(cell, scope, sql_type, names)
        case Deal():
            return _deal(cell, scope, sql_type, names)
        case Words():
            return _words(cell, scope, names)
        case Between():
            return _between(cell, scope, names)
        case Days():
            units = [tuple(day.toordinal() - EPOCH for day in pair) for pair in cell.day]
            drawn = _limited(units, cell, scope, 1, names)
            return f"(DATE '1970-01-01' + CAST({drawn} AS INTEGER))"
        case Share():
            units = [tuple(int(percent * 100) for percent in pair) for pair in cell.share]
            drawn = _limited(units, cell, scope, cell.rolls, names)
            return f"(({scope.whole(cell.of)} * {drawn} + 9999) // 10000)"
    assert isinstance(cell, RowOf), cell
    rows = name(list_name(cell))
    return f"{rows}[1 + {scope.dice.below(f'len({rows})', *names)}]"


def _literals(cell: Cell, sql_type: str, names: tuple[object, ...]) -> list[str]:
    codes = codes_of(cell)
    check_fit(codes, sql_type, str(names[0]))
    return [literal(code, sql_type) for code in codes]


def _limited(
    units: Sequence[Sequence[int]],
    cell: Recipe,
    scope: Scope,
    rolls: int,
    names: tuple[object, ...],
) -> str:
    """SQL for a whole number between two limits that may lean."""
    low, high = (_leaning(worst, best, cell.by, scope) for worst, best in units)
    return f"({low} + {scope.dice.below(f'{high} - {low} + 1', *names, rolls=rolls)})"


def _between(cell: Between, scope: Scope, names: tuple[object, ...]) -> str:
    units = [tuple(int(limit / cell.step) for limit in pair) for pair in cell.between]
    drawn = _limited(units, cell, scope, cell.rolls, names)
    if cell.step == 1:
        return drawn
    places = places_of(cell.step)
    step = literal(format(cell.step, "f"), f"DECIMAL(18, {places})" if places else WHOLE)
    return f"(CAST({drawn} AS {'DECIMAL(18, 0)' if places else WHOLE}) * {step})"


def _pick(cell: Pick, scope: Scope, sql_type: str, names: tuple[object, ...]) -> str:
    """A leaning pick mixes two packs: the better the row, the oftener it draws from the best."""
    values = _literals(cell, sql_type, names)
    drawn = scope.dice.draw(*names)
    packs = [[pair[end] for pair in cell.pick.values()] for end in (0, 1)]
    worst, best = (_from_pack(values, pack, f"({drawn} & 65535)") for pack in packs)
    if packs[0] == packs[1]:
        return best
    lean = scope.whole(cell.by or "")
    return f"CASE WHEN ((({drawn} >> 16) * {BEST}) >> 16) < {lean} THEN {best} ELSE {worst} END"


def _from_pack(values: Sequence[str], weights: Sequence[Decimal], drawn: str) -> str:
    """SQL for one of the values, by a draw from 0 to 65535."""
    weighted = [(value, weight) for value, weight in zip(values, weights, strict=True) if weight]
    total, below = sum(weights), Decimal(0)
    branches = []
    for value, weight in weighted[:-1]:
        below += weight
        limit = (below * 65536 / total).to_integral_value(rounding=ROUND_CEILING)
        branches.append(f"WHEN {drawn} < {limit} THEN {value}")
    last = weighted[-1][0]
    return f"CASE {' '.join(branches)} ELSE {last} END" if branches else last


def _deal(cell: Deal, scope: Scope, sql_type: str, names: tuple[object, ...]) -> str:
    values = _literals(cell, sql_type, names)
    pack = [
        value for value, count in zip(values, cell.deal.values(), strict=True) for _ in range(count)
    ]
    order = shuffled(len(pack), scope.dice.seed, *scope.dice.place, *names)
    cards = ", ".join(pack[index] for index in order)
    return f"([{cards}])[1 + ({scope.place('turn')} - 1) % {len(pack)}]"


def _words(cell: Words, scope: Scope, names: tuple[object, ...]) -> str:
    """Combinations in steps through all of them; the second time round they get a number."""
    total = 1
    for words in cell.words:
        total *= len(words)
    golden = total * 618_034 // 1_000_000  # so that neighbours differ in every word
    step = next(step for step in range(golden + 1, 2 * total + 2) if gcd(step, total) == 1)
    start = scope.dice.number(*names) % total
    number = f"({scope.place('number')} - 1)"
    place = f"(({number} * {step} + {start}) % {total})"
    said, rest = [], place
    for words in cell.words:
        listed = ", ".join(quoted(word) for word in words)
        said.append(f"([{listed}])[1 + {rest} % {len(words)}]")
        rest = f"({rest} // {len(words)})"
    again = f"({number} // {total})"
    said.append(f"CASE WHEN {again} > 0 THEN CAST({again} + 1 AS VARCHAR) ELSE '' END")
    return f"concat({', '.join(said)})"


def _written(cell: Written, scope: Scope) -> str:
    pieces = []
    try:
        fields = list(Formatter().parse(cell.text))
    except ValueError as problem:
        raise HintProblem(f"“{cell.text}”写法不对", f"{cell.text}: {problem}") from None
    for plain, field, form, _ in fields:
        if plain:
            pieces.append(quoted(plain))
        if field is not None:
            pieces.append(_field(field, form or "", scope))
    return f"concat({', '.join(pieces)})" if pieces else "NULL"


def _field(field: str, form: str, scope: Scope) -> str:
    if field not in scope.counters:
        found, found_type = scope.find(field)
        if form and found_type != WHOLE:
            raise HintProblem(f"“{field}”不是整数", f"{field} does not hold whole numbers")
    else:
        found = scope.counters[field]
    if form == "token":
        token = hashed(salted(unsigned(found), name(TOKEN)))
        return f"format('{{:08x}}', CAST({token} AS BIGINT))"
    if form and not (form.isascii() and form.isdigit() and len(form) <= 2):
        raise HintProblem(f"不认识的格式“{form}”", f"unknown form {form}")
    return f"format('{{:{form}d}}', {found})" if form else f"CAST({found} AS VARCHAR)"
