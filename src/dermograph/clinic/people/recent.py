"""Whether somebody has shown a moment ago that it is them: asked before what is signed and what leaves the clinic."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from axes.utils import reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language

from dermograph.clinic.people.models import User
from dermograph.clinic.people.request import ClinicRequest, PatientRequest
from dermograph.clinic.people.sign_in import COUNTED, sure_key
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

SURE_AT = "sure_at"
P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)  # of staff, or of a patient
View = Callable[Concatenate[R, P], HttpResponse]


def mark_sure(request: HttpRequest) -> None:
    """Keep in the session that the person has just shown who they are."""
    request.session[SURE_AT] = time.time()


def is_sure(request: HttpRequest) -> bool:
    """Whether they signed in, or confirmed that it is them, less than ``ACCOUNT_REAUTHENTICATION_TIMEOUT`` s ago."""
    age = time.time() - float(request.session.get(SURE_AT, 0))
    return bool(0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)  # a clock that was set back asks again


def recently_signed_in(view: View[R, P]) -> View[R, P]:
    """A page that asks for the password, a code or a passkey first, unless that was a moment ago.

    A page that was asked for is opened afterwards. A form has to be sent once more: what it held is not kept.
    """

    @wraps(view)
    def asked(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_sure(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        if request.method != "GET":
            back = _came_from(request)
            said = Text(
                "Confirm that it is you, then send the form again.",
                "Confirme que es usted y envíe el formulario de nuevo.",
            )
            messages.warning(request, said.say("es" if (get_language() or "").startswith("es") else "en"))
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    return cast("View[R, P]", asked)


def require_sure(request: ClinicRequest | PatientRequest) -> None:
    """For a form that is signed and would lose what was written: the password stands on the form itself.

    Raises:
        InputError: If the last sign-in is too long ago and the field ``password`` does not hold the password.
    """
    if is_sure(request):
        return
    password = request.POST.get("password", "")
    if not password:
        raise InputError(
            Text("Not signed yet.", "Aún sin firmar."),
            Place(field="password"),
            Text("Write your password and sign again.", "Escriba su contraseña y firme de nuevo."),
        )
    counted = sure_key(request.user)
    found = authenticate(request, username=request.user.email, password=password, **{COUNTED: counted})
    if not isinstance(found, User) or found.pk != request.user.pk:
        raise InputError(Text("That is not your password.", "Esa no es su contraseña."), Place(field="password"))
    reset(username=counted)
    mark_sure(request)


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the form stood on."""
    parts = urlsplit(request.META.get("HTTP_REFERER", ""))
    if parts.netloc != request.get_host():
        return "/"
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else "/"
    return f"{path}?{parts.query}" if parts.query else path
