"""The app as Django registers it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.api"
    label = "api"
