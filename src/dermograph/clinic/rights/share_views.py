"""Links that show a photograph: made and ended by the clinic, opened by whoever has one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.rights.exit_views import choices
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.models import LONGEST_RECIPIENT, SharedLink
from dermograph.clinic.rights.purposes import SHAREABLE, SHORT
from dermograph.clinic.rights.sharing import DAYS, end_link, link_of, make_link, note_opened, shown, why_dead
from dermograph.clinic.rights.slow import WINDOW, is_too_often
from dermograph.clinic.vault.seal import Erased, Unreadable
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_RELATED = ("course__patient", "course__area", "course__clinic", "clinic")
_DEFAULT_DAYS = "7"


@require_http_methods(["GET", "POST"])
@sensitive_variables("token")
def photograph_share(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Make a link to a photograph; its address is shown once. Below, the links that there are."""
    row = within(request.clinic, Photograph, photograph, *_RELATED)
    error: InputError | None = None
    made: SharedLink | None = None
    token = ""
    if request.method == "POST":
        try:
            made, token = make_link(
                photograph=row,
                purpose=words(request, "purpose"),
                recipient=words(request, "recipient"),
                days=_days(words(request, "days")),
                watermark=words(request, "watermark") == "yes",
                who=request.user,
                entry=entry_of(request),
            )
        except InputError as problem:
            error = problem
    links = SharedLink.objects.filter(photograph=row).select_related(
        "photograph__course__patient", "clinic", "written_by", "ended_by"
    )
    what = known(row.course.patient)
    page = {
        "course": row.course,
        "step": "photographs",
        "photograph": row,
        "made": made,
        "address": request.build_absolute_uri(reverse("shared_photograph", args=[token])) if token else "",
        "choices": choices([row], SHAREABLE, words(request, "purpose"), what),
        "links": [{"link": one, "dead": why_dead(one, what), "purpose": SHORT[one.purpose]} for one in links],
        "days": [str(day) for day in DAYS],
        "chosen_days": words(request, "days") or _DEFAULT_DAYS,
        "watermark": words(request, "watermark") == "yes" if request.method == "POST" else True,
        "recipient": words(request, "recipient"),
        "longest": LONGEST_RECIPIENT,
        "entry": uuid.uuid4(),
        "error": error,
        "place": error.place.field if error else "",
    }
    answer = render(request, "rights/share.html", page, status=422 if error else 200)
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
def share_end(request: ClinicRequest, share: uuid.UUID) -> HttpResponse:
    """End a link now."""
    link = within(request.clinic, SharedLink, share, "photograph__course", "clinic", restricted=True)
    end_link(link=link, who=request.user)
    said = Text("The link shows nothing any more.", "El enlace ya no muestra nada.")
    messages.success(request, said.say(language_of(request)))
    if words(request, "back") == "rights":
        return redirect("patient_rights", patient=link.photograph.course.patient_id)
    return redirect("photograph_share", photograph=link.photograph_id)


@require_GET
@sensitive_variables("token")
def shared_photograph(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link, while it shows anything; one and the same page for every other."""
    if is_too_often(request, "shared"):
        return _too_often(request)
    link = link_of(token)
    if link is None:
        return _nothing(request)
    note_opened(link)
    page = {"link": link, "token": token, "purpose_words": SHORT[link.purpose].say(language_of(request))}
    return _private(render(request, "rights/shared.html", page))


@require_GET
@sensitive_variables("token")
def shared_picture(request: HttpRequest, token: str) -> HttpResponse:
    """The picture on that page, made for this link."""
    if is_too_often(request, "shared"):
        return _too_often(request)
    link = link_of(token)
    if link is None:
        return _nothing(request)
    try:
        data = shown(link)
    except (Erased, Unreadable):
        return _nothing(request)
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return _private(answer)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Wrong, expired, ended or taken back: nobody learns which."""
    return _private(render(request, "rights/shared_nothing.html", status=404))


def _too_often(request: HttpRequest) -> HttpResponse:
    answer = _private(render(request, "rights/shared_nothing.html", {"slow": True}, status=429))
    answer["Retry-After"] = str(WINDOW)
    return answer


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by nobody on the way, found by no search engine, and its address passed on to no other site."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive, noimageindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _days(text: str) -> int:
    """A number of days; 0 for anything else, which no link can last."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
