"""What waits for the leading group on a run: each matter with its effect and where it is decided.

Other subjects add theirs to ``OPEN_MATTERS`` and ``TOLD_OF_OBJECTIONS`` when the app is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication.models import Ruling
from kaohe.web.publication.ruling_forms import label_named
from kaohe.web.publication.ruling_outcomes import Outcomes, outcomes_of
from kaohe.web.publication.ruling_presenters import changes_of, money_told
from kaohe.web.publication.ruling_rules import DECIDED_IN
from kaohe.web.results.drift import why_run_is_not_current
from kaohe.web.results.models import Run
from kaohe.web.results.presenters import CheckShown, checks_shown
from kaohe.web.ui.language import in_a_row, named, sentences
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Page:
    """Where something is decided or looked up: the page by its name, and its address."""

    name: str
    address: str


@dataclass(frozen=True)
class Matter:
    """Something to be decided: what it is, what follows from either way, under which clause."""

    what: str
    effect: str
    clause: str
    page: Page


OPEN_MATTERS: list[Callable[[Run], Iterable[Matter]]] = []
"""What other subjects have open on a run: objections, pay that is held."""
TOLD_OF_OBJECTIONS: list[Callable[[Run], Iterable[str]]] = []
"""What is told of the objections of a run's year, sentence by sentence; empty while nobody keeps
them."""


def matters_of(run: Run) -> tuple[Matter, ...]:
    """All that is open on a run, what keeps it from being final first; nothing once it is
    published."""
    if run.cycle.stage != DECIDED_IN:
        return ()
    own = (_not_current(run), _unmet(run), _incomplete(run), _ties(run), _rulings(run))
    others = (matter for open_ in OPEN_MATTERS for matter in open_(run))
    return (*(matter for several in own for matter in several), *others)


# -- pages ----------------------------------------------------------------------------------------


def rulings_page(cycle: Cycle) -> Page:
    """Where rulings are proposed and agreed to."""
    return Page(_("审定与公布"), f"{reverse('publication:rulings')}?cycle={cycle.pk}")


def waivers_page() -> Page:
    """Where the group accepts what was not met."""
    return Page(_("领导小组认可事项"), reverse("evidence:waivers"))


def runs_page(cycle: Cycle) -> Page:
    """Where a year is scored."""
    return Page(_("计分与结果"), f"{reverse('results:runs')}?cycle={cycle.pk}")


def pages_of(run: Run) -> tuple[Page, ...]:
    """The pages on which the figures of the pack are looked up."""
    year = f"?cycle={run.cycle_id}"
    return (
        rulings_page(run.cycle),
        waivers_page(),
        runs_page(run.cycle),
        Page(_("稳健性"), reverse("results:robustness", args=[run.pk])),
        Page(_("诉求剔除的影响"), f"{reverse('results:cases_exclusions')}{year}"),
        Page(_("不计入的答卷有多大影响"), f"{reverse('results:left_out')}{year}"),
        Page(_("决定事项影响"), f"{reverse('results:readings')}{year}"),
    )


# -- matters --------------------------------------------------------------------------------------


def _not_current(run: Run) -> Iterator[Matter]:
    for reason in why_run_is_not_current(run.cycle):
        effect = _("不重新计分就不能公布；重新计分后，本材料和已有的审定都要重来。")
        yield Matter(reason, effect, "", runs_page(run.cycle))


def by_check(checks: Iterable[CheckShown]) -> dict[str, list[CheckShown]]:
    """Checks in the order of the scheme, those of one kind together."""
    found: dict[str, list[CheckShown]] = {}
    for check in checks:
        found.setdefault(check.id, []).append(check)
    return found


def clauses_told(clauses: Iterable[str]) -> str:
    """Clauses, each once, in the order in which they come."""
    every = (part for one in clauses for part in one.split("；"))
    return "；".join(dict.fromkeys(part for part in every if part))


def checks_of(run: Run) -> list[CheckShown]:
    """The checks of a run."""
    return checks_shown(run, scheme_under(run.cycle.scheme, run.taken))


def waivers_of(run: Run) -> dict[tuple[str, str], Waiver]:
    """What the group has accepted by now, by area and check, whether the run knows it or not."""
    rows = Waiver.objects.filter(cycle=run.cycle).select_related("area")
    return {(one.area.area_id, one.check_id): one for one in rows}


def unmet_of(run: Run) -> tuple[list[CheckShown], list[CheckShown]]:
    """What bars a run's result: what nobody has accepted yet, and what was accepted after it."""
    accepted = waivers_of(run)
    open_: list[CheckShown] = []
    waiting: list[CheckShown] = []
    for check in checks_of(run):
        if check.bars:
            (waiting if (check.subject, check.id) in accepted else open_).append(check)
    return open_, waiting


def _unmet(run: Run) -> Iterator[Matter]:
    """A requirement that was not met bars the result until the group accepts that."""
    names = dict(run.subjects.values_list("subject_id", "name"))
    open_, waiting = unmet_of(run)
    effect = _("认可的，登记后退回计分，重新计分才算数；不认可的，结果一直是暂定，不能公布。")
    for several in by_check(open_).values():
        whose = in_a_row(names.get(one.subject, one.subject) for one in several)
        what = named(_("是否认可“%(check)s”未达到") % {"check": told(several[0].name)}, whose)
        yield Matter(what, effect, several[0].clause, waivers_page())
    if waiting:
        what = _("这次计分以后登记的认可 %(count)s 项，还没有算进去") % {"count": len(waiting)}
        clauses = clauses_told(one.clause for one in waiting)
        yield Matter(what, _("退回计分、重新计分后才算数。"), clauses, runs_page(run.cycle))


def _incomplete(run: Run) -> Iterator[Matter]:
    names = list(run.subjects.filter(status="incomplete").values_list("name", flat=True))
    if names:
        what = _("数据不全，没有结果：%(names)s") % {"names": in_a_row(names)}
        effect = _("补报以后重新计分；不补报，这次计分一直是暂定，不能公布。")
        yield Matter(what, effect, "", runs_page(run.cycle))


def _ties(run: Run) -> Iterator[Matter]:
    """Equals at the end of a label's places, unless a ruling on them waits or holds."""
    scheme, outcomes = scheme_under(run.cycle.scheme, run.taken), outcomes_of(run)
    ruled = {
        (one.node, subject)
        for one in Ruling.objects.filter(run=run, dropped_at=None)
        for subject in one.areas
    }
    for outcome in outcomes.nodes:
        for tie in outcome.ties:
            if all((outcome.id, subject) in ruled for subject in tie.subjects):
                continue
            given = {
                "node": told(outcome.label),
                "label": told(outcome.labels[tie.label]),
                "names": in_a_row(outcomes.names[subject] for subject in tie.subjects),
                "now": label_named(outcome, tie.given),
            }
            what = _("%(node)s：“%(label)s”的最后一名落在并列之间：%(names)s") % given
            effect = _("不作取舍，按规则都定为“%(now)s”；要分出先后，逐个定档。") % given
            yield Matter(
                what, effect, scheme.nodes[outcome.id].clause or "", rulings_page(run.cycle)
            )


def _rulings(run: Run) -> Iterator[Matter]:
    scheme, outcomes = scheme_under(run.cycle.scheme, run.taken), outcomes_of(run)
    for ruling in Ruling.objects.filter(run=run).open():
        what = f"{ruling.get_kind_display()}：{ruling.reason}"
        yield Matter(
            what,
            effect_told(ruling, outcomes),
            scheme.nodes[ruling.node].clause or "",
            rulings_page(run.cycle),
        )


def effect_told(ruling: Ruling, outcomes: Outcomes) -> str:
    """Whom a ruling changes, from what to what, and what that costs or saves."""
    outcome = outcomes.node(ruling.node)
    assert outcome is not None, "only such nodes are decided"
    changes = [change.told for change in changes_of(ruling, outcome)]
    money = money_told(ruling.pay_before, ruling.pay_after)
    return sentences([*changes, money] if money else changes)
