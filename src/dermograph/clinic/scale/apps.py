"""The app as Django registers it."""

from django.apps import AppConfig


class ScaleConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.scale"
    label = "scale"

    def ready(self) -> None:
        """Have new work told to the workers, where there can be any."""
        from dermograph.clinic.gallery import leases  # noqa: PLC0415 (its models are there by now, not before)
        from dermograph.clinic.scale import deferring  # noqa: PLC0415 (the same)

        if deferring.is_possible() and deferring.announce not in leases.announcers:
            leases.announcers.append(deferring.announce)
