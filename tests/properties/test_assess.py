"""What an assessment promises holds against brute force: every completion of what is not known is tried."""

import dataclasses
import datetime as dt
import itertools
import random
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dermograph import load_library
from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.care.verdict import Verdict
from dermograph.core.truth import Truth
from dermograph.protocols import Protocol
from dermograph.protocols.check import representatives
from dermograph.protocols.conditions import facts_of
from dermograph.protocols.vocabulary import FactValue

Facts = dict[str, FactValue]
Outcome = tuple[str, dt.date | None, frozenset[str] | None]

LIBRARY = load_library()
TREATMENTS = ("microneedling", "paramedical", "scalp")
TODAY = dt.date(2026, 11, 21)  # the day whose limits the representatives stand on
ONE_DAY = dt.timedelta(days=1)
MOST_COMPLETIONS = 300
MOST_UNKNOWN = 4

#: What speaks against nothing, so that what an example changes decides.
WELL: Facts = {
    "birth_date": dt.date(1990, 6, 15),
    "autoimmune": "none",
    "diabetes": "none",
    "isotretinoin": "never",
    "oncology": "none",
    "surgery": "never",
    "phototype": 3,
}


@cache
def domains(treatment: str) -> dict[str, tuple[FactValue, ...]]:
    """For each fact that a rule names: one value of every class that the rules together can tell apart, and today."""
    law = LIBRARY.protocol(treatment)
    found: dict[str, dict[FactValue, None]] = {}
    for rule in law.rules:
        for name in facts_of(rule.applies):
            fact = law.vocabulary.facts[name]
            values = representatives(fact, rule.applies)
            found.setdefault(name, {}).update(dict.fromkeys(values))
            if fact.type in ("date", "date_or_word"):
                found[name][TODAY] = None
    return {name: tuple(values) for name, values in found.items()}


@dataclasses.dataclass(frozen=True)
class Partial:
    """A protocol, what is known under it, and what is not."""

    treatment: str
    known: tuple[tuple[str, FactValue], ...]
    unknown: tuple[str, ...]

    @property
    def law(self) -> Protocol:
        """The protocol."""
        return LIBRARY.protocol(self.treatment)

    @property
    def facts(self) -> Facts:
        """What is known."""
        return dict(self.known)

    def completions(self) -> Iterator[Facts]:
        """Every way of answering all that is not known."""
        values = [domains(self.treatment)[name] for name in self.unknown]
        for answers in itertools.product(*values):
            yield {**self.facts, **dict(zip(self.unknown, answers, strict=True))}

    def outcomes(self) -> dict[tuple[FactValue, ...], Outcome]:
        """What comes out for each completion, under its answers."""
        return {tuple(facts[name] for name in self.unknown): outcome(facts, self.law) for facts in self.completions()}


@st.composite
def partials(draw: st.DrawFn) -> Partial:
    """Cases under one protocol with few facts unknown, so that all completions can be tried; most else is in order."""
    treatment = draw(st.sampled_from(TREATMENTS))
    values = domains(treatment)
    names = sorted(values)
    unknown = draw(st.lists(st.sampled_from(names), min_size=1, max_size=MOST_UNKNOWN, unique=True))
    count = 1
    for name in unknown:
        count *= len(values[name])
    assume(count <= MOST_COMPLETIONS)
    told = [name for name in names if name not in unknown]
    odd = draw(st.sets(st.sampled_from(told), max_size=6))
    always = {"lesion", "stage", "scar_type", "onset", "acne", "degree", "healed", "reversible", "graft_candidate"}
    known: Facts = {}
    for name in told:
        if name in odd or name in always:
            known[name] = draw(st.sampled_from(values[name]))
        else:
            known[name] = WELL.get(name, False)
    return Partial(treatment, tuple(known.items()), tuple(unknown))


def partial(treatment: str, unknown: str, **known: FactValue) -> Partial:
    """A case in order but for what is named, with some facts unknown."""
    missing = tuple(unknown.split())
    rest = {name: WELL.get(name, False) for name in domains(treatment)}
    facts = {name: value for name, value in {**rest, **known}.items() if name not in missing}
    return Partial(treatment, tuple(facts.items()), missing)


def assessed(facts: Facts, law: Protocol, on: dt.date = TODAY) -> AreaAssessment:
    """One area, assessed."""
    return assess_area("area", facts, on, law)


def outcome(facts: Facts, law: Protocol) -> Outcome:
    """What an assessment comes to: the verdict, its date, and for one that does not block its conditions."""
    area = assessed(facts, law)
    conditions = frozenset(reason.rule for reason in area.reasons if reason.effect == "conditional")
    return area.verdict.value, area.not_before, None if area.verdict.blocks else conditions


def severity(result: Outcome) -> int:
    """How bad a decided outcome is."""
    found = Verdict(result[0]).severity
    assert found is not None, result
    return found


# ── What answers can do ─────────────────────────────────────────────────────────────────────────────────────────────


@given(partials(), st.data())
def test_one_more_answer_moves_the_verdict_only_between_what_is_decided_and_the_worst_case(
    case: Partial, data: st.DataObject
) -> None:
    before = assessed(case.facts, case.law)
    name = data.draw(st.sampled_from(case.unknown))
    answer = data.draw(st.sampled_from(domains(case.treatment)[name]))
    after = assessed({**case.facts, name: answer}, case.law)
    assert before.worst_case.severity is not None
    assert after.worst_case.severity is not None
    assert after.worst_case.severity <= before.worst_case.severity
    if after.verdict.severity is not None:
        assert after.verdict.severity <= before.worst_case.severity
    if before.verdict.blocks:
        assert before.verdict.severity is not None
        assert after.verdict.blocks
        assert after.verdict.severity is not None
        assert after.verdict.severity >= before.verdict.severity
    if before.verdict in (Verdict.SUITABLE, Verdict.CONDITIONAL):
        assert after.verdict is before.verdict
        assert after.not_before == before.not_before
    assert {reason.rule for reason in before.reasons} <= {reason.rule for reason in after.reasons}
    assert {question.fact.id for question in after.ask} <= {question.fact.id for question in before.ask} - {name}


@given(partials())
def test_what_is_decided_holds_in_every_completion(case: Partial) -> None:
    area = assessed(case.facts, case.law)
    found = {severity(result) for result in case.outcomes().values()}
    if area.verdict in (Verdict.SUITABLE, Verdict.CONDITIONAL):
        assert found == {area.verdict.severity}
    elif area.verdict.severity is not None:
        assert min(found) >= area.verdict.severity
    else:
        assert len(found) > 1 or min(found) > 0


@given(partials())
def test_the_worst_case_is_the_worst_of_all_completions(case: Partial) -> None:
    worst = max(severity(result) for result in case.outcomes().values())
    assert assessed(case.facts, case.law).worst_case.severity == worst


@given(partials())
def test_the_first_day_only_moves_later_with_every_answer(case: Partial) -> None:
    area = assessed(case.facts, case.law)
    if area.verdict is not Verdict.DEFERRED or area.not_before is None:
        return
    days = [day for verdict, day, _ in case.outcomes().values() if verdict == "deferred" and day is not None]
    assert all(day >= area.not_before for day in days)


# ── What is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


def deciding(case: Partial) -> dict[str, int]:
    """Each unknown fact that changes the outcome of some completion all alone, with the worst that it can lead to."""
    outcomes = case.outcomes()
    found: dict[str, int] = {}
    for place, name in enumerate(case.unknown):
        alike: dict[tuple[FactValue, ...], set[Outcome]] = {}
        for answers, result in outcomes.items():
            alike.setdefault((*answers[:place], *answers[place + 1 :]), set()).add(result)
        worst = [severity(result) for results in alike.values() if len(results) > 1 for result in results]
        if worst:
            found[name] = max(worst)
    return found


@given(partials())
@example(partial("scalp", "lesion reversible", collagen_disease=True, lesion="alopecia"))
@example(partial("scalp", "lesion pregnant", reversible=True))
@example(partial("paramedical", "lesion healed", degree=3, scar_type="atrophic", stage="white", onset=TODAY))
@example(partial("paramedical", "onset", lesion="scar", scar_type="atrophic", birth_date=dt.date(2009, 11, 21)))
def test_exactly_the_facts_are_asked_that_can_still_change_the_verdict_its_date_or_its_conditions(
    case: Partial,
) -> None:
    asked = [question.fact.id for question in assessed(case.facts, case.law).ask]
    assert sorted(asked) == sorted(deciding(case))


@given(partials())
def test_no_fact_is_left_unasked_that_could_change_anything(case: Partial) -> None:
    asked = {question.fact.id for question in assessed(case.facts, case.law).ask}
    assert set(deciding(case)) <= asked <= set(case.unknown)


@given(partials())
def test_what_an_answer_could_become_is_the_worst_that_it_can_lead_to(case: Partial) -> None:
    worst = deciding(case)
    for question in assessed(case.facts, case.law).ask:
        assert question.could_become.severity == worst.get(question.fact.id)


@given(partials())
def test_the_smallest_deciding_set_is_asked_first(case: Partial) -> None:
    sizes = [question.deciding for question in assessed(case.facts, case.law).ask]
    assert sizes == sorted(sizes)
    assert all(1 <= size <= len(case.unknown) for size in sizes)


@given(partials())
def test_what_is_excluded_asks_nothing(case: Partial) -> None:
    area = assessed(case.facts, case.law)
    assert area.verdict is not Verdict.EXCLUDED or area.ask == ()
    assert area.verdict is not Verdict.SUITABLE or area.ask == ()
    assert area.verdict is not Verdict.INCOMPLETE or area.ask != ()


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_with_nothing_known_everything_is_open_and_every_fact_that_blocks_is_asked(treatment: str) -> None:
    law = LIBRARY.protocol(treatment)
    area = assessed({}, law)
    assert area.verdict is Verdict.INCOMPLETE
    assert area.worst_case is Verdict.EXCLUDED
    assert area.not_before is None
    serious = {name for rule in law.rules if rule.grade != "info" for name in facts_of(rule.applies)}
    assert {question.fact.id for question in area.ask} == serious


# ── The order of rules ──────────────────────────────────────────────────────────────────────────────────────────────


@given(partials(), st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(case: Partial, shuffle: random.Random) -> None:
    first, *others = case.law.rules
    shuffle.shuffle(others)
    shuffled = dataclasses.replace(case.law, rules=(first, *others))
    one, other = assessed(case.facts, case.law), assessed(case.facts, shuffled)
    assert (one.verdict, one.worst_case, one.not_before) == (other.verdict, other.worst_case, other.not_before)
    assert sorted(reason.rule for reason in one.reasons) == sorted(reason.rule for reason in other.reasons)
    assert _asked(one) == _asked(other)


def _asked(area: AreaAssessment) -> list[tuple[str, str, int, list[str]]]:
    """What is asked, in its order, each with the rules behind it in any order."""
    return [
        (one.fact.id, one.could_become.value, one.deciding, sorted(rule.id for rule in one.rules)) for one in area.ask
    ]


# ── The first day ───────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def dated(draw: st.DrawFn) -> tuple[str, Facts, dt.date]:
    """A case that is in order but for dates, on any day of assessment, the ends of February often among them."""
    treatment = draw(st.sampled_from(("microneedling", "paramedical")))
    leap = st.sampled_from([dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2023, 2, 28)])
    on = draw(st.one_of(leap, st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))))
    past = st.one_of(st.dates(dt.date(2000, 1, 1), on), st.integers(0, 400).map(lambda days: on - ONE_DAY * days), leap)
    law = LIBRARY.protocol(treatment)
    facts: Facts = {name: WELL.get(name, False) for name in domains(treatment)}
    facts |= {"lesion": "scar", "scar_type": "atrophic", "onset": dt.date(2000, 1, 1)}
    for name in sorted(domains(treatment)):
        kind = law.vocabulary.facts[name].type
        if kind in ("date", "date_or_word") and draw(st.booleans()):
            facts[name] = min(draw(past), on)
    return treatment, facts, on


def blocks(facts: Facts, law: Protocol, on: dt.date) -> list[str]:
    """The rules that block until a date and apply on a day."""
    return [
        rule.id
        for rule in law.rules
        if rule.grade == "until_date" and rule.applies.evaluate(facts, on).truth is Truth.TRUE
    ]


@given(dated())
def test_the_first_day_is_the_first_on_which_no_date_blocks(case: tuple[str, Facts, dt.date]) -> None:
    treatment, facts, on = case
    law = LIBRARY.protocol(treatment)
    area = assessed(facts, law, on)
    assert area.not_before is not None
    assert blocks(facts, law, area.not_before) == []
    assert not assessed(facts, law, area.not_before).verdict.blocks
    if area.verdict is Verdict.DEFERRED:
        assert area.not_before > on
        assert blocks(facts, law, area.not_before - ONE_DAY)
        assert assessed(facts, law, area.not_before - ONE_DAY).verdict is Verdict.DEFERRED
    else:
        assert area.verdict in (Verdict.SUITABLE, Verdict.CONDITIONAL)
        assert area.not_before == on


@given(dated())
def test_time_alone_never_brings_a_block_back(case: tuple[str, Facts, dt.date]) -> None:
    treatment, facts, on = case
    law = LIBRARY.protocol(treatment)
    later = [len(blocks(facts, law, on + ONE_DAY * days)) for days in (0, 1, 30, 181, 365, 366, 4000, 40000)]
    assert later == sorted(later, reverse=True)


@given(dated())
def test_a_block_without_a_date_leaves_no_first_day(case: tuple[str, Facts, dt.date]) -> None:
    treatment, facts, on = case
    area = assessed({**facts, "pregnant": True}, LIBRARY.protocol(treatment), on)
    assert (area.verdict, area.not_before) == (Verdict.DEFERRED, None)
