"""The demonstration town, made once: its people and places, a closed year and a running one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth import get_user_model
from django.db import transaction

from kaohe.scheme.shipped import find_scheme
from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.cycles.copying import Naming, naming_for_year
from kaohe.web.cycles.scheme_actions import copy_for_year, take_in_scheme
from kaohe.web.cycles.schemes import read_scheme, scheme_file, scheme_under
from kaohe.web.demonstration.facts import generate_year, rows_of
from kaohe.web.demonstration.people import DEPARTMENTS, SOURCES, make_people
from kaohe.web.demonstration.places import make_places
from kaohe.web.demonstration.years import close_year, run_year
from kaohe.web.environment import SHANGHAI
from kaohe.web.registry.models import Department, Source

CODE, NAME = "demonstration", "演示镇"
SCHEME = "gaojing-2024"
AREAS, SEEDS = 31, (2024, 2025)


def load_demonstration() -> None:
    """Make the town if the database has none. All of it or nothing."""
    if Town.objects.exists():
        return
    with TemporaryDirectory(prefix="kaohe-demo-") as folder, transaction.atomic():
        _load(Path(folder))


def _load(folder: Path) -> None:
    town = Town.objects.create(code=CODE, name=NAME)
    for code, name in DEPARTMENTS.items():
        Department.objects.create(town=town, code=code, name=name)
    for code, (name, tables, only) in SOURCES.items():
        Source.objects.create(town=town, code=code, name=name, tables=tables, only=only)
    path = find_scheme(SCHEME)
    assert path is not None
    text = path.read_bytes().decode()
    begin = datetime(2024, 1, 15, 10, tzinfo=SHANGHAI)
    scheme = _scheme_facts(folder, text)
    make_people(town, [row["area_id"] for row in scheme["areas"]])
    clerk = acting("clerk", begin.date())
    version, _ = take_in_scheme(text, by=clerk, at=begin)
    make_places(town, scheme["areas"], scheme["staff"])
    close_year(town, version, folder / "2024")
    later = datetime(2025, 1, 20, 10, tzinfo=SHANGHAI)
    title = naming_for_year(scheme_file(version), 2025).title
    naming = Naming(title, "演示委〔2025〕1号", date(2025, 2, 18))
    following, _ = copy_for_year(version, 2025, naming, by=acting("clerk", later.date()), at=later)
    generate_year(scheme_under(following, {}), SCHEME, AREAS, SEEDS[1], folder / "2025")
    run_year(town, following, folder / "2025")


def _scheme_facts(folder: Path, text: str) -> dict[str, list[dict[str, str]]]:
    """The first year's facts, and its areas and staff: the town as it stands."""
    scheme_file, _ = read_scheme(text, only_errors=True)
    assert scheme_file is not None
    generate_year(scheme_file.under({}), SCHEME, AREAS, SEEDS[0], folder / "2024")
    return {table: rows_of(folder / "2024", table) for table in ("areas", "staff")}


def acting(username: str, day: date) -> Person:
    """Somebody of the town as they act on a day."""
    user = get_user_model().objects.get(username=username)
    return person_of(user, day)
