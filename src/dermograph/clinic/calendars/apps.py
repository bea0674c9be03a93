"""The app as Django registers it."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class CalendarsConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.calendars"
    label = "calendars"

    def ready(self) -> None:
        """See to it that a practitioner's address ends with their work."""
        from dermograph.clinic.calendars.work_feed import end_with_the_work  # noqa: PLC0415 (models are ready only now)
        from dermograph.clinic.people.models import Membership  # noqa: PLC0415 (the same)

        post_save.connect(end_with_the_work, sender=Membership, dispatch_uid="end_work_feed")
