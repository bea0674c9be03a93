"""The forecast is silent without a response, agrees with an obvious reference, and obeys what holds for any input."""

import json
import math
import random
import subprocess
import sys
import time
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.care.forecast import (
    WEAK_PRIOR,
    Forecast,
    Measured,
    Remaining,
    SessionRange,
    forecast,
    sharpen,
)
from dermograph.care.forecast_values import FURTHEST
from dermograph.care.forecast_words import forecast_sentence
from dermograph.core.errors import InputError
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text

Points = list[tuple[int, float, float]]
EXAMPLES = 60


def measured(*points: tuple[int, float, float]) -> list[Measured]:
    """Measurements from (sessions, ΔE00, u)."""
    return [Measured(sessions, Quantity(value, u, "delta_e00")) for sessions, value, u in points]


def spoken(points: list[Measured], goal: float = 0.59, step: float = 0.59) -> tuple[Forecast, Remaining]:
    """A forecast that is not silent, and what it says on the sessions."""
    found = forecast(points, goal=goal, step=step)
    assert found.remaining is not None
    return found, found.remaining


@st.composite
def courses(draw: st.DrawFn) -> list[Measured]:
    """The measurements of a course that fades towards a floor, with errors of about their uncertainty."""
    start = draw(st.floats(1, 20))
    floor, ratio = draw(st.floats(0.02, 0.9)), draw(st.floats(0.05, 0.95))
    counts = draw(st.lists(st.integers(0, 6), min_size=2, max_size=5))
    counts[:2] = [0, max(1, counts[1])]
    points = []
    for count in counts:
        u = draw(st.floats(0, 1.5))
        value = start * (floor + (1 - floor) * ratio**count) + u * draw(st.floats(-1, 1))
        points.append((count, value, u))
    return measured(*points)


LIMIT = st.floats(0.1, 5)


@settings(max_examples=EXAMPLES)
@given(courses(), LIMIT, LIMIT)
def test_the_probabilities_sum_to_one_and_the_intervals_hold_what_they_state(
    points: list[Measured], goal: float, step: float
) -> None:
    _, remaining = spoken(points, goal, step)
    chances = [*remaining.pmf, remaining.beyond]
    assert math.isclose(sum(chances), 1, abs_tol=1e-9)
    assert min(chances) >= 0
    assert 0 <= remaining.by_goal <= 1 + 1e-9
    half, most = remaining.interval_50, remaining.interval_90
    for span in (half, most):
        top = FURTHEST + 1 if span.high is None else span.high
        assert math.isclose(span.held, sum(chances[span.low : top + 1]), abs_tol=1e-9)
    assert half.held >= 0.38
    assert most.held >= 0.78
    assert most.low <= half.low
    assert most.high is None or (half.high is not None and half.high <= most.high)


@settings(max_examples=EXAMPLES)
@given(courses(), LIMIT, LIMIT)
def test_the_contrasts_are_finite_positive_and_nested(points: list[Measured], goal: float, step: float) -> None:
    found, _ = spoken(points, goal, step)
    for contrast in (found.next_contrast, found.floor):
        assert contrast is not None
        outer, inner = contrast.interval_90, contrast.interval_50
        ends = [0.0, outer[0], inner[0], contrast.median, inner[1], outer[1]]
        assert all(low <= high for low, high in pairwise(ends))
        assert math.isfinite(outer[1])


@settings(max_examples=EXAMPLES)
@given(courses(), LIMIT, LIMIT, st.randoms(use_true_random=False))
def test_the_order_of_the_measurements_changes_nothing(
    points: list[Measured], goal: float, step: float, rng: random.Random
) -> None:
    shuffled = points.copy()
    rng.shuffle(shuffled)
    assert forecast(shuffled, goal=goal, step=step) == forecast(points, goal=goal, step=step)


@settings(max_examples=EXAMPLES)
@given(courses(), LIMIT, LIMIT, st.floats(0.25, 4))
def test_the_unit_of_the_contrast_changes_nothing(
    points: list[Measured], goal: float, step: float, factor: float
) -> None:
    scaled = measured(*((p.sessions, p.contrast.value * factor, p.contrast.u * factor) for p in points))
    _, plain = spoken(points, goal, step)
    _, other = spoken(scaled, goal * factor, step * factor)
    assert all(abs(one - two) < 0.01 for one, two in zip(plain.pmf, other.pmf, strict=True))


@settings(max_examples=EXAMPLES)
@given(courses(), LIMIT, LIMIT, st.floats(1, 3))
def test_a_looser_goal_or_a_larger_step_never_asks_for_more_sessions(
    points: list[Measured], goal: float, step: float, factor: float
) -> None:
    strict = accumulate(spoken(points, goal, step)[1].pmf)
    looser = accumulate(spoken(points, goal * factor, step)[1].pmf)
    larger = accumulate(spoken(points, goal, step * factor)[1].pmf)
    for first, second, third in zip(strict, looser, larger, strict=True):
        assert second >= first - 1e-9
        assert third >= first - 1e-9


@settings(max_examples=EXAMPLES)
@given(courses(), LIMIT, LIMIT)
def test_the_json_is_plain_stable_and_has_no_nan(points: list[Measured], goal: float, step: float) -> None:
    found = forecast(points, goal=goal, step=step)
    written = json.dumps(found.to_json(), allow_nan=False)
    assert json.loads(written) == found.to_json()
    assert written == json.dumps(forecast(points, goal=goal, step=step).to_json(), allow_nan=False)


def reference(points: Points, goal: float, step: float, draws: int = 40_000) -> tuple[list[float], float]:
    """The distribution of N and the mean next contrast, by the definition and by importance sampling, in plain Python.

    Ratio and floor are drawn from the prior, the start from its baseline measurement (which is all that a flat prior
    leaves), and each draw weighs as much as it explains the other measurements.
    """
    rng = random.Random(20261121)
    (_, first, first_u), *others = points
    held = max(count for count, _, _ in points)
    weights = [0.0] * (FURTHEST + 2)
    following = 0.0
    for _ in range(draws):
        ratio = rng.betavariate(WEAK_PRIOR.ratio.a, WEAK_PRIOR.ratio.b)
        floor = rng.betavariate(WEAK_PRIOR.floor.a, WEAK_PRIOR.floor.b)
        start = rng.gauss(first, first_u)
        if start <= 0:
            continue
        contrasts = [start * (floor + (1 - floor) * ratio**count) for count in range(held + FURTHEST + 2)]
        weight = math.exp(-0.5 * sum(((value - contrasts[count]) / u) ** 2 for count, value, u in others))
        more = 0
        while more <= FURTHEST:
            now, then = contrasts[held + more], contrasts[held + more + 1]
            if now <= goal or now - then < step:
                break
            more += 1
        weights[more] += weight
        following += weight * contrasts[held + 1]
    total = sum(weights)
    return [weight / total for weight in weights], following / total


@pytest.mark.parametrize(
    ("points", "goal", "step"),
    [
        ([(0, 8.0, 0.4), (1, 6.0, 0.4)], 0.59, 0.59),
        ([(0, 8.0, 0.8), (1, 6.0, 0.8)], 1.0, 0.3),
        ([(0, 6.0, 0.5), (1, 3.5, 0.5), (2, 2.5, 0.5)], 1.75, 0.3),
        ([(0, 12.0, 0.5), (1, 11.0, 0.6), (3, 8.5, 0.7), (3, 8.9, 0.4)], 0.59, 0.3),
    ],
)
def test_the_fast_path_agrees_with_the_obvious_reference(points: Points, goal: float, step: float) -> None:
    expected, following = reference(points, goal, step)
    found, remaining = spoken(measured(*points), goal, step)
    chances = [*remaining.pmf, remaining.beyond]
    assert max(abs(one - two) for one, two in zip(expected, chances, strict=True)) < 0.025
    assert found.next_contrast is not None
    assert abs(found.next_contrast.median - following) < 0.15


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0, 8.0, 0.4)],
        [(0, 8.0, 0.4), (0, 7.8, 0.4)],
        [(2, 8.0, 0.4), (2, 7.8, 0.4)],
    ],
)
def test_before_the_first_response_it_is_silent_and_says_why(points: Points) -> None:
    found = forecast(measured(*points), goal=0.59, step=0.59)
    assert found.silent
    assert found.why is not None
    assert found.why.en in found.sentence.en
    assert found.why.es in found.sentence.es
    assert not any(char.isdigit() for char in found.sentence.en + found.sentence.es)
    assert (found.remaining, found.next_contrast, found.floor, found.prior, found.measurements) == (None,) * 5


@pytest.mark.parametrize("published", ["Some cases took one session.", Text("Some took one.", "Algunos, una.")])
def test_while_silent_it_shows_what_the_source_publishes_and_calls_it_that(published: Text | str) -> None:
    found = forecast([], goal=0.59, step=0.59, published=published)
    words = published if isinstance(published, Text) else Text(published, published)
    assert found.sentence.en.endswith(f"Published by the source, not a plan: {words.en}")
    assert found.sentence.es.endswith(f"Publicado por la fuente, no es un plan: {words.es}")


def test_a_contrast_that_clearly_rose_is_not_forecast() -> None:
    found = forecast(measured((0, 5.0, 0.3), (1, 9.0, 0.3)), goal=0.59, step=0.59)
    assert found.silent
    assert found.why is not None
    assert "it rose" in found.why.en


def test_a_contrast_that_rose_within_its_uncertainty_is_probably_a_plateau() -> None:
    _, remaining = spoken(measured((0, 6.0, 0.4), (1, 6.5, 0.4)))
    assert remaining.pmf[0] > 0.8
    assert remaining.by_goal < 0.05


def test_a_contrast_under_the_goal_needs_no_more_sessions() -> None:
    found, remaining = spoken(measured((0, 6.0, 0.3), (1, 1.0, 0.3)), goal=3.0)
    assert remaining.pmf[0] > 0.999
    assert remaining.by_goal > 0.999
    assert remaining.interval_90 == SessionRange(0, 0, remaining.interval_90.held)
    assert "at its end" in found.sentence.en


def test_it_speaks_without_a_baseline_and_says_that_there_is_none() -> None:
    found, remaining = spoken(measured((1, 7.0, 0.4), (2, 5.5, 0.4)))
    assert remaining.pmf[0] < 0.5
    assert "no baseline" in found.sentence.en
    with_baseline, _ = spoken(measured((0, 7.0, 0.4), (1, 5.5, 0.4)))
    assert "no baseline" not in with_baseline.sentence.en


@pytest.mark.parametrize(
    "points",
    [
        [(0, 8.0, 0.0), (1, 6.0, 0.0)],
        [(0, 8.0, 0.0), (1, 6.0, 0.0), (2, 4.8, 0.0), (3, 4.0, 0.0)],
        [(0, 8.0, 100.0), (1, 6.0, 100.0)],
        [(0, 8.0, 100.0), (1, 6.0, 0.01)],
        [(0, 0.0, 0.0), (1, 0.0, 0.0)],
        [(0, 1e-9, 0.0), (1, 1e-10, 0.0)],
        [(0, 0.5, 0.4), (1, -0.2, 0.4)],
        [(0, 8.0, 0.4), (200, 2.0, 0.4)],
        [(0, 100.0, 0.0), (1, 0.0, 0.0)],
        [(k, 8 * 0.8**k, 0.3) for k in range(40)],
        [(0, 8.0, 0.4)] * 50 + [(1, 6.0, 0.4)] * 50,
    ],
)
def test_extreme_measurements_give_finite_figures(points: Points) -> None:
    found, remaining = spoken(measured(*points))
    assert math.isclose(sum(remaining.pmf) + remaining.beyond, 1, abs_tol=1e-9)
    assert json.dumps(found.to_json(), allow_nan=False)


def test_measurements_that_contradict_each_other_are_not_forecast() -> None:
    assert forecast(measured((0, 8.0, 0.0), (1, 6.0, 0.0), (1, 5.0, 0.0)), goal=0.59, step=0.59).silent


def test_measuring_twice_says_more_than_once() -> None:
    once = measured((0, 8.0, 0.8), (1, 6.0, 0.8))
    first, second = forecast(once, goal=0.59, step=0.3), forecast(once * 2, goal=0.59, step=0.3)
    assert first.next_contrast is not None
    assert second.next_contrast is not None
    widths = [one.interval_90[1] - one.interval_90[0] for one in (first.next_contrast, second.next_contrast)]
    assert widths[1] < 0.9 * widths[0]
    assert second.measurements == 4


def test_the_sessions_count_from_the_last_measured_one() -> None:
    early, first = spoken(measured((0, 10.0, 0.1), (1, 8.0, 0.1)), step=0.3)
    late, second = spoken(measured(*((k, 10 * 0.8**k, 0.1) for k in range(7))), step=0.3)
    assert (early.sessions, late.sessions) == (1, 6)
    assert first.median is not None
    assert second.median is not None
    assert second.median < first.median


@pytest.mark.parametrize(("goal", "step"), [(0.0, 1.0), (-1.0, 1.0), (math.nan, 1.0), (1.0, math.inf), (1.0, 0.0)])
def test_a_goal_or_step_that_is_not_above_zero_is_refused(goal: float, step: float) -> None:
    with pytest.raises(InputError) as caught:
        forecast(measured((0, 8.0, 0.4), (1, 6.0, 0.4)), goal=goal, step=step)
    assert caught.value.place.field in {"goal", "step"}
    assert caught.value.say("es").startswith(("goal: Debe", "step: Debe"))


@pytest.mark.parametrize(
    ("sessions", "contrast", "field"),
    [
        (-1, Quantity(8, 0.4, "delta_e00"), "sessions"),
        (0, Quantity(8, 0.4, "mm"), "contrast.unit"),
        (0, Quantity(101, 0.4, "delta_e00"), "contrast"),
        (0, Quantity(8, 101, "delta_e00"), "contrast"),
    ],
)
def test_a_measurement_that_cannot_be_is_refused(sessions: int, contrast: Quantity, field: str) -> None:
    with pytest.raises(InputError) as caught:
        Measured(sessions, contrast)
    assert caught.value.place.field == field


def test_the_sentence_names_its_evidence_and_promises_nothing() -> None:
    found, remaining = spoken(measured((0, 14.0, 0.2), (1, 10.0, 0.2)), step=0.3)
    span = remaining.interval_90
    assert found.sentence.en.startswith(f"Forecast from 2 measurements: {span.low} to {span.high} more sessions")
    assert found.sentence.es.startswith(f"Pronóstico a partir de 2 mediciones: de {span.low} a {span.high} sesiones")
    assert found.sentence.en.endswith("not a promise, and it moves with every review.")
    assert found.sentence.es.endswith("no una promesa, y cambia con cada revisión.")


@pytest.mark.parametrize(
    ("low", "high", "english", "spanish"),
    [
        (0, 0, "the course seems to be at its end", "el curso parece haber llegado a su fin"),
        (0, 1, "none or up to 1 more session", "ninguna o hasta 1 sesión más"),
        (1, 1, "probably 1 more session", "probablemente 1 sesión más"),
        (3, 3, "probably 3 more sessions", "probablemente 3 sesiones más"),
        (2, 4, "2 to 4 more sessions", "de 2 a 4 sesiones más"),
        (5, None, "at least 5 more sessions, perhaps more than 24", "al menos 5 sesiones más, quizá más de 24"),
        (0, None, "more than 24 sessions are possible", "es posible que sean más de 24 sesiones"),
    ],
)
def test_every_kind_of_interval_has_its_words(low: int, high: int | None, english: str, spanish: str) -> None:
    words = forecast_sentence(low, high, held=0.999, furthest=24, by_goal=0.001, measurements=3, baseline=True)
    assert f": {english} (probability over 99 %)." in words.en
    assert f": {spanish} (probabilidad más del 99 %)." in words.es
    assert "(probability under 1 %)" in words.en


def test_the_prior_is_written_out_with_its_origin() -> None:
    found, _ = spoken(measured((0, 8.0, 0.4), (1, 6.0, 0.4)))
    prior = found.to_json()["prior"]
    assert prior["ratio"] == {"distribution": "beta", "a": 3.2, "b": 1.6}
    assert prior["floor"] == {"distribution": "beta", "a": 0.6, "b": 1.5}
    assert prior["start"] == {"distribution": "flat", "above": 0}
    assert prior["courses"] == 0
    assert "not data" in prior["origin"]["en"]


def test_a_forecast_takes_at_most_fifty_milliseconds() -> None:
    points = measured((0, 8.0, 0.4), (1, 6.0, 0.4), (2, 5.0, 0.4))
    taken = []
    for _ in range(10):
        began = time.perf_counter()
        forecast(points, goal=0.59, step=0.59)
        taken.append(time.perf_counter() - began)
    assert min(taken) <= 0.05


def test_the_forecast_does_not_import_scipy() -> None:
    code = "import sys; import dermograph.care.forecast; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


QUICK = [
    measured((0, 8.0, 0.3), (1, 4.0, 0.3), (2, 2.6, 0.3)),
    measured((0, 10.0, 0.3), (1, 5.2, 0.3), (2, 3.4, 0.3)),
    measured((0, 6.0, 0.3), (1, 3.1, 0.3), (2, 2.0, 0.3)),
]


def test_sharpening_with_no_telling_course_returns_the_prior_itself() -> None:
    assert sharpen(WEAK_PRIOR, []) is WEAK_PRIOR
    assert sharpen(WEAK_PRIOR, [[], measured((0, 8.0, 0.3)), measured((1, 8.0, 0.3), (1, 7.0, 0.3))]) is WEAK_PRIOR


@pytest.mark.parametrize("course", QUICK)
def test_one_course_hardly_moves_the_prior(course: list[Measured]) -> None:
    found = sharpen(WEAK_PRIOR, [course])
    assert found.courses == 1
    assert abs(found.ratio.mean - WEAK_PRIOR.ratio.mean) < 0.05
    assert abs(found.floor.mean - WEAK_PRIOR.floor.mean) < 0.05


def test_many_courses_move_the_prior_towards_what_they_show() -> None:
    means = [sharpen(WEAK_PRIOR, QUICK * count).ratio.mean for count in (1, 5, 25)]
    assert WEAK_PRIOR.ratio.mean > means[0] > means[1] > means[2]
    assert means[2] < 0.5
    found = sharpen(WEAK_PRIOR, QUICK * 25)
    assert found.courses == 75
    assert "(75; empirical Bayes)" in found.origin.en


def test_the_order_of_courses_and_of_measurements_changes_nothing_in_sharpening() -> None:
    turned = [course[::-1] for course in QUICK[::-1]]
    assert sharpen(WEAK_PRIOR, turned) == sharpen(WEAK_PRIOR, QUICK)
