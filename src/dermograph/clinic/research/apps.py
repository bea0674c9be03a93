"""The app as Django registers it."""

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.research"
    label = "research"
