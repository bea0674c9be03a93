"""What an outline file may hold, and what is refused with its place."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dermograph.core.errors import InputError
from dermograph.photo.outline.check import MOST_CORNERS, check_outline
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.read import read_outline
from dermograph.photo.outline.read_json import outline_of

WIDTH, HEIGHT = 100, 80
SQUARE = [[10, 10], [30, 10], [30, 30], [10, 30]]
OTHER = [[50, 10], [70, 10], [70, 30]]


def written(folder: Path, value: object) -> Path:
    path = folder / "outline.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def refused(value: object, tmp_path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_outline(written(tmp_path, value), WIDTH, HEIGHT, after=(WIDTH, HEIGHT))
    assert caught.value.place.file == "outline.json"
    assert caught.value.what.en
    assert caught.value.what.es
    return caught.value


def labelme(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON value
    shape = {"label": "lesion", "points": [[10.5, 10.5], [30.5, 10.5], [30.5, 30.5]], "shape_type": "polygon"}
    return {"shapes": [shape], "imageWidth": WIDTH, "imageHeight": HEIGHT, "version": "5.4.1", **changes}


def point(label: str, x: float, y: float) -> dict[str, Any]:
    return {"label": label, "points": [[x, y]], "shape_type": "point"}


def test_our_json_gives_one_polygon_or_several(tmp_path: Path) -> None:
    one = read_outline(written(tmp_path, {"lesion": SQUARE}), WIDTH, HEIGHT)
    two = read_outline(written(tmp_path, {"lesion": [SQUARE, OTHER]}), WIDTH, HEIGHT)
    assert [part.tolist() for part in one.lesion] == [SQUARE]
    assert [part.tolist() for part in two.lesion] == [SQUARE, OTHER]


def test_what_is_written_is_read_again_as_it_was(tmp_path: Path) -> None:
    marks = {"before": [[1, 2], [3, 4.5]], "after": [[5, 6], [7, 8]]}
    first = read_outline(written(tmp_path, {"lesion": [SQUARE, OTHER], "landmarks": marks}), WIDTH, HEIGHT)
    again = read_outline(written(tmp_path, first.to_json()), WIDTH, HEIGHT)
    assert again.to_json() == {"lesion": [SQUARE, OTHER], "landmarks": marks}


def test_a_repeated_first_corner_is_dropped(tmp_path: Path) -> None:
    closed = read_outline(written(tmp_path, {"lesion": [*SQUARE, SQUARE[0]]}), WIDTH, HEIGHT)
    assert closed.lesion[0].tolist() == SQUARE


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("", ""),
        ("[]", ""),
        ("{", ""),
        ('{"lesion": NaN}', ""),
        ('{"lesion": [], "lesion": []}', ""),
        ("[" * 100_000, ""),
        ({}, ""),
        ({"lesion": SQUARE, "lesions": []}, ""),
        ({"lesion": []}, "lesion"),
        ({"lesion": "square"}, "lesion"),
        ({"lesion": SQUARE[:2]}, "lesion"),
        ({"lesion": [[10, 10], [10, 10], [20, 20]]}, "lesion"),
        ({"lesion": [[10, 10], [20, 20], [30, 30]]}, "lesion"),
        ({"lesion": [[10, 10], [12, 10], [12, 11]]}, "lesion"),
        ({"lesion": [*SQUARE[:3], [10]]}, "lesion[3]"),
        ({"lesion": [*SQUARE[:3], [10, None]]}, "lesion[3]"),
        ({"lesion": [*SQUARE[:3], [True, 1]]}, "lesion[3]"),
        ({"lesion": [*SQUARE[:3], ["10", "10"]]}, "lesion[3]"),
        ({"lesion": [*SQUARE[:3], [10, 10, 10]]}, "lesion[3]"),
        ('{"lesion": [[10, 10], [30, 10], [1e999, 30]]}', "lesion[2]"),
        ({"lesion": [[10, 10], [30, 10], [10**400, 30]]}, "lesion[2]"),
        ({"lesion": [[10, 10], [WIDTH, 10], [30, 30]]}, "lesion[1]"),
        ({"lesion": [[10, 10], [30, -0.6], [30, 30]]}, "lesion[1]"),
        ({"lesion": [[10, 10], [30, 30], [30, 10], [10, 30]]}, "lesion"),
        ({"lesion": [SQUARE, [[20, 20], [40, 20], [40, 40]]]}, "lesion[0]"),
        ({"lesion": [SQUARE, [[15, 15], [25, 15], [25, 25]]]}, "lesion[1]"),
        ({"lesion": [[1, 1]] * (MOST_CORNERS + 1)}, "lesion"),
        ({"lesion": SQUARE, "landmarks": [[1, 1]]}, "landmarks"),
        ({"lesion": SQUARE, "landmarks": {"before": [[1, 1]]}}, "landmarks"),
        ({"lesion": SQUARE, "landmarks": {"before": [[1, 1]], "after": []}}, "landmarks"),
        ({"lesion": SQUARE, "landmarks": {"before": [[1, 1]] * 2, "after": [[1, 1], [2, 2]]}}, "landmarks.before[1]"),
        ({"lesion": SQUARE, "landmarks": {"before": [[1, 1], [2, 2]], "after": [[3, 3]] * 2}}, "landmarks.after[1]"),
        ({"lesion": SQUARE, "landmarks": {"before": [[1, 200]], "after": [[1, 1]]}}, "landmarks.before[0]"),
        ({"lesion": SQUARE, "landmarks": {"before": [[1, 1]], "after": [[1, 200]]}}, "landmarks.after[0]"),
        (labelme(imageWidth=WIDTH + 1), "imageWidth"),
        (labelme(imageHeight=None), "imageWidth"),
        (labelme(shapes=[]), "shapes"),
        (labelme(shapes={}), "shapes"),
        (labelme(shapes=[{"points": []}]), "shapes[0]"),
        (labelme(shapes=[*labelme()["shapes"], point("before 1", 5, 5)]), "shapes"),
    ],
)
def test_an_outline_that_cannot_be_used_is_refused_with_its_place(value: object, field: str, tmp_path: Path) -> None:
    assert refused(value, tmp_path).place.field == field


def test_a_corner_on_the_very_edge_of_the_photograph_is_inside(tmp_path: Path) -> None:
    corners = [[-0.5, -0.5], [WIDTH - 0.5, -0.5], [WIDTH - 0.5, HEIGHT - 0.5]]
    assert read_outline(written(tmp_path, {"lesion": corners}), WIDTH, HEIGHT).lesion[0].tolist() == corners


def test_labelme_counts_from_the_corner_of_the_first_pixel(tmp_path: Path) -> None:
    found = read_outline(written(tmp_path, labelme()), WIDTH, HEIGHT)
    assert found.lesion[0].tolist() == [[10, 10], [30, 10], [30, 30]]


def test_labelme_points_named_before_and_after_are_landmarks(tmp_path: Path) -> None:
    points = [point("before mole", 5.5, 6.5), point("after mole", 7.5, 8.5), point("something", 1, 1)]
    found = read_outline(written(tmp_path, labelme(shapes=[*labelme()["shapes"], *points])), WIDTH, HEIGHT)
    assert found.before.tolist() == [[5, 6]]
    assert found.after.tolist() == [[7, 8]]


def test_labelme_polygons_of_other_names_are_left_out(tmp_path: Path) -> None:
    card = {"label": "card", "points": [[50, 50], [60, 50], [60, 60]], "shape_type": "polygon"}
    found = read_outline(written(tmp_path, labelme(shapes=[card, *labelme()["shapes"]])), WIDTH, HEIGHT)
    unnamed = labelme(shapes=[card, {**card, "label": "ruler"}])
    assert len(found.lesion) == 1
    assert refused(unnamed, tmp_path).place.field == "shapes"


def test_missing_files_folders_and_other_kinds_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path, written(tmp_path, "lesion: 1")):
        with pytest.raises(InputError):
            read_outline(path, WIDTH, HEIGHT)


def test_an_outline_from_python_is_held_to_the_same_rules() -> None:
    good = Outline((np.array(SQUARE, dtype=float),))
    assert check_outline(good, (WIDTH, HEIGHT)).lesion[0].tolist() == SQUARE
    with pytest.raises(InputError):
        check_outline(good, (20, 20))


def png(mask: np.ndarray[Any, Any], mode: str | None = None) -> bytes:
    stream = io.BytesIO()
    picture = Image.fromarray(mask)
    (picture.convert(mode) if mode else picture).save(stream, "png")
    return stream.getvalue()


def read_mask(data: bytes, folder: Path) -> Outline:
    (folder / "mask.png").write_bytes(data)
    return read_outline(folder / "mask.png", WIDTH, HEIGHT)


def two_parts() -> np.ndarray[Any, Any]:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[10:30, 10:40] = 255
    mask[30:35, 39:50] = 255  # hangs on the first by one pixel's side
    mask[50:60, 60:70] = 255
    mask[60:70, 70:80] = 255  # touches the one before at a corner only
    return mask


@pytest.mark.parametrize("mode", [None, "1", "RGB", "P", "RGBA"])
def test_a_mask_becomes_polygons_that_hold_exactly_its_pixels(mode: str | None, tmp_path: Path) -> None:
    found = read_mask(png(two_parts(), mode), tmp_path)
    assert len(found.lesion) == 3
    assert np.array_equal(found.mask(0, 0, WIDTH, HEIGHT), two_parts() > 0)
    assert found.area_px == pytest.approx((two_parts() > 0).sum())


def test_a_mask_may_lie_in_the_alpha_channel(tmp_path: Path) -> None:
    layers = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    layers[..., 3] = two_parts()
    assert np.array_equal(read_mask(png(layers), tmp_path).mask(0, 0, WIDTH, HEIGHT), two_parts() > 0)


def test_specks_are_left_out_and_pinholes_filled(tmp_path: Path) -> None:
    mask = two_parts()
    mask[70, 5] = 255
    mask[20, 20] = 0
    found = read_mask(png(mask), tmp_path).mask(0, 0, WIDTH, HEIGHT)
    assert found[20, 20]
    assert not found[70, 5]


def damaged() -> bytes:
    data = png(two_parts())
    return data[: len(data) // 2]


def with_hole() -> np.ndarray[Any, Any]:
    mask = two_parts()
    mask[15:25, 15:30] = 0
    return mask


@pytest.mark.parametrize(
    "data",
    [
        png(np.zeros((HEIGHT, WIDTH), np.uint8)),
        png(np.full((HEIGHT, WIDTH), 255, np.uint8)),
        png(np.zeros((HEIGHT, WIDTH + 1), np.uint8)),
        png(np.tile(np.arange(WIDTH, dtype=np.uint8) * 2, (HEIGHT, 1))),
        png(two_parts().astype(np.uint16) * 257),
        png(with_hole()),
        damaged(),
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["empty", "white", "size", "photograph", "16 bits", "hole", "damaged", "head only"],
)
def test_a_mask_that_cannot_be_used_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_mask(data, tmp_path)
    assert caught.value.place.file == "mask.png"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_at_all_make_the_reader_fall_over(data: bytes) -> None:
    try:
        outline_of(data, WIDTH, HEIGHT)
    except InputError as error:
        assert error.what.en  # noqa: PT017 -- most bytes are refused, a few may be read


NUMBERS = st.floats(allow_nan=False) | st.integers() | st.sampled_from([0, 1, 10, 10.5, 79, -1])
TREES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["before", "after", "x"]), inner),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"lesion": TREES}, optional={"landmarks": TREES, "shapes": TREES}))
def test_no_tree_of_json_makes_the_reader_fall_over(tree: dict[str, Any]) -> None:
    try:
        found = outline_of(json.dumps(tree).encode(), WIDTH, HEIGHT)
    except InputError as error:
        assert error.what.en  # noqa: PT017 -- most trees are refused, a few may be read
    else:
        assert found.area_px > 0
