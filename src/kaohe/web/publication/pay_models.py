"""What a publication proposes to pay: a line a person, and what finance makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import TownRow, User
from kaohe.web.cycles.models import CycleRow


class StaffAccount(TownRow):
    """Whose staff id a login is, so that somebody finds their own line and no other."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="staff_account", verbose_name=_("账号")
    )
    staff_id = models.CharField(_("人员编号"), max_length=80)

    class Meta:
        verbose_name = _("人员编号与账号")
        ordering: ClassVar = ["staff_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "staff_id"],
                name="staff_id_has_one_account",
                violation_error_message=_("这个人员编号已经对应另一个账号。"),
            ),
        ]

    def __str__(self) -> str:
        return self.staff_id


class PayLine(CycleRow):
    """What one person is to get by one publication (绩效建议), as its scheme works it out.

    ``role`` and ``label`` are codes of the scheme; ``amount`` is a decimal as text, with its
    places, 0 where a person is held who would get nothing. ``reason`` is a sentence by language,
    ``held`` lists why it waits (暂缓): ``zh``, ``en``, ``clause``. Finance decides on held lines:
    ``outcome``, and with it ``decided_amount``. Rows are made when a publication takes effect.
    """

    OUTCOMES: ClassVar = [
        ("as_proposed", _("按建议金额")),
        ("other", _("另定金额")),
        ("nothing", _("不发")),
    ]
    publication = models.ForeignKey(
        "publication.Publication", models.PROTECT, related_name="pay_lines"
    )
    account = models.ForeignKey(
        StaffAccount, models.PROTECT, related_name="lines", null=True, blank=True
    )
    order = models.PositiveIntegerField()
    staff_id = models.CharField(_("人员编号"), max_length=80)
    subject_id = models.CharField(_("居民区编号"), max_length=80)
    name = models.CharField(_("居民区"), max_length=120)
    role = models.CharField(_("职务"), max_length=80)
    label = models.CharField(_("档次"), max_length=80, blank=True)
    amount = models.CharField(_("建议金额"), max_length=24)
    reason = models.JSONField(_("来由"), default=dict)
    held = models.JSONField(_("暂缓原因"), default=list)
    outcome = models.CharField(_("核定结果"), max_length=12, choices=OUTCOMES, blank=True)
    decided_amount = models.CharField(_("核定金额"), max_length=24, blank=True)
    decided_reason = models.CharField(_("核定理由"), max_length=500, blank=True)
    decided_by = models.CharField(_("核定人"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("核定时间"), null=True, blank=True)

    own_lookups: ClassVar = {"self": "account__user__username"}

    class Meta:
        verbose_name = _("绩效建议")
        ordering: ClassVar = ["publication", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "staff_id"], name="paid_once_per_publication"
            ),
        ]

    def __str__(self) -> str:
        return self.staff_id

    @property
    def waits(self) -> bool:
        """Whether it is held and nobody has decided yet."""
        return bool(self.held) and not self.outcome

    @property
    def proposed(self) -> Decimal:
        """What the scheme gives."""
        return Decimal(self.amount)

    @property
    def due(self) -> Decimal:
        """What is to be paid as things stand: as decided, else as proposed."""
        return Decimal(self.decided_amount or self.amount)


class PayTotal(PayLine):
    """The same rows for those who read sums by role and nothing else of them."""

    own_lookups: ClassVar = {}

    class Meta:
        proxy = True
        verbose_name = _("绩效建议合计")


class PayConfirmation(CycleRow):
    """Finance has confirmed the list of a publication; what it came to then."""

    publication = models.OneToOneField(
        "publication.Publication", models.PROTECT, related_name="pay_confirmation"
    )
    by = models.CharField(_("确认人"), max_length=60)
    at = models.DateTimeField(_("确认时间"))
    persons = models.PositiveIntegerField(_("发放人数"))
    amount = models.CharField(_("合计金额"), max_length=24)

    class Meta:
        verbose_name = _("绩效建议的确认")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.publication)
