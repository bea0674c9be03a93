"""Pages for what went wrong where no view of ours answers: they must come whatever else is broken."""

from __future__ import annotations

import logging

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dermograph.core.errors import shown

LOG = logging.getLogger("dermograph.clinic")
# Where not even a template can be rendered, such as without a database.
LAST_RESORT = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Dermograph</title>'
    "<h1>The server failed</h1><p>Nothing was saved. Try again, and tell who runs the clinic if it stays so.</p>"
    '<h2 lang="es">El servidor ha fallado</h2><p lang="es">No se ha guardado nada. Inténtelo de nuevo y avise a quien '
    "administra la clínica si continúa.</p></html>"
)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token, such as one that was open while somebody signed in again: Django's 403."""
    LOG.info("a form was refused: %s", reason)
    return render(request, "csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that could not be read: 400. For a name that the site does not go by, the log says how it would."""
    if isinstance(exception, DisallowedHost):
        name = shown(request.META.get("HTTP_HOST", ""))
        LOG.warning("refused: a request for %s, a name that is not in DERMOGRAPH_HOSTS", name)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw: 500."""
    try:
        return render(request, "500.html", status=500)
    except Exception:
        LOG.exception("the page for a failed server failed itself")
        return HttpResponse(LAST_RESORT, status=500)
