"""A print's own measured colours: read strictly, or refused with the line and the reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.photo.card.layout import A6, COLORCHECKER, COLORCHECKER_MINI, LAYOUTS, SMALL, Layout
from dermograph.photo.card.references import (
    U_MEASURED,
    U_NOMINAL_CHART,
    U_NOMINAL_PRINT,
    References,
    read_references,
)

Json = dict[str, Any]


def measured(layout: Layout, shift: float = 1.0) -> Json:
    """A print that is a little lighter than it should be, but for its paper."""
    return {
        "layout": layout.name,
        "version": layout.version,
        "serial": 7,
        "white": "D50",
        "patches": [
            {"id": p.id, "L": p.lab_d50[0] + (0 if p.lab_d50[0] > 90 else shift), "a": p.lab_d50[1], "b": p.lab_d50[2]}
            for p in layout.patches
        ],
    }


def as_csv(layout: Layout, *, u: float | None = None, comma: str = ",", point: str = ".") -> str:
    columns = ["id", "L", "a", "b"] + ([] if u is None else ["u"])
    rows = [[p.id, *map(str, p.lab_d50)] + ([] if u is None else [str(u)]) for p in layout.patches]
    lines = [comma.join(columns), *(comma.join(cell.replace(".", point) for cell in row) for row in rows)]
    return "\n".join(lines) + "\n"


def refused(path: Path, content: str | bytes) -> str:
    """What the file is refused with, in English; in Spanish it has to have words too."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        read_references(path)
    assert all(caught.value.say(language) for language in LANGUAGES)
    return caught.value.say("en")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_nominal_colours_are_those_of_the_layout_with_a_large_uncertainty(layout: Layout) -> None:
    nominal = References.nominal(layout)
    assert not nominal.measured
    assert nominal.source == "nominal"
    assert nominal.lab_d50(layout.patches).tolist() == [list(patch.lab_d50) for patch in layout.patches]
    expected = U_NOMINAL_CHART if layout.code is None else U_NOMINAL_PRINT
    assert set(nominal.u_lab(layout.patches)) == {expected}
    assert nominal.is_for(layout, None)


@pytest.mark.parametrize("layout", [A6, SMALL], ids=lambda layout: layout.name)
def test_measured_colours_replace_the_nominal_ones(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "card-7.json"
    path.write_text(json.dumps(measured(layout)))
    found = read_references(path)
    assert found.measured
    assert found.values["B2"][0] == layout.patch("B2").lab_d50[0] + 1
    assert set(found.u.values()) == {U_MEASURED}


def test_measured_colours_belong_to_one_card(tmp_path: Path) -> None:
    path = tmp_path / "card-7.json"
    path.write_text(json.dumps(measured(A6)))
    found = read_references(path)
    assert found.is_for(A6, 7)
    assert not found.is_for(A6, 8)
    assert not found.is_for(SMALL, 7)


def test_a_csv_may_state_the_uncertainty(tmp_path: Path) -> None:
    path = tmp_path / "card.csv"
    path.write_text(as_csv(SMALL, u=0.3))
    found = read_references(path)
    assert set(found.u.values()) == {0.3}
    assert found.layouts == ("small",)
    assert found.is_for(SMALL, 1234)


def test_a_csv_from_a_spanish_spreadsheet_is_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "es.csv").write_text("\ufeff" + as_csv(A6, comma=";", point=","), encoding="utf-8")
    (tmp_path / "en.csv").write_text(as_csv(A6).replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert read_references(tmp_path / "es.csv").values == read_references(tmp_path / "en.csv").values


def test_a_chart_without_a_name_may_be_either_size(tmp_path: Path) -> None:
    path = tmp_path / "chart.csv"
    path.write_text(as_csv(COLORCHECKER))
    found = read_references(path)
    assert found.is_for(COLORCHECKER, None)
    assert found.is_for(COLORCHECKER_MINI, None)


def _without(key: str) -> Callable[[Json], object]:
    return lambda whole: whole.pop(key)


def _patch(index: int, **cells: object) -> Callable[[Json], object]:
    return lambda whole: whole["patches"][index].update(cells)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without("white"), "white: This has to be 'D50'"),
        (lambda whole: whole.update(white="D65"), "Measure under D50"),
        (lambda whole: whole.update(schema="other"), "schema"),
        (lambda whole: whole.update(layout="b5"), "layout: Unknown card 'b5'"),
        (lambda whole: whole.update(version="99"), "version: These are colours of version '99'"),
        (lambda whole: whole.update(serial=3844), "serial: A serial is a whole number"),
        (lambda whole: whole.update(serial=True), "whole number from 0 to 3843"),
        (lambda whole: whole.update(colour=1), "Unknown key 'colour'"),
        (_without("patches"), "patches: A list of patches is needed"),
        (lambda whole: whole["patches"].pop(), "Of the card a6 these patches are missing: D12."),
        (lambda whole: whole["patches"].append(whole["patches"][0]), "patches[48]: Patch 'A1' stands twice"),
        (_patch(3, id="Z9"), "patches[3]: The card a6 has no patch 'Z9'"),
        (_patch(3, L="71"), "patches[3].L: A number is needed"),
        (_patch(3, L=101), "patches[3].L: L has to be a number from 0 to 100"),
        (_patch(3, u=0), "patches[3].u: u has to be a number"),
        (_patch(3, l=1), "patches[3]: Unknown key 'l'"),
        (_patch(3, a=None), "patches[3].a: A number is needed"),
        (
            lambda whole: whole["patches"][3].pop("b"),
            "patches[3].b: b has to be a number from -128 to 128, not nothing",
        ),
        (_patch(13, L=20.0, a=0.0, b=-60.0), "cannot be a print of it"),
        (_patch(5, L=64.5), "patches[5]: Patch A5 of the grey ramp should be lighter than A6"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(change: Callable[[Json], object], words: str, tmp_path: Path) -> None:
    whole = measured(A6)
    change(whole)
    assert words in refused(tmp_path / "card.json", json.dumps(whole))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "There are no colours"),
        ("id,L,a,b\n", "There are no colours"),
        ("id,L,a\nA1,95,0\n", "line 1: The first line names the columns"),
        ("id,L,a,b,a\n", "line 1: The first line names the columns"),
        ("id,L*,a,b\nA1,95,0,0\n", "line 1: Unknown column 'L*'"),
        ("id,L,a,b\nA1,95,0\n", "line 2: 4 columns are needed"),
        ("id,L,a,b\nA1,95,0,nan\n", "line 2, b: b has to be a number"),
        ("id,L,a,b\nA1,95,0,1e999\n", "line 2, b: b has to be a number"),
        ("id,L,a,b\nA1,9_5,0,0\n", "line 2, L: L has to be a number"),
        ("id,L,a,b\n,95,0,0\n", "line 2: The id of the patch is missing"),
        ('id,L,a,b\n"A1,95,0,0\n', "not CSV"),
        ("{", "line 1: This is not JSON"),
        ('{"white": "D50", "white": "D50"}', "stands twice"),
        ('{"white": NaN}', "not plain JSON"),
        ("[" * 100_000, "JSON"),
        ("[]", "An object in braces is needed"),
        (b"\xff\xfe\x00", "not a text file"),
        (b"id,L\x00", "not a list of colours"),
        ("x" * 1_000_001, "not a list of colours"),
    ],
    ids=lambda value: None if isinstance(value, bytes) or len(value) > 40 else value,
)
def test_a_file_that_is_no_list_of_colours_is_refused(content: str | bytes, words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path / "card.csv", content)


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_references(tmp_path / name)


@given(cut=st.integers(0, 3000), junk=st.binary(max_size=12), as_json=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_a_broken_file_is_refused_or_read_but_never_a_traceback(
    tmp_path: Path, cut: int, junk: bytes, *, as_json: bool
) -> None:
    whole = (json.dumps(measured(A6)) if as_json else as_csv(A6)).encode()
    path = tmp_path / "card.csv"
    path.write_bytes(whole[:cut] + junk + whole[cut + len(junk) :])
    try:
        found: set[str] | str = set(read_references(path).values)
    except InputError as error:
        found = error.say("es")
    assert found == {patch.id for patch in A6.patches} or (isinstance(found, str) and len(found) > 10)
