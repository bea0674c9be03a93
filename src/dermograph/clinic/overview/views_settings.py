"""The clinic's settings, its staff, and changing to another clinic."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.overview import services
from dermograph.clinic.overview.forms import ROLES, ClinicForm, InviteForm, PlaceForm, ScalpForm
from dermograph.clinic.people.factors import factors_of
from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.rules import change_figures, figures, fingerprint
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

_LINK = "invitation"


@require_http_methods(["GET", "POST"])
def clinic_settings(request: ClinicRequest) -> HttpResponse:
    """Name, address, time zone, language and figures of the clinic."""
    language, error = _language(), None
    form = ClinicForm(_stored(request.clinic), language=language)
    if request.method == "POST":
        form = ClinicForm(request.POST, language=language)
        if form.is_valid():
            values = dict(form.cleaned_data)
            try:
                services.change_clinic(clinic=request.clinic, who=request.user, seen=values.pop("seen"), values=values)
            except InputError as wrong:
                error = wrong
            else:
                messages.success(request, Text("Saved.", "Guardado.").say(language))
                return redirect("clinic_settings")
    return _settings_page(request, form if request.method == "POST" else None, error=error)


@require_POST
def scalp_settings(request: ClinicRequest) -> HttpResponse:
    """The figures with which designs and the fading of scalps are worked out."""
    language = _language()
    form = ScalpForm(request.POST, language=language)
    if form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            change_figures(clinic=request.clinic, who=request.user, values=form.cleaned_data, seen=seen)
        except InputError as wrong:
            form.add_error(wrong.place.field if wrong.place.field in form.fields else None, wrong.say(language))
        else:
            messages.success(request, Text("Saved.", "Guardado.").say(language))
            return redirect("clinic_settings")
    return _settings_page(request, scalp_form=form)


def _settings_page(
    request: ClinicRequest,
    form: ClinicForm | None = None,
    *,
    error: InputError | None = None,
    scalp_form: ScalpForm | None = None,
) -> HttpResponse:
    """The page with the form that was sent, and the others as they are stored."""
    language, stored = _language(), Clinic.objects.get(pk=request.clinic.pk)
    wrong = error or (form and form.errors) or (scalp_form and scalp_form.errors)
    page = {
        "form": form or ClinicForm(initial=_stored(stored), language=language),
        "scalp_form": scalp_form or ScalpForm(initial=asdict(figures(stored)), language=language),
        "error": error,
        "stored": stored,
        "seen": services.fingerprint(stored),
        "scalp_seen": fingerprint(stored),
    }
    return render(request, "overview/settings.html", page, status=400 if wrong else 200)


def _stored(clinic: Clinic) -> dict[str, Any]:
    found = {name: getattr(clinic, name) for name in services.FIELDS}
    return {**found, services.LOT_WARNING: services.lot_warning_days(clinic), "seen": services.fingerprint(clinic)}


@require_http_methods(["GET", "POST"])
def clinic_staff(request: ClinicRequest) -> HttpResponse:
    """Who works here: invite, change what they are trained for, close or open their access."""
    language, error, form = _language(), None, None
    if request.method == "POST":
        try:
            done = _acted(request, language)
        except InputError as wrong:
            done, error = None, wrong
        if isinstance(done, InviteForm):
            form = done
        elif done is not None:
            return done
        elif error is not None and request.POST.get("action") == "invite":
            form = InviteForm(request.POST, language=language)
    invitation = request.session.pop(_LINK, None)
    found = Membership.objects.filter(clinic=request.clinic).exclude(role=Role.PATIENT).select_related("user")
    factors = factors_of(place.user_id for place in found)
    rows = [
        {
            "place": place,
            "factors": factors.get(place.user_id, []),
            "role": ROLES[place.role],
            "form": PlaceForm(
                initial={"role": place.role, "treatments": place.treatments},
                language=language,
                prefix=f"p{place.pk.hex}",
            ),
            "is_own": place.pk == request.membership.pk,
            "is_waiting": place.user.last_login is None and not place.user.has_usable_password(),
        }
        for place in sorted(found, key=lambda place: (not place.active, place.user.name.casefold()))
    ]
    page = {
        "rows": rows,
        "form": form
        or InviteForm(language=language, initial={"language": request.clinic.language, "entry": uuid.uuid4()}),
        "error": error,
        "invitation": invitation,
        "may_lack_factor": not settings.STAFF_SECOND_FACTOR,
    }
    return render(request, "overview/staff.html", page, status=400 if error or (form and form.errors) else 200)


def _acted(request: ClinicRequest, language: Language) -> HttpResponse | InviteForm:
    """Do what was asked; a form that is not valid comes back.

    Raises:
        Http404: If it is about nobody of this clinic, or nothing that can be done.
        InputError: If a rule is against it.
    """
    action = request.POST.get("action", "")
    if action == "invite":
        form = InviteForm(request.POST, language=language)
        if not form.is_valid():
            return form
        values = form.cleaned_data
        place, link = services.invite(clinic=request.clinic, who=request.membership, **values)
        return _after(request, place, link)
    place = within(request.clinic, Membership, _id(request.POST.get("place")), "user", "clinic")
    if action == "change":
        change = PlaceForm(request.POST, language=language, prefix=f"p{place.pk.hex}")
        if not change.is_valid():
            raise InputError(Text("Choose a role and treatments of the list.", "Elija rol y tratamientos de la lista."))
        services.change_place(who=request.membership, place=place, **change.cleaned_data)
    elif action == "link":
        return _after(request, place, services.new_link(who=request.membership, place=place))
    elif action in ("activate", "deactivate"):
        services.set_active(who=request.membership, place=place, active=action == "activate")
    else:
        raise Http404
    return redirect("clinic_staff")


def _after(request: ClinicRequest, place: Membership, link: str | None) -> HttpResponse:
    """Back to the list, where the link is shown this once."""
    if link is not None:
        request.session[_LINK] = {"name": place.user.name, "link": request.build_absolute_uri(link)}
    return redirect("clinic_staff")


def _id(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError as error:
        raise Http404 from error


@require_POST
def switch_clinic(request: ClinicRequest, clinic: uuid.UUID) -> HttpResponse:
    """Go on in another clinic that one has a place in."""
    if not Membership.objects.filter(user=request.user, clinic=clinic, active=True).exists():
        raise Http404
    request.session["clinic"] = str(clinic)
    return redirect("today")


def _language() -> Language:
    return "es" if (get_language() or "").startswith("es") else "en"
