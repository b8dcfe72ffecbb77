"""What is done with proposals of pay: made with a publication, decided, confirmed, taken along."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kaohe.pipeline import Assessment, held, overridden
from kaohe.scheme.model import Hold, Pay
from kaohe.scoring.overriding import LabelOverride
from kaohe.scoring.paying import PayLine as Proposed
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Actor, name_of, record, save_row
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication import pay_rules as rules
from kaohe.web.publication.models import Publication
from kaohe.web.publication.pay_models import PayConfirmation, PayLine, StaffAccount
from kaohe.web.publication.pay_totals import sum_of
from kaohe.web.results.actions import assessed_again
from kaohe.web.ui.acts import refuse


def propose_pay(publication: Publication) -> list[PayLine]:
    """The lines of a publication that takes effect: of its run, after its overrides.

    Must run in the transaction in which it does; the event of that tells of them.
    """
    run = publication.run
    scheme = scheme_under(run.cycle.scheme, run.taken)
    if scheme.pay is None:
        return []
    overrides = [
        LabelOverride(one["subject"], one["node"], one["was"], one["becomes"])
        for one in publication.overrides
    ]
    with assessed_again(run, scheme) as assessment:
        return make_pay_lines(publication, overridden(assessment, overrides))


def make_pay_lines(publication: Publication, assessment: Assessment) -> list[PayLine]:
    """A line for everybody who gets something or is held, be it with nothing, as an assessment has
    it after all overrides; in the order of areas, roles and staff ids.

    The facts of the assessment must still be open.
    """
    scheme = assessment.scheme
    if scheme.pay is None:
        return []
    waiting = {one.line.person: one for one in held(assessment)}
    proposed = {line.person: line for line in assessment.pay}
    proposed |= {person: one.line for person, one in waiting.items() if person not in proposed}
    roles = list(scheme.fact_tables[scheme.pay.table].columns[scheme.pay.role].choices)
    found = sorted(
        proposed.values(), key=lambda one: (one.subject, roles.index(one.role), one.person)
    )
    names = {row.id: row.name for row in assessment.sheet.figures.subjects}
    accounts = {one.staff_id: one for one in StaffAccount.objects.filter(town=publication.town)}
    lines = []
    for order, one in enumerate(found, start=1):
        reasons = waiting[one.person].reasons if one.person in waiting else ()
        lines.append(
            _line(
                publication,
                one,
                order=order,
                name=names[one.subject],
                account=accounts.get(one.person),
                held=[_told(hold, scheme.pay) for hold in reasons],
            )
        )
    return PayLine.objects.bulk_create(lines)


def _line(
    publication: Publication,
    one: Proposed,
    *,
    order: int,
    name: str,
    account: StaffAccount | None,
    held: list[dict[str, str]],
) -> PayLine:
    return PayLine(
        town=publication.town,
        cycle=publication.cycle,
        publication=publication,
        account=account,
        order=order,
        staff_id=one.person,
        subject_id=one.subject,
        name=name,
        role=one.role,
        label=one.label,
        amount=one.amount,
        reason={"zh": one.reason.zh, "en": one.reason.en},
        held=held,
    )


def _told(hold: Hold, pay: Pay) -> dict[str, str]:
    return {"zh": hold.label.zh, "en": hold.label.en, "clause": hold.clause or pay.clause}


def newest_publication(publication: Publication) -> bool:
    """Whether no later version of the year has taken effect."""
    newest = Publication.objects.effective().filter(cycle=publication.cycle_id).first()
    return newest == publication


def why_not_handled(publication: Publication) -> str:
    """Why the lines of a publication are not worked on any more; empty if they are."""
    return rules.why_not_handled(
        stage=publication.cycle.stage,
        newest=newest_publication(publication),
        confirmed=PayConfirmation.objects.filter(publication=publication).exists(),
    )


def why_not_decide(line: PayLine, by: Person) -> str:
    """Why a person does not decide on a line now; empty if they do."""
    own = line.account is not None and line.account.user_id == by.user.pk
    return rules.why_not_decide(held=bool(line.held), own=own) or why_not_handled(line.publication)


@transaction.atomic
def decide_held(
    line: PayLine,
    outcome: str,
    amount: Decimal | None = None,
    *,
    reason: str,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Finance says what a held person gets: as proposed, another ``amount``, or nothing.

    The log keeps neither the amount nor the reason, which those who keep the machine could read.
    """
    found = PayLine.objects.select_for_update().get(pk=line.pk)
    Publication.objects.select_for_update().get(pk=found.publication_id)
    refuse(why_not_decide(found, by))
    due = {"as_proposed": found.proposed, "nothing": Decimal(0)}.get(outcome, amount)
    assert due is not None, "another amount is given with its outcome"
    found.outcome, found.decided_amount = outcome, f"{due:.{places_of(found)}f}"
    found.decided_reason, found.decided_by, found.decided_at = reason, by.name, at
    save_row(found, by=by, at=at, seen=seen, act="publication.pay_decided")


def places_of(line: PayLine) -> int:
    """The decimals of amounts, as those of the proposal."""
    return len(line.amount.partition(".")[2])


@transaction.atomic
def confirm_pay(publication: Publication, *, by: Person, at: datetime) -> PayConfirmation:
    """Finance confirms a list in which nobody is held any more. Payment happens elsewhere."""
    found = Publication.objects.select_for_update().get(pk=publication.pk)
    lines = list(found.pay_lines.all())
    whole = sum_of(lines)
    refuse(why_not_handled(found))
    refuse(rules.why_not_confirm(lines=len(lines), waiting=whole.waiting))
    confirmation = PayConfirmation(
        town=found.town,
        cycle=found.cycle,
        publication=found,
        by=by.name,
        at=at,
        persons=whole.persons,
        amount=str(whole.amount),
    )
    save_row(confirmation, by=by, at=at, act="publication.pay_confirmed")
    return confirmation


@transaction.atomic
def record_pay_download(publication: Publication, *, by: Person, at: datetime) -> None:
    """Whoever takes the list along leaves a trace."""
    about, told = name_of(publication), str(publication)
    record("publication.pay_downloaded", by=by, at=at, about=about, told=told)


@transaction.atomic
def save_staff_account(
    account: StaffAccount, *, by: Actor, at: datetime, seen: int | None = None
) -> None:
    """A login becomes that of a staff id, for all years; before that it was of another or none."""
    save_row(account, by=by, at=at, seen=seen)
    account.lines.exclude(staff_id=account.staff_id).update(account=None)
    lines = PayLine.objects.filter(town=account.town, staff_id=account.staff_id)
    lines.update(account=account)
