"""How files of cases go through the deliveries of the cycles: by the door, into the index."""

from __future__ import annotations

from kaohe.values.text import Text
from kaohe.web.cycles.delivering import Preparation, add_preparation
from kaohe.web.cycles.delivery_doors import Door, add_door
from kaohe.web.hotline import door
from kaohe.web.hotline.columns import SHARED, extended
from kaohe.web.hotline.facts import CASES, takes_cases
from kaohe.web.hotline.loading import cases_written, write_cases

LIMIT = Text(
    zh="遮盖靠规则，不能保证没有遗漏。在不按规则另写的近四百条试验投诉中，车牌、证件号码、卡号、账号"
    "没有漏过，电话二十个漏一个（一个号码分两句说的），室号四十个漏一个，姓名五个漏一个。姓名靠前后的"
    "字（先生、女士、来电人、电话等）或少见作他用的姓（赵、魏、欧阳等）辨认：前后没有这类字、姓又是常用"
    "字的（如高、黄、林），名字本身是个词的（如黎明），以及绰号、网名、外国和少数民族姓名，常会漏过。"
    "偶尔也会多遮几个字。看到漏过的，请提供单位改后重新报送。",
    en="Masks go by rules, and nothing promises that they miss nothing. In some four hundred trial"
    " complaints written without these rules no plate, ID, card or account number was missed, one"
    " phone in twenty was (a number told in two sentences), one room in forty, and one name in"
    " five. Names are found by what stands beside them (a title, a label, a phone) or by a surname"
    " that is hardly another word; a name without either, a name that is a word as well, nicknames"
    " and names that are no Han Chinese ones are often missed. Now and then a word too many is"
    " masked. Where you see something that was missed, have the provider mend the file and hand it"
    " in anew.",
)


def watch_deliveries() -> None:
    """Put the door before the table of cases, and the index before a version counts."""
    add_door(CASES, Door(takes_cases, extended, SHARED, door.rewrite, door.clean_name, LIMIT))
    add_preparation(CASES, Preparation(write_cases, cases_written))
