"""Addresses of the app: one door to everything under ``/fhir``."""

from django.urls import path

from dermograph.clinic.fhir.door import door

urlpatterns = [
    path("fhir", door, name="fhir"),
    path("fhir/", door, name="fhir_with_slash"),  # as many programs write it; nothing is lost to a redirect
    path("fhir/<path:rest>", door, name="fhir_below"),
]
