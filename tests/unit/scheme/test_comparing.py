"""Two schemes compared: every kind of difference as one small edit, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kaohe.scheme.comparing import Comparison, compare
from kaohe.scheme.decisions import declared_options
from kaohe.scheme.document import read_document
from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.values.text import Language

Edit = tuple[str, str]
Compared = Callable[..., Comparison]

SCHEME = (Path(__file__).parent / "clinics.yaml").read_text(encoding="utf-8")


def read(text: str, folder: Path) -> SchemeFile:
    """A scheme file that is known to be without error: it is not checked again here."""
    path = folder / "scheme.yaml"
    path.write_text(text, encoding="utf-8")
    document, findings = read_document(path)
    assert document is not None, findings
    return SchemeFile(document, declared_options(document.root))


def edited(*edits: Edit) -> str:
    text = SCHEME
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> SchemeFile:
    return read(SCHEME, tmp_path_factory.mktemp("before"))


@pytest.fixture
def compared(before: SchemeFile, tmp_path: Path) -> Compared:
    """The scheme compared with itself after some edits."""
    return lambda *edits: compare(before, read(edited(*edits), tmp_path))


def told(comparison: Comparison, language: Language) -> list[str]:
    """What is said below the two lines of the heading, without the bullets."""
    return [line.strip(" ·–") for line in comparison.lines(language)][2:]


CASES = [
    pytest.param(
        ("max: 20", "max: 25"),
        ["第四条", "得分（points）：满分由 20 改为 25"],
        ["第四条", "Points (points): full points: from 20 to 25"],
        id="a figure",
    ),
    pytest.param(
        ("{up_to: 3, gives: 3}", "{up_to: 3, gives: 4}"),
        ["第六条", "名次分（place_points）：第 2–3 名由 3 分改为 4 分"],
        ["第六条", "Points by place (place_points): places 2–3: from 3 points to 4 points"],
        id="what a band of places gives",
    ),
    pytest.param(
        ("{from: 70, gives: 10}", "{from: 60, gives: 10}"),
        [
            "第四条",
            "得分（points）：分档原为：≥ 90 得 20 分、≥ 70 得 10 分、其余得 0 分；"
            "改为：≥ 90 得 20 分、≥ 60 得 10 分、其余得 0 分",
        ],
        [
            "第四条",
            "Points (points): bands before: ≥ 90: 20 points, ≥ 70: 10 points, the rest: 0 points; "
            "now: ≥ 90: 20 points, ≥ 60: 10 points, the rest: 0 points",
        ],
        id="limits of bands",
    ),
    pytest.param(
        ("{happy: 0.8, points: 1}", "{happy: 0.7, points: 1, prompt: 0.1}"),
        [
            "第五条",
            "总分（total）",
            "“满意率”（happy）的权重由 0.8 改为 0.7",
            "新增“及时率”（prompt）的权重：0.1",
        ],
        [
            "第五条",
            "Total (total)",
            "weight of “Satisfied” (happy): from 0.8 to 0.7",
            "weight of “Prompt” (prompt) added: 0.1",
        ],
        id="weights",
    ),
    pytest.param(
        ("by: [total, happy]", "by: [happy, total]"),
        ["第六条", "名次（rank）：排名依据的次序改为“满意率”（happy）、“总分”（total）"],
        [
            "第六条",
            "Rank (rank): ranked by: now in the order “Satisfied” (happy), “Total” (total)",
        ],
        id="the order of keys",
    ),
    pytest.param(
        ("ties: first", "ties: last"),
        [
            "第六条",
            "名次（rank）：并列处理原为：并列者都取靠前的名次；改为：并列者都取靠后的名次",
        ],
        [
            "第六条",
            "Rank (rank): ties before: equals share the better place; "
            "now: equals share the worse place",
        ],
        id="a fixed value",
    ),
    pytest.param(
        ("numerator: {minutes: {at_most: 30}}", "numerator: {minutes: {at_most: 20}, kind: first}"),
        [
            "第四条",
            "及时率（prompt）：分子原为：候诊分钟 ≤ 30；改为：候诊分钟 ≤ 20 且类别为“初诊”",
        ],
        [
            "第四条",
            "Prompt (prompt): numerator before: minutes ≤ 30; "
            "now: minutes ≤ 20 and kind is “first”",
        ],
        id="conditions on rows",
    ),
    pytest.param(
        ("{none_of: [night]}", "{none_of: [night, again]}"),
        [
            "第三条",
            "满意率（happy）：在选项“不计”（late_visits=left_out）下，"
            "范围原为：类别不为“夜间”；改为：类别不为“夜间”或“复诊”",
        ],
        [
            "第三条",
            "Satisfied (happy): under the option “left out” (late_visits=left_out), "
            "among before: kind is not “night”; now: kind is not “night” or “again”",
        ],
        id="under an option that is not the default",
    ),
    pytest.param(
        ("    empty: 100\n", "    empty: {decide: late_visits, counted: 100, left_out: 50}\n"),
        [
            "第三条",
            "满意率（happy）：在选项“不计”（late_visits=left_out）下，无可计行时的值由 100 改为 50",
        ],
        [
            "第三条",
            "Satisfied (happy): under the option “left out” (late_visits=left_out), "
            "value where there is no row: from 100 to 50",
        ],
        id="what becomes a question of a decision",
    ),
    pytest.param(
        ("default: counted", "default: left_out"),
        [
            "决定事项",
            "“夜间接诊算不算？”（late_visits，第三条）："
            "默认由“计入”（counted）改为“不计”（left_out）",
        ],
        [
            "Decisions",
            "“Do visits at night count?” (late_visits, 第三条): "
            "default: from “they count” (counted) to “left out” (left_out)",
        ],
        id="the default of a decision",
    ),
    pytest.param(
        ("late_visits", "night_visits"),
        [
            "决定事项",
            "“夜间接诊算不算？”（night_visits，第三条）：编号由 late_visits 改为 night_visits",
        ],
        [
            "Decisions",
            "“Do visits at night count?” (night_visits, 第三条): "
            "id: from late_visits to night_visits",
        ],
        id="a decision under another id",
    ),
    pytest.param(
        ("prompt", "waiting"),
        ["第四条", "及时率（waiting）：编号由 prompt 改为 waiting"],
        ["第四条", "Prompt (waiting): id: from prompt to waiting"],
        id="a node under another id, which others are built on",
    ),
    pytest.param(
        ("{zh: 及时率, en: Prompt}", "{zh: 及时率, en: In time}"),
        ["第四条", "及时率（prompt）：名称的英文由“Prompt”改为“In time”"],
        ["第四条", "In time (prompt): name: from “Prompt” to “In time”"],
        id="a text in one language",
    ),
    pytest.param(
        (
            "  total:\n",
            "  beds:\n    kind: tally\n    label: {zh: 床位数, en: Beds}\n    clause: 第四条\n"
            "    max: 9\n    of: {attribute: clinics.beds}\n  total:\n",
        ),
        ["第四条", "新增“床位数”（beds）：计数，满分 9，原值：取值列“床位”（clinics.beds）"],
        [
            "第四条",
            "“Beds” (beds) added: tally, full points: 9, value: cell of: “beds” (clinics.beds)",
        ],
        id="a new node",
    ),
    pytest.param(
        ("then: {add: 2}", "then: {add: 3}, basis: 镇纪委通报"),
        [
            "第七条",
            "终评（final）",
            "规则“加分”的效果由加 2 改为加 3",
            "规则“加分”新增依据文件：“镇纪委通报”",
        ],
        [
            "第七条",
            "Final (final)",
            "rule “bonus”, effect: from adds: 2 to adds: 3",
            "rule “bonus”, basis added: “镇纪委通报”",
        ],
        id="a rule",
    ),
    pytest.param(
        (
            "{label: {zh: 减半, en: halved}, if: {happy: {below: 50}}, then: {times: 0.5}}\n"
            "      - ",
            "",
        ),
        ["第七条", "终评（final）：取消规则“减半”"],
        ["第七条", "Final (final): rule “halved” removed"],
        id="a rule that goes",
    ),
    pytest.param(
        ("only_if: {total: {at_least: 60}}", "only_if: {total: {at_least: 70}}"),
        ["第六条", "等次（grade）：名额“三星”（three）的前提由总分 ≥ 60 改为总分 ≥ 70"],
        [
            "第六条",
            "Grade (grade): places “three stars” (three), only if: from Total ≥ 60 to Total ≥ 70",
        ],
        id="conditions on values",
    ),
    pytest.param(
        ("clause: 第五条", "clause: 第九条"),
        ["第九条", "总分（total）：条款由第五条改为第九条"],
        ["第九条", "Total (total): clause: from 第五条 to 第九条"],
        id="a clause",
    ),
    pytest.param(
        ("minimum: 0}", "minimum: 0, maximum: 900}"),
        ["数据表", "诊所名册（clinics）：列“床位”（beds）新增最大值：900"],
        ["Tables", "register (clinics): column “beds”, maximum added: 900"],
        id="a column",
    ),
    pytest.param(
        ("again: 复诊, ", ""),
        ["数据表", "就诊（visits）：列“类别”（kind）取消可选项 again（原为“复诊”）"],
        ["Tables", "visits (visits): column “kind”, choice again removed (was “复诊”)"],
        id="a choice that goes",
    ),
    pytest.param(
        (
            "{three: {zh: 三星, en: three stars}, one: {zh: 一星, en: one star}}",
            "{one: {zh: 一星, en: one star}, three: {zh: 三星, en: three stars}}",
        ),
        ["方案概况", "等次系列 stars 的次序改为 one、three"],
        ["The scheme as a whole", "scale stars: now in the order one, three"],
        id="the order of labels",
    ),
    pytest.param(
        ("holidays: [2024-05-01, 2024-10-01]", "holidays: [2024-10-01, 2024-10-02]"),
        ["方案概况", "工作日历的放假日增加 2024-10-02，去掉 2024-05-01"],
        ["The scheme as a whole", "calendar, holidays: 2024-10-02 added; 2024-05-01 left out"],
        id="members of a list",
    ),
    pytest.param(
        ("level: check", "level: warning"),
        ["检查项", "就诊不少于10次（enough，第八条）：性质由检查改为提醒"],
        ["Checks", "At least ten visits (enough, 第八条): level: from check to warning"],
        id="a check",
    ),
    pytest.param(
        ("first: [total, rank]", "first: [total, rank, grade]\n  complete: [total]"),
        [
            "反馈与结果版式",
            "首列各项增加“等次”（grade）",
            "新增数据齐全所需各项：“总分”（total）",
        ],
        [
            "Feedback and layout of results",
            "shown first: “Grade” (grade) added",
            "needed to be complete added: “Total” (total)",
        ],
        id="the layout of results",
    ),
    pytest.param(
        ("kind: sum\n", "kind: mean\n    min_available: 1\n"),
        ["第五条", "总分（total）", "算法由相加改为平均", "新增至少要有的个数：1"],
        ["第五条", "Total (total)", "rule: from sum to mean", "least number available added: 1"],
        id="a node of another kind",
    ),
]


@pytest.mark.parametrize(("edit", "zh", "en"), CASES)
def test_difference_is_told_in_both_languages(
    edit: Edit, zh: list[str], en: list[str], compared: Compared
) -> None:
    comparison = compared(edit)
    assert told(comparison, "zh") == zh
    assert told(comparison, "en") == en


def test_scheme_of_these_cases_is_without_error(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text(SCHEME, encoding="utf-8")
    assert load_scheme(path)[0] is not None


def test_equal_schemes_have_one_line(compared: Compared) -> None:
    same = compared()
    assert list(same.lines("zh")) == ["两份方案没有不同：2024年诊所考核（clinics-2024，版本 1）"]
    assert list(same.lines("en")) == [
        "The two schemes do not differ: Clinics 2024 (clinics-2024, version 1)"
    ]


@pytest.mark.parametrize(
    "edit",
    [
        ("{happy: 0.8, points: 1}", "{points: 1.0, happy: 0.80}"),
        ("nodes:\n", "# A remark.\n\nnodes:\n"),
        ("empty: absent\n", 'empty: "absent"\n'),
        ("required: 10\n", "required: (10)\n"),
        ("rounding: {places: 2}", "rounding: {places: 2, half: up}"),
        ("data: {all_of: [visits]}", "data: {all_of: [visits], any_of: []}"),
        ("type: id, heading: 诊所编号}", "heading: 诊所编号, required: true, type: id}"),
        ("empty: 100\n", "empty: {decide: late_visits, counted: 100, left_out: 100}\n"),
    ],
)
def test_another_way_of_writing_is_no_difference(edit: Edit, compared: Compared) -> None:
    assert compared(edit).groups == ()


NEXT_YEAR = [
    ("2024-", "2025-"),
    ("2024年上半年", "2025年上半年"),
    ("2024年下半年", "2025年下半年"),
    ("half of 2024", "half of 2025"),
]


def test_dates_that_follow_the_period_are_told_once(compared: Compared) -> None:
    comparison = compared(*NEXT_YEAR)
    assert told(comparison, "zh") == [
        "方案概况",
        "考核期推后 1 年，由 2024-01-01 至 2024-12-31 改为 2025-01-01 至 2025-12-31，"
        "其他 3 处日期随之推后",
    ]
    assert told(comparison, "en") == [
        "The scheme as a whole",
        "the period moves on by 1 year: from 2024-01-01 – 2024-12-31 to 2025-01-01 – 2025-12-31; "
        "3 other dates move with it",
    ]


def test_date_that_does_not_follow_the_period_is_told(compared: Compared) -> None:
    comparison = compared(*NEXT_YEAR, ("2023-12-20", "2024-11-30"), ("05-01,", "05-02,"))
    assert told(comparison, "zh")[1:3] == [
        "发文日期由 2023-12-20 改为 2024-11-30",
        "工作日历的放假日增加 2025-05-02，去掉 2024-05-01",
    ]


def test_clauses_come_in_the_order_of_the_newer_scheme_then_what_is_gone(
    compared: Compared,
) -> None:
    final = SCHEME[SCHEME.index("  final:") : SCHEME.index("checks:")]
    comparison = compared(
        (final, ""),
        ("clause: 第六条", "clause: 第二条"),
        ("max: 20", "max: 25"),
        ("reading: {zh: 按日历日, en: by calendar days}", "reading: 按工作日"),
        ('version: "1"', 'version: "2"'),
    )
    groups = [name.zh for name, _ in comparison.groups]
    assert groups == ["方案概况", "第四条", "第二条", "第七条", "固定读法"]


def test_decision_that_goes_leaves_what_was_decided_told_by_its_options(compared: Compared) -> None:
    decisions = SCHEME[SCHEME.index("decisions:") : SCHEME.index("readings:")]
    among = SCHEME[SCHEME.index("    among:\n") : SCHEME.index("    numerator: {happy")]
    comparison = compared((decisions, ""), (among, ""))
    assert told(comparison, "zh") == [
        "第三条",
        "满意率（happy）：在选项“不计”（late_visits=left_out）下，取消范围（原为类别不为“夜间”）",
        "决定事项",
        "取消“夜间接诊算不算？”（late_visits，第三条）",
    ]


def test_new_option_is_compared_with_the_default_before(compared: Compared) -> None:
    comparison = compared(
        (
            "      left_out: {zh: 不计",
            "      first: {zh: 只计初诊, en: first}\n      left_out: {zh: 不计",
        ),
        ("      left_out: {kind", "      first: {kind: first}\n      left_out: {kind"),
    )
    assert told(comparison, "zh") == [
        "第三条",
        "满意率（happy）：在选项“只计初诊”（late_visits=first）下，新增范围：类别为“初诊”",
        "决定事项",
        "“夜间接诊算不算？”（late_visits，第三条）：新增选项 first：“只计初诊”",
    ]
