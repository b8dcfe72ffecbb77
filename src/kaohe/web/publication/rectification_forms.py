"""What areas fill in about what they put right."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kaohe.web.evidence.forms import CycleForm
from kaohe.web.publication import rectification_rules as rules
from kaohe.web.publication.models import RectificationItem
from kaohe.web.registry.models import Area
from kaohe.web.ui.forms import DateInput


class RectificationForm(CycleForm):
    """One item: what, by which post, by when; later when it was done and what came of it."""

    stages = rules.OPEN_IN

    class Meta:
        model = RectificationItem
        fields: ClassVar = ["cycle", "area", "text", "owner", "due_on", "done_on", "outcome"]
        widgets: ClassVar = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "due_on": DateInput(),
            "done_on": DateInput(),
            "outcome": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts: ClassVar = {
            "text": _("一项写一件事，一两句话，不用交材料。"),
            "owner": _("写岗位或部门，如“居民区书记”“物业”，不写个人姓名。"),
            "outcome": _("办结的，写一句话。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        if self.instance.pk:
            field.disabled, field.widget = True, forms.HiddenInput()
            return
        del self.fields["done_on"], self.fields["outcome"]
        if not self.person.has("clerk"):
            posts = [post for post in self.person.posts if post.role == "secretary"]
            own = [code for post in posts for code in post.scope]
            field.queryset = Area.objects.filter(town=self.person.user.town, area_id__in=own)
