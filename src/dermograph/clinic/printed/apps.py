"""The app as Django registers it."""

from django.apps import AppConfig


class PrintedConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.printed"
    label = "printed"
