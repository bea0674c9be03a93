"""The app as Django registers it."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.look"
    label = "look"
