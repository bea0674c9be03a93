"""Who may write what of a course, and words as they are kept."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from dermograph.clinic.people.models import Course, Membership, Role
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

CLINICAL = frozenset({Role.PRACTITIONER, Role.MEDICAL_LEAD})


def refuse_others(course: Course, who: Membership) -> None:
    """Stop who is not a practitioner or medical lead of the course's clinic.

    Raises:
        PermissionDenied: If they are not.
    """
    if who.role not in CLINICAL or who.clinic_id != course.clinic_id or not who.active:
        raise PermissionDenied


def refuse_closed(course: Course) -> None:
    """Stop where a course has ended by now, whatever the row says that was fetched before. After ``lock``.

    Raises:
        InputError: If it has.
    """
    if Course.objects.values_list("closed_at", flat=True).get(pk=course.pk) is not None:
        raise InputError(
            Text("This course is closed.", "Este curso está cerrado."),
            todo=Text("Open it again first.", "Ábralo de nuevo primero."),
        )


def lock(course: Course) -> None:
    """Let the writers of one course wait for each other until the transaction is over, in ``ORDER_OF_LOCKS``."""
    Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)


def kept(words: str, limit: int, field: str) -> str:
    """Words of a person as they are kept, without what no page can show.

    Raises:
        InputError: If they are too long.
    """
    clean = "".join(char for char in words if char.isprintable() or char in "\n\t").strip()
    if len(clean) > limit:
        raise InputError(
            Text(f"It is longer than {limit} characters.", f"Tiene más de {limit} caracteres."), Place(field=field)
        )
    return clean
