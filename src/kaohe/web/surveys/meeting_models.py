"""Meetings of a round: the record, who was invited and who came, and paper ballots being typed.

Who came is known of households; how anybody voted is not: a slip is a seat by chance, and nothing
here leads from a household to a seat. Of Party members there is a number only.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import User
from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area
from kaohe.web.ui.language import named

MEETING_STATES = {
    "planned": _("筹备和进行中"),
    "voted": _("投票已结束"),
    "closed": _("已完成"),
}
"""How far a meeting is: slips are used while it is planned, paper is typed once all have voted."""
WAYS = {
    "invited": _("抽中邀请"),
    "reserve": _("替补"),
    "brought": _("居民区另请"),
}
"""How a household comes to be on the list of a meeting."""


class Meeting(CycleRow):
    """One meeting (座谈会) at which residents and Party members of an area judge on the spot.

    ``invited`` households were drawn to be asked, at ``share`` percent expected to come. Seed and
    frame give the same list to anybody. ``paper_check`` is what only the code of the paper opens
    (``meeting_papers``).
    """

    round = models.ForeignKey(
        "surveys.Round", models.PROTECT, related_name="meetings", verbose_name=_("测评轮次")
    )
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    held_on = models.DateField(_("日期"))
    begins_at = models.TimeField(_("开始时间"))
    place = models.CharField(_("地点"), max_length=120)
    leader = models.CharField(_("主持的包保领导"), max_length=60)
    departments = models.JSONField(_("到场科室"), default=list, blank=True)
    observer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("监督人"))
    state = models.CharField(
        _("状态"),
        max_length=8,
        choices=list(MEETING_STATES.items()),
        default="planned",
        editable=False,
    )
    share = models.PositiveSmallIntegerField(_("预计到会比例"), default=100, editable=False)
    invited = models.PositiveIntegerField(_("邀请户数"), default=0, editable=False)
    seed = models.CharField(_("随机种子"), max_length=64, blank=True, editable=False)
    frame_sha256 = models.CharField(_("抽样框摘要"), max_length=64, blank=True, editable=False)
    drawn_by = models.CharField(_("抽取人"), max_length=60, blank=True, editable=False)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, editable=False)
    many_because = models.CharField(
        _("到会户数较多的理由"), max_length=300, blank=True, editable=False
    )
    paper_check = models.BinaryField(null=True, editable=False)

    own_lookups: ClassVar = {"areas": "area__area_id", "self": "observer__username"}

    class Meta:
        verbose_name = _("座谈会")
        ordering: ClassVar = ["-held_on", "area__area_id", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "area"],
                name="one_meeting_of_an_area_per_round",
                violation_error_message=_("这个居民区在这一轮次已经登记了座谈会，请在列表中打开。"),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(MEETING_STATES)), name="meeting_state_known"
            ),
        ]

    def __str__(self) -> str:
        return named(self.area, self.held_on.isoformat())

    @property
    def frame_path(self) -> Path:
        """Where the frame lies: every household that could have been drawn, with its building."""
        return Path(settings.MEDIA_ROOT) / "frames" / f"{self.frame_sha256}.csv"


class MeetingHousehold(CycleRow):
    """A household on the list of a meeting, and whether somebody of it came.

    ``place`` is its place in the order of its building, ``stands_by`` that of a reserve among all
    reserves, 0 for others.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="households")
    household_id = models.CharField(_("住户编号"), max_length=60)
    building = models.CharField(_("楼栋编号"), max_length=60)
    place = models.PositiveIntegerField(_("顺序"), default=0)
    stands_by = models.PositiveIntegerField(_("替补次序"), default=0)
    way = models.CharField(_("来源"), max_length=8, choices=list(WAYS.items()))
    came = models.BooleanField(_("到会"), default=False)

    own_lookups: ClassVar = {"areas": "meeting__area__area_id"}

    class Meta:
        verbose_name = _("座谈会住户")
        ordering: ClassVar = ["building", "place", "household_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "household_id"], name="household_once_per_meeting"
            ),
        ]

    def __str__(self) -> str:
        return self.household_id


class MeetingCount(CycleRow):
    """The numbers of a meeting for one sample: who came, slips made, paper ballots in the box."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="counts")
    sample = models.CharField(_("样本"), max_length=80)
    came = models.PositiveIntegerField(_("到会"), default=0)
    slips = models.PositiveIntegerField(_("纸条"), default=0)
    paper = models.PositiveIntegerField(_("纸质答卷"), default=0)
    sealed = models.BooleanField(_("纸质答卷已入箱"), default=False)

    own_lookups: ClassVar = {
        "areas": "meeting__area__area_id",
        "self": "meeting__observer__username",
    }

    class Meta:
        verbose_name = _("座谈会人数")
        ordering: ClassVar = ["meeting", "sample"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "sample"], name="sample_once_per_meeting"),
        ]

    def __str__(self) -> str:
        return named(self.meeting, self.sample)


class PaperDraft(CycleRow):
    """What one of two people has typed of the paper ballots of a sample; read by nobody here."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="drafts")
    sample = models.CharField(max_length=80)
    typist = models.ForeignKey(User, models.PROTECT, related_name="+")
    typed = models.PositiveIntegerField(default=0)
    contents = models.BinaryField()

    class Meta:
        verbose_name = _("纸质答卷录入")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "sample", "typist"], name="draft_once_per_typist"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.sample}"
