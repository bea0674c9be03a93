"""The archive of each clinic, as the environment of the site names it. No page can change where photographs go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from dermograph.clinic.imaging.models import LONGEST_NAME
from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom.address import AnyArchive, archive_at, digest_of, place_of

ADDRESSES: Final = "DERMOGRAPH_ARCHIVE"
#: Shorter than a person would wait: while one archive does not answer, nothing else is sent.
TIMEOUT_S: Final = 10.0


def archive_of(clinic: Clinic) -> AnyArchive | None:
    """The archive of a clinic; None if it has none.

    Raises:
        InputError: If what the environment names is no address.
    """
    address = _of(clinic, settings.ARCHIVES)
    return archive_at(address, _of(clinic, settings.ARCHIVE_KEYS), TIMEOUT_S) if address else None


def is_told() -> bool:
    """Whether this process is told of any archive; one that is not cannot know what is one still, and sends nothing."""
    return bool(settings.ARCHIVES.strip())


@dataclass(frozen=True, slots=True)
class There:
    """An archive as a row knows it.

    Attributes:
        name: What people call it.
        address: What tells it from another one of that name.
    """

    name: str
    address: str


def known_as(archive: AnyArchive) -> There:
    """An archive as rows know it."""
    return There(place_of(archive)[:LONGEST_NAME], digest_of(archive))


def there_of(clinic: Clinic) -> There | None:
    """The archive of a clinic as rows know it; None if it has none.

    Raises:
        InputError: The same as for ``archive_of``.
    """
    found = archive_of(clinic)
    return known_as(found) if found is not None else None


def _of(clinic: Clinic, given: str) -> str:
    """The value of a clinic in ``slug=value, slug=value``; empty if none is named."""
    for one in given.split(","):
        slug, is_pair, value = one.strip().partition("=")
        if one.strip() and not is_pair:
            raise InputError(
                Text("The archive is not set up as it should be.", "El archivo no está bien configurado."),
                Place(field=ADDRESSES),
                Text(
                    f"Write {clinic.slug}=dicom://TITLE@host:port.",
                    f"Escriba {clinic.slug}=dicom://TITULO@equipo:puerto.",
                ),
            )
        if slug == clinic.slug:
            return value
    return ""
