"""Asking for designs. Shapes and wishes are checked before anything is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from django.db import IntegrityError, transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.comparing import lock
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.rules import FORM_USED, LOAD_AGAIN, changed_meanwhile
from dermograph.clinic.people.models import Clinic, User
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.rules import figures
from dermograph.clinic.scalp.services_reading import check_photograph
from dermograph.clinic.scalp.shapes import checked_shapes
from dermograph.clinic.scalp.words import NOT_OF_COURSE
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.photo.scalp.design import Wish

Json = dict[str, Any]
_MOST_SEED: Final = 2**31 - 1
_WHOLE: Final = frozenset({"sessions"})
_FROM_STUBBLE: Final = frozenset({"diameter_mm", "tone"})  # None takes them from the patient's own


def ask_for_design(
    *,
    photograph: Photograph,
    shapes: Mapping[str, Any],
    wish: Mapping[str, Any],
    who: User,
    entry: uuid.UUID,
    supersedes: ScalpDesign | None = None,
    seed: int = 1,
) -> ScalpDesign:
    """Ask for a design on a photograph.

    Args:
        photograph: Usable, with its course and clinic.
        shapes: ``area``, and perhaps ``hair`` and ``front``, as ``ScalpDesign`` has them.
        wish: By the names of ``photo.scalp.design.Wish``; dots a minute and a needle that are missing are the clinic's.
        who: Who asks.
        entry: Its id; a replay finds what is there.
        supersedes: The design in whose place it is; None for another one beside those that are there.
        seed: Settles where the dots lie, 0 or more.

    Raises:
        InputError: If the photograph, a shape or a figure cannot be used, with the field; or somebody has put another
            design in the same place meanwhile.
    """
    course = photograph.course
    with transaction.atomic():
        lock(course)
        there: ScalpDesign | None = ScalpDesign.objects.filter(pk=entry).first()
        if there is not None:
            if there.photograph_id != photograph.pk:
                raise InputError(FORM_USED, todo=LOAD_AGAIN)
            return there
        check_photograph(photograph)
        if supersedes is not None and supersedes.course_id != course.pk:
            raise InputError(NOT_OF_COURSE)
        if type(seed) is not int or not 0 <= seed <= _MOST_SEED:
            raise InputError(
                Text(f"{shown(seed)} is no seed.", f"{shown(seed)} no es una semilla."), Place(field="seed")
            )
        row = ScalpDesign(
            pk=entry,
            clinic=course.clinic,
            course=course,
            photograph=photograph,
            shapes=checked_shapes(shapes, photograph),
            wish=checked_wish(wish, course.clinic),
            seed=seed,
            written_by=who,
            supersedes=supersedes,
            correction_reason="designed again" if supersedes else "",
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            if supersedes is None:
                raise
            raise changed_meanwhile(ScalpDesign, supersedes) from None
        record("design.asked", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
        leases.announce(row)
    return row


def checked_wish(wish: Mapping[str, Any], clinic: Clinic) -> Json:
    """A wish with every figure, as it is stored.

    Raises:
        InputError: If a figure is not known or none that can be; it names the field.
    """
    known = {one.name for one in fields(Wish)}
    own = figures(clinic)
    found: Json = {"dots_a_minute": own.dots_a_minute, "dots_a_needle": own.dots_a_needle}
    for name, value in wish.items():
        if name not in known:
            raise InputError(Text(f"{shown(name)} is not known here.", f"{shown(name)} no se conoce aquí."))
        if value is None and name not in _FROM_STUBBLE:
            continue
        found[name] = _checked(name, value)
    return asdict(Wish(**found))


def _checked(name: str, value: Any) -> Any:  # noqa: ANN401 (JSON as it was sent)
    """One figure within the limits of ``Wish``."""
    if value is None:
        return None
    kinds = int if name in _WHOLE else int | float
    if isinstance(value, bool) or not isinstance(value, kinds) or (name in _FROM_STUBBLE and not value):
        raise InputError(
            Text(f"{shown(value)} is no figure for this.", f"{shown(value)} no sirve aquí."), Place(field=name)
        )
    try:
        Wish(**{name: value})
    except InputError as error:
        raise InputError(error.what, Place(field=name), error.todo) from error
    return value
