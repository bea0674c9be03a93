"""Finding a record of one's own clinic; another clinic's id is as unknown as one that does not exist."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from typing import TypeVar

from django.db.models import F, ForeignKey, Model
from django.http import Http404

from dermograph.clinic.people.models import Area, Clinic, Patient
from dermograph.core.dates import day_in_words
from dermograph.core.errors import InputError
from dermograph.core.text import Text

Found = TypeVar("Found", bound=Model)


class Restricted(InputError):  # noqa: N818 (an answer)
    """The record is blocked: it is kept because the law asks for it, and nothing is done with it."""

    def __init__(self, since: dt.datetime, clinic: Clinic) -> None:
        day = since.astimezone(clinic.zone).date()
        super().__init__(
            Text(
                f"This record is blocked since {day_in_words(day, 'en')}: it is kept because the law asks for it.",
                f"Esta historia está bloqueada desde el {day_in_words(day, 'es')}: se conserva porque lo exige la ley.",
            ),
            todo=Text(
                "The medical lead can lift the block on the page of the patient's rights.",
                "La dirección médica puede levantar el bloqueo en la página de derechos del paciente.",
            ),
        )


def within(clinic: Clinic, model: type[Found], pk: uuid.UUID, *related: str, restricted: bool = False) -> Found:
    """The record of that id in a clinic.

    Args:
        clinic: Of who is asking.
        model: What kind of record.
        pk: Its id.
        related: What to fetch with it, as ``select_related`` takes it.
        restricted: Whether a blocked record is meant as well: only for who decides about the block itself.

    Raises:
        Http404: If there is none, or it is another clinic's.
        Restricted: If the record is blocked.
    """
    where = {"patient__clinic": clinic} if model is Area else {"clinic": clinic}
    rows = model.objects.filter(pk=pk, **where).select_related(*related)  # type: ignore[attr-defined]  # every model has its manager, a type variable does not
    path = path_to_patient(model)
    if path is not None:
        rows = rows.annotate(_restricted=F("__".join((*path, "restricted_at"))))
    found: Found | None = rows.first()
    if found is None:
        raise Http404
    since = getattr(found, "_restricted", None)
    if since is not None and not restricted:
        raise Restricted(since, clinic)
    return found


@functools.cache
def path_to_patient(model: type[Model]) -> tuple[str, ...] | None:
    """The shortest way by foreign keys from a model to the patient; empty for the patient, None if there is none."""
    seen, edge = {model}, [(model, ())]  # type: set[type[Model]], list[tuple[type[Model], tuple[str, ...]]]
    while edge:
        further: list[tuple[type[Model], tuple[str, ...]]] = []
        for one, path in edge:
            if one is Patient:
                return path
            for field in one._meta.get_fields():  # noqa: SLF001 (Django's documented way to a model's fields)
                if isinstance(field, ForeignKey) and not field.null and (to := field.related_model) not in seen:
                    seen.add(to)
                    further.append((to, (*path, field.name)))
        edge = further
    return None
