"""Pages of exclusions: who sees what, asking, one request, the sheet of a meeting, the desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaohe.web.cycles.models import Cycle
from kaohe.web.desk.waiting import waiting_for
from kaohe.web.hotline import exclusion_effects
from kaohe.web.hotline.exclusion_effects import Effect, add_effect
from kaohe.web.hotline.exclusion_models import Exclusion, ExclusionFile
from kaohe.web.hotline.models import Case
from tests.web.cast import TODAY, Cast
from tests.web.exclusions import (
    Said,
    another,
    asked,
    left_out,
    spoken,
    told_cases_in_force,
    with_ground,
)

pytestmark = pytest.mark.either_database

LIST, ASK, MEETING = (
    "/hotline/exclusions/",
    "/hotline/exclusions/ask",
    "/hotline/exclusions/meeting",
)
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture(autouse=True)
def _cases(cast: Cast, tmp_path: Path) -> None:
    """Three cases in force; of each it is known what it is about."""
    rows = [with_ground("A1"), with_ground("A2"), with_ground("B1", area="J02")]
    told_cases_in_force(cast, tmp_path, rows)
    Case.objects.update(kind="物业服务", summary="电梯停运，希望尽快修好。")


def page(cast: Cast, username: str, address: str, status: int = 200) -> str:
    answer = cast.client(username).get(address)
    assert answer.status_code == status, (username, address)
    return str(answer.content.decode())


def post(cast: Cast, username: str, address: str, status: int = 302, **form: Any) -> str:
    answer = cast.client(username).post(address, form)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


# -- who sees what --------------------------------------------------------------------------------


def test_each_sees_the_requests_of_their_own_and_no_others(cast: Cast) -> None:
    mine = asked(cast, "A1")
    other = asked(cast, "B1", "scorer", department=cast.department("社建办"))
    sees = {
        **dict.fromkeys(
            ("clerk", "auditor", "group_head", "group_member", "provider"), {"A1", "B1"}
        ),
        "secretary": {"A1"},
        "other_secretary": {"B1"},
        "scorer": {"B1"},
        "department_head": {"B1"},
        "other_scorer": set[str](),
        "other_provider": set[str](),
    }
    for username, wanted in sees.items():
        text = page(cast, username, f"{LIST}?show=all")
        assert {row.case_id for row in (mine, other) if f">{row.case_id}<" in text} == wanted, (
            username
        )
        for row in (mine, other):
            status = 200 if row.case_id in wanted else 404
            page(cast, username, f"{LIST}{row.pk}/", status)
    for username in ("leader", "worker", "inspection", "finance", "monitor", "administrator"):
        for address in (LIST, ASK, MEETING, f"{LIST}grounds", f"{LIST}{mine.pk}/"):
            page(cast, username, address, 404)


def test_what_a_case_is_about_is_told_only_to_those_who_see_single_cases(cast: Cast) -> None:
    row = asked(cast, "A1", "scorer", department=cast.department("社建办"))
    address = f"{LIST}{row.pk}/"
    for username in ("clerk", "auditor", "provider", "secretary"):
        text = page(cast, username, address)
        assert "电梯停运" in text
        assert "已处置" in text
    member = page(cast, "group_member", address)
    assert "已处置" in member, "what there is to decide on"
    for text in (member, page(cast, "group_head", address), page(cast, "scorer", address)):
        assert "电梯停运" not in text
    assert "已处置" not in page(cast, "group_head", address)
    assert "电梯停运" in page(cast, "clerk", MEETING)
    assert "电梯停运" not in page(cast, "group_member", MEETING)


# -- asking ---------------------------------------------------------------------------------------


def test_a_secretary_asks_with_a_number_a_ground_and_words_and_nothing_to_hand_in(
    cast: Cast,
) -> None:
    assert "没有找到" in page(cast, "secretary", f"{ASK}?case=B1", 422), "as if it were not there"
    assert "没有找到" in page(cast, "secretary", f"{ASK}?case=A9", 422)
    text = page(cast, "secretary", f"{ASK}?case=A1")
    assert "电梯停运" in text
    assert 'type="file"' not in text
    address = f"{ASK}?case=A1"
    wrong = post(cast, "secretary", address, 422, ground="repeat", text="")
    assert "请填写前一办件的编号" not in wrong, "first what a form itself sees"
    wrong = post(cast, "secretary", address, 422, ground="repeat", text="又是同一件事")
    assert "请填写前一办件的编号" in wrong
    assert "又是同一件事" in wrong, "nothing typed is lost"
    own = f"/hotline/cases/{Case.objects.get(case_id='A1').pk}/"
    assert "申请剔除这个办件" in page(cast, "secretary", own)
    assert "申请剔除这个办件" not in page(cast, "auditor", own)
    key = "8f6f0f0e-0d2b-4c7a-9b55-2d53c6a0c001"
    told = "到场核实，王建国先生（13812345678）家没有此事"
    given = {"ground": "unfounded", "text": told, "submission": key}
    for _twice in range(2):
        post(cast, "secretary", address, **given)
    [row] = Exclusion.objects.all()
    assert row.text == "到场核实，［姓名］先生（［电话］）家没有此事"
    assert "申请剔除这个办件" not in page(cast, "secretary", own)
    assert f"/hotline/exclusions/{row.pk}/" in page(cast, "secretary", own)
    assert (row.asker, row.ground, row.area) == ("secretary", "unfounded", cast.area("J01"))
    post(cast, "secretary", address, 422, ground="unfounded", text="再次提出")
    Cycle.objects.update(stage="review")
    assert "进入复核以后" in page(cast, "secretary", address)
    post(cast, "secretary", f"{ASK}?case=A2", 403, ground="unfounded", text="到场核实没有此事")


def test_a_department_asks_without_seeing_the_case_and_attaches_files(
    cast: Cast, tmp_path: Path
) -> None:
    text = page(cast, "scorer", f"{ASK}?case=B1")
    assert "电梯停运" not in text
    department = cast.department("社建办").pk
    given = {"ground": "not_statutory", "text": "属于物业合同约定。", "department": department}
    post(cast, "scorer", f"{ASK}?case=B1", **given)
    row = Exclusion.objects.get()
    attach = f"{LIST}{row.pk}/attach"
    page_of = f"{LIST}{row.pk}/"
    assert 'type="file"' in page(cast, "scorer", page_of)
    assert 'type="file"' not in page(cast, "other_secretary", page_of)
    post(cast, "other_secretary", attach, 404, file=SimpleUploadedFile("合同.pdf", PDF))
    fake = post(cast, "scorer", attach, 422, file=SimpleUploadedFile("合同.pdf", b"MZ program"))
    assert "内容却不是" in fake
    post(cast, "scorer", attach, file=SimpleUploadedFile("合同.pdf", PDF))
    kept = ExclusionFile.objects.get()
    assert kept.path.read_bytes() == PDF
    for username in ("scorer", "clerk", "provider", "group_member", "auditor"):
        answer = cast.client(username).get(f"{LIST}files/{kept.pk}")
        assert b"".join(answer.streaming_content) == PDF
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
    for username in ("other_secretary", "other_scorer", "other_provider"):
        page(cast, username, f"{LIST}files/{kept.pk}", 404)
    assert "合同.pdf" not in page(cast, "other_secretary", page_of)
    left_out(cast, row)
    post(cast, "scorer", attach, 403, file=SimpleUploadedFile("再来.pdf", PDF))


# -- one request ----------------------------------------------------------------------------------


def test_both_sides_speak_on_its_page_and_everything_that_became_of_it_stays_there(
    cast: Cast,
) -> None:
    row = asked(cast, "A1")
    address = f"{LIST}{row.pk}/"
    assert "您代表" not in page(cast, "secretary", address)
    assert "您代表条线一方决定" in page(cast, "provider", address)
    wrong = post(cast, "provider", f"{address}speak", 422, side="line", agrees="no", seen=1)
    assert "请写明理由" in wrong
    said = {"side": "line", "agrees": "no", "reason": "照片显示确有其事", "seen": 1}
    post(cast, "provider", f"{address}speak", **said)
    assert "不予剔除" in page(cast, "secretary", address)
    assert "撤回我代表条线一方的决定" in page(cast, "provider", address)
    post(cast, "provider", f"{address}take-back", side="line", seen=1)
    row.refresh_from_db()
    assert row.state == "refused", "somebody saw an older version"
    post(cast, "provider", f"{address}take-back", side="line", seen=row.version)
    row.refresh_from_db()
    for username, side in (("provider", "line"), ("group_member", "area")):
        row.refresh_from_db()
        given = {"side": side, "agrees": "yes", "seen": row.version}
        post(cast, username, f"{address}speak", **given)
    text = page(cast, "secretary", address)
    for step in ("申请剔除", "不同意剔除", "撤回剔除决定", "同意剔除", "照片显示确有其事"):
        assert step in text
    post(cast, "clerk", f"{address}speak", 422, side="area", agrees="yes", seen=row.version)
    post(cast, "clerk", f"{address}speak", 404, side="both", agrees="yes")


def test_a_case_left_out_by_mistake_counts_again_by_both_sides(cast: Cast) -> None:
    row = left_out(cast, asked(cast, "A1"))
    address = f"/hotline/exclusions/{row.pk}/"
    assert "提出恢复计入" in page(cast, "provider", address)
    assert "提出恢复计入" not in page(cast, "secretary", address)
    post(cast, "provider", f"{address}undo", 422, side="line", reason="")
    post(cast, "provider", f"{address}undo", side="line", reason="查错了办件。")
    assert "撤回恢复计入" in page(cast, "provider", address)
    assert "1 项恢复计入等您决定" in page(cast, "clerk", "/")
    assert "1 项恢复计入等您决定" not in page(cast, "provider", "/")
    assert row.case_id in page(cast, "clerk", "/hotline/exclusions/?show=undoing")
    text = page(cast, "clerk", address)
    assert "查错了办件。" in text
    assert "您代表块上一方决定是否恢复计入" in text
    post(cast, "clerk", f"{address}undo", 422, side="area", agrees="no", reason="")
    post(cast, "clerk", f"{address}undo", side="area", agrees="yes", reason="")
    assert "恢复计入</span>" in page(cast, "secretary", address)


def test_history_tells_the_earlier_requests_about_the_same_case(cast: Cast) -> None:
    row = asked(cast, "A1")
    spoken(cast, row, "line", "provider", agrees=False, reason="确有其事。")
    again = asked(cast, "A1", said=Said("unfounded", "邻居证明没有此事。"))
    text = page(cast, "clerk", f"{LIST}{again.pk}/")
    assert "确有其事。" in text
    assert "现场没有诉求所说的情况。" in text
    assert "确有其事。" in page(cast, "secretary", f"{ASK}?case=A1")


def test_a_provider_with_one_person_is_told_who_can_help(cast: Cast, tmp_path: Path) -> None:
    told_cases_in_force(cast, tmp_path, [with_ground("C1", "不属实")], part="二")
    row = Exclusion.objects.get()
    told = "目前只有provider先生一人"
    for address in (f"{LIST}{row.pk}/", LIST, MEETING):
        text = page(cast, "provider", address)
        assert told in text, address
        assert "改由党建办或居民区提出" in text
    assert "您自己提出的申请" in page(cast, "provider", f"{LIST}{row.pk}/")
    for username in ("provider", "clerk"):
        waits = waiting_for(cast.person(username), cast.cycle, TODAY)
        assert any(told in one.text for one in waits)
    another(cast, "provider_too", "provider", "hotline")
    assert told not in page(cast, "provider", f"{LIST}{row.pk}/")


def test_effects_stand_beside_each_request(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusion_effects, "_TOLD", [])
    row = asked(cast, "A1")
    add_effect(
        lambda person, cycle, rows: {one.pk: [Effect("综合评分", "80.00", "84.99")] for one in rows}
    )
    for address in (LIST, f"{LIST}{row.pk}/", MEETING):
        assert "综合评分：计入 80.00，剔除后 84.99" in page(cast, "clerk", address)


def test_whether_an_earlier_number_is_known_is_told_to_those_who_decide(cast: Cast) -> None:
    known = asked(cast, "A1", said=Said("repeat", "同一件事。", "B1"))
    unknown = asked(cast, "A2", said=Said("repeat", "同一件事。", "2019-7"))
    for row, told in ((known, "在本年度报送文件中"), (unknown, "请另行核对")):
        for username in ("provider", "clerk", "group_member", "auditor"):
            assert told in page(cast, username, f"{LIST}{row.pk}/")
        assert "本年度报送文件中" not in page(cast, "secretary", f"{LIST}{row.pk}/")


# -- lists and the meeting ------------------------------------------------------------------------


def test_the_list_is_narrowed_to_what_waits_what_is_late_and_what_is_decided(cast: Cast) -> None:
    first, second, third = asked(cast, "A1"), asked(cast, "A2"), asked(cast, "B1", "clerk")
    left_out(cast, first)
    spoken(cast, second, "area", "clerk")
    Exclusion.objects.filter(pk=second.pk).update(due_on=TODAY - timedelta(days=1))

    def shown(username: str, show: str) -> set[str]:
        text = page(cast, username, f"{LIST}?show={show}")
        return {row.case_id for row in (first, second, third) if f"/{row.pk}/" in text}

    assert shown("clerk", "waiting") == set(), "one is said, one is the clerk's own"
    assert shown("provider", "waiting") == {"A2", "B1"}
    assert shown("group_member", "waiting") == {"B1"}
    assert shown("clerk", "open") == {"A2", "B1"}
    assert shown("clerk", "overdue") == {"A2"}
    assert shown("clerk", "decided") == {"A1"}
    assert shown("clerk", "all") == {"A1", "A2", "B1"}
    assert "已超期" in page(cast, "provider", LIST)


def test_many_are_decided_with_one_button_and_one_mistake_keeps_all(cast: Cast) -> None:
    rows = [asked(cast, "A1"), asked(cast, "A2"), asked(cast, "B1", "other_secretary")]
    first, second, third = rows
    sent: dict[str, Any] = {"row": [row.pk for row in rows]}
    for row in rows:
        sent |= {f"{row.pk}-seen": row.version, f"{row.pk}-agrees": "", f"{row.pk}-reason": ""}
    sent[f"{first.pk}-agrees"], sent[f"{second.pk}-agrees"] = "yes", "no"
    wrong = post(cast, "provider", MEETING, 422, **sent)
    assert "请写明理由" in wrong
    assert not Exclusion.objects.exclude(line_agrees=None).exists()
    lost = post(cast, "provider", MEETING, 422, **sent | {f"{third.pk}-reason": "再议"})
    assert "还没有选同意或不同意" in lost
    sent[f"{second.pk}-reason"] = "照片显示确有其事"
    post(cast, "provider", MEETING, **sent)
    states = list(Exclusion.objects.order_by("pk").values_list("line_agrees", "state"))
    assert states == [(True, "open"), (False, "refused"), (None, "open")]
    text = page(cast, "provider", MEETING)
    assert ">A1<" not in text
    assert ">B1<" in text
    Exclusion.objects.filter(pk=third.pk).update(version=7)
    stale = post(cast, "provider", MEETING, 422, **sent | {f"{third.pk}-agrees": "yes"})
    assert "刚有变动" in stale
    nothing = cast.client("provider").post(MEETING, {"row": [third.pk], f"{third.pk}-seen": 7})
    assert "还没有选同意或不同意" in nothing.content.decode()


def test_the_year_s_grounds_are_counted_and_what_other_meant_is_listed(cast: Cast) -> None:
    left_out(cast, asked(cast, "A1", said=Said("other", "重大活动保障期间统一停办。")))
    asked(cast, "A2")
    for username in ("clerk", "auditor", "group_head", "group_member"):
        text = page(cast, username, f"{LIST}grounds")
        assert "重大活动保障期间统一停办。" in text
        assert "现场没有诉求所说的情况。" not in text, "a ground that says itself what it is"
    for username in ("provider", "secretary", "scorer"):
        page(cast, username, f"{LIST}grounds", 404)


def test_desks_tell_what_waits_and_what_is_late(cast: Cast) -> None:
    row = asked(cast, "A1")

    def desk(username: str) -> list[str]:
        waits = waiting_for(cast.person(username), cast.cycle, TODAY)
        return [one.text for one in waits if "剔除" in one.text]

    for username in ("provider", "clerk", "group_member"):
        assert desk(username) == ["1 项剔除申请等您决定"]
    for username in ("secretary", "auditor", "group_head", "other_provider"):
        assert desk(username) == []
    Exclusion.objects.filter(pk=row.pk).update(due_on=TODAY - timedelta(days=1))
    assert desk("provider") == ["1 项剔除申请等您决定，其中 1 项已超期"]
    assert desk("secretary") == ["您提出的 1 项剔除申请超期未决"]
    spoken(cast, row, "area", "clerk")
    assert desk("clerk") == ["1 项剔除申请超期未决，在等另一方"]
    assert desk("group_member") == []
