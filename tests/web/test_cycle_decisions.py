"""The open questions of a policy: answered one by one or together, locked once adopted."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.audit.models import Event
from kaohe.web.cycles import deciding
from kaohe.web.cycles.models import Choice, Cycle
from kaohe.web.cycles.schemes import scheme_of
from tests.web.cast import NOW, Cast
from tests.web.preparing import acts, decide_all, in_stage, proposed

PAGE = "/cycles/decisions/"
ONE = f"{PAGE}hotline_tie/"


def test_the_page_asks_each_question_with_clause_and_options_and_marks_the_default(
    cast: Cast,
) -> None:
    cycle = in_stage(cast, "prepare")
    page = cast.client("clerk").get(PAGE).content.decode()
    for decision in scheme_of(cycle).decisions.values():
        assert decision.question.zh in page
        for label in decision.options.values():
            assert label.zh in page
    assert page.count('<span class="tag plain">默认</span>') == 14
    assert "checked" not in page, "nothing is chosen before somebody chooses"
    assert "0 / 14 已选" in page
    assert "每个列出名称的得分算出时即四舍五入到两位小数" in page, "fixed readings stand beside"
    assert "S310" in page, "what the lint says stands beside"


def test_a_saved_form_is_one_event_and_counts_what_is_chosen(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    client = cast.client("clerk")
    sent = {
        "cycle": cycle.pk,
        "option-hotline_tie": "worse",
        "reason-hotline_tie": "与往年一致",
        "option-bonus_rule": "highest",
    }
    assert client.post(PAGE, sent).status_code == 302
    event = Event.objects.get()
    assert event.act == "cycles.decided"
    assert "并列者都取靠后的名次" in event.told
    assert cast.cycle.taken == {"hotline_tie": "worse", "bonus_rule": "highest"}
    page = client.get(PAGE).content.decode()
    assert "2 / 14 已选" in page
    assert "与往年一致" in page
    assert client.post(PAGE, sent).status_code == 302, "sent twice"
    assert acts() == ["cycles.decided"], "nothing differs, so nothing was done"


def test_answering_one_leads_on_to_the_next_open_question_and_then_to_all(cast: Cast) -> None:
    in_stage(cast, "prepare")
    decide_all(cast)
    Choice.objects.filter(decision__in=("survey_items", "hotline_tie")).delete()
    client = cast.client("clerk")
    empty = client.post(ONE, {})
    assert empty.status_code == 422
    assert "请选定一项" in empty.content.decode()
    first = client.post(ONE, {"option-hotline_tie": "worse"})
    assert first.headers["Location"].startswith(f"{PAGE}survey_items/")
    last = client.post(f"{PAGE}survey_items/", {"option-survey_items": "joint"})
    assert last.headers["Location"].startswith(f"{PAGE}?cycle=")
    assert "14 / 14 已选" in client.get(PAGE).content.decode()


def test_what_somebody_else_decided_meanwhile_is_shown_and_nothing_typed_is_lost(
    cast: Cast,
) -> None:
    cycle = in_stage(cast, "prepare")
    client = cast.client("clerk")
    seen = client.get(PAGE).context["seen"]
    deciding.take_decisions(cycle, {"hotline_tie": ("better", "")}, by=cast.person("clerk"), at=NOW)
    sent = {"seen": seen, "option-hotline_tie": "worse", "reason-hotline_tie": "我的理由"}
    overtaken = client.post(PAGE, sent)
    assert overtaken.status_code == 409
    page = overtaken.content.decode()
    assert "没有丢失" in page
    assert "我的理由" in page
    assert "现在的选择" in page
    assert Choice.objects.get().option == "better"
    again = client.post(PAGE, sent | {"seen": overtaken.context["seen"]})
    assert again.status_code == 302
    assert Choice.objects.get().option == "worse"


def test_an_option_that_there_is_not_is_refused(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    for name, option in (("hotline_tie", "best"), ("no_such", "x")):
        with pytest.raises(ValidationError, match="没有这个选项"):
            deciding.take_decisions(cycle, {name: (option, "")}, by=cast.person("clerk"), at=NOW)
    sent = cast.client("clerk").post(PAGE, {"option-hotline_tie": "best"})
    assert sent.status_code == 422
    assert cast.client("clerk").get(f"{PAGE}no_such/").status_code == 404
    assert acts() == []


@pytest.mark.parametrize("stage", ["adopted", "collecting", "scoring", "published"])
def test_an_adopted_scheme_keeps_its_decisions_and_says_why(cast: Cast, stage: str) -> None:
    cycle = in_stage(cast, stage)
    client = cast.client("clerk")
    page = client.get(PAGE).content.decode()
    assert "方案已经通过" in page
    assert 'type="radio"' not in page
    refused = client.post(ONE, {"option-hotline_tie": "worse"})
    assert refused.status_code == 403
    assert "写入下一年度方案" in refused.content.decode()
    with pytest.raises(PermissionDenied, match="方案已经通过"):
        deciding.take_decisions(
            cycle, {"hotline_tie": ("worse", "")}, by=cast.person("clerk"), at=NOW
        )
    assert acts() == []


def test_what_is_put_up_for_signature_does_not_change_under_the_heads(cast: Cast) -> None:
    proposed(cast)
    refused = cast.client("clerk").post(ONE, {"option-hotline_tie": "worse"})
    assert refused.status_code == 403
    assert "正在等待签署" in refused.content.decode()


def test_others_read_and_strangers_find_nothing(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    other = Cycle.objects.get(town__code="elsewhere")
    for username in ("scorer", "secretary", "auditor", "group_head"):
        client = cast.client(username)
        page = client.get(PAGE)
        assert page.status_code == 200
        assert 'type="radio"' not in page.content.decode()
        assert client.post(PAGE, {"option-hotline_tie": "worse"}).status_code == 404
    for username in ("max", "interviewer", "administrator"):
        assert cast.client(username).get(PAGE).status_code == 404
    client = cast.client("clerk")
    assert client.get(f"{PAGE}?cycle={other.pk}").status_code == 404
    assert client.post(PAGE, {"cycle": other.pk, "option-hotline_tie": "worse"}).status_code == 404
    assert client.get(f"{PAGE}?cycle={cycle.pk}").status_code == 200
    assert client.get(f"{PAGE}?cycle=x").status_code == 404
    assert Choice.objects.count() == 0


def test_the_page_costs_few_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    in_stage(cast, "prepare")
    decide_all(cast)
    client = cast.client("clerk")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(PAGE)
