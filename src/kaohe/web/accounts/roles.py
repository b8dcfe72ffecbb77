"""The roles of a town's year, and over what each holds: areas, departments, sources or the town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ScopeKind = Literal["areas", "departments", "sources"]
SCOPE_NAMES: Mapping[ScopeKind, Promise] = {
    "areas": _("居民区"),
    "departments": _("科室"),
    "sources": _("数据来源"),
}
"""What people call the kinds of scope."""


@dataclass(frozen=True)
class Role:
    """What somebody is in the town's year. Without a scope the post holds for the whole town."""

    code: str
    name: Promise
    scope: ScopeKind | None = None
    second_factor: bool = False
    alone: bool = False
    """Whether whoever has it may hold no other post: those who watch or run the system."""


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("clerk", _("党建办经办人"), second_factor=True),
        Role("scorer", _("科室评分人"), "departments"),
        Role("department_head", _("科室负责人"), "departments"),
        Role("leader", _("包保领导"), "areas"),
        Role("secretary", _("居民区书记"), "areas"),
        Role("worker", _("居民区社工"), "areas"),
        Role("provider", _("数据提供单位"), "sources"),
        Role("survey_manager", _("第三方项目负责人"), "sources"),
        Role("interviewer", _("第三方访问员"), "sources"),
        Role("inspection", _("纪检监察")),
        Role("group_head", _("领导小组组长"), second_factor=True),
        Role("group_member", _("领导小组成员"), second_factor=True),
        Role("finance", _("财务人事")),
        Role("administrator", _("系统管理员"), second_factor=True, alone=True),
        Role("auditor", _("审计"), alone=True),
        Role("monitor", _("减负监测点")),
        Role("statistics", _("统计审阅人")),
    )
}
APART: Mapping[str, str] = {
    # proposes the stages, decides on reopened sheets and doubts about counts, hands over the pay
    "clerk": "group_head scorer department_head provider inspection finance secretary worker",
    # signs what the others prepare
    "group_head": "scorer department_head inspection finance secretary worker",
    # gives the marks of a department, whose head signs them
    "scorer": "department_head secretary worker",
    # judges an area, or brings the figures by which it is judged
    "department_head": "secretary worker",
    "inspection": "secretary worker",
    "provider": "secretary worker",
    "survey_manager": "secretary worker",
    "interviewer": "secretary worker",
}
"""Posts that one person may not hold at a time, so that an act of two takes two. Posts over the
same kind of scope may stand side by side where they hold over nothing in common."""


def stand_apart(one: str, other: str) -> bool:
    """Whether a person who has one role may not have the other, in this order."""
    return other in APART.get(one, "").split()


GROUP = "group_head group_member"
"""The leading group."""
ON_DUTY = tuple(ROLES)
