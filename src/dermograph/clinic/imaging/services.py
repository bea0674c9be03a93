"""Having a photograph sent to the clinic's archive: written down as what leaves, and queued in the same transaction."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dermograph.clinic.gallery.leases import announce, begin_anew
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.imaging.archives import ADDRESSES, there_of
from dermograph.clinic.imaging.models import Sending
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.rights.leaving import NotAllowed, leave
from dermograph.clinic.rights.models import Form
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

#: For which a photograph goes to the archive: as part of the record.
PURPOSE: Final = RECORD


def send_to_archive(*, photograph: Photograph, who: User) -> Sending:
    """Queue a photograph for the clinic's archive; one that is on its way or there already stays as it is.

    What failed before is tried again from the beginning, and written down again: it rests on the consent of now.

    Args:
        photograph: With its course, patient and clinic.
        who: Who wants it sent.

    Raises:
        NotAllowed: If it may not leave for the record; nothing is written down then.
        Restricted: If the record is blocked.
        InputError: If the clinic has no archive.
    """
    to = there_of(photograph.clinic)
    if to is None:
        raise InputError(
            Text("This clinic has no archive.", "Esta clínica no tiene archivo."),
            Place(field=ADDRESSES),
            Text("Who looks after the server can name one.", "Quien cuida del servidor puede indicar uno."),
        )
    with transaction.atomic():
        # Who asks for the same at the same time waits here, as does who takes the consent back, blocks or erases.
        held = Patient.objects.select_for_update(no_key=True).filter(pk=photograph.course.patient_id).first()
        if held is None:
            raise NotAllowed(Text("This record was erased.", "Esta historia se borró."))
        row: Sending | None = Sending.objects.filter(photograph=photograph, archive=to.name, address=to.address).first()
        if row is not None and row.stage != Stage.FAILED:
            return row
        leave(photographs=[photograph], purpose=PURPOSE, recipient=to.name, form=Form.DICOM, who=who)
        if row is not None:
            begin_anew(row)
            return row
        new: Sending = Sending.objects.create(
            photograph=photograph,
            archive=to.name,
            address=to.address,
            clinic=photograph.clinic,
            course=photograph.course,
            written_by=who,
        )
        announce(new)
    return new
