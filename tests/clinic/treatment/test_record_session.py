"""What stands against a session stands in its way, and what is written down is what was held."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.agenda.models import State as AppointmentState
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.intake.models import Answer, Happening, Withdrawal
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.ledger.models import Lot, LotUse
from dermograph.clinic.ledger.services import withdraw_lot
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.clinic.treatment.services.refusals import refuse_times
from dermograph.core.errors import InputError
from tests.clinic.conftest import member
from tests.clinic.treatment.held import (
    answered,
    consented,
    healthy,
    held,
    kit,
    lot,
    moment,
    ready,
    reviewed,
    today,
    written,
)

WHY = "Discussed with the patient and her doctor."


def refused(match: str, **values: object) -> None:
    """Nothing is written, and the reason is said."""
    before = Session.objects.count(), LotUse.objects.count(), AuditEntry.objects.count()
    with pytest.raises(InputError, match=match):
        record_session(**values)  # type: ignore[arg-type]  # fields as a test gives them
    assert (Session.objects.count(), LotUse.objects.count(), AuditEntry.objects.count()) == before


def test_a_session_is_written_with_its_lots_and_what_was_checked(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    session = record_session(**written(course, practitioner))
    assert {use.lot.kind for use in session.lot_uses.all()} == {"needle", "anaesthetic"}
    assert [check["what"] for check in session.before["checks"]] == ["verdict", "day", "consent"]
    assert {check["state"] for check in session.before["checks"]} <= {"clear", "said"}
    assert session.cleared_by is None
    assert AuditEntry.objects.filter(action="session.recorded", about=session.pk, patient=course.patient_id).exists()


def test_a_replayed_form_writes_one_session(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    entry, values = uuid.uuid4(), written(course, practitioner)
    first = record_session(entry=entry, **values)
    assert record_session(entry=entry, **values) == first
    assert Session.objects.count() == 1
    assert LotUse.objects.count() == 2


def test_without_an_assessment_or_without_a_consent_no_session_is_held(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    values = written(course, practitioner)
    refused("No consent", **values)
    consent = consented(course)
    refused("No assessment is signed", **values)
    Withdrawal.objects.create(clinic=course.clinic, consent=consent, written_at=moment(course.clinic, -3))
    refused("taken back", **{**values, "who": lead, "clearance_reason": WHY})


@pytest.mark.parametrize(("minutes", "counts"), [(0, True), (1, False)])
def test_a_consent_counts_from_the_minute_it_was_signed_in(
    course: Course,
    practitioner: Membership,
    minutes: int,
    counts: bool,  # noqa: FBT001 (a case)
) -> None:
    answered(course, healthy(course.treatment))
    signed = sign_assessment(course=course, who=practitioner.user)
    values = written(course, practitioner)
    consented(course, signed_at=values["started_at"] + dt.timedelta(minutes=minutes, seconds=30))
    refused("No assessment|after that day" if counts else "No consent was signed by then", **values)
    assert signed.assessed_on == today(course.clinic)


def test_a_consent_taken_back_after_the_session_had_stood(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    later = values["started_at"] + dt.timedelta(hours=3)
    Withdrawal.objects.create(clinic=course.clinic, consent=course.consents.get(), written_at=later)
    assert record_session(**values).before["checks"][2]["state"] == "clear"


@pytest.mark.parametrize(("hours", "stood"), [(3, True), (-3, False)])
def test_a_consent_stood_until_a_newer_one_was_signed(
    course: Course,
    practitioner: Membership,
    hours: int,
    stood: bool,  # noqa: FBT001 (a case)
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    at = values["started_at"] + dt.timedelta(hours=hours)
    consented(course, ("record",), at, supersedes=course.consents.get(), correction_reason="signed again")
    if stood:
        assert record_session(**values).before["checks"][2]["state"] == "clear"
    else:
        refused("refused or taken back", **values)


def test_a_refused_purpose_is_no_consent(course: Course, practitioner: Membership, lead: Membership) -> None:
    answered(course, {})
    consented(course, ("record",))
    refused("No consent", **written(course, lead, clearance_reason=WHY))


def test_only_the_lead_goes_on_against_the_verdict_and_says_why(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    Answer.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        fact="infection",
        value=True,
        answered_on=today(course.clinic) - dt.timedelta(days=2),
        supersedes=Answer.objects.get(fact="infection"),
        correction_reason="seen again",
    )
    refused("Only the medical lead", **written(course, practitioner))
    refused("at least 10", **written(course, lead, clearance_reason="because"))
    session = record_session(**written(course, lead, clearance_reason=WHY))
    assert session.cleared_by == lead
    assert session.clearance_reason == WHY
    assert "infection" in str(session.before["checks"][0]["reasons"]["en"])


def test_a_closed_day_says_which_rule_closes_it(course: Course, practitioner: Membership, lead: Membership) -> None:
    ready(course, practitioner)
    yesterday = today(course.clinic) - dt.timedelta(days=1)
    Happening.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        what="sun_exposure",
        first=yesterday - dt.timedelta(days=3),
        last=yesterday - dt.timedelta(days=3),
    )
    refused("The plan closes", **written(course, practitioner))
    session = record_session(**written(course, lead, clearance_reason=WHY))
    day = next(check for check in session.before["checks"] if check["what"] == "day")
    assert day["state"] == "lead"
    assert day["reasons"]["en"][0]["cite"]


@pytest.mark.parametrize(("days", "closed"), [(27, True), (28, False)])
def test_the_spacing_closes_the_day_before_four_weeks_and_not_at_them(
    course: Course,
    practitioner: Membership,
    days: int,
    closed: bool,  # noqa: FBT001 (a case)
) -> None:
    ready(course, practitioner)
    held(course, -1 - days)
    if closed:
        refused("The plan closes", **written(course, practitioner))
    else:
        session = record_session(**written(course, practitioner))
        assert [check["what"] for check in session.before["checks"]][-1] == "review"  # said, closes nothing


@pytest.mark.parametrize(("days", "counts"), [(-40, False), (-39, True), (-1, True), (0, False)])
def test_a_review_counts_from_the_day_after_the_session_to_the_day_of_the_next(
    course: Course,
    practitioner: Membership,
    days: int,
    counts: bool,  # noqa: FBT001 (a case)
) -> None:
    ready(course, practitioner)
    held(course, -40)
    reviewed(course, practitioner, days)
    session = record_session(**written(course, practitioner))
    assert ("review" not in [check["what"] for check in session.before["checks"]]) is counts


@pytest.mark.parametrize(("days", "usable"), [(-1, True), (-2, False)])
def test_a_lot_may_be_used_on_its_last_day_and_not_after(
    course: Course,
    practitioner: Membership,
    days: int,
    usable: bool,  # noqa: FBT001 (a case)
) -> None:
    ready(course, practitioner)
    lots = [lot(course.clinic, days=days), lot(course.clinic, "anaesthetic")]
    if usable:
        assert record_session(**written(course, practitioner, lots)).lot_uses.count() == 2
    else:
        refused("expired", **written(course, practitioner, lots))


def test_a_lot_withdrawn_while_the_form_is_open_cannot_be_used(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    withdraw_lot(lot=values["lots"][0], who=lead, reason="recalled by the maker")
    refused("withdrawn", **values)
    refused("withdrawn", **{**values, "who": lead, "clearance_reason": WHY})


def test_another_clinics_lot_and_people_are_not_there(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    other = Clinic.objects.create(name="Other", slug="other")
    stranger = member(other, "practitioner", "Otto Other", ("paramedical",))
    refused("not in stock", **written(course, practitioner, [*kit(course.clinic), lot(other)]))
    refused("not trained", **written(course, practitioner, performed_by=stranger))
    with pytest.raises(PermissionDenied):
        record_session(**written(course, stranger, performed_by=practitioner))


def test_who_is_not_trained_cannot_have_held_it(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    new = member(course.clinic, "practitioner", "Noa Nueva", ("scalp",))
    refused("not trained", **written(course, practitioner, performed_by=new))


@pytest.mark.parametrize("minutes", [None, 1, 60 * 24 * 400 * -1])
def test_a_pigment_needs_its_label_in_the_patients_hand_first(
    course: Course, practitioner: Membership, minutes: int | None
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner, kit(course.clinic, "needle", "anaesthetic", "pigment"))
    at = None if minutes is None else values["started_at"] + dt.timedelta(minutes=minutes)
    refused("label|day again", **{**values, "label_handed_at": at})


def test_a_label_handed_over_before_the_needles_is_kept_with_its_time(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    values = written(course, practitioner, kit(course.clinic, "needle", "anaesthetic", "pigment"))
    at = values["started_at"]  # at the same minute is still before
    assert record_session(**{**values, "label_handed_at": at}).label_handed_at == at


def test_a_pigment_without_a_label_in_stock_cannot_be_used(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    values = written(course, practitioner, [*kit(course.clinic), lot(course.clinic, "pigment", label="")])
    refused("label", **{**values, "label_handed_at": values["started_at"]})


@pytest.mark.parametrize(
    ("kinds", "more", "match"),
    [
        (("needle",), {}, "anaesthetic"),
        (("anaesthetic",), {}, "needle"),
        (("needle",), {"anaesthesia": "none"}, ""),
        (("needle", "anaesthetic"), {"anaesthesia": "none"}, "none was used"),
        (("needle", "anaesthetic"), {"anaesthesia": "whisky"}, "Say which"),
    ],
)
def test_the_lots_that_the_protocol_asks_for_are_there(
    course: Course, practitioner: Membership, kinds: tuple[str, ...], more: dict[str, object], match: str
) -> None:
    ready(course, practitioner)
    values = {**written(course, practitioner, kit(course.clinic, *kinds)), **more}
    if match:
        refused(match, **values)
    else:
        assert record_session(**values).anaesthesia == "none"


def test_microneedling_asks_for_the_active_ingredient_or_that_there_was_none(
    course: Course, practitioner: Membership
) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="microneedling")
    course.refresh_from_db()
    ready(course, practitioner)
    refused("active ingredient", **written(course, practitioner))
    session = record_session(**written(course, practitioner, no_actives=True))
    assert session.actives == []
    assert session.no_actives


@pytest.mark.parametrize(
    ("began", "minutes", "match"),
    [(0, -5, "ends after"), (0, 0, "ends after"), (0, 721, "12 hours"), (30 * 24 * 60, 60, "once it has been held")],
)
def test_impossible_times_are_refused(
    course: Course, practitioner: Membership, began: int, minutes: int, match: str
) -> None:
    ready(course, practitioner)
    start = moment(course.clinic, -1, 10) + dt.timedelta(minutes=began)
    refused(match, **written(course, practitioner, started_at=start, ended_at=start + dt.timedelta(minutes=minutes)))


def test_a_night_in_which_the_clocks_change_is_as_long_as_it_was(course: Course) -> None:
    zone = course.clinic.zone
    began = dt.datetime(2026, 3, 28, 16, 0, tzinfo=zone)
    refuse_times(began, dt.datetime(2026, 3, 29, 5, 0, tzinfo=zone))  # 12 hours, the clock says 13
    autumn = dt.datetime(2025, 10, 25, 17, 0, tzinfo=zone)
    with pytest.raises(InputError, match="12 hours"):
        refuse_times(autumn, dt.datetime(2025, 10, 26, 5, 0, tzinfo=zone))  # 13 hours, the clock says 12


def test_a_second_session_on_one_day_is_refused(course: Course, practitioner: Membership, lead: Membership) -> None:
    ready(course, practitioner)
    held(course, -1)
    refused("recorded already", **written(course, lead, clearance_reason=WHY))


def test_a_closed_course_takes_no_session(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    course.closed_at = timezone.now()
    course.save()
    refused("closed", **written(course, practitioner))


def test_a_course_closed_since_it_was_fetched_takes_no_session(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now())
    refused("closed", **values)


def test_a_form_of_another_course_or_of_a_correction_is_refused(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    entry, values = uuid.uuid4(), written(course, practitioner)
    old = record_session(entry=entry, **values)
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment="scalp", lead=practitioner
    )
    refused("cannot be sent", **{**values, "course": other}, entry=entry)
    values.pop("course")
    with pytest.raises(InputError, match="cannot be sent"):
        correct_session(old=old, reason="wrong device was written", entry=entry, **values)


@pytest.mark.parametrize("state", [AppointmentState.BOOKED, AppointmentState.ARRIVED])
def test_a_session_ends_the_appointment_that_it_was_booked_as(
    course: Course, practitioner: Membership, state: AppointmentState
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    appointment = booked_at(course, practitioner, values["started_at"], state)
    record_session(**values, appointment=appointment)
    appointment.refresh_from_db()
    assert appointment.state == AppointmentState.DONE


@pytest.mark.parametrize(
    "zone",
    [
        {"name": ""},
        {"name": "a", "needles": 0},
        {"name": "a", "needles": 2.5},
        {"name": "a", "cm2": float("inf")},
        {"name": "a", "seconds": -1},
        {"name": "a", "speed_hz": True},
        {"name": "a", "needle_setting_mm": 11},
        {"name": "a\x00b"},
        {"name": "a" * 81},
    ],
)
def test_a_zone_that_no_device_has_is_refused(
    course: Course, practitioner: Membership, zone: dict[str, object]
) -> None:
    ready(course, practitioner)
    refused("zone|device", **written(course, practitioner, zones=[zone]))


def test_a_correction_keeps_the_old_one_and_takes_over_its_lots(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    old = record_session(**values)
    needle = values["lots"][0]
    withdraw_lot(lot=needle, who=lead, reason="recalled by the maker")
    fixed = {**values, "device": "Dermograph D4"}
    course_of = fixed.pop("course")
    new = correct_session(old=old, reason="wrong device was written", **fixed)
    assert course_of == new.course
    assert new.supersedes == old
    assert not Session.objects.get(pk=old.pk).stands
    assert needle in [use.lot for use in new.lot_uses.all()]  # it was used, so it stays traced
    assert new.before == old.before
    added = {**fixed, "lots": [*values["lots"], withdrawn_lot(course, lead)]}
    with pytest.raises(InputError, match="withdrawn"):
        correct_session(old=new, reason="another needle was used", **added)


def booked_at(
    course: Course, who: Membership, at: dt.datetime, state: AppointmentState = AppointmentState.BOOKED
) -> Appointment:
    return Appointment.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        practitioner=who,
        state=state,
        starts_at=at,
        room=Room.objects.create(clinic=course.clinic, name="Room 1"),
        ends_at=at + dt.timedelta(minutes=90),
    )


def withdrawn_lot(course: Course, lead: Membership) -> Lot:
    return withdraw_lot(lot=lot(course.clinic), who=lead, reason="recalled by the maker")


def test_the_later_of_two_corrections_is_told_who_was_quicker(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    old = record_session(**values)
    values.pop("course")
    first = correct_session(old=old, reason="wrong device was written", **values)
    with pytest.raises(ChangedMeanwhileError, match="Nuria Vidal") as told:
        correct_session(old=old, reason="wrong device, I think", **{**values, "who": lead})
    assert told.value.entry == first
    assert Session.objects.count() == 2


def test_a_correction_to_another_day_is_checked_again(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    held(course, -40)
    values = written(course, practitioner)
    old = record_session(**values)
    values.pop("course")
    near = {"started_at": moment(course.clinic, -20, 10), "ended_at": moment(course.clinic, -20, 11)}
    with pytest.raises(InputError, match="The plan closes"):
        correct_session(old=old, reason="it was another day", **{**values, **near})
    ok = {"started_at": moment(course.clinic, -3, 10), "ended_at": moment(course.clinic, -3, 11)}
    new = correct_session(old=old, reason="it was another day", **{**values, **ok})
    assert new.before["on"] == (today(course.clinic) - dt.timedelta(days=3)).isoformat()


def test_a_correction_to_another_time_of_the_day_looks_at_the_consent_again(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    signed_at = values["started_at"] - dt.timedelta(hours=1)
    consented(course, signed_at=signed_at, supersedes=course.consents.get(), correction_reason="signed again")
    Withdrawal.objects.create(
        clinic=course.clinic, consent=course.consents.get(supersedes=None), written_at=moment(course.clinic, -100)
    )
    old = record_session(**values)
    values.pop("course")
    early = {**values, "started_at": signed_at - dt.timedelta(hours=1)}
    with pytest.raises(InputError, match="No consent"):
        correct_session(old=old, reason="it began earlier", **early)
    late = {**values, "started_at": signed_at + dt.timedelta(minutes=10)}
    new = correct_session(old=old, reason="it began earlier", **late)
    assert new.before["checks"][2] == old.before["checks"][2]


def test_a_correction_needs_a_reason(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    old = record_session(**values)
    values.pop("course")
    with pytest.raises(InputError, match="why it is corrected"):
        correct_session(old=old, reason="typo", **values)
