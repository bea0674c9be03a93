"""Every address of the site; who may open it stands in ``permissions``."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthy(_request: HttpRequest) -> HttpResponse:
    """That the server answers, for who watches it."""
    return HttpResponse("ok", content_type="text/plain")


handler400 = "dermograph.clinic.look.failures.bad_request"
handler500 = "dermograph.clinic.look.failures.server_error"
urlpatterns = [
    path("healthy", healthy, name="healthy"),
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
