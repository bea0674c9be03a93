"""Addresses of the patient's own pages, by what they are about."""

from django.urls import include, path

urlpatterns = [
    path("", include("dermograph.clinic.portal.urls_giving")),  # first: its "new" is no size of a picture
    path("", include("dermograph.clinic.portal.urls_own")),
    path("", include("dermograph.clinic.portal.urls_contact")),
]
