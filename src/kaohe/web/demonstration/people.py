"""Who works in the demonstration town. Every name is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kaohe.web.accounts.models import Post, Town, User

BEGIN = date(2024, 1, 1)
DEPARTMENTS = {
    "社建办": "社区建设办公室",
    "党服中心": "党群服务中心",
    "党建办": "党建工作办公室",
    "纪委": "镇纪委",
    "城建中心": "城市建设管理事务中心",
    "规生办": "规划和生态环境办公室",
    "平安办": "平安建设办公室",
    "平安办（信访）": "平安建设办公室（信访）",
    "安全办": "安全生产办公室",
    "城运中心": "城市运行管理中心",
}
SOURCES = {
    "hotline": ("城运中心（12345热线）", ["cases"], {"cases": {"source": "hotline"}}),
    "petition": ("信访办", ["cases"], {"cases": {"source": "petition"}}),
    "opinion": ("党群办（舆情）", ["cases"], {"cases": {"source": "opinion"}}),
    "cloud": ("社区云平台", ["visits"], {}),
    "survey": ("群众测评（座谈会、第三方、线上平台）", ["answer_totals", "participation"], {}),
    "last_year": ("上年度数据", ["previous"], {}),
}
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
)
GIVEN = ("敏", "晓岚", "建平", "文华", "志远", "秀英", "海波", "思齐", "一鸣", "静", "国强", "雨桐")
AREAS_TO_A_LEADER = 4
AT_WORK = {
    ("scorer", "规生办"),
    ("department_head", "规生办"),
    ("department_head", "平安办"),
    ("department_head", "城运中心"),
}
"""Who of the further departments has still something to do in the running year."""


@dataclass(frozen=True)
class Duty:
    """A person with a login, or without one where nobody needs to be them."""

    username: str
    role: str
    scope: tuple[str, ...] = ()
    login: bool = True


def duties(area_ids: list[str]) -> Iterator[Duty]:
    """Everybody on duty: one login for every role first, then the others."""
    first, *rest = area_ids
    yield Duty("clerk", "clerk")
    yield Duty("scorer", "scorer", ("社建办",))
    yield Duty("department_head", "department_head", ("社建办",))
    yield Duty("leader", "leader", tuple(area_ids[:AREAS_TO_A_LEADER]))
    yield Duty("secretary", "secretary", (first,))
    yield Duty("worker", "worker", (first,))
    yield Duty("provider", "provider", ("hotline",))
    yield Duty("survey_manager", "survey_manager", ("survey",))
    yield Duty("interviewer", "interviewer", ("survey",))
    for role in ("inspection", "group_head", "group_member", "finance", "administrator"):
        yield Duty(role, role)
    for role in ("auditor", "monitor", "statistics"):
        yield Duty(role, role)
    # Acts that take two people can be tried too.
    for role in ("inspection", "group_head", "auditor"):
        yield Duty(f"{role}2", role)
    yield Duty("scorer2", "scorer", ("城运中心",))
    yield Duty("department_head2", "department_head", ("党建办",))
    yield Duty("secretary2", "secretary", (rest[0],))
    for number, source in enumerate(("petition", "opinion", "cloud", "survey", "last_year"), 2):
        yield Duty(f"provider{number}", "provider", (source,))
    for number, department in enumerate(list(DEPARTMENTS)[1:], 3):
        for role in ("scorer", "department_head"):
            login = (role, department) in AT_WORK
            yield Duty(f"{role}{number}", role, (department,), login=login)
    for number, start in enumerate(range(AREAS_TO_A_LEADER, len(area_ids), AREAS_TO_A_LEADER), 2):
        scope = tuple(area_ids[start : start + AREAS_TO_A_LEADER])
        yield Duty(f"leader{number}", "leader", scope, login=False)
    for area_id in rest[1:]:
        yield Duty(f"secretary.{area_id.lower()}", "secretary", (area_id,), login=False)
    # Whoever hands a file in does not decide on the exclusions that it asks.
    for number, source in enumerate(("hotline", "petition", "opinion"), 7):
        yield Duty(f"provider{number}", "provider", (source,))


def make_people(town: Town, area_ids: list[str]) -> None:
    """Users with their posts; a password is the login name."""
    for number, duty in enumerate(duties(area_ids)):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
        user = User.objects.create_user(duty.username, name=name, town=town)
        if duty.login:
            user.set_password(duty.username)
            user.save(update_fields=["password"])
        Post.objects.create(
            town=town,
            user=user,
            role=duty.role,
            scope=list(duty.scope),
            from_on=BEGIN,
        )
