"""Measuring a cohort again after the method has changed: a few at a time, so that today's work is not held up.

Nothing is kept but the rows: what stands with another method is to be done, what stands with this one is done. Who
stops it anywhere and starts it again goes on from there.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import DatabaseError, OperationalError, connection
from django.db.models import Count

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import places, tasks
from dermograph.clinic.gallery.again import ask_again, being_measured_again, bring_back_all, measured_by_another
from dermograph.clinic.gallery.comparing import METHOD
from dermograph.clinic.gallery.models import Comparison, Comparisons, Stage
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.scale import deferring
from dermograph.clinic.scale.alone import alone
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

_LOOK_EVERY_S = 0.5
_NUMBERED = re.compile(r"(?:compare/)?(\d{1,6})")
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 2, 64
_A_STRETCH = 200
#: So many failures one after the other are no chance any more.
MOST_IN_A_ROW = 5
_PATIENCE_S = 60.0  # without a worker, or with a database that lets nobody write


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured again.

    Attributes:
        clinic: This one alone; None takes all.
        older_than: Only what a method before this number measured; None takes every other method.
    """

    clinic: Clinic | None = None
    older_than: int | None = None

    def rows(self) -> Comparisons:
        """What is left to do."""
        found = measured_by_another()
        if self.clinic is not None:
            found = found.filter(clinic=self.clinic)
        if self.older_than is not None:
            known = set(found.order_by().values_list("method", flat=True).distinct())
            found = found.filter(method__in=[one for one in known if _number(one) < self.older_than])
        return found

    def under_way(self) -> Comparisons:
        """What was asked for and has no figures yet, by whoever asked."""
        found = being_measured_again().exclude(stage=Stage.FAILED)
        return found if self.clinic is None else found.filter(clinic=self.clinic)


@dataclass(slots=True)
class Run:
    """How far it is.

    Attributes:
        total: Comparisons to measure in this run.
        done: Measured.
        failed: Could not be measured; their former figures stand.
        in_a_row: How many failed since one was measured.
        reason: Why the last one failed.
        left: Could not be asked for any more, or somebody changed what they rest on meanwhile.
        seconds: Since it began.
        by_clinic: How many were measured, by the clinic's id.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    in_a_row: int = 0
    reason: Text | None = None
    left: int = 0
    seconds: float = 0.0
    by_clinic: dict[uuid.UUID, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """How many came to an end, whichever."""
        return self.done + self.failed + self.left

    @property
    def gave_up(self) -> bool:
        """Whether so many failed one after the other that something else is wrong."""
        return self.in_a_row >= MOST_IN_A_ROW

    @property
    def a_minute(self) -> float:
        """Comparisons that were measured a minute."""
        return 60 * self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate; None while there is no rate."""
        return (self.total - self.ended) * self.seconds / self.done if self.done else None


Tell = Callable[[Run], None]
OTHER_VERSION = Text(
    "It was measured by another method than this one: a worker or server of another version is at work.",
    "Se midió con otro método: hay un proceso o servidor de otra versión trabajando.",
)


def method_number(text: str) -> int:
    """The number of a method as people write it, ``2`` or ``compare/2``.

    Raises:
        InputError: If it is none.
    """
    found = _NUMBERED.fullmatch(text)
    if found is None:
        raise InputError(
            Text(f"{shown(text)} is no method.", f"{shown(text)} no es un método."),
            Place(field="--older-than"),
            Text(f"Methods are called as this one: {METHOD}", f"Los métodos se llaman como este: {METHOD}"),
        )
    return int(found[1])


def counts(wanted: Wanted) -> list[tuple[str, str, int]]:
    """What would be measured: for each clinic and method, how many."""
    rows = wanted.rows().order_by().values("clinic__name", "method").annotate(n=Count("pk"))
    return sorted((one["clinic__name"], one["method"], one["n"]) for one in rows)


def measure_again(wanted: Wanted, stop: threading.Event, *, most: int | None = None, tell: Tell | None = None) -> Run:
    """Measure again what is left to do, until it is done, enough, told to stop, or nothing succeeds any more.

    Args:
        wanted: What.
        stop: Set by who wants it to end; what is under way is finished by the workers.
        most: End after so many; None goes to the end.
        tell: Called after each look at how far it is.

    Raises:
        InputError: If nobody is there to measure, somebody else measures a cohort now, the photographs or keys are not
            those of the database, or the database goes away. The rows say how far it came.
    """
    away = places.in_the_way()
    if away is not None:
        raise away
    with alone() as is_alone:
        if not is_alone:
            raise InputError(
                Text("A cohort of this database is being measured now.", "Ya se está midiendo de nuevo en esta base."),
                todo=Text("Wait for its end, or stop it.", "Espere a que termine, o deténgalo."),
            )
        by_workers = deferring.is_possible()
        if by_workers and not deferring.workers_at_work():
            raise _without_workers()
        bring_back_all()  # what failed under a former version, or while nobody watched
        there = [one.pk for one in wanted.under_way()]
        waiting = wanted.rows().count() + len(there)
        run = Run(total=waiting if most is None else min(most, waiting))
        if not run.total:
            return run
        begun = dict(wanted.rows().order_by().values_list("clinic").annotate(n=Count("pk")))
        _write_down("comparisons.measuring_again", begun)
        going = _Going(wanted, run, set(there[: run.total]))
        try:
            _go_on(going, stop, tell, by_workers=by_workers)
        finally:
            if not by_workers:
                tasks.child.stop()
            with suppress(DatabaseError):  # it may be what ended it
                _write_down("comparisons.measured_again", dict.fromkeys(begun, 0) | run.by_clinic)
    return run


def _go_on(going: _Going, stop: threading.Event, tell: Tell | None, *, by_workers: bool) -> None:
    """Ask and count until nothing is left to wait for.

    Raises:
        InputError: If the workers or the database went away, or what lies in the place of the photographs is not
            theirs.
    """
    run, begun = going.run, time.monotonic()
    well = begun  # when everything was last in order
    while not stop.is_set() and not run.gave_up:
        now = time.monotonic()
        try:
            if not going.on(_at_once(by_workers=by_workers)):
                break
            if by_workers or not tasks.work_on(Comparison, None, stop):
                stop.wait(_LOOK_EVERY_S)
            if not by_workers or deferring.workers_at_work():
                well = now
            elif now - well > _PATIENCE_S:
                raise _without_workers()
        except tasks.PlaceAway as why:
            raise places.in_the_way() or InputError(Text(str(why), str(why))) from why
        except OperationalError as why:
            # SQLite lets one write at a time; a PostgreSQL that is gone took the lock of this run with it.
            if connection.vendor == "postgresql" or now - well > _PATIENCE_S:
                raise InputError(
                    Text("The database went away.", "La base de datos dejó de responder."),
                    todo=Text(
                        "The rows say what is done: the same command goes on.",
                        "Las filas dicen qué está hecho: la misma orden continúa.",
                    ),
                ) from why
            stop.wait(_LOOK_EVERY_S)
        run.seconds = time.monotonic() - begun
        if tell is not None:
            tell(run)
    going.settle()
    run.seconds = time.monotonic() - begun


def _without_workers() -> InputError:
    return InputError(
        Text("No worker is at work for this database.", "No hay procesos de medida trabajando."),
        todo=Text(
            "Start one with: dermograph worker, and this again.",
            "Inicie uno con: dermograph worker, y repita esta orden.",
        ),
    )


def _at_once(*, by_workers: bool) -> int:
    """So many wait or are measured at a time: enough that nobody idles, too few to stand in anybody's way."""
    if not by_workers:
        return _FEWEST_AT_ONCE
    return min(_MOST_AT_ONCE, max(_FEWEST_AT_ONCE, 2 * deferring.workers_at_work()))


@dataclass(slots=True)
class _Going:
    """A run under way.

    Attributes:
        open: What was asked for and has not come to an end.
        passed: What is not to be asked for again in this run.
        ahead: What is asked for next; read in stretches, for the question is a large one in a large clinic.
    """

    wanted: Wanted
    run: Run
    open: set[uuid.UUID]
    passed: set[uuid.UUID] = field(default_factory=set)
    ahead: deque[uuid.UUID] = field(default_factory=deque)

    def on(self, at_once: int) -> bool:
        """Count what came to an end, ask for some more; False once nothing is left to wait for."""
        self.settle()
        room = min(at_once, self.run.total - self.run.ended) - len(self.open)
        while room > 0 and (pk := self._next()) is not None:
            room -= self._ask(pk)
        return bool(self.open) and self.run.ended < self.run.total

    def settle(self) -> None:
        """Look at what was asked for, and count what came to its end."""
        ended = Comparison.objects.filter(pk__in=self.open, stage__in=(Stage.DONE, Stage.FAILED)).defer("result")
        for one in ended.order_by("done_at"):
            self.open.discard(one.pk)
            if one.stage == Stage.DONE and one.method == METHOD:
                self.run.done, self.run.in_a_row = self.run.done + 1, 0
                self.run.by_clinic[one.clinic_id] = self.run.by_clinic.get(one.clinic_id, 0) + 1
                continue
            self.run.failed, self.run.in_a_row = self.run.failed + 1, self.run.in_a_row + 1
            self.run.reason = Text(**one.failure) if one.stage == Stage.FAILED else OTHER_VERSION
            self.passed.add(one.pk)
            self.passed.update(Comparison.objects.filter(supersedes=one.pk).values_list("pk", flat=True))
        standing = set(Comparison.objects.standing().filter(pk__in=self.open).values_list("pk", flat=True))
        self.run.left += len(self.open - standing)  # superseded meanwhile, or erased with its patient
        self.open &= standing

    def _next(self) -> uuid.UUID | None:
        if not self.ahead:
            rows = self.wanted.rows().exclude(pk__in=self.passed).order_by("clinic_id", "course_id", "written_at")
            self.ahead.extend(rows.values_list("pk", flat=True)[:_A_STRETCH])
        return self.ahead.popleft() if self.ahead else None

    def _ask(self, pk: uuid.UUID) -> int:
        """Ask for one; 1 if it is to be waited for, or has taken the place of one."""
        related = ("course__patient", "course__clinic", "before", "after", "outline")
        old = self.wanted.rows().select_related(*related).filter(pk=pk).first()
        if old is None:
            return 0  # somebody else was faster
        try:
            new = ask_again(old)
        except InputError:
            new = old
        if new.pk == old.pk:
            self.passed.add(old.pk)
            self.run.left += 1
        else:
            self.open.add(new.pk)
        return 1


def _write_down(action: str, counted: Mapping[uuid.UUID, int]) -> None:
    """Say in the audit trail of each clinic that it was begun, or how it ended."""
    for clinic in Clinic.objects.filter(pk__in=counted):
        record(action, clinic=clinic, who=None, details={"method": METHOD, "n": counted[clinic.pk]})


def _number(method: str) -> int:
    found = _NUMBERED.fullmatch(method)
    return int(found[1]) if found else 0
