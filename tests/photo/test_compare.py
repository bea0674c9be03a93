"""The whole way from two files to a verdict, on synthetic photographs whose truth is known."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from dermograph.photo.compare import compare
from dermograph.photo.comparison import Comparison
from dermograph.photo.finding import Refusal
from dermograph.photo.image import read_photograph
from dermograph.photo.measure.values import Outcome
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.read import read_outline
from dermograph.photo.phantom.pairs import Pair

Written = Callable[..., tuple[Path, Path, Path, Pair]]
KEYS = {"schema", "before", "after", "registration", "measures", "verdict", "timings"}


def _compared(before: Path, after: Path, outline: Path | None) -> Comparison:
    first = read_photograph(before)
    drawn = None if outline is None else read_outline(outline, first.width, first.height)
    return compare(first, read_photograph(after), drawn)


def _holds(found: Comparison, made: Pair) -> bool:
    """Whether the interval of the contrast's change holds the truth, widened for a test of one pair."""
    one = found.measure("contrast")
    assert one is not None
    assert one.change is not None
    truth = made.after.truth.contrast_delta_e00 - made.before.truth.contrast_delta_e00
    return abs(one.change.value.value - truth) < 3 * one.change.value.u


@pytest.mark.parametrize("phototype", [1, 6])
def test_a_lesion_that_lost_half_of_its_contrast_is_found_improved(written: Written, phototype: int) -> None:
    before, after, outline, made = written(10_301, phototype=phototype)
    found = _compared(before, after, outline)
    assert found.outcome is Outcome.IMPROVED
    assert _holds(found, made)


def test_a_lesion_that_stayed_as_it_was_shows_no_detectable_change(written: Written) -> None:
    before, after, outline, made = written(10_302, faded=0.0)
    found = _compared(before, after, outline)
    assert found.outcome is Outcome.NO_DETECTABLE_CHANGE
    assert _holds(found, made)


def test_the_answer_has_the_keys_of_the_contract(written: Written) -> None:
    before, after, outline, _ = written(10_302, faded=0.0)
    found = _compared(before, after, outline).to_json()
    assert set(found) >= KEYS
    assert set(found["before"]) >= {"card", "colour", "scale_mm_per_px", "quality"}
    assert set(found["registration"]) >= {
        "method",
        "residual_px",
        "residual_mm",
        "coverage",
        "comparable",
        "reason",
    }
    for one in found["measures"]:
        assert set(one) >= {"name", "unit", "before", "after", "change"}
        assert set(one["change"]) == {"value", "u", "ci95", "mdc95", "verdict", "visible"}


def test_the_same_file_twice_is_not_compared(written: Written) -> None:
    before, _, outline, _ = written(10_302, faded=0.0)
    found = _compared(before, before, outline)
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert found.reason is not None
    assert found.reason.code == "identical_photographs"
    assert all(one.change is None for one in found.measures)


def test_the_skin_of_another_person_is_not_compared(written: Written) -> None:
    before, _, outline, _ = written(10_302, faded=0.0)
    _, after, _, _ = written(10_303, faded=0.0)
    found = _compared(before, after, outline)
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert not found.registration.comparable
    assert all(one.change is None for one in found.measures)


def test_without_a_card_the_skin_is_registered_and_colour_and_size_are_refused(written: Written) -> None:
    before, after, outline, made = written(10_304, card=None)
    found = _compared(before, after, outline)
    assert found.registration.comparable
    assert isinstance(found.before.card, Refusal)
    assert found.before.card.code == "no_card"
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert found.to_json()["reason"]
    for name in ("contrast", "area", "unevenness", "texture"):
        one = found.measure(name)
        assert one is not None
        assert one.before is None
        assert one.change is None
    truth = made.true_map(found.registration.step)
    error = np.linalg.norm(found.registration.map[: len(truth)] - truth[: len(found.registration.map)], axis=-1)
    assert np.nanmedian(error) < 1.0


def test_a_card_on_the_baseline_alone_gives_no_change_of_anything(written: Written) -> None:
    before, _, outline, _ = written(10_303)
    _, after, _, _ = written(10_303, card=None)
    found = _compared(before, after, outline)
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert [one.kind.name for one in found.measures if one.change is not None] in ([], ["area"], ["area", "length"])


def test_black_and_white_photographs_give_no_colour(written: Written, tmp_path: Path) -> None:
    before, after, outline, _ = written(10_301, phototype=1)
    for path in (before, after):
        cv2.imwrite(str(tmp_path / path.name), cv2.cvtColor(read_photograph(path).rgb, cv2.COLOR_RGB2GRAY))
    found = _compared(tmp_path / before.name, tmp_path / after.name, outline)
    assert found.outcome is Outcome.NOT_COMPARABLE
    contrast = found.measure("contrast")
    assert contrast is not None
    assert contrast.before is None


def test_a_mirrored_follow_up_is_not_compared(written: Written, tmp_path: Path) -> None:
    before, after, outline, _ = written(10_302, faded=0.0)
    cv2.imwrite(str(tmp_path / "mirrored.png"), read_photograph(after).rgb[:, ::-1, ::-1])
    found = _compared(before, tmp_path / "mirrored.png", outline)
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert all(one.change is None for one in found.measures)


def test_another_card_of_nominal_colours_gives_no_colour(written: Written) -> None:
    before, _, outline, made = written(10_305)
    found = _compared(before, _other_card(made, before.parent), outline)
    assert isinstance(found.after.calibration, Refusal)
    assert found.after.calibration.code == "other_card"
    assert found.outcome is Outcome.NOT_COMPARABLE


def _other_card(made: Pair, folder: Path) -> Path:
    from dermograph.photo.phantom.shots import shoot
    from tests.photo.pairs import write_photo

    other = shoot(made.scene, seed=5, conditions="protocol", geometry="mild", serial=8)
    return write_photo(folder / "other-card.jpg", other)


def test_the_files_themselves_are_never_altered(written: Written) -> None:
    before, after, outline, _ = written(10_301, phototype=1)
    contents = [path.read_bytes() for path in (before, after, outline)]
    _compared(before, after, outline)
    assert [path.read_bytes() for path in (before, after, outline)] == contents


def test_without_an_outline_nothing_is_measured_and_the_reason_says_so(written: Written) -> None:
    before, after, _, _ = written(10_301, phototype=1)
    found = _compared(before, after, None)
    assert found.registration.comparable
    assert found.measures == ()
    assert found.reason is not None
    assert found.reason.code == "no_outline"


def test_landmarks_that_lie_are_not_believed(written: Written) -> None:
    before, after, outline, made = written(10_302, faded=0.0)
    first = read_photograph(before)
    drawn = read_outline(outline, first.width, first.height)
    corners = np.array([[300.0, 300.0], [1300.0, 320.0], [310.0, 900.0], [1290.0, 880.0]])
    wrong = made.after_xy(corners) + np.array([60.0, -45.0])
    found = compare(first, read_photograph(after), Outline(drawn.lesion, corners, wrong))
    truth = made.after_xy(drawn.lesion[0])
    error = np.linalg.norm(found.registration.after_xy(drawn.lesion[0]) - truth, axis=-1)
    assert not found.registration.comparable or np.nanmax(error) < 5


def test_progress_runs_from_nothing_to_all(written: Written) -> None:
    before, after, outline, _ = written(10_301, phototype=1)
    told: list[float] = []
    first = read_photograph(before)
    compare(
        first,
        read_photograph(after),
        read_outline(outline, first.width, first.height),
        progress=lambda _step, share: told.append(share),
    )
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1
