"""What was received is the patient's as everything else: exported, kept by the law, blocked and erased with them."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from dermograph.clinic.handover.models import Received, ReceivedIdentifier
from dermograph.clinic.handover.received import received_parts, take_over
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.rights.erasing import KeptByLaw, erase
from dermograph.clinic.rights.everything import archive
from dermograph.clinic.rights.keeping import choose, decide
from tests.clinic.handover.bundles import SOURCE, condition, person, sent


@pytest.fixture
def received(clinic: Clinic, lead: Membership) -> Patient:
    """A patient of whom everything came from elsewhere."""
    named = [{"system": "urn:oid:1.2", "value": "7"}]
    take_over(clinic, lead, sent(person(identifier=named), condition()), source=SOURCE)
    return Patient.objects.get()


def test_everything_held_holds_the_originals(received: Patient) -> None:
    whole = zipfile.ZipFile(io.BytesIO(b"".join(archive(received))))
    rows = json.loads(whole.read("records/handover.received.json"))["rows"]
    found = {one["kind"]: json.loads(one["in_words"]["original"]) for one in rows}
    assert found["Condition"]["code"] == {"text": "stretch mark"}
    assert found["Patient"]["identifier"][0]["value"] == "7"
    assert all("sealed" not in one for one in rows)


def test_what_is_clinical_is_kept_by_the_law_and_a_name_alone_is_not(
    received: Patient, clinic: Clinic, lead: Membership
) -> None:
    choose(clinic=clinic, who=lead.user, jurisdiction="es")
    today = received.since.date()
    assert decide(received, today).state == "kept"
    with pytest.raises(KeptByLaw):
        erase(patient=received.pk, clinic=clinic, who=lead.user, ground="asked")
    Received.objects.filter(kind="Condition").delete()
    assert decide(received, today).may_erase


def test_who_was_erased_is_gone_with_what_was_received_and_does_not_come_back(clinic: Clinic, lead: Membership) -> None:
    named = [{"system": "urn:oid:1.2", "value": "7"}]
    data = sent(person("gone", identifier=named))  # the list of the erased outlives the test
    take_over(clinic, lead, data, source=SOURCE)
    erase(patient=Patient.objects.get().pk, clinic=clinic, who=lead.user, ground="mistake")
    assert (Patient.objects.count(), Received.objects.count(), ReceivedIdentifier.objects.count()) == (0, 0, 0)
    again = take_over(clinic, lead, data, source=SOURCE).results[0]
    assert (again.done, Patient.objects.count()) == ("refused", 0)
    assert "was erased here" in again.issues[0].words.en


def test_nothing_of_a_blocked_record_is_read(received: Patient, clinic: Clinic) -> None:
    assert received_parts(clinic, [received.pk]) != []
    Patient.objects.update(restricted_at="2026-01-01T00:00:00Z")
    assert received_parts(clinic, [received.pk]) == []
