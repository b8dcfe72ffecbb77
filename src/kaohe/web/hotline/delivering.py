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
    zh="电话、证件号码、车牌在试验的十万余条编造的投诉中无一漏过。姓名靠前后的字辨认（先生、女士、"
    "姓名、来电人、电话等）：前后有这类字的，一千个里漏过约五个；没有的会漏过，偶尔也会多遮几个字。"
    "看到漏过的姓名，请提供单位改后重新报送。",
    en="Of phones, ID numbers and plates none was missed in over a hundred thousand invented"
    " complaints. Names are found by what stands beside them (a title, a label, a phone): of those"
    " about five in a thousand are missed. A name with nothing of the kind beside it is missed, and"
    " now and then a word too many is masked. Where you see a name, have the provider mend the file"
    " and hand it in anew.",
)


def watch_deliveries() -> None:
    """Put the door before the table of cases, and the index before a version counts."""
    add_door(CASES, Door(takes_cases, extended, SHARED, door.rewrite, door.clean_name, LIMIT))
    add_preparation(CASES, Preparation(write_cases, cases_written))
