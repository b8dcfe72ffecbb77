"""Headings of other programs: what they mean, what they do not, and which tell who somebody is."""

from __future__ import annotations

import pytest

from kaohe.web.surveys.return_headings import is_personal, mapped
from tests.web.asking import ASKED

pytestmark = pytest.mark.no_database

WORDING = "您对本居民区的安全感受度是否满意"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("q7", "q7"),
        ("questions-section4-q7", "q7"),
        ("questions/section4/q7", "q7"),
        ("Q1.2", "q1.2"),
        ("questions-section1-q1_parts-q1_2", "q1.2"),
        (f"{WORDING}？", "q7"),
        (f"13、{WORDING}？", "q7"),
        (f"13. {WORDING}?", "q7"),
        (f"第13题：{WORDING}", "q7"),
        (f"13、{WORDING}？ [单选题] *", "q7"),
        (f"13、{WORDING}？【单选题】", "q7"),
        (f"13、{WORDING}？（只选一项）", "q7"),
        (f"第3题({WORDING}？)", "q7"),
        (f"3、（{WORDING}？）", "q7"),
        (f"3、请评价以下各项—{WORDING}？", "q7"),
        ("Safety/Do you feel safe living here?", None),
        ("Safety/Are you satisfied with how safe you feel in this area?", "q7"),
        ('对"社区平安建设"的总体评价/您对本居民区的安全感受度是否满意？', "q7"),
        ("您对社区“三驾马车”运作等方面是否满意？", "q9"),
        ('您对社区"三驾马车"运作等方面是否满意?', "q9"),
        ("第7题", "q7"),
        ("1(2)", "q1.2"),
        ("7、您觉得怎么样？", None),
        ("3-7", None),
        ("q7(2)", None),
        ("q77", None),
        ("是否知道居民区负责的“两委”成员及包干干部，是否日常走访？", None),
        ("2、住户编号（见样本清单）", "household"),
        ("所用时间", "duration"),
        ("meta-instanceID", None),
        ("_submission_time", None),
    ],
)
def test_what_a_heading_means(heading: str, field: str | None) -> None:
    assert mapped(ASKED, [heading], {}).get(heading) == field


def test_the_first_of_two_that_look_alike_is_taken() -> None:
    assert mapped(ASKED, ["q7", "a/q7"], {}) == {"q7": "q7"}


def test_what_somebody_said_goes_first_and_what_is_no_more_counts_for_nothing() -> None:
    said = {"a": "q7", "q8": "", "b": "q99", "gone": "q9"}
    found = mapped(ASKED, ["q7", "a", "q8", "b", "q9"], said)
    assert found == {"a": "q7", "q8": "", "q9": "q9"}


@pytest.mark.parametrize(
    "heading",
    [
        "4、您的姓名",
        "联系电话",
        "手机号码",
        "来自IP",
        "IP",
        "身份证号",
        "微信昵称",
        "录音",
        "_GPS_latitude",
    ]
    + [
        "SubmitterName",
        "_submitted_by",
        "deviceid",
        "家庭住址",
        "group/name",
        "定位_经度",
        "photo_URL",
    ],
)
def test_who_or_where_somebody_is_is_personal(heading: str) -> None:
    assert is_personal(heading)


@pytest.mark.parametrize(
    "heading", ["序号", "_id", "_uuid", "来源", "FormVersion", "q7", "__version__"]
)
def test_what_a_program_notes_for_itself_is_not(heading: str) -> None:
    assert not is_personal(heading)
