"""What an app says about its rows, so that their pages need no views of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kaohe.web.ui.language import in_a_row


@dataclass(frozen=True)
class Column:
    """One column of a list: its heading and how a row's cell is found."""

    heading: Promise
    value: str | Callable[[Any], Any]
    number: bool = False

    def cell(self, row: Model) -> Any:
        """What stands in a row."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for name in self.value.split("__"):
            found = getattr(found, name, None)
        display = getattr(row, f"get_{self.value}_display", None)
        return display() if display is not None else found


def as_text(cell: Any) -> str:
    """A cell as a person reads it."""
    match cell:
        case None:
            return ""
        case True:
            return _("是")
        case False:
            return _("否")
        case datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case list() | tuple():
            return in_a_row(as_text(one) for one in cell)
    return str(cell)


def no_twin(person: Any, row: Model) -> Model | None:
    """Rows of which two may say the same."""
    return None


def may_always(person: Any, row: Model | None) -> str:
    """No rule but the access matrix: no reason against it."""
    return ""


@dataclass(frozen=True)
class Records:
    """The pages of one model.

    ``rows`` narrows and joins what a list shows, after access has narrowed it. ``refuse`` says why
    a row may not be added (row None) or changed now, an empty text if it may. ``save`` does it.
    """

    app: str
    name: str
    model: type[Model]
    group: Promise
    title: Promise
    help: Promise
    clause: str
    columns: Sequence[Column]
    form: type[ModelForm] | None = None
    save: Callable[..., Any] | None = None
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    refuse: Callable[[Any, Any], str] = may_always
    search: Sequence[str] = ()
    detail: str = ""
    """The name of a view of the app's own for a row, instead of the general one."""
    twin: Callable[[Any, Any], Model | None] = no_twin
    """The row that says already what a new one says; it is shown instead of adding a second."""
    help_to_readers: Promise | str = ""
    """Instead of ``help`` for those who cannot add rows, where it would not be meant for them."""
    beside: Callable[[Any], Sequence[tuple[str, str]]] = lambda person: ()
    """Further acts that somebody finds above the list: the button's text and its address."""

    @property
    def shown(self) -> str:
        """The address name of the page of a row."""
        return self.detail or f"{self.listed}_row"

    @property
    def listed(self) -> str:
        """The address name of the list."""
        return f"{self.app}:{self.name}"

    def found(self, person: Any) -> QuerySet[Any]:
        """The rows that a person sees."""
        return self.rows(person.visible(self.model._default_manager.all()))

    def may_add(self, person: Any) -> bool:
        """Whether a person may ever add a row."""
        return self.form is not None and person.may_write(self.model)

    def help_for(self, person: Any) -> Promise | str:
        """What is said above the list, to those who keep it or to those who only read."""
        return self.help if self.may_add(person) else self.help_to_readers or self.help

    def may_change(self, person: Any, row: Model) -> bool:
        """Whether a person may ever change this row."""
        if self.form is None or not person.may_write(self.model):
            return False
        return bool(person.writable(self.model._default_manager.all()).filter(pk=row.pk).exists())
