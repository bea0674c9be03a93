"""A photograph from home: framed with the quality gate and the clinic's first one over it, or sent as a file."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.facts import today
from dermograph.clinic.gallery.camera_views import EVERY_MS, LARGEST_SIDE_PX, clock_of
from dermograph.clinic.gallery.draw_words import CAMERA, in_language
from dermograph.clinic.gallery.framing import framed, how_it_was
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.posted import id_in, said
from dermograph.clinic.gallery.selectors import failed_checks
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.giving_photograph import HOME_CAMERA, judged_at_home, send, standing_of
from dermograph.clinic.portal.mine import mine
from dermograph.clinic.portal.views_giving import my_course
from dermograph.clinic.rights.slow import is_one_too_many
from dermograph.core.errors import InputError
from dermograph.core.text import Text

FRAMES_A_MINUTE = 120  # of an account; the page itself sends 86 at most
REST_MS = 10_000
_FRAME_TYPE = "image/jpeg"
_REST = Text(
    "The check has a short rest. You can take the photograph all the same.",
    "La comprobación descansa un momento. Puede hacer la fotografía igualmente.",
)
_TOO_LARGE = Text(
    "A photograph may have {mb} MB at most: nothing was stored.",
    "Una fotografía puede ocupar {mb} MB como máximo: no se ha guardado nada.",
)
_DISK_FULL = Text(
    "The clinic's server has no room left: nothing was stored. Please tell the clinic, and send it again later.",
    "El servidor de la clínica no tiene espacio: no se ha guardado nada. Avise a la clínica y envíela más tarde.",
)
_NO_FILE = Text("Choose a photograph.", "Elija una fotografía.")
_NO_DAY = Text("Write the day as 2026-11-21.", "Escriba el día así: 2026-11-21.")


@require_http_methods(["GET", "HEAD", "POST"])
def me_camera(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """The camera and the form; sent here, a photograph is kept. ``?sent=`` shows what became of one."""
    found = my_course(request, course)
    if request.method == "POST":
        return _received(request, found)
    if "sent" in request.GET:
        return _sent(request, found)
    return _page(request, found)


@require_POST
def me_camera_check(request: PatientRequest, course: uuid.UUID) -> JsonResponse:
    """Judge one frame, which is the body itself and is kept nowhere; ``?still=`` as in the staff's camera."""
    found = my_course(request, course)
    standing = standing_of(found)
    if standing.refusal is not None:
        return JsonResponse({"say": standing.refusal.say(language_of(request)), "error": "course"}, status=409)
    if is_one_too_many(str(request.user.pk), "frame", FRAMES_A_MINUTE):
        rests = {"say": _REST.say(language_of(request)), "error": "often", "wait": REST_MS}
        return JsonResponse(rests, status=429)
    still = request.GET.get("still", "")
    still_px = min(int(still), LARGEST_SIDE_PX) if still.isascii() and still.isdigit() and len(still) < 6 else 0
    if request.content_type != _FRAME_TYPE:
        return JsonResponse({"say": "", "error": "type"}, status=415)
    try:
        answer = framed(request.body, still_px, how_it_was(standing.baseline))
    except RequestDataTooBig:
        return JsonResponse({"say": "", "error": "size"}, status=413)
    except InputError as error:
        return JsonResponse({"say": error.what.say(language_of(request)), "error": "frame"}, status=422)
    return JsonResponse(judged_at_home(answer, language_of(request)))


def _received(request: PatientRequest, course: Course) -> HttpResponse:
    try:
        row = _kept(request, course)
    except InputError as error:
        return _refused(request, course, said(error), 422)
    except _NotReceivedError as error:
        return _refused(request, course, error.says, error.status)
    there = f"{reverse('me_camera', args=[course.pk])}?sent={row.pk}"
    if _wants_json(request):
        return JsonResponse({"photographs": [{"id": str(row.pk), "url": there}], "errors": []}, status=201)
    return redirect(there)


class _NotReceivedError(Exception):
    """The file did not arrive whole."""

    def __init__(self, says: Text, status: int) -> None:
        super().__init__(says.en)
        self.says, self.status = says, status


def _kept(request: PatientRequest, course: Course) -> Photograph:
    file = request.FILES.get("files")  # reading it finds out whether it arrived
    if getattr(request, "too_large", False):
        raise _NotReceivedError(_TOO_LARGE.format(mb=settings.LARGEST_PHOTOGRAPH_MB), 413)
    if getattr(request, "disk_full", False):
        raise _NotReceivedError(_DISK_FULL, 507)
    raw = words(request, "taken_on")
    try:
        day = dt.date.fromisoformat(raw) if raw else None
    except ValueError:
        raise InputError(_NO_DAY) from None
    if file is None:
        raise InputError(_NO_FILE)
    try:
        return send(
            course=course,
            account=request.user,
            data=file.read(),
            name=file.name or "",
            taken_on=day,
            note=words(request, "note"),
            entry=entry_of(request),
        )
    finally:
        file.close()


def _refused(request: PatientRequest, course: Course, says: Text, status: int) -> HttpResponse:
    if _wants_json(request):
        what = says.say(language_of(request))
        return JsonResponse({"photographs": [], "errors": [{"name": "", "what": what}]}, status=status)
    return _page(request, course, says, status)


def _wants_json(request: PatientRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _page(request: PatientRequest, course: Course, error: Text | None = None, status: int = 200) -> HttpResponse:
    standing, language, day = standing_of(course), language_of(request), today(course)
    here = reverse("me_camera", args=[course.pk])
    context: dict[str, Any] = {
        "course": course,
        "standing": standing,
        "baseline": standing.baseline,
        "today": day,
        "error": error,
        "given": {name: words(request, name) for name in ("taken_on", "note")},
        "entry": uuid.uuid4(),
        "settings": {
            "check": reverse("me_camera_check", args=[course.pk]),
            "upload": here,
            "gallery": here,
            "every": EVERY_MS,
            **clock_of(course),
            "name": f"home-{day.isoformat()}",
            "language": language,
            "words": in_language({**CAMERA, **HOME_CAMERA}, language),
        },
    }
    return render(request, "portal/giving/camera.html", context, status=status)


def _sent(request: PatientRequest, course: Course) -> HttpResponse:
    pk = id_in(request.GET["sent"][:40])
    if pk is None:
        raise Http404
    row = mine(request.patient, Photograph.objects.filter(course=course).standing(), pk)
    waits = row.is_under_way and row.written_at > timezone.now() - dt.timedelta(minutes=10)
    checks = failed_checks(row) if row.usable is not None else []
    context = {
        "course": course,
        "row": row,
        "polls": waits and row.usable is None,
        "checks": checks,
    }
    page = "portal/giving/parts/judged.html" if request.htmx else "portal/giving/camera_sent.html"
    return render(request, page, context)
