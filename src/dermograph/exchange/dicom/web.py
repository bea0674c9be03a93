"""An archive on the web: DICOMweb's STOW-RS, QIDO-RS and WADO-RS (PS3.18, 10)."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.archive import MOST_OBJECTS
from dermograph.exchange.dicom.association import ArchiveAwayError, ArchiveError, Stored
from dermograph.exchange.dicom.structure import LARGEST_FILE_MB, check_structure
from dermograph.exchange.dicom.uids import checked_uid

_DICOM, _JSON = "application/dicom", "application/dicom+json"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_INSTANCE, _SERIES = "00080018", "0020000E"
_TAKEN, _FAILED = "00081199", "00081198"
_REFERENCED, _REASON, _REMARK = "00081155", "00081197", "00081196"
_LARGEST = LARGEST_FILE_MB * 2**20
_CONFLICT, _LATER = 409, (429, *range(500, 600))


@dataclass(frozen=True, slots=True)
class WebArchive:
    """Where an archive answers.

    Attributes:
        url: Its DICOMweb root, http or https, such as ``https://archive.example/dicom-web``.
        headers: Sent with each request, such as ``Authorization``; never sent on to another address.
        timeout_s: Until an answer is given up.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 30.0

    @property
    def place(self) -> Place:
        """For errors: the address without a password in it."""
        scheme, host, path = _split(self.url)
        return Place(field=f"{scheme}://{host}{path}")


def _split(url: str) -> tuple[str, str, str]:
    """Scheme, host and path; nothing where it is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", ""
    return parts.scheme, parts.hostname or "", parts.path


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are not followed: the request carries a patient, and may carry a key."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 (its six arguments are not looked at)
        return None


def store(archive: WebArchive, files: Sequence[bytes]) -> tuple[Stored, ...]:
    """Send photographs and reports (STOW-RS) in one request.

    Args:
        archive: Where to.
        files: DICOM files.

    Returns:
        What was stored, as the archive lists it.

    Raises:
        ArchiveError: If the archive cannot be reached, or refuses the request or one of the files; the message names
            how many it took, and those stay there.
        InputError: If a file is not whole.
    """
    for number, data in enumerate(files, start=1):
        check_structure(data, f"#{number}")
    if not files:
        return ()
    boundary = _free_boundary(files)
    parts = [f"--{boundary}\r\nContent-Type: {_DICOM}\r\n\r\n".encode() + data + b"\r\n" for data in files]
    body = b"".join((*parts, f"--{boundary}--\r\n".encode()))
    headers = {"Content-Type": f'multipart/related; type="{_DICOM}"; boundary={boundary}', "Accept": _JSON}
    answer = _json(archive, _asked(archive, "studies", headers, body)[0])
    found = answer[0] if isinstance(answer, list) and answer else answer
    items = found if isinstance(found, dict) else {}
    taken = [Stored(_text(one, _REFERENCED), _remark(one)) for one in _sequence(items, _TAKEN)]
    failed = _sequence(items, _FAILED)
    if failed or len(taken) != len(files):
        reason = _remark(failed[0]) if failed else "–"
        _refuse(
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
    body, _ = _asked(archive, path, {"Accept": _JSON})
    found = _json(archive, body) if body else []
    rows = found if isinstance(found, list) else []
    listed = [(_text(row, _SERIES), _text(row, _INSTANCE)) for row in rows if isinstance(row, dict)]
    return tuple((checked_uid(series, "series"), checked_uid(uid, "instance")) for series, uid in listed)


def fetch(archive: WebArchive, study_uid: str) -> tuple[bytes, ...]:
    """Read back a study (QIDO-RS, then WADO-RS for each instance), in the transfer syntax in which it is kept.

    Returns:
        The DICOM files; none if the archive has none.

    Raises:
        ArchiveError: If the archive cannot be reached, answers something else, or has more than is taken.
        InputError: If ``study_uid`` is none.
    """
    wanted = instances(archive, study_uid)
    if len(wanted) > MOST_OBJECTS:
        _refuse(
            archive,
            Text(
                f"The study has more than {MOST_OBJECTS} objects.", f"El estudio tiene más de {MOST_OBJECTS} objetos."
            ),
        )
    found = []
    for series_uid, uid in wanted:
        # Without the asterisk an archive sends Explicit VR, and decodes a JPEG for it (PS3.18, 8.7.3.5.2).
        accept = {"Accept": f'multipart/related; type="{_DICOM}"; transfer-syntax=*'}
        path = f"studies/{study_uid}/series/{series_uid}/instances/{uid}"
        body, content_type = _asked(archive, path, accept)
        found += _parts(archive, body, content_type)
    return tuple(found)


def _asked(archive: WebArchive, path: str, headers: Mapping[str, str], body: bytes | None = None) -> tuple[bytes, str]:
    """The body of an answer, and its type."""
    scheme, host, _ = _split(archive.url)
    if scheme not in ("http", "https") or not host:
        raise InputError(
            Text(f"{shown(archive.url)} is not a web address.", f"{shown(archive.url)} no es una dirección web."),
            Place(field="url"),
        )
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        request = urllib.request.Request(  # noqa: S310 (the scheme was checked above)
            f"{archive.url.rstrip('/')}/{path}", data=body, headers={**archive.headers, **headers}
        )
        with opener.open(request, timeout=archive.timeout_s) as answer:
            data: bytes = answer.read(_LARGEST + 1)
            content_type = str(answer.headers.get("Content-Type", ""))
    except urllib.error.HTTPError as error:
        with error:
            if error.code == _CONFLICT and body is not None:  # all of what was sent failed; the body says why
                return error.read(_LARGEST), str(error.headers.get("Content-Type", ""))
            what = Text(f"The archive answered {error.code}.", f"El archivo ha respondido {error.code}.")
            kind = ArchiveAwayError if error.code in _LATER else ArchiveError
            raise kind(what, archive.place, _STATUS_TODO.get(error.code, NOTHING)) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ArchiveAwayError(
            Text("The archive cannot be reached.", "No se puede contactar con el archivo."),
            archive.place,
            Text("Check the address, and that it runs.", "Compruebe la dirección y que esté en marcha."),
        ) from error
    if len(data) > _LARGEST:
        _refuse(
            archive,
            Text(
                f"The answer is larger than {LARGEST_FILE_MB} MB.", f"La respuesta ocupa más de {LARGEST_FILE_MB} MB."
            ),
        )
    return data, content_type


_STATUS_TODO = {
    401: Text("Check the key.", "Compruebe la clave."),
    403: Text("Check the rights of the key.", "Compruebe los permisos de la clave."),
    404: Text("Check the address.", "Compruebe la dirección."),
    **dict.fromkeys((301, 302, 303, 307, 308), Text("Give the new address.", "Indique la dirección nueva.")),
}


def _json(archive: WebArchive, body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        _refuse(archive, _NOT_DICOMWEB)
    return found


def _parts(archive: WebArchive, body: bytes, content_type: str) -> list[bytes]:
    """The parts of a multipart answer, each without its headers."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return [body] if content_type.startswith(_DICOM) else _refuse(archive, _NOT_DICOMWEB)
    marker = b"--" + found[1].encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + marker)[1:]
    parts = [piece.partition(b"\r\n\r\n")[2] for piece in pieces if not piece.startswith(b"--")]
    return parts or _refuse(archive, _NOT_DICOMWEB)


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
    return f"{int(code):04X}" if code.isdecimal() else shown(code) if code else ""


def _refuse(archive: WebArchive, what: Text, todo: Text = NOTHING) -> NoReturn:
    raise ArchiveError(what, archive.place, todo)


_NOT_DICOMWEB = Text("The answer is not DICOMweb.", "La respuesta no es de DICOMweb.")
