"""What the dashboard and the reviews show of very many courses: some rows of each list, and how many there are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL

from dermograph.clinic.overview.at_work import AtWork
from dermograph.clinic.overview.due import Due, review_due, shown_state
from dermograph.clinic.overview.models import IS_TOLD, CourseStanding
from dermograph.clinic.overview.standings import Standings, at_work_of
from dermograph.clinic.scalp.course import SCALP

A_PAGE: Final = 50
_Fits = Callable[[CourseStanding], bool]
#: The lists of the dashboard, each with the column by which it is found; that column is None in the others.
TROUBLE, WAITING, MAINTAIN = "trouble_on", "waiting_since", "maintain_since"
_LATEST_FIRST: Final = frozenset({TROUBLE, WAITING})
_IN_ORDER: Final = ("due_since", "opened_at", "course_id")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the dashboard shows.

    Attributes:
        due: The reviews, the longest waiting first.
        trouble: Courses whose latest photograph could not be compared, the latest first.
        waiting: Those without a complete assessment, the latest first.
        maintain: Those that wait for their maintenance, the longest first.
        counts: How many there are of each, by ``due`` and the names of the others.
        by_course: All courses that were asked for by their ids, if they are open.
        has_scalps: Whether the clinic has treated a scalp.
    """

    due: list[Due]
    trouble: list[AtWork]
    waiting: list[AtWork]
    maintain: list[AtWork]
    counts: Mapping[str, int]
    by_course: Mapping[uuid.UUID, AtWork]
    has_scalps: bool


def listed(kept: Standings, today: dt.date, courses: Collection[uuid.UUID], rows: int, waiting: int) -> Listed:
    """The rows of every list of the dashboard and their numbers; one query.

    Args:
        kept: The standings.
        today: The day that counts.
        courses: Which courses are asked for besides, by their ids.
        rows: How many of each list.
        waiting: How many of those that wait for an assessment: what is shown is chosen among them.
    """
    due = kept.stored.filter(due_since__lte=today)
    tops = [due.order_by(*_IN_ORDER)[:rows]]
    for column, many in ((TROUBLE, rows), (WAITING, waiting), (MAINTAIN, rows)):
        order = (f"-{column}", "-course_id") if column in _LATEST_FIRST else (column, "course_id")
        tops.append(_of(kept, column).order_by(*order)[:many])
    tops.append(treated_scalps(kept.stored)[:1])
    lists = {"due": due, **{one: _of(kept, one) for one in (TROUBLE, WAITING, MAINTAIN)}}
    if courses:
        tops.append(kept.stored.filter(pk__in=list(courses)))
    # By their ids alone: the clinic named besides, or "this or that", has SQLite go through all of the clinic's.
    rows_of_all = CourseStanding.objects.filter(pk__in=_ids(tops)).select_related("course__patient", "course__area")
    found = [*rows_of_all.annotate(**_counted(lists)), *kept.fresh]

    def some(fits: _Fits, order: tuple[str, ...], many: int, *, is_reversed: bool = False) -> list[CourseStanding]:
        return sorted(filter(fits, found), key=attrgetter(*order), reverse=is_reversed)[:many]

    def of(column: str, many: int) -> list[AtWork]:
        chosen = some(_has(column), (column, "course_id"), many, is_reversed=column in _LATEST_FIRST)
        return [at_work_of(one) for one in chosen]

    # A list of which no row was read has none.
    numbers = {name: (getattr(found[0], f"n_{name}", 0) or 0) if found else 0 for name in lists}
    numbers["due"] += sum(1 for one in kept.fresh if _is_due(one, today))
    for column in (TROUBLE, WAITING, MAINTAIN):
        numbers[column] += sum(1 for one in kept.fresh if _has(column)(one))
    first = some(lambda one: _is_due(one, today), _IN_ORDER, rows)
    return Listed(
        due=[row for one in first if (row := review_due(at_work_of(one), today)) is not None],
        trouble=of(TROUBLE, rows),
        waiting=of(WAITING, waiting),
        maintain=of(MAINTAIN, rows),
        counts={"due": numbers["due"], "trouble": numbers[TROUBLE], "waiting": numbers[WAITING]}
        | {"maintain": numbers[MAINTAIN]},
        by_course={one.pk: at_work_of(one) for one in found if one.is_open and one.pk in set(courses)},
        has_scalps=any(one.is_told and one.treatment == SCALP for one in found),
    )


def treated_scalps(rows: QuerySet[CourseStanding]) -> QuerySet[CourseStanding]:
    """The courses of scalps that have a session."""
    return rows.filter(IS_TOLD, treatment=SCALP)


def due_by_state(kept: Standings, today: dt.date) -> dict[str, int]:
    """How many reviews are due, by what stands between, as ``Due`` has it; one query."""
    found: dict[str, int] = {}
    ahead = Case(When(settled_on__gt=today, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = kept.stored.filter(due_since__lte=today).order_by().values("state", ahead=ahead).annotate(n=Count("pk"))
    for one in rows:
        state = shown_state(one["state"], today + dt.timedelta(days=one["ahead"]), today)
        found[state] = found.get(state, 0) + one["n"]
    for row in kept.fresh:
        if _is_due(row, today):
            found[_state(row, today)] = found.get(_state(row, today), 0) + 1
    return found


def reviews_page(kept: Standings, today: dt.date, state: str, page: int) -> list[Due]:
    """One page of the reviews that are due, the longest waiting first; one query.

    Args:
        kept: The standings.
        today: The day that counts.
        state: Only those of which this stands between; empty for all.
        page: From 1 on.
    """
    wanted = Q(due_since__lte=today)
    if state == "photograph":
        wanted &= _to_photograph(today)
    elif state == "unmeasured":
        wanted &= Q(state="photograph", settled_on__gt=today)
    elif state:
        wanted &= Q(state=state)

    def fits(one: CourseStanding) -> bool:
        return _is_due(one, today) and state in ("", _state(one, today))

    rows = kept.rows(wanted, fits, _IN_ORDER, at=A_PAGE * (page - 1), many=A_PAGE)
    return [due for one in rows if (due := review_due(at_work_of(one), today)) is not None]


def due_to_photograph(kept: Standings, today: dt.date) -> Iterator[CourseStanding]:
    """Every course that is due and has to be photographed, each with its patient; read a piece at a time."""
    rows = kept.stored.filter(_to_photograph(today), due_since__lte=today).select_related("course__patient")
    yield from rows.order_by(*_IN_ORDER).iterator(chunk_size=500)
    yield from (one for one in kept.fresh if _is_due(one, today) and _state(one, today) == "photograph")


def _to_photograph(today: dt.date) -> Q:
    return Q(state="too_early") | Q(state="photograph", settled_on__lte=today)


def _of(kept: Standings, column: str) -> QuerySet[CourseStanding]:
    return kept.stored.filter(**{f"{column}__isnull": False})


def _has(column: str) -> _Fits:
    return lambda one: getattr(one, column) is not None


def _is_due(one: CourseStanding, today: dt.date) -> bool:
    return one.due_since is not None and one.due_since <= today


def _state(one: CourseStanding, today: dt.date) -> str:
    return shown_state(one.state, one.settled_on or today, today)


def _ids(tops: list[QuerySet[CourseStanding]]) -> RawSQL:
    """The ids of all rows of some short lists.

    Each is a query of its own inside: databases read its few rows from an index, and every row for "this or that".
    """
    parts: list[str] = []
    values: list[Any] = []
    for number, one in enumerate(tops):
        sql, given = one.values("course_id").query.sql_with_params()
        parts.append(f"SELECT course_id FROM ({sql}) AS part{number}")  # noqa: S608 (Django's own statement)
        values += given
    return RawSQL(" UNION ALL ".join(parts), values)  # noqa: S611 (the values are passed apart)


def _counted(lists: Mapping[str, QuerySet[CourseStanding]]) -> dict[str, Subquery]:
    """How many rows some lists have, told with each row: the database counts them once."""
    return {
        f"n_{name}": Subquery(rows.order_by().values("clinic").annotate(n=Count("pk")).values("n"))
        for name, rows in lists.items()
    }
