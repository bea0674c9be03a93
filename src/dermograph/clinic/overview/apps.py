"""The app as Django registers it."""

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.overview"
    label = "overview"
