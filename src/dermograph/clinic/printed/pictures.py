"""The pictures of comparisons out of the vault, their key looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.files.storage import default_storage

from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.people.models import Patient
from dermograph.clinic.vault.seal import Unreadable, unseal_each

_SIDES: Final = ("before", "after")
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG"


def pictured(parts: Sequence[dict[str, Any]]) -> list[Comparison]:
    """The comparisons whose pictures a record shows: of each course the latest that has both."""
    found = []
    for part in parts:
        rows = [one["row"] for one in part["comparisons"] if one["shown"]]
        with_both = [row for row in rows if all(row.pictures.get(side) for side in _SIDES)]
        found += with_both[-1:]
    return found


def photographs_in(parts: Sequence[dict[str, Any]]) -> list[Photograph]:
    """Each photograph that a paper shows, once; not those whose picture could not be opened.

    Args:
        parts: Of the record, with the ``pictures`` of each comparison that are on the paper.
    """
    shown = [
        (one["row"], picture["side"]) for part in parts for one in part["comparisons"] for picture in one["pictures"]
    ]
    found: list[Photograph] = [getattr(row, side) for row, side in shown]
    return list({one.pk: one for one in found}.values())


def pictures_of(patient: Patient, comparisons: Sequence[Comparison]) -> dict[tuple[Any, str], tuple[str, bytes]]:
    """By comparison and side, the name and the bytes of a picture; one that cannot be opened is not there.

    Raises:
        Erased: If the patient's key was destroyed.
    """
    wanted = [((row.pk, side), row.pictures[side]) for row in comparisons for side in _SIDES]
    sealed = []
    for key, name in wanted:
        try:
            with default_storage.open(name) as file:
                sealed.append((key, name, file.read()))
        except OSError:
            continue
    try:
        opened = unseal_each(patient, [(data, name) for _, name, data in sealed])
    except Unreadable:
        return {}
    found = {}
    for number, ((key, _, _), data) in enumerate(zip(sealed, opened, strict=True)):
        if data is not None and data.startswith((_JPEG, _PNG)):
            found[key] = (f"{number}.{'jpg' if data.startswith(_JPEG) else 'png'}", data)
    return found
