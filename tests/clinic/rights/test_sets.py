"""Sets for teaching, publication and research: only what is agreed to, without names, written down."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.clinic.rights.models import Disclosure, ExportedSet
from dermograph.clinic.rights.sets import candidates
from tests.clinic.overview import rows
from tests.clinic.rights.held import Signed, photograph, photographed, signed, sure

__all__ = ["photograph", "signed"]


def form(**change: str) -> dict[str, str]:
    return {"entry": str(uuid.uuid4()), "purpose": "research", "recipient": "=Institute", "treatment": "", **change}


def asked(who: Membership, **change: str) -> Any:  # noqa: ANN401 (the test client's answer)
    return sure(who).post(reverse("photograph_sets"), form(**change))


def test_a_set_holds_what_is_agreed_to_without_names_days_or_metadata(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    signed("research", of=None)
    photographed(photograph.course, lead, seed=9)
    Area.objects.filter(pk=photograph.course.area_id).update(name="=cmd|'Ferrer'")
    answer = asked(lead)
    whole = b"".join(answer.streaming_content)
    assert "Ferrer" not in answer["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(whole))
    assert archive.testzip() is None
    assert archive.namelist() == ["001.jpg", "002.jpg", "photographs.csv", "manifest.json"]
    assert not Image.open(io.BytesIO(archive.read("001.jpg"))).getexif()
    rows = list(csv.reader(io.StringIO(archive.read("photographs.csv").decode())))
    assert rows[1] == ["1", "1", "1", "paramedical", "front", "0"]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for told in (b"Ferrer", b"2026-03-02", str(photograph.pk).encode(), str(photograph.course.patient_id).encode()):
        assert told not in everything
    assert json.loads(archive.read("manifest.json"))["for"] == "=Institute"
    assert ExportedSet.objects.get().photographs == 2
    assert set(Disclosure.objects.values_list("place", flat=True)) == {1, 2}
    assert AuditEntry.objects.filter(action="photographs.exported").count() == 1


def test_what_is_not_agreed_to_stays_out(photograph: Photograph, lead: Membership, signed: Signed) -> None:
    clinic = photograph.clinic
    other = Patient.objects.create(clinic=clinic, number=2, given_names="Marta", family_names="Gil")
    area = Area.objects.create(patient=other, name="arm", view="front")
    course = Course.objects.create(clinic=clinic, patient=other, area=area, treatment="paramedical", lead=lead)
    Photograph.objects.filter(pk=photograph.pk).update(course=course)
    signed("research", of=None)  # of the first patient, who has no photograph now
    assert candidates(clinic, ["research"]) == {"research": []}
    answer = asked(lead)
    assert answer.status_code == 422
    assert ExportedSet.objects.count() == 0
    assert Disclosure.objects.count() == 0


def test_the_same_form_gives_no_second_set(photograph: Photograph, lead: Membership, signed: Signed) -> None:
    signed("research", of=None)
    entry = str(uuid.uuid4())
    assert asked(lead, entry=entry).status_code == 200
    assert asked(lead, entry=entry).status_code == 422
    assert ExportedSet.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "patient"},
        {"purpose": "record"},
        {"purpose": "teaching"},
        {"purpose": ""},
        {"recipient": ""},
        {"recipient": "\x00"},
        {"recipient": "x" * 300},
        {"entry": "no"},
        {"treatment": "\x00", "purpose": "x"},
    ],
    ids=str,
)
def test_a_hostile_form_exports_nothing(
    photograph: Photograph, lead: Membership, signed: Signed, change: dict[str, str]
) -> None:
    signed("research", of=None)
    assert asked(lead, **change).status_code == 422
    assert ExportedSet.objects.count() == 0


def test_another_clinics_photographs_are_never_in_a_set(photograph: Photograph, signed: Signed) -> None:
    signed("research", of=None)
    assert candidates(Clinic.objects.create(name="Otra", slug="otra"), ["research"]) == {"research": []}


def test_who_agreed_is_found_a_few_at_a_time_and_only_as_many_as_are_needed(
    photograph: Photograph, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed("research", of=None)
    signed("teaching", of=photograph.course)
    second = rows.photographed(photograph.course, rows.day(-1))
    monkeypatch.setattr("dermograph.clinic.rights.sets._FIRST", 1)
    every = candidates(photograph.clinic, ["research", "teaching", "publication"])
    assert {name: {one.pk for one in some} for name, some in every.items()} == {
        "research": {photograph.pk, second.pk},
        "teaching": {photograph.pk, second.pk},
        "publication": set(),
    }
    assert {name: len(some) for name, some in candidates(photograph.clinic, ["research"], most=1).items()} == {
        "research": 1
    }
