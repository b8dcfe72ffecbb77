"""A study beside what the command makes of the same, and its pages."""

from __future__ import annotations

from pathlib import Path

from django.test import Client

from kaohe.cli import main
from kaohe.web.results.models import Study

PAGE = "/results/readings/"


def page(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def written(study: Study, facts: list[str], out: Path) -> bytes:
    """What the command writes for the same facts and decisions."""
    decide = [f"--decide={name}={option}" for name, option in study.taken.items()]
    scheme = ["--scheme", str(study.folder / "scheme.yaml")]
    code = main(["--lang", "zh", "sensitivity", *facts, *scheme, "--out", str(out), *decide])
    assert code == 0
    return (out / "sensitivity.json").read_bytes()


def stored(study: Study) -> bytes:
    return (study.folder / "sensitivity.json").read_bytes()
