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
from dataclasses import dataclass, field

from django.db.models import Count

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import tasks
from dermograph.clinic.gallery.again import ask_again, being_measured_again, bring_back, measured_by_another
from dermograph.clinic.gallery.comparing import METHOD
from dermograph.clinic.gallery.models import Comparison, Comparisons, Stage
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.scale import deferring
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

_LOOK_EVERY_S = 0.5
_NUMBERED = re.compile(r"(?:compare/)?(\d{1,6})")
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 2, 64
_A_STRETCH = 200


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
        found = being_measured_again()
        return found if self.clinic is None else found.filter(clinic=self.clinic)


@dataclass(slots=True)
class Run:
    """How far it is.

    Attributes:
        total: Comparisons to measure in this run.
        done: Measured.
        failed: Could not be measured; their former figures stand.
        left: Could not be asked for any more, or somebody changed what they rest on meanwhile.
        seconds: Since it began.
        by_clinic: How many were measured, by the clinic's id.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    left: int = 0
    seconds: float = 0.0
    by_clinic: dict[uuid.UUID, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """How many came to an end, whichever."""
        return self.done + self.failed + self.left

    @property
    def a_minute(self) -> float:
        """Comparisons a minute."""
        return 60 * self.ended / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate; None while there is no rate."""
        return (self.total - self.ended) * self.seconds / self.ended if self.ended else None


Tell = Callable[[Run], None]


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
    """Measure again what is left to do, until it is done, enough, or told to stop.

    Args:
        wanted: What.
        stop: Set by who wants it to end; what is under way is finished by the workers.
        most: End after so many; None goes to the end.
        tell: Called after each look at how far it is.

    Raises:
        InputError: If nobody is there to measure.
    """
    by_workers = deferring.is_possible()
    if by_workers and not deferring.workers_at_work():
        raise InputError(
            Text("No worker is at work for this database.", "No hay procesos de medida trabajando."),
            todo=Text(
                "Start one with: dermograph worker, and this again.",
                "Inicie uno con: dermograph worker, y repita esta orden.",
            ),
        )
    there = [one.pk for one in wanted.under_way()]
    waiting = wanted.rows().count() + len(there)
    run = Run(total=waiting if most is None else min(most, waiting))
    if not run.total:
        return run
    by_clinic = wanted.rows().order_by().values_list("clinic").annotate(n=Count("pk"))
    _write_down("comparisons.measuring_again", dict(by_clinic))
    begun, going = time.monotonic(), _Going(wanted, run, set(there[: run.total]))
    try:
        while not stop.is_set() and going.on(_at_once(by_workers=by_workers)):
            if by_workers or not tasks.work_on(Comparison, None, stop):
                stop.wait(_LOOK_EVERY_S)
            run.seconds = time.monotonic() - begun
            if tell is not None:
                tell(run)
        going.settle()
    finally:
        if not by_workers:
            tasks.child.stop()
    run.seconds = time.monotonic() - begun
    _write_down("comparisons.measured_again", run.by_clinic)
    return run


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
        """Look at what was asked for: what is done is counted, what failed gives way to the former figures."""
        ended = Comparison.objects.filter(pk__in=self.open, stage__in=(Stage.DONE, Stage.FAILED)).defer("result")
        for one in ended.select_related("course__patient", "supersedes"):
            self.open.discard(one.pk)
            if one.stage == Stage.DONE:
                self.run.done += 1
                self.run.by_clinic[one.clinic_id] = self.run.by_clinic.get(one.clinic_id, 0) + 1
                continue
            self.run.failed += 1
            back = bring_back(one)
            if back is not None:
                self.passed.add(back.pk)
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
