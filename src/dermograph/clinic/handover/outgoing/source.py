"""A table of the clinic and what is made from each of its rows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Model, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.expressions import Combinable

from dermograph.clinic.handover.kept import in_parts
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.reading import Reading
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.exchange.record.part import Part

#: So many parts of one kind are made of one row at most: more than any protocol has rules and questions.
MOST_OF_ROW: Final = 100
_NO_LINK: Final = "patient"  # an id of a patient that is no foreign key


@dataclass(frozen=True, slots=True)
class Made:
    """One part of a record that is made from a row.

    Attributes:
        field: The field of ``Record`` that it fills.
        part: Makes it; where there are several of a row, all of them in their order.
        what: Tells its id from the row's own; empty for the part that the row is. See ``keys``.
        several: How many are made of a row, each with its number, from 1, in its id; None for exactly one.
        only: Which rows it is made from; None for all.
        code: The column with what it is of, or ``=`` and the word that is the same for all; empty where it has no code.
        date: The column with its day or its instant, of a period with its beginning; empty for none.
        until: The column with the end of a period, which has none yet where that is empty; empty for no period.
        name: The column in which a name is looked for; empty for none.
        identifiers: The column of each business identifier, by the system.
        is_final: Whether nothing of it ever changes: it has one version.
    """

    field: str
    part: Callable[[Any, Reading], Any]
    what: str = ""
    only: Callable[[], Q] | None = None
    code: str = ""
    date: str = ""
    until: str = ""
    name: str = ""
    identifiers: Mapping[str, str] | None = None
    is_final: bool = False
    several: Callable[[], Combinable] | None = None

    def parts(self, row: Any, reading: Reading) -> Sequence[Part]:  # noqa: ANN401 (a row of the table)
        """What is made of a row."""
        made = self.part(row, reading)
        return made if self.several else (made,)

    def rows_of(self, keys: Iterable[uuid.UUID]) -> list[uuid.UUID]:
        """The ids of the rows of which parts with some ids can be made."""
        if self.several is None:
            return [made_of(key, self.what) for key in keys]
        return [made_of(key, numbered(self.what, number)) for key in keys for number in range(1, MOST_OF_ROW + 1)]


def numbered(what: str, number: int) -> str:
    """What tells the id of one of several parts from its row's own."""
    return f"{what} {number}"


@dataclass(frozen=True, slots=True)
class Source:
    """A table.

    Attributes:
        model: Its model.
        made: What is made from a row.
        clinic: The column of the clinic.
        patient: The column of the patient's id; empty for what belongs to the clinic alone.
        related: What is read with a row.
        fetched: What is read for all rows at once.
        large: Columns that no part needs.
        changed: The columns with the instants of its last change; of none it is not known when it changed.
        is_followed: Whether the trail tells of later changes by the row's id.
        has_number: Whether a row has a number in place of an id.
        prepare: What is done with all rows at once before parts are made.
        changed_where: For a column of ``changed`` in another table, which rows of that count.
        since: Which rows changed after an instant, where that is not the same as one of ``changed`` being later.
        says_nobody: Whether its parts do not say whose they are: they belong to the clinic when they are found, and are
            found while the record is blocked.
    """

    model: type[Model]
    made: tuple[Made, ...]
    clinic: str = "clinic"
    patient: str = ""
    related: tuple[str, ...] = ()
    fetched: tuple[str | Prefetch[Any], ...] = ()
    large: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    is_followed: bool = False
    has_number: bool = False
    prepare: Callable[[Sequence[Any], Reading], None] | None = None
    changed_where: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    since: Callable[[dt.datetime], Q] | None = None
    says_nobody: bool = False

    @property
    def to_patient(self) -> str:
        """The way to the patient's row; empty where there is none, or it is the row itself."""
        return "" if self.patient in ("", "pk", _NO_LINK) else self.patient.removesuffix("_id")

    def rows(self, clinic: Clinic) -> QuerySet[Any]:
        """The rows of a clinic, those of blocked records left out."""
        found = self.model._base_manager.filter(**{self.clinic: clinic.pk})  # noqa: SLF001 (the manager that hides no row)
        if self.patient == "pk":
            return found.filter(restricted_at=None)
        if self.patient == _NO_LINK:
            blocked = Patient.objects.filter(clinic=clinic).exclude(restricted_at=None)
            return found.filter(Q(patient=None) | ~Q(patient__in=blocked.values("pk")))
        return found.filter(**{f"{self.to_patient}__restricted_at": None}) if self.to_patient else found

    def found(self, clinic: Clinic) -> QuerySet[Any]:
        """The rows of a clinic that are found without asking for a patient."""
        if not self.says_nobody:
            return self.rows(clinic)
        return self.model._base_manager.filter(**{self.clinic: clinic.pk})  # noqa: SLF001 (the manager that hides no row)

    def read(self, rows: QuerySet[Any], reading: Reading) -> list[Any]:
        """Rows with everything that their parts need, in the order of their ids."""
        found = list(rows.order_by("pk").select_related(*self.related).defer(*self.large))
        for some in in_parts(found) if self.fetched else ():
            prefetch_related_objects(some, *self.fetched)
        if self.prepare is not None:
            self.prepare(found, reading)
        return found

    def patient_of(self, row: Any) -> uuid.UUID | None:  # noqa: ANN401 (a row of its model)
        """Whose record a row belongs to; None for nobody's."""
        value = row
        for step in self.patient.split("__") if self.patient else ():
            value = getattr(value, step)
        return value if self.patient else None

    def changed_at(self, row: Any, floor: dt.datetime) -> dt.datetime:  # noqa: ANN401 (the same)
        """When a row last changed, as far as its own columns tell; ``floor`` where they do not."""
        return max((at for path in self.changed for at in _at(row, path.split("__"))), default=floor)


def _at(value: Any, steps: Sequence[str]) -> Iterator[dt.datetime]:  # noqa: ANN401 (a row, a manager, or an instant)
    if value is None:
        return
    if not steps:
        yield value
        return
    below: Any = getattr(value, steps[0], None)
    for one in below.all() if hasattr(below, "all") else (below,):
        yield from _at(one, steps[1:])
