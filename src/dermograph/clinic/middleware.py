"""Who is asking, from which clinic, and whether they may; and errors that people can read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from dermograph.clinic.people.models import Membership, Patient, Role
from dermograph.clinic.people.request import ClinicRequest, PatientRequest
from dermograph.clinic.permissions import ANYONE, PERMISSIONS, may
from dermograph.core.errors import DermographError, NotYetError

__all__ = ["ClinicMiddleware", "ClinicRequest", "ErrorsForPeople", "PatientRequest"]
Answer = Callable[[HttpRequest], HttpResponse]


class ClinicMiddleware:
    """Puts ``clinic``, ``membership``, ``patient`` and ``role`` on the request; opens a page only to who may see it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the person's language and the clinic's time zone."""
        places = _memberships(request)
        membership = places[0] if places else None
        patient = None if places else _patient(request)
        place = membership or patient
        vars(request).update(
            memberships=places,
            membership=membership,
            patient=patient,
            clinic=place.clinic if place else None,
            role=membership.role if membership else Role.PATIENT.value if patient else None,
        )
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(place.clinic.zone if place else timezone.get_default_timezone()):
            response = self.answer(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Stop whoever may not.

        Raises:
            PermissionDenied: If they are signed in and may not.
        """
        match = request.resolver_match
        name = match.view_name if match else ""
        if PERMISSIONS.get(name) == ANYONE or may(getattr(request, "role", None), name):
            return None
        if getattr(request, "patient", None) is not None and name == "today":
            return redirect("me")  # where signing in leads to
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied


class ErrorsForPeople:
    """Shows what went wrong in our own words, where a view let one of our errors through: 400, or 503 for "not yet"."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error of ours; None for any other."""
        if isinstance(error, NotYetError):
            answer = render(request, "503.html", {"error": error}, status=503)
            answer["Retry-After"] = str(error.seconds)
            return answer
        if isinstance(error, DermographError):
            return render(request, "400.html", {"error": error}, status=400)
        return None


def _memberships(request: HttpRequest) -> list[Membership]:
    """Where the person works, the place in the clinic that they chose first; a patient's record is no such place."""
    if not request.user.is_authenticated:
        return []
    chosen = request.session.get("clinic")
    places = (place for place in request.user.places if place.role != Role.PATIENT)
    return sorted(places, key=lambda place: (str(place.clinic_id) != chosen, place.clinic.name))


def _patient(request: HttpRequest) -> Patient | None:
    """The record of a patient who has an account; None of staff, and while the record is blocked."""
    if not request.user.is_authenticated:
        return None
    return Patient.objects.filter(user=request.user, restricted_at=None).select_related("clinic").first()
