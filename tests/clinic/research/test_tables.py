"""What the tables say, row by row, and that foreign readers read the same out of CSV and Parquet."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import io
import re
import sys
import uuid
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.research.caveats import CAVEATS
from dermograph.clinic.research.columns import Column, Row, Table
from dermograph.clinic.research.csv_file import csv_pieces
from dermograph.clinic.research.exporting import Wish, let_leave
from dermograph.clinic.research.followed import age
from dermograph.clinic.research.parquet_file import parquet_pieces
from dermograph.clinic.research.said import code, number
from dermograph.clinic.research.tables import TABLES
from dermograph.clinic.scalp.models import ScalpReading
from dermograph.clinic.treatment.models import Review
from dermograph.core.errors import InputError
from dermograph.core.quantity import COVERAGE_95
from dermograph.core.text import LANGUAGES, Text
from dermograph.photo.measure import kinds
from dermograph.protocols import load_library
from tests.clinic.overview import rows
from tests.clinic.research.studied import (
    FIRST,
    WISH,
    agrees,
    counted,
    dictionary,
    everything,
    exported,
    followed_up,
    person,
    table,
    treated,
)

_NOTHING = Text("-", "-")
EVERY_TYPE = Table(
    "every",
    _NOTHING,
    (
        Column("a", "text", _NOTHING),
        Column("b", "number", _NOTHING),
        Column("c", "count", _NOTHING),
        Column("d", "yes_no", _NOTHING),
    ),
)
ROWS = st.lists(
    st.tuples(
        st.none() | st.text("aá=+-@\t\",\r\n;|Δ'x", min_size=1, max_size=8),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.booleans(),
    ),
    max_size=30,
)


@pytest.fixture
def patient_(clinic: Clinic, practitioner: Membership) -> Patient:
    """One patient who agrees, each table with at least a row."""
    patient = person(clinic, 1)
    followed_up(treated(patient, practitioner))
    counted(treated(patient, practitioner, "scalp", "crown"))
    agrees(patient, "research")
    return patient


def test_a_measure_says_what_was_measured_and_what_that_is_worth(patient_: Patient, clinic: Clinic) -> None:
    _, archive = exported(clinic)
    protocol = load_library().protocol("paramedical")
    contrast, area = table(archive, "measures")
    assert contrast["measure"] == "contrast"
    assert (float(contrast["before"]), float(contrast["after"]), float(contrast["change"])) == (8.0, 5.5, -2.5)
    assert float(contrast["ci95_low"]) == pytest.approx(-2.5 - COVERAGE_95 * 0.4)
    assert float(contrast["ci95_high"]) == pytest.approx(-2.5 + COVERAGE_95 * 0.4)
    assert float(contrast["mdc95"]) == pytest.approx(1.96 * 0.4)
    assert (contrast["verdict"], contrast["reason"], contrast["caveat"]) == ("improved", "", "same_light_only")
    assert contrast["caveat_words"] == kinds.MELANIN.caveat.en
    assert (contrast["days_since_baseline"], contrast["sessions_before"]) == ("60", "1")
    assert (contrast["age_band"], contrast["age_years"], contrast["age_reason"]) == ("30-39", "", "band_only")
    assert (contrast["protocol_version"], contrast["protocol_hash"]) == (protocol.version, protocol.hash)
    assert contrast["protocol_reason"] == ""
    assert contrast["before_calibrated"] == "true"
    assert (contrast["after_calibrated"], contrast["after_colour_reason"]) == ("false", "no_card")
    assert (contrast["before_mm_per_px"], contrast["after_scale_reason"]) == ("0.05", "no_card")
    assert (contrast["after_failed_checks"], contrast["after_unknown_checks"]) == ("glare", "focus|not_a_code")
    assert (contrast["method_version"], contrast["registration_method"]) == ("4", "features+flow")
    assert (area["measure"], area["change"], area["verdict"]) == ("area", "", "not_comparable")
    assert area["reason"] == "no_card"
    scalp = table(archive, "scalp_readings")[0]
    assert (scalp["protocol_version"], scalp["protocol_reason"]) == ("", "nothing_signed")


def test_words_come_in_the_language_of_the_export_and_nothing_else_changes(patient_: Patient, clinic: Clinic) -> None:
    english, spanish = (exported(clinic, dataclasses.replace(WISH, language=one))[1] for one in LANGUAGES)
    pairs = list(zip(table(english, "measures"), table(spanish, "measures"), strict=True))
    said = kinds.MELANIN.caveat
    assert [(one["caveat_words"], other["caveat_words"]) for one, other in pairs] == [(said.en, said.es), ("", "")]
    assert all(one | {"caveat_words": ""} == other | {"caveat_words": ""} for one, other in pairs)
    others = [name for name in english.namelist() if name not in {"measures.csv", "dictionary.json"}]
    assert [english.read(name) for name in others] == [spanish.read(name) for name in others]
    assert (dictionary(english)["language"], dictionary(spanish)["language"]) == ("en", "es")


def test_words_that_are_none_of_the_methods_do_not_leave(patient_: Patient, clinic: Clinic) -> None:
    row = Comparison.objects.get()
    assert row.result is not None
    row.result["measures"][0]["caveat"] = {"en": f"{patient_} was tanned.", "es": "-"}
    row.save(update_fields=["result"])
    _, archive = exported(clinic)
    first = table(archive, "measures")[0]
    assert (first["caveat"], first["caveat_words"]) == ("not_a_code", "")
    assert str(patient_).encode() not in everything(archive)


def test_every_caveat_of_the_method_has_a_code_that_the_pages_tell() -> None:
    by_words = {words: one for one, words in CAVEATS.items()}
    assert {kind.name: by_words[kind.caveat] for kind in kinds.KINDS if kind.caveat.en} == {
        "contrast": "corrected_for_error",
        "ita_difference": "positive_is_lighter",
        "melanin_index": "same_light_only",
        "erythema_index": "same_light_only",
        "area": "within_border_in_card_plane",
        "length": "along_longest_band",
        "width": "mean_of_longest_band",
        "texture": "two_dimensional_proxy",
        "unevenness": "beside_adjacent_skin",
    }
    page = (Path(__file__).parents[3] / "docs/exports.md").read_text(encoding="utf-8")
    assert all(f"| `{one}` |" in page for one in CAVEATS)
    (column,) = (one for one in TABLES[0].columns if one.name == "caveat")
    assert set(column.range.split("|")) == {*CAVEATS, "not_a_code"}


def test_a_course_that_passed_to_another_version_does_not_tell_on_which_day(patient_: Patient, clinic: Clinic) -> None:
    course = patient_.courses.get(treatment="paramedical")
    protocol = load_library().protocol("paramedical")
    later = rows.reviewed(course, FIRST + dt.timedelta(days=80), "another_session")
    written_at = later.written_at + dt.timedelta(days=30)
    Review.objects.filter(pk=later.pk).update(
        written_at=written_at, protocol_version="9.9.9", protocol_hash="sha256:" + "9" * 64
    )
    rows.compared(course, written_at.date() + dt.timedelta(days=9), -3.0)
    _, archive = exported(clinic)
    found = [row for name in ("measures", "sessions", "symptoms") for row in table(archive, name)]
    pins = {(row["protocol_version"], row["protocol_hash"]) for row in found if row["treatment"] == "paramedical"}
    assert pins == {(protocol.version, protocol.hash)}
    assert {"treatment": "paramedical", "version": protocol.version, "hash": protocol.hash} in [
        {key: one[key] for key in ("treatment", "version", "hash")} for one in dictionary(archive)["protocols"]
    ]


@pytest.mark.parametrize(
    ("stage", "reason"),
    [("waiting", "not_measured_yet"), ("running", "not_measured_yet"), ("failed", "measuring_failed")],
)
def test_what_was_not_measured_stays_empty_and_says_why(
    patient_: Patient, clinic: Clinic, stage: str, reason: str
) -> None:
    Comparison.objects.update(stage=stage)
    _, archive = exported(clinic)
    (row,) = table(archive, "measures")
    assert (row["reason"], row["measure"], row["change"], row["verdict"]) == (reason, "", "", "")


def test_zones_keep_what_was_written_and_name_what_was_not(patient_: Patient, clinic: Clinic) -> None:
    _, archive = exported(clinic)
    first, second = (row for row in table(archive, "sessions") if row["treatment"] == "paramedical")
    assert (first["zone"], second["zone"], first["number"], first["minutes"]) == ("1", "2", "1", "60")
    assert (first["needle_setting_mm"], second["needle_setting_mm"]) == ("1.5", "0.5")
    assert (first["speed_hz"], first["punctures_per_cm2"]) == ("", "")
    assert first["missing"] == "anaesthesia_minutes|dots|speed_hz|passes|seconds"
    assert (first["anaesthesia"], first["actives"], first["actives_reason"]) == ("cream", "1", "")


@pytest.mark.parametrize(
    ("said", "number_", "why"), [(True, "0", ""), (False, "", "not_recorded")], ids=["none", "open"]
)
def test_no_active_is_none_only_where_it_was_said(
    patient_: Patient,
    clinic: Clinic,
    said: bool,  # noqa: FBT001 (a case)
    number_: str,
    why: str,
) -> None:
    patient_.courses.get(treatment="paramedical").sessions.update(actives=[], no_actives=said)
    _, archive = exported(clinic)
    row = next(row for row in table(archive, "sessions") if row["treatment"] == "paramedical")
    assert (row["actives"], row["actives_reason"]) == (number_, why)


def test_signs_readings_and_changes_have_their_rows(patient_: Patient, clinic: Clinic) -> None:
    _, archive = exported(clinic)
    (sign,) = table(archive, "symptoms")
    assert (sign["sign"], sign["days_since_baseline"], sign["days_since_session"]) == ("pain", "9", "2")
    assert (sign["began_days"], sign["gone_days"], sign["missing"]) == ("", "", "began_days|gone_days")
    counted_, refused = table(archive, "scalp_readings")
    assert (counted_["dots"], counted_["per_cm2_u"], counted_["reason"]) == ("1200.0", "1.5", "")
    assert (refused["dots"], refused["reason"], refused["evenness_reason"]) == ("", "no_scale", "no_scale")
    (change,) = table(archive, "scalp_changes")
    assert (change["days_since_settled"], change["lost"], change["faded"]) == ("200", "0.5", "4")
    assert change["before_reading"] == counted_["reading"]
    assert change["pigment_left"] == ""


def test_a_corrected_entry_is_not_exported_but_what_stands_is(patient_: Patient, clinic: Clinic) -> None:
    course = patient_.courses.get(treatment="paramedical")
    last: Any = course.photographs.order_by("taken_on").last()
    rows.replaced(last, is_withdrawn=True)
    _, archive = exported(clinic)
    assert table(archive, "measures") == []


@pytest.mark.parametrize("is_withdrawn", [True, False], ids=["taken_out", "corrected"])
@pytest.mark.parametrize("which", ["first", "last"])
def test_no_table_tells_of_a_photograph_that_does_not_stand(
    patient_: Patient,
    clinic: Clinic,
    which: str,
    is_withdrawn: bool,  # noqa: FBT001 (a case)
) -> None:
    for course in patient_.courses.all():
        photograph = getattr(course.photographs.order_by("taken_on"), which)()
        rows.replaced(photograph, is_withdrawn=is_withdrawn)
    _, archive = exported(clinic)
    assert table(archive, "measures") == []
    assert table(archive, "scalp_changes") == []
    assert len(table(archive, "scalp_readings")) == 1


@pytest.mark.parametrize("why", ["session", "look", "reading"])
def test_a_change_that_is_no_longer_from_the_settled_look_is_not_exported(
    patient_: Patient, clinic: Clinic, why: str
) -> None:
    course = patient_.courses.get(treatment="scalp")
    first: Any = course.scalp_readings.order_by("photograph__taken_on").first()
    if why == "session":  # the later photograph begins another series
        rows.held(course, FIRST + dt.timedelta(days=100))
    if why == "look":  # another photograph is the settled look
        older = rows.photographed(course, FIRST - dt.timedelta(days=9))
        ScalpReading.objects.create(
            clinic=clinic, course=course, photograph=older, stage="done", result=first.result, method="3"
        )
    if why == "reading":  # it was counted again
        ScalpReading.objects.create(
            clinic=clinic, course=course, photograph=first.photograph, supersedes=first, stage="waiting"
        )
    _, archive = exported(clinic)
    assert table(archive, "scalp_changes") == []


@pytest.mark.parametrize(
    ("born", "band", "years"),
    [
        (dt.date(2008, 3, 3), "0-17", 17),
        (dt.date(2008, 3, 2), "18-29", 18),
        (dt.date(1996, 3, 3), "18-29", 29),
        (dt.date(1996, 3, 2), "30-39", 30),
        (dt.date(1936, 3, 3), "80-89", 89),
        (dt.date(1936, 3, 2), "90+", 90),
        (dt.date(1920, 1, 1), "90+", 90),
        (dt.date(2026, 3, 2), "0-17", 0),
    ],
    ids=str,
)
def test_ages_are_bands_and_nobody_is_older_than_ninety(born: dt.date, band: str, years: int) -> None:
    assert age(born, FIRST, exact=True) == (band, years, None)
    assert age(born, FIRST, exact=False) == (band, None, "band_only")


def test_an_age_that_is_not_known_says_why() -> None:
    assert age(None, FIRST, exact=True) == (None, None, "no_birth_date")
    assert age(FIRST + dt.timedelta(days=1), FIRST, exact=True) == (None, None, "birth_date_after_baseline")


def test_polars_and_pyarrow_read_the_same_out_of_both_formats(patient_: Patient, clinic: Clinic) -> None:
    _, as_csv = exported(clinic, Wish(project="P", purpose="A", recipient="B", exact_age=True))
    _, as_parquet = exported(clinic, Wish(project="P", purpose="A", recipient="B", exact_age=True, kind="parquet"))
    types = {"text": pl.String, "number": pl.Float64, "count": pl.Int64, "yes_no": pl.Boolean}
    for one in TABLES:
        schema = {column.name: types[column.type] for column in one.columns}
        read = pl.read_csv(io.BytesIO(as_csv.read(f"{one.name}.csv")), schema=schema)
        data = as_parquet.read(f"{one.name}.parquet")
        also = pl.read_parquet(io.BytesIO(data))
        assert read.equals(also, null_equal=True)
        arrow = pq.read_table(io.BytesIO(data))
        assert arrow.column_names == list(one.names)
        assert arrow.to_pylist() == also.to_dicts()
        assert [arrow.schema.field(c.name).metadata[b"unit"].decode() for c in one.columns] == [
            c.unit for c in one.columns
        ]
        assert len(read) > 0


@given(ROWS)
def test_any_row_comes_back_from_csv_and_no_cell_is_a_formula(found: list[Row]) -> None:
    text = b"".join(csv_pieces(EVERY_TYPE.names, found)).decode()
    assert text.startswith("a,b,c,d\r\n")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    for row, cells in zip(found, read, strict=True):
        said, value, whole, yes = row
        assert cells[0] == ("" if said is None else cells[0])
        assert cells[0].replace("'", "") == str(said or "").replace("'", "")
        for part in re.split("[;\t\r\n]", cells[0]):  # what other spreadsheets take for cells
            assert not part.lstrip().startswith(("=", "+", "-", "@"))
        assert (float(cells[1]) if cells[1] else None) == value
        assert (int(cells[2]) if cells[2] else None) == whole
        assert cells[3] == ("" if yes is None else str(yes).lower())


@given(ROWS)
def test_any_row_comes_back_from_parquet(found: list[Row]) -> None:
    data = b"".join(parquet_pieces(EVERY_TYPE, found))
    assert [tuple(row.values()) for row in pq.read_table(io.BytesIO(data)).to_pylist()] == found


def test_the_dictionary_names_every_column_and_sums_every_file(patient_: Patient, clinic: Clinic) -> None:
    _, archive = exported(clinic)
    said = dictionary(archive)
    assert archive.testzip() is None
    assert set(said["files"]) == set(archive.namelist()) - {"dictionary.json"}
    for name, file in said["files"].items():
        data = archive.read(name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (file["sha256"], file["bytes"])
    for one in said["tables"]:
        read = table(archive, one["name"])
        assert one["rows"] == len(read)
        assert [column["column"] for column in one["columns"]] == list(read[0])
        assert one["says"]
        assert one["says_es"] not in ("", one["says"])
        for column in one["columns"]:
            assert column["says"]
            assert column["says_es"] not in ("", column["says"])
    assert len(said["notes"]) == len(said["notes_es"])
    told = list(csv.DictReader(io.StringIO(archive.read("dictionary.csv").decode(), newline="")))
    assert len(told) == sum(len(one.columns) for one in TABLES)


def test_a_table_without_rows_still_has_its_head(clinic: Clinic) -> None:
    agrees(person(clinic, 1), "research")
    _, archive = exported(clinic)
    assert archive.read("measures.csv").decode().strip().split(",")[:2] == ["patient", "area"]
    _, archive = exported(clinic, Wish(project="P", purpose="A", recipient="B", kind="parquet"))
    assert pq.read_table(io.BytesIO(archive.read("measures.parquet"))).num_rows == 0


def test_without_pyarrow_parquet_is_refused_in_words_and_nothing_left(
    patient_: Patient, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InputError, match="pyarrow"):
        exported(clinic, Wish(project="P", purpose="A", recipient="B", kind="parquet"))
    exported(clinic)


def test_pieces_stay_small_however_many_rows_there_are() -> None:
    row: Row = ("P-AAAAAAAAAAAAAAAA", 1.5, 3, True)
    many = (row for _ in range(60_000))
    assert max(len(piece) for piece in csv_pieces(EVERY_TYPE.names, many)) < 1 << 18
    many = (row for _ in range(60_000))
    assert max(len(piece) for piece in parquet_pieces(EVERY_TYPE, many)) < 1 << 18


def test_queries_grow_with_batches_and_not_with_patients(
    clinic: Clinic,
    practitioner: Membership,
    django_assert_max_num_queries: Any,  # noqa: ANN401 (pytest-django's own)
) -> None:
    for n in range(12):
        patient = person(clinic, n)
        followed_up(treated(patient, practitioner))
        agrees(patient, "research")
    _, files = let_leave(clinic=clinic, who=None, wish=WISH, entry=uuid.uuid4())
    with django_assert_max_num_queries(5 * 10):
        whole = {name: b"".join(pieces) for name, pieces in files}
    assert whole["measures.csv"].count(b"\r\n") == 25


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("no_card", "no_card"),
        ("compare/1", "compare/1"),
        ("", None),
        (None, None),
        ("two words", "not_a_code"),
        ("=1", "not_a_code"),
        ("á", "not_a_code"),
        (3, "not_a_code"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "not_a_code"),
    ],
    ids=repr,
)
def test_only_codes_pass(value: object, read: str | None) -> None:
    assert code(value) == read


@pytest.mark.parametrize("value", [True, None, "1", float("nan"), float("inf"), [1]], ids=repr)
def test_only_finite_figures_are_figures(value: object) -> None:
    assert number(value) is None
    assert number(0) == 0.0
