"""Where a photograph stands on its way to the clinic's archive, in words."""

from __future__ import annotations

from dataclasses import dataclass

from dermograph.clinic.gallery.leases import STORAGE
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.imaging.archives import there_of
from dermograph.clinic.imaging.models import Sending
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_WAITS = Text("Waiting for its turn", "Esperando su turno")
_RUNS = Text("Being sent", "Enviándose")
_AGAIN = Text(
    "The archive did not take it yet; it is tried again by itself.",
    "El archivo aún no la ha admitido; se intentará de nuevo automáticamente.",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a photograph stands.

    Attributes:
        name: What people call the archive; empty if the clinic has none.
        sending: None while nobody wanted it sent.
        words: What is being done; None unless something is.
        problem: Why the archive cannot be used as it is set up; None if it can.
    """

    name: str
    sending: Sending | None = None
    words: Text | None = None
    problem: InputError | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being sent."""
        return self.sending is not None and self.sending.is_under_way

    @property
    def mark(self) -> str:
        """Another one whenever something else is said of it."""
        if self.sending is None:
            return ""
        return f"{self.sending.stage}-{STORAGE}" if self.sending.step == STORAGE else str(self.sending.stage)

    @property
    def has_failed(self) -> bool:
        """Whether it is not tried any more unless somebody asks for it."""
        return self.sending is not None and self.sending.stage == Stage.FAILED

    @property
    def is_there(self) -> bool:
        """Whether the archive has it."""
        return self.sending is not None and self.sending.stage == Stage.DONE


def standing(photograph: Photograph) -> Standing:
    """Where a photograph stands, with its clinic fetched."""
    try:
        to = there_of(photograph.clinic)
    except InputError as problem:
        return Standing("", problem=problem)
    if to is None:
        return Standing("")
    sent = Sending.objects.filter(photograph=photograph, archive=to.name, address=to.address)
    sending: Sending | None = sent.select_related("written_by").first()
    if sending is None or not sending.is_under_way:
        return Standing(to.name, sending)
    words = _AGAIN if sending.step == STORAGE else _RUNS if sending.stage == Stage.RUNNING else _WAITS
    return Standing(to.name, sending, words)
