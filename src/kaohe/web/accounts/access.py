"""Who may see and change what: the one table. What it does not say is not allowed.

A cell is ``all`` or ``own`` (rows in the scope of the post), with ``+`` if the post may also add
and change them, and ``@STAGE`` if only from that stage of the cycle on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kaohe.web.accounts.roles import GROUP, ON_DUTY, ROLES

STAGES = ("prepare", "adopted", "collecting", "scoring", "review", "published", "archived")
"""The stages of a cycle in order; ``cycles`` says what leads from one to the next."""


@dataclass(frozen=True)
class Right:
    """One cell of the table."""

    all_rows: bool
    write: bool = False
    stage: str | None = None

    def __str__(self) -> str:
        told = ("all" if self.all_rows else "own") + ("+" if self.write else "")
        return f"{told}@{self.stage}" if self.stage else told

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages in which it holds."""
        return STAGES[STAGES.index(self.stage) :] if self.stage else STAGES


EVERYBODY = " ".join(ON_DUTY)
READERS_BUT_HEADS = (
    "scorer department_head leader secretary worker provider inspection finance auditor"
    " monitor statistics group_member"
)
READERS_OF_RULES = f"{READERS_BUT_HEADS} group_head"
"""Everybody whom the scheme concerns: all but the third party, and whoever runs the machine."""

RULES = {"all+": "clerk", "all": READERS_OF_RULES}
STAGE_STEPS = {"all+": "clerk group_head", "all": READERS_BUT_HEADS}
SHEETS = {"own+": "scorer department_head", "all": f"clerk auditor {GROUP}"}
NOBODY: dict[str, str] = {}

TABLE: Mapping[str, Mapping[str, str]] = {
    # -- people
    "accounts.Town": {"all": EVERYBODY},
    "accounts.User": {"all+": "administrator", "all": "auditor"},
    "accounts.Post": {"all+": "administrator", "all": f"auditor clerk {GROUP}"},
    "audit.Event": {
        "own": "clerk scorer department_head",
        "all": f"inspection auditor administrator {GROUP}",
    },
    "audit.Chain": NOBODY,
    # -- the town
    "registry.Department": RULES,
    "registry.Source": {"all+": "clerk", "all": f"auditor {GROUP}", "own": "provider"},
    "registry.Area": {
        "all+": "clerk",
        "all": f"scorer department_head provider inspection finance auditor statistics {GROUP}",
        "own": "leader secretary worker",
    },
    "registry.Building": {"all+": "clerk", "all": "auditor"},
    "registry.Household": {"all+": "clerk", "all": "auditor"},
    "registry.Snapshot": {"all+": "clerk", "all": f"auditor statistics secretary {GROUP}"},
    "registry.AreaCount": {
        "all+": "clerk",
        "all": f"auditor statistics {GROUP}",
        "own": "secretary",
    },
    "registry.CountDoubt": {
        "all+": "clerk",
        "own+": "secretary",
        "all": f"auditor {GROUP}",
    },
    "registry.StaffPost": {"all+": "clerk finance", "all": "auditor", "own": "secretary"},
    "registry.DutyList": RULES,
    "registry.DutyEntry": RULES,
    # -- the year
    "cycles.SchemeVersion": RULES,
    "cycles.PolicyText": RULES,
    "cycles.Cycle": RULES,
    "cycles.Choice": RULES,
    "cycles.Signature": {"all+": "group_head", "all": f"clerk {READERS_BUT_HEADS}"},
    "cycles.StageChange": STAGE_STEPS,
    "cycles.Deadline": RULES,
    "cycles.BlockLead": RULES,
    "cycles.DutyLink": RULES,
    "cycles.Exemption": {
        "all+": "group_head group_member",
        "all": "clerk auditor inspection",
        "own": "secretary",
    },
    "cycles.Delivery": {"own+": "provider", "all": f"clerk auditor {GROUP}"},
    "cycles.Mapping": {"own+": "provider", "all": "auditor"},
    "jobs.Job": {"own": "provider clerk group_head", "all": "administrator"},
    # -- what was observed
    "evidence.Mark": {
        "own+": "scorer department_head",
        "all@scoring": "clerk",
        "all": f"auditor {GROUP}",
    },
    "evidence.SheetSignature": SHEETS,
    "evidence.Reopening": {
        "own+": "scorer department_head",
        "all+": "clerk",
        "all": f"auditor {GROUP}",
    },
    "evidence.BlockSignature": SHEETS,
    "evidence.Note": {
        "own+": "scorer department_head leader",
        "all": f"clerk auditor {GROUP}",
    },
    "evidence.SpotCheck": {"all+": "clerk", "all": f"auditor inspection {GROUP}"},
    "evidence.Redraw": {"all+": "clerk group_head", "all": "auditor inspection group_member"},
    "evidence.SpotCheckHousehold": {
        "all+": "auditor",
        "all": f"clerk inspection {GROUP}",
        "own+": "secretary",
    },
    "evidence.Honour": {
        "own+": "scorer",
        "all+": "clerk department_head",
        "all": f"auditor {GROUP}",
        "own": "secretary",
    },
    "evidence.Sanction": {"all+": "inspection"},
    "evidence.SanctionPoints": {"all": f"clerk auditor {GROUP}", "own": "secretary"},
    "evidence.SealedVisit": {"all+": "inspection", "all": "group_head"},
    "evidence.DoneSealedVisit": {"all": "auditor"},
    "evidence.TypicalCase": {
        "own+": "scorer department_head",
        "all+": "clerk",
        "all": f"leader secretary worker inspection auditor monitor {GROUP}",
    },
    "evidence.Issue": {"all+": "clerk", "all": f"inspection auditor monitor {GROUP}"},
    "evidence.Report": {"all+": "inspection", "own+": "monitor"},
    "evidence.Waiver": {
        "all+": "group_head group_member",
        "all": "clerk auditor",
    },
    "evidence.Attachment": {
        "own+": "scorer",
        "all+": "clerk department_head",
        "all": "auditor",
    },
    # -- cases of hotline, petition and opinion; the leading group reads sums only
    "hotline.Case": {"all": "clerk auditor", "own": "provider secretary"},
    "hotline.Exclusion": {
        "all+": "clerk group_member",
        "all": "auditor group_head",
        "own+": "provider secretary scorer department_head",
    },
    "hotline.ExclusionFile": {
        "own+": "scorer department_head",
        "all": f"clerk auditor {GROUP}",
        "own": "provider",
    },
    "hotline.Place": {"all+": "clerk", "all": "auditor"},
    "hotline.Placement": {"all+": "clerk", "all": "auditor"},
    "hotline.CaseTerms": {"all+": "clerk", "all": f"auditor provider secretary {GROUP}"},
    "hotline.ProviderKey": {"all+": "clerk", "all": "auditor", "own": "provider"},
    "hotline.PushedCase": {"all": "auditor", "own": "provider"},
    # -- what residents said; nobody reads who took part, and single ballots only two who review
    #    those with flags, without area and channel (surveys.review_views)
    "surveys.Round": {"all+": "clerk", "all": f"inspection auditor {GROUP}"},
    "surveys.LinkKey": {"all+": "clerk", "all": "auditor"},
    "surveys.Keeper": {"all+": "inspection group_head", "all": "clerk auditor group_member"},
    "surveys.RoundVoid": {"all+": "clerk group_head", "all": "auditor inspection group_member"},
    "surveys.Ballot": NOBODY,
    "surveys.Review": {"all": "auditor", "own+": "inspection statistics"},
    "surveys.Participation": NOBODY,
    "surveys.Receipt": NOBODY,
    "surveys.Meeting": {
        "all+": "clerk",
        "all": f"auditor {GROUP}",
        "own": "secretary leader inspection scorer department_head",
    },
    "surveys.MeetingCount": {
        "all": f"clerk auditor {GROUP}",
        "own": "secretary leader inspection scorer department_head",
    },
    "surveys.MeetingHousehold": {"own+": "secretary", "all": "auditor"},
    "surveys.PaperDraft": NOBODY,
    # -- the third party; whom it asks is read by its own people and the auditor alone
    "surveys.Vendor": {
        "all+": "clerk",
        "all": f"auditor {GROUP}",
        "own": "survey_manager interviewer",
    },
    "surveys.VendorCheck": {"all+": "clerk", "all": f"auditor {GROUP}", "own": "survey_manager"},
    "surveys.SampleDraw": {
        "all+": "clerk",
        "all": f"auditor {GROUP}",
        "own": "survey_manager interviewer",
    },
    "surveys.SampleHousehold": {"all": "auditor", "own+": "survey_manager interviewer"},
    "surveys.BackCheck": {"all": "auditor", "own+": "survey_manager"},
    "surveys.ReturnMapping": {"all": "auditor", "own+": "survey_manager"},
    "surveys.ReturnFile": {"all": f"clerk auditor {GROUP}", "own+": "survey_manager"},
    # -- what came of it
    "results.Run": {"all+": "clerk", "all": f"auditor {GROUP}"},
    "results.Study": {"all+": "clerk group_head", "all": "auditor group_member"},
    "results.Robustness": {"all+": "clerk group_head", "all": "auditor group_member"},
    "results.SubjectResult": {
        "all": f"clerk auditor {GROUP}",
        "own@published": "leader secretary",
    },
    # -- what is decided on it, and published
    "publication.Ruling": {"all+": f"clerk {GROUP}", "all": "auditor"},
    "publication.Vote": {"all+": GROUP, "all": "clerk auditor"},
    "publication.Publication": {"all+": "clerk", "all": f"auditor finance inspection {GROUP}"},
    "publication.PublishedArea": {
        "all": f"clerk auditor {GROUP}",
        "own+": "secretary",
        "own": "leader",
    },
    # -- what is paid for it: finance reads single lines, whom they concern their own
    "publication.StaffAccount": {"all+": "finance"},
    "publication.PayLine": {"all+": "finance", "own": "secretary worker"},
    "publication.PayTotal": {"all": f"finance auditor {GROUP}"},
    "publication.PayConfirmation": {"all+": "finance", "all": f"clerk auditor {GROUP}"},
    # -- what areas say of facts, and what they put right; the deciders of an objection are told
    #    to nobody who is assessed
    "publication.Objection": {
        "own+": "secretary",
        "all+": f"clerk inspection {GROUP}",
        "all": "auditor",
    },
    "publication.ObjectionWord": {"all+": f"inspection {GROUP}", "all": "clerk auditor"},
    "publication.ObjectionTerms": {"all+": "clerk", "all": f"auditor {GROUP}"},
    "publication.FactsConfirmed": {"own+": "secretary", "all": f"clerk auditor {GROUP}"},
    "publication.RectificationItem": {
        "own+": "secretary",
        "own": "leader",
        "all+": "clerk",
        "all": f"auditor {GROUP}",
    },
    "publication.NamedExport": {
        "all+": "clerk finance",
        "all": "inspection auditor group_head",
    },
    "publication.Reminder": {"all+": GROUP, "all": "clerk auditor"},
    "publication.DecidedReminder": {"own": "secretary"},
    "publication.ReminderVote": {"all+": GROUP, "all": "clerk auditor"},
    # -- what libraries keep; the security log is read by the administrator, the rest by nobody
    "axes.AccessAttempt": {"all": "administrator auditor"},
    "axes.AccessLog": {"all": "administrator auditor"},
    "axes.AccessFailureLog": {"all": "administrator auditor"},
    "axes.AccessAttemptExpiration": NOBODY,
    "otp_totp.TOTPDevice": NOBODY,
    "auth.Group": NOBODY,
    "auth.Permission": NOBODY,
    "contenttypes.ContentType": NOBODY,
    "sessions.Session": NOBODY,
    "django_q.OrmQ": NOBODY,
    "django_q.Task": NOBODY,
    "django_q.Success": NOBODY,
    "django_q.Failure": NOBODY,
    "django_q.Schedule": NOBODY,
}


def _right(cell: str) -> Right:
    told, _, stage = cell.partition("@")
    return Right(told.startswith("all"), told.endswith("+"), stage or None)


@cache
def rights_of(model: str) -> Mapping[str, Right]:
    """Role by role, what may be done with a model's rows; a role that is not there may nothing."""
    found: dict[str, Right] = {}
    for cell, roles in TABLE.get(model, NOBODY).items():
        for role in roles.split():
            if role in found or role not in ROLES:
                raise AssertionError(f"{model}: {role} stands twice or is no role")
            found[role] = _right(cell)
    return found


def right(model: str, role: str) -> Right | None:
    """The cell of one model and one role."""
    return rights_of(model).get(role)


def may_read(model: str, roles: Iterable[str]) -> bool:
    """Whether one of the roles may see any rows of a model at some time."""
    return any(role in rights_of(model) for role in roles)
