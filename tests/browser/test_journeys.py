"""Journeys through the demonstration town: a year's work as the people who do it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import BrowserContext, Page

from kaohe.cli import main
from tests.browser.conftest import AxeCheck, NewContext, Screenshot
from tests.browser.people import log_in
from tests.conftest import RUN
from tests.worlds.demonstrations import copy_of, made_once, served

Somebody = Callable[[str], Page]


@pytest.fixture(scope="module")
def town(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration town, to be worked in."""
    data = copy_of(made_once(pytestconfig.stash[RUN]), tmp_path_factory.mktemp("worked-in"))
    with served(data) as (address, _):
        yield address


@pytest.fixture
def somebody(town: str, new_context: NewContext) -> Somebody:
    """Somebody logged in at a desk of their own."""

    def at_desk(username: str) -> Page:
        context: BrowserContext = new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        log_in(page, town, username)
        return page

    return at_desk


def cases(path: Path, source: str, area: str = "J0001") -> Path:
    """A provider's file in headings of its own."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["工单号", "所属居民区", "来源", "受理时间", "有责", "已处置", "满意"])
        writer.writerow([f"{source}-1", area, source, "2025-05-06", "是", "是", "是"])
        writer.writerow([f"{source}-2", "J0002", source, "2025-06-06", "是", "否", ""])
    return path


def test_a_provider_hands_in_a_file_with_a_fault_then_the_mended_one_and_signs(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot, tmp_path: Path
) -> None:
    page = somebody("provider3")
    page.get_by_role("link", name="请报送").first.click()
    page.goto(f"{town}cycles/deliveries/upload")
    page.get_by_label("文件").set_input_files(cases(tmp_path / "一月.csv", "opinion", "J9999"))
    page.get_by_role("button", name="上传并校验").click()
    axe(page)
    map_columns(page)
    page.get_by_text("J9999").first.wait_for()
    screenshot(page, "delivery-faults", full_page=True)
    axe(page)
    page.goto(f"{town}cycles/deliveries/upload")
    page.get_by_label("文件").set_input_files(cases(tmp_path / "一月改.csv", "opinion"))
    page.get_by_role("button", name="上传并校验").click()
    page.get_by_role("button", name="生效").click()
    page.get_by_role("button", name="签认").click()
    axe(page)
    assert "J9999" not in page.content()


def test_a_long_file_is_checked_in_the_background_and_its_page_comes_by_itself(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot, tmp_path: Path
) -> None:
    """With the worker process that the demonstration starts beside the pages."""
    page, path = somebody("provider2"), tmp_path / "全年.csv"
    lines = [f"P{number:06},J0001,2025-03-01,否,否" for number in range(100_000)]
    path.write_text("\n".join(["办件编号,居民区编号,受理日期,有责,已处置", *lines]), "utf-8")
    page.goto(f"{town}cycles/deliveries/upload")
    page.get_by_label("批次").fill("长文件")
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传并校验").click()
    page.get_by_role("progressbar").wait_for()
    axe(page)
    screenshot(page, "long-file")
    page.get_by_text("100000 行全部校验通过").wait_for(timeout=120_000)
    page.get_by_role("link", name="后台办理").click()
    assert "100%" not in page.get_by_role("table").inner_text()
    assert "已办完" in page.get_by_role("table").inner_text()
    axe(page)
    page.goto(f"{town}cycles/deliveries/")


def test_a_hotline_centre_hands_in_its_own_export_and_nothing_of_callers_is_kept(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot, tmp_path: Path
) -> None:
    page = somebody("provider3")
    path = tmp_path / "舆情工单.csv"
    headings = "工单编号 受理时间 来电人 联系电话 诉求标题 诉求内容 事发地址 有责 已处置 是否解决"
    cells = (
        "{} 2025-05-06 13:48:05 王建国 13812345678 反映楼道灯不亮 王建国来电说灯不亮"
        " 无名路{}弄1号302室 是 是 已解决"
    )
    lines = [cells.format(13_912_345_670 + at, 10 + at).replace(" 13:", "T13:") for at in range(8)]
    path.write_text("\n".join(",".join(line.split()) for line in (headings, *lines)), "gb18030")
    page.goto(f"{town}cycles/deliveries/upload")
    page.get_by_label("批次").fill("五月")
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传并校验").click()
    for label, heading in (
        ("办件编号", "工单编号"),
        ("受理日期", "受理时间"),
        ("地点", "事发地址"),
        ("已解决", "是否解决"),
    ):
        page.get_by_label(label, exact=True).first.select_option(label=heading)
    screenshot(page, "case-columns")
    axe(page)
    page.get_by_role("button", name="保存并重新校验").click()
    page.get_by_role("link", name="调整列的对应").click()
    page.get_by_label("已解决中的“已解决”").select_option(label="是")
    page.get_by_role("button", name="保存并重新校验").click()
    page.get_by_text("8 行全部校验通过").wait_for()
    main = page.get_by_role("main").inner_text()
    assert "联系电话（标题是来电人信息）" in main
    assert "13812345678" not in main
    screenshot(page, "case-door")
    axe(page)
    page.get_by_role("button", name="确认生效").click()
    page.get_by_role("button", name="签认").click()
    page.goto(f"{town}hotline/cases/?number=13912345670")
    assert "13912345670" in page.get_by_role("main").inner_text()


def map_columns(page: Page) -> None:
    """Say which column is which, where the headings do not."""
    for label, heading in (
        ("办件编号", "工单号"),
        ("居民区编号", "所属居民区"),
        ("受理日期", "受理时间"),
    ):
        page.get_by_label(label).first.select_option(label=heading)
    page.locator("main form").first.get_by_role("button").first.click()


def test_a_scorer_fills_the_sheet_by_keyboard_and_nothing_is_lost_when_the_line_drops(
    town: str, somebody: Somebody, screenshot: Screenshot
) -> None:
    page = somebody("scorer2")
    page.get_by_role("link", name="评分表还有").first.click()
    cells = page.locator("table input[name]:visible")
    empty = [place for place in range(cells.count()) if not cells.nth(place).input_value()]
    first = cells.nth(empty[0])
    first.click()
    first.fill("88.5")
    first.press("Enter")
    page.get_by_text("全部已保存").first.wait_for()
    page.context.set_offline(True)
    second = cells.nth(empty[1])
    second.click()
    second.fill("91")
    second.press("Enter")
    page.get_by_text("未保存").first.wait_for()
    screenshot(page, "sheet-offline")
    page.context.set_offline(False)
    page.get_by_text("全部已保存").first.wait_for(timeout=30_000)
    page.reload()
    assert first.input_value() == "88.5"
    assert second.input_value() == "91"


def test_a_leader_notes_what_they_saw_on_a_phone_in_a_few_taps(
    town: str, phone: Page, axe: AxeCheck, screenshot: Screenshot
) -> None:
    log_in(phone, town, "leader")
    phone.get_by_role("link", name="随手记一笔").click()
    screenshot(phone, "note-on-a-phone")
    axe(phone)
    phone.get_by_text("望舒坊第二居民区").tap()
    phone.get_by_text("服务群众").tap()
    phone.get_by_label("看到的情况").fill("二号楼楼道灯修好了，居民很满意。")
    phone.get_by_role("button", name="保存").click()
    phone.get_by_text("已保存").wait_for()
    assert "二号楼楼道灯修好了" in phone.content()


def test_a_secretary_sees_their_own_area_and_no_place_of_anybody(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot
) -> None:
    page = somebody("secretary")
    page.goto(f"{town}registry/own-area")
    screenshot(page, "own-area", full_page=True)
    axe(page)
    assert "青禾佳园居民区" in page.content()
    assert page.goto(f"{town}results/2/areas/J0002/").status == 404
    page.goto(f"{town}results/2/areas/J0001/")
    page.get_by_role("heading", name="各项要求").wait_for()
    screenshot(page, "own-result", full_page=True)
    axe(page)
    assert "个居民区中列第" not in page.content()


def test_a_secretary_reads_the_letter_on_a_phone_and_says_so(
    town: str, phone: Page, axe: AxeCheck, screenshot: Screenshot
) -> None:
    log_in(phone, town, "secretary2")
    phone.get_by_role("link", name="2024年度考核反馈").click()
    phone.get_by_role("heading", name="建议改进的方面").wait_for()
    axe(phone)
    phone.mouse.wheel(0, 480)
    screenshot(phone, "letter-on-a-phone")
    phone.get_by_role("button", name="已阅").click()
    phone.get_by_text("已阅，2026-01-08").wait_for()


def test_finance_decides_what_waits_and_sees_the_sums_change(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot
) -> None:
    page = somebody("finance")
    page.get_by_role("link", name="绩效建议暂缓，请逐一核定").click()
    axe(page)
    screenshot(page, "pay-proposals")
    page.get_by_role("link", name="核定").first.click()
    page.get_by_text("本年登记的职务").wait_for()
    page.get_by_label("不发").check()
    page.get_by_label("理由").fill("人事研究决定（演示）")
    axe(page)
    page.get_by_role("button", name="保存").click()
    page.get_by_text("其中暂缓 14 人，28,000.00 元").wait_for()
    page.get_by_text("113 人，170,500.00 元").wait_for()


def test_a_secretary_asks_two_others_agree_and_the_figure_moves_as_foretold(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot
) -> None:
    secretary = somebody("secretary")
    secretary.goto(f"{town}hotline/cases/")
    for number in secretary.locator("main tbody th a").all_inner_texts():
        secretary.goto(f"{town}hotline/exclusions/ask?case={number}")
        if secretary.get_by_role("button", name="提出申请").is_visible():
            break
    secretary.get_by_label("不属实").check()
    secretary.get_by_label("具体情况").fill("三次到场，没有看到诉求所说的情况。")
    screenshot(secretary, "exclusion-asked")
    axe(secretary)
    secretary.get_by_role("button", name="提出申请").click()
    foretold = secretary.get_by_text("剔除后").inner_text().rpartition("剔除后 ")[2]
    request = secretary.url
    assert "您代表" not in secretary.content(), "who asks does not decide"

    for username, side in (("provider", "条线一方"), ("clerk", "块上一方")):
        page = somebody(username)
        page.goto(request)
        page.get_by_text(f"您代表{side}决定").wait_for()
        page.get_by_label("同意剔除").check()
        screenshot(page, f"exclusion-{username}")
        page.get_by_role("button", name="记下决定").click()
        axe(page)
    page.get_by_text("已剔除").first.wait_for()
    page.goto(f"{town}hotline/exclusions/meeting")
    screenshot(page, "exclusion-meeting")
    axe(page)

    secretary.goto(f"{town}results/cases/")
    assert foretold in secretary.locator("main").inner_text()
    assert "名次" not in secretary.locator("main table").first.inner_text()
    axe(secretary)


def test_there_is_a_meeting_and_a_third_party_at_work_to_look_at(
    town: str, somebody: Somebody, axe: AxeCheck
) -> None:
    page = somebody("inspection")
    page.get_by_role("link", name="请到场监督投票").click()
    assert "到会 71 户" in page.content()
    page.get_by_text("打印纸条").click()
    page.get_by_label("座谈会（居民户）").first.fill("2")
    page.get_by_role("button", name="生成纸条").click()
    page.get_by_role("heading", name="2 张纸条").wait_for()
    assert page.locator("button[data-print]").is_visible()
    axe(page)
    page = somebody("survey_manager")
    page.get_by_role("link", name="样本已移交").click()
    page.get_by_role("link", name="青禾佳园居民区").click()
    assert "J0001-01-" in page.content()


def test_a_group_head_sees_on_simulated_facts_what_a_decision_changes_then_on_those_of_a_run(
    town: str, somebody: Somebody, phone: Page, axe: AxeCheck, screenshot: Screenshot
) -> None:
    page = somebody("group_head")
    page.goto(f"{town}cycles/decisions/?cycle=2")
    page.get_by_text("模拟数据下：").first.wait_for()
    screenshot(page, "decisions-with-remarks")
    page.get_by_role("link", name="看影响 处置率、解决率、满意率怎样合成综合评分？").click()
    page.get_by_text("不是任何人的真实成绩").wait_for()
    screenshot(page, "decision-study", full_page=True)
    axe(page)
    page.get_by_role("link", name="决定事项影响").last.click()
    screenshot(page, "study")
    screenshot(page, "study-whole", full_page=True)
    axe(page)
    log_in(phone, town, "group_head2")
    phone.goto(f"{town}results/readings/?cycle=2")
    screenshot(phone, "study-on-a-phone", full_page=True)
    axe(phone)
    phone.goto(f"{town}results/readings/1/decisions/hotline_formula/")
    screenshot(phone, "decision-study-on-a-phone", full_page=True)
    axe(phone)
    page.goto(f"{town}results/readings/?cycle=1")
    page.get_by_role("button", name="按本年数据分析").click()
    page.get_by_text("本年数据：第 2 次计分").wait_for(timeout=120_000)
    assert "模拟" not in page.get_by_role("main").inner_text()
    screenshot(page, "study-of-a-run", full_page=True)
    axe(page)


def test_a_clerk_closes_the_collection_scores_and_explains_a_figure(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot
) -> None:
    page = somebody("clerk")
    screenshot(page, "clerk-desk", full_page=True)
    page.goto(f"{town}cycles/")
    assert page.get_by_role("button", name="开始计分").is_disabled()
    page.locator("main").get_by_text("信访办").first.wait_for()
    provider = somebody("provider2")
    provider.get_by_role("link", name="请签认").click()
    provider.locator("table a").first.click()
    provider.get_by_role("button", name="签认").click()
    page.reload()
    assert page.get_by_role("button", name="开始计分").is_disabled(), "cases lie in no area"
    page.goto(f"{town}hotline/unplaced/")
    lay_cases(page, ["江杨南路161弄［室号］", "三门路1205弄［室号］"], "青禾佳园居民区", screenshot)
    axe(page)
    lay_cases(page, page.locator("main tbody th").all_inner_texts(), "不属于任何居民区")
    page.get_by_text("没有待归属的办件").wait_for()
    page.goto(f"{town}cycles/")
    page.reload()
    page.get_by_role("link", name="开始计分").click()
    axe(page)
    page.locator("main").get_by_role("button").first.click()
    page.goto(f"{town}results/")
    page.get_by_role("button", name="计分", exact=True).click(timeout=60_000)
    page.get_by_role("heading", name="第 1 次计分").wait_for(timeout=120_000)
    screenshot(page, "run", full_page=True)
    axe(page)
    page.get_by_role("link", name="青禾佳园居民区").first.click()
    page.get_by_text("群众评价").first.click()
    axe(page)
    screenshot(page, "explained", full_page=True)


def lay_cases(
    page: Page, places: Sequence[str], area: str, screenshot: Screenshot | None = None
) -> None:
    """Lay all cases of some places to an area."""
    for place in places:
        page.get_by_role("checkbox", name=place, exact=True).check()
    page.get_by_label("归入居民区").select_option(label=area)
    if screenshot is not None:
        page.evaluate("scrollTo(0, 0)")
        screenshot(page, "unplaced-cases")
    page.get_by_role("button", name="记下归属").click()


def test_an_auditor_verifies_the_chain_and_takes_facts_and_results_along(
    town: str, somebody: Somebody, axe: AxeCheck, screenshot: Screenshot, tmp_path: Path
) -> None:
    page = somebody("auditor")
    page.goto(f"{town}f/demonstration/2024/results")
    page.get_by_text("怎样核对公布以后没有改过").click()
    published, log = page.locator(".hash").all_inner_texts()
    page.goto(f"{town}audit/verify")
    page.get_by_text("前后相扣，没有改动").wait_for()
    page.get_by_label("公布时办理记录的摘要").fill(log)
    page.get_by_role("button", name="核对").click()
    page.get_by_text("到这一条为止的记录，公布以后没有改动").wait_for()
    axe(page)
    screenshot(page, "chain")
    page.goto(f"{town}publication/1/")
    assert published in page.content()
    page.get_by_text("校验值").click()
    page.get_by_role("link", name="看计分结果").click()
    page.get_by_text("怎样在自己的电脑上复算").click()
    screenshot(page, "recompute")
    axe(page)
    for name in ("facts.zip", "results.json", "scheme.yaml"):
        with page.expect_download() as held:
            page.locator(f'a[href$="/files/{name}"]').click()
        path = tmp_path / name
        held.value.save_as(path)
        assert path.stat().st_size > 1000
    ZipFile(tmp_path / "facts.zip").extractall(tmp_path / "facts")
    scheme, again = str(tmp_path / "scheme.yaml"), tmp_path / "again"
    assert main(["score", str(tmp_path / "facts"), "--scheme", scheme, "--out", str(again)]) == 0
    stored = (tmp_path / "results.json").read_bytes()
    assert (again / "results.json").read_bytes() == stored
    assert sha256(stored).hexdigest() in page.content()
