"""What a provider fills in: a file for a table, and what its columns and words mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.facts.describing import MOST_CHOICES, described
from kaohe.facts.template import requirement
from kaohe.values.tables import BLANK, Column, Table
from kaohe.web.cycles.delivery_headings import NOWHERE, Layout, codes_of, missing
from kaohe.web.cycles.delivery_rules import KINDS, part_written
from kaohe.web.cycles.delivery_tables import in_own_words
from kaohe.web.ui.language import in_a_row, in_quotes
from kaohe.web.ui.templatetags.ui import told
from kaohe.web.ui.uploads import CheckedUpload, accept_of, checked_upload

Words = Mapping[str, Mapping[str, str | None]]
NOTHING = "#"
"""In the place of the code of a word that means an empty cell: an empty choice is none."""


class UploadForm(forms.Form):
    """A file for a table of one source, as a whole or in parts."""

    what = forms.ChoiceField(label=gettext_lazy("数据表"))
    part = forms.CharField(
        label=gettext_lazy("批次"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "parts", "autocomplete": "off"}),
    )
    file = forms.FileField(label=gettext_lazy("文件"), allow_empty_file=True)

    def __init__(
        self, *args: Any, offered: Sequence[tuple[str, str]], year: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].help_text = _(
            "分批报送时填写，如 %(year)s-10；一次报全的不填。"
            "同一批次后来的一版代替先前的一版，不同批次合并计算。"
        ) % {"year": year}
        self.fields["what"].choices = offered  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = accept_of(KINDS)
        self.fields["file"].help_text = _(
            "XLSX、CSV 或 Parquet，第一行是标题，不超过 %(limit)s。可以用系统导出的原样文件，"
            "标题不同的可在下一步对应。"
        ) % {"limit": filesizeformat(settings.UPLOAD_LIMIT)}

    def clean_part(self) -> str:
        """The same part however it was typed."""
        return part_written(self.cleaned_data["part"])

    def checked(self, place: Path | None = None) -> CheckedUpload | None:
        """The file, if it is what it says; else None, and the reason stands at the field."""
        try:
            return checked_upload(self.cleaned_data["file"], KINDS, place)
        except ValidationError as problem:
            self.add_error("file", problem)
            return None


class MappingForm(forms.Form):
    """For every declared column a heading of the file, for every unknown word a code."""

    def __init__(
        self,
        *args: Any,
        table: Table,
        headings: Iterable[str],
        columns: Mapping[str, str],
        words: Words,
        shared: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """``columns`` is the first guess; ``words`` gives each known word its code, others none;
        ``shared`` are columns that may stand under a heading of another one."""
        super().__init__(*args, **kwargs)
        self.table, self.shared = table, shared
        self.asked: dict[tuple[str, str], str] = {}
        nowhere = [(NOWHERE, _("文件中没有这一列"))]
        offered = [*nowhere, *((one, one) for one in dict.fromkeys(headings))]
        for index, (name, column) in enumerate(table.columns.items()):
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=column.heading,
                choices=offered,
                required=False,
                initial=columns.get(name, NOWHERE),
                help_text=_meaning(column),
            )
            for number, (word, code) in enumerate(words.get(name, {}).items()):
                field = f"word-{index}-{number}"
                self.asked[name, word] = field
                self.fields[field] = _word_field(column, word, code)

    def column_rows(self) -> list[tuple[forms.BoundField, str, bool]]:
        """For each declared column its field, and whether it has to be filled."""
        headings = {name: column.heading for name, column in self.table.columns.items()}
        own = in_own_words(self.table, Layout(), headings)
        return [
            (self[f"column-{index}"], _needed(column), bool(column.required))
            for index, column in enumerate(own.columns.values())
        ]

    def word_rows(self) -> list[tuple[str, str, forms.BoundField]]:
        """For each word the column, the word and the field."""
        return [
            (self.table.columns[name].heading, word, self[field])
            for (name, word), field in self.asked.items()
        ]

    def clean(self) -> None:
        """Every column that must be there has a heading, and no heading is two columns."""
        fields = {name: f"column-{index}" for index, name in enumerate(self.table.columns)}
        columns, seen = self.columns(), dict[str, str]()
        for name in missing(self.table, columns):
            if fields[name] not in self.errors:
                self.add_error(fields[name], _("这一列必须有，请选择文件中对应的列。"))
        for name, heading in columns.items():
            if name in self.shared:
                continue
            if heading in seen:
                self.add_error(
                    fields[name],
                    _("“%(heading)s”已选作“%(other)s”，一列只能对应一次。")
                    % {"heading": heading, "other": seen[heading]},
                )
            else:
                seen[heading] = self.table.columns[name].heading

    def columns(self) -> dict[str, str]:
        """The heading of each column that the file has."""
        chosen = {
            name: self.cleaned_data.get(f"column-{index}", NOWHERE)
            for index, name in enumerate(self.table.columns)
        }
        return {name: heading for name, heading in chosen.items() if heading != NOWHERE}

    def words(self) -> dict[str, dict[str, str]]:
        """The codes of words, column by column."""
        found: dict[str, dict[str, str]] = {}
        for (name, word), field in self.asked.items():
            code = self.cleaned_data[field]
            if code:
                found.setdefault(name, {})[word] = BLANK if code == NOTHING else code
        return found


def _needed(column: Column) -> str:
    """Whether a cell has to be filled; of one that another cell may stand for, in plain words."""
    beside = column.required_where or {}
    if not beside or any(codes != (BLANK,) for codes in beside.values()):
        return told(requirement(column))
    others = in_a_row(in_quotes(heading) for heading in beside)
    return _("%(others)s没有填的，必填") % {"others": others}


def _meaning(column: Column) -> str:
    """What a cell holds: of a choice what people call its codes."""
    if not column.choices:
        return told(described(column))
    if column.refers_to is not None:
        code, name = next(iter(column.choices.items()))
        return _("编号或名称，如 %(code)s 或 %(name)s") % {"code": code, "name": name}
    labels = "、".join(list(column.choices.values())[:MOST_CHOICES])
    if len(column.choices) <= MOST_CHOICES:
        return _("以下之一：%(labels)s") % {"labels": labels}
    return _("以下之一：%(labels)s等 %(all)s 项") % {"labels": labels, "all": len(column.choices)}


def _word_field(column: Column, word: str, code: str | None) -> forms.ChoiceField:
    codes = [(one or NOTHING, name or _("空白")) for one, name in codes_of(column).items()]
    label = _("%(column)s中的“%(word)s”") % {"column": column.heading, "word": word}
    return forms.ChoiceField(
        label=label,
        choices=[("", _("不对应，按错误处理")), *codes],
        required=False,
        initial="" if code is None else code or NOTHING,
        widget=forms.Select(attrs={"aria-label": label}),
    )
