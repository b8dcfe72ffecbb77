"""The satisfaction survey of an area: three channels, ten questions, one figure (四(二)2)."""

from fractions import Fraction

from tests.oracle.rounding import Value, half_up, mean
from tests.oracle.town_facts import Row, Town

TEN_QUESTIONS = ("q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10")
VISITS_QUESTIONS = ("q1", "q2", "q3", "q4", "q6")
LIVELIHOOD_QUESTIONS = ("q5", "q7", "q8", "q9", "q10")

LEAST_ANSWERED = {"six": 6, "any": 1, "all": 10}

HOUSEHOLD = "household"
PARTY_MEMBER = "party_member"

Source = tuple[str, str, str]
"""A channel, a round ('' where there is none) and a panel."""

MEETING_OF_HOUSEHOLDS: Source = ("meeting", "", HOUSEHOLD)
MEETING_OF_PARTY_MEMBERS: Source = ("meeting", "", PARTY_MEMBER)
THIRD_PARTY: Source = ("third_party", "", HOUSEHOLD)
ONLINE_1: Source = ("online", "1", HOUSEHOLD)
ONLINE_2: Source = ("online", "2", HOUSEHOLD)


def comes_from(row: Row, source: Source) -> bool:
    """Whether a ballot or a total belongs to the channel, round and panel."""
    return (row["channel"], row.get("round", ""), row["panel"]) == source


def ballot_counts(town: Town, ballot: Row) -> bool:
    """`blank_answers`: enough of all ten questions are answered, also under `split`."""
    answered = [question for question in TEN_QUESTIONS if ballot[question] != ""]
    return len(answered) >= LEAST_ANSWERED[town.options["blank_answers"]]


def ratio(town: Town, area_id: str, sources: list[Source], questions: tuple[str, ...]) -> Value:
    """100 × Σ points ÷ (10 × number of answered questions), over ballots and totals (四(二)2).

    Totals enter as they are, whatever `blank_answers` says. A total of `all` questions cannot
    be divided among the questions, so it feeds only the figure over all ten.
    """
    points = Fraction(0)
    answered = 0
    for source in sources:
        for ballot in town.rows("answers", area_id):
            if comes_from(ballot, source) and ballot_counts(town, ballot):
                for question in questions:
                    if ballot[question] != "":
                        points += Fraction(ballot[question])
                        answered += 1
        for total in town.rows("answer_totals", area_id):
            if comes_from(total, source):
                of_these_questions = total["question"] in questions
                of_all_questions = total["question"] == "all" and questions == TEN_QUESTIONS
                if of_these_questions or of_all_questions:
                    points += Fraction(total["points"])
                    answered += int(total["answered"])
    if answered == 0:
        return None
    return half_up(100 * points / (10 * answered))


def meeting_nodes(
    town: Town, area_id: str, prefix: str, questions: tuple[str, ...]
) -> dict[str, Value]:
    """`survey.meeting` and, under `meeting_panels=halves`, its two panels (四(二)2)."""
    if town.options["meeting_panels"] == "pooled":
        both_panels = [MEETING_OF_HOUSEHOLDS, MEETING_OF_PARTY_MEMBERS]
        return {f"{prefix}.meeting": ratio(town, area_id, both_panels, questions)}
    household = ratio(town, area_id, [MEETING_OF_HOUSEHOLDS], questions)
    party_member = ratio(town, area_id, [MEETING_OF_PARTY_MEMBERS], questions)
    if household is None:
        meeting = party_member
    elif party_member is None:
        meeting = household
    else:
        meeting = half_up(mean([household, party_member]))
    return {
        f"{prefix}.meeting": meeting,
        f"{prefix}.meeting.household": household,
        f"{prefix}.meeting.party_member": party_member,
    }


def online_nodes(
    town: Town, area_id: str, prefix: str, questions: tuple[str, ...]
) -> dict[str, Value]:
    """`survey.online.1`, `survey.online.2` and `survey.online` (四(二)2).

    A round without a figure leaves the other one alone only where its check is waived.
    """
    first = ratio(town, area_id, [ONLINE_1], questions)
    second = ratio(town, area_id, [ONLINE_2], questions)
    first_may_miss = town.is_waived(area_id, "sample.online.1")
    second_may_miss = town.is_waived(area_id, "sample.online.2")
    if first is not None and second is not None:
        if town.options["online_rounds"] == "pooled":
            online = ratio(town, area_id, [ONLINE_1, ONLINE_2], questions)
        else:
            online = half_up(mean([first, second]))
    elif first is None and first_may_miss:
        online = second
    elif second is None and second_may_miss:
        online = first
    else:
        online = None
    return {
        f"{prefix}.online.1": first,
        f"{prefix}.online.2": second,
        f"{prefix}.online": online,
    }


def blend(meeting: Value, third_party: Value, online: Value) -> Value:
    """`survey`: 0.2 meeting + 0.4 third party + 0.4 online (四(二)2)."""
    if meeting is None or third_party is None or online is None:
        return None
    return half_up(
        Fraction(2, 10) * meeting + Fraction(4, 10) * third_party + Fraction(4, 10) * online
    )


def nodes_over(
    town: Town, area_id: str, prefix: str, questions: tuple[str, ...]
) -> dict[str, Value]:
    """All nodes of one survey figure over the given questions, in the contract's order."""
    nodes = meeting_nodes(town, area_id, prefix, questions)
    nodes[f"{prefix}.third_party"] = ratio(town, area_id, [THIRD_PARTY], questions)
    nodes.update(online_nodes(town, area_id, prefix, questions))
    nodes[prefix] = blend(
        nodes[f"{prefix}.meeting"], nodes[f"{prefix}.third_party"], nodes[f"{prefix}.online"]
    )
    return nodes


def survey_nodes(town: Town, area_id: str) -> dict[str, Value]:
    """`survey` and, under `survey_items=split`, one survey for each 18-point item (四(二)2)."""
    nodes = nodes_over(town, area_id, "survey", TEN_QUESTIONS)
    if town.options["survey_items"] == "split":
        nodes.update(nodes_over(town, area_id, "survey.visits", VISITS_QUESTIONS))
        nodes.update(nodes_over(town, area_id, "survey.livelihood", LIVELIHOOD_QUESTIONS))
    return nodes
