"""Which columns of a provider's export never pass the door, and which hold numbers of cases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from kaohe.facts.workspace import Unreadable
from kaohe.values.text import Text
from kaohe.web.hotline.facts import CASE_ID
from kaohe.web.hotline.masking import has_id_number, has_phone
from kaohe.web.hotline.naming import is_bare_name

ABOUT_THE_CALLER: Final = Text(zh="标题是来电人信息", en="its heading is about the caller")
ABOUT_A_WORKER: Final = Text(zh="标题是经办人员信息", en="its heading is about a worker")
FULL_TEXT: Final = Text(zh="标题是诉求全文", en="its heading is the full text")
NO_HEADING: Final = Text(zh="没有标题", en="it has no heading")
NO_ROW_OF_HEADINGS: Final = Text(
    zh="第一行应是各列的标题；这里大半列没有标题，像是整张表的名称或空行。"
    "请删去列标题上面的各行，再上传",
    en="a row of headings first; most columns have none here, as where the title of the whole"
    " table or an empty row comes first: delete the rows above the headings and upload it again",
)
NOTHING_LEFT: Final = Text(
    zh="应有办件的各列；这里的列都是人员信息或诉求全文，不能保存。请核对是不是选错了文件",
    en="columns of cases; those here are all about people or full texts, which are not kept:"
    " please check whether this is the right file",
)
HOLDS: Final = {
    "phone": Text(zh="内容多为电话", en="it mostly holds phone numbers"),
    "id_number": Text(zh="内容多为证件号码", en="it mostly holds ID numbers"),
    "name": Text(zh="内容多为姓名", en="it mostly holds names"),
    "long": Text(zh="内容多为长段文字", en="it mostly holds long texts"),
}

_CALLER = re.compile(
    "来电人|来电号码|来电电话|来电者|主叫|姓名|称呼|联系人|联络人|联系方式|联系电话|电话|手机|身份证|证件|"
    "(?:诉求|投诉|举报|反映|信访|当事|申请|报修|求助)人|微信|qq|邮箱|邮件|住址|家庭地址|户籍|通讯地址|联系地址|"
    "性别|年龄|出生|民族|职业|车牌|caller|phone|mobile|telephone|email|wechat|idcard|id_number|name_of_caller"
)
_WORKER = re.compile(
    "(?:承办|经办|处理|受理|办理|接待|录入|派单|回访)人员?$|坐席|座席|话务员|接线员|工号"
)
_TEXT = re.compile(
    "(?:诉求|工单|反映|投诉|信访|来信|主要|详细|问题|事项|举报)?(?:内容|详情|全文|正文|描述|原文)$|录音|附件|通话|聊天记录|"
    "^(?:content|detail|details|description|full_text|transcript)$"
)
_CASE_NUMBERED = re.compile(
    "(?:工单|办件|案件|事件|任务|受理|诉求|信访|重复|关联)(?:编?号码?|单号)$|(?:工|派|来|交办|回)单编?号$"
    "|^(?:编号|单号|流水号)$|(?:关联|重复|原|前一)(?:办件|工单)$|(?:case|order|ticket)_?(?:id|no|number)$"
)
"""What begins like a mobile phone there is a number of a case."""
CASE_NUMBERS: Final = frozenset({CASE_ID, "earlier_case"})
_ABOUT_A_PLACE = re.compile("^是否|摘要|标题|主题|summary")
_NUMBERED = re.compile("编号|单号|工单号|^id$|_id$|key$|no\\.?$")

MOSTLY = 0.5
FEWEST = 5
LONG_TEXT = 60
ID_DIGITS = 18
BY_CHANCE = 0.3


def why_dropped(heading: str) -> Text | None:
    """Why a column of this heading is never kept, if so."""
    plain = _plain(heading)
    if _ABOUT_A_PLACE.search(plain):
        return None
    if _CALLER.search(plain):
        return ABOUT_THE_CALLER
    if _WORKER.search(plain):
        return ABOUT_A_WORKER
    return FULL_TEXT if _TEXT.search(plain) else None


def _plain(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())


def is_numbered(heading: str) -> bool:
    """Whether a heading is that of numbers of any kind."""
    return _NUMBERED.search(heading.strip().casefold()) is not None


def holds_id_numbers(cells: Sequence[str]) -> bool:
    """Whether ID numbers stand among other numbers: of numbers as long as they are, one in eleven
    has the right last digit by chance."""
    long = [cell for cell in cells if len(cell.strip()) == ID_DIGITS]
    return sum(map(has_id_number, long)) > BY_CHANCE * len(long)


def check_headings(header: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
    """Raises Unreadable where the first row is no row of headings: what a column holds of people
    is told by its heading before all else."""
    held = {at for row in sample for at, cell in enumerate(row) if cell.strip()}
    headed = {at for at, heading in enumerate(header) if heading.strip()}
    if len(held - headed) > MOSTLY * len(held):
        raise Unreadable(NO_ROW_OF_HEADINGS)


def why_by_content(cells: Sequence[str], *, may_be_phones: bool) -> Text | None:
    """Why a column is never kept by what it mostly holds, if so."""
    if len(cells) < FEWEST:
        return None

    def mostly(is_such: Callable[[str], bool]) -> bool:
        return sum(map(is_such, cells)) > MOSTLY * len(cells)

    if may_be_phones and mostly(has_phone):
        return HOLDS["phone"]
    if mostly(has_id_number):
        return HOLDS["id_number"]
    if mostly(lambda cell: len(cell) > LONG_TEXT):
        return HOLDS["long"]
    differ = len(set(cells)) > MOSTLY * len(cells)
    return HOLDS["name"] if differ and mostly(is_bare_name) else None


def is_of_cases(heading: str, column: str | None) -> bool:
    """Whether numbers of cases stand under a heading; ``column`` is the one it is known to be."""
    if column is not None:
        return column in CASE_NUMBERS
    return _CASE_NUMBERED.search(_plain(heading)) is not None
