"""The app as Django registers it."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.imaging"
    label = "imaging"

    def ready(self) -> None:
        """Have photographs sent in the background."""
        # Its models are there by now, not before.
        from dermograph.clinic.gallery import kinds  # noqa: PLC0415 (as said above)
        from dermograph.clinic.imaging import archives, work  # noqa: PLC0415 (the same)
        from dermograph.clinic.imaging.models import Sending  # noqa: PLC0415 (the same)

        # Nobody waits before a page for it: everything that is measured comes first.
        kinds.register(kinds.Kind("sending", Sending, first=1, do=work.send, is_done_here=archives.is_told))
