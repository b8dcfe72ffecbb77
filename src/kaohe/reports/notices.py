"""What residents are told of a round on paper, and the sheet that is posted at the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day

from kaohe.reports.days import written
from kaohe.reports.qr import qr_svg
from kaohe.reports.typesetting import Content, pdf
from kaohe.values.text import Language, Text


@dataclass(frozen=True)
class Notice:
    """A round as residents are told of it, in the words of the town.

    ``link`` is the address of the form, without a code. ``whom`` says who is asked, and what is
    empty is not offered: answers by ``telephone``, paper to be had and brought back ``paper_at``.
    ``complain_to`` is the line for whoever is pressed.
    """

    town: str
    title: str
    link: str
    opens_on: Day
    closes_on: Day
    complain_to: str
    telephone: str = ""
    paper_at: str = ""
    whom: str = ""

    @property
    def address(self) -> str:
        """The link as it is typed."""
        return self.link.partition("://")[2]

    @property
    def heading(self) -> str:
        """Who asks and what; the town once, also where the title begins with it."""
        return self.title if self.title.startswith(self.town) else f"{self.town} {self.title}"


def notice_pdf(notice: Notice, language: Language = "zh") -> bytes:
    """The sheet for the door: it invites, and asks for no particular answer."""
    return pdf("notice.typ", notice_content(notice, language))


def notice_content(notice: Notice, language: Language = "zh") -> Content:
    """What stands on the sheet for the door."""
    parts = (_what(notice), _when(notice), _how(notice), _who_sees(), _nobody_may(notice))
    return {
        "title": notice.heading,
        "subtitle": Text(zh="给住户的说明", en="Information for residents")[language],
        "language": language,
        "picture": qr_svg(notice.link),
        "address": notice.address,
        "parts": [
            {"heading": heading[language], "lines": [line[language] for line in lines]}
            for heading, lines in parts
        ],
    }


Part = tuple[Text, list[Text]]


def _what(notice: Notice) -> Part:
    lines = [
        Text(
            zh="镇里想知道住户对居民区工作的看法，请每户作一次评价。各居民区问的问题一样，"
            "几分钟就能答完。好的、不好的，都请照实说。",
            en="The town wants to know what households think of the work done in their area. "
            "Every area is asked the same questions; they take a few minutes. "
            "Say what you think, good or bad.",
        )
    ]
    if notice.whom:
        lines.append(Text(zh=f"请谁作答：{notice.whom}", en=f"Who is asked: {notice.whom}"))
    return Text(zh="这是什么", en="What this is"), lines


def _when(notice: Notice) -> Part:
    first, last = notice.opens_on, notice.closes_on
    line = Text(
        zh=f"{written(first, 'zh')}至{written(last, 'zh')}",
        en=f"{written(first, 'en')} to {written(last, 'en')}",
    )
    return Text(zh="什么时候", en="When"), [line]


def _how(notice: Notice) -> Part:
    return Text(zh="怎么参加", en="How to take part"), list(_ways(notice))


def _ways(notice: Notice) -> Iterator[Text]:
    yield Text(
        zh=f"手机或电脑：扫您家纸条上的二维码；或者打开 {notice.address}，"
        "输入纸条上的答题码。不用注册，不用登录。",
        en="Phone or computer: scan the QR code on your slip, or open "
        f"{notice.address} and type the code on the slip. No account is needed.",
    )
    if notice.paper_at:
        yield Text(
            zh=f"纸质问卷：到{notice.paper_at}领取、交回。",
            en=f"Paper: fetch and return the form at {notice.paper_at}.",
        )
    if notice.telephone:
        yield Text(
            zh=f"电话：打 {notice.telephone}，接线员念题，照您说的记下。",
            en=f"Telephone: call {notice.telephone}; you are read the questions and "
            "what you say is taken down.",
        )
    yield Text(
        zh="每户一个答题码，只能用一次。", en="Each household has one code, which works once."
    )


def _who_sees() -> Part:
    return Text(zh="谁看得到什么", en="Who sees what"), [
        Text(
            zh="不记名，不问姓名、电话和证件号码。",
            en="Answers bear no name. No name, telephone or identity number is asked for.",
        ),
        Text(
            zh="答卷一交就加密封存，截止以后打乱次序一起打开，只算总数。"
            "居民区和镇里都看不到哪一户怎么答。",
            en="A ballot is sealed as it is sent. After the closing date all are shuffled, opened "
            "and counted together. Neither the area nor the town can see how a household answered.",
        ),
        Text(
            zh="系统只记这一户已经参加，好让每户只算一次。",
            en="Only that a household took part is kept, so that each counts once.",
        ),
    ]


def _nobody_may(notice: Notice) -> Part:
    return Text(zh="请您放心", en="You are free"), [
        Text(
            zh="参加不参加、怎么答，都由您自己定，不影响您办任何事情。",
            en="Whether you take part and what you answer is up to you. "
            "Nothing else depends on it.",
        ),
        Text(
            zh="任何人都不得看您作答，不得要截图，不得教您怎么答，不得替您答，也不得用礼品换评价。",
            en="Nobody may watch you answer, ask for a screenshot, tell you what to answer, "
            "answer for you, or offer gifts.",
        ),
        Text(
            zh=f"有人这样做，请打投诉电话 {notice.complain_to}。",
            en=f"If somebody does, call {notice.complain_to}.",
        ),
    ]
