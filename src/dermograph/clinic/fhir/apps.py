"""The app as Django registers it."""

from django.apps import AppConfig


class FhirConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.fhir"
    label = "fhir"
