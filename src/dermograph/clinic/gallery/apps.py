"""The app as Django registers it."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.gallery"
    label = "gallery"

    def ready(self) -> None:
        """Have photographs judged and compared, and former figures stand again where measuring anew fails."""
        # Its models are there by now, not before.
        from dermograph.clinic.gallery import again, kinds, leases, tasks  # noqa: PLC0415 (as said above)
        from dermograph.clinic.gallery.models import Comparison, Photograph  # noqa: PLC0415 (the same)

        if again.has_failed not in leases.when_failed:
            leases.when_failed.append(again.has_failed)
        # A comparison needs its photographs judged.
        kinds.register(kinds.Kind("photograph", Photograph, first=10, do=tasks.judge))
        kinds.register(kinds.Kind("comparison", Comparison, first=0, do=tasks.measure))
