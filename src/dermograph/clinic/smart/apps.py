"""The app as Django registers it."""

from django.apps import AppConfig


class SmartConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.smart"
    label = "smart"
