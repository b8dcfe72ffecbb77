"""The steps of the year with their usual dates, as data.

The document has no dates (DOMAIN.md section 10); a cycle gets the defaults when it is set up, and
the clerk moves them. A gate is what the step has to come to, and says where what has no page here
is done; nothing is computed from it.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Day = tuple[int, int, int]
"""Month, day (31: the last one of the month), and years after that of the cycle."""

EVERYBODY_SCORING = ("scorer", "department_head")
LEADING = ("group_head", "group_member")


@dataclass(frozen=True)
class Step:
    """One step of the year: what it is called, its usual dates, its gate, whom it concerns.

    A step with a stage in ``done_by`` is over once the cycle has come there; the others have dates.
    """

    code: str
    name: Promise
    first: Day
    last: Day
    gate: Promise
    roles: tuple[str, ...]
    done_by: str | None = None


STEPS = (
    Step(
        "adopt",
        _("方案与决定事项通过"),
        (1, 1, 0),
        (2, 31, 0),
        _("决定事项全部选定，各项内容都有清单依据，两位组长签署"),
        ("clerk", *LEADING),
        done_by="adopted",
    ),
    Step(
        "registry",
        _("镇情核对"),
        (3, 1, 0),
        (3, 31, 0),
        _("居民区、科室、包保领导、人员名册核对完毕"),
        ("clerk", "secretary"),
    ),
    Step(
        "snapshot_1",
        _("第一次户数快照"),
        (3, 1, 0),
        (3, 31, 0),
        _("居民区确认户数和党员数"),
        ("clerk", "secretary"),
    ),
    Step(
        "online_1",
        _("上半年线上测评"),
        (6, 1, 0),
        (6, 25, 0),
        _("在“居民测评”中设立轮次，截止并开箱；在系统外测评的，数据由提供单位报送"),
        ("clerk", "provider"),
    ),
    Step(
        "midyear_note",
        _("年中提示"),
        (7, 1, 0),
        (7, 31, 0),
        _("在系统外告知：只说本居民区的参与情况和数据差错，不含得分"),
        ("clerk", "secretary"),
    ),
    Step(
        "vendor",
        _("第三方机构确定"),
        (8, 1, 0),
        (9, 30, 0),
        _("在系统外选定；在“第三方访问”中登记机构和资质、独立性、保密的核查"),
        ("clerk", "survey_manager"),
    ),
    Step(
        "snapshot_2",
        _("第二次户数快照与抽样"),
        (8, 1, 0),
        (9, 30, 0),
        _("居民区确认户数和党员数；第三方测评的样本在“第三方访问”中抽取"),
        ("clerk", "secretary", "statistics"),
    ),
    Step(
        "fieldwork",
        _("第三方测评"),
        (9, 1, 0),
        (11, 30, 0),
        _("按移交的样本访问，达到方案规定的样本比例；在系统外测评的，数据由提供单位报送"),
        ("survey_manager", "interviewer"),
    ),
    Step(
        "meetings",
        _("座谈会测评"),
        (9, 1, 0),
        (11, 30, 0),
        _(
            "每个居民区一场，达到方案规定的居民户和党员比例，记录完成；在系统外测评的，数据由提供单位报送"
        ),
        ("clerk", "leader", "secretary"),
    ),
    Step(
        "online_2",
        _("下半年线上测评"),
        (11, 1, 0),
        (11, 30, 0),
        _("在“居民测评”中设立轮次，截止并开箱；在系统外测评的，数据由提供单位报送"),
        ("clerk", "provider"),
    ),
    Step(
        "data_cut",
        _("数据截止"),
        (12, 31, 0),
        (12, 31, 0),
        _("各数据提供单位的最终文件已签认"),
        ("clerk", "provider"),
        done_by="scoring",
    ),
    Step(
        "spot_check",
        _("走访抽查"),
        (1, 1, 1),
        (1, 14, 1),
        _("每个居民区抽查完毕，两名审计人员签认"),
        ("clerk", "auditor"),
        done_by="scoring",
    ),
    Step(
        "exclusion_meetings",
        _("诉求剔除会商"),
        (1, 1, 1),
        (1, 14, 1),
        _("在“诉求剔除”中由条线和块上各一人决定，提出的申请都有结果"),
        ("clerk", "provider", "secretary", "group_member"),
        done_by="review",
    ),
    Step(
        "department_window",
        _("科室评分"),
        (1, 1, 1),
        (1, 14, 1),
        _("所有居民区都已评分，科室负责人签认"),
        EVERYBODY_SCORING,
        done_by="scoring",
    ),
    Step(
        "compute",
        _("计分"),
        (1, 15, 1),
        (1, 21, 1),
        _("数据齐全，检查项满足或经认可"),
        ("clerk",),
        done_by="review",
    ),
    Step(
        "objections",
        _("核对与异议"),
        (1, 15, 1),
        (1, 21, 1),
        _("居民区在“核对本居民区事实”中核对，有差错的提出异议；异议都已决定，该更正的已更正"),
        ("clerk", "secretary", *LEADING, "inspection"),
    ),
    Step(
        "decision",
        _("领导小组审定"),
        (1, 22, 1),
        (1, 31, 1),
        _("领导小组开会审定，在“审定与公布”中办理，记录会议日期和编号"),
        ("clerk", *LEADING),
        done_by="published",
    ),
    Step(
        "publication",
        _("公布与反馈"),
        (1, 22, 1),
        (1, 31, 1),
        _("公布和反馈同时进行，两位组长签署"),
        ("clerk", "group_head"),
        done_by="published",
    ),
    Step(
        "rectification",
        _("整改与归档"),
        (2, 1, 1),
        (3, 31, 1),
        _("整改事项在“整改事项”中登记和办结；审计意见归档"),
        ("clerk", "secretary", "leader", "auditor"),
        done_by="archived",
    ),
)
STEP_BY_CODE: Mapping[str, Step] = {step.code: step for step in STEPS}


@dataclass(frozen=True)
class Scheduled:
    """A step of one cycle with its dates, both included; ``pk`` of its row, if it has one."""

    step: Step
    opens_on: date
    closes_on: date
    pk: int | None = None

    def open_on(self, day: date) -> bool:
        """Whether a day falls into the step."""
        return self.opens_on <= day <= self.closes_on


def default_dates(step: Step, year: int) -> Scheduled:
    """The dates that a step has in the cycle of a year unless somebody moves it."""
    return Scheduled(step, _day(step.first, year), _day(step.last, year))


def _day(day: Day, year: int) -> date:
    month, number, later = day
    last = calendar.monthrange(year + later, month)[1]
    return date(year + later, month, min(number, last))
