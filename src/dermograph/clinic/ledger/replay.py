"""A form that is sent twice writes once."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model

from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError
from dermograph.core.text import Text

Row = TypeVar("Row", bound=Model)


def already_written(model: type[Row], entry: uuid.UUID | None, clinic: Clinic) -> Row | None:
    """The row that a form has written before; None if it has not.

    Raises:
        InputError: If the id belongs to something else: the form was tampered with.
    """
    if entry is None:
        return None
    row: Row | None = model.objects.filter(pk=entry).first()  # type: ignore[attr-defined]
    if row is not None and row.clinic_id != clinic.pk:  # type: ignore[attr-defined]
        raise InputError(
            Text("This form cannot be sent.", "Este formulario no se puede enviar."),
            todo=Text("Open the page again.", "Abra la página de nuevo."),
        )
    return row
