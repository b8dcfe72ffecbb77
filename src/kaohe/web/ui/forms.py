"""Forms as people fill them in: one field below the other, each with its help and its error."""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields and forms drawn by templates of ``ui``."""

    form_template_name = "ui/form_fields.html"
    field_template_name = "ui/field.html"


class DateInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
