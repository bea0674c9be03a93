"""An archive on the network: asked whether it is there, sent to, and read back from, by DICOM's own protocol.

Source: PS3.4, A (Verification), B (Storage), C (Query/Retrieve by C-FIND and C-GET).
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pydicom
from pydicom.dataset import Dataset
from pynetdicom import evt

from dermograph.core.text import Text
from dermograph.exchange.dicom.association import (
    Archive,
    ArchiveError,
    Stored,
    associated,
    checked_status,
    entity_for,
    refused,
)
from dermograph.exchange.dicom.image import VL_PHOTOGRAPHIC_IMAGE
from dermograph.exchange.dicom.report import ENHANCED_SR
from dermograph.exchange.dicom.structure import EXPLICIT, IMPLICIT, JPEG_BASELINE, LARGEST_FILE_MB, check_structure
from dermograph.exchange.dicom.uids import checked_uid

__all__ = ["Archive", "ArchiveError", "Stored", "echo", "fetch", "store"]

_VERIFICATION = "1.2.840.10008.1.1"
_FIND, _GET = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.3"  # Study Root
_SUCCESS, _PENDING, _NO_ROOM = 0x0000, (0xFF00, 0xFF01), 0xA700
#: What is fetched of one study at most, all of which is held at once: objects, and MB.
MOST_OBJECTS, LARGEST_STUDY_MB = 2_000, 2_000
_LARGEST = LARGEST_FILE_MB * 2**20
_RECEIVED = ((VL_PHOTOGRAPHIC_IMAGE, (JPEG_BASELINE, EXPLICIT, IMPLICIT)), (ENHANCED_SR, (EXPLICIT, IMPLICIT)))


def echo(archive: Archive) -> None:
    """Ask whether an archive is there and knows us (C-ECHO).

    Raises:
        ArchiveError: If not.
    """
    entity = entity_for(archive)
    entity.add_requested_context(_VERIFICATION)
    with associated(entity, archive) as association:
        checked_status(association.send_c_echo(), archive)


def store(archive: Archive, files: Sequence[bytes]) -> tuple[Stored, ...]:
    """Send photographs and reports (C-STORE), each in the transfer syntax that it has.

    Args:
        archive: Where to.
        files: DICOM files, as ``image_file`` and ``report_file`` write them.

    Returns:
        What was stored, in the order of the files.

    Raises:
        ArchiveError: If the archive cannot be reached, does not take one of the kinds, or refuses one; the message
            names how many it had taken by then. What it took stays there.
        InputError: If a file is not whole.
    """
    datasets = [_opened(data, index) for index, data in enumerate(files, start=1)]
    entity = entity_for(archive)
    wanted = dict.fromkeys((one.SOPClassUID, one.file_meta.TransferSyntaxUID) for one in datasets)
    for sop_class, syntax in wanted:
        entity.add_requested_context(sop_class, syntax)
    stored: list[Stored] = []
    if not datasets:
        return ()
    with associated(entity, archive) as association:
        accepted = {(one.abstract_syntax, one.transfer_syntax[0]) for one in association.accepted_contexts}
        if missing := [one for one in wanted if one not in accepted]:
            raise refused(
                archive,
                Text(
                    f"The archive does not take {missing[0][0].name} as {missing[0][1].name}.",
                    f"El archivo no admite {missing[0][0].name} como {missing[0][1].name}.",
                ),
            )
        for one in datasets:
            status = checked_status(association.send_c_store(one), archive, len(stored))
            remark = str(status.get("ErrorComment", "") or f"{status.Status:04X}") if status.Status != _SUCCESS else ""
            stored.append(Stored(str(one.SOPInstanceUID), remark))
    return tuple(stored)


def fetch(archive: Archive, study_uid: str) -> tuple[bytes, ...]:
    """Read back the photographs and reports of a study (C-GET), each as a DICOM file.

    Args:
        archive: Where from.
        study_uid: Study Instance UID.

    Returns:
        The files, in the order in which they came; none if the archive has none.

    Raises:
        ArchiveError: If the archive cannot be reached, cannot send, or has more than is taken: 2,000 objects, 400 MB of
            one, 2,000 MB of all. Nothing of it is given then.
        InputError: If ``study_uid`` is none.
    """
    entity = entity_for(archive)
    entity.add_requested_context(_FIND)
    entity.add_requested_context(_GET)
    # One context a transfer syntax: an archive that may choose would decode a JPEG, and the pixels be others.
    for sop_class, syntaxes in _RECEIVED:
        for syntax in syntaxes:
            entity.add_requested_context(sop_class, syntax)
    received: list[bytes] = []
    over: list[Text] = []
    left = LARGEST_STUDY_MB * 2**20

    def take(event: evt.Event) -> int:
        nonlocal left
        data = event.encoded_dataset()
        left -= len(data)
        if why := _too_much(len(received), len(data), left):
            over.append(why)
        if over:
            received.clear()
            return _NO_ROOM
        received.append(data)
        return _SUCCESS

    wanted = Dataset()
    wanted.QueryRetrieveLevel = "STUDY"
    wanted.StudyInstanceUID = checked_uid(study_uid, "study uid")
    with associated(entity, archive, take) as association:
        # What it does not have an archive may refuse like any failure: so it is asked first.
        answers = [checked_status(status, archive) for status, _ in association.send_c_find(wanted, _FIND)]
        if all(one.Status == _SUCCESS for one in answers):
            return ()
        for status, _ in association.send_c_get(wanted, _GET):
            if over:  # before what the archive makes of our refusal: it says that of itself
                raise refused(archive, over[0], ONE_BY_ONE)
            if status.get("Status") not in _PENDING:
                checked_status(status, archive, len(received))
                if status.get("NumberOfFailedSuboperations"):
                    raise refused(
                        archive,
                        Text(
                            f"Only {len(received)} objects of the study came.",
                            f"Solo han llegado {len(received)} objetos del estudio.",
                        ),
                    )
    return tuple(received)


def _too_much(objects: int, size: int, left: int) -> Text | None:
    """Which bound another object goes beyond; None for none.

    Args:
        objects: How many were taken before it.
        size: Of it, in bytes.
        left: What is left of the study's bytes, without it.
    """
    if objects >= MOST_OBJECTS:
        return TOO_MANY
    if size > _LARGEST:
        return _LARGE_OBJECT
    return LARGE_STUDY if left < 0 else None


def _opened(data: bytes, number: int) -> Dataset:
    check_structure(data, f"#{number}")
    return pydicom.dcmread(io.BytesIO(data))


TOO_MANY = Text(f"The study has more than {MOST_OBJECTS} objects.", f"El estudio tiene más de {MOST_OBJECTS} objetos.")
LARGE_STUDY = Text(f"The study has more than {LARGEST_STUDY_MB} MB.", f"El estudio ocupa más de {LARGEST_STUDY_MB} MB.")
ONE_BY_ONE = Text(
    "Have the archive save it as files, and read them one by one.",
    "Guárdelo en ficheros desde el archivo y léalos de uno en uno.",
)
_LARGE_OBJECT = Text(
    f"An object of the study has more than {LARGEST_FILE_MB} MB.",
    f"Un objeto del estudio ocupa más de {LARGEST_FILE_MB} MB.",
)
