"""Of the pack: which decisions, read otherwise, would give somebody another label or pay."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kaohe.reports.documents import Paragraph, Part, Table
from kaohe.web.publication.ruling_presenters import money_told
from kaohe.web.results.models import Run
from kaohe.web.results.study_contents import seen_by
from kaohe.web.results.study_presenters import OptionShown, QuestionShown, questions_shown
from kaohe.web.ui.language import in_a_row, in_quotes, named, sentences
from kaohe.web.ui.templatetags.ui import told

MOST = 8
"""So many decisions are listed, those first that move most."""
NAMED = 3
"""So many areas are named; of more there is only the number."""
READ_AS = frozenset({"group_head"})
"""Pay is read as the group may, but told of the whole town only: clerks read the pack too."""


def readings_told(run: Run) -> Iterator[Part]:
    """The few decisions that matter on the facts of this run, each with what it would change."""
    study = run.studies.select_related("cycle__scheme", "run").first()
    if study is None:
        yield Paragraph(
            _(
                "还没有按这次计分的数据做影响分析，说不出哪些事项换一种读法会改变结果。"
                "请经办人或组长在“决定事项影响”页面点“分析”，办完后重新打开本材料。"
            )
        )
        return
    questions = questions_shown(seen_by(study, READ_AS))
    moving = [one for one in questions if _moves(one)]
    kept = sorted(moving, key=_weight, reverse=True)[:MOST]
    told_of = [one for one in moving if one in kept]
    given = {"all": len(questions), "moving": len(moving)}
    yield Paragraph(
        _(
            "方案没有写定、已经决定的 %(all)s 项中，"
            "单独改选会改变等次、档次或绩效的有 %(moving)s 项。"
        )
        % given
    )
    rows = [
        [told(one.question), told(one.taken), _otherwise(one), one.clause or "—"] for one in told_of
    ]
    if rows:
        headings = [_("事项"), _("现在采用"), _("改选会怎样"), _("依据")]
        yield Table(headings, rows, [7, 6, 11, 4])
    if len(moving) > len(kept):
        yield Paragraph(
            _("只列影响最大的 %(count)s 项，全部见“决定事项影响”页面。") % {"count": len(kept)},
            small=True,
        )


def _weight(question: QuestionShown) -> int:
    """How many labels a decision moves."""
    return sum(one.changed for one in question.effects if one.outcome.kind == "label")


def _moves(question: QuestionShown) -> bool:
    return _weight(question) > 0 or any(_paid(one) for one in question.options)


def _paid(option: OptionShown) -> str:
    return money_told(*option.pay) if option.pay is not None else ""


def _otherwise(question: QuestionShown) -> str:
    """Option by option what it would change."""
    found = []
    for option in question.options:
        effects = [*_labels(option), *filter(None, [_paid(option)])]
        if effects:
            found.append(named(in_quotes(told(option.label)), sentences(effects)))
    return sentences(found)


def _labels(option: OptionShown) -> Iterator[str]:
    for place, outcome in enumerate(option.outcomes):
        if outcome.kind != "label":
            continue
        changed = [(name, cells[place]) for _id, name, cells in option.rows if cells[place]]
        given = {"outcome": told(outcome.label), "count": len(changed)}
        if len(changed) > NAMED:
            yield _("%(outcome)s变动 %(count)s 个") % given
        elif changed:
            listed = in_a_row(
                f"{name} {both[0]}→{both[1]}" for name, both in changed if both is not None
            )
            yield _("%(outcome)s变动 %(listed)s") % {**given, "listed": listed}
