"""A practitioner's absence from a calendar of theirs: read, looked at, confirmed, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dermograph.clinic.agenda.timetable import HANDS
from dermograph.clinic.calendars.diaries import Absences
from dermograph.clinic.calendars.reading_page import confirm, history_of, preview_of, take_back
from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Membership
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
def absence_calendar(request: ClinicRequest) -> HttpResponse:
    """Choose whose calendar it is and the file; look at what it says; take it over."""
    people = list(
        Membership.objects.filter(clinic=request.clinic, active=True, role__in=HANDS)
        .select_related("user", "clinic")
        .order_by("user__name", "pk")
    )
    asked = words(request, "person") if request.method == "POST" else request.GET.get("person", "")[:40]
    person = next((one for one in people if str(one.pk) == asked), people[0] if len(people) == 1 else None)
    context: dict[str, Any] = {"people": people, "person": person}
    if request.method == "POST":
        try:
            said = _act(request, person, context)
        except InputError as error:
            return _page(request, {**context, "error": error}, status=400)
        if said is not None and person is not None:
            messages.success(request, said.say(language_of(request)))
            return redirect(f"{reverse('absence_calendar')}?person={person.pk}")
    return _page(request, context)


def _act(request: ClinicRequest, person: Membership | None, context: dict[str, Any]) -> Text | None:
    """What the form asks for; what to say of it, or None where the page shows a preview."""
    if person is None:
        raise InputError(
            Text("It is not said whose calendar this is.", "No se indica de quién es este calendario."),
            Place(field="person"),
            Text("Choose a person.", "Elija una persona."),
        )
    diary, act = Absences(person), words(request, "act")
    if act == "confirm":
        return confirm(request, diary, request.user)
    if act == "undo":
        return take_back(request, diary, request.user)
    context["preview"] = preview_of(request, diary, ticked=True)
    return None


def _page(request: ClinicRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    person = context["person"]
    history = history_of(Absences(person)) if person is not None else []
    return render(request, "calendars/absence.html", {**context, "history": history}, status=status)
