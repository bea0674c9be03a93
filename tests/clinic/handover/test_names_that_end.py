"""Names and telephones that end: before they were sent, or after they were taken over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dermograph.clinic.handover.importing import take_over_files
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.people.services import change_patient
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.map import steps
from tests.clinic.fhir.fhir_asking import program
from tests.clinic.handover.bundles import SOURCE, Json, condition, person, sent

BEFORE = dt.datetime(2025, 12, 1, 9, tzinfo=dt.UTC)
ENDS = {"period": {"end": "2026-01-01"}}
A: Json = {"system": "phone", "value": "600 111 111", **ENDS}
B: Json = {"system": "phone", "value": "600 222 222"}
OLD: Json = {"given": ["Prueba"], "family": "Soltera", **ENDS}
NEW: Json = {"given": ["Prueba"], "family": "Casada"}
Take = Callable[..., Incoming]


@pytest.fixture
def take(clinic: Clinic, lead: Membership) -> Take:
    """Takes a Patient over, now."""
    return lambda **more: take_over(clinic, lead, sent(person(**more)), source=SOURCE)


@pytest.fixture
def take_before(take: Take, monkeypatch: pytest.MonkeyPatch) -> Take:
    """Takes a Patient over, before what ends did."""

    def taken(**more: Any) -> Incoming:  # noqa: ANN401 (any element)
        with monkeypatch.context() as then:
            then.setattr(steps, "_now", lambda: BEFORE)
            found = take(**more)
        Received.objects.update(taken_at=BEFORE)
        return found

    return taken


def words(found: Incoming) -> str:
    return " ".join(issue.words.en for one in found.results for issue in one.issues)


def leaves() -> Json:
    """The patient as they are sent on."""
    patient = Patient.objects.get()
    found = Shelf(patient.clinic).read("Patient", patient.pk)
    assert found is not None
    return dict(found.resource)


def test_a_telephone_that_ended_since_makes_room_for_the_next(take: Take, take_before: Take) -> None:
    take_before(telecom=[A])
    assert Patient.objects.get().phone == "600 111 111"
    assert "Corrected" not in words(take(telecom=[A, B]))
    assert Patient.objects.get().phone == "600 222 222"


def test_what_a_version_between_did_not_say_is_not_taken_for_a_correction_made_here(take: Take) -> None:
    take(telecom=[{"system": "phone", "value": "600 111 111"}])
    take(telecom=[])
    take(telecom=[], gender="female")
    assert Patient.objects.get().phone == "600 111 111"
    assert "Corrected" not in words(take(telecom=[B]))
    assert Patient.objects.get().phone == "600 222 222"


def test_what_somebody_here_entered_again_stays_though_they_say_still_that_it_is_over(take: Take) -> None:
    plain: Json = {"system": "phone", "value": "600 111 111"}
    take(telecom=[plain])
    assert "it is taken out: telephone" in words(take(telecom=[{**plain, "use": "old"}]))
    patient = Patient.objects.get()
    change_patient(patient=patient, version=patient.version, who=None, phone="600 111 111")
    for more in ({"gender": "female"}, {"gender": "other"}):
        take(telecom=[{**plain, "use": "old"}], **more)
        assert Patient.objects.get().phone == "600 111 111"
    assert "Corrected here" in words(take(telecom=[{**plain, "use": "old"}, B]))
    assert Patient.objects.get().phone == "600 111 111"


def test_what_somebody_here_entered_again_stays_though_a_program_leaves_it_out_again(lead: Membership) -> None:
    who = program(lead)
    told = {"resourceType": "Patient", "name": [NEW], "telecom": [{"system": "phone", "value": "600 111 111"}]}
    key = who.post("/Patient", told).json()["id"]
    without = {"resourceType": "Patient", "id": key, "name": [NEW]}
    assert who.put(f"/Patient/{key}", without).status_code == 200
    patient = Patient.objects.get()
    assert patient.phone == ""
    change_patient(patient=patient, version=patient.version, who=None, phone="600 111 111")
    assert who.put(f"/Patient/{key}", without | {"gender": "female"}).status_code == 200
    assert Patient.objects.get().phone == "600 111 111"


@pytest.mark.parametrize("system", ["phone", "fax"])
def test_a_number_that_is_over_is_known_however_it_is_written_and_a_fax_is_none(take: Take, system: str) -> None:
    take(telecom=[{"system": "phone", "value": "600 111 111"}])
    take(telecom=[{"system": system, "value": "600111111", "use": "old"}])
    assert Patient.objects.get().phone == ("" if system == "phone" else "600 111 111")


def test_a_name_in_one_piece_between_is_not_taken_for_a_correction_made_here(take: Take) -> None:
    take(name=[NEW])
    take(name=[{"text": "Prueba Casada"}])
    assert "Corrected" not in words(take(name=[{"given": ["Prueba", "Dos"], "family": "Casada"}]))
    assert Patient.objects.get().given_names == "Prueba Dos"


def test_what_was_corrected_here_stays_though_a_version_between_did_not_say_it(take: Take) -> None:
    take(telecom=[{"system": "phone", "value": "600 111 111"}])
    patient = Patient.objects.get()
    change_patient(patient=patient, version=patient.version, who=None, phone="600 333 333")
    take(telecom=[])
    assert "Corrected here" in words(take(telecom=[B]))
    assert Patient.objects.get().phone == "600 333 333"


def test_a_telephone_that_was_corrected_here_stays_also_when_theirs_has_ended(take: Take, take_before: Take) -> None:
    take_before(telecom=[A])
    patient = Patient.objects.get()
    change_patient(patient=patient, version=patient.version, who=None, phone="600 333 333")
    assert "Corrected here" in words(take(telecom=[A, B]))
    assert "It gives no telephone" in words(take(telecom=[A]))
    assert Patient.objects.get().phone == "600 333 333"


def test_a_name_that_ended_since_makes_room_for_the_next(take: Take, take_before: Take) -> None:
    take_before(name=[OLD])
    assert words(take(name=[OLD, NEW])) == ""
    assert Patient.objects.get().family_names == "Casada"


def test_a_name_in_one_piece_that_ended_since_makes_room_for_the_next(take: Take, take_before: Take) -> None:
    take_before(name=[{"text": "Prueba Soltera", **ENDS}])
    take(name=[{"text": "Prueba Soltera", **ENDS}, {"text": "Prueba Casada"}])
    assert Patient.objects.get().given_names == "Prueba Casada"


def test_a_name_that_ended_since_stops_no_line_of_a_file(
    clinic: Clinic, lead: Membership, take_before: Take, tmp_path: Path
) -> None:
    take_before(name=[OLD])
    file = tmp_path / "a.ndjson"
    each = person(name=[OLD, NEW]), person("q"), condition("c", "Patient/q")
    file.write_text("".join(f"{json.dumps(one)}\n" for one in each), encoding="utf-8")
    done = [one.result.done for one in take_over_files(clinic, lead, [file], source=SOURCE).entries]
    assert done == ["changed", "created", "created"]


def test_a_program_puts_the_name_that_comes_after_one_that_ended_since(
    lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = program(lead)
    with monkeypatch.context() as then:
        then.setattr(steps, "_now", lambda: BEFORE)
        key = who.post("/Patient", {"resourceType": "Patient", "name": [OLD], "telecom": [A]}).json()["id"]
    Received.objects.update(taken_at=BEFORE)
    there = who.get(f"/Patient/{key}").json()
    assert (there["name"], there["telecom"]) == ([OLD], [A])
    answer = who.put(f"/Patient/{key}", {**there, "name": [OLD, NEW], "telecom": [A, B]})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["telecom"]) == ([OLD, NEW], [A, B])
    patient = Patient.objects.get()
    assert (patient.family_names, patient.phone) == ("Casada", "600 222 222")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ([OLD], ("Prueba", "Soltera")),
        ([OLD, {"given": ["Prueba"], "family": "Anterior", "period": {"end": "2020"}}], ("Prueba", "Soltera")),
        ([{"family": "Anterior", "period": {"end": "2020"}}, OLD], ("Prueba", "Soltera")),
        ([{"text": "Prueba Soltera", **ENDS}], ("Prueba Soltera", "")),
    ],
    ids=["structured", "first-of-several", "last-of-several", "in-one-piece"],
)
def test_whoever_has_only_names_that_ended_is_taken_over_with_the_last_that_did(
    take: Take, name: list[Json], called: tuple[str, str]
) -> None:
    assert [one.done for one in take(name=name).results] == ["created"]
    patient = Patient.objects.get()
    assert (patient.given_names, patient.family_names) == called
    assert leaves()["name"] == name


def test_a_telephone_that_had_ended_is_not_taken_and_leaves_as_it_came(take: Take) -> None:
    mail = {"system": "email", "value": "prueba@example.org", **ENDS}
    take(telecom=[A, mail])
    patient = Patient.objects.get()
    assert (patient.phone, patient.email) == ("", "")
    assert leaves()["telecom"] == [A, mail]


@pytest.mark.parametrize("over", [A, {**B, "value": A["value"], "use": "old"}], ids=["ended", "old"])
def test_a_telephone_of_which_they_say_that_it_is_over_is_taken_out(take: Take, over: Json) -> None:
    take(telecom=[{"system": "phone", "value": "600  111 111"}])
    assert "over, so it is taken out: telephone" in words(take(telecom=[over]))
    assert Patient.objects.get().phone == ""
    assert leaves()["telecom"] == [over]


def test_a_telephone_that_is_said_no_more_stays(take: Take) -> None:
    take(telecom=[B])
    assert "It gives no telephone" in words(take())
    assert Patient.objects.get().phone == "600 222 222"


@pytest.mark.parametrize("telecom", [[A], [A, B]], ids=["alone", "with-the-next"])
@pytest.mark.parametrize("name", [[OLD], [OLD, NEW]], ids=["alone", "with-the-next"])
def test_what_ended_since_leaves_as_it_came_and_not_as_current(
    take_before: Take, name: list[Json], telecom: list[Json]
) -> None:
    take_before(name=name, telecom=telecom)
    assert (leaves()["name"], leaves()["telecom"]) == (name, telecom)


def test_what_somebody_here_says_is_current_leaves_so_though_they_say_that_it_has_ended(take: Take) -> None:
    take(name=[OLD, NEW], telecom=[A])
    patient = Patient.objects.get()
    change_patient(patient=patient, version=patient.version, who=None, family_names="Soltera", phone="600 111 111")
    assert leaves()["name"] == [OLD, {**NEW, "family": "Soltera"}]
    assert leaves()["telecom"] == [A, {"system": "phone", "value": "600 111 111"}]


def test_what_is_corrected_here_leaves_beside_what_ended(take_before: Take) -> None:
    titled = {**OLD, "text": "Dña. Prueba Soltera"}
    take_before(name=[titled], telecom=[A])
    patient = Patient.objects.get()
    change_patient(patient=patient, version=patient.version, who=None, family_names="Casada", phone="600 333 333")
    assert leaves()["name"] == [titled, {"given": ["Prueba"], "family": "Casada", "text": "Prueba Casada"}]
    assert leaves()["telecom"] == [A, {"system": "phone", "value": "600 333 333"}]
