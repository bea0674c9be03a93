"""The archive of each clinic, as the environment of the site names it. No page can change where photographs go."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom.address import AnyArchive, archive_at, place_of

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


def name_of(clinic: Clinic) -> str:
    """What people call the archive of a clinic; empty if it has none.

    Raises:
        InputError: The same as for ``archive_of``.
    """
    found = archive_of(clinic)
    return place_of(found) if found is not None else ""


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
