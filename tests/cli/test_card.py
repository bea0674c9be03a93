"""``dermograph card``: what it writes, and what it refuses before it writes anything."""

import json
from pathlib import Path

import pytest
from PIL import Image

from dermograph.cli.card import KINDS, MOST_SERIAL
from dermograph.photo.card.layout import A6, LAYOUTS
from dermograph.photo.card.record import layout_hash
from dermograph.photo.card.serial import LARGEST_SERIAL
from tests.cli.test_bad_input import Run, check_one_message, run

__all__ = ["run"]  # the fixture, for the tests below


@pytest.mark.parametrize("layout", ["a6", "small"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_card_is_written_as_pdf_png_and_json(run: Run, tmp_path: Path, layout: str, language: str) -> None:
    for suffix, start in ((".pdf", b"%PDF"), (".png", b"\x89PNG"), (".json", b"{")):
        path = tmp_path / f"card{suffix}"
        options = ("--dpi", "150") if suffix == ".png" else ()
        answer = run("card", "-o", path, "--layout", layout, "--serial", "12", "--lang", language, *options)
        assert answer.code == 0, answer
        assert "12" in answer.out
        assert path.read_bytes().startswith(start)
    assert {path.name for path in tmp_path.iterdir()} == {"card.pdf", "card.png", "card.json"}


def test_the_written_record_is_the_printed_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    shown = json.loads(run("card", "--serial", "7", "--json").out)
    written = json.loads(run("card", "--serial", "7", "--json", "-o", path).out)
    assert shown["file"] is None
    assert written["file"] == str(path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert {**kept, "file": None} == shown
    assert kept["schema"] == "dermograph.card/1"
    assert kept["hash"] == layout_hash(A6)


def test_the_resolution_of_a_png_is_the_one_asked_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "card.PNG"
    assert run("card", "-o", path, "--layout", "small", "--dpi", "300").code == 0
    with Image.open(path) as image:
        assert image.size == (874, 614)


def test_the_command_offers_every_card_that_can_be_printed() -> None:
    assert [name for name, layout in LAYOUTS.items() if layout.code is not None] == list(KINDS)
    assert MOST_SERIAL == LARGEST_SERIAL


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "-o: No file is named."),
        (("-o", "card.tif"), "card.tif: No such kind of file is made. It ends in .pdf, .png or .json."),
        (("-o", "card"), "card: No such kind of file is made. It ends in .pdf, .png or .json."),
        (("-o", "missing/card.pdf"), "missing/card.pdf: No file can be written there."),
        (("-o", "card.pdf", "--serial", "3844"), "--serial: A whole number from 0 to 3843 is needed."),
        (("-o", "card.pdf", "--serial", "-1"), "--serial: A whole number from 0 to 3843 is needed."),
        (("-o", "card.pdf", "--serial", "٣"), "--serial: A whole number from 0 to 3843 is needed."),
        (("-o", "card.png", "--dpi", "72"), "--dpi: A whole number from 150 to 1200 is needed."),
        (("-o", "card.pdf", "--dpi", "600"), "--dpi: Only a .png file has this."),
        (("-o", "card.png", "--page", "a4"), "--page: Only a .pdf file has this."),
        (("-o", "card.pdf", "--page", "a5"), "--page: Unknown value 'a5'. Known here: a4, card."),
        (("-o", "card.pdf", "--layout", "colorchecker"), "--layout: Unknown value 'colorchecker'."),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("card", *options)
    assert words in check_one_message(answer, "en")
    assert not list(tmp_path.iterdir())
