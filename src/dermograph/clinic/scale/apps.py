"""The app as Django registers it."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ScaleConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.scale"
    label = "scale"

    def ready(self) -> None:
        """Have new work told to the workers, where there can be any, and nothing compiled by PostgreSQL."""
        from dermograph.clinic.gallery import leases  # noqa: PLC0415 (its models are there by now, not before)
        from dermograph.clinic.scale import deferring  # noqa: PLC0415 (the same)
        from dermograph.clinic.scale.compiling import do_not_compile  # noqa: PLC0415 (the same)

        connection_created.connect(do_not_compile, dispatch_uid="do_not_compile")
        if deferring.is_possible() and deferring.announce not in leases.announcers:
            leases.announcers.append(deferring.announce)
