"""Addresses of the app: one door to everything under ``/fhir``."""

from django.urls import path

from dermograph.clinic.fhir.door import door

urlpatterns = [
    path("fhir", door, name="fhir"),
    path("fhir/<path:rest>", door, name="fhir_below"),
]
