"""The session record: a new one, one as it was held, and its correction."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.agenda.looks import ProposedLook, looks_after
from dermograph.clinic.facts import protocol_of, today
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.ledger.models import Kind, Lot
from dermograph.clinic.ledger.selectors import (
    balance_of,
    chain_of,
    lots_of_session,
    payments_of,
    soon_days,
    state_of,
)
from dermograph.clinic.ledger.words import KINDS, STATES, current_language
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course, Role
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.selectors import planned_dots
from dermograph.clinic.treatment.before import Before, look_before
from dermograph.clinic.treatment.forms.session import (
    EARLIEST_YEAR,
    SessionForm,
    Zones,
    first_values,
    values_of,
    zones_of,
)
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.selectors import RELATED, appointment_that_waits, session_day, team_for
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.clinic.treatment.session_page import guidance, held, shown_checks
from dermograph.core.errors import InputError
from dermograph.core.text import Language

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def session_new(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Write down a session, guided in the order of the work; ``?on=`` is the day on which it was held, if not today."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    asked = _asked_moment(request, found)
    on = timezone.localtime(asked).date() if asked else today(found)
    before = look_before(found, on) if request.method == "GET" else None
    last = Session.objects.get(pk=before.last.id) if before and before.last else None
    initial = {**first_values(found, request.membership, last), "appointment": request.GET.get("appointment")}
    if asked:
        initial["started_at"] = None  # at what time is for a person to say
    zones = last.zones if last else [{"name": found.area.name}]
    form, formset = _forms(request, found, initial, zones)
    if request.method == "POST" and "add_zone" not in request.POST and _valid(form, formset):
        form.refuse_lots(frozenset(), request.membership)
        if not form.errors:
            try:
                new = record_session(
                    course=found,
                    who=request.membership,
                    entry=form.cleaned_data["entry"],
                    zones=zones_of(formset),
                    appointment=_appointment(request, form, found),
                    **form.written(),
                )
            except InputError as error:
                form.tell(error)
            else:
                return redirect("session", session=new.pk)
    return _page(request, found, form, formset, before=before or _looked(form, found))


@require_http_methods(["GET", "POST"])
def session_correct(request: ClinicRequest, session: uuid.UUID) -> HttpResponse:
    """Write a session that supersedes another one."""
    old = within(request.clinic, Session, session, *RELATED, "written_by", "cleared_by")
    later = Session.objects.filter(supersedes=old).select_related("written_by").first()
    form, formset = _forms(request, old.course, values_of(old), old.zones, old)
    form.fields["correction_reason"].required = True
    if request.method == "POST" and "add_zone" not in request.POST and _valid(form, formset):
        already = frozenset(old.lot_uses.values_list("lot_id", flat=True))
        form.refuse_lots(already, request.membership, timezone.localtime(old.started_at).date())
        if not form.errors:
            try:
                new = correct_session(
                    old=old,
                    who=request.membership,
                    entry=form.cleaned_data["entry"],
                    zones=zones_of(formset),
                    reason=form.cleaned_data["correction_reason"],
                    appointment=old.appointment,
                    **form.written(),
                )
            except ChangedMeanwhileError as error:
                later = Session.objects.select_related("written_by").get(pk=error.entry.pk)
                form.tell(error)
            except InputError as error:
                form.tell(error)
            else:
                return redirect("session", session=new.pk)
    day_is_another = _day(form, old.course) != timezone.localtime(old.started_at).date()
    before = _looked(form, old.course, old) if day_is_another else None
    return _page(request, old.course, form, formset, before=before, old=old, later=later)


@require_GET
def session(request: ClinicRequest, session: uuid.UUID) -> HttpResponse:
    """One session as it was held."""
    found = within(
        request.clinic,
        Session,
        session,
        *RELATED,
        "performed_by__user",
        "written_by",
        "cleared_by__user",
        "superseded_by__written_by",
        "supersedes__written_by",
    )
    language, protocol = current_language(), protocol_of(found.course)
    chain = chain_of(found)
    balance = balance_of(chain[-1], payments_of(chain))
    day, soon = timezone.localdate(), soon_days(request.clinic)
    number = _number(found.course, found.started_at)
    uses = found.lot_uses.select_related("lot", "late_by").order_by("lot__kind", "lot__name")
    context = {
        "course": found.course,
        "step": "session",
        "session": found,
        "lots": [(use, use.lot, KINDS[use.lot.kind], *STATES[state_of(use.lot, day, soon)]) for use in uses],
        "checks": shown_checks(found.before.get("checks", []), language),
        "balance": balance,
        "photographs": Photograph.objects.standing().filter(session__in=chain, withdrawn=False).count(),
        "number": number,
        "sets_dots": found.course.treatment == SCALP,
        "planned": _planned(found.course, found.started_at, chain),
        "looks": _looks(found, language),
        **held(found, protocol, language),
    }
    return render(request, "treatment/session.html", context)


def _number(course: Course, began: dt.datetime) -> int:
    """The how-manieth session of a course one is that began then, 1 for the first."""
    return Session.objects.filter(course=course, started_at__lt=began).standing().count() + 1


def _planned(course: Course, began: dt.datetime, chain: Sequence[Session] = ()) -> tuple[int, int] | None:
    """Which session of the chosen design one is that began then, and its dots; None where no design says anything.

    Args:
        course: Any; of anything but a scalp there is no design.
        began: When the needles began.
        chain: What was written of the session so far: the choice that stood at its first entry counts.
    """
    if course.treatment != SCALP:
        return None
    first, last = (chain[0].written_at, chain[-1].pk) if chain else (None, None)
    return planned_dots(course, began, written_at=first, but=last)


def _looks(session: Session, language: Language) -> list[ProposedLook]:
    """When to look again after a session, where it is the last one and stands."""
    later = Session.objects.filter(course=session.course, started_at__gt=session.started_at).standing()
    if not session.stands or session.course.closed_at is not None:
        return []
    course = session.course
    found = looks_after(course.clinic, protocol_of(course), session_day(session), today(course), language)
    return [] if not found or later.exists() else found


def _forms(
    request: ClinicRequest, course: Course, initial: dict[str, Any], zones: list[Any], old: Session | None = None
) -> tuple[Any, Any]:
    """The form and its zones, bound where something was posted; one zone more where that was asked for."""
    team = team_for(course)
    posted: QueryDict | None = request.POST.copy() if request.method == "POST" else None
    if posted is not None and "add_zone" in posted:
        total = posted.get("zones-TOTAL_FORMS", "0")
        posted["zones-TOTAL_FORMS"] = str(min(int(total) + 1, 20)) if total.isdecimal() and len(total) < 4 else "1"
    source = posted.getlist if posted is not None else lambda kind: initial.get(kind, [])
    picked = _ids(one for kind in Kind.values for one in source(kind))
    form = SessionForm(posted, initial=initial, course=course, team=team)
    # The day of the session decides what it may have used, not the day on which it is written down.
    began = form.began() or _asked_moment(request, course) or timezone.now()
    offered = lots_of_session(request.clinic, began, is_lead=request.role == Role.MEDICAL_LEAD)
    stock = Lot.objects.filter(Q(pk__in=offered.values("pk")) | Q(pk__in=picked), clinic=request.clinic)
    form.offer(stock.order_by("expires_on", "name"))
    if course.treatment == SCALP:
        form.hint_dots(_planned(course, began, chain_of(old) if old else ()))
    formset = Zones(posted, initial=zones if posted is None else None, prefix="zones")
    return form, formset


def _asked_moment(request: ClinicRequest, course: Course) -> dt.datetime | None:
    """The beginning of the earlier day that the page was asked for; None for today, and where it is no such day."""
    try:
        day = dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    if day.year < EARLIEST_YEAR or day >= today(course):
        return None
    return dt.datetime.combine(day, dt.time.min, course.clinic.zone)


def _ids(posted: Iterable[Any]) -> list[uuid.UUID]:
    """The ids among what was posted, at most 80."""
    found = []
    for one in itertools.islice(posted, 80):
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(str(one)))
    return found


def _valid(form: SessionForm, formset: Any) -> bool:  # noqa: ANN401 (a formset)
    """Both are looked at, so that every error is shown at once."""
    form_is, zones_are = form.is_valid(), formset.is_valid()
    if zones_are and not zones_of(formset):
        says = _text("Name at least one zone.", "Nombre al menos una zona.")
        if formset.forms:
            formset.forms[0].add_error("name", says)
        else:
            form.add_error(None, says)
        return False
    return form_is and zones_are


def _text(en: str, es: str) -> str:
    return es if current_language() == "es" else en


def _appointment(request: ClinicRequest, form: SessionForm, course: Course) -> Any:  # noqa: ANN401 (an appointment or None)
    """The appointment that the session was booked as: the one it was opened from, else the one that waits that day."""
    pk = form.cleaned_data.get("appointment")
    if pk:
        return course.appointments.filter(pk=pk, clinic=request.clinic).first()
    return appointment_that_waits(course, _day(form, course))


def _looked(form: SessionForm, course: Course, but: Session | None = None) -> Before:
    """The check for the moment that was written, else for now."""
    return look_before(course, _day(form, course), at=_began(form), but=but)


def _began(form: SessionForm) -> dt.datetime | None:
    """When the needles began, as far as it was written."""
    if not form.is_bound:
        found = form.initial.get("started_at")
    else:
        found = form.cleaned_data.get("started_at") if hasattr(form, "cleaned_data") else None
    return found if isinstance(found, dt.datetime) else None


def _day(form: SessionForm, course: Course) -> dt.date:
    """The day that is checked for: the one that was written, never one to come, else today."""
    began = _began(form)
    return min(timezone.localtime(began).date(), today(course)) if began else today(course)


def _page(
    request: ClinicRequest,
    course: Course,
    form: SessionForm,
    formset: Any,  # noqa: ANN401 (a class that Django makes at run time)
    *,
    before: Before | None,
    old: Session | None = None,
    later: Session | None = None,
) -> HttpResponse:
    language = current_language()
    context = {
        "course": course,
        "step": "session",
        "form": form,
        "zones": formset,
        "old": old,
        "later": later,
        "before": before,
        "entries": before.entries if before else None,
        "checks": shown_checks(before.to_json()["checks"], language) if before else [],
        "needs_lead": bool(before and before.for_the_lead),
        "blocked": bool(before and before.blocked),
        "is_lead": request.role == Role.MEDICAL_LEAD,
        "today": today(course),
        "asked": _asked_moment(request, course) if old is None else None,
        **guidance(course, before, language),
    }
    adding = "add_zone" in request.POST
    status = UNPROCESSABLE if not adding and (form.errors or any(formset.errors)) and form.is_bound else 200
    return render(request, "treatment/session_form.html", context, status=status)
