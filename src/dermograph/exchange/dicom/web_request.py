"""One request to an archive on the web: bounded in size and time, never passed on to another address."""

from __future__ import annotations

import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.association import ArchiveAwayError, ArchiveError

_PIECE: Final = 2**16
#: How long one request may take as a whole, however lively its answer trickles; in timeouts.
_MOST_TIMEOUTS: Final = 20
_CONFLICT, _LATER = 409, (429, *range(500, 600))


@dataclass(frozen=True, slots=True)
class WebArchive:
    """Where an archive answers.

    Attributes:
        url: Its DICOMweb root, http or https, such as ``https://archive.example/dicom-web``.
        headers: Sent with each request, such as ``Authorization``; never sent on to another address.
        timeout_s: Until an answer is given up in which nothing comes; one that trickles is given up at 20 of these.
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


def asked(
    archive: WebArchive, path: str, headers: Mapping[str, str], body: bytes | None = None, *, most: int
) -> tuple[bytes, str]:
    """The body of an answer, and its type.

    Args:
        archive: Where to.
        path: Below its root.
        headers: Beside those of the archive.
        body: To be sent (POST); None asks (GET).
        most: Bytes of the answer that are taken.

    Raises:
        ArchiveError: If it cannot be reached, refuses, or answers more or longer than is taken.
        InputError: If its address is none of the web.
    """
    scheme, host, _ = _split(archive.url)
    if scheme not in ("http", "https") or not host:
        raise InputError(
            Text(f"{shown(archive.url)} is not a web address.", f"{shown(archive.url)} no es una dirección web."),
            Place(field="url"),
        )
    try:
        request = urllib.request.Request(  # noqa: S310 (the scheme was checked above)
            f"{archive.url.rstrip('/')}/{path}", data=body, headers={**archive.headers, **headers}
        )
        data, content_type = _answer(request, archive.timeout_s, most + 1)
    except urllib.error.HTTPError as error:
        error.close()
        what = Text(f"The archive answered {error.code}.", f"El archivo ha respondido {error.code}.")
        kind = ArchiveAwayError if error.code in _LATER else ArchiveError
        raise kind(what, archive.place, _STATUS_TODO.get(error.code, NOTHING)) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ArchiveAwayError(
            Text("The archive cannot be reached.", "No se puede contactar con el archivo."),
            archive.place,
            Text("Check the address, and that it runs.", "Compruebe la dirección y que esté en marcha."),
        ) from error
    if len(data) > most:
        refuse(archive, Text("The answer is larger than is taken.", "La respuesta es mayor de lo que se admite."))
    return data, content_type


class _Open(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens connections that can be cut from outside."""

    def __init__(self, opened: list[http.client.HTTPConnection]) -> None:
        super().__init__()
        self._opened = opened

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._kept(http.client.HTTPConnection), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._kept(http.client.HTTPSConnection), req)

    def _kept(self, kind: type[http.client.HTTPConnection]) -> Any:  # noqa: ANN401 (what ``do_open`` calls)
        def connection(*args: Any, **options: Any) -> http.client.HTTPConnection:  # noqa: ANN401 (passed on)
            self._opened.append(kind(*args, **options))
            return self._opened[-1]

        return connection


@contextmanager
def _cut_after(seconds: float) -> Iterator[urllib.request.OpenerDirector]:
    """An opener whose connections end after so many seconds, wherever they are by then."""
    opened: list[http.client.HTTPConnection] = []

    def cut() -> None:
        for one in opened:
            held = one.sock  # nothing any more where only the body is still to come, which ``_read`` sees to
            if held is not None:
                with suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield urllib.request.build_opener(_NoRedirect, _Open(opened))
    finally:
        timer.cancel()


def _answer(request: urllib.request.Request, timeout_s: float, most: int) -> tuple[bytes, str]:
    longest = _MOST_TIMEOUTS * timeout_s
    until = time.monotonic() + longest
    with _cut_after(longest) as opener:
        try:
            answer = opener.open(request, timeout=timeout_s)
        except urllib.error.HTTPError as error:
            if error.code != _CONFLICT or request.data is None:
                raise
            answer = error  # all of what was sent failed; the body says why
        with answer:
            return _read(answer, most, until), str(answer.headers.get("Content-Type", ""))


def _read(answer: Any, most: int, until: float) -> bytes:  # noqa: ANN401 (an answer, or the error that is one)
    """At most so many bytes of an answer.

    Raises:
        TimeoutError: If it does not come to an end.
    """
    data = bytearray()
    while time.monotonic() < until:  # also of headers that were cut: they look like a whole answer
        piece = answer.read1(min(_PIECE, most - len(data)))
        data += piece
        if not piece or len(data) >= most:
            return bytes(data)
    raise TimeoutError


_STATUS_TODO = {
    401: Text("Check the key.", "Compruebe la clave."),
    403: Text("Check the rights of the key.", "Compruebe los permisos de la clave."),
    404: Text("Check the address.", "Compruebe la dirección."),
    **dict.fromkeys((301, 302, 303, 307, 308), Text("Give the new address.", "Indique la dirección nueva.")),
}


def refuse(archive: WebArchive, what: Text, todo: Text = NOTHING) -> NoReturn:
    """The error of one archive."""
    raise ArchiveError(what, archive.place, todo)
