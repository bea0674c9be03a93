"""``dermograph scalp``: dots, what became of them, fading and designs, in both languages, and bad input."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dermograph.core.text import LANGUAGES, Language
from dermograph.photo.compare import look
from dermograph.photo.image import read_photograph
from dermograph.photo.phantom.scalp import KINDS, Dots, PhantomScalp, ScalpKind, drawn_dots, scalp
from tests.cli.test_bad_input import Run, check_one_message, run
from tests.cli.test_commands import check_done, check_page

__all__ = ["run"]  # the fixture, for the tests below

WIDTH, HEIGHT, PX, MARGIN, SEED = 2400, 1800, 20.0, 400, 12_601
SERIES = {"visits": [{"months": 12, "left": 0.85, "u": 0.04}, {"months": 24, "left": 0.7, "u": 0.04}]}


@dataclass(frozen=True)
class Files:
    before: Path
    after: Path
    bald: Path
    area: Path
    front: Path
    shown: PhantomScalp


def written(made: PhantomScalp, path: Path) -> Path:
    cv2.imwrite(str(path), cv2.cvtColor(made.photograph.rgb, cv2.COLOR_RGB2BGR))
    return path


def width_of(picture: Path) -> int:
    found = cv2.imread(str(picture))
    assert found is not None
    return int(found.shape[1])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A treated scalp at two visits and a bald one, each with the card, and an area drawn on them."""
    folder = tmp_path_factory.mktemp("scalp")
    every = drawn_dots(SEED, (WIDTH + 2 * MARGIN) / PX, (HEIGHT + 2 * MARGIN) / PX, KINDS["easy"])
    stays = np.random.default_rng(SEED).random(len(every.xy_mm)) < 0.9
    left = Dots(every.xy_mm[stays], every.diameter_mm[stays], every.absorbance[stays] * 0.8)
    common: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "margin_px": MARGIN, "card": "small", "phototype": 3}
    shown = scalp(SEED, dots=every, visit=1, severity="baseline", **common)
    front = [[1000, 500], [1400, 300], [1900, 320], [2250, 600]]
    area, line = folder / "area.json", folder / "front.json"
    area.write_text(json.dumps({"lesion": [*front, [2200, 1300], [1400, 1000]]}), encoding="utf-8")
    line.write_text(json.dumps({"front": front}), encoding="utf-8")
    return Files(
        written(shown, folder / "before.png"),
        written(scalp(SEED, dots=left, visit=2, severity="mild", **common), folder / "after.png"),
        written(scalp(SEED + 1, kind=ScalpKind(dots_per_cm2=0), visit=1, **common), folder / "bald.png"),
        area,
        line,
        shown,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_dots_says_how_many_how_dense_how_even_and_what_it_cannot_tell(
    files: Files, run: Run, language: Language, tmp_path: Path
) -> None:
    pictures = tmp_path / "map.png", tmp_path / "marks.png"
    options = ["--map", pictures[0], "--marks", pictures[1], "--lang", language]
    page = check_done(run("scalp", "dots", files.before, "--radius", "flat", *options))
    check_page(page)
    assert "±" in page
    assert "Clark–Evans" in page
    assert {"en": "cannot be told", "es": "no se distinguen"}[language] in " ".join(page.split())
    assert [width_of(picture) for picture in pictures] == [1600, 1600]


def test_dots_as_json_is_near_the_truth(files: Files, run: Run) -> None:
    found = json.loads(check_done(run("scalp", "dots", files.before, "--radius", "flat", "--json")))
    assert found["schema"] == "dermograph.scalp.dots/1"
    side = look(read_photograph(files.before))
    bare, xy = side.foreign.usable(WIDTH // 2, HEIGHT // 2), files.shown.xy_px
    inside = ((xy > 0) & (xy < np.array([WIDTH, HEIGHT]) - 1)).all(axis=1)
    col, row = (xy[inside] / 2).astype(int).T
    true = bare[row, col].sum() / (bare.sum() * 4 * (side.mm_per_px or 0) ** 2 / 100)
    assert found["per_cm2"]["value"] == pytest.approx(true, rel=0.03)
    assert found["per_cm2"]["u"] > 0


def test_a_bald_scalp_has_no_dots(files: Files, run: Run) -> None:
    found = json.loads(check_done(run("scalp", "dots", files.bald, "--json")))
    assert found["dots"]["count"]["value"] == 0
    assert found["evenness"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_change_tells_what_is_still_there(files: Files, run: Run, language: Language, tmp_path: Path) -> None:
    page = check_done(run("scalp", "change", files.before, files.after, "--lang", language))
    check_page(page)
    assert {"en": "cannot be told", "es": "no se distinguen"}[language] in " ".join(page.split())
    picture = tmp_path / "change.png"
    found = json.loads(check_done(run("scalp", "change", files.before, files.after, "--marks", picture, "--json")))
    assert width_of(picture) == 1600
    assert found["dots"]["survived"]["value"] == pytest.approx(0.9, abs=0.02)
    assert found["dots"]["pigment_left"]["value"] == pytest.approx(0.8, rel=0.15)


def test_another_scalp_is_refused_not_compared(files: Files, run: Run) -> None:
    found = json.loads(check_done(run("scalp", "change", files.before, files.bald, "--json")))
    assert found["dots"] is None
    assert found["refusal"]["says"]["es"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_fading_names_months_or_says_why_not(run: Run, language: Language, tmp_path: Path) -> None:
    series, still = tmp_path / "series.json", tmp_path / "still.json"
    series.write_text(json.dumps(SERIES), encoding="utf-8")
    still.write_text(json.dumps({"visits": [{"months": 12, "left": 0.99, "u": 0.04}]}), encoding="utf-8")
    page = check_done(run("scalp", "fading", series, "--lang", language))
    check_page(page)
    assert "60\xa0%" in page
    quiet = json.loads(check_done(run("scalp", "fading", still, "--json")))
    assert quiet["months"] is None
    assert quiet["why"][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_shaved_hair_without_pigment_is_never_called_pigment(run: Run, language: Language, tmp_path: Path) -> None:
    made = scalp(12_604, difficulty="shaved", width=WIDTH, height=HEIGHT, card="small")
    shaved = written(made, tmp_path / "shaved.png")
    page = " ".join(check_done(run("scalp", "dots", shaved, "--lang", language)).split())
    assert {"en": "cannot be told from pigment", "es": "no se distinguen del pigmento"}[language] in page
    told = json.loads(check_done(run("scalp", "dots", shaved, "--json")))
    assert told["dots"]["count"]["value"] > 0
    assert "cannot be told from pigment" in told["dots"]["caveat"]["en"]


def test_a_design_follows_the_stubble_that_was_outlined(run: Run, files: Files, tmp_path: Path) -> None:
    made = scalp(12_605, difficulty="stubbled", width=WIDTH, height=HEIGHT, card="small")
    stubbled, own = written(made, tmp_path / "stubbled.png"), tmp_path / "own.json"
    own.write_text(json.dumps({"lesion": [[1200, 1350], [2200, 1350], [2200, 1750], [1200, 1750]]}), encoding="utf-8")
    options = ["--area", files.area, "--soft", 0, "--ragged", 0, "--out", tmp_path / "design", "--json"]
    told = json.loads(check_done(run("scalp", "design", stubbled, *options, "--hair", own)))
    alone = json.loads(check_done(run("scalp", "design", stubbled, *options)))
    assert told["stubble_found"] > 250
    assert alone["stubble_found"] is None
    assert told["by_stubble"]
    assert told["dots"] < 0.6 * alone["dots"], "what hair fills is left out"


def test_a_design_writes_its_dots_its_previews_and_a_sheet(files: Files, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "design"
    page = check_done(
        run(
            "scalp",
            "design",
            files.bald,
            "--area",
            files.area,
            "--front",
            files.front,
            "--density",
            60,
            "--out",
            folder,
        )
    )
    check_page(page)
    told = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    rows = (folder / "dots.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == told["dots"] + 1
    assert sum(one["dots"] for one in told["sessions"]) == told["dots"]
    assert {path.name for path in folder.iterdir()} >= {"session-1-fresh.png", "after-5-years.png", "sheet.pdf"}
    assert (folder / "sheet.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["dots", "missing.png"], "no such file"),
        (["dots", "{before}", "--radius", "12"], "radius"),
        (["fading", "{area}"], "lesion"),
        (["fading", "{series}", "--limit", "0"], "limit"),
        (["design", "{bald}", "--out", "{folder}"], "area"),
        (["design", "{bald}", "--area", "{area}", "--density", "9000", "--out", "{folder}"], "400"),
        (["design", "{bald}", "--area", "{area}", "--density", "0", "--out", "{folder}"], "1 to 400"),
        (["design", "{bald}", "--area", "{area}", "--density", "nan", "--out", "{folder}"], "1 to 400"),
        (["design", "{bald}", "--area", "{area}", "--diameter", "0", "--out", "{folder}"], "mm across"),
        (["design", "{bald}", "--area", "{outside}", "--out", "{folder}"], "outside"),
        (["design", "{bald}", "--area", "{area}", "--front", "{far}", "--out", "{folder}"], "outside"),
        (["design", "{bald}", "--area", "{hole}", "--out", "{folder}"], "hole"),
        (["dots", "{before}", "--area", "{outside}"], "outside"),
        (["design", "{bald}", "--area", "{area}", "--front", "{area}", "--out", "{folder}"], "lesion"),
    ],
)
def test_bad_input_gets_one_message(files: Files, run: Run, tmp_path: Path, words: list[str], says: str) -> None:
    series = tmp_path / "series.json"
    series.write_text(json.dumps(SERIES), encoding="utf-8")
    for name, far in (("outside", 9000), ("hole", None)):
        wrong = json.dumps({"lesion": [[2000, 100], [far, 100], [2000, 900]]})
        (tmp_path / f"{name}.json").write_text(wrong, encoding="utf-8")
    (tmp_path / "far.json").write_text(json.dumps({"front": [[1000, 500], [9000, 500]]}), encoding="utf-8")
    places = {
        **{name: tmp_path / f"{name}.json" for name in ("outside", "hole", "far")},
        "before": files.before,
        "bald": files.bald,
        "area": files.area,
        "series": series,
        "folder": tmp_path / "out",
    }
    found = run("scalp", *(word.format(**places) for word in words))
    assert says in check_one_message(found, "en")
