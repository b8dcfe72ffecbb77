"""Where Chinese personal names stand in a text, as far as what stands beside them tells.

Beside: 先生 and other ways to address people, 姓名： and other labels, who somebody is (业主), a
phone, a sex, a verb of telling at the beginning of a sentence, another name. A name that stood in
such a place is found again anywhere in the text. A name without any of that is not found: no list
tells 高明 the man from 高明 the adjective.
"""

from __future__ import annotations

import re
from typing import Final

from kaohe.web.hotline.surnames import DOUBLE, FAMILIAR, FUNCTION, SINGLE, WORDS

Span = tuple[int, int]

_SINGLE, _DOUBLE = frozenset(SINGLE), frozenset(DOUBLE)
_FIRST = _SINGLE | {one[0] for one in DOUBLE}
_HAN = re.compile("[\u3400-\u9fff]")
_HANS = re.compile("[\u3400-\u9fff]+")
_SUR = f"(?:{'|'.join(DOUBLE)}|[{SINGLE}])"

_NEVER: Final = frozenset(
    "的了在是不我你他她它们这哪就也还又吗呢吧啊把被让给对到上下里外车电路楼房屋门窗墙声味漏停拆修"
    "装坏"
    "吵闹费钱号室层区街请诉投报堵脏乱差占噪扰跌倒有没要说问和与及或等已经将很太都没些个位每此该其"
    "所局委会队科办站院校厂店司环境"
)
"""Characters with which hardly any given name is written."""

_ADDRESS = (
    "老先生|先生|女士|小姐|太太|阿姨|叔叔|伯伯|爷爷|奶奶|大爷|大妈|大叔|大伯|老伯|阿婆|阿公|老太|"
    "大姐|大哥|师傅|"
    "老师|同志|同学|婆婆|公公|妈妈|爸爸"
)
_TITLES = (
    "副?经理|副?主任|副?书记|医生|大夫|警官|律师|副?校长|副?所长|副?科长|副?站长|副?队长|副?局长|"
    "副?院长|"
    "工程师|会计|护士|老板|店长|组长|委员|干事|社工"
)
_ADDRESSED = re.compile(f"(?P<address>{_ADDRESS})|(?:{_TITLES})")
_ENDS: Final = frozenset(
    "保安 公安 公司 司机 楼 治安 平安 小区 社区 片区 辖区 园区 城管 房管 物管 协管 主管 交管 "
    "邻居 门卫 音乐 出租车 租车 汽车 货车"
    " 停车 公交车 电动车 居家 大家 人家 店家 商家 厂家 管家 邻家 全家 搬家 代表 家居 专家 高层 "
    "党支 团支 总支 支 部 工程"
    " 民居 幼师 医师 教师 律师 厨师 老师 相关 有关 机关 海关 主席 出席 班 总 副 正 前 原 现 时任 "
    "代 村支 社"
    " 环卫 保卫 警卫 物业管 文明 通信 微信 短信 来信 写信 快递员 双方 对方 警方 官方 校方 院方 "
    "区文 语文 英文 作文".split()
)
"""Before a title these are words and not somebody's surname."""
_RATHER_NAMES: Final = frozenset("于时向成公通平")
_COMMON: Final = frozenset("昨今明年月日天时分午早晚周物业居街城市政民警社法府相关立能绩")
"""What follows 于, 向 or 时 where they are words of the sentence."""
_BEFORE_YU: Final = frozenset("由关对至属位处鉴等基出善便终过")

_LABEL = re.compile(
    "(?:(?:来电|投诉|举报|反映|诉求|当事|申请|信访|报修|求助|咨询|联系|联络|负责|经办|承办|报案|"
    "报警|委托|被投诉|被举报)人"
    "|(?:[您我]的)?姓\\s*名|称呼|名字|户主|业主|住户|居民(?!区|委|楼|点|会|公约)|署名|签名|落款|"
    "物主|车主|机主|承租人|房东|学生|患者)"
    '(?:的?(?:姓名|名字|称呼))?\\s*(?:[:=]|[是为叫]\\s*[:]?)\\s*[【\\[("“]?'
)
_SELF = re.compile("(?:我叫|名叫|叫做|本人叫?|自称是?|名为|化名|我是|网名)\\s*[:]?")
_WHO = re.compile(
    "(?:儿子|女儿|丈夫|妻子|老公|老婆|父亲|母亲|爸爸|妈妈|爱人|房东|租客|租户|业主|户主|"
    "居民(?!区|委|楼|点|会)|市民|邻居|住户|车主|店主|"
    "老板|负责人|经办人|联系人|来电人|投诉人|志愿者|楼组长|党员|学生|患者|老人|网友|群众|村民|"
    "商户|经理|书记|主任|保安|"
    "(?:投诉|举报|反映|诉求|当事|申请|信访|报修|求助|咨询|负责|经办|承办|接待|报案|委托)人|代表|"
    "家长|作者|"
    "对方|报警人|同事|朋友|家属|亲戚|孙子|孙女|外婆|外公|女婿|儿媳|姐姐|妹妹|哥哥|弟弟|中介|队长|"
    "民警|医生|社工|网格员|"
    "一名叫|有个叫|有人叫|叫|联系|找|致电|回复|告知|通知|答复|转告|回电)"
)
_PHONE = re.compile(
    "[\\s(:,，、（]*(?:[男女][)）\\s,，]*)?(?:的)?(?:联系电话|联系方式|手机号码?|电话号码?|电话|"
    "手机|号码|tel|微信)?"
    "[\\s:：是为(（]*\x03",
    re.IGNORECASE,
)
_SEX = re.compile("[\\s,，(（]{0,2}(?:性别[:：]?)?[男女](?:性)?(?=[,，)）\\s、。；;0-9]|$)")
_TELLS = re.compile(
    "来电|报警|致电|反映|投诉|举报|咨询|求助|表示|自称|来信|来访|留言|诉称|称|说|要求|希望|认为|"
    "等人|本人"
)
_ACTS = re.compile("来电|致电|来访|报警|来信")
_STARTS = re.compile('(?:^|[。；;!?！？\n\r\\s,，:：【】\\[\\]()（）"“”、])')
_SURNAMED = re.compile(f"姓({_SUR})(?=[^\u3400-\u9fff\x04]|$|的)")
_FAMILIAR = re.compile(
    f"(?<![\u3400-\u9fff\x04])[老小阿]([{FAMILIAR}])(?=[说称来反打叫在表又也和]|"
    f"[^\u3400-\u9fff\x04]|$)"
)
_COMMA = re.compile("[、和与跟]")
_AND = re.compile("[、和与及跟同]")
_AFTER = re.compile(
    "[^\u3400-\u9fff\x04]|$|来电|报警|致电|反映|投诉|举报|咨询|求助|表示|自称|诉称|称|说|要求|"
    "希望|认为|建议|提出|告知|回复|接听|"
    "(?:先生|女士|小姐|阿姨|师傅|老师|同志|老人|同学)|电话|手机|联系|微信|身份证|住在?|家|在|系|"
    "为|是|的|和|与|及|"
    "跟|男|女|本人|名下|已|将|被|打|向|对|把|从|今|昨|曾|多次|因|到|不|未|没|等|又|也|再|还|擅自|"
    "长期|私自|一直|每天|经常|"
    "经营|开|使用|收|承诺|三人|等|[一二两三四五六七八九几]人|因|所有|处|就|要|想|请|于|给|让|去|"
    "找|用"
)
_FOREIGN = re.compile("[\u3400-\u9fff]{1,8}(?:[·•.．・][\u3400-\u9fff]{1,10}){1,3}")
_PLACE_END = re.compile("[路村弄苑街园居城庄坊里桥厦号镇站场队]$")
_LONGEST_GIVEN = 2
_STRANGE = re.compile("[\u3400-\u9fff]{2,4}(?=[^\u3400-\u9fff\x04]|$)")


def names_in(text: str) -> list[Span]:
    """Where names stand, none twice. ``\\x03`` stands for each character of a phone."""
    found: dict[int, int] = {}
    for start, end in [
        *_labelled(text),
        *_addressed(text),
        *_introduced(text),
        *_before_more(text),
        *_listed(text),
        *_beginning(text),
        *[one.span(1) for one in _SURNAMED.finditer(text)],
        *[one.span(1) for one in _FAMILIAR.finditer(text)],
    ]:
        found[start] = max(end, found.get(start, 0))
    spans = _apart(found)
    return _again(text, _beside(text, spans)) if spans else []


def is_bare_name(text: str) -> bool:
    """Whether a cell may be somebody's name and nothing else."""
    name = text.strip()
    return _is_name(name, 0, len(name)) and not _PLACE_END.search(name)


def _surname(text: str, at: int) -> int:
    """How long the surname is that stands there; 0 if none does."""
    if text[at : at + 1] not in _FIRST:
        return 0
    if text[at : at + 2] in _DOUBLE:
        return 2
    return 1 if text[at : at + 1] in _SINGLE else 0


def _is_name(text: str, start: int, end: int, *, sure: bool = False) -> bool:
    """Whether a name may stand here: a surname and a given name that is no other word."""
    surname = _surname(text, start)
    if not surname:
        return False
    given = text[start + surname : end]
    if not 1 <= len(given) <= _LONGEST_GIVEN or not _han(given):
        return False
    if _ADDRESSED.fullmatch(given):
        return False
    return sure or (text[start : start + 2] not in WORDS and _NEVER.isdisjoint(given))


def _han(text: str) -> bool:
    return _HANS.fullmatch(text) is not None


def _name_at(text: str, at: int, *, sure: bool) -> int:
    """Where a name ends that begins here and after which something stands that follows names; 0
    if none does. ``sure``: a name is expected here, whatever follows."""
    surname = _surname(text, at)
    if not surname or (not sure and surname == 1 and text[at] in FUNCTION):
        if text[at : at + 1] not in _RATHER_NAMES or not _COMMON.isdisjoint(text[at + 1 : at + 3]):
            return 0
    ends = [
        end
        for end in (at + surname + 2, at + surname + 1)
        if end <= len(text) and _is_name(text, at, end, sure=sure)
    ]
    for end in ends:
        if _AFTER.match(text, end):
            return end
    return ends[0] if sure and ends else 0


def _labelled(text: str) -> list[Span]:
    """After 姓名： and the like whatever looks like a name is one."""
    found = []
    for label in _LABEL.finditer(text):
        at = label.end()
        sure = label[0].rstrip('【[("“ ').endswith((":", "="))
        foreign = _FOREIGN.match(text, at)
        strange = _STRANGE.match(text, at) if sure else None
        if sure and foreign:
            found.append(foreign.span())
        elif end := _name_at(text, at, sure=sure):
            found.append((at, end))
        elif strange and not _ADDRESSED.search(strange[0]) and strange[0] not in WORDS:
            found.append(strange.span())
    return found


def _addressed(text: str) -> list[Span]:
    """Before 先生 and the like: as many characters as make a name."""
    found = []
    for address in _ADDRESSED.finditer(text):
        start = _before(text, address.start(), address["address"] is not None)
        if start is not None:
            found.append((start, address.start()))
    return found


def _before(text: str, end: int, is_address: bool) -> int | None:
    """Where a name or a surname alone begins that ends here."""
    foreign = _FOREIGN.search(text, max(0, end - 16), end)
    if foreign and foreign.end() == end and any(one in foreign[0] for one in "·•・"):
        return foreign.start()
    for start in range(max(0, end - 4), end):
        if text[start] not in _FIRST:
            continue
        if not _han(text[start:end]):
            continue
        alone = _surname(text, start) == end - start
        if not alone and not _is_name(text, start, end):
            continue
        if text[start] in FUNCTION and _may_be_a_word(text, start, end):
            continue
        if _within_a_word(text, start) or _ends_a_word(text, start, end, is_address):
            continue
        return start
    return None


def _may_be_a_word(text: str, start: int, end: int) -> bool:
    """Whether 和 or 于 is rather a word of the sentence than a surname."""
    if start + 1 < end:  # 和张先生 is 张先生, 和女士 is somebody
        return _surname(text, start + 1) > 0
    before = text[start - 1 : start]
    if text[start] == "于":
        return before in _BEFORE_YU and bool(before)
    return bool(before) and _HAN.match(before) is not None


def _ends_a_word(text: str, start: int, end: int, is_address: bool) -> bool:
    """Whether a surname alone is the end of another word: 保安队长."""
    alone = end - start == 1
    if alone and not is_address and text[start:end] in _ENDS:
        return True
    sizes = (2, 3) if alone else (2,)
    return any(text[max(0, end - size) : end] in _ENDS for size in sizes)


def _within_a_word(text: str, start: int) -> bool:
    """Whether a word ends here that is no name: 公司 before 队长."""
    word = text[start - 1 : start + 1] if start else ""
    return word in WORDS or word in _ENDS


def _introduced(text: str) -> list[Span]:
    """After 我叫, 业主, 儿子 and the like, where what follows goes on as after a name."""
    found = []
    for pattern in (_SELF, _WHO):
        for label in pattern.finditer(text):
            end = _name_at(text, label.end(), sure=False)
            if end:
                found.append((label.end(), end))
    return found


def _before_more(text: str) -> list[Span]:
    """A name whose phone, sex or call follows."""
    found: list[Span | None] = []
    if "\x03" in text:
        found += [_ending(text, one) for one in _PHONE.finditer(text)]
    if "男" in text or "女" in text:
        found += [_ending(text, one) for one in _SEX.finditer(text)]
    found += [_ending(text, one) for one in _ACTS.finditer(text)]
    return [one for one in found if one is not None]


def _ending(text: str, after: re.Match[str]) -> Span | None:
    """The name that ends where something begins; after a comma only one that stands alone."""
    end = after.start()
    start = _suffix(text, end)
    if start is None or (after[0][:1] in ",，、" and start and _HAN.match(text[start - 1])):
        return None
    return start, end


def _suffix(text: str, end: int) -> int | None:
    """Where a name of at least two characters begins that ends here."""
    for start in range(max(0, end - 4), end - 1):
        if text[start] in _FIRST and _is_name(text, start, end) and not _within_a_word(text, start):
            if not (text[start] in FUNCTION and _surname(text, start + 1)):
                return start
    return None


def _beginning(text: str) -> list[Span]:
    """A name with which a sentence begins that goes on as when somebody tells something."""
    found = []
    for start in _STARTS.finditer(text):
        at = start.end()
        if text[at : at + 1] not in _FIRST:
            continue
        surname = _surname(text, at)
        for end in (at + surname + 2, at + surname + 1) if surname else ():
            if end <= len(text) and _is_name(text, at, end) and _TELLS.match(text, end):
                found.append((at, end))
                break
    return found


def _listed(text: str) -> list[Span]:
    """Names in a row: 张三、李四、王五."""
    found = []
    for comma in _COMMA.finditer(text):
        first, last = _suffix(text, comma.start()), _name_at(text, comma.end(), sure=False)
        alone = first is not None and (not first or not _HAN.match(text[first - 1]))
        if first is not None and last and alone:
            found += [(first, comma.start()), (comma.end(), last)]
    return found


def _apart(found: dict[int, int]) -> list[Span]:
    """Without those that lie within others."""
    spans: list[Span] = []
    for start, end in sorted(found.items()):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def _beside(text: str, spans: list[Span]) -> list[Span]:
    """With names that are told in a row with a name: 张三、李四."""
    found = dict(spans)
    for start, end in spans:
        joined = _AND.match(text, end)
        if joined and end - start > 1:
            last = _name_at(text, joined.end(), sure=False)
            if last:
                found[joined.end()] = last
        if start and end - start > 1 and _AND.match(text, start - 1):
            first = _suffix(text, start - 1)
            if first is not None:
                found[first] = start - 1
    return _apart(found)


def _again(text: str, spans: list[Span]) -> list[Span]:
    """With every other place where the same names stand."""
    found = dict(spans)
    for name in {text[start:end] for start, end in spans if end - start > 1}:
        at = text.find(name)
        while at >= 0:
            found.setdefault(at, at + len(name))
            at = text.find(name, at + len(name))
    return _apart(found)
