"""The kept standing of each course: brought up to date by whoever reads, never older than what it is made from.

Triggers note every course that is touched (``touching``). A reader first works out anew what was touched, or was worked
out with other protocols than today's, then reads rows and counts from indexes. A standing is stored only by who still
finds a note that they saw before they began: whoever saw more than they did has taken that note away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, Q, QuerySet

from dermograph.care.sight import Decision
from dermograph.clinic.overview.at_work import AtWork, LastComparison, at_work
from dermograph.clinic.overview.due import due_since, settled_on, state_of
from dermograph.clinic.overview.models import CourseStanding, Touched
from dermograph.clinic.overview.outcome import Changed, Outcome, outcomes_of
from dermograph.clinic.people.models import Clinic, Course
from dermograph.core.errors import NotYetError
from dermograph.core.text import Text
from dermograph.protocols import load_library

VERSION: Final = "2"  # of the derivation: another one makes every standing anew
AT_ONCE: Final = 200  # courses that are worked out together
MOST_FOR_A_PAGE: Final = 1_000  # courses that are worked out for one page, two to four seconds; more is the clock's
PATIENCE_MS: Final = 300  # for others who write; then a page is shown without being kept
_IN_PART: Final = 400  # ids in one query
_TRIES: Final = 3
_COLUMNS: Final = [one.name for one in CourseStanding._meta.concrete_fields if not one.primary_key]  # noqa: SLF001 (Django's documented way to fields)


@dataclass(slots=True)
class Standings:
    """The standings of a clinic, as of now.

    Attributes:
        stored: Those that are kept.
        fresh: Those that could not be kept since the database was busy, instead of the kept ones; mostly none.
    """

    clinic: Clinic
    fresh: list[CourseStanding] = field(default_factory=list)

    @property
    def stored(self) -> QuerySet[CourseStanding]:
        """The kept ones that are up to date."""
        rows = CourseStanding.objects.filter(clinic=self.clinic)
        return rows.exclude(pk__in=[one.pk for one in self.fresh]) if self.fresh else rows

    def rows(
        self, wanted: Q, fits: Callable[[CourseStanding], bool], order: Sequence[str], *, at: int = 0, many: int
    ) -> list[CourseStanding]:
        """So many rows with their courses, in an order; what could not be kept stands among the others.

        Args:
            wanted: Which of those that are kept.
            fits: The same of one that is not.
            order: Columns that none of them is without.
            at: How many to leave out before.
            many: How many at most.
        """
        related = self.stored.filter(wanted).select_related("course__patient", "course__area").order_by(*order)
        fresh = [one for one in self.fresh if fits(one)]
        if not fresh:
            return list(related[at : at + many])
        found = [*related[: at + many], *fresh]
        return sorted(found, key=attrgetter(*order))[at : at + many]


def standings(clinic: Clinic) -> Standings:
    """The standings of a clinic, brought up to date; one query where nothing was touched.

    Raises:
        NotYetError: If that is more than one page may take. What was worked out until then is kept.
    """
    found, basis, failures, worked = Standings(clinic), basis_of(clinic), 0, 0
    if not _is_any_stale(clinic, basis):
        return found
    besides: list[uuid.UUID] = []
    while some := _stale(clinic, basis, besides):
        if worked + len(some) > MOST_FOR_A_PAGE:
            raise _behind()
        worked += len(some)
        rows = None
        try:
            notes = _noted(clinic, some)
            rows = standings_of(clinic, some)
            _keep(rows, notes)
        except IntegrityError:  # a patient was erased meanwhile
            failures += 1
            if failures > _TRIES:
                raise
        except OperationalError:  # others write for long, or wait for us
            found.fresh += standings_of(clinic, some) if rows is None else rows
            besides += some  # also a course that is gone, of which there is no row
    return found


def _behind() -> NotYetError:
    return NotYetError(
        Text(
            "How the clinic's courses stand is still being worked out.",
            "Aún se está calculando cómo está cada curso de la clínica.",
        ),
        Text("Try again in a minute.", "Vuelva a intentarlo en un minuto."),
        seconds=60,
    )


def catch_up(say: Callable[[int], None] = lambda _: None, *, may_go_on: Callable[[], bool] = lambda: True) -> int:
    """Bring the standings of every clinic up to date, so that no page has to; how many courses were worked out.

    Args:
        say: Told now and then how many courses are still to be worked out.
        may_go_on: Asked before each piece of the work.
    """
    worked = 0
    for clinic in Clinic.objects.all():
        basis = basis_of(clinic)
        if not _is_any_stale(clinic, basis):
            continue
        left = _left(clinic, basis)
        while may_go_on() and (some := _stale(clinic, basis)):
            say(left)
            try:
                notes = _noted(clinic, some)
                _keep(standings_of(clinic, some), notes)
            except (IntegrityError, OperationalError):
                break  # the next round does it
            worked, left = worked + len(some), max(0, left - len(some))
    return worked


def basis_of(clinic: Clinic) -> str:
    """What standings are worked out with besides the rows of their course."""
    hashes = sorted(one.hash for one in load_library().protocols.values())
    return hashlib.sha256(" ".join((VERSION, clinic.time_zone, *hashes)).encode()).hexdigest()


def _others(clinic: Clinic, basis: str) -> tuple[QuerySet[CourseStanding], QuerySet[CourseStanding]]:
    """What was worked out with another basis. Not "unlike": an index is read on both sides, and both are empty."""
    rows = CourseStanding.objects.filter(clinic=clinic)
    return rows.filter(basis__lt=basis), rows.filter(basis__gt=basis)


def _is_any_stale(clinic: Clinic, basis: str) -> bool:
    touched = Touched.objects.filter(clinic=clinic.pk)
    before, after = _others(clinic, basis)
    return Clinic.objects.filter(Exists(touched) | Exists(before) | Exists(after), pk=clinic.pk).exists()


def _left(clinic: Clinic, basis: str) -> int:
    """How many courses are to be worked out, at least."""
    noted = Touched.objects.filter(clinic=clinic.pk).values("course").distinct().count()
    return max(noted, sum(rows.count() for rows in _others(clinic, basis)))


def _stale(clinic: Clinic, basis: str, besides: Sequence[uuid.UUID] = ()) -> list[uuid.UUID]:
    """Some courses that have to be worked out anew: those that are noted, then those with another basis."""
    noted = Touched.objects.filter(clinic=clinic.pk).exclude(course__in=besides)
    some = list(noted.order_by("course").values_list("course", flat=True).distinct()[:AT_ONCE])
    for rows in _others(clinic, basis):
        if not some:
            some = list(rows.exclude(pk__in=besides).order_by("basis").values_list("pk", flat=True)[:AT_ONCE])
    return some


def _noted(clinic: Clinic, courses: Sequence[uuid.UUID]) -> list[int]:
    """The notes of some courses, before their rows are read; where one has none, it gets one.

    By its notes alone can be told, when a standing is stored, whether somebody else stored one meanwhile.
    """
    notes = Touched.objects.filter(clinic=clinic.pk, course__in=courses)
    found = dict(notes.values_list("pk", "course"))
    bare = set(courses) - set(found.values())
    if bare:
        with _for_a_moment(), transaction.atomic():
            made = Touched.objects.bulk_create(Touched(clinic=clinic.pk, course=one) for one in sorted(bare))
        found |= {one.pk: one.course for one in made}
    return sorted(found)


def _keep(rows: Sequence[CourseStanding], notes: Sequence[int]) -> None:
    """Store what nobody has stored who may have seen more: that of which a note is still there."""
    with _for_a_moment(), transaction.atomic():
        there: set[uuid.UUID] = set()
        for part in _parts(notes):  # in one order: two who keep never wait for each other
            held = Touched.objects.select_for_update(no_key=True).filter(pk__in=part).order_by("pk")
            there |= set(held.values_list("course", flat=True))
        CourseStanding.objects.bulk_create(
            sorted((one for one in rows if one.pk in there), key=lambda one: one.course_id),
            batch_size=_IN_PART,
            update_conflicts=True,
            unique_fields=["course"],
            update_fields=_COLUMNS,
        )
        for part in _parts(notes):
            Touched.objects.filter(pk__in=part)._raw_delete(Touched.objects.db)  # noqa: SLF001 (nothing hangs on a note)


@contextmanager
def _for_a_moment() -> Iterator[None]:
    """Wait for other writers only shortly: who reads a page does not wait for the end of a long import."""
    if connection.in_atomic_block:  # whose transaction this is has waited already
        yield
        return
    shortly, usual = f"SET lock_timeout = {PATIENCE_MS}", "RESET lock_timeout"
    if connection.vendor == "sqlite":
        seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
        shortly, usual = f"PRAGMA busy_timeout = {PATIENCE_MS}", f"PRAGMA busy_timeout = {int(1000 * seconds)}"
    with connection.cursor() as cursor:
        cursor.execute(shortly)
        try:
            yield
        finally:
            cursor.execute(usual)


def _parts(some: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(some), _IN_PART):
        yield some[start : start + _IN_PART]


def standings_of(clinic: Clinic, courses: Sequence[uuid.UUID]) -> list[CourseStanding]:
    """The standings of some courses of a clinic, worked out from their rows and not stored; nine queries."""
    some = Course.objects.filter(pk__in=courses)  # named by their clinic too, SQLite goes through all of the clinic's
    basis, found = basis_of(clinic), at_work(clinic, some)
    told = {one.course: one for one in outcomes_of(clinic, some)}
    return [_standing(at, told.get(at.course.pk), basis) for at in found]


def _standing(at: AtWork, outcome: Outcome | None, basis: str) -> CourseStanding:
    course, last = at.course, at.comparison
    is_blocked = course.patient.restricted_at is not None
    is_open = course.closed_at is None and not is_blocked
    waits = is_open and not at.sessions and at.verdict in ("", "incomplete")
    goes_on = course.closed_at is None or course.outcome == Decision.MAINTAIN.value  # not one that was abandoned
    maintains = goes_on and at.decision == Decision.MAINTAIN.value and at.last_review is not None and not is_blocked
    maintains = maintains and (at.last_session is None or at.last_session < (at.last_review or dt.date.max))
    troubled = is_open and last is not None and (last.stage == "failed" or last.verdict == "not_comparable")
    made = CourseStanding(
        course=course,
        clinic_id=course.clinic_id,
        basis=basis,
        treatment=course.treatment,
        opened_at=course.opened_at,
        sessions=at.sessions,
        last_session=at.last_session,
        last_review=at.last_review,
        decision=at.decision,
        again_on=at.again_on,
        last_photograph=at.last_photograph,
        verdict=at.verdict,
        consented=at.consented,
        is_open=is_open,
        due_since=due_since(at) if is_open else None,
        state=state_of(at) if is_open else "",
        settled_on=settled_on(at),
        trouble_on=last.taken_on if troubled and last else None,
        waiting_since=course.opened_at if waits else None,
        maintain_since=at.last_review if maintains else None,
        is_told=outcome is not None and not is_blocked,
    )
    if last is not None:
        made.comparison, made.stage, made.found = last.id, last.stage, last.verdict
        made.taken_on, made.done_at, made.why = last.taken_on, last.done_at, last.why
    if outcome is not None:
        _tell(made, outcome)
    return made


def _tell(made: CourseStanding, outcome: Outcome) -> None:
    for name in ("version", "hash", "others", "ended", "visits", "adverse", "not_comparable"):
        setattr(made, name, getattr(outcome, name))
    if (changed := outcome.changed) is not None:
        made.change, made.u, made.limit = changed.value, changed.u, changed.limit
        made.change_is, made.change_bin = changed.verdict, math.floor(changed.value)


def at_work_of(one: CourseStanding) -> AtWork:
    """A standing as the dashboard takes it; its course has to be fetched."""
    return AtWork(
        course=one.course,
        protocol=load_library().protocol(one.treatment),
        sessions=one.sessions,
        last_session=one.last_session,
        last_review=one.last_review,
        decision=one.decision,
        again_on=one.again_on,
        last_photograph=one.last_photograph,
        verdict=one.verdict,
        consented=one.consented,
        comparison=None
        if one.comparison is None or one.taken_on is None
        else LastComparison(one.comparison, one.stage, one.found, one.taken_on, one.done_at, one.why),
    )


def outcome_of(one: CourseStanding) -> Outcome:
    """A standing as the outcomes take it."""
    has_course = CourseStanding.course.is_cached(one)
    changed = None
    if one.change is not None and one.u is not None and one.limit is not None:
        changed = Changed(one.change, one.u, one.limit, one.change_is)
    return Outcome(
        course=one.course_id,
        number=one.course.patient.number if has_course else 0,
        treatment=one.treatment,
        version=one.version,
        hash=one.hash,
        others=one.others,
        sessions=one.sessions,
        ended=one.ended,
        changed=changed,
        visits=one.visits,
        not_comparable=one.not_comparable,
        adverse=one.adverse,
    )
