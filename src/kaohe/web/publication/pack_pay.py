"""Of the pack: what pay comes to after what was decided, and whose has to wait, without persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kaohe.pipeline import held, overridden
from kaohe.reports.documents import Paragraph, Part, Table
from kaohe.scheme.model import Hold, Pay
from kaohe.scoring.paying import Held
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.contents import decided_on
from kaohe.web.publication.ruling_outcomes import overrides_in, pay_total, sum_told
from kaohe.web.results.actions import assessed_again
from kaohe.web.results.models import Run
from kaohe.web.ui.language import sentences
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class _Waiting:
    """A reason to wait: for how many persons of how many subjects, and what they would get."""

    hold: Hold
    persons: int
    subjects: int
    amount: str


def pay_told(run: Run) -> Iterator[Part]:
    """What a publication would propose now, and how much of it waits, reason by reason."""
    scheme = scheme_under(run.cycle.scheme, run.taken)
    if scheme.pay is None:
        yield Paragraph(_("这个方案不计算绩效。"))
        return
    with assessed_again(run, scheme) as untouched:
        assessment = overridden(untouched, overrides_in(decided_on(run)))
        waiting = held(assessment)
        given = {
            "persons": len(assessment.pay),
            "total": pay_total(assessment),
            "waiting": len(waiting),
            "held": sum_told((one.line for one in waiting), scheme.pay),
            "clause": scheme.pay.clause,
        }
    reasons = list(_reasons(scheme.pay, waiting))
    yield Paragraph(
        _(
            "按这次计分和已经审定的事项，建议 %(persons)s 人、共 %(total)s 元，"
            "其中暂缓 %(waiting)s 人、%(held)s 元。依据：%(clause)s。"
        )
        % given
    )
    if not reasons:
        return
    subject = told(scheme.subject.label)
    headings = [_("暂缓的原因"), _("依据"), _("人数"), _("涉及%s") % subject, _("建议金额（元）")]
    rows = [
        [
            told(one.hold.label),
            one.hold.clause or scheme.pay.clause,
            str(one.persons),
            str(one.subjects),
            one.amount,
        ]
        for one in reasons
    ]
    yield Table(headings, rows, [9, 6, 2, 3, 4], frozenset({2, 3, 4}))
    after = [_("公布以后由财务人事逐人核定，核定前不发放")]
    if len(waiting) < sum(one.persons for one in reasons):
        after.append(_("一人有几个原因的，各行都计入"))
    yield Paragraph(_("%s。") % sentences(after))


def _reasons(pay: Pay, waiting: list[Held]) -> Iterator[_Waiting]:
    """Reasons that keep somebody waiting, in the order of the scheme."""
    for hold in pay.hold:
        own = [one.line for one in waiting if hold in one.reasons]
        if own:
            subjects = {line.subject for line in own}
            yield _Waiting(hold, len(own), len(subjects), sum_told(own, pay))
