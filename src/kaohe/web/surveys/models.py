"""A round of a channel and what came of it: ballots, who took part, receipts.

Nothing here leads from a ballot to a household: they share the round, the area and the sample, but
no key, no order and no time. While a round is open neither is in these tables: both lie in its box
(``boxes``), the ballots sealed.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import User
from kaohe.web.cycles.models import CycleRow
from kaohe.web.surveys.fieldwork_models import (
    BackCheck,
    ReturnFile,
    ReturnMapping,
    SampleDraw,
    SampleHousehold,
    Vendor,
    VendorCheck,
)
from kaohe.web.surveys.link_models import LinkKey
from kaohe.web.surveys.meeting_models import Meeting, MeetingCount, MeetingHousehold, PaperDraft
from kaohe.web.surveys.review_models import Review
from kaohe.web.surveys.void_models import RoundVoid

__all__ = [
    "BackCheck",
    "Ballot",
    "Keeper",
    "LinkKey",
    "Meeting",
    "MeetingCount",
    "MeetingHousehold",
    "PaperDraft",
    "Participation",
    "Receipt",
    "ReturnFile",
    "ReturnMapping",
    "Review",
    "Round",
    "RoundVoid",
    "SampleDraw",
    "SampleHousehold",
    "Vendor",
    "VendorCheck",
]

MANNERS = {
    "codes": _("住户凭答题码作答"),
    "meeting": _("座谈会现场作答"),
    "surveyor": _("第三方访问"),
}
"""How a round takes ballots."""
STATES = {
    "prepared": _("准备中"),
    "open": _("进行中"),
    "paused": _("已暂停"),
    "closed": _("已截止，待开箱"),
    "counted": _("已开箱"),
    "void": _("已作废"),
}
"""How far a round is, in order; pausing is undone by resuming."""


class Round(CycleRow):
    """One time that a channel is open: takes the ballots of one or more samples of the scheme.

    Of a ``trial`` nothing counts: with it a town tries print, links and form before the real round.
    ``tag`` is its address for residents. ``public_keys`` seal ballots, the first outermost; the
    private ones lie in files outside the database or with two ``Keeper``s. ``ballots``,
    ``participants`` and ``receipts_sha256`` are known once it is closed,
    ``differences`` (``tallying``) once the box is opened: what did not fit. Whatever becomes of it
    afterwards, what was counted stays on record: ``counted_at`` says when.
    """

    title = models.CharField(_("名称"), max_length=80)
    manner = models.CharField(_("作答方式"), max_length=10, choices=list(MANNERS.items()))
    samples = models.JSONField(_("计入的样本"), default=list)
    tag = models.CharField(_("网址代号"), max_length=8, unique=True, editable=False)
    opens_on = models.DateField(_("开始日期"))
    closes_on = models.DateField(_("截止日期"))
    notice = models.CharField(_("请谁作答"), max_length=200, blank=True)
    telephone = models.CharField(_("电话作答"), max_length=60, blank=True)
    paper_at = models.CharField(_("纸质问卷领取和交回地点"), max_length=200, blank=True)
    complain_to = models.CharField(_("投诉电话"), max_length=60, blank=True)
    trial = models.BooleanField(
        _("试测"),
        default=False,
        help_text=_("用来试印、试扫、试答：答卷照样封存、开箱，但不计入考核。"),
    )
    two_keepers = models.BooleanField(_("开箱密钥由两人分别保管"), default=False)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=list(STATES.items()),
        default="prepared",
        editable=False,
    )
    public_keys = models.JSONField(default=list, editable=False)
    ballots = models.PositiveIntegerField(_("答卷数"), null=True, blank=True, editable=False)
    participants = models.PositiveIntegerField(_("参与数"), null=True, blank=True, editable=False)
    receipts_sha256 = models.CharField(_("回执清单摘要"), max_length=64, blank=True, editable=False)
    closed_at = models.DateTimeField(_("截止时间"), null=True, blank=True, editable=False)
    counted_at = models.DateTimeField(_("开箱时间"), null=True, blank=True, editable=False)
    differences = models.JSONField(_("开箱核对"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("测评轮次")
        ordering: ClassVar = ["opens_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")),
                name="round_closes_after_it_opens",
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(STATES)), name="round_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kept_by_file(self) -> bool:
        """Whether the key to open it lies in a file on this machine."""
        return not self.two_keepers


class Keeper(CycleRow):
    """One of the two who keep a key without which a round cannot be opened.

    Whoever took a key first brings it back first: it takes the outer seal off every ballot.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="keepers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("保管人"))
    public_key = models.CharField(max_length=64)
    at = models.DateTimeField(_("领取时间"))
    brought_at = models.DateTimeField(_("交回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("密钥保管人")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "user"], name="keeper_once_per_round"),
        ]

    def __str__(self) -> str:
        return self.user.name


class Ballot(CycleRow):
    """One person's answers, as given, after the round was opened. Its key is random."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    area_id = models.CharField(max_length=80)
    sample = models.CharField(max_length=80)
    answers = models.JSONField()
    assisted = models.BooleanField(default=False)
    took = models.CharField(max_length=12, blank=True)
    flags = models.JSONField(default=list)
    set_aside = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("答卷")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)


class Participation(CycleRow):
    """That a household took part, or a Party member at a meeting; nothing about what was said."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    area_id = models.CharField(max_length=80)
    sample = models.CharField(max_length=80)
    household_id = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("参与登记")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "sample", "area_id", "household_id"],
                name="household_once_per_round",
            ),
        ]

    def __str__(self) -> str:
        return self.household_id


class Receipt(CycleRow):
    """A ballot that was counted, as the resident knows it: the hash of what was sealed."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    code = models.CharField(max_length=24)

    class Meta:
        verbose_name = _("回执")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "code"], name="receipt_once_per_round"),
        ]

    def __str__(self) -> str:
        return self.code
