"""A photograph as a DICOM file: what is in it by name, what a pseudonym leaves out, and that it is written down."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.imaging.identity import identity_for, shortened
from dermograph.clinic.imaging.regions import _SITES, _WHOLE, area_of, site_of
from dermograph.clinic.people.body_regions import REGIONS
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.clinic.people.recent import SURE_AT
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.rights.restricting import restrict
from dermograph.core.errors import InputError
from dermograph.exchange.dicom.codes import dermatology_site
from dermograph.exchange.dicom.read import read as received
from dermograph.exchange.dicom.values import Laterality
from dermograph.exchange.dicom.values import Photograph as Image
from tests.clinic.conftest import member, signed_in
from tests.clinic.imaging.held import found_in, read
from tests.clinic.rights.held import Signed, photograph, photographed, signed, sure
from tests.exchange.dicom.judging import EXPLAINED, EXPLAINED_BARE, unexplained

__all__ = ["photograph", "signed"]
BEYOND = ("teaching", "publication", "research")


def asked(who: Membership, row: Photograph, **form: str) -> Any:  # noqa: ANN401 (the answer of Django's client)
    return sure(who).post(reverse("photograph_dicom", args=[row.pk]), form)


def test_for_the_treatment_it_names_the_patient_the_place_the_scale_and_the_lesion(
    photograph: Photograph, practitioner: Membership, course: Course
) -> None:
    answer = asked(practitioner, found_in(photograph), purpose="record", recipient="Hospital", looked="yes")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/dicom")
    assert "photograph-2026-03-02.dcm" in answer["Content-Disposition"]
    one = read(answer.content)
    assert (one.PatientID, one.PatientName, one.PatientBirthDate) == ("aurora-1", "Ferrer Campos^Lucía", "19880409")
    assert one.AnatomicRegionSequence[0].CodeMeaning == "Skin of lower abdomen"
    assert [float(side) for side in one.PixelSpacing] == [0.0512, 0.0512]
    assert (one.TrackingID, one.BurnedInAnnotation, one.AcquisitionDateTime[:12]) == ("abdomen", "NO", "202603021000")
    assert one.SOPInstanceUID == f"2.25.{photograph.pk.int}"
    back = received(answer.content, "back").value
    assert isinstance(back, Image)
    assert back.calibration is not None
    assert (back.calibration.card, back.calibration.colours) == ("a6/1 7", "nominal")


def test_dciodvfy_finds_no_error_in_what_is_handed_out(
    photograph: Photograph, practitioner: Membership, signed: Signed, tmp_path: Path
) -> None:
    signed("research", of=None)
    for purpose, to in (("patient", ""), ("research", "Group")):
        answer = asked(practitioner, found_in(photograph), purpose=purpose, recipient=to)
        path = tmp_path / f"{purpose}.dcm"
        path.write_bytes(answer.content)
        assert unexplained(path, (*EXPLAINED, *EXPLAINED_BARE)) == []


@pytest.mark.parametrize("purpose", BEYOND)
def test_beyond_the_treatment_neither_name_nor_number_nor_day_nor_the_clinics_words_go_along(
    photograph: Photograph, practitioner: Membership, signed: Signed, purpose: str
) -> None:
    signed(purpose, of=None)
    answer = asked(practitioner, found_in(photograph), purpose=purpose, recipient="Group", looked="yes")
    one = read(answer.content)
    assert one.PatientIdentityRemoved == "YES"
    assert one.LongitudinalTemporalInformationModified == "REMOVED"
    assert b"a6/1" in answer.content
    assert b"a6/1 7" not in answer.content
    assert one.PatientID.startswith("P-")
    assert "photograph.dcm" in answer["Content-Disposition"]
    assert one.StudyDescription == "Day 0 after the first photograph"
    assert not one.get("StudyDate")
    assert "AcquisitionDateTime" not in one
    assert float(one.PixelSpacing[0]) == 0.0512
    for word in (
        b"Ferrer",
        "Lucía".encode(),
        b"19880409",
        b"20260302",
        b"aurora",
        b"Synthetic",
        photograph.sha256.encode(),
    ):
        assert word not in answer.content


def test_that_identity_was_removed_is_not_claimed_where_nobody_looked_at_the_picture(
    photograph: Photograph, practitioner: Membership, signed: Signed
) -> None:
    signed("research", of=None)
    answer = asked(practitioner, found_in(photograph), purpose="research", recipient="Group")
    one = read(answer.content)
    assert "PatientIdentityRemoved" not in one
    assert "pixels not seen" in one.DeidentificationMethod
    assert one.PatientName == ""
    value = received(answer.content, "back").value
    assert value.series.study.person.is_pseudonym


def test_each_file_that_leaves_has_a_pseudonym_of_its_own_and_no_identifier_in_common(
    photograph: Photograph, practitioner: Membership, signed: Signed
) -> None:
    signed("research", of=None)
    first, second = (
        read(asked(practitioner, found_in(photograph), purpose="research", recipient="Group").content) for _ in range(2)
    )
    for name in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "TrackingUID", "TrackingID"):
        assert first[name].value != second[name].value


def test_a_later_day_is_told_by_its_distance_alone(
    photograph: Photograph, practitioner: Membership, signed: Signed, course: Course
) -> None:
    signed("research", of=None)
    later = photographed(course, practitioner, seed=4)
    Photograph.objects.filter(pk=later.pk).update(taken_on=dt.date(2026, 4, 13))
    later.refresh_from_db()
    answer = asked(practitioner, later, purpose="research", recipient="Group")
    assert read(answer.content).StudyDescription == "Day 42 after the first photograph"


def test_what_leaves_is_written_down_with_the_consent_that_it_rests_on(
    photograph: Photograph, practitioner: Membership, signed: Signed, course: Course
) -> None:
    consent = signed("teaching", of=None)
    assert asked(practitioner, photograph, purpose="teaching", recipient="School").status_code == 200
    left = Disclosure.objects.get()
    assert (left.photograph, left.purpose, left.recipient, left.consent) == (photograph, "teaching", "School", consent)
    assert AuditEntry.objects.filter(action="photograph.downloaded", about=photograph.pk).count() == 1


@pytest.mark.parametrize("purpose", ["", "moon", *BEYOND])
def test_without_purpose_or_consent_nothing_leaves(
    photograph: Photograph, practitioner: Membership, purpose: str
) -> None:
    answer = asked(practitioner, photograph, purpose=purpose, recipient="School")
    assert answer.status_code == 422
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert not Disclosure.objects.exists()


def test_without_a_recipient_nothing_leaves(photograph: Photograph, practitioner: Membership) -> None:
    assert asked(practitioner, photograph, purpose="record").status_code == 422
    assert not Disclosure.objects.exists()


def test_a_photograph_that_was_taken_out_or_is_blocked_does_not_leave(
    photograph: Photograph, practitioner: Membership, lead: Membership, course: Course
) -> None:
    correct_photograph(
        photograph=photograph,
        who=practitioner.user,
        withdrawn=True,
        reason="wrong area",
        entry=uuid.uuid4(),
        taken_on=photograph.taken_on,
        session=None,
        note="",
    )
    assert asked(practitioner, photograph, purpose="record", recipient="Hospital").status_code == 422
    restrict(patient=course.patient, who=lead.user, reason="asked for", entry=uuid.uuid4())
    assert asked(practitioner, photograph, purpose="record", recipient="Hospital").status_code >= 400
    assert not Disclosure.objects.exists()


def test_another_clinics_photograph_is_unknown(photograph: Photograph) -> None:
    other = Clinic.objects.create(name="Clínica Bruma", slug="bruma", time_zone="Europe/Madrid", language="en")
    stranger = member(other, "practitioner", "Otto Nadie")
    for name in ("photograph_dicom", "photograph_archive"):
        assert sure(stranger).post(reverse(name, args=[photograph.pk]), {"purpose": "patient"}).status_code == 404


def test_it_is_asked_again_who_it_is_before_anything_leaves(photograph: Photograph, practitioner: Membership) -> None:
    for name in ("photograph_dicom", "photograph_archive"):
        person = signed_in(practitioner)
        session = person.session
        session[SURE_AT] = 0
        session.save()
        answer = person.post(reverse(name, args=[photograph.pk]), {"purpose": "patient"})
        assert "reauthenticate" in answer["Location"]
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_takes_few_queries_and_speaks_both_languages(
    photograph: Photograph, practitioner: Membership, language: str
) -> None:
    practitioner.user.language = language
    practitioner.user.save()
    person = sure(practitioner)
    address = reverse("photograph_dicom", args=[photograph.pk])
    person.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked_of_it:
        page = person.get(address).content.decode()
    assert len(asked_of_it) <= 12
    assert ("leaves as DICOM" if language == "en" else "sale como DICOM") in page
    assert ("has no image archive" if language == "en" else "no tiene un archivo") in page
    assert address in person.get(reverse("photograph", args=[photograph.pk])).content.decode()


# ── As whom ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", ["1", "aurora-1", "lucía7", "the Ferrer case", "x1988-04-09", "19880409", "09041988"])
def test_a_pseudonym_that_says_who_it_is_is_refused(patient: Patient, word: str) -> None:
    with pytest.raises(InputError, match="says who it is"):
        identity_for(patient, "research", word)


@pytest.mark.parametrize("word", ["P-17", "Study 3, subject 12"])
def test_a_pseudonym_that_is_given_keeps_identifiers_the_same_each_time(patient: Patient, word: str) -> None:
    first, second = identity_for(patient, "research", word), identity_for(patient, "record", word)
    assert first == second
    assert first.uid("study", 1) != identity_for(patient, "record").uid("study", 1)


def test_by_name_the_patient_is_known_by_clinic_and_number(patient: Patient) -> None:
    found = identity_for(patient, "record")
    assert (found.person.patient_id, found.person.is_pseudonym) == ("aurora-1", False)


def test_names_that_are_too_long_for_dicom_are_cut_where_it_shows(
    photograph: Photograph, practitioner: Membership, patient: Patient
) -> None:
    patient.family_names, patient.given_names = (
        "Imaginaria-Supuesta y Fernández de la Invención",
        "María^de los=Ángeles " * 5,
    )
    patient.save()
    Area.objects.update(name="n" * 80)
    one = read(asked(practitioner, photograph, purpose="patient").content)
    assert str(one.PatientName).startswith("Imaginaria-Supuesta y Fernández de la I…^María de los Ángeles")
    assert len(str(one.PatientName)) <= 64
    assert str(one.PatientName).endswith("…")
    assert one.TrackingID == "n" * 63 + "…"


@pytest.mark.parametrize(("length", "is_cut"), [(63, False), (64, False), (65, True)])
def test_a_text_is_cut_above_64_characters(length: int, is_cut: bool) -> None:  # noqa: FBT001 (a table)
    found = shortened("n" * length)
    assert found.endswith("…") is is_cut
    assert len(found) == min(length, 64)


@pytest.mark.parametrize(
    ("role", "opens"), [("front_desk", False), ("practitioner", True), ("medical_lead", True), ("admin", False)]
)
def test_only_who_treats_may_take_or_send_it(photograph: Photograph, clinic: Clinic, role: str, opens: bool) -> None:  # noqa: FBT001 (a table)
    person = sure(member(clinic, role, f"{role} Nadie"))
    page, sent = reverse("photograph_dicom", args=[photograph.pk]), reverse("photograph_archive", args=[photograph.pk])
    assert [person.get(page).status_code, person.post(sent).status_code] == ([200, 302] if opens else [403, 403])


# ── Where ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_code_of_the_body_map_is_one_of_the_standards_and_every_key_a_region() -> None:
    names = {one.id.removesuffix(f"-{one.side}") for one in REGIONS.values()}
    assert set(_SITES) <= names
    for meaning in (*_SITES.values(), *_WHOLE.values()):
        assert dermatology_site(meaning).meaning == meaning


@pytest.mark.parametrize(
    ("region", "meaning", "side"),
    [
        pytest.param("front-forearm-left", "Skin of anterior surface of forearm", Laterality.LEFT, id="left arm"),
        pytest.param("back-calf-right", "Skin of posterior surface of lower leg", Laterality.RIGHT, id="right calf"),
        pytest.param("front-lower-abdomen", "Skin of lower abdomen", Laterality.UNPAIRED, id="middle"),
        pytest.param("front-flank-left", None, Laterality.LEFT, id="no code"),
    ],
)
def test_a_place_on_the_body_map_gives_its_code_and_side(
    patient: Patient, region: str, meaning: str | None, side: Laterality
) -> None:
    there = REGIONS[region]
    row = Area(patient=patient, name="here", view=there.view, x=there.centre[0], y=there.centre[1], side=there.side)
    found = area_of(row, with_name=True)
    assert (found.region.meaning if found.region else None, found.laterality, found.name) == (meaning, side, "here")
    assert area_of(row, with_name=False).name == ""


def test_an_unplaced_area_has_neither_code_nor_side(patient: Patient) -> None:
    row = Area(patient=patient, name="here", view="front")
    assert site_of(row) is None
    assert area_of(row, with_name=True).laterality is None
