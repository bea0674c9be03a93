"""The app as Django registers it."""

from django.apps import AppConfig


class ScalpConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.scalp"
    label = "scalp"

    def ready(self) -> None:
        """Have photographs of scalps read and matched in the background, and designs drawn."""
        # Its models are there by now, not before.
        from dermograph.clinic.gallery import kinds, leases  # noqa: PLC0415 (as said above)
        from dermograph.clinic.gallery.elsewhere import ELSEWHERE  # noqa: PLC0415 (the same)
        from dermograph.clinic.scalp import services_reading, work  # noqa: PLC0415 (the same)
        from dermograph.clinic.scalp.course import SCALP  # noqa: PLC0415 (the same)
        from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading  # noqa: PLC0415 (the same)
        from dermograph.clinic.scalp.photographs import ON_A_SCALP  # noqa: PLC0415 (the same)

        ELSEWHERE[SCALP] = ON_A_SCALP
        # Somebody waits before the page of a design; a change needs its readings.
        kinds.register(kinds.Kind("scalp_design", ScalpDesign, first=8, do=work.design))
        kinds.register(kinds.Kind("scalp_reading", ScalpReading, first=6, do=work.read))
        kinds.register(kinds.Kind("scalp_change", ScalpChange, first=4, do=work.match))
        if services_reading.has_failed not in leases.when_failed:
            kinds.when_judged.append(services_reading.read_what_was_judged)
            kinds.when_corrected.append(services_reading.carry)
            leases.when_failed.append(services_reading.has_failed)
