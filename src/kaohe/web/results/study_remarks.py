"""The newest study in a sentence beside each decision of its cycle."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.remarks import Remark, add_remarks
from kaohe.web.results.models import Study
from kaohe.web.results.study_contents import seen_by
from kaohe.web.results.study_presenters import QuestionShown, questions_shown
from kaohe.web.ui.templatetags.ui import told


def _remarks(person: Person, cycle: Cycle) -> dict[str, Remark]:
    if not person.may_read(Study):
        return {}
    rows = Study.objects.filter(cycle=cycle).select_related("cycle__scheme", "run")
    study = person.visible(rows).first()
    if study is None:
        return {}
    return {
        one.id: Remark(
            _sentence(study, one, cycle),
            reverse("results:study_decision", args=[study.pk, one.id]),
        )
        for one in questions_shown(seen_by(study, person.roles))
    }


def _sentence(study: Study, question: QuestionShown, cycle: Cycle) -> str:
    """What happens on these facts; on which option it stands where another is taken by now."""
    given = {"what": question.sentence, "option": told(question.taken)}
    taken = cycle.taken.get(question.id, study.taken[question.id])
    if study.is_simulated:
        given["facts"] = _("模拟数据下")
    else:
        given["facts"] = _("本年数据下")
    if taken != study.taken[question.id]:
        return _("%(facts)s（分析时选的是“%(option)s”）：%(what)s") % given
    return _("%(facts)s：%(what)s") % given


def speak_of_decisions() -> None:
    """Put the sentences beside the decisions; called when the app is loaded."""
    add_remarks(_remarks)
