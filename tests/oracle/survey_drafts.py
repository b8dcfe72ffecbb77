"""The survey of one random area: who answered what, and who took part."""

import random

from tests.oracle.profiles import Draft, Profile, chance, decimal_text, household, or_empty
from tests.oracle.rounding import ceiling_of_percent
from tests.oracle.surveying import (
    MEETING_OF_HOUSEHOLDS,
    MEETING_OF_PARTY_MEMBERS,
    ONLINE_1,
    ONLINE_2,
    TEN_QUESTIONS,
    THIRD_PARTY,
    Source,
)
from tests.oracle.town_facts import Row

SOURCES = (
    MEETING_OF_HOUSEHOLDS,
    MEETING_OF_PARTY_MEMBERS,
    THIRD_PARTY,
    ONLINE_1,
    ONLINE_2,
)
CHANNELS_WITH_ROUNDS = (("meeting", ""), ("third_party", ""), ("online", "1"), ("online", "2"))


# The survey --------------------------------------------------------------------


def with_source(row: Row, rng: random.Random, source: Source) -> Row:
    """The row with its channel, round and panel."""
    channel, round_, panel = source
    return {
        "channel": channel,
        "round": round_,
        "panel": or_empty(rng, panel, "household"),
        **row,
    }


def draft_ballot(rng: random.Random, profile: Profile, answers: tuple[str, ...]) -> Row:
    """One ballot, complete or with as many answers as decide whether it counts."""
    ballot = {question: rng.choice(answers) for question in TEN_QUESTIONS}
    if chance(rng, profile.blank_share):
        blank_count = rng.choice((1, 4, 5, 9, 10))
        for question in rng.sample(TEN_QUESTIONS, blank_count):
            ballot[question] = ""
    return ballot


def draft_total(rng: random.Random, question: str, most_answered: int) -> Row:
    """Answers and points of one question, or of `all`, as a channel reports them."""
    answered = rng.choice((0, 1, most_answered, most_answered, most_answered))
    tenths = rng.choice((0, 50 * answered, 85 * answered, 100 * answered, 93 * answered))
    return {
        "question": question,
        "answered": str(answered),
        "points": decimal_text(tenths, 1),
    }


def draft_survey(rng: random.Random, profile: Profile) -> Draft:
    """Ballots or totals for each channel, round and panel, never both."""
    answers: list[Row] = []
    totals: list[Row] = []
    is_uniform = chance(rng, 0.3)
    for source in SOURCES:
        is_optional = source == MEETING_OF_PARTY_MEMBERS
        if chance(rng, 0.5 if is_optional else profile.gap_share):
            continue
        if chance(rng, profile.totals_share):
            if chance(rng, profile.all_total_share):
                totals.append(with_source(draft_total(rng, "all", 37), rng, source))
                continue
            questions = [q for q in TEN_QUESTIONS if not chance(rng, profile.blank_share / 3)]
            for question in questions:
                totals.append(with_source(draft_total(rng, question, 7), rng, source))
            continue
        choices = ("10", "8", "6", "3", "0", "7.5", "9.9", "10", "9")
        if is_uniform:
            # Whole quarters keep the figures round, so that totals fall on 60, 70 and 85.
            choices = (rng.choice(("7.5", "10", "5", "2.5", "0")),)
        for _ in range(1 if is_uniform else rng.randint(1, 4)):
            answers.append(with_source(draft_ballot(rng, profile, choices), rng, source))
    return {"answers": answers, "answer_totals": totals}


def draft_uniform_survey(rng: random.Random, answer: str) -> Draft:
    """One ballot with ten times the same answer in each channel and round."""
    ballot = dict.fromkeys(TEN_QUESTIONS, answer)
    sources = (MEETING_OF_HOUSEHOLDS, THIRD_PARTY, ONLINE_1, ONLINE_2)
    return {
        "answers": [with_source(ballot, rng, source) for source in sources],
        "answer_totals": [],
    }


# Participation -----------------------------------------------------------------


def draft_participation(rng: random.Random, profile: Profile, area: Row) -> Draft:
    """Households linked or only counted for each channel and round, never both, at the edges."""
    households = int(area["households"])
    linked: list[Row] = []
    counted: list[Row] = []
    for channel, round_ in CHANNELS_WITH_ROUNDS:
        percent = 40 if channel == "online" else 5
        required = ceiling_of_percent(percent, households)
        wanted = rng.choice((required, required, required - 1, required + 1, households, 0))
        wanted = households if profile.is_clean else max(0, min(wanted, households))
        place = {"channel": channel, "round": round_}
        if chance(rng, profile.counts_share) or (wanted > 120 and chance(rng, 0.9)):
            if not chance(rng, profile.gap_share):
                counted.append({**place, "households": str(wanted)})
            continue
        first = 1 if profile.is_clean else rng.choice((1, 1, 2, 5))
        # Nobody promises that linked households are no more than the area has.
        surplus = 1 if chance(rng, 0.05) else 0
        for number in range(first, first + min(wanted + surplus, 120)):
            panel = or_empty(rng, "household", "household")
            linked.append({"household_id": household(number), **place, "panel": panel})
    members = ceiling_of_percent(10, int(area["party_members"]))
    if not profile.is_clean:
        members = max(0, members + rng.choice((0, 0, 1, -1)))
    for number in range(members):
        # A member's opaque id may look like that of a household and counts apart.
        linked.append(
            {
                "household_id": household(number + 1),
                "channel": "meeting",
                "round": "",
                "panel": "party_member",
            }
        )
    return {"participation": linked, "participation_counts": counted}
