"""The town's areas, departments and sources, offered to posts, which know none of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.scopes import offer
from kaohe.web.registry.models import Area, Department, Source
from kaohe.web.registry.vocabulary import codes


def _areas(town: Town) -> Mapping[str, str]:
    """Those that have ended too: a post of last year is still entered over them."""
    areas = Area.objects.filter(town=town)
    return {area.area_id: _area_told(area) for area in areas}


def _area_told(area: Area) -> str:
    if area.until_on is None:
        return area.name
    return _("%(area)s，至 %(day)s") % {"area": area.name, "day": area.until_on}


def _departments(town: Town) -> Mapping[str, str]:
    return dict(Department.objects.filter(town=town).values_list("code", "name"))


def missing_departments(town: Town) -> dict[str, str]:
    """The departments that the town's scheme names and the town has not, in its order."""
    named = codes("department", town)
    known = set(Department.objects.filter(town=town, code__in=named).values_list("code", flat=True))
    return {code: name for code, name in named.items() if code not in known}


def _sources(town: Town) -> Mapping[str, str]:
    return dict(Source.objects.filter(town=town).values_list("code", "name"))


def offer_scopes() -> None:
    """Offer what posts hold over; called when pages load."""
    offer(
        "areas",
        _areas,
        gettext_lazy(
            "还没有登记居民区。请党建办经办人先在“居民区”里登记，或用“导入镇情数据”成批导入。"
        ),
    )
    offer(
        "departments",
        _departments,
        gettext_lazy("还没有登记科室。请党建办经办人先在“科室”里登记。"),
    )
    offer(
        "sources",
        _sources,
        gettext_lazy("还没有登记数据来源。请党建办经办人先在“数据来源”里登记。"),
    )
