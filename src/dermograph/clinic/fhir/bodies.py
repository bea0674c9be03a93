"""Reading the body of a request, never more of it than is taken."""

from __future__ import annotations

from typing import Final, Protocol, cast

from django.http import HttpRequest

from dermograph.clinic.fhir.refusals import FhirError, refuse
from dermograph.exchange.fhir.read.json_text import MOST_BYTES, too_large
from dermograph.exchange.fhir.read.reading import MOST_RESOURCE_BYTES

MOST_OF_BUNDLE: Final = MOST_BYTES
MOST_OF_RESOURCE: Final = MOST_RESOURCE_BYTES
MOST_OF_FORM: Final = 100_000
_CHUNK: Final = 1 << 18
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


def body_of(request: HttpRequest, most: int) -> bytes:
    """The body of a request.

    What says beforehand that it is too large is not read at all; what does not say is read until it is too large.

    Args:
        request: Whose body nobody has read yet.
        most: Bytes that are taken.

    Raises:
        FhirError: 413 if it has more, 400 if it breaks off.
    """
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    length = None if chunked else _length(request)
    if length is not None and length > most:
        raise FhirError(413, too_large(most))
    stream = cast("_Stream", request.META["wsgi.input"] if chunked else request)
    found = bytearray()
    while length is None or len(found) < length:
        try:
            part = stream.read(_CHUNK if length is None else min(_CHUNK, length - len(found)))
        except OSError:
            raise _broken() from None
        if not part:
            break
        found += part
        if len(found) > most:
            raise FhirError(413, too_large(most))
    if length is not None and len(found) < length:
        raise _broken()
    return bytes(found)


def json_body(request: HttpRequest, most: int) -> bytes:
    """The body of a request that says that it is JSON.

    Raises:
        FhirError: As ``body_of``; 415 if it is XML all the same.
    """
    data = body_of(request, most)
    if data.lstrip(_BLANK)[:1] == b"<":
        raise refuse(
            415,
            "not-supported",
            "This is XML. Only FHIR JSON is read here (application/fhir+json).",
            "Es XML. Aquí solo se lee FHIR JSON (application/fhir+json).",
        )
    return data


def _length(request: HttpRequest) -> int:
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0


def _broken() -> FhirError:
    return refuse(400, "structure", "The body broke off.", "El cuerpo se interrumpió.")
