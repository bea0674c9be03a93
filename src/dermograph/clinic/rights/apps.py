"""The app as Django registers it."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.rights"
    label = "rights"

    def ready(self) -> None:
        """Let the page on which a consent is taken back say what that reaches."""
        from dermograph.clinic.intake.reach import ASKED  # noqa: PLC0415 (models are ready only now)
        from dermograph.clinic.rights.reach import what_it_reaches  # noqa: PLC0415 (the same)

        if what_it_reaches not in ASKED:
            ASKED.append(what_it_reaches)
