"""A scheme written back as a document: the same value, loaded again, is the same scheme.

What is written is the scheme under one set of decisions, with short ways of writing written out.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from kaohe.scheme.model import Scheme

TEXT = "tag:yaml.org,2002:str"
WHOLE, BROKEN = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
LINE_WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Exact decimals, dates as they are written, and every kind of text as text."""

    def ignore_aliases(self, data: Any) -> bool:
        """A value that stands in two places is written twice; schemes have no aliases."""
        return True


_Dumper.add_multi_representer(str, lambda dumper, text: dumper.represent_str(str(text)))
_Dumper.add_multi_representer(tuple, lambda dumper, items: dumper.represent_list(list(items)))
_Dumper.add_multi_representer(dict, lambda dumper, pairs: dumper.represent_dict(pairs))


def _number(dumper: _Dumper, number: Decimal) -> yaml.ScalarNode:
    text = f"{number:f}"
    return dumper.represent_scalar(BROKEN if "." in text else WHOLE, text)


def _day(dumper: _Dumper, day: date) -> yaml.ScalarNode:
    return dumper.represent_scalar(TEXT, day.isoformat(), style='"')


_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(date, _day)


def quoted(text: str) -> str:
    """A text as a YAML scalar on one line, which holds whatever it says wherever it stands."""
    written: str = yaml.dump(
        text, Dumper=_Dumper, default_style='"', allow_unicode=True, width=float("inf")
    )
    return written.removesuffix("\n")


def dump(scheme: Scheme) -> str:
    """The scheme as YAML, with what it states and no more.

    ``Scheme.model_validate(plain(compose(dump(scheme)))) == scheme``.
    """
    content = scheme.model_dump(by_alias=True, exclude_unset=True)
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=LINE_WIDTH)
