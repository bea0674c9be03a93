"""What of a table fits a search, as far as its columns tell."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, Q, QuerySet

from dermograph.clinic.handover.identifiers import digest, keys_named
from dermograph.clinic.handover.kept import latest
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.outgoing.keys import number_of
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.handover.outgoing.sources import BY_KIND
from dermograph.clinic.handover.outgoing.trail import changed_since
from dermograph.clinic.handover.received import NATIVE
from dermograph.clinic.handover.stored import Asked
from dermograph.clinic.people.models import Clinic, NameToken, Patient
from dermograph.clinic.people.name_words import asked_words
from dermograph.clinic.people.selectors import COMMON
from dermograph.exchange.record.partial import PartialDate

_LAST_CHARACTER: Final = "\U0010ffff"
_LONGEST_NUMBER: Final = 9  # digits
_MIDNIGHT: Final = dt.time()
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fitting:
    """The rows of one table of which a part that fits is made."""

    source: Source
    made: Made
    rows: QuerySet[Any]


def fitting(clinic: Clinic, asked: Asked) -> Iterator[Fitting]:
    """The own rows of a clinic that fit, table by table."""
    tables = BY_KIND.get(asked.kind, ())
    if asked.ids and len(tables) > 1:
        hit = _hit(tables, asked.ids)
        tables = tuple(one for number, one in enumerate(tables) if number in hit)
    for source, made in tables:
        rows = _narrowed(source, made, clinic, asked)
        if rows is not None:
            yield Fitting(source, made, rows)


def asks_sealed(asked: Asked) -> bool:
    """Whether a name, a code or a day is asked for, which of what was received is sealed."""
    return bool(asked.name or asked.birth_date or asked.code or any(asked.dates))


def fitting_received(clinic: Clinic, asked: Asked) -> QuerySet[Received] | None:
    """What was received and fits as far as its columns tell: not by name, code or day, which are sealed."""
    if asked.kind in NATIVE:
        return None
    rows = latest(clinic).filter(kind=asked.kind, patient__restricted_at=None)
    if asked.patient is not None:
        rows = rows.filter(patient=asked.patient)
    if not asked.beyond:
        rows = rows.filter(Q(patient=None) | Q(patient=asked.reached))
    if asked.ids:
        rows = rows.filter(key__in=asked.ids)
    if asked.since is not None:
        rows = rows.filter(taken_at__gt=asked.since)
    if asked.identifier is not None:
        rows = rows.filter(identifiers__digest=digest(*asked.identifier)).distinct()
    return rows.order_by("key")


def by_keys(source: Source, made: Made, clinic: Clinic, keys: tuple[uuid.UUID, ...]) -> Q:
    """The rows of which the parts with some ids are made."""
    if source.has_number:
        numbers = [number for key in keys if (number := number_of(clinic.pk, key, made.what)) is not None]
        return Q(number__in=numbers)
    return Q(pk__in=made.rows_of(keys))


def _hit(tables: Sequence[tuple[Source, Made]], keys: Sequence[uuid.UUID]) -> set[int]:
    """The numbers of the tables in which any of some parts stands; asked at once, since most tables have none."""
    parts, values = [], []
    for number, (source, made) in enumerate(tables):
        about: Any = source.model._meta  # noqa: SLF001 (Django's documented way to a model)
        rows = made.rows_of(keys)
        marks = ", ".join(["%s"] * len(rows))
        parts.append(f"SELECT {number} FROM {about.db_table} WHERE id IN ({marks})")  # noqa: S608 (names of tables)
        values += [about.pk.get_db_prep_value(row, connection) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values)
        return {number for (number,) in cursor.fetchall()}


def _narrowed(source: Source, made: Made, clinic: Clinic, asked: Asked) -> QuerySet[Any] | None:
    """The rows that fit; None where nothing of the table can."""
    rows = source.rows(clinic) if asked.patient is not None else source.found(clinic)
    if made.only is not None:
        rows = rows.filter(made.only())
    if asked.patient is not None:
        if not source.patient:
            return None
        rows = rows.filter(**{source.patient: asked.patient})
    if asked.ids:
        rows = rows.filter(by_keys(source, made, clinic, asked.ids))
    fits = _fits(source, made, clinic, asked)
    if fits is None:
        return None
    rows = rows.filter(fits)
    return rows if asked.since is None else changed_since(source, clinic, rows, asked.since)


def _fits(source: Source, made: Made, clinic: Clinic, asked: Asked) -> Q | None:
    """What names and days ask of the columns; None where no row can fit."""
    found: list[Q | None] = []
    if asked.identifier is not None:
        found.append(_identified(source, made, clinic, asked.identifier))
    if asked.name:
        found.append(_named(source, made, clinic, asked.name))
    if asked.birth_date:
        found.append(_born(source, asked.birth_date))
    if asked.code:
        found.append(_coded(made, asked.code))
    if any(asked.dates):
        found.append(_dated(source, made, clinic, asked.dates))
    fits = Q()
    for one in found:
        if one is None:
            return None
        fits &= one
    return fits


def _identified(source: Source, made: Made, clinic: Clinic, wanted: tuple[str, str]) -> Q | None:
    system, value = wanted
    fits = Q(pk__in=[])
    if source.model is Patient and system:
        fits |= Q(pk__in=list(keys_named(clinic, "Patient", [wanted]).values()))
        return fits
    columns = [column for of, column in (made.identifiers or {}).items() if system in ("", of)]
    for column in columns:
        fits |= _equal(source, column, value)
    return fits if columns else None


def _equal(source: Source, column: str, value: str) -> Q:
    """A column that has a value, where the value can stand in it."""
    kind = source.model._meta.get_field(column.removesuffix("_id")).get_internal_type()  # noqa: SLF001 (Django's documented way to a field)
    if kind == "ForeignKey":
        try:
            return Q(**{column: uuid.UUID(value)})
        except ValueError:
            return Q(pk__in=[])
    if kind == "PositiveIntegerField":
        is_number = value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER
        return Q(**{column: int(value)}) if is_number else Q(pk__in=[])
    return Q(**{column: value})


def _named(source: Source, made: Made, clinic: Clinic, wanted: str) -> Q | None:
    words = asked_words(wanted)
    if source.model is Patient:
        if not words or any(word.isdecimal() for word in words):  # by those a telephone would be found
            return None
        return _of_these_words(clinic, words)
    if not made.name or not words:
        return None
    fits = Q()
    for word in wanted.split():
        fits &= Q(**{f"{made.name}__icontains": word})
    return fits


def _of_these_words(clinic: Clinic, words: Sequence[str]) -> Q:
    """The patients of whom every word begins a word; from a word that few have the others are only looked up."""
    few: set[uuid.UUID] | None = None
    fits = Q()
    for word in words:
        named = _beginning(word).filter(clinic=clinic).order_by().values_list("patient", flat=True)
        there = set(named[: COMMON + 1])
        if len(there) <= COMMON:
            few = there if few is None else few & there
        else:
            fits &= Q(pk__in=named)
    return fits if few is None else Q(pk__in=few) & fits


def _beginning(prefix: str) -> QuerySet[NameToken]:
    if connection.vendor == "postgresql":
        return NameToken.objects.filter(word__startswith=prefix)
    # LIKE does not read SQLite's index; a range does.
    return NameToken.objects.filter(word__gte=prefix, word__lt=prefix + _LAST_CHARACTER)


def _born(source: Source, wanted: str) -> Q | None:
    if source.model is not Patient:
        return None
    try:
        day = PartialDate(wanted)
    except ValueError:
        return None
    return Q(birth_date__range=(day.first, day.last))


def _coded(made: Made, wanted: str) -> Q | None:
    code = wanted.rpartition("|")[2]
    if not made.code:
        return None
    if made.code.startswith("="):
        return Q() if code in ("", made.code[1:]) else None
    return Q(**{made.code: code}) if code else Q()


def _dated(source: Source, made: Made, clinic: Clinic, wanted: tuple[dt.date | None, dt.date | None]) -> Q | None:
    if not made.date:
        return None
    first, last = wanted
    begins, ends = _bounds(source, made.date, clinic), _bounds(source, made.until or made.date, clinic)
    fits = Q()
    if first is not None:
        overlaps = Q(**{f"{made.until or made.date}__gte": ends(first)})
        fits &= overlaps | Q(**{made.until: None}) if made.until else overlaps
    if last is not None and last < dt.date.max:
        fits &= Q(**{f"{made.date}__lt": begins(last + _DAY)})
    return fits


def _bounds(source: Source, column: str, clinic: Clinic) -> Callable[[dt.date], dt.date]:
    """How a column has the beginning of a day."""
    if type(_field(source, column)) is DateField:
        return lambda day: day
    return lambda day: dt.datetime.combine(day, _MIDNIGHT, clinic.zone)


def _field(source: Source, column: str) -> Any:  # noqa: ANN401 (a field of Django)
    model: Any = source.model
    *way, last = column.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model  # noqa: SLF001 (Django's documented way to a field)
    return model._meta.get_field(last)  # noqa: SLF001 (the same)
