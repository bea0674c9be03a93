"""An archive on the web: DICOMweb's STOW-RS, QIDO-RS and WADO-RS (PS3.18, 10)."""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import pydicom

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.archive import LARGE_STUDY, LARGEST_STUDY_MB, MOST_OBJECTS, ONE_BY_ONE, TOO_MANY
from dermograph.exchange.dicom.association import Stored
from dermograph.exchange.dicom.structure import LARGEST_FILE_MB, check_structure
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.web_request import WebArchive, asked, refuse

__all__ = ["WebArchive", "fetch", "instances", "store"]

_DICOM, _JSON = "application/dicom", "application/dicom+json"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_INSTANCE, _SERIES = "00080018", "0020000E"
_TAKEN, _FAILED = "00081199", "00081198"
_REFERENCED, _REASON, _REMARK = "00081155", "00081197", "00081196"
_LARGEST = LARGEST_FILE_MB * 2**20
_LARGEST_LIST = 16 * 2**20  # what is no object: which were taken, which there are
_LONGEST_CODE = 5  # digits of US


def store(archive: WebArchive, files: Sequence[bytes]) -> tuple[Stored, ...]:
    """Send photographs and reports (STOW-RS) in one request.

    Args:
        archive: Where to.
        files: DICOM files.

    Returns:
        What was stored, in the order of the files.

    Raises:
        ArchiveError: If the archive cannot be reached, refuses the request or one of the files, or says that it took
            other objects than were sent; the message names how many of ours it took, and those stay there.
        InputError: If a file is not whole.
    """
    for number, data in enumerate(files, start=1):
        check_structure(data, f"#{number}")
    sent = [_uid_in(data) for data in files]
    if not files:
        return ()
    boundary = _free_boundary(files)
    parts = [f"--{boundary}\r\nContent-Type: {_DICOM}\r\n\r\n".encode() + data + b"\r\n" for data in files]
    body = b"".join((*parts, f"--{boundary}--\r\n".encode()))
    headers = {"Content-Type": f'multipart/related; type="{_DICOM}"; boundary={boundary}', "Accept": _JSON}
    answer = _json(archive, asked(archive, "studies", headers, body, most=_LARGEST_LIST)[0])
    found = answer[0] if isinstance(answer, list) and answer else answer
    items = found if isinstance(found, dict) else {}
    listed = {_text(one, _REFERENCED): _remark(one) for one in _sequence(items, _TAKEN)}
    taken = [Stored(uid, listed[uid]) for uid in sent if uid in listed]
    failed = _sequence(items, _FAILED)
    if failed or len(taken) != len(files):
        reason = _remark(failed[0]) if failed else "–"
        refuse(
            archive,
            Text(
                f"The archive took {len(taken)} of {len(files)} objects (reason {reason}).",
                f"El archivo ha admitido {len(taken)} de {len(files)} objetos (motivo {reason}).",
            ),
        )
    return tuple(taken)


def instances(archive: WebArchive, study_uid: str) -> tuple[tuple[str, str], ...]:
    """The series and SOP instance UIDs of what an archive has of a study (QIDO-RS); none if it has nothing.

    Raises:
        ArchiveError: If the archive cannot be reached, or answers something else.
        InputError: If ``study_uid`` is none.
    """
    path = f"studies/{checked_uid(study_uid, 'study uid')}/instances"
    body, _ = asked(archive, path, {"Accept": _JSON}, most=_LARGEST_LIST)
    found = _json(archive, body) if body else []
    rows = found if isinstance(found, list) else []
    listed = [(_text(row, _SERIES), _text(row, _INSTANCE)) for row in rows if isinstance(row, dict)]
    return tuple((checked_uid(series, "series"), checked_uid(uid, "instance")) for series, uid in listed)


def fetch(archive: WebArchive, study_uid: str) -> tuple[bytes, ...]:
    """Read back a study (QIDO-RS, then WADO-RS for each instance), in the transfer syntax in which it is kept.

    Returns:
        The DICOM files; none if the archive has none.

    Raises:
        ArchiveError: If the archive cannot be reached, answers something else, or has more than is taken: 2,000
            objects, 400 MB of one, 2,000 MB of all. Nothing of it is given then.
        InputError: If ``study_uid`` is none.
    """
    wanted = instances(archive, study_uid)
    if len(wanted) > MOST_OBJECTS:
        refuse(archive, TOO_MANY, ONE_BY_ONE)
    found: list[bytes] = []
    left = LARGEST_STUDY_MB * 2**20
    for series_uid, uid in wanted:
        # Without the asterisk an archive sends Explicit VR, and decodes a JPEG for it (PS3.18, 8.7.3.5.2).
        accept = {"Accept": f'multipart/related; type="{_DICOM}"; transfer-syntax=*'}
        path = f"studies/{study_uid}/series/{series_uid}/instances/{uid}"
        body, content_type = asked(archive, path, accept, most=_LARGEST)
        left -= len(body)
        if left < 0:  # asked afterwards: an answer that is too long does not say by which of the two bounds
            refuse(archive, LARGE_STUDY, ONE_BY_ONE)
        found += _parts(archive, body, content_type)
    return tuple(found)


def _uid_in(data: bytes) -> str:
    """The SOP Instance UID of a file."""
    tags = ["SOPInstanceUID"]
    return str(pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True, specific_tags=tags).SOPInstanceUID)


def _json(archive: WebArchive, body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        refuse(archive, _NOT_DICOMWEB)
    return found


def _parts(archive: WebArchive, body: bytes, content_type: str) -> list[bytes]:
    """The parts of a multipart answer, each without its headers."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return [body] if content_type.startswith(_DICOM) else refuse(archive, _NOT_DICOMWEB)
    marker = b"--" + found[1].encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + marker)[1:]
    parts = [piece.partition(b"\r\n\r\n")[2] for piece in pieces if not piece.startswith(b"--")]
    return parts or refuse(archive, _NOT_DICOMWEB)


def _free_boundary(files: Sequence[bytes]) -> str:
    """A boundary that none of the files contains."""
    while True:
        boundary = f"dermograph-{secrets.token_hex(16)}"
        if not any(boundary.encode() in data for data in files):
            return boundary


def _sequence(item: Mapping[str, Any], tag: str) -> list[dict[str, Any]]:
    """The items of a sequence in DICOM's JSON."""
    element = item.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _text(item: Mapping[str, Any], tag: str) -> str:
    element = item.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return str(values[0]) if isinstance(values, list) and values else ""


def _remark(item: Mapping[str, Any]) -> str:
    """Why an object failed, or what the archive changed in it, by the code."""
    code = _text(item, _REASON) or _text(item, _REMARK)
    is_number = code.isascii() and code.isdecimal() and len(code) <= _LONGEST_CODE
    return f"{int(code):04X}" if is_number else shown(code) if code else ""


_NOT_DICOMWEB = Text("The answer is not DICOMweb.", "La respuesta no es de DICOMweb.")
