"""Everything that hangs on a patient, found by the foreign keys themselves and not by a list that somebody forgets.

What is exported as "everything held about me" and what is erased are the same rows. A model that a later part of the
site adds is among them from its first migration on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import CharField, JSONField, Model, TextField

from dermograph.clinic.people.models import Patient

Rows = dict[type[Model], set[Any]]
#: Names of files in the vault, wherever a row mentions them.
_FILE: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9_]{1,20}")
AT_ONCE: Final = 400  # ids in one query


def rows_of(patient: Patient) -> Rows:
    """The ids of all rows that lead to a patient by foreign keys, by model; with the patient's own row."""
    found: Rows = {Patient: {patient.pk}}
    new: list[tuple[type[Model], set[Any]]] = [(Patient, {patient.pk})]
    while new:
        model, ids = new.pop()
        for related, field in pointing_at(model):
            there: set[Any] = set()
            for some in in_parts(ids):
                there |= set(related._base_manager.filter(**{f"{field}__in": some}).values_list("pk", flat=True))  # noqa: SLF001 (the manager that hides no row)
            there -= found.setdefault(related, set())
            if there:
                found[related] |= there
                new.append((related, there))
    return {model: ids for model, ids in found.items() if ids}


def pointing_at(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """The models with a foreign key to a model, each with the name of the key; also where Django hides the way back."""
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 (Django's documented way to fields)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name  # type: ignore[union-attr,misc]  # a reverse relation has both


def models_of_patients() -> set[type[Model]]:
    """Every model whose rows can hang on a patient."""
    found, new = {Patient}, [Patient]  # type: set[type[Model]], list[type[Model]]
    while new:
        for related, _ in pointing_at(new.pop()):
            if related not in found:
                found.add(related)
                new.append(related)
    return found


def files_in(rows: Rows) -> set[str]:
    """The names of the files in the vault that rows mention, in text or in JSON."""
    names: set[str] = set()
    for model, ids in rows.items():
        columns = [
            field.name
            for field in model._meta.concrete_fields  # noqa: SLF001 (Django's documented way to fields)
            if isinstance(field, CharField | TextField | JSONField) and not field.choices
        ]
        if not columns:
            continue
        for some in in_parts(ids):
            for values in model._base_manager.filter(pk__in=some).values_list(*columns):  # noqa: SLF001 (the manager that hides no row)
                for value in values:
                    names |= set(_names(value))
    return names


def in_parts(ids: set[Any]) -> Iterator[list[Any]]:
    """Ids, as many at once as any database takes in one query."""
    every = list(ids)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if _FILE.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _names(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _names(one)
