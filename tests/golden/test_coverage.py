"""The cases of each pack see each rule true, false and unknown, and each limit just below, at and just above."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from dermograph import load_library, plan, read_case
from dermograph.care.case import Case, Event, Session, session_day
from dermograph.core.truth import Truth
from dermograph.protocols import Protocol
from dermograph.protocols.conditions import Compare, Condition, Within, leaves
from dermograph.protocols.model import Indication, Rule
from dermograph.protocols.vocabulary import FactValue
from tests.golden.test_cases import OURS, TREATMENTS, expanded

ONE_MINUTE = dt.timedelta(minutes=1)
SIDES = {"just below": -1, "at": 0, "just above": 1}
ORDERED = ("at_least", "more_than", "at_most", "less_than")

Seen = tuple[Mapping[str, FactValue], dt.date]


@cache
def cases(treatment: str) -> tuple[Case, ...]:
    """The cases of a pack, read."""
    words = load_library().vocabulary
    mine = [case for case in OURS if case.case["treatment"] == treatment]
    return tuple(read_case(json.dumps(expanded(case.case)), words) for case in mine)


@cache
def seen(treatment: str) -> tuple[Seen, ...]:
    """The facts of every area of every case of a pack, with the day of assessment."""
    return tuple((area.facts, case.assessed_on) for case in cases(treatment) for area in case.areas)


def protocol(treatment: str) -> Protocol:
    """A built-in protocol."""
    return load_library().protocol(treatment)


def truths(treatment: str, condition: Condition) -> set[Truth]:
    """What a condition is found to be by the cases of a pack."""
    return {condition.evaluate(facts, on).truth for facts, on in seen(treatment)}


def unseen_rules(treatment: str, rules: tuple[Rule, ...]) -> list[str]:
    """Each rule with each truth that no case sees."""
    return [f"{rule.id}: {truth}" for rule in rules for truth in set(Truth) - truths(treatment, rule.applies)]


def unseen_indications(treatment: str, indications: tuple[Indication, ...]) -> list[str]:
    """Each indication that no case sees true, or none false."""
    wanted = {Truth.TRUE, Truth.FALSE}
    return [f"{one.id}: {truth}" for one in indications for truth in wanted - truths(treatment, one.when)]


def unseen_sides(treatment: str, condition: Condition) -> Iterator[str]:
    """Each side of each limit in a condition that no case sees where nothing else decides the condition.

    A side counts only where every other part of the condition holds: elsewhere the limit decides nothing.
    """
    for leaf in leaves(condition):
        if isinstance(leaf, Within):
            sides = SIDES
            found = {
                (on - leaf.period.after(known)).days
                for facts, on in seen(treatment)
                if isinstance(known := facts.get(leaf.fact), dt.date) and _decides(condition, leaf, facts, on)
            }
        elif isinstance(leaf, Compare) and leaf.operator in ORDERED:
            assert isinstance(leaf.value, int)
            sides = {"just below": leaf.value - 1, "at": leaf.value, "just above": leaf.value + 1}
            found = {
                known
                for facts, on in seen(treatment)
                if isinstance(known := facts.get(leaf.fact), int) and _decides(condition, leaf, facts, on)
            }
        else:
            continue
        yield from (f"{leaf.fact}: {side}" for side, value in sides.items() if value not in found)


def _decides(condition: Condition, leaf: Within | Compare, facts: Mapping[str, FactValue], on: dt.date) -> bool:
    """Whether the fact of a leaf decides the condition here: with another value the condition is found otherwise."""
    others: list[FactValue] = [on, dt.date(1900, 1, 1)] if isinstance(leaf, Within) else list(range(7))
    found = {condition.evaluate({**facts, leaf.fact: value}, on).truth for value in others}
    return {Truth.TRUE, Truth.FALSE} <= found


def unseen_windows(treatment: str) -> Iterator[str]:
    """Each side of each window around a session on which no case has an event."""
    law = protocol(treatment)
    for before in law.preparation:
        if before.avoid is not None and before.period is not None:
            days = {(on - before.period.after(event.last)).days for on, event in _asked(treatment, before.avoid)}
            yield from (f"{before.id}: {side}, in days" for side, day in SIDES.items() if day not in days)
    for after in law.aftercare:
        if after.avoid is None or after.period is None:
            continue
        held = list(_held(treatment, after.avoid))
        days = {(event.first - after.period.after(session_day(session))).days for session, event in held}
        yield from (f"{after.id}: {side}, in days" for side, day in SIDES.items() if day not in days)
        if after.period.has_clock:
            minutes = {
                (event.at - after.period.after_instant(session)) / ONE_MINUTE
                for session, event in held
                if isinstance(session, dt.datetime) and event.at is not None
            }
            yield from (f"{after.id}: {side}, in minutes" for side, minute in SIDES.items() if minute not in minutes)


def _asked(treatment: str, kind: str) -> Iterator[tuple[dt.date, Event]]:
    """The first day that each case asks for, with each event of a kind."""
    words = load_library().vocabulary
    for case in cases(treatment):
        yield from (
            (case.assessed_on, event) for area in case.areas for event in area.events if words.is_kind(event.what, kind)
        )


def _held(treatment: str, kind: str) -> Iterator[tuple[Session, Event]]:
    """Each session held in a case, with each event of a kind."""
    words = load_library().vocabulary
    for case in cases(treatment):
        for area in case.areas:
            for event in area.events:
                if words.is_kind(event.what, kind):
                    yield from ((session, event) for session in area.sessions)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_each_rule_is_seen_true_false_and_unknown(treatment: str) -> None:
    assert unseen_rules(treatment, protocol(treatment).rules) == []


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_each_indication_is_seen_true_and_false(treatment: str) -> None:
    assert unseen_indications(treatment, protocol(treatment).indications) == []


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_each_limit_of_a_rule_is_seen_just_below_at_and_just_above(treatment: str) -> None:
    rules = protocol(treatment).rules
    assert [f"{rule.id}, {side}" for rule in rules for side in unseen_sides(treatment, rule.applies)] == []


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_each_window_around_a_session_is_seen_just_below_at_and_just_above(treatment: str) -> None:
    assert list(unseen_windows(treatment)) == []


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_end_of_the_usual_spacing_is_seen_just_below_at_and_just_above(treatment: str) -> None:
    law = protocol(treatment)
    plans = [area for case in cases(treatment) for area in plan(case, law).areas]
    distances = {(area.earliest - area.latest).days for area in plans if area.earliest and area.latest}
    assert law.course.spacing.usually_at_most is None or distances >= set(SIDES.values())


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_each_verdict_is_expected_somewhere(treatment: str) -> None:
    expected = {
        area["verdict"]
        for case in OURS
        if case.case["treatment"] == treatment and case.command == "assess"
        for area in case.expect.values()
    }
    assert expected == {"suitable", "conditional", "deferred", "referred", "excluded", "incomplete"}


def test_what_no_case_sees_is_noticed() -> None:
    law = protocol("scalp")
    rule = next(rule for rule in law.rules if rule.id == "minimum-age")
    stranger = Compare("degree", "at_least", 3)
    assert truths("scalp", stranger) == {Truth.UNKNOWN}
    assert list(unseen_sides("scalp", stranger)) == ["degree: just below", "degree: at", "degree: just above"]
    assert list(unseen_sides("scalp", rule.applies)) == []
