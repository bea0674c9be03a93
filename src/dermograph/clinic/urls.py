"""Every address of the site; who may open it stands in ``permissions``."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.problems import answer as problem
from dermograph.clinic.fhir.answering import refusal
from dermograph.clinic.fhir.refusals import refuse
from dermograph.core.text import Text

_DOUBLED = Text(
    "The address begins with two slashes. Leave the one at the end of the clinic's address out.",
    "La dirección empieza con dos barras. Quite la que está al final de la dirección de la clínica.",
)


def healthy(_request: HttpRequest) -> HttpResponse:
    """That the server answers, for who watches it."""
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt  # nothing is done: a program is told what is wrong with its address
def doubled_slash(request: HttpRequest, interface: str) -> HttpResponse:
    """What a program gets whose base address ends in a slash: a 404 that says so, in the form that it reads.

    It is not sent on: a redirect to a path that begins with two slashes would lead to another host.

    Args:
        request: Of whoever.
        interface: Which one it meant.
    """
    if interface == "fhir":
        return refusal(refuse(404, "not-found", _DOUBLED.en, _DOUBLED.es))
    return problem(request, ProblemError(404, "not-found", _DOUBLED))


handler400 = "dermograph.clinic.look.failures.bad_request"
handler500 = "dermograph.clinic.look.failures.server_error"
urlpatterns = [
    path("healthy", healthy, name="healthy"),
    re_path(r"^[/]+(?P<interface>fhir|api|cds-services)(?:/.*)?$", doubled_slash, name="doubled_slash"),
    path("", include("dermograph.clinic.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("", include("dermograph.clinic.look.urls")),
    path("", include("dermograph.clinic.overview.urls")),
    path("", include("dermograph.clinic.api.urls")),
    path("", include("dermograph.clinic.smart.urls")),
    path("", include("dermograph.clinic.website.urls")),
    path("", include("dermograph.clinic.portal.urls")),
    path("", include("dermograph.clinic.calendars.urls")),
    path("", include("dermograph.clinic.handover.urls")),
    path("", include("dermograph.clinic.people.urls")),
    path("", include("dermograph.clinic.intake.urls")),
    path("", include("dermograph.clinic.agenda.urls")),
    path("", include("dermograph.clinic.gallery.urls")),
    path("", include("dermograph.clinic.scalp.urls")),
    path("", include("dermograph.clinic.treatment.urls")),
    path("", include("dermograph.clinic.ledger.urls")),
    path("", include("dermograph.clinic.rights.urls")),
    path("", include("dermograph.clinic.imaging.urls")),
    path("", include("dermograph.clinic.reminders.urls")),
    path("", include("dermograph.clinic.fhir.urls")),
    path("", include("dermograph.clinic.cds.urls")),
    path("", include("dermograph.clinic.research.urls")),
    path("", include("dermograph.clinic.printed.urls")),
]
