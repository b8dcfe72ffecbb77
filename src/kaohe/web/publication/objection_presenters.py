"""Facts of an area and objections to them, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.accounts.roles import GROUP
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.facts import CASES
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.models import FactsConfirmed, Objection, ObjectionWord
from kaohe.web.publication.objection_deciders import objections_of, why_not_decide
from kaohe.web.publication.objection_facts import Matter, matters_of
from kaohe.web.publication.objection_terms import Term
from kaohe.web.registry.models import Area
from kaohe.web.results.models import Run

TONES = {
    "open": "warn",
    "accepted": "warn",
    "settled": "good",
    "refused": "plain",
    "withdrawn": "plain",
}
"""How each state of an objection looks."""
FOLDED = 8
"""A table of more rows is folded until somebody opens it."""
SEES_DECIDERS = f"clerk auditor inspection {GROUP}"


@dataclass(frozen=True)
class AreaShown:
    """One area's own facts, and how far its checking is."""

    cycle: Cycle
    area: Area
    matters: Sequence[Matter]
    objections: Sequence[ObjectionShown]
    term: Term
    confirmed: FactsConfirmed | None
    not_objecting: str
    not_confirming: str

    @property
    def objects(self) -> str:
        """Where somebody objects to one of the facts; an empty text where nobody can."""
        if self.not_objecting:
            return ""
        address = reverse("publication:object", args=[self.area.area_id])
        return f"{address}?cycle={self.cycle.pk}"

    @property
    def folded(self) -> list[tuple[Matter, bool, str]]:
        """Each kind of fact, whether it is folded, and where its rows have pages of their own."""
        cases = f"{reverse('hotline:cases')}?cycle={self.cycle.pk}"
        return [
            (one, len(one.rows) > FOLDED, cases if one.table == CASES else "")
            for one in self.matters
        ]


@dataclass(frozen=True)
class ObjectionShown:
    """One objection as somebody may see it: the words of others, and whether they decide."""

    row: Objection
    words: Sequence[ObjectionWord]
    answers: Sequence[str]
    """Why it was decided as it was, without names, for the area."""
    mine: bool
    not_mine: str

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.row.state]


def areas_shown(person: Person, run: Run, terms: dict[str, Term], day: date) -> list[AreaShown]:
    """The areas that somebody speaks for, with the facts that a run has scored of them."""
    codes = {code for post in person.posts if post.role == "secretary" for code in post.scope}
    areas = person.visible(Area.objects.filter(town=run.town_id, area_id__in=codes & set(terms)))
    cycle = run.cycle
    rows = objections_shown(list(objections_of(person, cycle)), person, cycle.stage)
    found = []
    for area in areas:
        own = [one for one in rows if one.row.area_id == area.pk]
        confirmed = FactsConfirmed.objects.filter(run=run, area=area).first()
        term = terms[area.area_id]
        found.append(
            AreaShown(
                cycle,
                area,
                matters_of(run, area.area_id),
                own,
                term,
                confirmed,
                rules.why_not_object(stage=cycle.stage, last_on=term.last_on, day=day),
                rules.why_not_confirm(
                    stage=cycle.stage,
                    waiting=sum(one.row.state in ("open", "accepted") for one in own),
                    confirmed=confirmed is not None,
                ),
            )
        )
    return found


def objections_shown(rows: Sequence[Objection], person: Person, stage: str) -> list[ObjectionShown]:
    """Objections of one page."""
    return [_shown(row, person, stage) for row in rows]


def _shown(row: Objection, person: Person, stage: str) -> ObjectionShown:
    words = list(row.words.all())
    decides = person.has(rules.DECIDING)
    reason = why_not_decide(row, person, stage) if decides and row.state == "open" else ""
    return ObjectionShown(
        row,
        words if person.has(SEES_DECIDERS) else (),
        _answers(row, words),
        decides and row.state == "open" and not reason,
        reason,
    )


def _answers(row: Objection, words: Sequence[ObjectionWord]) -> list[str]:
    if row.state not in ("accepted", "settled", "refused"):
        return []
    held = row.state != "refused"
    reasons = (word.reason for word in words if word.agrees == held and word.reason)
    return list(dict.fromkeys(reasons))


def matter_of(row: Objection, run: Run) -> Matter | None:
    """The facts of the kind that an objection is about, as a run has scored them."""
    return next((m for m in matters_of(run, row.area.area_id) if m.table == row.table), None)


IN_A_FILE = _("由数据提供单位换一版报送文件。")
CORRECTED: Mapping[str, tuple[Promise, str]] = {
    CASES: (
        _("由数据提供单位换一版报送文件；不该计的，在“诉求剔除”中申请。"),
        "cycles:deliveries",
    ),
    "spot_checks": (_("由审计在“走访抽查”中更正。"), "evidence:spot_checks"),
    "honours": (_("由提交的科室在“综合性表彰”中更正。"), "evidence:honours"),
    "sanctions": (_("由纪检监察在“处分扣分”中更正。"), "evidence:sanctions"),
    "": (
        _("轮次中的，由党建办核对测评轮次；报送的，由数据提供单位换一版报送文件。"),
        "cycles:deliveries",
    ),
}
"""Who corrects a fact, and where, by its table; the registers are known by their names."""
OF_AREAS = (_("冻结的户数不能改，由党建办另建一次快照，更正后冻结。"), "registry:snapshots")
OF_WAIVERS = (_("由领导小组在“领导小组认可事项”中更正。"), "evidence:waivers")


def where_corrected(row: Objection) -> tuple[str, str]:
    """Who corrects a fact and where, as a sentence and an address."""
    scheme = scheme_of(row.cycle)
    told, page = CORRECTED.get(row.table, (IN_A_FILE, "cycles:deliveries"))
    if row.table == scheme.subject.table:
        told, page = OF_AREAS
    elif scheme.waivers is not None and row.table == scheme.waivers.table:
        told, page = OF_WAIVERS
    return str(told), f"{reverse(page)}?cycle={row.cycle_id}"


def last_of(terms: dict[str, Term]) -> date | None:
    """The last day of all areas."""
    return max((one.last_on for one in terms.values()), default=None)
