"""The app as Django registers it."""

from django.apps import AppConfig


class CdsConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.cds"
    label = "cds"
