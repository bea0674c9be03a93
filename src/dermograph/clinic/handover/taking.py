"""Taking a Bundle over: judged as a whole, written in batches of whole records, so that the same again finishes it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import IntegrityError

from dermograph.clinic.handover.conflicts import StaleError
from dermograph.clinic.handover.holdings import NOTHING, Expected
from dermograph.clinic.handover.judging import Judged, judge
from dermograph.clinic.handover.writing import Terms, Writing
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.incoming import Incoming, Result
from dermograph.exchange.fhir.outcome import Issue, RefusedError

BATCH: Final = 500  # entries of one transaction, unless a record has more
_TRIES: Final = 3
_BUSY: Final = Issue(
    "conflict",
    Text(
        "Others are changing the same records. Try again.",
        "Otros están cambiando las mismas historias. Vuelva a intentarlo.",
    ),
)
Progress = Callable[[int, int], None]


def take_over_bundle(
    clinic: Clinic,
    member: Membership,
    bundle: Any,  # noqa: ANN401 (any JSON)
    *,
    source: str,
    dry_run: bool = False,
    expected: Expected = NOTHING,
    progress: Progress | None = None,
    terms: Terms | None = None,
) -> Incoming:
    """Take over a Bundle that was read already.

    A transaction is written as one; of any other kind each record is, with everything that is about its patient. Where
    others change the same records all the time, what is written by then is told, and the rest refused as ``conflict``.

    Args:
        clinic: Into whose records.
        member: Who answers for it.
        bundle: JSON.
        source: The URI of the system that sends it; empty for this one.
        dry_run: Only say what would become of it.
        expected: What counts as here already, with whom it is about if a dry run found that: another part brings it.
        progress: Told how many entries are written, and of how many.
        terms: On what terms; None for any version, by a person's own command.

    Raises:
        RefusedError: If it is no Bundle that can be taken over at all.
        RefusedError: With the code ``conflict`` if others change the same records all the time, and nothing is written.
        VersionConflictError: If another version stands than the terms name.
        InputError: If the vault cannot be written, and nothing is.
    """
    terms = terms or Terms()
    written: dict[int, Result] = {}
    tries = 0
    while True:
        program = program_of(member, terms.through)
        judged = judge(clinic, bundle, source, expected, program, tells_others=terms.tells_others)
        taken = judged.incoming.taken()
        if dry_run or not taken:
            return _with(judged.incoming, written)
        try:
            _write(judged, Writing(judged, clinic, member, terms), progress, written)
        except (StaleError, IntegrityError) as error:
            tries += 1
            if tries < _TRIES:
                continue  # what was written of it, here or by another clinic, is found when it is judged again
            if not written:
                raise RefusedError(_BUSY) from error
            return _with(judged.incoming, _refused(taken, _BUSY) | written)
        except InputError as error:
            if not written:
                raise
            why = Issue("processing", Text(error.say("en"), error.say("es")))
            return _with(judged.incoming, _refused(taken, why) | written)
        return _with(judged.incoming, written)


def program_of(member: Membership, through: str) -> str:
    """Who lets something in, as ``models.Received`` has it.

    Args:
        member: In whose name; of a token of theirs it is them, whichever of theirs it is.
        through: The program, as the trail names it; empty for a person's own command.
    """
    through = through.partition("/")[0]
    return through if not through or through.startswith("app:") else f"member:{member.pk}"


def _write(judged: Judged, writing: Writing, progress: Progress | None, written: dict[int, Result]) -> None:
    """Write what was judged, and put down each entry that is, with what was found of it meanwhile."""
    taken = judged.incoming.taken()
    groups = [list(taken)] if judged.incoming.kind == "transaction" else list(_batches(taken, judged.patients))
    every = len(written) + len(taken)
    for group in groups:
        writing.write(group)
        notes = writing.notes
        written |= {one.number: replace(one, issues=(*one.issues, *notes.get(one.number, ()))) for one in group}
        if progress is not None:
            progress(len(written), every)


def _batches(taken: Sequence[Result], patients: Mapping[int, uuid.UUID | None]) -> Iterator[list[Result]]:
    """Whole records, as many together as make a batch; what is about nobody comes first."""
    records: dict[uuid.UUID | None, list[Result]] = defaultdict(list)
    for one in taken:
        records[patients[one.number]].append(one)
    batch = records.pop(None, [])
    for record in records.values():
        if batch and len(batch) + len(record) > BATCH:
            yield batch
            batch = []
        batch = [*batch, *record]
    if batch:
        yield batch


def _refused(some: Sequence[Result], why: Issue) -> dict[int, Result]:
    """Some entries that were not written, by their number."""
    places = {one.number: replace(why, expression=f"Bundle.entry[{one.number}].resource") for one in some}
    return {
        one.number: Result(one.number, one.kind, one.key, "refused", issues=(*one.issues, places[one.number]))
        for one in some
    }


def _with(found: Incoming, results: Mapping[int, Result]) -> Incoming:
    """The same with other results of some entries, by their number."""
    return replace(found, results=tuple(results.get(one.number, one) for one in found.results))
