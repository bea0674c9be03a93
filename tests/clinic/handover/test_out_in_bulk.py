"""All records of a clinic while people come and go: who was there when it was listed last is in it, or is named."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dermograph.clinic.handover import in_bulk, received
from dermograph.clinic.handover.in_bulk import MANIFEST, STATE, Far, hand_out_all
from dermograph.clinic.handover.outgoing.whole import records_of
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Area, Clinic, Membership, Patient
from dermograph.core.errors import InputError
from tests.clinic.handover.full_record import fill, on

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
#: SQLite before 3.32 takes no more variables in a query than this, and nothing we ship takes fewer than 32,766.
FEWEST_VARIABLES = 999
MANY = 1_200


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


def registered(clinic: Clinic, number: int, key: int | None = None) -> Patient:
    """A patient with a record number and, where it is given, a very low id."""
    pk = uuid.uuid4() if key is None else uuid.UUID(int=key)
    return Patient.objects.create(pk=pk, clinic=clinic, number=number, given_names="Inventada", family_names="Otra")


@pytest.fixture
def crowd(patient: Patient, practitioner: Membership, lead: Membership, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic of five patients, one of them blocked and three without a consent, read two at a time."""
    monkeypatch.setattr(in_bulk, "AT_ONCE", 2)
    fill(patient, practitioner, lead)
    for number in (2, 3, 4, 5):
        registered(patient.clinic, number)
    Patient.objects.filter(number=5).update(restricted_at=NOW)
    return patient.clinic


def exported(clinic: Clinic, folder: Path, to: str = "", progress: Callable[[int, int], None] | None = None) -> Far:
    purpose = "record" if to else "clinic"
    return hand_out_all(clinic, folder, purpose=purpose, recipient=to, who=None, progress=progress)


def lines(folder: Path, *, with_trail: bool = False) -> dict[str, list[str]]:
    """The ids in each file; the export itself writes into the trail."""
    return {
        file.stem: sorted(json.loads(line)["id"] for line in file.read_text().splitlines())
        for file in folder.glob("*.ndjson")
        if with_trail or file.stem != "AuditEvent"
    }


def patients(folder: Path) -> list[int]:
    """The record numbers of those in the files."""
    keys = [json.loads(line)["id"] for line in (folder / "Patient.ndjson").read_text().splitlines()]
    assert len(keys) == len(set(keys))
    return sorted(Patient.objects.filter(pk__in=keys).values_list("number", flat=True))


def manifest(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    return said


@pytest.mark.parametrize("was_stopped", [True, False], ids=["stopped", "running"])
def test_who_comes_once_it_is_past_their_id_is_in_the_files_all_the_same(
    crowd: Clinic, tmp_path: Path, *, was_stopped: bool
) -> None:
    folder = tmp_path / "out"
    came: list[int] = []

    def then(_done: int, _total: int) -> None:
        if not came:
            came.extend(registered(crowd, number, number).number for number in (6, 7, 8))
            Patient.objects.filter(number=5).update(restricted_at=None)
            if was_stopped:
                raise KilledError

    if was_stopped:
        with pytest.raises(KilledError):
            exported(crowd, folder, progress=then)
    far = exported(crowd, folder, progress=then)
    assert patients(folder) == list(range(1, 9))
    assert far.left_out == manifest(folder)["left_out"] == {}
    assert far.patients == manifest(folder)["patients"] == 8
    exported(crowd, tmp_path / "again")
    assert lines(folder) == lines(tmp_path / "again")


def test_who_agrees_or_is_blocked_no_more_while_it_runs_is_not_named_as_left_out(
    crowd: Clinic, practitioner: Membership, lead: Membership, tmp_path: Path
) -> None:
    agreed: list[int] = []

    def then(done: int, total: int) -> None:
        if done == total and not agreed:
            agreed.append(3)
            fill(Patient.objects.get(clinic=crowd, number=3), practitioner, lead)
            Patient.objects.filter(number=5).update(restricted_at=None)

    far = exported(crowd, tmp_path / "out", "Hospital Inventado", then)
    assert patients(tmp_path / "out") == [1, 3]
    assert {number: words.en.split(" ")[0] for number, words in far.left_out.items()} == {2: "No", 4: "No", 5: "No"}
    assert set(manifest(tmp_path / "out")["left_out"]) == {"2", "4", "5"}


def test_who_is_blocked_or_erased_after_they_were_listed_does_not_leave(crowd: Clinic, tmp_path: Path) -> None:
    listed = list(Patient.objects.filter(clinic=crowd, restricted_at=None).order_by("pk").values_list("pk", "number"))
    (_, _), (_, _), (blocked, number), (erased, _) = listed

    def then(_done: int, _total: int) -> None:
        Patient.objects.filter(pk=blocked).update(restricted_at=NOW)
        Patient.objects.filter(pk=erased).update(clinic=Clinic.objects.get_or_create(name="Otra", slug="otra")[0])

    far = exported(crowd, tmp_path / "out", progress=then)
    assert set(far.left_out) == {5, number}
    assert patients(tmp_path / "out") == sorted(one for _, one in listed[:2])


@pytest.mark.parametrize("most", [1, 2, 3])
def test_where_somebody_comes_after_every_list_it_is_whole_as_of_the_last_and_says_so(
    crowd: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(in_bulk, "MOST_LISTS", most)
    numbers = iter(range(6, 1_000))

    def then(done: int, total: int) -> None:
        if done == total:
            number = next(numbers)
            registered(crowd, number, number)

    far = exported(crowd, tmp_path / "out", progress=then)
    assert patients(tmp_path / "out") == [1, 2, 3, 4, *range(6, 5 + most)]
    assert far.listed_at is not None
    assert far.listed_at < timezone.now()
    assert manifest(tmp_path / "out")["whole_as_of"] == far.listed_at.isoformat(timespec="seconds")
    there = Patient.objects.filter(clinic=crowd, since__lte=far.listed_at).values_list("number", flat=True)
    assert set(there) == {*patients(tmp_path / "out"), *far.left_out}


#: What an export does to its folder, before each of which it is killed: it begins, two parts, and its end.
STEPS = ("begun", "part-1", "kept-1", "part-2", "kept-2", "nobodys", "told", "finished")


@pytest.mark.parametrize("step", range(len(STEPS)), ids=STEPS)
def test_an_export_killed_at_any_step_and_once_more_while_people_come_and_go_is_whole_in_the_end(
    crowd: Clinic, lead: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    pump = {"resourceType": "Device", "id": "d", "deviceName": [{"name": "Pump", "type": "other"}]}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": pump}]}
    received.take_over(crowd, lead, json.dumps(bundle).encode(), source="https://other.example/fhir")
    folder = tmp_path / "out"

    def export(kill_at: int | None) -> int:
        seen = 0

        def counted(do: Callable[..., Any]) -> Callable[..., Any]:
            def instead(*args: Any, **more: Any) -> Any:  # noqa: ANN401 (as it is called)
                nonlocal seen
                if seen == kill_at:
                    raise KilledError
                seen += 1
                return do(*args, **more)

            return instead

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", counted(Path.replace))
            patch.setattr(Path, "unlink", counted(Path.unlink))
            patch.setattr(in_bulk._Files, "on_disk", counted(in_bulk._Files.on_disk))  # noqa: SLF001 (the step itself)
            patch.setattr(os, "truncate", counted(os.truncate))
            exported(crowd, folder)
        return seen

    def claims_no_more_than_it_holds() -> bool:
        held = {kind: len(some) for kind, some in lines(folder, with_trail=True).items()}
        return not (folder / MANIFEST).exists() or manifest(folder)["counts"] == held

    with pytest.raises(KilledError):
        export(step)
    assert claims_no_more_than_it_holds()
    registered(crowd, 6, 6)
    Patient.objects.filter(number=5).update(restricted_at=None)
    with pytest.raises(KilledError):
        export(3)
    assert claims_no_more_than_it_holds()
    registered(crowd, 7, 7)
    Patient.objects.filter(number=1).update(restricted_at=NOW)
    assert export(None) >= 4
    assert patients(folder) == [2, 3, 4, 5, 6, 7]
    assert set(manifest(folder)["left_out"]) == {"1"}
    assert claims_no_more_than_it_holds()
    exported(crowd, tmp_path / "again")
    assert lines(folder) == lines(tmp_path / "again")
    assert not (folder / STATE).exists()


def test_an_export_has_the_steps_at_which_it_is_killed(
    crowd: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def noted(what: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*args: Any) -> Any:  # noqa: ANN401 (as it is called)
            done.append(what)
            return do(*args)

        return instead

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", noted("replace", Path.replace))
        patch.setattr(Path, "unlink", noted("unlink", Path.unlink))
        patch.setattr(in_bulk._Files, "on_disk", noted("on disk", in_bulk._Files.on_disk))  # noqa: SLF001 (the step itself)
        exported(crowd, tmp_path / "out")
    assert done == ["replace", *("on disk", "replace") * 2, "on disk", "replace", "unlink"]
    assert len(done) == len(STEPS)


@pytest.mark.parametrize("to", ["", "Hospital Inventado"], ids=["own", "record"])
def test_what_is_kept_after_each_part_names_no_patient(crowd: Clinic, tmp_path: Path, to: str) -> None:
    kept: list[dict[str, Any]] = []

    def then(_done: int, _total: int) -> None:
        kept.append(json.loads((tmp_path / "out" / STATE).read_text()))

    exported(crowd, tmp_path / "out", to, then)
    assert len(kept) == 2
    assert not [pk for pk in Patient.objects.values_list("pk", flat=True) if str(pk) in str(kept)]
    assert {name for one in kept for name, value in one.items() if isinstance(value, dict | list)} == {
        "sizes",
        "counts",
    }


@pytest.mark.parametrize("how", ["shorter", "missing", "garbled"])
def test_a_folder_whose_files_hold_less_than_was_kept_is_not_gone_on_with(
    crowd: Clinic, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "out" / "Patient.ndjson"

    def stop(_done: int, _total: int) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        exported(crowd, tmp_path / "out", progress=stop)
    before = file.read_bytes()
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(before[:-9] if how == "shorter" else b"{" * len(before))
    with pytest.raises(InputError, match="cannot be made, read"):
        exported(crowd, tmp_path / "out")
    assert (tmp_path / "out" / STATE).exists()


def test_a_record_of_more_answers_and_areas_than_a_query_takes_variables_leaves_whole(
    patient: Patient, practitioner: Membership, lead: Membership
) -> None:
    fill(patient, practitioner, lead)
    had = Answer.objects.count()
    Answer.objects.bulk_create(
        Answer(clinic=patient.clinic, patient=patient, fact="pregnant", value=False, answered_on=on(number % 100))
        for number in range(MANY)
    )
    Area.objects.bulk_create(
        Area(patient=patient, name=f"area {number}", view="front", x=0.5, y=0.5) for number in range(MANY)
    )
    most = 0

    def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 (Django's)
        nonlocal most
        most = max(most, len(params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        (record,) = records_of(patient.clinic, [patient.pk])
        (since,) = records_of(patient.clinic, [patient.pk], since=NOW - dt.timedelta(days=10_000))
    assert len(record.answers) == len(since.answers) == had + MANY
    assert len(record.areas) == 1 + MANY
    assert len(record.responses) >= 100
    assert most < FEWEST_VARIABLES
