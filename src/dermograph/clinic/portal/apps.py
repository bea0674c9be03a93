"""The app's registration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The patient's own pages."""

    name = "dermograph.clinic.portal"
    label = "portal"
