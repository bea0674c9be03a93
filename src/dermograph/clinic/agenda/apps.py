"""The app as Django registers it."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.agenda"
    label = "agenda"
