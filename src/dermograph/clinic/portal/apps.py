"""The app's registration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The patient's own pages."""

    name = "dermograph.clinic.portal"
    label = "portal"

    def ready(self) -> None:
        """Have the clock of the reminders send what patients are to be told."""
        from dermograph.clinic.portal.telling_round import send_due  # noqa: PLC0415 (its models need the setup)
        from dermograph.clinic.reminders import clock  # noqa: PLC0415 (the same)

        clock.ROUNDS["portal"] = send_due
