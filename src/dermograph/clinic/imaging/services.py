"""Having a photograph sent to the clinic's archive: written down as what leaves, and queued in the same transaction."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dermograph.clinic.gallery.leases import announce, begin_anew
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.imaging.archives import ADDRESSES, name_of
from dermograph.clinic.imaging.models import LONGEST_NAME, Sending
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.people.models import User
from dermograph.clinic.rights.leaving import NotAllowed, allowed, leave
from dermograph.clinic.rights.models import Form
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

#: For which a photograph goes to the archive: as part of the record.
PURPOSE: Final = RECORD


def send_to_archive(*, photograph: Photograph, who: User) -> Sending:
    """Queue a photograph for the clinic's archive; one that is on its way or there already stays as it is.

    What failed before is tried again from the beginning.

    Args:
        photograph: With its course, patient and clinic.
        who: Who wants it sent.

    Raises:
        NotAllowed: If it may not leave for the record; nothing is written down then.
        InputError: If the clinic has no archive.
    """
    name = name_of(photograph.clinic)[:LONGEST_NAME]
    if not name:
        raise InputError(
            Text("This clinic has no archive.", "Esta clínica no tiene archivo."),
            Place(field=ADDRESSES),
            Text("Who looks after the server can name one.", "Quien cuida del servidor puede indicar uno."),
        )
    with transaction.atomic():
        there: Sending | None = Sending.objects.filter(photograph=photograph, archive=name).first()
        if there is not None and there.stage != Stage.FAILED:
            return there
        if there is not None:
            decision = allowed(photograph, PURPOSE)
            if decision.refusal is not None:
                raise NotAllowed(decision.refusal, Place(field="purpose"))
            begin_anew(there)
            return there
        leave(photographs=[photograph], purpose=PURPOSE, recipient=name, form=Form.ORIGINAL, who=who)
        row: Sending
        row, is_new = Sending.objects.get_or_create(
            photograph=photograph,
            archive=name,
            defaults={"clinic": photograph.clinic, "course": photograph.course, "written_by": who},
        )
        if is_new:
            announce(row)
    return row
