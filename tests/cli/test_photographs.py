"""The commands on photographs, in both languages: words within 80 columns, JSON, files, and bad input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dermograph.core.text import LANGUAGES, Language
from dermograph.photo.comparison import Comparison
from dermograph.photo.image import read_photograph
from dermograph.photo.phantom.pairs import Pair
from tests.cli.test_bad_input import Run, check_one_message, run
from tests.cli.test_commands import check_done, check_page
from tests.photo.pairs import small_pair, write_photo, written

__all__ = ["run", "small_pair", "written"]  # the fixtures, for the tests below

Written = Callable[..., tuple[Path, Path, Path, Pair]]
SEED = 10_301


@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_says_in_words_what_changed_and_by_how_much(written: Written, run: Run, language: Language) -> None:
    before, after, outline, _ = written(SEED, phototype=1)
    page = check_done(run("compare", before, after, "--outline", outline, "--lang", language))
    check_page(page)
    assert page.startswith({"en": "improved", "es": "mejora"}[language])
    assert "±" in page
    assert "ΔE" in page


def test_compare_prints_one_json_object_with_figures_and_reasons(written: Written, run: Run) -> None:
    before, after, outline, _ = written(SEED, phototype=1)
    found = json.loads(check_done(run("compare", before, after, "--outline", outline, "--json")))
    assert found["schema"] == "dermograph.compare/1"
    assert found["verdict"] == "improved"
    contrast = found["measures"][0]
    assert contrast["name"] == "contrast"
    low, high = contrast["change"]["ci95"]
    assert low < contrast["change"]["value"] < high < 0


def test_the_map_is_written_for_anyone_to_check(written: Written, run: Run, tmp_path: Path) -> None:
    before, after, outline, made = written(SEED, phototype=1)
    target = tmp_path / "map.npz"
    check_done(run("compare", before, after, "--outline", outline, "--transform-out", target, "--json"))
    with np.load(target) as found:
        step, places = int(found["step"]), found["map"]
    assert places.dtype == np.float32
    assert places.shape[2] == 2
    corner = made.before.truth.lesion.lesion[0][0]
    col, row = (round(value / step) for value in corner)
    truth = made.after_xy(np.array([col * step, row * step], dtype=float))
    assert np.linalg.norm(places[row, col] - truth) < 1


def test_a_folder_receives_the_report_the_pictures_and_the_figures(written: Written, run: Run, tmp_path: Path) -> None:
    before, after, outline, _ = written(SEED, phototype=1)
    folder = tmp_path / "result"
    check_done(run("compare", before, after, "--outline", outline, "--out", folder, "--lang", "es"))
    names = {path.name for path in folder.iterdir()}
    assert {"report.html", "compare.json", "before.png", "after.png", "heat_map.png"} <= names
    assert '<html lang="es"' in (folder / "report.html").read_text(encoding="utf-8")
    assert not [name for name in names if name.endswith(".part")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_measure_gives_each_figure_with_its_error(written: Written, run: Run, language: Language) -> None:
    before, _, outline, _ = written(SEED, phototype=1)
    page = check_done(run("measure", before, "--outline", outline, "--lang", language))
    check_page(page)
    assert "ITA" in page
    found = json.loads(check_done(run("measure", before, "--outline", outline, "--json")))
    assert found["schema"] == "dermograph.measure/1"
    assert all(one["before"] is None or one["before"]["u"] >= 0 for one in found["measures"])
    assert found["measures"][0]["before"]["value"] > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_quality_says_what_to_do_better(written: Written, run: Run, tmp_path: Path, language: Language) -> None:
    before, after, outline, made = written(SEED, phototype=1)
    page = check_done(run("quality", after, "--baseline", before, "--outline", outline, "--lang", language))
    check_page(page)
    blurred = tmp_path / "blurred.png"
    cv2.imwrite(str(blurred), cv2.GaussianBlur(read_photograph(after).rgb[..., ::-1], (0, 0), 6))
    found = json.loads(check_done(run("quality", blurred, "--json")))
    failed = {one["check"] for one in found["photographs"][0]["quality"] if one["passed"] is False}
    assert "focus" in failed
    assert made.scene is not None


def test_a_series_goes_on_where_it_was_stopped(
    written: Written, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after, outline, made = written(SEED, phototype=1)
    from dermograph.photo.phantom.shots import shoot

    third = write_photo(tmp_path / "third.jpg", shoot(made.scene, seed=77, geometry="mild", faded=0.7))
    folder = tmp_path / "series"
    first = run("series", before, after, "--outline", outline, "--out", folder, "--json")
    assert len(json.loads(check_done(first))["visits"]) == 1
    compared = []
    import dermograph.photo.compare as module

    real = module.compare_later

    def counted(*given: Any, **named: Any) -> Comparison:  # noqa: ANN401 (whatever it is given)
        compared.append(1)
        return real(*given, **named)

    monkeypatch.setattr(module, "compare_later", counted)
    again = run("series", before, after, third, "--outline", outline, "--out", folder, "--json")
    found = json.loads(check_done(again))
    assert [visit["after"]["file"] for visit in found["visits"]] == ["after.jpg", "third.jpg"]
    assert compared == [1], "only the new visit is measured"
    points = found["measures"][0]["points"]
    assert [point["file"] for point in points] == ["before.jpg", "after.jpg", "third.jpg"]
    assert points[0]["value"] > points[1]["value"] > points[2]["value"]
    assert (folder / "report.html").is_file()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_series_prints_every_measure_over_time(
    written: Written, run: Run, tmp_path: Path, language: Language
) -> None:
    before, after, outline, _ = written(SEED, phototype=1)
    page = check_done(run("series", before, after, "--outline", outline, "--lang", language, "--out", tmp_path / "s"))
    check_page(page)
    assert {"en": "improved", "es": "mejora"}[language] in page


def test_a_series_refuses_landmarks_of_a_photograph_that_is_not_a_visit(written: Written, run: Run) -> None:
    before, after, outline, _ = written(SEED, phototype=1)
    answer = run("series", before, after, "--outline", outline, "--landmarks", f"other.jpg={outline}")
    assert "other.jpg" in check_one_message(answer, "en")


def test_one_photograph_is_no_series(written: Written, run: Run) -> None:
    before, _, outline, _ = written(SEED, phototype=1)
    check_one_message(run("series", before, "--outline", outline), "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.jpg"), (b"not an image", "text.png"), (b"\xff\xd8\xff\xe0\x00\x10JFIF", "cut.jpg")],
)
def test_a_file_that_is_no_photograph_is_one_clear_message(
    run: Run, tmp_path: Path, written: Written, content: bytes, name: str, language: Language
) -> None:
    _, after, _, _ = written(SEED, phototype=1)
    path = tmp_path / name
    path.write_bytes(content)
    assert name in check_one_message(run("compare", path, after, "--lang", language), language)
    assert name in check_one_message(run("quality", path, "--lang", language), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "lesion",
    [
        "[[10, 10], [20, 10]]",
        "[[10, 10], [5000, 10], [20, 40]]",
        "[[10, 10], [60, 60], [60, 10], [10, 60]]",
        "[[10, 10], [20, 10], [NaN, 30]]",
        '"lesion"',
    ],
)
def test_an_outline_that_cannot_be_is_one_clear_message(
    run: Run, tmp_path: Path, written: Written, lesion: str, language: Language
) -> None:
    before, after, _, _ = written(SEED, phototype=1)
    path = tmp_path / "outline.json"
    path.write_text(f'{{"lesion": {lesion}}}', encoding="utf-8")
    check_one_message(run("compare", before, after, "--outline", path, "--lang", language), language)


def test_nothing_is_measured_for_a_place_that_cannot_be_written(run: Run, tmp_path: Path, written: Written) -> None:
    before, after, outline, _ = written(SEED, phototype=1)
    check_one_message(run("compare", before, after, "--transform-out", tmp_path / "no" / "map.npz"), "en")
    check_one_message(run("compare", before, after, "--outline", outline, "--out", tmp_path / "no" / "such"), "en")


def test_the_demo_writes_photographs_that_compare_takes(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    said = check_done(run("demo", "--photographs", folder))
    assert "ynthetic" in said
    files = [folder / name for name in ("synthetic-before.jpg", "synthetic-after.jpg", "outline.json")]
    found = json.loads(check_done(run("compare", files[0], files[1], "--outline", files[2], "--json")))
    assert found["verdict"] == "improved"
