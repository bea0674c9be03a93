"""One piece of work: taken, handed to the process that measures, and its result written once."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from dermograph.clinic.gallery import places
from dermograph.clinic.gallery.child import Alive, Child, Died, Refused
from dermograph.clinic.gallery.comparing import lock
from dermograph.clinic.gallery.frames import Header
from dermograph.clinic.gallery.kinds import KINDS, in_order, when_judged
from dermograph.clinic.gallery.leases import (
    fail,
    finish,
    give_back,
    keep_for_report,
    release,
    renew,
    reported,
    take,
    take_unreported,
    wait_for_place,
)
from dermograph.clinic.gallery.models import Comparison, Photograph, Work
from dermograph.clinic.gallery.selectors import baseline, frame_mm
from dermograph.clinic.gallery.services import METHOD, compare_what_is_not
from dermograph.clinic.people.models import Patient
from dermograph.clinic.vault.seal import OutOfReach, Unreadable
from dermograph.clinic.vault.store import get, put
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES

_log = logging.getLogger("dermograph.runner")

#: A task that takes longer hangs (assumption: two hundred times what a pair of 12 MP takes on a quiet machine).
LONGEST_S = 600.0

#: The one process that measures for this one.
child = Child()
#: Set where the photographs or keys may not be there: looked at before any work is taken.
in_doubt = threading.Event()
in_doubt.set()


class PlaceAway(Exception):  # noqa: N818 (a state, not a mistake)
    """What this process sees in the place of the photographs or keys is not theirs: it takes no work."""


def work_once(stop: threading.Event | None = None) -> bool:
    """Do one piece of work, the most urgent kind first.

    Args:
        stop: Set by who wants the work broken off; it is then left to whoever comes next.

    Returns:
        Whether there was any.
    """
    return any(work_on(kind.model, None, stop) for kind in in_order())


def look_at_places() -> None:
    """See that photographs and keys are those of the database, if there is any doubt.

    Raises:
        PlaceAway: If they are not.
    """
    if in_doubt.is_set():
        why = places.in_the_way()
        if why is not None:
            raise PlaceAway(str(why))
        in_doubt.clear()


def work_on(kind: type[Work], pk: uuid.UUID | None, stop: threading.Event | None = None) -> bool:
    """Do one piece of work of a kind.

    Args:
        kind: One that is registered in ``kinds``.
        pk: This one alone, if it is free; None does the oldest.
        stop: As for ``work_once``.

    Returns:
        Whether there was any.

    Raises:
        PlaceAway: If nothing can be done here now; nothing was taken then.
    """
    if not KINDS[kind].is_done_here():
        return False
    look_at_places()
    row = take(kind, pk)
    if row is not None:
        _guarded(row, KINDS[kind].do, stop)
        return True
    return kind is Comparison and _reported_since(pk, stop)


def _reported_since(pk: uuid.UUID | None, stop: threading.Event | None) -> bool:
    """Write the report of a comparison that is done but for it; whether there was any."""
    unreported = take_unreported(Comparison, pk)
    if unreported is not None and unreported.method != METHOD:
        reported(unreported)  # a report by the method of today would hold other figures
    elif unreported is not None:
        try:
            _report(unreported, *_task_of(unreported), stop)
        except InputError as why:  # such as an erased patient; after a few attempts it is left
            _log.warning("the report of comparison %s: %s", unreported.pk, why)
            if isinstance(why, OutOfReach):
                in_doubt.set()
    return unreported is not None


def _guarded(row: Work, do: Callable[[Any, Alive], None], stop: threading.Event | None) -> None:
    """Do the work of one row; whatever happens, the row says so."""

    def is_told_to_stop() -> bool:
        return stop is not None and stop.is_set()

    def alive(step: str, share: float) -> bool:
        return not is_told_to_stop() and renew(row, step, share)

    try:
        do(row, alive)
    except Refused as answer:
        fail(row, answer.words)
    except (OutOfReach, Unreadable) as why:  # a machine with another master key is in the way as a lost disk is
        _log.warning("%s %s, attempt %d: %s", type(row).__name__, row.pk, row.attempt, why)
        _place_in_the_way(row, why)
    except InputError as error:
        fail(row, _said(error))
    except Died as why:
        if is_told_to_stop():
            release(row)
            return
        _log.warning("%s %s, attempt %d: %s", type(row).__name__, row.pk, row.attempt, why)
        give_back(row)
    except Exception:  # noqa: BLE001 (the row must say so)
        _log.exception("%s %s, attempt %d", type(row).__name__, row.pk, row.attempt)
        give_back(row)


def _place_in_the_way(row: Work, why: InputError) -> None:
    """Leave it to others where nothing can be done here; else it is tried again, some times."""
    in_doubt.set()
    try:
        look_at_places()
    except PlaceAway:
        release(row)
        return
    wait_for_place(row, _said(why))


def judge(row: Photograph, alive: Alive) -> None:
    """What the quality gate says of a photograph; a usable follow-up is then compared by itself."""
    photograph = Photograph.objects.select_related("course__patient", "course__clinic").get(pk=row.pk)
    patient = photograph.course.patient
    first = baseline(photograph.course)
    is_later = first is not None and first.pk != row.pk and first.taken_on <= photograph.taken_on
    header = {
        "what": "judge",
        "name": name_of(photograph, patient),
        "baseline_frame_mm": frame_mm(first) if first is not None and is_later else None,
    }
    answer, _ = child.ask(header, [get(patient, photograph.file)], alive, LONGEST_S)
    with transaction.atomic():  # both or none: nobody would ask for the comparison later
        lock(photograph.course)
        if finish(row, findings=answer["findings"], usable=answer["usable"]):
            compare_what_is_not(photograph.course, who=None)
            photograph.refresh_from_db(fields=["stage", "usable", "findings"])
            for follow in when_judged:
                follow(photograph)


def measure(row: Comparison, alive: Alive) -> None:
    """Measure a comparison; its pictures take the place of those of an attempt that was broken off."""
    patient, header, files = _task_of(row)
    answer, made = child.ask({"what": "compare", **header}, files, alive, LONGEST_S)
    if finish(row, report=True, result=answer, pictures=kept(patient, row, made), method=METHOD):
        _report(row, patient, header, files, None)


def _report(
    row: Comparison, patient: Patient, header: Header, files: list[bytes], stop: threading.Event | None
) -> None:
    """Write the report of a comparison whose figures stand; without it nothing else is missing."""

    def alive(_step: str, _share: float) -> bool:
        return not (stop is not None and stop.is_set()) and keep_for_report(row)

    try:
        _, made = child.ask({"what": "report", **header}, files, alive, LONGEST_S)
        names = kept(patient, row, made)
    except (Died, Refused, InputError) as why:
        _log.warning("the report of comparison %s, attempt %d: %s", row.pk, row.attempt, why)
        return
    row.refresh_from_db(fields=["pictures"])
    reported(row, pictures={**row.pictures, **names})


def _task_of(row: Comparison) -> tuple[Patient, Header, list[bytes]]:
    """What measuring a comparison needs."""
    found = Comparison.objects.select_related("course__patient", "before", "after", "outline").get(pk=row.pk)
    patient = found.course.patient
    header = {
        "key": str(row.pk),
        "names": [name_of(one, patient) for one in (found.before, found.after)],
        "shape": found.outline.shape,
        "landmarks": found.landmarks,
    }
    return patient, header, [get(patient, found.before.file), get(patient, found.after.file)]


def kept(patient: Patient, row: Work, made: dict[str, bytes]) -> dict[str, str]:
    """Store what was made, under names that the row settles."""
    return {kind: put(patient, data, kind, of=uuid.uuid5(row.pk, kind)) for kind, data in made.items()}


def name_of(photograph: Photograph, patient: Patient) -> str:
    """The file's name; of a made-up patient so that every page made from it says so."""
    is_plain = patient.synthetic and not photograph.name.startswith("synthetic")
    return f"synthetic-{photograph.name}" if is_plain else photograph.name


def _said(error: InputError) -> dict[str, str]:
    return {language: error.say(language) for language in LANGUAGES}
