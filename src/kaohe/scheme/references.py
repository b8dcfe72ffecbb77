"""Where a declaration names a node: text that knows that it does."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


class Reference(str):
    """The id of a node, where a declaration names one."""


NodeId = Annotated[str, AfterValidator(Reference)]
"""The id of a node."""
