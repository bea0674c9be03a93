"""Who is asking, from which clinic, and whether they may; and errors that people can read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from dermograph.clinic.people.models import Membership
from dermograph.clinic.people.request import ClinicRequest
from dermograph.clinic.permissions import ANYONE, PERMISSIONS, may
from dermograph.core.errors import DermographError

__all__ = ["ClinicMiddleware", "ClinicRequest", "ErrorsForPeople"]
Answer = Callable[[HttpRequest], HttpResponse]


class ClinicMiddleware:
    """Puts ``clinic``, ``membership`` and ``role`` on the request, and opens a page only to who may see it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the person's language and the clinic's time zone."""
        places = _memberships(request)
        membership = places[0] if places else None
        vars(request).update(
            memberships=places,
            membership=membership,
            clinic=membership.clinic if membership else None,
            role=membership.role if membership else None,
        )
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(membership.clinic.zone if membership else timezone.get_default_timezone()):
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
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied


class ErrorsForPeople:
    """Shows what went wrong in our own words, with status 400, where a view let one of our errors through."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error of ours; None for any other."""
        if isinstance(error, DermographError):
            return render(request, "400.html", {"error": error}, status=400)
        return None


def _memberships(request: HttpRequest) -> list[Membership]:
    """The person's places, the one in the clinic that they chose first."""
    if not request.user.is_authenticated:
        return []
    chosen = request.session.get("clinic")
    return sorted(request.user.places, key=lambda place: (str(place.clinic_id) != chosen, place.clinic.name))
