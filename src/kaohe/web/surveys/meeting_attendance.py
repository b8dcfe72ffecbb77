"""Who came to the meetings of a round, as numbers and as the register keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from kaohe.scheme.model import Sample
from kaohe.web.surveys import boxes
from kaohe.web.surveys.models import Ballot, Meeting, MeetingCount, MeetingHousehold, Round
from kaohe.web.surveys.rounds import samples_of
from kaohe.web.ui.language import in_a_row
from kaohe.web.ui.templatetags.ui import told

REGISTERED = "households"
"""The column of the areas that the town's register of households stands behind."""


def is_registered(sample: Sample) -> bool:
    """Whether those asked are households of the register; of others only a number is known."""
    return (sample.population or "").rpartition(".")[2] == REGISTERED


def meeting_samples(held: Round) -> dict[str, Sample]:
    """The samples of a round, by their names."""
    known = samples_of(held.cycle)
    return {name: known[name] for name in held.samples if name in known}


def numbers_told(held: Round, numbers: Mapping[str, int]) -> str:
    """A number for each sample, in words."""
    return in_a_row(
        f"{told(sample.label)} {numbers[name]}"
        for name, sample in meeting_samples(held).items()
        if name in numbers
    )


def participants(held: Round) -> Iterator[tuple[str, str, str]]:
    """Area, sample and household of all who came; a running number where no register has them."""
    samples = meeting_samples(held)
    counts = MeetingCount.objects.filter(meeting__round=held).select_related("meeting__area")
    for count in counts.order_by("meeting__area__area_id", "sample"):
        area, sample = count.meeting.area.area_id, count.sample
        if sample not in samples:
            continue
        if is_registered(samples[sample]):
            came = MeetingHousehold.objects.filter(meeting=count.meeting, came=True)
            ids = came.order_by("household_id").values_list("household_id", flat=True)
            yield from ((area, sample, household) for household in ids)
        else:
            yield from ((area, sample, str(number)) for number in range(1, count.came + 1))


def ballots_by_area(held: Round) -> dict[tuple[str, str], int]:
    """How many ballots there are, by area and sample: in the box, or counted."""
    if held.counted_at is None:
        try:
            return boxes.participants_by_area(boxes.box_of(held.tag))
        except boxes.BoxGone:
            return {}
    return dict(Counter(Ballot.objects.filter(round=held).values_list("area_id", "sample")))


def ballots_of(meeting: Meeting) -> dict[str, int]:
    """How many ballots a meeting has given so far, by sample."""
    area = meeting.area.area_id
    found = ballots_by_area(meeting.round)
    return {sample: count for (where, sample), count in found.items() if where == area}


def batch_of(meeting: Meeting, sample: str) -> str:
    """The batch of a meeting's paper ballots in the box."""
    return f"{meeting.area.area_id}|{sample}"


def excess_of(meeting: Meeting) -> int:
    """How many ballots more than people who came: in the box and on paper still to be sealed."""
    ballots = ballots_of(meeting)
    over = 0
    for count in meeting.counts.all():
        waiting = 0 if count.sealed or not count.paper else count.paper - _put(meeting, count)
        over += max(0, ballots.pop(count.sample, 0) + waiting - count.came)
    return over + sum(ballots.values())


def _put(meeting: Meeting, count: MeetingCount) -> int:
    """How many paper ballots, by the database still to be sealed, a stop in the middle of sealing
    left in the box: they are replaced, not added to."""
    try:
        return boxes.size_of_batch(boxes.box_of(meeting.round.tag), batch_of(meeting, count.sample))
    except boxes.BoxGone:
        return 0
