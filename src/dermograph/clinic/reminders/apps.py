"""The app as Django registers it."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.reminders"
    label = "reminders"
