"""Events that are added and never changed; the database itself refuses anything else."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.audit.wording import act_told


class Event(models.Model):
    """One act of one person on duty. No foreign keys: it outlives everything it speaks of."""

    town = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=150)
    act = models.CharField(max_length=80)
    object = models.CharField(max_length=120)
    told = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("办理记录")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["town", "number"], name="event_number_once_per_town"),
        ]
        indexes: ClassVar = [models.Index(fields=["town", "object"])]
        ordering: ClassVar = ["-number"]

    own_lookups: ClassVar = {"self": "actor"}

    def __str__(self) -> str:
        return f"{self.town} {self.number} {self.act}"

    @property
    def act_told(self) -> str:
        """The act in words."""
        return act_told(self.act)


class Chain(models.Model):
    """Where a town's chain ends: whoever adds an event holds this row until it is written."""

    town = models.CharField(max_length=40, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.town} {self.length}"
