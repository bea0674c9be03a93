"""The card as it is printed: true to the millimetre, readable, the same bytes every time."""

import dataclasses
import io
import re
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dermograph.core.text import LANGUAGES, Language
from dermograph.photo.card import draw_raster
from dermograph.photo.card.draw_pdf import PAGES, Page, pdf
from dermograph.photo.card.draw_raster import MM_PER_INCH, card_image, card_lab, png
from dermograph.photo.card.drawing import drawing
from dermograph.photo.card.inks import file_rgb
from dermograph.photo.card.layout import A6, INK_LAB, PAPER_LAB, SMALL, Area, Layout
from dermograph.photo.card.serial import card_of, marker_ids

Rgb = NDArray[np.uint8]
OWN = pytest.mark.parametrize("layout", [A6, SMALL], ids=lambda layout: layout.name)
SERIAL = 1234


def markers_found(rgb: Rgb, layout: Layout) -> dict[int, NDArray[np.float64]]:
    """Ids with their corners in px, by OpenCV, from an image of the card alone or on its page."""
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(layout.dictionary), settings)
    corners, ids, _ = detector.detectMarkers(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    assert ids is not None
    return {int(name): quad.reshape(4, 2).astype(np.float64) for name, quad in zip(ids.ravel(), corners, strict=True)}


def inside(rgb: Rgb, area: Area, px_per_mm: float, left_mm: float = 0, top_mm: float = 0) -> Rgb:
    """The pixels of an area without what its edges touch."""
    x0, y0 = (left_mm + area.x_mm) * px_per_mm, (top_mm + area.y_mm) * px_per_mm
    x1, y1 = x0 + area.width_mm * px_per_mm, y0 + area.height_mm * px_per_mm
    return rgb[round(y0) + 2 : round(y1) - 2, round(x0) + 2 : round(x1) - 2]


def grown(area: Area, by_mm: float) -> Area:
    return Area(area.x_mm - by_mm, area.y_mm - by_mm, area.width_mm + 2 * by_mm, area.height_mm + 2 * by_mm)


def rasterised(data: bytes, dpi: int, folder: Path) -> Rgb:
    """A PDF's page in pixels, drawn by poppler: none of our code."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    (folder / "card.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "card.pdf", "card"], cwd=folder, check=True)
    return np.array(Image.open(folder / "card.png").convert("RGB"))


@OWN
@pytest.mark.parametrize("px_per_mm", [6, 11.811, 20])
def test_the_drawn_card_shows_its_markers_where_the_layout_says(layout: Layout, px_per_mm: float) -> None:
    found = markers_found(card_image(layout, SERIAL, px_per_mm), layout)
    assert card_of(found) == (layout, SERIAL)
    for marker, name in zip(layout.markers, marker_ids(layout, SERIAL), strict=True):
        away_mm = np.abs((found[name] + 0.5) / px_per_mm - marker.area.corners_mm)
        assert away_mm.max() < 0.6 / px_per_mm


@OWN
def test_every_patch_is_drawn_flat_in_its_own_colour(layout: Layout) -> None:
    image, lab = card_image(layout, SERIAL, 12), card_lab(layout, SERIAL, 12)
    for patch in layout.patches:
        assert (inside(image, patch.area, 12) == file_rgb(patch.lab_d50)).all()
        x, y = (round(12 * value) for value in patch.area.centre_mm)
        assert lab[y, x] == pytest.approx(patch.lab_d50, abs=1e-3)


@OWN
def test_what_is_called_white_is_drawn_as_bare_paper(layout: Layout) -> None:
    image = card_image(layout, SERIAL, 12)
    assert all((inside(image, area, 12) == 255).all() for area in layout.white)


@OWN
def test_the_true_colours_lie_between_paper_and_ink(layout: Layout) -> None:
    lab = card_lab(layout, SERIAL, 5)
    assert lab.dtype == np.float32
    assert lab.shape == (round(layout.height_mm * 5), round(layout.width_mm * 5), 3)
    assert lab[..., 0].min() == pytest.approx(INK_LAB[0], abs=0.01)
    assert lab[..., 0].max() < PAPER_LAB[0] + 0.2
    assert lab[0, 0] == pytest.approx(PAPER_LAB, abs=1e-3)


def test_an_edge_within_a_pixel_mixes_the_light_of_both_sides() -> None:
    marker = A6.markers[0]
    row = card_image(A6, SERIAL, 4.9)[round((marker.y_mm + 1) * 4.9), :, 0].astype(float) / 255
    edge = marker.x_mm * 4.9
    share = 1 - (edge - np.floor(edge))
    light = ((row[int(edge)] + 0.055) / 1.055) ** 2.4
    assert light == pytest.approx(1 - share, abs=0.01)


@pytest.mark.parametrize(("layout", "dpi"), [(A6, 300), (SMALL, 600)])
def test_a_png_knows_its_size(layout: Layout, dpi: int) -> None:
    image = Image.open(io.BytesIO(png(layout, SERIAL, dpi, "en")))
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
    assert image.width / dpi * MM_PER_INCH == pytest.approx(layout.width_mm, abs=MM_PER_INCH / dpi)
    assert "srgb" in image.info


@OWN
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_the_same_file_whenever_it_is_made(layout: Layout, page: Page, language: Language) -> None:
    first = pdf(layout, SERIAL, page, language)
    assert first == pdf(layout, SERIAL, page, language)
    assert first.startswith(b"%PDF")
    width, height = (210, 297) if page == "a4" else (layout.width_mm, layout.height_mm)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", first)
    assert box is not None
    assert [float(value) / 72 * 25.4 for value in box.groups()] == pytest.approx([width, height], abs=0.01)


@OWN
@pytest.mark.parametrize(("page", "dpi"), [("a4", 300), ("card", 300), ("card", 600)])
def test_the_pdf_is_true_to_a_twentieth_of_a_millimetre(layout: Layout, page: Page, dpi: int, tmp_path: Path) -> None:
    px_per_mm = dpi / MM_PER_INCH
    rgb = rasterised(pdf(layout, SERIAL, page, "es"), dpi, tmp_path)
    left, top = ((210 - layout.width_mm) / 2, 42.0) if page == "a4" else (0.0, 0.0)
    found = markers_found(rgb, layout)
    assert card_of(found) == (layout, SERIAL)
    for marker, name in zip(layout.markers, marker_ids(layout, SERIAL), strict=True):
        away_mm = np.abs((found[name] + 0.5) / px_per_mm - marker.area.corners_mm - [left, top])
        assert away_mm.max() < 0.05
    for patch in layout.patches:
        drawn = inside(rgb, patch.area, px_per_mm, left, top).astype(int)
        assert np.abs(drawn - file_rgb(patch.lab_d50)).max() <= 1
    for area in layout.white:
        assert (inside(rgb, area, px_per_mm, left, top) == 255).all()


def test_the_line_to_check_a_print_by_is_100_mm_long(tmp_path: Path) -> None:
    dpi = 600
    rgb = rasterised(pdf(SMALL, SERIAL, "a4", "en"), dpi, tmp_path)
    y = round((42 + SMALL.height_mm + 26) * dpi / MM_PER_INCH)
    dark = np.flatnonzero(rgb[y, :, 0] < 128)
    assert (dark[-1] - dark[0] + 1) / dpi * MM_PER_INCH == pytest.approx(100, abs=0.05)


@OWN
def test_a_pdf_says_the_same_words_with_their_accents(layout: Layout, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "card.pdf").write_bytes(pdf(layout, SERIAL, "a4", "es"))
    done = subprocess.run(["pdftotext", "card.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "Tarjeta de calibración" in done.stdout
    assert f"N.º {SERIAL}" in done.stdout
    assert "«tamaño real»" in done.stdout


@OWN
@pytest.mark.parametrize("language", LANGUAGES)
def test_lettering_keeps_clear_of_patches_markers_and_white(
    layout: Layout, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    lettered = card_image(layout, 3843, 12, language)
    silent = dataclasses.replace(drawing(layout, 3843, language), lines=())
    monkeypatch.setattr(draw_raster, "drawing", lambda *_: silent)
    ink = (lettered != card_image(layout, 3843, 12, language)).any(-1)
    assert ink.any()
    quiet_mm = layout.markers[0].side_mm / 7
    for area in (*layout.panels, *layout.white, *(grown(marker.area, quiet_mm) for marker in layout.markers)):
        left, top = (max(round(12 * value), 0) for value in (area.x_mm, area.y_mm))
        assert not ink[
            top : round(12 * (area.y_mm + area.height_mm)), left : round(12 * (area.x_mm + area.width_mm))
        ].any()
