"""The app as Django registers it."""

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.treatment"
    label = "treatment"
