"""Proposals of pay: made of the published labels, decided where held, confirmed, seen by few."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from kaohe.pipeline import held, overridden
from kaohe.scoring.overriding import LabelOverride
from kaohe.web.accounts.roles import ROLES
from kaohe.web.audit.actions import Stale
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.demonstration.pay import lay_staff_accounts
from kaohe.web.publication.models import PayConfirmation, PayLine, Publication, StaffAccount
from kaohe.web.publication.pay_actions import (
    confirm_pay,
    decide_held,
    make_pay_lines,
    save_staff_account,
)
from kaohe.web.publication.pay_totals import differences, sum_of, sums_by_area, sums_by_role
from kaohe.web.registry.models import StaffPost
from tests.oracle import towns
from tests.oracle.plain_towns import post, town_in_order
from tests.web.cast import BEGIN, NOW, Cast
from tests.web.pay import LINES, published
from tests.web.workbooks import rows_of
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv

PAGE = "/publication/pay/"
OWN = "/publication/own-pay/"


def line_of(staff_id: str, publication: Publication | None = None) -> PayLine:
    """A line of the newest version, or of another."""
    rows = PayLine.objects.filter(staff_id=staff_id).order_by("-publication__number")
    found = rows.filter(publication=publication) if publication is not None else rows
    return found[0]


def decided(cast: Cast, staff_id: str, outcome: str = "as_proposed", **given: object) -> None:
    reason = {"reason": "会议纪要3号"} | given
    by = cast.person("finance")
    decide_held(line_of(staff_id), outcome, by=by, at=NOW, **reason)  # type: ignore[arg-type]


def account(cast: Cast, username: str, staff_id: str) -> StaffAccount:
    found = StaffAccount(town=cast.town, user=cast.user(username), staff_id=staff_id)
    save_staff_account(found, by=cast.person("finance"), at=NOW)
    return found


# -- made with a publication ----------------------------------------------------------------------


def test_lines_are_what_the_published_labels_pay_and_whom_they_hold(
    cast: Cast, tmp_path: Path
) -> None:
    account(cast, "secretary", "p02")
    town = town_in_order(7)
    town["staff"] = [
        post("p01", "07", "secretary"),
        post("p02", "07", "social_worker"),
        post("p02", "06", "social_worker"),
        {**post("p03", "07", "secretary"), "months": "3"},
        {**post("p04", "01", "deputy_secretary"), "presiding": "true"},
        post("p05", "06", "director"),
    ]
    result = assessed(write_csv(town, towns.COLUMNS, tmp_path))
    after = overridden(result, [LabelOverride("07", "tier", "B", "A")])
    publication = published(cast, [])
    made = make_pay_lines(publication, after)
    assert made == list(PayLine.objects.all())
    told = [(one.staff_id, one.subject_id, one.role, one.amount, len(one.held)) for one in made]
    assert told == [
        ("p04", "01", "deputy_secretary", "5000.00", 1),
        ("p01", "07", "secretary", "5000.00", 0),
        ("p03", "07", "secretary", "0.00", 1),
        ("p02", "07", "social_worker", "1500.00", 1),
    ]
    paid = {one.person: one.amount for one in after.pay}
    assert {one.staff_id: one.amount for one in made if Decimal(one.amount)} == paid
    assert {one.staff_id for one in made if one.held} == {one.line.person for one in held(after)}
    assert line_of("p02").account == StaffAccount.objects.get()
    assert line_of("p03").reason["zh"].endswith("不发放。")
    assert [reason["clause"] for reason in line_of("p04").held] == ["五(二)1"]
    without = replace(after, scheme=after.scheme.model_copy(update={"pay": None}))
    assert make_pay_lines(publication, without) == []


# -- who sees what --------------------------------------------------------------------------------


def test_finance_sees_every_line_the_group_sums_and_others_nothing(cast: Cast) -> None:
    publication = published(cast)
    version = f"{PAGE}{publication.pk}/"
    single = f"{PAGE}lines/{line_of('S01').pk}/"
    for role in ROLES:
        client = cast.client(role)
        all_lines = role == "finance"
        totals = all_lines or role in ("group_head", "group_member", "auditor")
        for address, seen in (
            (PAGE, totals),
            (version, totals),
            (single, all_lines),
            (f"{version}workbook", all_lines),
            (OWN, role in ("secretary", "worker")),
            ("/publication/staff_accounts/", all_lines),
        ):
            assert client.get(address).status_code == (200 if seen else 404), (role, address)
        if totals:
            page = client.get(PAGE).content.decode()
            assert "11,000.00" in page
            assert "名单上另有 1 人，金额为 0" in page
            assert ("S01" in page) == all_lines
            assert ("云溪苑居民区" in page) == all_lines
        menu = client.get("/").content.decode()
        assert (f'href="{PAGE}"' in menu) == totals, role
    assert cast.client("max").get(PAGE).status_code == 404
    assert cast.client("stranger").get(version).status_code == 404


def test_those_who_are_paid_see_their_own_line_and_nothing_of_anybody_else(cast: Cast) -> None:
    client = cast.client("worker")
    assert "您的账号还没有对应人员编号" in client.get(OWN).content.decode()
    account(cast, "worker", "S03")
    assert "结果还没有公布" in client.get(OWN).content.decode()
    published(cast)
    page = client.get(OWN).content.decode()
    assert "1,500.00 元" in page
    assert "一人多职（五(二)1）" in page
    assert "暂缓" in page
    assert "请问镇财务人事" in page
    assert not [one for one in ("S01", "S02", "5,000", "澄波里", "名次") if one in page]
    account(cast, "secretary", "S99")
    assert "已公布的年度没有您的绩效建议" in cast.client("secretary").get(OWN).content.decode()
    decided(cast, "S03", "other", amount=Decimal("700"), reason="按实际职务")
    page = client.get(OWN).content.decode()
    assert "700.00 元" in page
    assert "按实际职务" in page
    published(cast, [line for line in LINES if line["staff_id"] != "S03"])
    assert "更正以后没有您的绩效建议，更正以前是 700.00 元" in client.get(OWN).content.decode()


def test_an_account_that_comes_later_finds_its_line_and_one_that_is_changed_loses_it(
    cast: Cast,
) -> None:
    published(cast)
    client = cast.client("finance")
    sent = {"staff_id": "S02", "user": cast.user("worker").pk}
    assert client.post("/publication/staff_accounts/add", sent).status_code == 302
    assert line_of("S02").account == StaffAccount.objects.get()
    again = client.post(
        "/publication/staff_accounts/add", sent | {"user": cast.user("secretary").pk}
    )
    assert again.status_code == 422
    assert "已经对应另一个账号" in again.content.decode()
    again = client.post("/publication/staff_accounts/add", sent | {"staff_id": "S77"})
    assert "这个账号已经对应另一个人员编号" in again.content.decode()
    found = StaffAccount.objects.get()
    found.staff_id = "S01"
    save_staff_account(found, by=cast.person("finance"), at=NOW)
    assert line_of("S02").account is None
    assert line_of("S01").account == found
    offered = client.get("/publication/staff_accounts/add").content.decode()
    assert "other_secretary" in offered
    assert "group_head" not in offered


def test_the_demonstration_lays_every_login_to_somebody_of_its_area(cast: Cast) -> None:
    for staff_id, area, role in (
        *(("A1", "J01", "secretary"), ("A2", "J01", "social_worker"), ("A3", "J01", "other")),
        *(("B1", "J02", "social_worker"), ("B2", "J02", "secretary")),
    ):
        StaffPost.objects.create(
            town=cast.town, staff_id=staff_id, area=cast.area(area), role=role, from_on=BEGIN
        )
    lay_staff_accounts(cast.town, by=cast.person("finance"), at=NOW)
    found = StaffAccount.objects.values_list("user__username", "staff_id")
    assert dict(found) == {"secretary": "A1", "worker": "A2", "other_secretary": "B2"}


# -- deciding and confirming ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ({"outcome": "as_proposed"}, "1500.00"),
        ({"outcome": "as_proposed", "amount": "9"}, "1500.00"),
        ({"outcome": "other", "amount": "800"}, "800.00"),
        ({"outcome": "nothing"}, "0.00"),
    ],
)
def test_a_held_line_is_decided_with_a_reason_in_one_event(
    cast: Cast, sent: dict[str, str], due: str
) -> None:
    published(cast)
    line, client = line_of("S03"), cast.client("finance")
    address = f"{PAGE}lines/{line.pk}/"
    post = {"town": cast.town, "staff_id": "S03", "area": cast.area("J02"), "from_on": BEGIN}
    StaffPost.objects.create(**post, role="director", presiding=True)
    assert "澄波里居民区 居委主任（主持工作）" in client.get(address).content.decode()
    assert client.post(address, sent | {"seen": "1"}).status_code == 422, "no reason"
    before = Event.objects.count()
    given = sent | {"reason": "人事研究决定", "seen": "1"}
    assert client.post(address, given).status_code == 302
    assert Event.objects.count() == before + 1
    event = Event.objects.order_by("-pk")[0]
    assert event.act == "publication.pay_decided"
    assert due not in event.told + event.reason, "whoever keeps the machine reads the log"
    assert "人事" not in event.told + event.reason
    found = line_of("S03")
    assert (found.decided_amount, found.decided_reason) == (due, "人事研究决定")
    assert found.decided_by == cast.person("finance").name
    shown = client.get(PAGE).content.decode()
    assert ("不发</span>" if due == "0.00" else "已核定</span>") in shown
    assert "已确认</span>" not in shown, "only a whole list is confirmed"
    assert client.post(address, given).status_code == 409, "somebody else was faster"


@pytest.mark.parametrize("amount", ["", "0", "-5", "12.345", "many", "NaN", "1e9"])
def test_another_amount_is_a_sum_of_money(cast: Cast, amount: str) -> None:
    published(cast)
    line = line_of("S03")
    sent = {"outcome": "other", "amount": amount, "reason": "会议"}
    answer = cast.client("finance").post(f"{PAGE}lines/{line.pk}/", sent)
    wanted = 302 if amount == "1e9" else 422
    assert answer.status_code == wanted
    if wanted == 422:
        assert not line_of("S03").outcome


def test_a_list_is_confirmed_when_nobody_is_held_any_more_and_then_stays(cast: Cast) -> None:
    publication = published(cast)
    client = cast.client("finance")
    confirm = f"{PAGE}{publication.pk}/confirm"
    page = client.get(PAGE).content.decode()
    assert "还有 2 人暂缓" in page
    assert "2 人的绩效建议暂缓，请逐一核定" in client.get("/").content.decode()
    assert client.post(confirm).status_code == 403
    decided(cast, "S03", "nothing")
    decided(cast, "S05", "other", amount=Decimal(400))
    page = client.get("/").content.decode()
    assert "绩效建议名单待确认" in page
    before = Event.objects.count()
    assert client.post(confirm).status_code == 302
    assert Event.objects.count() == before + 1
    found = PayConfirmation.objects.get()
    assert (found.persons, found.amount) == (4, "9900.00")
    assert found.by == cast.person("finance").name
    page = client.get(PAGE).content.decode()
    assert page.count("已确认</span></td>") == 4
    assert page.count("不发</span>") == 2
    assert "绩效建议名单待确认" not in client.get("/").content.decode()
    assert client.post(confirm).status_code == 403
    with pytest.raises(PermissionDenied, match="名单已经确认"):
        decided(cast, "S03")
    assert cast.client("group_head").post(confirm).status_code == 404


def test_nobody_decides_on_themselves_nor_on_what_is_not_held(cast: Cast) -> None:
    account(cast, "finance", "S03")
    published(cast)
    with pytest.raises(PermissionDenied, match="您本人"):
        decided(cast, "S03")
    with pytest.raises(PermissionDenied, match="没有暂缓"):
        decided(cast, "S01")


def test_two_who_decide_at_a_time_do_not_overwrite_each_other(cast: Cast) -> None:
    published(cast)
    decided(cast, "S03", "nothing")
    with pytest.raises(Stale):
        decided(cast, "S03", seen=1)
    assert line_of("S03").outcome == "nothing"


def test_while_a_year_is_corrected_nothing_is_decided(cast: Cast) -> None:
    publication = published(cast)
    Cycle.objects.update(stage="scoring")
    with pytest.raises(PermissionDenied, match="退回重新计分"):
        decided(cast, "S03")
    with pytest.raises(PermissionDenied, match="退回重新计分"):
        confirm_pay(publication, by=cast.person("finance"), at=NOW)


def test_a_correction_shows_what_it_moves_and_the_old_version_stays_as_it_was(cast: Cast) -> None:
    first = published(cast)
    decided(cast, "S03", "other", amount=Decimal("700"))
    decided(cast, "S05", "nothing")
    confirm_pay(first, by=cast.person("finance"), at=NOW)
    changed = [
        line | {"amount": "3000.00"} if line["staff_id"] == "S01" else line for line in LINES
    ]
    second = published(cast, [line for line in changed if line["staff_id"] != "S04"])
    found = differences(second.pay_lines.all(), first.pay_lines.all())
    assert [(one.staff_id, one.before, one.after, one.waits) for one in found] == [
        ("S01", 5000, 3000, False),
        ("S03", 700, 1500, True),
        ("S04", 3000, 0, False),
    ]
    assert sum(one.change for one in found) == sum_of(second.pay_lines.all()).amount - 10200
    client = cast.client("finance")
    page = client.get(PAGE).content.decode()
    assert "-2,000.00" in page
    assert "合计 -4,200.00 元" in page
    old = client.get(f"{PAGE}{first.pk}/").content.decode()
    assert "这一版已经更正" in old
    with pytest.raises(PermissionDenied, match="已经更正"):
        decide_held(line_of("S03", first), "nothing", reason="x", by=cast.person("finance"), at=NOW)


def test_before_a_year_is_published_there_is_no_list(cast: Cast) -> None:
    page = cast.client("finance").get(PAGE).content.decode()
    assert "结果还没有公布" in page
    assert cast.client("secretary").get(PAGE).status_code == 404


# -- sums -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plain:
    """A line as sums see it."""

    staff_id: str
    subject_id: str
    role: str
    due: Decimal
    waits: bool

    @property
    def name(self) -> str:
        return self.subject_id


ROLE_CODES = ("head", "deputy", "worker")
PLAIN = st.lists(
    st.builds(
        Plain,
        st.sampled_from("abcdefgh"),
        st.sampled_from(("J1", "J2")),
        st.sampled_from(ROLE_CODES),
        st.decimals(0, 9000, places=2),
        st.booleans(),
    ),
    unique_by=lambda one: one.staff_id,
)


@pytest.mark.no_database
@given(now=PLAIN, before=PLAIN)
def test_differences_add_up_to_the_difference_of_the_sums(
    now: list[Plain], before: list[Plain]
) -> None:
    found = differences(now, before)
    moved = sum((one.change for one in found), Decimal(0))
    assert moved == sum_of(now).amount - sum_of(before).amount
    assert all(one.change for one in found)
    assert [one.staff_id for one in found] == sorted({one.staff_id for one in found})


@pytest.mark.no_database
@given(lines=PLAIN)
def test_sums_by_area_and_by_role_are_two_ways_to_cut_the_same_sum(lines: list[Plain]) -> None:
    whole = sum_of(lines)
    areas, roles = sums_by_area(lines, ROLE_CODES), sums_by_role(lines, ROLE_CODES)
    assert sum(one.whole.amount for one in areas) == whole.amount
    assert sum(one.amount for one in roles.values()) == whole.amount
    assert sum(one.persons for area in areas for one in area.by_role) == whole.persons
    assert sum(one.waiting for one in roles.values()) == whole.waiting
    assert whole.held <= whole.amount


# -- the workbook ---------------------------------------------------------------------------------


def test_the_workbook_has_numbers_as_numbers_and_no_formula_and_leaves_a_trace(cast: Cast) -> None:
    first = published(cast)
    bad = {"staff_id": "=1+1", "role": "director", "amount": "2000.00"}
    second = published(cast, [*LINES, bad])
    decided(cast, "S03", "other", amount=Decimal("700"), reason="@会议")
    before = Event.objects.count()
    answer = cast.client("finance").get(f"{PAGE}{second.pk}/workbook")
    assert Event.objects.count() == before + 1
    assert Event.objects.order_by("-pk")[0].act == "publication.pay_downloaded"
    everybody, sums, changes = (rows_of(answer.content, sheet) for sheet in range(3))
    heading = next(row for row in everybody if "人员编号" in row)
    rows = everybody[everybody.index(heading) + 1 :]
    assert [row[0] for row in rows] == ["S01", "S02", "S03", "S04", "S05", "'=1+1"]
    assert [row[heading.index("建议金额")] for row in rows] == [5000, 1500, 1500, 3000, 0, 2000]
    due = heading.index("应发金额")
    assert [row[due] for row in rows] == [5000, 1500, 700, 3000, "", 2000], "held: nothing is due"
    assert rows[2][heading.index("核定理由")] == "'@会议"
    assert ["J01", "云溪苑居民区", "党组织书记", 1, 5000, 0, 0] in [row[:7] for row in sums]
    assert ["", "全镇", "", 5, 12200, 1, 0] == sums[-1][:7]
    assert ["名单尚未确认。"] in [row[:1] for row in everybody]
    assert [row[:2] for row in changes if row[0] in ("S03", "'=1+1")] == [
        ["'=1+1", "云溪苑居民区"],
        ["S03", "云溪苑居民区"],
    ]
    assert first.number == 1


def test_the_list_costs_a_bounded_number_of_queries(
    cast: Cast, django_assert_max_num_queries
) -> None:
    many = [
        {"staff_id": f"M{number:03}", "role": "social_worker", "amount": "1500.00"}
        for number in range(80)
    ]
    published(cast, many)
    client = cast.client("finance")
    with django_assert_max_num_queries(24):
        assert client.get(PAGE).status_code == 200
