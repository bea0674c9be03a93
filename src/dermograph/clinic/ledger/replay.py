"""A form that is sent twice writes once."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model

from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError
from dermograph.core.text import Text

Row = TypeVar("Row", bound=Model)


def already_written(model: type[Row], entry: uuid.UUID | None, clinic: Clinic, **belongs: object) -> Row | None:
    """The row that a form has written before; None if it has not.

    Args:
        model: What kind of row.
        entry: Its id; None for a form without one.
        clinic: Of who sends the form.
        belongs: What else the row has to be of, as a filter of ``model``.

    Raises:
        InputError: If the id belongs to something else: the form was tampered with.
    """
    if entry is None:
        return None
    rows = model.objects.filter(pk=entry)  # type: ignore[attr-defined]  # every model has its manager, a type variable does not
    row: Row | None = rows.filter(clinic=clinic, **belongs).first()
    if row is None and rows.exists():
        raise InputError(
            Text("This form cannot be sent.", "Este formulario no se puede enviar."),
            todo=Text("Open the page again.", "Abra la página de nuevo."),
        )
    return row
