"""The address of an archive in one line, and sending to it by whichever protocol the address names."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom import archive, web
from dermograph.exchange.dicom.archive import Archive, Stored
from dermograph.exchange.dicom.web import WebArchive

AnyArchive = Archive | WebArchive
_PORT: Final = 104  # DICOM's own
_TITLES: Final = 2
_HERE, _CLEAR = "dicom", "dicom-clear"
_FORM: Final = Text(
    "Write dicom://TITLE@host:port, dicom://OUR-TITLE:TITLE@host:port or https://host/dicom-web.",
    "Escriba dicom://TITULO@equipo:puerto, dicom://NUESTRO:TITULO@equipo:puerto o https://equipo/dicom-web.",
)
_IN_THE_CLEAR: Final = Text("Photographs do not travel in the clear.", "Las fotografías no viajan sin cifrar.")
_OWN_NETWORK: Final = Text(
    "Give an address with https, or a tunnel on this machine. DICOM's own protocol is not encrypted: where the whole "
    "way lies in a network of your own, write dicom-clear:// instead of dicom://.",
    "Indique una dirección con https o un túnel en este equipo. El protocolo propio de DICOM no cifra: si todo el "
    "camino está en su propia red, escriba dicom-clear:// en vez de dicom://.",
)


def archive_at(address: str, key: str = "", timeout_s: float = 30.0) -> AnyArchive:
    """The archive at an address.

    Args:
        address: ``dicom://TITLE@host:port`` for C-STORE, with our own title before its title if that is not
            DERMOGRAPH; the root of DICOMweb for STOW-RS. Photographs of a person do not travel in the clear: plain http
            goes to this machine alone, and so does ``dicom://``; ``dicom-clear://`` says that the way to another host
            is a network of one's own.
        key: What DICOMweb asks for, sent as a bearer token; empty for none.
        timeout_s: Until an answer is given up.

    Raises:
        InputError: If it is none of these.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise _refused(address) from None
    if parts.scheme in (_HERE, _CLEAR) and parts.hostname and parts.path in ("", "/"):
        if parts.scheme == _HERE and not _is_here(parts.hostname):
            raise InputError(_IN_THE_CLEAR, Place(field="archive"), _OWN_NETWORK)
        return _dimse(address, parts, _PORT if port is None else port, timeout_s)
    if parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.query:
        if parts.scheme == "http" and not _is_here(parts.hostname):
            raise InputError(
                _IN_THE_CLEAR,
                Place(field="archive"),
                Text("Give an address with https.", "Indique una dirección con https."),
            )
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return WebArchive(address.strip(), headers, timeout_s)
    raise _refused(address)


def deliver(to: AnyArchive, files: Sequence[bytes]) -> tuple[Stored, ...]:
    """Send photographs and reports by the protocol of an archive.

    Raises:
        ArchiveError: As ``archive.store`` and ``web.store``.
        InputError: The same.
    """
    return archive.store(to, files) if isinstance(to, Archive) else web.store(to, files)


def place_of(to: AnyArchive) -> str:
    """What people call an archive: its title or the host of its address, without anything secret."""
    return to.title if isinstance(to, Archive) else str(urlsplit(to.url).hostname)


def digest_of(to: AnyArchive) -> str:
    """What tells one archive from another: a SHA-256 (hex) of protocol, title, host and port, or of the web address."""
    place = f"{to.title}@{to.host.lower()}:{to.port}" if isinstance(to, Archive) else to.url.rstrip("/")
    return hashlib.sha256(place.encode()).hexdigest()


def _dimse(address: str, parts: SplitResult, port: int, timeout_s: float) -> Archive:
    titles = [one for one in (parts.username, parts.password) if one]
    if not titles or not parts.hostname:
        raise _refused(address)
    if len(titles) == _TITLES:
        return Archive(parts.hostname, port, titles[1], titles[0], timeout_s)
    return Archive(parts.hostname, port, titles[0], timeout_s=timeout_s)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(address: str) -> InputError:
    return InputError(
        Text(
            f"{shown(address.partition('@')[2] or address)} is not the address of an archive.",
            f"{shown(address.partition('@')[2] or address)} no es la dirección de un archivo.",
        ),
        Place(field="archive"),
        _FORM,
    )
