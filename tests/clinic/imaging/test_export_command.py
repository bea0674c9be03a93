"""``dermograph export dicom`` from a clinic's record: what leaves, as whom, with which reports, what is kept back."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dermograph.cli import dicom_from_clinic, export_dicom
from dermograph.cli.dicom_files import own_file
from dermograph.cli.parser import Parser
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.gallery.services import add_photograph, draw_outline
from dermograph.clinic.imaging.handing_out import Handing, hand_out
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.rights.leaving import NotAllowed, leave
from dermograph.clinic.rights.models import Disclosure, Form
from dermograph.clinic.rights.restricting import restrict
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.dicom.read import read as received
from dermograph.exchange.dicom.report_values import Report
from dermograph.photo.compare import compare
from tests.clinic.gallery.photos import files_of_pair, shape_of_pair, small_pair
from tests.clinic.imaging.held import archive, found_in, read
from tests.clinic.rights.held import Signed, other_course, photograph, photographed, signed
from tests.exchange.dicom.judging import EXPLAINED, EXPLAINED_BARE, unexplained

__all__ = ["other_course", "photograph", "signed"]


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of the tests is the one that the command works on."""
    monkeypatch.setattr(dicom_from_clinic, "opened_of_this_version", lambda _: None)


def run(out: Path, *options: str) -> int:
    parser = Parser(prog="export", language="en")
    export_dicom.arguments(parser.add_subparsers(dest="action"), "en")
    chosen: argparse.Namespace = parser.parse_args(["dicom", "--out", str(out), *options])
    return export_dicom.run(chosen)


RECORD = ("--clinic", "aurora", "--patient", "1", "--purpose", "record", "--to", "Hospital")


@cache
def result() -> dict[str, Any]:
    """What measuring the pair gives, as it is stored."""
    pair = small_pair()
    found = compare(pair.before.photograph, pair.after.photograph, pair.before.truth.lesion)
    stored: dict[str, Any] = json.loads(json.dumps(found.to_json()))
    return stored


@pytest.fixture
def compared(course: Course, practitioner: Membership, signed: Signed) -> Comparison:
    """A course with a baseline, a follow-up, and their comparison."""
    signed("treatment", "record")
    rows = []
    for data, day, side in zip(
        files_of_pair(), (dt.date(2026, 3, 2), dt.date(2026, 4, 13)), ("before", "after"), strict=True
    ):
        row = add_photograph(
            course=course, data=data, name="skin.jpg", who=practitioner.user, entry=uuid.uuid4(), taken_on=day
        )
        rows.append(found_in(row, **result()[side]))
    outline = draw_outline(photograph=rows[0], shape=shape_of_pair(), who=practitioner.user, entry=uuid.uuid4())
    Comparison.objects.all()._raw_delete("default")  # noqa: SLF001 (asked for by itself; the test writes its own)
    made: Comparison = Comparison.objects.create(
        clinic=course.clinic,
        course=course,
        before=rows[0],
        after=rows[1],
        outline=outline,
        stage="done",
        done_at=dt.datetime(2026, 4, 13, 12, tzinfo=dt.UTC),
        result=result(),
    )
    return made


def test_photographs_and_the_measures_of_their_comparison_leave_with_the_calibration_as_stored(
    compared: Comparison, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "out", *RECORD, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    paths = [Path(one["file"]) for one in said["files"]]
    assert [one.name for one in paths] == ["001.dcm", "002.dcm", "report-001.dcm"]
    assert (said["patient_id"], said["kept_back"], said["sent_to"]) == ("aurora-1", [], None)
    assert {one.stat().st_mode & 0o777 for one in paths} == {0o600}
    for path in paths:
        assert unexplained(path, (*EXPLAINED, *EXPLAINED_BARE)) == []
    first, second, report = (read(one.read_bytes()) for one in paths)
    scale = result()["before"]["card"]["mm_per_px"]["value"]
    assert float(first.PixelSpacing[0]) == pytest.approx(scale, rel=1e-10)
    assert first.TrackingUID == second.TrackingUID
    found = received(paths[2].read_bytes(), "report").value
    assert isinstance(found, Report)
    assert {one.uid for one in found.images} == {first.SOPInstanceUID, second.SOPInstanceUID}
    measures = result()["measures"]
    assert [one.value for one in found.groups[2].measures] == [one["change"]["value"] for one in measures]
    assert found.groups[0].lesion.tracking_uid == first.TrackingUID
    assert report.StudyDate == "20260413"


def test_under_a_pseudonym_nothing_in_any_file_says_who_or_when(
    compared: Comparison, signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed("research", of=None)
    options = ("--clinic", "aurora", "--patient", "1", "--purpose", "research", "--to", "Group")
    assert run(tmp_path / "out", *options, "--pseudonym", "--patient-id", "S3-12", "--json") == 0
    assert json.loads(capsys.readouterr().out)["patient_id"] == "S3-12"
    files = sorted((tmp_path / "out").iterdir())
    assert [str(read(one.read_bytes()).PatientID) for one in files] == ["S3-12"] * 3
    report = read(files[2].read_bytes())
    assert (report.ContentTime, report.TimezoneOffsetFromUTC) == ("000000.000000", "+0000")
    assert {read(one.read_bytes()).LongitudinalTemporalInformationModified for one in files} == {"REMOVED"}
    days = [str(read(one.read_bytes()).StudyDescription) for one in files]
    assert days == [f"Day {day} after the first photograph" for day in (0, 42, 42)]
    for path in files:
        data = path.read_bytes()
        for word in (b"Ferrer", "Lucía".encode(), b"aurora", b"20260302", b"20260413", b"2026-0"):
            assert word not in data


def test_what_leaves_is_written_down_by_the_system(compared: Comparison, tmp_path: Path) -> None:
    run(tmp_path / "out", *RECORD)
    assert Disclosure.objects.count() == 2
    assert set(Disclosure.objects.values_list("recipient", "purpose")) == {("Hospital", "record")}
    assert not Disclosure.objects.exclude(written_by=None).exists()
    entry = AuditEntry.objects.get(action="photograph.downloaded")
    assert entry.details == {"purpose": "record", "form": "dicom", "photographs": 2}


def test_one_photograph_alone_has_no_report(compared: Comparison, tmp_path: Path) -> None:
    run(tmp_path / "out", *RECORD, "--photograph", str(compared.after_id))
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["001.dcm"]
    assert Disclosure.objects.get().photograph_id == compared.after_id


def test_what_may_not_leave_is_kept_back_and_said(
    photograph: Photograph,
    practitioner: Membership,
    other_course: Course,
    signed: Signed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    consent = signed("record", of=other_course)
    other = photographed(other_course, practitioner, seed=7)
    withdraw(consent=consent, who=practitioner.user)
    run(tmp_path / "out", *RECORD, "--json")
    said = json.loads(capsys.readouterr().out)
    assert [one["about"] for one in said["files"]] == [str(photograph.pk)]
    assert [one["photograph"] for one in said["kept_back"]] == [str(other.pk)]
    assert "consent" in said["kept_back"][0]["why"]["en"]


@pytest.mark.parametrize("purpose", ["patient", "record"])
def test_a_blocked_record_does_not_leave_for_anybody(
    photograph: Photograph, lead: Membership, tmp_path: Path, purpose: str
) -> None:
    restrict(patient=photograph.course.patient, who=lead.user, reason="asked for", entry=uuid.uuid4())
    with pytest.raises(InputError, match="blocked"):
        run(tmp_path / "out", *RECORD[:5], purpose, *(("--to", "Hospital") if purpose == "record" else ()))
    assert not list(tmp_path.rglob("*.dcm*"))
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    "more", [("--to", "Hospital"), ("--send", "https://archive.invalid/dicom-web")], ids=["named", "sent"]
)
def test_the_patients_own_copy_goes_to_nobody_else(
    photograph: Photograph, tmp_path: Path, more: tuple[str, ...]
) -> None:
    with pytest.raises(NotAllowed, match="An own copy goes to nobody else") as refused:
        run(tmp_path / "out", *RECORD[:5], "patient", *more)
    assert refused.value.place.field == "--to"
    assert refused.value.todo.es.startswith("No indique a nadie")
    assert not list(tmp_path.rglob("*.dcm*"))
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(("purpose", "form"), [("patient", Form.ORIGINAL), ("patient", Form.REPORT)])
def test_a_record_that_is_blocked_while_its_photograph_is_made_does_not_leave(
    photograph: Photograph, lead: Membership, purpose: str, form: str
) -> None:
    opened_before = Photograph.objects.select_related("course__patient", "clinic").get(pk=photograph.pk)
    restrict(patient=photograph.course.patient, who=lead.user, reason="asked for", entry=uuid.uuid4())
    with pytest.raises(Restricted):
        leave(photographs=[opened_before], purpose=purpose, recipient="", form=form, who=lead.user)
    assert not Disclosure.objects.exists()


def handing(**options: Any) -> Handing:  # noqa: ANN401 (those of hand_out)
    return hand_out(slug="aurora", number=1, purpose="record", recipient="Hospital", **options)


def test_nothing_is_written_down_before_the_last_file_was_made(compared: Comparison) -> None:
    files = handing().files
    assert [next(files).name for _ in range(3)] == ["001.dcm", "002.dcm", "report-001.dcm"]
    assert not Disclosure.objects.exists()
    assert list(files) == []
    assert Disclosure.objects.count() == 2


def test_what_is_sent_is_written_down_before_it_goes_one_by_one(compared: Comparison) -> None:
    files = handing(one_by_one=True).files
    assert [Disclosure.objects.count() for _ in files] == [1, 2, 2]


@pytest.mark.parametrize("one_by_one", [False, True], ids=["kept", "sent"])
def test_a_consent_that_is_taken_back_between_two_files_keeps_the_rest_back(
    compared: Comparison,
    practitioner: Membership,
    one_by_one: bool,  # noqa: FBT001 (a table)
) -> None:
    found = handing(one_by_one=one_by_one)
    assert next(found.files).about == compared.before_id
    for consent in compared.course.patient.consents.all():
        withdraw(consent=consent, who=practitioner.user)
    if one_by_one:
        assert list(found.files) == []
    else:
        with pytest.raises(NotAllowed, match="taken back"):
            list(found.files)
    assert list(found.kept_back) == [compared.after_id]
    assert Disclosure.objects.count() == (1 if one_by_one else 0)


def test_an_export_that_ends_early_leaves_no_file_and_no_entry(
    compared: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def full(path: Path, data: bytes) -> None:
        if written:
            raise InputError(Text("The disk is full.", "El disco está lleno."))
        written.append(path)
        own_file(path, data)

    monkeypatch.setattr(dicom_from_clinic, "own_file", full)
    with pytest.raises(InputError, match="disk is full"):
        run(tmp_path / "out", *RECORD)
    assert [one.name for one in written] == ["001.dcm.part"]
    assert list((tmp_path / "out").iterdir()) == []
    assert not Disclosure.objects.exists()


def test_a_sending_that_ends_early_says_how_far_it_came_and_writes_down_no_more(
    compared: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with archive(0xC123) as (address, taken):
        with pytest.raises(InputError, match="does not understand"):
            run(tmp_path / "out", *RECORD[:6], "--send", address.partition("=")[2])
        assert len(taken) == 1
    assert "Only 0 of 3 files were sent." in capsys.readouterr().err
    assert Disclosure.objects.get().photograph_id == compared.before_id
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["001.dcm"]


def test_what_is_sent_is_what_was_written(photograph: Photograph, tmp_path: Path) -> None:
    with archive() as (address, taken):
        run(tmp_path / "out", *RECORD[:6], "--send", address.partition("=")[2])
    written = read((tmp_path / "out" / "001.dcm").read_bytes())
    assert [one.PixelData for one in taken] == [written.PixelData]
    assert Disclosure.objects.get().recipient == "JUDGE"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(("--clinic", "auror", "--patient", "1", "--purpose", "record"), "no clinic", id="clinic"),
        pytest.param(
            ("--clinic", "aurora", "--patient", "9", "--purpose", "record"), "no patient 9 in this clinic", id="record"
        ),
        pytest.param(("--clinic", "aurora", "--patient", "1", "--purpose", "moon"), "Unknown purpose", id="purpose"),
        pytest.param(
            ("--clinic", "aurora", "--patient", "1", "--purpose", "record"), "Name it with --to", id="to whom"
        ),
        pytest.param((*RECORD[:5], "teaching", "--to", "School"), "teaching", id="consent"),
        pytest.param(("--clinic", "aurora", "--patient", "1"), "--purpose is missing", id="what for"),
        pytest.param(("--clinic", "aurora", "--purpose", "record"), "--patient is missing", id="whose"),
        pytest.param((*RECORD, "--patient-id", "7"), "has its own number", id="number"),
        pytest.param((*RECORD, "--pseudonym", "--patient-id", "Lucía"), "says who it is", id="pseudonym"),
        pytest.param((*RECORD, "--photograph", "7"), "no id of a photograph", id="photograph"),
        pytest.param((*RECORD, "--photograph", str(uuid.UUID(int=1))), "no photograph", id="unknown photograph"),
        pytest.param((*RECORD, "--send", "dicom://A@127.0.0.1:9"), "cannot be reached", id="nobody there"),
    ],
)
def test_what_cannot_leave_is_refused_and_neither_written_nor_written_down(
    photograph: Photograph, tmp_path: Path, options: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        run(tmp_path / "out", *options)
    assert not list(tmp_path.rglob("*.dcm"))
    assert not Disclosure.objects.exists()


def test_a_record_without_a_photograph_is_named_as_that(course: Course, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="This record has no photograph") as told:
        run(tmp_path / "out", *RECORD)
    assert told.value.place.field == "--patient"


def test_one_photograph_and_no_report_are_said_in_the_right_number(
    photograph: Photograph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path / "out", *RECORD)
    assert "1 photograph, 0 reports" in capsys.readouterr().out


def test_a_folder_with_files_in_it_is_refused(photograph: Photograph, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        run(tmp_path, *RECORD)
    assert not Disclosure.objects.exists()
