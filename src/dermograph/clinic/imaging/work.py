"""Sending what is queued: opened, translated, asked once more whether it may leave, sent, and marked.

What was sent and not marked, because the process was ended in between, is sent again: the object has the same UID and
the same content, so an archive holds it once.
"""

from __future__ import annotations

import threading
from typing import Final

from django.db import transaction

from dermograph.clinic.gallery.child import Alive, Died
from dermograph.clinic.gallery.leases import finish, wait_for_place
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.imaging.archives import There, archive_of, known_as
from dermograph.clinic.imaging.identity import identity_for
from dermograph.clinic.imaging.making import first_day, image_bytes
from dermograph.clinic.imaging.models import Sending
from dermograph.clinic.imaging.services import PURPOSE
from dermograph.clinic.people.models import Patient
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.leaving import allowed
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Text
from dermograph.exchange.dicom.address import AnyArchive, deliver
from dermograph.exchange.dicom.archive import Stored
from dermograph.exchange.dicom.association import ArchiveAwayError

STEP: Final = "sending"
_LOOK_EVERY_S: Final = 2.0
_RELATED: Final = ("photograph__course__patient__clinic", "photograph__course__area", "photograph__clinic", "clinic")


def send(row: Sending, alive: Alive) -> None:
    """Send one photograph.

    Raises:
        InputError: If it may not leave any more, cannot be read, or the archive refuses it.
        Died: If the sending was broken off.
    """
    found = Sending.objects.select_related(*_RELATED).get(pk=row.pk)
    photograph = found.photograph
    archive = archive_of(found.clinic)
    if archive is None or known_as(archive) != There(found.archive, found.address):
        raise InputError(
            Text(f"{found.archive} is no longer the archive.", f"{found.archive} ya no es el archivo."),
        )
    patient = photograph.course.patient
    identity = identity_for(patient, PURPOSE)
    data = image_bytes(photograph, store.get(patient, photograph.file), identity, first=first_day(photograph))
    _ask_again(photograph, found.archive)
    try:
        stored = _sent(archive, data, alive)
    except ArchiveAwayError as why:
        wait_for_place(row, {language: why.say(language) for language in LANGUAGES})
        return
    finish(row, sop_uid=stored.uid, remark=stored.warning[:200])


def _ask_again(photograph: Photograph, archive: str) -> None:
    """Whether a photograph may still leave, on what was written down when it was asked for.

    Raises:
        InputError: If it may not.
    """
    with transaction.atomic():
        # Who takes a consent back, blocks or erases has ended, or waits until this was decided.
        held = Patient.objects.select_for_update(no_key=True).filter(pk=photograph.course.patient_id).first()
        if held is None:
            raise InputError(Text("This record was erased.", "Esta historia se borró."))
        photograph.course.patient = held
        what = known(held)
        decision = allowed(photograph, PURPOSE, what)
        if decision.refusal is not None:
            raise InputError(decision.refusal)
        last = photograph.disclosures.filter(purpose=PURPOSE, recipient=archive).order_by("-written_at").first()
        if last is None or last.consent_id is None or not what.is_unbroken(last.consent_id, PURPOSE):
            raise InputError(
                Text(
                    "The consent with which it was to be sent was taken back.",
                    "Se retiró el consentimiento con el que se iba a enviar.",
                ),
                todo=Text("Another one stands: send it again.", "Hay otro vigente: envíela de nuevo."),
            )


def _sent(archive: AnyArchive, data: bytes, alive: Alive) -> Stored:
    """Send one file beside this thread, which meanwhile keeps the lease."""
    ended: list[Stored | Exception] = []

    def deliver_it() -> None:
        try:
            ended.append(deliver(archive, [data])[0])
        except Exception as error:  # noqa: BLE001 (raised again below, in the thread that waits)
            ended.append(error)

    thread = threading.Thread(target=deliver_it, name="sending", daemon=True)
    thread.start()
    share = 0.0
    while thread.is_alive():
        if not alive(STEP, share):
            raise Died("the sending was broken off")
        thread.join(_LOOK_EVERY_S)
        share += (1 - share) / 10
    if isinstance(ended[0], Exception):
        raise ended[0]
    return ended[0]
