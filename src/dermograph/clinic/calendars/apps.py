"""The app as Django registers it."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.calendars"
    label = "calendars"
