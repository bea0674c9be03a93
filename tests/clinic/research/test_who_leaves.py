"""Whose measures leave: only who agrees to research now; nobody else, and nothing that says who it is."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.people.models import Area, Clinic, Membership, Patient
from dermograph.clinic.printed.models import PrintedRecord
from dermograph.clinic.research.exporting import Wish, let_leave
from dermograph.clinic.research.models import Export, Included, Project
from dermograph.clinic.research.participants import participants
from dermograph.clinic.research.pseudonyms import KeyLost, Pseudonyms, opened
from dermograph.clinic.research.zip_file import zip_pieces
from dermograph.clinic.rights.erasing import erase
from dermograph.clinic.rights.keeping import ERASABLE, Decision
from dermograph.clinic.rights.leaving import NotAllowed
from dermograph.clinic.rights.readable import as_json
from dermograph.clinic.rights.rows import rows_of
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from tests.clinic.research.studied import (
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
from tests.clinic.rights.held import sure

_PRINTS = st.characters(exclude_categories=("C", "Z")) | st.just(" ")


@pytest.fixture
def study(clinic: Clinic, practitioner: Membership) -> list[Patient]:
    """Three patients who agree, each with everything that is exported."""
    found = []
    for number in range(3):
        patient = person(clinic, number)
        followed_up(treated(patient, practitioner))
        counted(treated(patient, practitioner, "scalp", "crown"))
        agrees(patient, "treatment", "research")
        found.append(patient)
    return found


def people_in(clinic: Clinic, wish: Wish = WISH) -> int:
    """How many patients an export is about."""
    _, archive = exported(clinic, wish)
    return len({row["patient"] for row in table(archive, "measures")})


def test_nothing_that_says_who_it_is_is_in_any_exported_byte(study: list[Patient], clinic: Clinic) -> None:
    for kind in ("csv", "parquet"):
        made, archive = exported(clinic, Wish(project="Scars", purpose="A", recipient="B", kind=kind, exact_age=True))
        said = everything(archive)
        assert len(said) > 4000
        for one in study:
            assert one.birth_date is not None
            tells = [one.given_names, one.family_names, "Quintanilla", "Ñandú", str(one.number), one.phone, one.email]
            tells += [one.phone.replace(" ", ""), one.birth_date.isoformat(), str(one.pk), one.pk.hex]
            tells += ["under the navel", "crown", ".jpg", "Nuria", str(made.pk), "2026-0", "pen of"]
            for course in one.courses.all():
                tells += [str(course.pk), course.pk.hex]
            assert [word for word in tells if word.encode() in said] == []


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(words=st.text(_PRINTS, min_size=6, max_size=40).filter(lambda text: len(text.strip()) > 5))
def test_words_of_people_never_leave_whatever_they_are(study: list[Patient], clinic: Clinic, words: str) -> None:
    words = f"§{words}"  # no word of the dictionary
    course = study[0].courses.get(treatment="paramedical")
    Patient.objects.filter(pk=study[0].pk).update(given_names=words, family_names=words, phone=words[:40])
    Area.objects.filter(pk=course.area_id).update(name=words)
    course.sessions.update(device=words, notes=words, reaction=words, anaesthesia=words[:40], zones=[{"name": words}])
    course.symptoms.update(words=words, sign=words)
    result = {"verdict": words, "reason": {"code": words}, "measures": [{"name": words, "unit": words}], "x": words}
    course.comparisons.update(result=result, method=words[:40])
    _, archive = exported(clinic)
    assert words.encode() not in everything(archive)
    assert {row["reason"] for row in table(archive, "measures")} >= {"not_a_code"}


def test_without_a_consent_to_research_a_patient_is_absent(
    study: list[Patient], clinic: Clinic, practitioner: Membership
) -> None:
    stranger = person(clinic, 9)
    followed_up(treated(stranger, practitioner))
    agrees(stranger, "treatment", "record", "teaching")
    assert people_in(clinic) == 3
    agrees(stranger, "research")
    assert people_in(clinic) == 4


def test_a_consent_for_one_course_lets_only_that_course_leave(clinic: Clinic, practitioner: Membership) -> None:
    patient = person(clinic, 1)
    one, other = treated(patient, practitioner), treated(patient, practitioner, name="arm")
    followed_up(one)
    followed_up(other)
    agrees(patient, "research", course=one)
    agrees(patient, "treatment", course=other)
    _, archive = exported(clinic)
    assert len({row["course"] for row in table(archive, "measures")}) == 1
    assert len({row["course"] for row in table(archive, "sessions")}) == 1


@pytest.mark.parametrize("purpose", ["research", ""], ids=["this_purpose", "everything"])
def test_who_took_the_consent_back_is_absent(
    study: list[Patient], clinic: Clinic, lead: Membership, purpose: str
) -> None:
    withdraw(consent=study[0].consents.get(), who=lead.user, purpose=purpose)
    assert people_in(clinic) == 2
    assert participants(clinic, synthetic=False).left_out == {"withdrawn": 1}


def test_who_took_back_another_purpose_is_still_there(study: list[Patient], clinic: Clinic, lead: Membership) -> None:
    withdraw(consent=study[0].consents.get(), who=lead.user, purpose="treatment")
    assert people_in(clinic) == 3


def test_a_newer_consent_without_research_ends_it(study: list[Patient], clinic: Clinic) -> None:
    agrees(study[0], "treatment", supersedes=study[0].consents.get())
    assert people_in(clinic) == 2


def test_who_takes_it_back_between_the_page_and_the_download_is_absent(
    study: list[Patient], clinic: Clinic, lead: Membership
) -> None:
    assert len(participants(clinic, synthetic=False).agreed) == 3
    withdraw(consent=study[0].consents.get(), who=lead.user, purpose="research")
    made, archive = exported(clinic)
    assert made.patients == 2
    assert len({row["patient"] for row in table(archive, "measures")}) == 2


def test_who_takes_it_back_while_the_file_is_made_is_absent_from_what_follows(
    study: list[Patient], clinic: Clinic, lead: Membership
) -> None:
    _, files = let_leave(clinic=clinic, who=None, wish=WISH, entry=uuid.uuid4())
    withdraw(consent=study[0].consents.get(), who=lead.user, purpose="research")
    whole = {name: b"".join(pieces) for name, pieces in files}
    assert len({line.split(b",")[0] for line in whole["measures.csv"].splitlines()[1:]}) == 2


def test_a_blocked_record_is_absent(study: list[Patient], clinic: Clinic) -> None:
    Patient.objects.filter(pk=study[0].pk).update(restricted_at=timezone.now())
    assert people_in(clinic) == 2


def test_made_up_patients_leave_only_where_they_are_asked_for(study: list[Patient], clinic: Clinic) -> None:
    Patient.objects.filter(pk=study[0].pk).update(synthetic=True)
    assert people_in(clinic) == 2
    assert people_in(clinic, Wish(project="Scars", purpose="A", recipient="B", synthetic=True)) == 3


def test_another_clinics_patients_never_leave(study: list[Patient]) -> None:
    with pytest.raises(NotAllowed):
        exported(Clinic.objects.create(name="Otra", slug="otra"))
    assert Export.objects.count() == 0
    assert Project.objects.count() == 0


def test_it_is_written_down_for_whom_and_of_whom_before_the_first_byte(
    study: list[Patient], clinic: Clinic, lead: Membership
) -> None:
    made, _ = let_leave(clinic=clinic, who=lead.user, wish=WISH, entry=uuid.uuid4())
    assert (made.recipient, made.purpose, made.patients) == ("Institute", "A cohort", 3)
    assert set(Included.objects.values_list("patient", flat=True)) == {one.pk for one in study}
    entry = AuditEntry.objects.get(action="research.exported")
    assert (entry.who, entry.about, entry.details["patients"]) == (lead.user, made.pk, 3)
    assert "Institute" not in str(entry.details)


def test_the_patient_is_told_of_it_and_erased_with_it(study: list[Patient], clinic: Clinic) -> None:
    exported(clinic)
    held = rows_of(study[0])[Included]
    assert len(held) == 1
    row = Included.objects.select_related("export").get(pk__in=held)
    assert as_json(row, "en")["export_name"] == "Institute (A cohort)"
    assert Export not in rows_of(study[0])


def test_the_proof_of_an_erasure_names_who_has_the_measures(
    study: list[Patient], clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = exported(clinic)
    free = Decision(ERASABLE, Text("-", "-"))
    for place in ("erasing", "erase_views"):
        monkeypatch.setattr(f"dermograph.clinic.rights.{place}.decide", lambda *_: free)
    page = sure(lead).get(reverse("patient_erase", args=[study[0].pk])).content.decode()
    assert "Measures that left for research" in page
    assert "Institute" in page
    PrintedRecord.objects.create(clinic=clinic, patient=study[0], purpose="record", recipient="Her sister")
    PrintedRecord.objects.create(clinic=clinic, patient=study[0], purpose="patient")
    proof = erase(patient=study[0].pk, clinic=clinic, who=lead.user, ground="mistake")
    on = made.written_at.astimezone(clinic.zone).date().isoformat()
    has = {"id": str(made.pk), "recipient": "Institute", "purpose": "research", "on": on}
    assert proof.beyond == {"sets": [has], "others": 1}
    page = sure(lead).get(reverse("patient_rights", args=[study[0].pk])).content.decode()
    assert f"Institute (research, {on})" in page
    assert f"Institute (investigación, {on})" in page
    assert Export.objects.filter(pk=made.pk).exists()


def test_the_same_form_exports_once(study: list[Patient], clinic: Clinic) -> None:
    entry = uuid.uuid4()
    let_leave(clinic=clinic, who=None, wish=WISH, entry=entry)
    with pytest.raises(InputError):
        let_leave(clinic=clinic, who=None, wish=WISH, entry=entry)
    assert Export.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"project": ""},
        {"project": "x" * 121},
        {"purpose": "…"},
        {"recipient": ""},
        {"recipient": "a\x00"},
        {"kind": "xlsx"},
    ],
    ids=lambda change: next(iter(change)) + str(len(next(iter(change.values())))),
)
def test_what_is_not_said_lets_nothing_leave(study: list[Patient], clinic: Clinic, change: dict[str, Any]) -> None:
    said = {"project": "Scars", "purpose": "A", "recipient": "B", **change}
    with pytest.raises(InputError):
        exported(clinic, Wish(**said))
    assert Export.objects.count() == 0


def test_counts_are_told_from_five_on(clinic: Clinic, practitioner: Membership) -> None:
    patient = person(clinic, 0)
    followed_up(treated(patient, practitioner))
    agrees(patient, "research")
    for number in range(1, 5):
        person(clinic, number)
    assert participants(clinic, synthetic=False).told()["no_consent"] is None
    _, archive = exported(clinic)
    said = dictionary(archive)
    assert said["left_out"]["no_consent"] == {
        "says": "no consent to research is signed",
        "says_es": "sin consentimiento firmado para investigación",
        "patients": None,
        "fewer_than": 5,
    }
    assert said["left_out"]["withdrawn"]["patients"] is None
    assert said["patients"] is None
    person(clinic, 5)
    _, archive = exported(clinic)
    assert dictionary(archive)["left_out"]["no_consent"]["patients"] == 5
    person(clinic, 6)
    assert participants(clinic, synthetic=False).told()["no_consent"] == 6


def test_small_cells_are_named_without_their_numbers(study: list[Patient], clinic: Clinic) -> None:
    _, archive = exported(clinic)
    measures = dictionary(archive)["tables"][0]
    assert {"columns": ["treatment"], "values": [["paramedical"]]} in measures["small_cells"]
    assert measures["patients"] is None


def test_pseudonyms_hold_within_a_project_and_not_between_two(study: list[Patient], clinic: Clinic) -> None:
    def names(project: str) -> set[str]:
        _, archive = exported(clinic, Wish(project=project, purpose="A", recipient="B"))
        return {row["patient"] for row in table(archive, "measures")}

    assert names("Scars") == names("Scars")
    assert not names("Scars") & names("Scalps")
    assert Project.objects.count() == 2


def test_the_key_of_a_project_opens_with_the_master_key_and_for_that_project_only(
    study: list[Patient],
    clinic: Clinic,
    settings: Any,  # noqa: ANN401 (pytest-django's own)
) -> None:
    exported(clinic)
    project = Project.objects.get()
    sealed = bytes(project.sealed)
    key = opened(project.pk, sealed).key
    assert key not in sealed
    for pk, text in ((uuid.uuid4(), sealed), (project.pk, sealed[:-1] + bytes([sealed[-1] ^ 1])), (project.pk, b"")):
        with pytest.raises(KeyLost):
            opened(pk, text)
    settings.MASTER_KEY = b"1" * 32
    with pytest.raises(KeyLost):
        exported(clinic)
    assert Export.objects.count() == 1


@given(st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32))
def test_two_records_or_two_kinds_never_share_a_pseudonym(one: uuid.UUID, other: uuid.UUID, key: bytes) -> None:
    names = Pseudonyms(key)
    assert (names.of("patient", one) == names.of("patient", other)) == (one == other)
    assert names.of("patient", one)[2:] != names.of("course", one)[2:]
    assert str(one) not in names.of("patient", one)
    assert repr(key) not in repr(names)


def test_the_same_rows_are_the_same_bytes(study: list[Patient], clinic: Clinic) -> None:
    for kind in ("csv", "parquet"):
        wish = Wish(project="Scars", purpose="A", recipient="B", kind=kind)
        both = []
        for _ in range(2):
            _, files = let_leave(clinic=clinic, who=None, wish=wish, entry=uuid.uuid4())
            both.append(b"".join(zip_pieces(files)))
        assert both[0] == both[1]


def test_days_count_from_the_baseline_and_no_day_is_told(study: list[Patient], clinic: Clinic) -> None:
    _, archive = exported(clinic)
    assert {row["days_since_baseline"] for row in table(archive, "measures")} == {"60"}
    assert {row["days_since_baseline"] for row in table(archive, "sessions")} == {"7", "-60"}
    assert {row["baseline"] for row in table(archive, "measures")} == {"photograph"}
    assert dt.date.today().isoformat().encode() not in everything(archive)  # noqa: DTZ011 (any day would do)
