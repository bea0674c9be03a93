"""The app as Django registers it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.intake"
    label = "intake"
