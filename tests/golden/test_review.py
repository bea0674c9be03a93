"""Each decision of a review is seen at, just below and just above its limit; and several areas come in their order."""

import dataclasses
import datetime as dt
import itertools
import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from dermograph import load_library, plan, read_case, review
from dermograph.care.forecast_words import percent
from dermograph.care.order import Order
from dermograph.care.review import AreaReview, Review
from dermograph.care.sight import Decision
from dermograph.cli import main
from dermograph.core.errors import InputError
from dermograph.protocols.load import PACKS
from dermograph.protocols.model import SignRule
from tests.golden.test_cases import document

Json = dict[str, Any]

LIBRARY = load_library()
ONE_DAY = dt.timedelta(days=1)
HEALTHY = document(PACKS / "healthy.yaml")
LESIONS: dict[str, Json] = {
    "microneedling": {"lesion": "wrinkle"},
    "paramedical": {"lesion": "stria", "stage": "white"},
    "scalp": {"lesion": "alopecia", "reversible": False, "graft_candidate": False},
}
HELD = dt.date(2026, 9, 1)  # the last session of most cases here
BEFORE = dt.date(2026, 5, 1)  # the day of the baseline
DETECTABLE = 1.959963984540054 * 2**0.5 * 0.3  # the smallest change that two measurements with u = 0.3 show


def shot(on: dt.date, contrast: float, u: float = 0.3, **more: Any) -> Json:  # noqa: ANN401 (any piece of a case)
    """A comparable measurement."""
    return {"on": str(on), "contrast": {"value": contrast, "u": u}, "comparable": True, **more}


def reviewed(
    on: dt.date,
    treatment: str = "paramedical",
    patient: Json | None = None,
    sessions: tuple[dt.date, ...] = (HELD,),
    **area: Any,  # noqa: ANN401 (any piece of an area)
) -> AreaReview:
    """The review of one area of a healthy patient, through a case as it is written."""
    return review(case(treatment, patient, sessions, **area), LIBRARY.protocol(treatment), on=on).area("area")


def case(treatment: str, patient: Json | None, sessions: tuple[dt.date, ...], **area: Any) -> Any:  # noqa: ANN401 (as above)
    """A case of one area."""
    whole = {
        "treatment": treatment,
        "assessed_on": str(BEFORE),
        "patient": {**HEALTHY["patient"], **(patient or {})},
        "areas": [
            {
                **HEALTHY["area"],
                **LESIONS[treatment],
                "name": "area",
                "sessions": [str(day) for day in sessions],
                **area,
            }
        ],
    }
    return read_case(json.dumps(whole), LIBRARY.vocabulary)


def settled(treatment: str = "paramedical", held: dt.date = HELD) -> dt.date:
    """The first day on which a session can be measured."""
    return LIBRARY.protocol(treatment).review.measure_after.period.after(held)


def next_look(treatment: str) -> dt.date:
    """The first day after the session on which it can be measured, or the next one held."""
    return min(settled(treatment), LIBRARY.protocol(treatment).course.spacing.at_least.after(HELD))


LATER = settled()
COURSE = tuple(BEFORE + dt.timedelta(weeks=6) * number for number in range(4))


def course(*contrasts: float, u: float = 0.3, **area: Any) -> AreaReview:  # noqa: ANN401 (any piece of an area)
    """A review after one session less than there are contrasts, the first being the baseline's."""
    sessions = COURSE[: len(contrasts) - 1]
    days = [BEFORE, *(settled(held=day) for day in sessions)]
    shots = [shot(day, contrast, u) for day, contrast in zip(days, contrasts, strict=True)]
    return reviewed(days[-1], sessions=sessions, measurements=shots, **area)


def without_error(*contrasts: float, **area: Any) -> AreaReview:  # noqa: ANN401 (any piece of an area)
    """A review as `course` gives it, of measurements without an error, which no file can hold."""
    sessions = COURSE[: len(contrasts) - 1]
    days = [BEFORE, *(settled(held=day) for day in sessions)]
    shots = [shot(day, value) for day, value in zip(days, contrasts, strict=True)]
    read = case("paramedical", None, sessions, measurements=shots, **area)
    [one] = read.areas
    exact = tuple(
        dataclasses.replace(measured, contrast=dataclasses.replace(measured.contrast, u=0.0))
        for measured in one.measurements
    )
    read = dataclasses.replace(read, areas=(dataclasses.replace(one, measurements=exact),))
    return review(read, LIBRARY.protocol("paramedical"), on=days[-1]).area("area")


# ── Signs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

SIGN_RULES = [(law.id, rule) for law in LIBRARY.protocols.values() for rule in law.review.signs]
USUAL = [(treatment, rule) for treatment, rule in SIGN_RULES if rule.usual_for]
UNUSUAL = [(treatment, rule) for treatment, rule in SIGN_RULES if not rule.usual_for]


def ids(rules: list[tuple[str, SignRule]]) -> list[str]:
    """What tests of signs are called."""
    return [f"{treatment}: {rule.id}" for treatment, rule in rules]


@pytest.mark.parametrize(("treatment", "rule"), USUAL, ids=ids(USUAL))
def test_a_sign_that_is_usual_waits_until_its_period_is_over_and_then_leads_to_its_decision(
    treatment: str, rule: SignRule
) -> None:
    assert rule.usual_for is not None
    over = rule.usual_for.after(HELD)
    below = reviewed(over - ONE_DAY, treatment, signs=[{"what": rule.sign, "on": str(over - ONE_DAY)}])
    assert (below.decision, below.first) == (Decision.WAIT, max(over, next_look(treatment)))
    assert below.reasons[0].rule == rule.id
    assert (below.reasons[-1].rule == "measure_after") is (over < next_look(treatment))
    for day in (over, over + ONE_DAY):
        found = reviewed(day, treatment, signs=[{"what": rule.sign, "on": str(day)}])
        assert found.decision is Decision(rule.decision)
        assert found.first is None
        assert found.reasons[0].rule == rule.id


@pytest.mark.parametrize(("treatment", "rule"), USUAL, ids=ids(USUAL))
def test_a_sign_that_was_there_only_while_it_is_usual_is_forgotten(treatment: str, rule: SignRule) -> None:
    assert rule.usual_for is not None
    over = rule.usual_for.after(HELD)
    found = reviewed(over, treatment, signs=[{"what": rule.sign, "on": str(HELD)}])
    assert rule.id not in {reason.rule for reason in found.reasons}


@pytest.mark.parametrize(("treatment", "rule"), UNUSUAL, ids=ids(UNUSUAL))
def test_a_sign_that_is_never_usual_leads_to_its_decision_at_once(treatment: str, rule: SignRule) -> None:
    found = reviewed(HELD, treatment, signs=[{"what": rule.sign, "on": str(HELD)}])
    assert found.decision is Decision(rule.decision)
    assert found.reasons[0].rule == rule.id
    assert found.reasons[0].cite
    for day in (HELD + ONE_DAY, settled(treatment) + ONE_DAY * 300):  # not reported again is not gone
        later = reviewed(day, treatment, signs=[{"what": rule.sign, "on": str(HELD)}])
        assert (later.decision, later.first, later.last) == (Decision(rule.decision), None, None)
        assert later.reasons[0].rule == rule.id
        assert "Not noted as gone" in later.reasons[0].says.en


def signs_after(treatment: str, rule: SignRule, gone_on: dt.date, day: dt.date) -> AreaReview:
    """A review of a course that goes well, with a sign that came when it was not usual and went on a day."""
    came = rule.usual_for.after(HELD) if rule.usual_for else HELD
    shots = [shot(BEFORE, 8), shot(settled(treatment), 5)]
    sign = {"what": rule.sign, "on": str(came), "gone_on": str(gone_on)}
    return reviewed(day, treatment, measurements=shots, signs=[sign])


@pytest.mark.parametrize(("treatment", "rule"), SIGN_RULES, ids=ids(SIGN_RULES))
def test_what_waits_holds_a_review_until_it_is_gone_and_what_refers_does_so_even_then(
    treatment: str, rule: SignRule
) -> None:
    day = settled(treatment) + ONE_DAY * 5
    for gone_on, gone in ((day - ONE_DAY, True), (day, True), (day + ONE_DAY, False)):
        found = signs_after(treatment, rule, gone_on, day)
        if gone and rule.decision == "wait":
            assert found.decision is Decision.ANOTHER_SESSION
        else:
            assert (found.decision, found.first, found.last) == (Decision(rule.decision), None, None)
            assert found.reasons[0].rule == rule.id


@pytest.mark.parametrize(("treatment", "rule"), USUAL, ids=ids(USUAL))
def test_a_sign_within_its_usual_time_waits_until_that_is_over_unless_it_is_gone(
    treatment: str, rule: SignRule
) -> None:
    assert rule.usual_for is not None
    over = rule.usual_for.after(HELD)
    day = over - ONE_DAY
    for gone_on, holds in ((None, True), (day, False), (over, True)):
        gone = {"gone_on": str(gone_on)} if gone_on else {}
        found = reviewed(day, treatment, signs=[{"what": rule.sign, "on": str(HELD), **gone}])
        assert (found.reasons[0].rule == rule.id) is holds
        assert not holds or (found.decision, found.first) == (Decision.WAIT, max(over, next_look(treatment)))


UNLISTED = [
    (treatment, sign)
    for treatment, law in LIBRARY.protocols.items()
    for sign in law.vocabulary.signs
    if sign not in {rule.sign for rule in law.review.signs}
]


@pytest.mark.parametrize(("treatment", "sign"), UNLISTED)
def test_a_sign_that_no_rule_names_is_looked_at_by_somebody(treatment: str, sign: str) -> None:
    day = settled(treatment)
    shots = [shot(BEFORE, 8), shot(day, 0.1)]
    for gone in ({}, {"gone_on": str(day)}):
        found = reviewed(day, treatment, measurements=shots, signs=[{"what": sign, "on": str(HELD), **gone}])
        assert (found.decision, found.first, found.last) == (Decision.REFER, None, None)
        assert (found.reasons[0].rule, found.reasons[0].effect) == ("sign-not-listed", "refer")
        assert found.reasons[0].cite
        label = LIBRARY.vocabulary.signs[sign]
        assert label.en in found.reasons[0].says.en
        assert label.es in found.reasons[0].says.es


def test_one_sign_without_an_end_leaves_no_day_to_look_again() -> None:
    signs = [{"what": what, "on": str(HELD + ONE_DAY)} for what in ("scabs", "itching")]
    found = reviewed(HELD + ONE_DAY, signs=signs)
    assert (found.decision, found.first) == (Decision.WAIT, None)
    assert {reason.rule for reason in found.reasons} >= {"scabs-usual", "itching-without-figure"}


def test_referring_goes_before_waiting_and_shows_every_sign_that_refers() -> None:
    signs = [{"what": what, "on": str(HELD + ONE_DAY)} for what in ("erythema", "infection", "allergic_reaction")]
    found = reviewed(HELD + ONE_DAY, signs=signs)
    assert found.decision is Decision.REFER
    assert [reason.rule for reason in found.reasons] == ["allergic-reaction-after", "infection-after"]


def test_of_two_signs_that_wait_the_later_end_counts() -> None:
    signs = [{"what": what, "on": str(HELD + ONE_DAY)} for what in ("erythema", "scabs")]
    found = reviewed(HELD + ONE_DAY, signs=signs)
    assert (found.decision, found.first) == (Decision.WAIT, max(HELD + ONE_DAY * 10, LATER))
    assert [reason.rule for reason in found.reasons] == ["erythema-usual", "scabs-usual", "measure_after"]


@pytest.mark.parametrize("on", [HELD - ONE_DAY, LATER + ONE_DAY])
def test_a_sign_before_the_last_session_or_after_the_review_says_nothing(on: dt.date) -> None:
    measured = [shot(BEFORE, 8), shot(LATER, 5)]
    found = reviewed(LATER, measurements=measured, signs=[{"what": "infection", "on": str(on)}])
    assert found.decision is Decision.ANOTHER_SESSION


def test_harm_goes_before_progress() -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 0)]
    assert reviewed(LATER, measurements=shots).decision is Decision.STOP_GOAL_MET
    scarring = [{"what": "scarring", "on": str(HELD + ONE_DAY)}]
    assert reviewed(LATER, measurements=shots, signs=scarring).decision is Decision.REFER


# ── Time and comparability ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("treatment", LESIONS)
def test_nothing_is_measured_until_the_skin_has_settled(treatment: str) -> None:
    measured = settled(treatment)
    first = next_look(treatment)
    shots = [shot(BEFORE, 8), shot(measured, 5)]
    below = reviewed(first - ONE_DAY, treatment, measurements=shots)
    assert (below.decision, below.first, below.last) == (Decision.WAIT, first, None)
    assert [reason.rule for reason in below.reasons] == ["measure_after"]
    for day in (first, first + ONE_DAY, measured, measured + ONE_DAY):
        found = reviewed(day, treatment, measurements=shots)
        assert found.decision is Decision.ANOTHER_SESSION
        rules = [reason.rule for reason in found.reasons]
        assert ("measure_after" in rules) is (day < measured)
        assert "spacing" in rules


SOONER = HELD + ONE_DAY * 10  # scalp sessions may follow each other before colour is judged


@pytest.mark.parametrize("day", [SOONER, SOONER + ONE_DAY, settled("scalp") - ONE_DAY])
@pytest.mark.parametrize("contrast", [12, 5, 0.1])
def test_where_the_next_session_may_come_before_the_skin_has_settled_no_measurement_decides(
    day: dt.date, contrast: float
) -> None:
    for shots in ([], [shot(BEFORE, 8), shot(day, contrast)]):
        found = reviewed(day, "scalp", measurements=shots, goal_delta_e00=2.0)
        assert (found.decision, found.first) == (Decision.ANOTHER_SESSION, day)
        assert [reason.rule for reason in found.reasons] == ["measure_after", "spacing"]
        assert found.last == HELD + ONE_DAY * 30


@pytest.mark.parametrize(
    ("patient", "decision"), [({"pregnant": True}, Decision.WAIT), ({"anticoagulants": True}, Decision.REFER)]
)
def test_what_blocks_goes_before_a_session_that_needs_no_measurement(patient: Json, decision: Decision) -> None:
    found = reviewed(SOONER, "scalp", patient)
    assert (found.decision, found.first, found.last) == (decision, None, None)
    assert {fact for reason in found.reasons for fact in reason.facts} >= set(patient)
    assert reviewed(SOONER - ONE_DAY, "scalp", patient).decision is Decision.WAIT


@pytest.mark.parametrize(
    ("measurements", "says"),
    [
        ([], "no comparable photograph from before the first session"),
        ([shot(LATER, 5)], "no comparable photograph from before the first session"),
        (
            [{"on": str(BEFORE), "comparable": False}, shot(LATER, 5)],
            "no comparable photograph from before the first session",
        ),
        ([shot(BEFORE, 8)], "no photograph after the last session yet"),
        ([shot(BEFORE, 8), shot(LATER + ONE_DAY, 5)], "no photograph after the last session yet"),
        ([shot(BEFORE, 8), shot(LATER - ONE_DAY, 5)], "before the skin had settled"),
        ([shot(BEFORE, 8), {"on": str(LATER), "comparable": False, "why_not": "blurred"}], "compared (blurred)"),
        ([shot(BEFORE, 8), {"on": str(LATER), "comparable": False}], "cannot be compared: take it again"),
    ],
)
def test_without_a_comparable_photograph_on_either_side_it_is_taken_again(measurements: list[Json], says: str) -> None:
    found = reviewed(LATER, measurements=measurements)
    assert (found.decision, found.first, found.last) == (Decision.NOT_COMPARABLE, None, None)
    assert says in found.reasons[0].says.en
    assert found.reasons[0].says.en != found.reasons[0].says.es
    assert found.reasons[0].cite


def test_a_photograph_on_the_day_of_the_first_session_is_a_baseline() -> None:
    shots = [shot(HELD, 8), shot(LATER, 5)]
    assert reviewed(LATER, measurements=shots).decision is Decision.ANOTHER_SESSION


def test_of_two_photographs_after_a_session_the_later_comparable_one_counts() -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 9.5), shot(LATER + ONE_DAY, 5)]
    bad = {"on": str(LATER + ONE_DAY * 2), "comparable": False}
    assert reviewed(LATER, measurements=shots).decision is Decision.REFER
    for more in ([], [bad]):
        found = reviewed(LATER + ONE_DAY * 3, measurements=[*shots, *more])
        assert found.decision is Decision.ANOTHER_SESSION


# ── The goal ────────────────────────────────────────────────────────────────────────────────────────────────────────


def chance(value: float, u: float, goal: float) -> float:
    """The chance that a contrast that cannot be negative is at the goal, counted anew."""
    error = NormalDist(value, u)
    return (error.cdf(goal) - error.cdf(0)) / (1 - error.cdf(0))


def test_the_goal_is_met_at_the_confidence_that_is_asked_for_and_not_below_it() -> None:
    low, high = 0.0, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle, 0.5, 2.0) > 0.9 else (low, middle)
    assert course(8, round(low - 0.001, 6), u=0.5, goal_delta_e00=2.0).decision is Decision.STOP_GOAL_MET
    assert course(8, round(low + 0.001, 6), u=0.5, goal_delta_e00=2.0).decision is Decision.ANOTHER_SESSION


@pytest.mark.parametrize(
    ("contrast", "decision"),
    [(1.99, Decision.STOP_GOAL_MET), (2.0, Decision.STOP_GOAL_MET), (2.01, Decision.ANOTHER_SESSION)],
)
def test_a_contrast_without_error_is_at_the_goal_up_to_the_goal_itself(contrast: float, decision: Decision) -> None:
    assert without_error(8, contrast, goal_delta_e00=2.0).decision is decision


def test_with_the_smallest_error_of_a_case_the_goal_is_met_just_below_it() -> None:
    limit = 2.0 - NormalDist().inv_cdf(0.9) * 0.01
    for value, decision in (
        (limit - 0.00001, Decision.STOP_GOAL_MET),
        (limit + 0.00001, Decision.ANOTHER_SESSION),
        (2.0, Decision.ANOTHER_SESSION),
    ):
        assert course(8, round(value, 6), u=0.01, goal_delta_e00=2.0).decision is decision


@pytest.mark.parametrize(
    ("phototype", "ita", "goal"),
    [
        (4, None, 0.59),
        (5, None, 1.75),
        (6, None, 1.75),
        (None, None, 0.59),
        (2, round(10 - 1.96, 3) - 0.001, 1.75),
        (2, 10 - 1.959963984540054, 1.75),
        (6, round(10 - 1.96, 3) + 0.001, 0.59),
        (6, 10.0, 0.59),
    ],
)
def test_without_an_agreed_goal_it_is_what_is_no_longer_visible_on_the_tone(
    phototype: int | None, ita: float | None, goal: float
) -> None:
    tone: Json = {} if ita is None else {"ita_deg": {"value": ita, "u": 1.0}}

    def after(contrast: float) -> Decision:
        shots = [shot(BEFORE, 8, 0.01), shot(LATER, round(contrast, 6), 0.01, **tone)]
        return reviewed(LATER, "microneedling", {"phototype": phototype}, measurements=shots).decision

    limit = goal - NormalDist().inv_cdf(0.9) * 0.01
    assert after(limit - 0.00001) is Decision.STOP_GOAL_MET
    assert after(limit + 0.00001) is not Decision.STOP_GOAL_MET


@pytest.mark.parametrize(
    ("at", "comparable", "counts"),
    [
        (LATER, True, True),
        (LATER - ONE_DAY, True, True),
        (LATER + ONE_DAY, True, False),
        (LATER, False, False),
    ],
)
@pytest.mark.parametrize(("phototype", "ita"), [(2, 0), (6, 40)])
def test_the_tone_is_read_from_a_comparable_photograph_by_the_day_of_the_review(
    at: dt.date,
    comparable: bool,  # noqa: FBT001 (a column of the table)
    counts: bool,  # noqa: FBT001 (a column of the table)
    phototype: int,
    ita: float,
) -> None:
    toned = shot(at, 1.0, 0.05) | {"ita_deg": {"value": ita, "u": 1.0}, "comparable": comparable}
    shots = [shot(BEFORE, 8, 0.05), shot(LATER, 1.0, 0.05), toned]
    found = reviewed(LATER, "microneedling", {"phototype": phototype}, measurements=shots)
    if comparable:  # else the latest photograph is the one that cannot be compared, and the comparable one counts
        assert found.decision is not Decision.NOT_COMPARABLE
    is_dark = ita < 10 if counts else phototype > 4
    assert (found.decision is Decision.STOP_GOAL_MET) is is_dark


def test_a_goal_that_is_met_says_with_which_chance() -> None:
    found = course(8, 0.5, u=0.3, goal_delta_e00=2.0)
    assert found.reasons[0].rule == "goal"
    assert "90 %" in found.reasons[0].says.en.replace("\N{NO-BREAK SPACE}", " ")
    assert (found.first, found.last) == (None, None)
    assert found.reasons[-1].rule == "measured-change"


@pytest.mark.parametrize(
    ("value", "en", "es"),
    [
        (1.0, "over 99 %", "más del 99 %"),
        (0.995, "over 99 %", "más del 99 %"),
        (0.99499, "99 %", "99 %"),
        (0.5, "50 %", "50 %"),
        (0.00501, "1 %", "1 %"),
        (0.005, "under 1 %", "menos del 1 %"),
        (0.0, "under 1 %", "menos del 1 %"),
    ],
)
def test_no_chance_is_said_to_be_certain(value: float, en: str, es: str) -> None:
    assert (percent(value).en, percent(value).es) == (en, es)


def test_a_goal_that_is_met_beyond_doubt_is_still_not_met_with_certainty() -> None:
    says = course(8, 0.1, u=0.01, goal_delta_e00=2.0).reasons[0].says
    assert "over 99" in says.en
    assert "más del 99" in says.es
    assert "100" not in says.en + says.es


# ── Worsening, and the plateau ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("grown", "decision"),
    [
        (DETECTABLE - 0.001, Decision.ANOTHER_SESSION),
        (DETECTABLE + 0.001, Decision.REFER),
        (-DETECTABLE - 0.001, Decision.ANOTHER_SESSION),
    ],
)
def test_a_contrast_that_has_grown_beyond_the_error_is_referred(grown: float, decision: Decision) -> None:
    assert course(8, round(8 + grown, 6)).decision is decision


def test_a_change_of_exactly_the_error_is_not_detectable() -> None:
    assert without_error(8, 8).decision is Decision.ANOTHER_SESSION
    assert without_error(8, 8.000001).decision is Decision.REFER


def worsening(count: int, u: float = 0.3) -> float:
    """The rise beyond which a contrast is worse, for a number of earlier measurements, counted anew."""
    return NormalDist().inv_cdf(1 - 0.05 / (2 * count)) * float(2**0.5) * u


def test_for_one_earlier_measurement_worse_is_what_is_detectable() -> None:
    assert worsening(1) == pytest.approx(DETECTABLE)


@pytest.mark.parametrize("earlier", [(8, 8), (8, 8, 8), (9, 8), (8, 9, 8.5)])
def test_the_limit_of_worsening_widens_with_every_earlier_measurement(earlier: tuple[float, ...]) -> None:
    limit = min(earlier) + worsening(len(earlier))
    assert course(*earlier, round(limit - 0.001, 6)).decision is not Decision.REFER
    above = course(*earlier, round(limit + 0.001, 6))
    assert (above.decision, above.first, above.last) == (Decision.REFER, None, None)
    assert "has grown" in above.reasons[0].says.en
    assert "ha aumentado" in above.reasons[0].says.es


def test_a_slow_steady_rise_is_worse_though_no_step_of_it_can_be_seen() -> None:
    assert course(8.0, 8.9, u=0.4).decision is Decision.ANOTHER_SESSION
    assert course(8.0, 8.9, 9.8, u=0.4).decision is Decision.REFER
    assert course(8.0, 8.9, 9.8, 10.7, u=0.4).decision is Decision.REFER


def test_what_has_grown_is_said_against_the_lowest_of_the_earlier_measurements() -> None:
    says = course(8, 6, 9).reasons[0].says.en.replace("\N{NO-BREAK SPACE}", " ")
    assert "6.0 ± 0.3 after 1 session" in says
    assert "+3.0" in says


@pytest.mark.parametrize(
    ("grown", "decision"), [(DETECTABLE - 0.001, Decision.STOP_GOAL_MET), (DETECTABLE + 0.001, Decision.REFER)]
)
def test_an_agreed_goal_above_the_contrast_does_not_hide_a_worsening(grown: float, decision: Decision) -> None:
    assert course(8, round(8 + grown, 6), goal_delta_e00=20.0).decision is decision


def test_a_worsening_is_referred_before_what_only_waits() -> None:
    assert (
        reviewed(LATER, patient={"pregnant": True}, measurements=[shot(BEFORE, 8), shot(LATER, 10)]).decision
        is Decision.REFER
    )


def test_a_photograph_taken_too_early_is_not_held_against_the_last() -> None:
    early = shot(LATER - ONE_DAY, 1)
    found = reviewed(LATER, measurements=[shot(BEFORE, 8), early, shot(LATER, 5)])
    assert found.decision is Decision.ANOTHER_SESSION
    assert (
        reviewed(LATER + ONE_DAY, measurements=[shot(BEFORE, 8), shot(LATER, 1), shot(LATER + ONE_DAY, 5)]).decision
        is Decision.REFER
    )


@pytest.mark.parametrize(
    ("contrasts", "decision"),
    [
        ((8, 8), Decision.ANOTHER_SESSION),
        ((8, 8, 8), Decision.STOP_PLATEAU),
        ((8, 7.9, 8.1), Decision.STOP_PLATEAU),
        ((8, 5, 5, 5), Decision.STOP_PLATEAU),
        ((8, 5, 5), Decision.ANOTHER_SESSION),
        ((8, 8, 7), Decision.ANOTHER_SESSION),
        ((8, 7.5, 7.1), Decision.ANOTHER_SESSION),
        ((8, 7.5, 7.2), Decision.STOP_PLATEAU),
    ],
)
def test_two_sessions_in_a_row_without_a_detectable_change_are_a_plateau(
    contrasts: tuple[float, ...], decision: Decision
) -> None:
    assert course(*contrasts).decision is decision


@pytest.mark.parametrize(
    ("left", "decision"),
    [(DETECTABLE + 0.001, Decision.STOP_PLATEAU), (DETECTABLE - 0.001, Decision.NOT_COMPARABLE)],
)
def test_a_plateau_is_only_called_where_the_photographs_could_have_shown_what_is_left(
    left: float, decision: Decision
) -> None:
    found = course(8, 8, 8, goal_delta_e00=round(8 - left, 6))
    assert found.decision is decision
    assert found.reasons[0].rule == "plateau"
    assert ("cannot tell a plateau from progress" in found.reasons[0].says.en) is (decision is Decision.NOT_COMPARABLE)


def test_two_sessions_with_one_not_measured_between_them_are_no_plateau() -> None:
    sessions = COURSE[:3]
    shots = [shot(BEFORE, 8), shot(settled(held=sessions[1]), 8), shot(settled(held=sessions[2]), 8)]
    found = reviewed(settled(held=sessions[2]), sessions=sessions, measurements=shots)
    assert found.decision is Decision.ANOTHER_SESSION


# ── What blocks the next session ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("patient", "area", "decision", "first"),
    [
        ({"pregnant": True}, {}, Decision.WAIT, None),
        ({"isotretinoin": "2026-04-30"}, {}, Decision.WAIT, dt.date(2026, 10, 30)),
        ({"isotretinoin": "current"}, {}, Decision.WAIT, None),
        ({"anticoagulants": True}, {}, Decision.REFER, None),
        ({}, {"keloid_tendency": True}, Decision.REFER, None),
        ({"pregnant": None}, {}, Decision.WAIT, None),
    ],
)
def test_what_blocks_a_session_blocks_the_next_one(
    patient: Json, area: Json, decision: Decision, first: dt.date | None
) -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 5)]
    found = reviewed(LATER, patient=patient, measurements=shots, **area)
    assert (found.decision, found.first, found.last) == (decision, first, None)
    named = {fact for reason in found.reasons for fact in reason.facts}
    assert {*patient, *area} <= named


def test_a_goal_that_is_met_needs_no_answer_about_the_next_session() -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 0.1)]
    found = reviewed(LATER, patient={"pregnant": True}, measurements=shots)
    assert found.decision is Decision.STOP_GOAL_MET


def test_a_wait_that_is_over_by_the_day_of_the_review_no_longer_blocks() -> None:
    for day, decision in ((dt.date(2026, 10, 29), Decision.WAIT), (dt.date(2026, 10, 30), Decision.ANOTHER_SESSION)):
        shots = [shot(BEFORE, 8), shot(LATER, 5)]
        found = reviewed(day, patient={"isotretinoin": "2026-04-30"}, measurements=shots)
        assert found.decision is decision


# ── Another session, and maintenance ────────────────────────────────────────────────────────────────────────────────

USUALLY_BY = HELD + dt.timedelta(weeks=6)


@pytest.mark.parametrize(
    ("on", "first", "last", "late"),
    [
        (LATER, HELD + dt.timedelta(weeks=4), USUALLY_BY, False),
        (HELD + dt.timedelta(weeks=4), HELD + dt.timedelta(weeks=4), USUALLY_BY, False),
        (HELD + dt.timedelta(days=29), HELD + dt.timedelta(days=29), USUALLY_BY, False),
        (USUALLY_BY - ONE_DAY, USUALLY_BY - ONE_DAY, USUALLY_BY, False),
        (USUALLY_BY, USUALLY_BY, USUALLY_BY, False),
        (USUALLY_BY + ONE_DAY, USUALLY_BY + ONE_DAY, None, True),
    ],
)
def test_another_session_lies_from_the_binding_to_the_usual_spacing(
    on: dt.date,
    first: dt.date,
    last: dt.date | None,
    late: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    found = reviewed(on, measurements=[shot(BEFORE, 8), shot(LATER, 5)])
    assert (found.decision, found.first, found.last) == (Decision.ANOTHER_SESSION, first, last)
    assert found.late is late
    assert found.reasons[0].rule == "spacing"
    assert ("this session is late" in found.reasons[0].says.en) is late
    assert ("esta sesión llega tarde" in found.reasons[0].says.es) is late
    assert found.to_json("es")["from"] == str(first)


def test_another_session_minds_what_stands_in_the_diary_and_the_cautions() -> None:
    sun = {"what": "sun_exposure", "on": str(HELD + dt.timedelta(days=25))}
    found = reviewed(LATER, patient={"phototype": 5}, measurements=[shot(BEFORE, 8), shot(LATER, 5)], events=[sun])
    assert found.first == HELD + dt.timedelta(days=39)
    assert [reason.rule for reason in found.reasons] == ["spacing", "measured-change", "dark-phototype"]


def faded(treatment: str, value: float, patient: Json | None = None, before: float = 1.5) -> AreaReview:
    """A review 200 days after a photograph that met the goal, with no session in between."""
    day = settled(treatment) + ONE_DAY * 200
    shots = [shot(BEFORE, 8), shot(settled(treatment), before), shot(day, round(value, 6))]
    return reviewed(day, treatment, patient, measurements=shots, goal_delta_e00=2.0)


@pytest.mark.parametrize(
    ("value", "decision"),
    [
        (1.5 + DETECTABLE - 0.001, Decision.ANOTHER_SESSION),
        (1.5 + DETECTABLE + 0.001, Decision.MAINTAIN),
        (1.5 + worsening(2) + 0.001, Decision.MAINTAIN),
        (8 + worsening(2) - 0.001, Decision.MAINTAIN),
        (8 + worsening(2) + 0.001, Decision.REFER),
        (1.6, Decision.STOP_GOAL_MET),
    ],
)
def test_scalp_work_that_met_its_goal_and_has_faded_detectably_is_maintained(value: float, decision: Decision) -> None:
    found = faded("scalp", value)
    assert found.decision is decision
    if decision is Decision.MAINTAIN:
        assert [reason.rule for reason in found.reasons][:2] == ["maintain", "spacing"]
        assert (found.first, found.last) == (settled("scalp") + ONE_DAY * 200, None)
        assert found.late


def test_a_contrast_that_never_was_at_the_goal_has_not_faded() -> None:
    low, high = 0.0, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle, 0.3, 2.0) > 0.9 else (low, middle)
    for before, decision in ((low - 0.001, Decision.MAINTAIN), (low + 0.001, Decision.REFER)):
        assert faded("scalp", 4, before=round(before, 6)).decision is decision


@pytest.mark.parametrize(
    ("patient", "decision"),
    [
        ({"pregnant": True}, Decision.WAIT),
        ({"pregnant": None}, Decision.WAIT),
        ({"anticoagulants": True}, Decision.REFER),
        ({}, Decision.MAINTAIN),
    ],
)
def test_what_blocks_a_session_blocks_maintenance(patient: Json, decision: Decision) -> None:
    found = faded("scalp", 4, patient)
    assert found.decision is decision
    assert {fact for reason in found.reasons for fact in reason.facts} >= set(patient)


@pytest.mark.parametrize("treatment", ["microneedling", "paramedical"])
def test_where_the_source_knows_no_maintenance_the_same_contrast_is_referred_as_worse(treatment: str) -> None:
    assert LIBRARY.protocol(treatment).review.maintain is None
    assert faded(treatment, 1.5 + worsening(2) - 0.001).decision is Decision.ANOTHER_SESSION
    assert faded(treatment, 1.5 + worsening(2) + 0.001).decision is Decision.REFER


@pytest.mark.parametrize("treatment", LESIONS)
def test_a_rise_across_a_session_is_worse_even_where_the_goal_had_been_met(treatment: str) -> None:
    second = HELD + ONE_DAY * 200
    day = settled(treatment, second)

    def after(value: float) -> Decision:
        shots = [shot(BEFORE, 8), shot(settled(treatment), 1.5), shot(day, round(value, 6))]
        return reviewed(day, treatment, sessions=(HELD, second), measurements=shots, goal_delta_e00=2.0).decision

    assert after(1.5 + worsening(2) - 0.001) is Decision.ANOTHER_SESSION
    assert after(1.5 + worsening(2) + 0.001) is Decision.REFER


def test_another_session_without_an_open_day_says_what_closes_the_first() -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 5)]
    spaced = HELD + dt.timedelta(weeks=4)
    for days_left, first in ((9, None), (10, spaced), (11, spaced)):
        deadline = {"what": "deadline", "on": str(spaced + ONE_DAY * days_left)}
        found = reviewed(spaced, measurements=shots, events=[deadline])
        assert (found.decision, found.first) == (Decision.ANOTHER_SESSION, first)
        assert found.reasons[0].rule == "spacing"
        assert ("deadline" in {reason.rule for reason in found.reasons}) is (first is None)
        assert (found.to_json()["from"] is None) is (first is None)
        assert (found.to_json()["to"] is None) is (first is None)
        assert not found.late


def test_a_deadline_before_the_day_of_the_review_binds_nothing() -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 5)]
    spaced = HELD + dt.timedelta(weeks=4)
    for on, first in ((spaced - ONE_DAY, spaced), (spaced, None), (spaced + ONE_DAY, None)):
        found = reviewed(spaced, measurements=shots, events=[{"what": "deadline", "on": str(on)}])
        assert found.first == first


# ── The day of the review ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_review_without_a_day_is_refused() -> None:
    with pytest.raises(InputError, match="day of the review is missing"):
        review(case("paramedical", None, (HELD,)), LIBRARY.protocol("paramedical"))


def test_a_review_before_the_first_session_has_nothing_to_review() -> None:
    law = LIBRARY.protocol("paramedical")
    with pytest.raises(InputError, match="nothing to review"):
        review(case("paramedical", None, (HELD,)), law, on=HELD - ONE_DAY)
    with pytest.raises(InputError, match="nothing to review"):
        review(case("paramedical", None, ()), law, on=HELD)
    assert review(case("paramedical", None, (HELD,)), law, on=HELD).area("area").decision is Decision.WAIT


def test_a_review_before_the_assessment_is_refused() -> None:
    with pytest.raises(InputError, match="before the assessment"):
        review(case("paramedical", None, (HELD,)), LIBRARY.protocol("paramedical"), on=BEFORE - ONE_DAY)


def test_a_session_after_the_day_of_the_review_is_not_reviewed() -> None:
    shots = [shot(BEFORE, 8), shot(LATER, 5)]
    one = reviewed(LATER, sessions=(HELD,), measurements=shots)
    two = reviewed(LATER, sessions=(HELD, LATER + ONE_DAY * 9), measurements=shots)
    assert (one.decision, one.first, one.last) == (two.decision, two.first, two.last)


def test_an_area_without_a_session_is_named_and_not_reviewed() -> None:
    whole = {
        "treatment": "paramedical",
        "assessed_on": str(BEFORE),
        "areas": [{"name": "treated", "sessions": [str(HELD)]}, {"name": "waiting"}],
    }
    found = review(read_case(json.dumps(whole), LIBRARY.vocabulary), LIBRARY.protocol("paramedical"), on=LATER)
    assert [area.name for area in found.areas] == ["treated"]
    assert found.unreviewed == ("waiting",)
    with pytest.raises(KeyError):
        found.area("waiting")


# ── The signature ───────────────────────────────────────────────────────────────────────────────────────────────────

SIGNED_AT = dt.datetime(2026, 9, 22, 10, 30, tzinfo=dt.UTC)


def proposal() -> Review:
    """A review that nobody has signed."""
    return review(case("paramedical", None, (HELD,)), LIBRARY.protocol("paramedical"), on=LATER)


def test_a_review_is_a_proposal_until_a_named_person_signs_it() -> None:
    found = proposal()
    assert found.is_proposal
    assert (found.to_json()["proposal"], found.to_json()["signed"]) == (True, None)
    signed = found.signed("  A. Ruiz ", SIGNED_AT)
    assert not signed.is_proposal
    assert signed.to_json()["signed"] == {"by": "A. Ruiz", "at": "2026-09-22T10:30:00+00:00"}
    assert signed.areas == found.areas
    assert found.is_proposal  # the proposal itself has not changed


@pytest.mark.parametrize("name", ["", "   ", "\t", "A\x07"])
def test_a_signature_needs_a_name(name: str) -> None:
    with pytest.raises(InputError, match="needs a name"):
        proposal().signed(name, SIGNED_AT)


def test_a_review_is_signed_once() -> None:
    with pytest.raises(InputError, match=r"signed already, by A\. Ruiz"):
        proposal().signed("A. Ruiz", SIGNED_AT).signed("B. Sanz", SIGNED_AT)


def test_a_signature_needs_an_aware_instant() -> None:
    with pytest.raises(ValueError, match="aware"):
        proposal().signed("A. Ruiz", SIGNED_AT.replace(tzinfo=None))


def test_the_command_line_proposes_and_signs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.yaml"
    whole = {
        "treatment": "paramedical",
        "assessed_on": "2026-05-01",
        "areas": [{"name": "thigh", "sessions": ["2026-06-01"]}],
    }
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert main(["review", str(file), "--on", "2026-07-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["signed"] is None
    assert main(["review", str(file), "--on", "2026-07-01", "--json", "--sign", "A. Ruiz"]) == 0
    assert json.loads(capsys.readouterr().out)["signed"]["by"] == "A. Ruiz"
    assert main(["review", str(file), "--json"]) == 2
    assert "day of the review is missing" in capsys.readouterr().err


# ── Several areas ───────────────────────────────────────────────────────────────────────────────────────────────────

START = dt.date(2026, 11, 21)


def ordered(*areas: Json, treatment: str = "paramedical") -> Order:
    """The proposed order of some areas of a healthy patient."""
    whole = {
        "treatment": treatment,
        "assessed_on": str(START),
        "patient": HEALTHY["patient"],
        "areas": [{**HEALTHY["area"], **LESIONS[treatment], **area} for area in areas],
    }
    return plan(read_case(json.dumps(whole), LIBRARY.vocabulary), LIBRARY.protocol(treatment)).order


def contrast(value: float, u: float = 0.3) -> list[Json]:
    """One measurement of a contrast."""
    return [shot(START, value, u)]


def closed_for(days: int) -> list[Json]:
    """A journey that begins today."""
    return [{"what": "travel", "from": str(START), "to": str(START + ONE_DAY * (days - 1))}]


FIRST: Json = {"name": "first", "wish": 1, "size_cm2": 50, "measurements": contrast(9)}
SECOND: Json = {"name": "second", "wish": 1, "size_cm2": 50, "measurements": contrast(9)}


@pytest.mark.parametrize(
    ("behind", "because"),
    [
        ({"events": closed_for(1)}, "its first open day is earlier"),
        ({"keloid_tendency": True}, "its first open day is earlier"),
        ({"wish": 2}, "the patient wishes it first"),
        ({"wish": None}, "the patient wishes it first"),
        ({"measurements": contrast(9 - DETECTABLE - 0.001)}, "its measured contrast is larger"),
        ({"measurements": []}, "its measured contrast is larger"),
        ({"size_cm2": 49.9}, "it is larger"),
        ({"size_cm2": None}, "it is larger"),
        ({"measurements": contrast(9 - DETECTABLE + 0.001), "size_cm2": 49}, "it is larger"),
        ({}, "nothing tells them apart; order of the case"),
    ],
)
def test_one_criterion_after_the_other_decides_and_what_is_not_known_goes_behind(behind: Json, because: str) -> None:
    second = {key: value for key, value in {**SECOND, **behind}.items() if value is not None}
    for areas in ((FIRST, second), (second, FIRST)) if behind else ((FIRST, second),):
        order = ordered(*areas)
        assert [place.name for place in order.places] == ["first", "second"]
        assert [place.rank for place in order.places] == [1, 2]
        assert [place.because.en for place in order.places] == [because, ""]
        assert [(cite.source, cite.claim) for cite in order.cite] == [("assumptions", "area-order")]


def test_an_earlier_criterion_goes_before_every_later_one() -> None:
    areas = [
        {"name": "d", "wish": 1, "size_cm2": 90, "measurements": contrast(20), "events": closed_for(2)},
        {"name": "c", "wish": 2, "size_cm2": 80, "measurements": contrast(15)},
        {"name": "b", "wish": 1, "size_cm2": 70, "measurements": contrast(5)},
        {"name": "a", "wish": 1, "size_cm2": 10, "measurements": contrast(9)},
    ]
    for case_order in itertools.permutations(areas):
        assert [place.name for place in ordered(*case_order).places] == ["a", "b", "c", "d"]


def test_contrasts_that_cannot_be_told_apart_count_as_equal_to_the_largest_of_them() -> None:
    values = {"a": (9.0, 10), "b": (8.5, 20), "c": (8.0, 30)}
    areas = [
        {"name": name, "size_cm2": size, "measurements": contrast(value)} for name, (value, size) in values.items()
    ]
    for case_order in itertools.permutations(areas):
        assert [place.name for place in ordered(*case_order).places] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("minutes", "sittings"),
    [
        ((60, 59), [("a", "b")]),
        ((60, 60), [("a", "b")]),
        ((60, 61), [("a",), ("b",)]),
        ((60, None), [("a",), ("b",)]),
        ((30, 30, 60), [("a", "b", "c")]),
        ((30, 30, 61), [("a", "b"), ("c",)]),
        ((150, 10), [("a",), ("b",)]),
    ],
)
def test_one_session_holds_what_its_longest_time_allows(
    minutes: tuple[int | None, ...], sittings: list[tuple[str, ...]]
) -> None:
    areas = [
        {"name": name, "wish": rank, **({"minutes": time} if time else {})}
        for rank, (name, time) in enumerate(zip("abc", minutes, strict=False), start=1)
    ]
    found = ordered(*areas)
    assert [sitting.names for sitting in found.sittings] == sittings
    for sitting in found.sittings:
        times = [dict(zip("abc", minutes, strict=False))[name] for name in sitting.names]
        assert sitting.minutes == (None if None in times else sum(time or 0 for time in times))


def test_an_area_that_cannot_be_treated_is_in_no_session_and_without_a_longest_time_each_has_its_own() -> None:
    blocked = ordered({"name": "a", "minutes": 20}, {"name": "b", "minutes": 20, "keloid_tendency": True})
    assert [sitting.names for sitting in blocked.sittings] == [("a",)]
    assert LIBRARY.protocol("scalp").parameter("duration") is None
    apart = ordered({"name": "a", "minutes": 20}, {"name": "b", "minutes": 20}, treatment="scalp")
    assert [sitting.names for sitting in apart.sittings] == [("a",), ("b",)]


@pytest.mark.parametrize(("free_from", "together"), [(0, True), (1, False), (30, False)])
def test_areas_share_a_session_only_on_the_first_day_of_the_first_and_none_is_put_off_for_another(
    free_from: int,
    together: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    a: Json = {"name": "a", "minutes": 20, "events": closed_for(1)}
    b: Json = {"name": "b", "minutes": 20, "events": closed_for(1 + free_from)}
    first, second = START + ONE_DAY, START + ONE_DAY * (1 + free_from)
    order = ordered(a, b)
    expected = [(("a", "b"), 40, first)] if together else [(("a",), 20, first), (("b",), 20, second)]
    assert [(sitting.names, sitting.minutes, sitting.first) for sitting in order.sittings] == expected
    written = order.to_json("en")["sittings"]
    assert [sitting["first"] for sitting in written] == [str(day) for _, _, day in expected]
