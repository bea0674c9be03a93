"""Taking a Bundle over: judged as a whole, written in batches of whole records, so that the same again finishes it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import IntegrityError

from dermograph.clinic.handover.conflicts import StaleError
from dermograph.clinic.handover.judging import Judged, judge
from dermograph.clinic.handover.writing import Notes, Terms, Writing
from dermograph.clinic.people.models import Clinic, Membership
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
    expected: frozenset[uuid.UUID] = frozenset(),
    progress: Progress | None = None,
    terms: Terms | None = None,
) -> Incoming:
    """Take over a Bundle that was read already.

    A transaction is written as one; of any other kind each record is, with everything that is about its patient.

    Args:
        clinic: Into whose records.
        member: Who answers for it.
        bundle: JSON.
        source: The URI of the system that sends it; empty for this one.
        dry_run: Only say what would become of it.
        expected: Ids of patients who count as here already, since a dry run of another part found them.
        progress: Told how many entries are written, and of how many.
        terms: On what terms; None for any version, by a person's own command.

    Raises:
        RefusedError: If it is no Bundle that can be taken over at all.
        RefusedError: With the code ``conflict`` if others change the same records all the time.
        VersionConflictError: If another version stands than the terms name.
        InputError: If the vault cannot be written.
    """
    for _ in range(_TRIES):
        judged = judge(clinic, bundle, source, expected)
        if dry_run or not judged.incoming.taken():
            return judged.incoming
        try:
            return _written(judged, Writing(judged, clinic, member, terms or Terms()), progress)
        except (StaleError, IntegrityError):
            continue  # what was written of it, here or by another clinic, is found when it is judged again
    raise RefusedError(_BUSY)


def _written(judged: Judged, writing: Writing, progress: Progress | None) -> Incoming:
    taken = judged.incoming.taken()
    groups = [list(taken)] if judged.incoming.kind == "transaction" else list(_batches(taken, judged.patients))
    done = 0
    for group in groups:
        writing.write(group)
        done += len(group)
        if progress is not None:
            progress(done, len(taken))
    return _with_notes(judged.incoming, writing.notes)


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


def _with_notes(found: Incoming, notes: Notes) -> Incoming:
    return replace(
        found,
        results=tuple(
            replace(one, issues=(*one.issues, *notes[one.number])) if one.number in notes else one
            for one in found.results
        ),
    )
