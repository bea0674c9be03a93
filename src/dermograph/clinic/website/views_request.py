"""Asking for an appointment from the public site."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from dermograph.clinic.people.words import said
from dermograph.clinic.website.checking import Told, forget, told_by
from dermograph.clinic.website.forms import RequestForm
from dermograph.clinic.website.hours import week
from dermograph.clinic.website.origins import origin_of
from dermograph.clinic.website.public import Site, name_of, offered_protocol, page, public
from dermograph.clinic.website.requesting import (
    DAYS_OPEN,
    DAYS_SETTLED,
    Asked,
    TooManyError,
    request_appointment,
)
from dermograph.core.text import Text
from dermograph.protocols import Protocol

AGREEMENT = Text(
    "I agree that {clinic} keeps what I write here and contacts me about it. It is deleted {settled} days after it has "
    "been dealt with, {open} days after I sent it at the latest if nobody has, or sooner if I ask for it.",
    "Acepto que {clinic} guarde lo que escribo aquí y se ponga en contacto conmigo por ello. Se borra {settled} días "
    "después de atenderlo, a los {open} días de enviarlo si nadie lo atiende, o antes si lo pido.",
)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def appointment_request(request: HttpRequest, site: Site, treatment: str) -> HttpResponse:
    """The form; once it is sent the answer is the same for everybody, patient or not."""
    protocol = offered_protocol(site, treatment)
    if request.method != "POST" and "sent" in request.GET:
        title = protocol.title.say(site.language)
        where = ("appointment_request", treatment)
        return page(request, site, "website/sent.html", where, name=treatment, treatment=title, is_private=True)
    told = told_by(request, site, protocol)
    form = _form(request, site, told)
    if request.method != "POST":
        return _shown(request, site, protocol, form)
    if not form.is_valid():
        return _shown(request, site, protocol, form, 422)
    hands_over = bool(form.cleaned_data.get("hand_over"))
    try:
        request_appointment(
            clinic=site.clinic,
            treatment=treatment,
            language=site.language,
            asked=_asked(form, site),
            told=told if hands_over else None,
            hands_over="hand_over" in request.POST,  # also where the browser has given them away already
            origin=origin_of(request),
        )
    except TooManyError as error:
        form.add_error(None, f"{said(error.what)} {said(error.todo)}")
        return _shown(request, site, protocol, form, 429)
    response = _sent(site, treatment)
    if hands_over:
        forget(response, site, protocol)
    return response


def _form(request: HttpRequest, site: Site, told: Told) -> RequestForm:
    open_days = {day for one in week(site.clinic) if one.spans for day in range(one.first, one.last + 1)}
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and not _is_id(data.get("entry", "")):
        data["entry"] = str(uuid.uuid4())  # nobody sees that field, so nobody could mend it
    return RequestForm(data, agreement=_agreement(site), has_answers=bool(told.answers), open_days=open_days)


def _agreement(site: Site) -> str:
    words = AGREEMENT.format(clinic=site.clinic.name, settled=DAYS_SETTLED, open=DAYS_OPEN)
    return words.say(site.language)


def _asked(form: RequestForm, site: Site) -> Asked:
    found = form.cleaned_data
    return Asked(
        entry=found["entry"],
        given_names=found["given_names"],
        family_names=found["family_names"],
        phone=found["phone"],
        email=found["email"],
        days=sorted(set(found["days"])),
        times=list(dict.fromkeys(found["times"])),
        words=found["note"],
        agreed_to=_agreement(site),
    )


def _shown(request: HttpRequest, site: Site, protocol: Protocol, form: RequestForm, status: int = 200) -> HttpResponse:
    if form.is_bound:
        form.keep_time()
    return page(
        request,
        site,
        "website/request.html",
        ("appointment_request", name_of(protocol)),
        protocol=protocol,
        name=name_of(protocol),
        form=form,
        has_answers="hand_over" in form.fields,
        status=status,
        is_private=True,
    )


def _sent(site: Site, treatment: str) -> HttpResponse:
    return redirect(f"{site.address('appointment_request', treatment)}&sent=1")


def _is_id(raw: str) -> bool:
    try:
        uuid.UUID(raw)
    except ValueError:
        return False
    return True
