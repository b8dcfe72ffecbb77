"""Whether what lies in a box fits when it is opened: ballots beside those who took part, beside
what was logged at the closing, beside the lists of who came and who was interviewed.

What differs keeps no ballot from being counted: it is kept with the round, told in the log and on
the round's page, and before scoring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_condition
from kaohe.web.registry.models import Area
from kaohe.web.surveys.models import Round, SampleHousehold
from kaohe.web.surveys.response_rates import ANSWERED
from kaohe.web.surveys.rounds import samples_of
from kaohe.web.surveys.sealing import Contents
from kaohe.web.surveys.taking_part import AreaSample, rounds_of
from kaohe.web.ui.language import in_a_row, named
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Frozen:
    """What is known of a closed box: how many ballots, how many took part, which receipts."""

    ballots: int
    participants: int
    receipts_sha256: str


@dataclass(frozen=True)
class Difference:
    """So many ``ballots``, or who took part, and ``beside`` them another number that does not fit.

    ``area`` and ``sample`` are empty where it is about the whole round.
    """

    kind: str
    ballots: int
    beside: int
    area: str = ""
    sample: str = ""


@dataclass(frozen=True)
class Opened:
    """What was found in a box: receipts, what the ballots say, and how many took part by the box
    itself."""

    receipts: Sequence[str]
    contents: Sequence[Contents]
    taken: Mapping[AreaSample, int]


def receipts_hash(codes: Sequence[str]) -> str:
    """The SHA-256 of a list of receipts, each on its line, sorted: what the log keeps."""
    return sha256("".join(f"{code}\n" for code in sorted(codes)).encode()).hexdigest()


def differences(
    held: Round, opened: Opened, took_part: Sequence[tuple[str, str, str]]
) -> list[Difference]:
    """All that does not fit. ``took_part`` are area, sample and voter: at a meeting, who came."""
    ballots = Counter((one.area_id, one.sample) for one in opened.contents)
    found = [*_since_closing(held, opened, len(took_part))]
    found += _unequal("taken", ballots, opened.taken)
    if held.manner == "meeting":
        came = Counter((area, sample) for area, sample, _voter in took_part)
        more = {one: count for one, count in ballots.items() if count > came[one]}
        found += _unequal("came", more, {one: came[one] for one in more})
    elif held.manner == "surveyor":
        found += _unequal("interviewed", ballots, _interviewed(held))
    return found


def wrong_receipts(count: int) -> list[Difference]:
    """So many receipts were not those of their ballots."""
    return [Difference("receipts", count, 0)] if count else []


def _since_closing(held: Round, opened: Opened, participants: int) -> Iterator[Difference]:
    """What is not as it was when the round was closed."""
    count = len(opened.contents)
    if count != held.ballots:
        yield Difference("ballots_at_closing", count, held.ballots or 0)
    elif receipts_hash(opened.receipts) != held.receipts_sha256:
        yield Difference("receipts_at_closing", count, count)
    if participants != held.participants:
        yield Difference("participants_at_closing", participants, held.participants or 0)


def _unequal(
    kind: str, ballots: Mapping[AreaSample, int], beside: Mapping[AreaSample, int]
) -> Iterator[Difference]:
    keys = ballots.keys() | beside.keys()
    for area, sample in sorted(keys):
        there, other = ballots.get((area, sample), 0), beside.get((area, sample), 0)
        if there != other:
            yield Difference(kind, there, other, area, sample)


def _interviewed(held: Round) -> Mapping[AreaSample, int]:
    """The households of the third party's sample whose case ended with answers."""
    rows = SampleHousehold.objects.filter(draw__vendor__round=held, disposition__in=ANSWERED)
    areas = rows.order_by().values_list("area__area_id", flat=True)
    return Counter((area, held.samples[0]) for area in areas)


def kept(found: Sequence[Difference]) -> list[dict[str, object]]:
    """Differences as a round keeps them."""
    return [asdict(one) for one in found]


def differences_told(held: Round) -> list[str]:
    """What differed when the box was opened, in words."""
    found = [Difference(**one) for one in held.differences or ()]
    areas = dict(
        Area.objects.filter(town=held.town, area_id__in=[one.area for one in found]).values_list(
            "area_id", "name"
        )
    )
    samples = {name: told(sample.label) for name, sample in samples_of(held.cycle).items()}
    return [
        named(
            in_a_row([areas.get(one.area, one.area), samples.get(one.sample, one.sample)]),
            _told(one),
        )
        if one.area
        else _told(one)
        for one in found
    ]


def _told(one: Difference) -> str:
    numbers = {"ballots": one.ballots, "beside": one.beside}
    return {
        "ballots_at_closing": _(
            "截止时记录的答卷有 %(beside)s 份，开箱时票箱里有 %(ballots)s 份。"
        ),
        "receipts_at_closing": _(
            "答卷还是 %(ballots)s 份，回执清单却与截止时记录的摘要对不上：截止以后有答卷被换过。"
        ),
        "participants_at_closing": _("截止时的参与数是 %(beside)s，开箱时是 %(ballots)s。"),
        "receipts": _("有 %(ballots)s 份答卷与自己的回执对不上：答卷被改过或者换过。"),
        "taken": _("票箱里有答卷 %(ballots)s 份，参加记录 %(beside)s 条，应当一样多。"),
        "came": _("票箱里有答卷 %(ballots)s 份，登记的到会只有 %(beside)s。"),
        "interviewed": _(
            "票箱里有答卷 %(ballots)s 份，第三方登记为已答的有 %(beside)s 户，应当一样多。"
        ),
    }[one.kind] % numbers


def _rounds_that_differ(cycle: Cycle) -> list[str]:
    return [
        _("轮次“%(round)s”开箱核对有出入，请在该轮次的页面查看。") % {"round": held}
        for held in rounds_of(cycle)
        if held.differences
    ]


def speak_of_differences() -> None:
    """Tell of differences before scoring; called when the app is loaded."""
    add_condition("collecting", "scoring", _rounds_that_differ, bars=False)
