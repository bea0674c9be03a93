"""All records of a clinic, as lines, come back into the clinic that wrote them and into one that knows nobody."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dermograph.clinic.handover import importing
from dermograph.clinic.handover.importing import Import, take_over_files
from dermograph.clinic.handover.in_bulk import hand_out_all
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.exchange.fhir.bundle import record_bundle
from tests.clinic.conftest import member
from tests.clinic.handover.bundles import SOURCE, condition, doctor, person, sent
from tests.clinic.handover.full_record import fill

OURS = "https://aurora.example/fhir"


def signed(*targets: str, key: str = "s") -> dict[str, Any]:
    """A Provenance, which says only by what it is about whom it is about."""
    about = {"target": [{"reference": one} for one in targets], "agent": [{"who": {"reference": "Practitioner/d"}}]}
    return {"resourceType": "Provenance", "id": key, "recorded": "2026-11-01T10:00:00Z", **about}


@pytest.fixture
def files(patient: Patient, practitioner: Membership, lead: Membership, tmp_path: Path) -> list[Path]:
    """The records of a clinic of three patients of its own, two with a row of every kind, and one who was sent."""
    fill(patient, practitioner, lead)
    for number in (2, 3):
        other = Patient.objects.create(clinic=patient.clinic, number=number, given_names="Inventada", family_names="X")
        if number == 2:
            fill(other, practitioner, lead)
    wears = {"resourceType": "Device", "id": "w", "patient": {"reference": "Patient/p"}}
    told = take_over(
        patient.clinic, lead, sent(person(), condition(), doctor(), signed("Condition/c"), wears), source=SOURCE
    )
    assert [one.done for one in told.results] == ["created"] * 5
    hand_out_all(patient.clinic, tmp_path / "all", purpose="clinic", recipient="", who=None)
    return sorted((tmp_path / "all").glob("*.ndjson"))


def told(found: Import) -> list[tuple[str, str, str]]:
    """What is refused, or warned of."""
    return sorted(
        {
            (one.result.kind, one.result.done, issue.words.en)
            for one in found.entries
            for issue in one.result.issues
            if issue.severity != "information"
        }
    )


def renamed(text: str) -> str:
    """The same of an installation of its own: under this one's ids another clinic's patients are known."""
    form = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    return re.sub(form, lambda found: str(uuid.uuid5(uuid.NAMESPACE_URL, found.group())), text)


def counts(found: Import) -> Counter[tuple[str, str]]:
    return Counter((one.result.kind, one.result.done) for one in found.entries)


@pytest.mark.parametrize("backwards", [False, True], ids=["in-order", "backwards"])
@pytest.mark.parametrize("at_once", [7, importing.AT_ONCE])
def test_into_the_same_clinic_nothing_is_refused_and_nothing_changes(
    files: list[Path], lead: Membership, monkeypatch: pytest.MonkeyPatch, at_once: int, *, backwards: bool
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", at_once)
    found = take_over_files(lead.clinic, lead, files[::-1] if backwards else files, source=OURS)
    assert told(found) == []
    assert {one.result.done for one in found.entries} == {"unchanged"}
    assert Received.objects.count() == 5


@pytest.mark.parametrize("at_once", [7, importing.AT_ONCE])
def test_into_an_empty_clinic_a_dry_run_says_what_comes_to_pass(
    files: list[Path], lead: Membership, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", at_once)
    elsewhere = Clinic.objects.create(name="Otra", slug="otra")
    who = member(elsewhere, Role.MEDICAL_LEAD, "Xenia Roca")
    for file in files:
        file.write_text(renamed(file.read_text()))
    dry = take_over_files(elsewhere, who, files, source=OURS, dry_run=True)
    wet = take_over_files(elsewhere, who, files, source=OURS)
    assert (told(dry), counts(dry)) == (told(wet), counts(wet))
    assert not wet.count("refused"), told(wet)
    again = take_over_files(elsewhere, who, files, source=OURS)
    assert {one.result.done for one in again.entries} == {"unchanged"}
    for found in (dry, wet, again):
        assert not [words for _, _, words in told(found) if "neither here nor" in words]


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "wet"])
@pytest.mark.parametrize("at_once", [1, 100])
def test_what_points_to_something_further_on_waits_for_it(
    clinic: Clinic, lead: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, *, dry_run: bool
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", at_once)
    chain = [signed(f"Provenance/s{number + 1}", key=f"s{number}") for number in range(4)]
    lines = [*chain, signed("Provenance/none", key="lost"), signed("Condition/c", key="s4"), doctor(), condition()]
    linked = person("q", name=[{"text": "Otra"}], link=[{"other": {"reference": "Patient/p"}, "type": "seealso"}])
    file = tmp_path / "some.ndjson"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in [*lines, linked, person()]))
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert sorted(one.place for one in found.entries) == list(range(1, 11))
    assert [one.place for one in found.entries if one.result.done == "refused"] == [5]
    assert not [words for _, _, words in told(found) if "neither here nor" in words]
    assert Received.objects.count() == (0 if dry_run else 9)


def test_twice_as_much_of_our_own_that_comes_back_is_looked_up_at_once(
    patient: Patient, practitioner: Membership, lead: Membership, tmp_path: Path
) -> None:
    asked = []
    everybody = [patient, Patient.objects.create(clinic=patient.clinic, number=2, given_names="Inventada")]
    for one in everybody:
        fill(one, practitioner, lead)
    shelf = Shelf(patient.clinic)
    entries = [record_bundle(shelf.everything(one.pk))["entry"] for one in everybody]
    for some in (entries[:1], entries):
        file = tmp_path / "some.json"
        file.write_text(
            json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [*itertools.chain(*some)]})
        )
        with CaptureQueriesContext(connection) as queries:
            take_over_files(patient.clinic, lead, [file], source=OURS, dry_run=True)
        asked.append(len(queries))
    assert asked[1] <= asked[0] * 1.2, asked
