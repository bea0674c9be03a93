"""Records that leave as FHIR: only as agreed to, written down first, whole, and the owner's only."""

from __future__ import annotations

import datetime as dt
import json
import stat
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dermograph.cli import export_fhir, main
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover import handing_out, in_bulk, received
from dermograph.clinic.handover.handing_out import hand_out
from dermograph.clinic.handover.in_bulk import MANIFEST, STATE, hand_out_all
from dermograph.clinic.handover.kept import opened
from dermograph.clinic.handover.models import HandedOver, Received
from dermograph.clinic.intake.models import Consent, Withdrawal
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.rights.leaving import NotAllowed
from dermograph.clinic.rights.rows import rows_of
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from tests.clinic.handover.full_record import fill

SAID = "export", "fhir", "--clinic", "aurora", "--lang", "en"
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def full(patient: Patient, practitioner: Membership, lead: Membership) -> Course:
    return fill(patient, practitioner, lead)


def handed(patient: Patient, purpose: str, to: str = "") -> dict[str, Any]:
    return hand_out(patient, purpose=purpose, recipient=to, who=None, at=NOW)


def trail(clinic: Clinic) -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(clinic=clinic, action="record.exported").order_by("number")
    return [one.details for one in rows]


def written(patient: Patient) -> list[tuple[str, str, Any]]:
    """What is written down with the patient: purpose, recipient, and who let it leave."""
    return list(patient.handed_over.order_by("written_at").values_list("purpose", "recipient", "written_by"))


def test_to_whom_a_record_went_stands_with_the_patient_and_nowhere_else(full: Course, lead: Membership) -> None:
    hand_out(full.patient, purpose="record", recipient="  Hospital   Inventado ", who=lead.user, at=NOW)
    assert written(full.patient) == [("record", "Hospital Inventado", lead.user_id)]
    handed(full.patient, "clinic")  # nothing leaves
    assert len(written(full.patient)) == 1
    assert len(rows_of(full.patient)[HandedOver]) == 1  # so it is exported and erased with them
    assert "Hospital" not in str(trail(full.clinic))
    everything = handed(full.patient, "record", "Otro")
    assert "Hospital Inventado" not in json.dumps(everything)


def lines(folder: Path) -> dict[str, list[str]]:
    return {
        file.stem: [f"{one['resourceType']}/{one['id']}" for one in map(json.loads, file.read_text().splitlines())]
        for file in sorted(folder.glob("*.ndjson"))
    }


def test_a_patients_own_copy_needs_nobodys_leave_and_is_written_down(full: Course) -> None:
    bundle = handed(full.patient, "patient")
    assert bundle["type"] == "collection"
    assert bundle["timestamp"] == NOW.isoformat()
    assert trail(full.clinic) == [{"purpose": "patient", "form": "fhir"}]
    assert written(full.patient) == [("patient", "", None)]
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[:2] == ["Organization", "Patient"]


def test_for_somebody_else_a_consent_stands_for_every_course(full: Course, practitioner: Membership) -> None:
    assert handed(full.patient, "record", "Hospital Inventado")["entry"]
    area = Area.objects.create(patient=full.patient, name="back", view="back")
    other = Course.objects.create(clinic=full.clinic, patient=full.patient, area=area, treatment="scalp")
    with pytest.raises(NotAllowed, match="No consent stands"):
        handed(full.patient, "record", "Hospital Inventado")
    other.delete()
    consent = Consent.objects.get(patient=full.patient)
    Withdrawal.objects.create(clinic=full.clinic, consent=consent, purpose="record", written_by=practitioner.user)
    with pytest.raises(NotAllowed, match="No consent stands"):
        handed(full.patient, "record", "Hospital Inventado")
    assert len(trail(full.clinic)) == 1
    assert handed(full.patient, "patient")


@pytest.mark.parametrize(
    ("purpose", "to"),
    [("record", ""), ("teaching", "Somebody"), ("", ""), ("patient", "Hospital Inventado"), ("clinic", "Hospital")],
)
def test_what_nobody_may_ask_for_leaves_nothing(full: Course, purpose: str, to: str) -> None:
    with pytest.raises(InputError):
        handed(full.patient, purpose, to)
    assert trail(full.clinic) == []


def test_a_blocked_record_does_not_leave(full: Course) -> None:
    Patient.objects.filter(pk=full.patient_id).update(restricted_at=NOW)
    with pytest.raises(Restricted):
        handed(full.patient, "patient")
    assert trail(full.clinic) == []


@pytest.fixture
def crowd(full: Course, practitioner: Membership, lead: Membership, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic of five patients, one of them blocked and two without a consent, read two at a time."""
    monkeypatch.setattr(in_bulk, "AT_ONCE", 2)
    for number in (2, 3, 4, 5):
        one = Patient.objects.create(clinic=full.clinic, number=number, given_names="Inventada", family_names="Otra")
        if number == 2:
            fill(one, practitioner, lead)
    Patient.objects.filter(number=5).update(restricted_at=NOW)
    return full.clinic


def test_all_records_of_a_clinic_are_lines_of_one_file_a_type(crowd: Clinic, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    folder = tmp_path / "out"
    far = hand_out_all(
        crowd,
        folder,
        purpose="clinic",
        recipient="",
        who=None,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert far.patients == 4
    assert list(far.left_out) == [5]
    assert seen == [(2, 4), (4, 4)]
    found = lines(folder)
    every = [one for some in found.values() for one in some]
    assert len(every) == len(set(every)) == sum(far.counts.values())
    assert len(found["Patient"]) == 4
    assert len(found["Organization"]) == 1
    assert {kind: len(some) for kind, some in found.items()} == far.counts
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0
    assert json.loads((folder / MANIFEST).read_text())["counts"] == far.counts
    assert not (folder / STATE).exists()
    assert len(trail(crowd)) == 4


def test_who_did_not_agree_is_left_out_and_named(crowd: Clinic, tmp_path: Path) -> None:
    far = hand_out_all(crowd, tmp_path / "out", purpose="record", recipient="Hospital Inventado", who=None)
    assert far.patients == 2
    assert sorted(far.left_out) == [3, 4, 5]
    assert len(lines(tmp_path / "out")["Patient"]) == 2
    said = json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert set(said["left_out"]) == {"3", "4", "5"}
    assert said["to"] == "Hospital Inventado"
    rows = HandedOver.objects.filter(clinic=crowd).order_by("patient__number")
    assert list(rows.values_list("patient__number", "recipient")) == [(n, "Hospital Inventado") for n in (1, 2)]


def test_what_is_about_nobody_comes_without_opening_anybodys_record(
    crowd: Clinic, lead: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Patient.objects.get(clinic=crowd, number=1)
    pumps = [
        {"resourceType": "Device", "id": f"d{number}", "deviceName": [{"name": "Pump", "type": "other"}]}
        | ({"patient": {"reference": f"Patient/{patient.pk}"}} if number else {})
        for number in range(3)
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": one} for one in pumps]}
    received.take_over(crowd, lead, json.dumps(bundle).encode(), source="https://other.example/fhir")
    seen: list[Any] = []

    def noted(rows: Sequence[Received]) -> list[Element]:
        seen.append([one.patient_id for one in rows])
        return opened(rows)

    monkeypatch.setattr("dermograph.clinic.handover.received.opened", noted)
    hand_out_all(crowd, tmp_path / "out", purpose="clinic", recipient="", who=None)
    assert seen[-1] == [None]
    assert all(None not in some for some in seen[:-1])
    assert len(set(lines(tmp_path / "out")["Device"])) == len(lines(tmp_path / "out")["Device"]) >= len(pumps)


def test_what_was_stopped_goes_on_and_ends_as_if_it_had_not_been(crowd: Clinic, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    hand_out_all(crowd, whole, purpose="clinic", recipient="", who=None)

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hand_out_all(crowd, broken, purpose="clinic", recipient="", who=None, progress=stop)
    assert (broken / STATE).exists()
    with (broken / "Patient.ndjson").open("a") as file:
        file.write('{"resourceType": "Patient", "id"')
    with pytest.raises(InputError, match="Another export"):
        hand_out_all(crowd, broken, purpose="record", recipient="Somebody", who=None)
    with pytest.raises(InputError, match="Another export"):
        hand_out_all(crowd, broken, purpose="patient", recipient="", who=None)
    hand_out_all(crowd, broken, purpose="clinic", recipient="", who=None)
    assert lines_but_trail(broken) == lines_but_trail(whole)


@pytest.mark.parametrize(
    ("what", "was_stopped"),
    [("blocked", True), ("blocked", False), ("erased", True)],
    ids=["stopped", "running", "erased"],
)
def test_whose_record_is_blocked_after_its_lines_were_added_is_taken_out_of_the_files(
    crowd: Clinic, tmp_path: Path, what: str, *, was_stopped: bool
) -> None:
    folder = tmp_path / "out"
    done: list[str] = []

    def then(count: int, _total: int) -> None:
        if not done:
            done.append(json.loads((folder / "Patient.ndjson").read_text().splitlines()[0])["id"])
            if was_stopped:
                raise KilledError
            gone(done[0])

    def gone(key: str) -> None:
        if what == "blocked":
            Patient.objects.filter(pk=key).update(restricted_at=NOW)
        else:
            Patient.objects.filter(pk=key).update(clinic=Clinic.objects.create(name="Otra", slug="otra"))

    def export(to: Path) -> in_bulk.Far:
        return hand_out_all(crowd, to, purpose="clinic", recipient="", who=None, progress=then)

    numbers = dict(Patient.objects.filter(clinic=crowd).values_list("pk", "number"))
    if was_stopped:
        with pytest.raises(KilledError):
            export(folder)
        gone(done[0])
    far = export(folder)
    every = "".join(file.read_text() for file in folder.glob("*.ndjson"))
    assert done[0] not in every.replace("AuditEvent", "")
    named = {5, numbers[uuid.UUID(done[0])]} if what == "blocked" else {5}
    assert set(far.left_out) == named
    assert far.patients == far.counts["Patient"] == 3
    again = export(tmp_path / "again")
    assert again.counts == far.counts | {"AuditEvent": again.counts["AuditEvent"]}
    assert "in_files" not in json.loads((folder / MANIFEST).read_text())


def test_whose_consent_ended_after_their_lines_were_added_is_taken_out_of_the_files(
    crowd: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[uuid.UUID] = []

    def then(_count: int, _total: int) -> None:
        if (folder / "Patient.ndjson").exists() and not keys:
            keys.append(uuid.UUID(json.loads((folder / "Patient.ndjson").read_text().splitlines()[0])["id"]))
            before = handing_out.refusals
            refused = {keys[0]: Text("No.", "No.")}
            monkeypatch.setattr(
                in_bulk,
                "refusals",
                lambda clinic, some, purpose: {
                    **before(clinic, some, purpose),
                    **{key: words for key, words in refused.items() if key in some},
                },
            )

    folder = tmp_path / "out"
    far = hand_out_all(crowd, folder, purpose="record", recipient="Hospital", who=None, progress=then)
    assert str(keys[0]) not in (folder / "Patient.ndjson").read_text()
    assert far.patients == far.counts["Patient"] == 1
    assert len(far.left_out) == 4


@pytest.mark.parametrize(("purpose", "to"), [("record", "Hospital Inventado"), ("clinic", "")], ids=["record", "own"])
def test_what_was_ended_after_it_was_written_down_is_written_down_once(
    crowd: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purpose: str, to: str
) -> None:
    class PowerCutError(Exception):
        pass

    def cut(_self: object) -> None:
        raise PowerCutError

    def export() -> None:
        hand_out_all(crowd, tmp_path / "out", purpose=purpose, recipient=to, who=None)

    def left() -> list[uuid.UUID | None]:
        return sorted(AuditEntry.objects.filter(action="record.exported").values_list("patient", flat=True), key=str)

    monkeypatch.setattr(in_bulk, "AT_ONCE", 4)  # all in the first part, whatever their ids
    with monkeypatch.context() as patch:
        patch.setattr("dermograph.clinic.handover.in_bulk._Files.keep", cut)
        with pytest.raises(PowerCutError):
            export()
    once = left()
    assert len(set(once)) == len(once) == {"record": 2, "clinic": 4}[purpose]
    export()
    assert left() == once
    assert HandedOver.objects.count() == (2 if purpose == "record" else 0)
    hand_out_all(crowd, tmp_path / "again", purpose=purpose, recipient=to, who=None)
    assert left() == sorted(once * 2, key=str)  # another export is another time
    assert HandedOver.objects.count() == (4 if purpose == "record" else 0)
    assert lines_but_trail(tmp_path / "out") == lines_but_trail(tmp_path / "again")


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


@pytest.mark.parametrize(
    ("before", "name"),
    [("replace", STATE), ("replace", MANIFEST), ("unlink", STATE)],
    ids=["begun", "told", "finished"],
)
def test_an_export_that_is_killed_between_two_of_its_files_ends_as_one_that_was_not(
    before: str, name: str, crowd: Clinic, lead: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pump = {"resourceType": "Device", "id": "d", "deviceName": [{"name": "Pump", "type": "other"}]}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": pump}]}
    received.take_over(crowd, lead, json.dumps(bundle).encode(), source="https://other.example/fhir")
    whole, broken = tmp_path / "whole", tmp_path / "broken"

    def export(folder: Path) -> dict[str, list[str]]:
        hand_out_all(crowd, folder, purpose="clinic", recipient="", who=None)
        return lines_but_trail(folder)

    expected, do = export(whole), getattr(Path, before)

    def killed(path: Path, *args: Any) -> Any:  # noqa: ANN401 (as it is called)
        if path.name in (name, f"{name}.part"):
            raise KilledError
        return do(path, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Path, before, killed)
        with pytest.raises(KilledError):
            export(broken)
    assert export(broken) == expected
    counts = [json.loads((folder / MANIFEST).read_text())["counts"] for folder in (whole, broken)]
    assert counts[0] | {"AuditEvent": 0} == counts[1] | {"AuditEvent": 0}
    assert {one.name for one in broken.iterdir()} == {one.name for one in whole.iterdir()}


def lines_but_trail(folder: Path) -> dict[str, list[str]]:
    """The export itself writes into the trail."""
    return {kind: some for kind, some in lines(folder).items() if kind != "AuditEvent"}


def test_a_folder_with_something_else_in_it_is_refused(crowd: Clinic, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        hand_out_all(crowd, tmp_path, purpose="clinic", recipient="", who=None)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / STATE).write_text("{}")
    with pytest.raises(InputError, match="cannot be made, read"):
        hand_out_all(crowd, tmp_path / "broken", purpose="clinic", recipient="", who=None)
    with pytest.raises(InputError, match="cannot be made, read"):
        hand_out_all(crowd, tmp_path / "mine.txt", purpose="clinic", recipient="", who=None)
    assert trail(crowd) == []


@pytest.fixture
def here(full: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The command finds the test's own clinic, whatever data folder it is told."""
    monkeypatch.setattr(export_fhir, "opened_of_this_version", lambda _chosen: None)
    return full


def test_the_command_writes_one_record(here: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SAID, "--patient", "1"]) == 0
    printed = json.loads(capsys.readouterr().out)
    out = tmp_path / "one.json"
    assert main([*SAID, "--patient", "1", "--out", str(out), "--to", "Hospital Inventado", "--json"]) == 0
    written = json.loads(out.read_text())
    assert len(written["entry"]) == json.loads(capsys.readouterr().out)["entries"] > 50
    assert len(written["entry"]) == len(printed["entry"]) + 1  # what the first one left in the trail
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [one["purpose"] for one in trail(here.clinic)] == ["patient", "record"]


def test_the_command_writes_all_records(here: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "all"
    Patient.objects.create(clinic=here.clinic, number=2, given_names="Inventada", family_names="Otra")
    assert main([*SAID, "--all", "--out", str(out), "--to", "Hospital Inventado"]) == 0
    said = capsys.readouterr().out
    assert "1 patient, " in said
    assert "Record 2 was left out: No consent stands" in said
    assert len(lines(out)["Patient"]) == 1
    assert main([*SAID, "--all", "--out", str(tmp_path / "own"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["patients"] == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ((), "either --patient or --all"),
        (("--patient", "1", "--all"), "either --patient or --all"),
        (("--all",), "--all needs a folder"),
        (("--patient", "one"), "A record number is digits"),
        (("--patient", "99"), "no patient 99 in this clinic"),
        (("--patient", "1", "--purpose", "teaching", "--to", "X"), "Choose what it is for"),
        (("--patient", "1", "--purpose", "record"), "The recipient is missing"),
        (("--patient", "1", "--purpose", "clinic", "--to", "X"), "--to: An own copy goes to nobody else"),
        (("--patient", "1", "--purpose", "patient", "--to", "X"), "--to: An own copy goes to nobody else"),
        (("--all", "--purpose", "clinic", "--to", "X", "--out", "x"), "--to: An own copy goes to nobody else"),
        (("--patient", "1", "--out", "/nowhere/one.json"), "/nowhere"),
        (("--all", "--purpose", "patient", "--out", "x"), "of one patient"),
    ],
    ids=[
        *("neither", "both", "no-folder", "word", "nobody", "purpose", "recipient"),
        *("clinic-to", "patient-to", "all-to", "no-place", "own-of-all"),
    ],
)
def test_the_command_refuses_in_words(
    here: Course, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], says: str
) -> None:
    assert main([*SAID, *more]) == 2
    assert says in capsys.readouterr().err
    assert trail(here.clinic) == []


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "It was stopped. The same command, with the same folder, goes on."),
        ("es", "Se ha interrumpido. La misma orden, con la misma carpeta, continúa."),
    ],
)
def test_who_stops_it_is_told_that_the_same_command_goes_on(
    here: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    says: str,
) -> None:
    words = [*SAID[:4], "--lang", language, "--all", "--out", str(tmp_path / "all")]
    with monkeypatch.context() as patch:
        patch.setattr(in_bulk, "_about_nobody", interrupted)
        assert main(words) == 130
    assert capsys.readouterr().err == f"\n{says}\n"
    assert main(words) == 0
    assert Patient.objects.filter(clinic=here.clinic).count() == len(lines(tmp_path / "all")["Patient"])


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt
