"""What is kept of each course is never older than its rows, whichever code writes them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Assessment, Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.services import install_texts
from dermograph.clinic.overview import standings as kept
from dermograph.clinic.overview import touching
from dermograph.clinic.overview.models import CourseStanding, Touched
from dermograph.clinic.overview.standings import AT_ONCE, catch_up, standings
from dermograph.clinic.overview.touching import is_watched, unwatch, watch
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.protocols import load_library
from tests.clinic.overview import rows
from tests.clinic.overview.judge import wrong

Step = Callable[[Course, random.Random], object]


def _past(chance: random.Random) -> Any:  # noqa: ANN401 (a day)
    return rows.day(-chance.randint(0, 120))


def _any(model: type[Any], course: Course, chance: random.Random) -> Any:  # noqa: ANN401 (a row, or None)
    found = list(model.objects.filter(course=course, superseded_by=None).order_by("pk"))
    return chance.choice(found) if found else None


def _corrected(model: type[Any], course: Course, chance: random.Random) -> None:
    """An entry in the place of another one, with another day."""
    one = _any(model, course, chance)
    if one is None:
        return
    column = {Session: "started_at", Review: "reviewed_on", SymptomReport: "reported_on", Photograph: "taken_on"}[model]
    former = model.objects.get(pk=one.pk)
    one.pk, one.supersedes, one._state.adding = uuid.uuid4(), former, True  # noqa: SLF001 (the row is copied as it stands)
    if hasattr(one, "sha256"):
        one.sha256 = uuid.uuid4().hex
    setattr(one, column, rows.noon(_past(chance)) if column == "started_at" else _past(chance))
    one.save()


def _moved(course: Course, chance: random.Random) -> None:
    """A session that turns out to be of another course."""
    one = _any(Session, course, chance)
    other = Course.objects.filter(clinic=course.clinic).exclude(pk=course.pk).order_by("?").first()
    if one is None or other is None:
        return
    former = Session.objects.get(pk=one.pk)
    one.pk, one.supersedes, one._state.adding, one.course = uuid.uuid4(), former, True, other  # noqa: SLF001 (the same)
    one.save()


def _assessed(course: Course, chance: random.Random) -> None:
    protocol = load_library().protocol(course.treatment)
    Assessment.objects.create(
        clinic=course.clinic,
        course=course,
        assessed_on=_past(chance),
        facts={},
        verdict=chance.choice(("suitable", "incomplete", "excluded")),
        worst_case="excluded",
        result={},
        protocol_version=protocol.version,
        protocol_hash=chance.choice((protocol.hash, "sha256:another")),
    )


def _consented(course: Course, chance: random.Random) -> None:
    text = ConsentText.objects.filter(clinic=course.clinic, treatment=course.treatment).first()
    assert text is not None
    Consent.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=chance.choice((course, None)),
        text=text,
        text_sha256=text.sha256,
        purposes=chance.choice((["treatment"], ["teaching"])),
        signed_name="N",
        strokes={"typed": "N"},
        signed_at=timezone.now(),
    )


def _withdrawn(course: Course, chance: random.Random) -> None:
    """Taken back; the standing of before is kept meanwhile, so that nothing else touches the course."""
    found = Consent.objects.filter(patient=course.patient).first()
    if found is None:
        _consented(course, chance)
        found = Consent.objects.filter(patient=course.patient).get()
        standings(course.clinic)
    purpose = chance.choice(("", "treatment", "teaching"))
    Withdrawal.objects.create(clinic=course.clinic, consent=found, purpose=purpose)


def _many_sessions(course: Course, chance: random.Random) -> None:
    some = [rows.held(course, _past(chance)) for _ in range(2)]
    for one in some:
        one.pk = uuid.uuid4()
    Session.objects.bulk_create(some)


def _plain_sql(course: Course, chance: random.Random) -> None:
    pk = Course._meta.pk.get_db_prep_value(course.pk, connection)  # noqa: SLF001 (Django's way to the field)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gallery_photograph SET taken_on = %s WHERE course_id = %s", [_past(chance), pk])


def _closed(course: Course, chance: random.Random) -> None:
    Course.objects.filter(pk=course.pk).update(
        closed_at=timezone.now(), outcome=chance.choice(("stop_goal_met", "maintain"))
    )


def _opened(course: Course, _: random.Random) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at=None, outcome="")


def _blocked(course: Course, chance: random.Random) -> None:
    at = chance.choice((timezone.now(), None))
    Patient.objects.filter(pk=course.patient_id).update(restricted_at=at)


def _compared(course: Course, chance: random.Random) -> None:
    stage = chance.choice(("done", "done", "waiting", "running", "failed"))
    rows.compared(course, _past(chance), chance.choice((-3.0, 0.1, None)), stage=stage)


def _reviewed(course: Course, chance: random.Random) -> None:
    decision = chance.choice(("wait", "another_session", "not_comparable", "maintain"))
    rows.reviewed(course, _past(chance), decision, chance.choice((None, _past(chance), rows.day(20))))


def _unpicked(course: Course, chance: random.Random) -> None:
    photograph = _any(Photograph, course, chance)
    if photograph:
        rows.replaced(photograph, is_withdrawn=chance.random() < 0.5)


NOTHING = {"verdict": "not_comparable"}
STEPS: tuple[Step, ...] = (
    lambda course, chance: rows.held(course, _past(chance)),
    lambda course, chance: rows.held(course, _past(chance)),
    lambda course, chance: rows.photographed(course, _past(chance)),
    lambda course, chance: rows.reported(course, chance.choice(("infection", "erythema", "scabs")), _past(chance)),
    lambda course, chance: _corrected(chance.choice((Session, Review, SymptomReport, Photograph)), course, chance),
    lambda course, chance: Photograph.objects.filter(course=course).update(usable=chance.choice((True, False, None))),
    lambda course, chance: Comparison.objects.filter(course=course).update(stage=chance.choice(("failed", "done"))),
    lambda course, _: Comparison.objects.filter(course=course, stage="done").update(
        result={"verdict": "not_comparable"}
    ),
    lambda course, chance: Clinic.objects.filter(pk=course.clinic_id).update(
        time_zone=chance.choice(("Europe/Madrid", "Pacific/Auckland"))
    ),
    _compared,
    _compared,
    _reviewed,
    _reviewed,
    _unpicked,
    _moved,
    _assessed,
    _consented,
    _withdrawn,
    _many_sessions,
    _plain_sql,
    _closed,
    _opened,
    _blocked,
)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), numbers=st.lists(st.integers(0, len(STEPS) - 1), min_size=4, max_size=25))
@pytest.mark.django_db
def test_after_every_step_of_any_story_what_is_kept_is_what_the_rows_say(seed: int, numbers: list[int]) -> None:
    with transaction.atomic():
        chance = random.Random(seed)
        courses = _some_courses()
        for number in numbers:
            STEPS[number](chance.choice(courses), chance)
            assert wrong(Clinic.objects.get(pk=courses[0].clinic_id)) == {}, f"after step {number}"
        transaction.set_rollback(True)


def _some_courses() -> list[Course]:
    """Three courses of two patients."""
    from tests.clinic.conftest import member

    clinic = Clinic.objects.create(name="C", slug=uuid.uuid4().hex, time_zone="Europe/Madrid", language="en")
    install_texts(clinic)
    lead = member(clinic, "medical_lead", "Teresa Mora")
    patients = [Patient.objects.create(clinic=clinic, number=one, given_names="A", family_names="B") for one in (1, 2)]
    found = []
    for patient, treatment in ((patients[0], "paramedical"), (patients[1], "scalp"), (patients[0], "microneedling")):
        area = patient.areas.create(name=treatment, view="front")
        found.append(Course.objects.create(clinic=clinic, patient=patient, area=area, treatment=treatment, lead=lead))
    return found


@pytest.mark.parametrize("number", range(len(STEPS)), ids=str)
@pytest.mark.django_db
def test_each_way_of_writing_touches_its_course_by_itself(course: Course, number: int) -> None:
    install_texts(course.clinic)
    chance = random.Random(number)
    rows.another_course(course, 7)
    for one in (_many_sessions, _consented, _compared, _reviewed, STEPS[3]):
        one(course, chance)
    for _ in range(3):
        standings(course.clinic)
        STEPS[number](course, chance)
        assert wrong(Clinic.objects.get(pk=course.clinic_id)) == {}


@pytest.mark.django_db
def test_a_consent_that_is_taken_back_touches_the_course(course: Course) -> None:
    install_texts(course.clinic)
    chance = random.Random(1)
    while not standings(course.clinic).stored.get(pk=course.pk).consented:
        _consented(course, chance)
    for one in Consent.objects.filter(patient=course.patient):
        Withdrawal.objects.create(clinic=course.clinic, consent=one, purpose="treatment")
    assert wrong(course.clinic) == {}
    assert not CourseStanding.objects.get(pk=course.pk).consented


@pytest.mark.django_db
def test_what_nobody_touched_costs_one_query(course: Course) -> None:
    rows.held(course, rows.day(-30))
    assert wrong(course.clinic) == {}
    with CaptureQueriesContext(connection) as queries:
        standings(course.clinic)
    assert len(queries) == 1


@pytest.mark.django_db
def test_progress_of_a_measurement_touches_no_course(course: Course) -> None:
    comparison = rows.compared(course, rows.day(-3), None, stage="running")
    standings(course.clinic)
    Comparison.objects.filter(pk=comparison.pk).update(progress=0.5, step="aligning", attempt=2)
    assert not Touched.objects.exists()
    Comparison.objects.filter(pk=comparison.pk).update(stage="failed", failure={"en": "No.", "es": "No."})
    assert wrong(course.clinic) == {}
    assert CourseStanding.objects.get(pk=course.pk).trouble_on == rows.day(-3)


@pytest.mark.django_db
def test_other_protocols_make_everything_anew(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    rows.held(course, rows.day(-30))
    standings(course.clinic)
    CourseStanding.objects.update(sessions=99)
    standings(course.clinic)
    assert CourseStanding.objects.get().sessions == 99
    monkeypatch.setattr(kept, "VERSION", "another")
    standings(course.clinic)
    assert CourseStanding.objects.get().sessions == 1


@pytest.mark.django_db
def test_more_courses_than_are_worked_out_at_once_are_all_there(course: Course) -> None:
    many = AT_ONCE + 7
    patients = Patient.objects.bulk_create(
        Patient(clinic=course.clinic, number=number, given_names="A", family_names="B")
        for number in range(10, 10 + many)
    )
    for patient in patients:
        area = patient.areas.create(name="arm", view="front")
        Course.objects.create(clinic=course.clinic, patient=patient, area=area, treatment="scalp")
    assert wrong(course.clinic) == {}
    assert CourseStanding.objects.count() == many + 1


@pytest.mark.django_db
def test_a_busy_database_shows_what_is_and_keeps_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    rows.held(course, rows.day(-30))
    standings(course.clinic)
    rows.held(course, rows.day(-20))
    rows.held(rows.another_course(course, 7), rows.day(-40))

    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(kept, "_keep", busy)
    assert len(standings(course.clinic).fresh) == 2
    assert wrong(course.clinic) == {}
    assert CourseStanding.objects.get().sessions == 1
    monkeypatch.undo()
    assert wrong(course.clinic) == {}
    assert CourseStanding.objects.get(pk=course.pk).sessions == 2


def _read(clinic: Clinic) -> tuple[list[CourseStanding], list[int]]:
    """What a reader has in hand just before it is kept."""
    some = kept._stale(clinic, kept.basis_of(clinic))  # noqa: SLF001 (two readers at once, one step after the other)
    notes = kept._noted(clinic, some)  # noqa: SLF001 (the same)
    return kept.standings_of(clinic, some), notes


@pytest.mark.django_db
def test_who_saw_less_with_other_protocols_does_not_overwrite_who_saw_more(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.held(course, rows.day(-30))
    standings(course.clinic)
    CourseStanding.objects.update(basis="of before")
    assert not Touched.objects.exists()
    old, notes = _read(course.clinic)
    rows.held(course, rows.day(-20))
    with monkeypatch.context() as another:
        another.setattr(kept, "VERSION", "of another version on the same database")
        standings(course.clinic)
    kept._keep(old, notes)  # noqa: SLF001 (as above)
    assert CourseStanding.objects.get(pk=course.pk).sessions == 2
    assert wrong(course.clinic) == {}


@pytest.mark.django_db
def test_notes_are_looked_for_by_their_index(course: Course) -> None:
    rows.held(course, rows.day(-30))
    with CaptureQueriesContext(connection) as queries:
        standings(course.clinic)
    asked = [one["sql"] for one in queries if 'FROM "overview_touched"' in one["sql"] and '"id" IN' not in one["sql"]]
    assert len(asked) > 2
    assert all('"overview_touched"."clinic" =' in one or 'U0."clinic" =' in one for one in asked)
    removing = touching._GONE.split(";")[0]  # noqa: SLF001 (what the trigger does)
    assert "clinic = OLD.clinic_id AND course = OLD.id" in removing


@pytest.mark.parametrize(("outcome", "waits"), [("", True), ("maintain", True), ("abandoned", False)])
@pytest.mark.django_db
def test_who_was_closed_as_abandoned_does_not_wait_for_maintenance(
    course: Course,
    outcome: str,
    waits: bool,  # noqa: FBT001 (a column)
) -> None:
    rows.held(course, rows.day(-90))
    rows.reviewed(course, rows.day(-30), "maintain")
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now() if outcome else None, outcome=outcome)
    standings(course.clinic)
    expected = rows.day(-30) if waits else None
    assert CourseStanding.objects.get(pk=course.pk).maintain_since == expected


@pytest.mark.django_db
def test_who_saw_less_does_not_overwrite_who_saw_more(course: Course) -> None:
    rows.held(course, rows.day(-30))
    old, notes = _read(course.clinic)
    rows.held(course, rows.day(-20))
    assert wrong(course.clinic) == {}
    kept._keep(old, notes)  # noqa: SLF001 (two readers at once, one step after the other)
    assert CourseStanding.objects.get(pk=course.pk).sessions == 2
    rows.held(course, rows.day(-10))
    old, notes = _read(course.clinic)
    rows.held(course, rows.day(-5))
    kept._keep(old, notes)  # noqa: SLF001 (the same)
    assert Touched.objects.count() == 1
    assert wrong(course.clinic) == {}


@pytest.mark.django_db
def test_a_course_that_goes_takes_everything_along(course: Course) -> None:
    rows.held(course, rows.day(-30))
    standings(course.clinic)
    rows.held(course, rows.day(-20))
    with connection.constraint_checks_disabled():
        Session.objects.filter(course=course)._raw_delete("default")  # noqa: SLF001 (as the erasure does)
        Course.objects.filter(pk=course.pk)._raw_delete("default")  # noqa: SLF001 (as the erasure does)
    assert (CourseStanding.objects.count(), Touched.objects.count()) == (0, 0)
    assert wrong(course.clinic) == {}


@pytest.mark.django_db
def test_without_its_triggers_a_database_counts_everything_as_touched_once_they_are_back(course: Course) -> None:
    standings(course.clinic)
    assert is_watched(connection)
    assert not watch(connection)
    unwatch(connection)
    assert not is_watched(connection)
    rows.held(course, rows.day(-30))
    assert not Touched.objects.exists()
    assert watch(connection)
    assert wrong(course.clinic) == {}
    assert CourseStanding.objects.get().sessions == 1


@pytest.mark.django_db(transaction=True)
def test_tables_can_be_made_anew_by_a_migration(course: Course, lead: Membership) -> None:
    rows.held(course, rows.day(-30))
    standings(course.clinic)
    call_command("migrate", "overview", "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    assert is_watched(connection)
    assert catch_up() == Course.objects.count()
    assert wrong(course.clinic) == {}
