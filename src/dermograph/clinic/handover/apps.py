"""The app as Django registers it."""

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.handover"
    label = "handover"

    def ready(self) -> None:
        """Let who judges what comes in ask what is written here already."""
        from dermograph.clinic.handover import holdings, shelf  # noqa: PLC0415 (models are ready only now)
        from dermograph.clinic.handover.outgoing.sources import BY_KIND  # noqa: PLC0415 (models are ready only now)

        if shelf.read_own not in holdings.READERS:
            holdings.READERS.append(shelf.read_own)
        if shelf.read_sent_on not in holdings.SENT_ON:
            holdings.SENT_ON.append(shelf.read_sent_on)
        for kind, tables in BY_KIND.items():
            if any(made.what or not holdings.is_named(source.model) for source, made in tables):
                holdings.DERIVED_KINDS.add(kind)
