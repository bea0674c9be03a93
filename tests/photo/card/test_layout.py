"""The cards as numbers: what lies where, in which colour, and under which number."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.photo.card.inks import file_rgb, lab_of_print
from dermograph.photo.card.layout import (
    A6,
    COLORCHECKER,
    COLORCHECKER_MINI,
    INK_LAB,
    LAYOUTS,
    PAPER_LAB,
    SMALL,
    Area,
    Layout,
)
from dermograph.photo.card.patches import HELD_SKIN
from dermograph.photo.card.record import card_record, lab_d65, layout_hash
from dermograph.photo.card.serial import BASE, LARGEST_SERIAL, card_of, marker_ids
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import lab_to_rgb
from dermograph.photo.colour.tone import SkinClass, ita_deg, skin_class

OWN = pytest.mark.parametrize("layout", [A6, SMALL], ids=lambda layout: layout.name)
EVERY = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
CHARTS = pytest.mark.parametrize("layout", [COLORCHECKER, COLORCHECKER_MINI], ids=lambda layout: layout.name)
serials = st.integers(0, LARGEST_SERIAL)
own_layouts = st.sampled_from([A6, SMALL])


def apart_mm(one: Area, other: Area) -> float:
    """The gap between two rectangles along the axis that separates them; negative if they overlap."""
    across = max(one.x_mm, other.x_mm) - min(one.x_mm + one.width_mm, other.x_mm + other.width_mm)
    down = max(one.y_mm, other.y_mm) - min(one.y_mm + one.height_mm, other.y_mm + other.height_mm)
    return max(across, down)


@EVERY
def test_everything_on_a_card_lies_on_the_card(layout: Layout) -> None:
    for area in (*(p.area for p in layout.patches), *(m.area for m in layout.markers), *layout.white, *layout.panels):
        corners = area.corners_mm
        assert corners.min() >= 0
        assert corners[:, 0].max() <= layout.width_mm + 1e-9
        assert corners[:, 1].max() <= layout.height_mm + 1e-9


@EVERY
def test_no_patch_touches_another_patch_or_a_marker(layout: Layout) -> None:
    areas = [*(patch.area for patch in layout.patches), *(marker.area for marker in layout.markers)]
    assert min(apart_mm(one, other) for one, other in itertools.combinations(areas, 2)) > 0.75


@OWN
def test_what_is_called_white_is_bare_paper(layout: Layout) -> None:
    taken = [*layout.panels, *(marker.area for marker in layout.markers)]
    if layout.ruler is not None:
        taken.append(Area(layout.ruler.x_mm - 1, layout.ruler.y_mm - 6, layout.ruler.length_mm + 4, 6))
    assert all(apart_mm(white, area) >= 0 for white in layout.white for area in taken)
    assert layout.white_border_mm >= (5 if layout is A6 else 3)


@OWN
def test_every_marker_has_its_quiet_zone(layout: Layout) -> None:
    others = [*layout.panels]
    for marker in layout.markers:
        module_mm = marker.side_mm / 7
        assert all(apart_mm(marker.area, area) >= module_mm for area in others)
        assert marker.area.corners_mm.min() >= module_mm


@EVERY
def test_the_markers_stand_clockwise_from_the_top_left(layout: Layout) -> None:
    centres = np.array([marker.area.centre_mm for marker in layout.markers]) - [
        layout.width_mm / 2,
        layout.height_mm / 2,
    ]
    assert [marker.corner for marker in layout.markers] == [0, 1, 2, 3]
    assert (np.sign(centres) == [[-1, -1], [1, -1], [1, 1], [-1, 1]]).all()


@pytest.mark.parametrize(
    ("layout", "greys", "skins", "colours", "held", "patch_mm"), [(A6, 10, 12, 12, 6, 7), (SMALL, 8, 8, 6, 5, 5)]
)
def test_a_card_has_enough_patches_of_every_role(
    layout: Layout, greys: int, skins: int, colours: int, held: int, patch_mm: float
) -> None:
    assert len(layout.of_role("grey")) >= greys
    assert len(layout.of_role("skin")) >= skins
    assert len(layout.of_role("colour")) >= colours
    assert len(layout.of_role("held_out")) >= held
    assert min(min(patch.width_mm, patch.height_mm) for patch in layout.patches) >= patch_mm
    assert len({patch.id for patch in layout.patches}) == len(layout.patches)


@OWN
def test_skin_is_held_out_from_light_to_darker(layout: Layout) -> None:
    held = {patch.lab_d50 for patch in layout.of_role("held_out")}
    assert held >= set(HELD_SKIN)
    assert [skin_class(float(ita_deg(lab_d65(lab)))) for lab in HELD_SKIN] == [
        *(SkinClass.LIGHT, SkinClass.BROWN),
        *(SkinClass.DARK, SkinClass.DARK),
    ]


@OWN
def test_skin_spans_very_light_to_dark_with_room_around_every_held_out_tone(layout: Layout) -> None:
    fitted = np.array([lab_d65(patch.lab_d50) for patch in layout.of_role("skin")])
    angles = ita_deg(fitted)
    assert angles.max() > 58
    assert angles.min() < -60
    assert (fitted[:, 0] < 40).sum() >= 4
    assert (fitted[:, 0] > 60).sum() >= 2
    for lab in HELD_SKIN:
        away = delta_e00(fitted, lab_d65(lab))
        assert 1 < away.min() < 9


@OWN
def test_a_held_out_colour_is_never_a_fitted_one(layout: Layout) -> None:
    fitted = {patch.lab_d50 for patch in layout.of_role("grey", "skin", "colour")}
    assert not fitted & {patch.lab_d50 for patch in layout.of_role("held_out")}


@OWN
def test_the_ramp_darkens_from_paper_in_steps_that_shorten(layout: Layout) -> None:
    ramp = [patch.lab_d50[0] for patch in layout.of_role("grey")]
    steps = -np.diff(ramp)
    assert ramp[0] == PAPER_LAB[0]
    assert (steps > 3).all()
    assert steps[:3].min() > steps[-3:].max()


@OWN
def test_every_colour_is_inside_what_srgb_holds(layout: Layout) -> None:
    labs = np.array([patch.lab_d50 for patch in layout.patches] + [panel.lab_d50 for panel in layout.panels])
    rgb = lab_to_rgb(labs, "D50")
    assert rgb.min() >= 0
    assert rgb.max() <= 1


@OWN
def test_the_file_holds_the_reference_colour_within_its_rounding(layout: Layout) -> None:
    labs = np.array([patch.lab_d50 for patch in layout.patches])
    held = lab_of_print(np.array([file_rgb(patch.lab_d50) for patch in layout.patches]))
    assert delta_e00(held, labs).max() < 0.5  # half a step of eight bits, in the dark
    assert file_rgb(PAPER_LAB) == (255, 255, 255)
    assert file_rgb(INK_LAB) == (0, 0, 0)


@CHARTS
def test_a_chart_has_no_serial_and_no_size(layout: Layout) -> None:
    assert not layout.size_is_known
    assert not layout.markers_are_fixed
    assert sorted(marker_ids(layout, None)) == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="no serial"):
        marker_ids(layout, 1)


@pytest.mark.real_data
@CHARTS
def test_the_charts_hold_the_makers_colours(layout: Layout, shared: Path) -> None:
    with (shared / "data" / "aruco-colorchecker" / "reference_values.csv").open(encoding="utf-8") as file:
        rows = {row["square"]: [float(row[f"Lab_{part}"]) for part in "lab"] for row in csv.DictReader(file)}
    assert {patch.id: list(patch.lab_d50) for patch in layout.patches} == rows


@given(layout=own_layouts, serial=serials)
def test_the_number_of_a_card_is_read_back_from_its_markers(layout: Layout, serial: int) -> None:
    ids = marker_ids(layout, serial)
    assert all(number % 4 == corner and number < 250 for corner, number in enumerate(ids))
    assert card_of(reversed(ids)) == (layout, serial)


@given(layout=own_layouts, serial=serials, corner=st.integers(0, 3), digit=st.integers(0, BASE - 1))
def test_one_marker_read_wrongly_is_never_another_card(layout: Layout, serial: int, corner: int, digit: int) -> None:
    ids = list(marker_ids(layout, serial))
    if digit != ids[corner] // 4:
        ids[corner] = corner + 4 * digit
        assert card_of(ids) is None


@pytest.mark.parametrize("ids", [(), (0, 1, 2), (0, 1, 2, 2), (0, 1, 2, 3, 7), (248, 249, 2, 3), (0, 1, 2, 3)])
def test_markers_that_are_no_card_have_no_number(ids: tuple[int, ...]) -> None:
    assert card_of(ids) is None


@pytest.mark.parametrize("serial", [-1, LARGEST_SERIAL + 1, None])
def test_a_number_that_no_card_carries_is_refused(serial: int | None) -> None:
    with pytest.raises(ValueError, match="serial lies between"):
        marker_ids(A6, serial)


def test_the_hash_tells_layouts_apart() -> None:
    assert len({layout_hash(layout) for layout in LAYOUTS.values()}) == len(LAYOUTS)


@OWN
def test_the_record_of_a_card_has_every_patch_under_both_whites(layout: Layout) -> None:
    record = card_record(layout, 12)
    assert record["serial"] == 12
    assert [marker["id"] for marker in record["markers"]] == list(marker_ids(layout, 12))
    assert [patch["id"] for patch in record["patches"]] == [patch.id for patch in layout.patches]
    white = record["patches"][0]
    assert white["lab_d50"] == white["lab_d65"] == [95.0, 0.0, 0.0]
    assert record["dictionary"] == "DICT_5X5_250"
