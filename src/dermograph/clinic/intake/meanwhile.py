"""That somebody else was quicker: what a later person is told, who keeps what they wrote."""

from __future__ import annotations

import uuid
from typing import Literal

from django.utils import timezone

from dermograph.clinic.records import Entry
from dermograph.core.dates import day_in_words
from dermograph.core.errors import InputError
from dermograph.core.text import Text

Standing = Literal["standing"]  # whatever stands, where nobody has seen a page


class ChangedMeanwhileError(InputError):
    """The entry that a form corrects has been corrected by somebody else since the form was opened.

    Attributes:
        entry: The entry that stands now; best fetched with ``written_by``.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        at = timezone.localtime(entry.written_at)
        who = entry.written_by.name if entry.written_by else ""
        super().__init__(
            Text(
                f"{who or 'The patient'} changed this on {day_in_words(at.date(), 'en')} at {at:%H:%M}, after your "
                "page was opened. Yours has not been saved.",
                f"{who or 'El paciente'} lo cambió el {day_in_words(at.date(), 'es')} a las {at:%H:%M}, después de "
                "que usted abriera la página. Lo suyo no se ha guardado.",
            ),
            todo=Text("Look at both, then decide.", "Compare ambas y decida."),
        )


def refuse_if_changed(before: Entry | None, seen: uuid.UUID | Standing | None) -> None:
    """Refuse to correct another entry than the one that the person saw.

    Args:
        before: The entry that stands; None if there is none.
        seen: The id of the one that was on the page; None if there was none there.

    Raises:
        ChangedMeanwhileError: If another one stands now.
        InputError: If none stands and one was said to have been seen.
    """
    if seen in ("standing", before.pk if before else None):
        return
    if before is not None:
        raise ChangedMeanwhileError(before)
    raise InputError(Text("What was to be changed is not there.", "Lo que se quería cambiar no está."))
