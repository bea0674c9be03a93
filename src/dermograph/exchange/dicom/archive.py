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
#: Objects of one study that are fetched at most.
MOST_OBJECTS = 2_000
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
        ArchiveError: If the archive cannot be reached, cannot send, or sends more than is taken.
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
    size = 0

    def take(event: evt.Event) -> int:
        nonlocal size
        data = event.encoded_dataset()
        size += len(data)
        if len(received) >= MOST_OBJECTS or size > LARGEST_FILE_MB * 2**20:
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


def _opened(data: bytes, number: int) -> Dataset:
    check_structure(data, f"#{number}")
    return pydicom.dcmread(io.BytesIO(data))
