"""What exactly is wrong where the chain does not hold, decided with ``audit.record.digest``."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import replace
from typing import Any

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import FIRST, digest
from dermograph.clinic.upkeep.chain import Row, Stretch
from dermograph.clinic.upkeep.findings import Finding, Kind

_MOST_TRIED = 200  # numbers that an altered entry is tried under, to see where it came from


def true_hash(clinic: str, row: Row) -> str | None:
    """The hash that an entry ought to have; None if a column cannot be read at all."""
    try:
        entry = AuditEntry(
            clinic_id=uuid.UUID(clinic),
            number=_whole(row.number),
            at=_instant(row.at),
            who_id=_id(row.who),
            action=_text(row.action),
            what=_text(row.what),
            about=_id(row.about),
            patient=_id(row.patient),
            details=json.loads(row.details),
            previous=_text(row.previous),
        )
        return digest(entry)
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


class Judge:
    """Follows one clinic's chain through its stretches, and says what is wrong with it.

    Attributes:
        findings: In the order of the entries.
        count, last: Entries so far, and the last of them; None before the first.
    """

    def __init__(self, clinic: str) -> None:
        self.clinic = clinic
        self.findings: list[Finding] = []
        self.count = 0
        self.last: Row | None = None
        self._altered: dict[Any, tuple[Finding, Row]] = {}

    def add(self, stretch: Stretch) -> None:
        """The next stretch."""
        self.count += stretch.count
        if stretch.first is not None:
            self._see(self.last, stretch.first)
        for before, row in stretch.odd:
            self._see(before, row)
        if stretch.more_odd and stretch.last is not None:
            number = _shown(stretch.odd[-1][1].number)
            self.findings.append(Finding(Kind.ALTERED, self.clinic, number + 1, _shown(stretch.last.number)))
        self.last = stretch.last or self.last

    def close(self) -> list[Finding]:
        """Everything that is wrong, told as shortly as possible."""
        self._find_moved()
        return _joined(self.findings)

    def _see(self, before: Row | None, row: Row) -> None:
        """Judge one entry by the one before it."""
        expected = _shown(before.number) + 1 if before is not None else 1
        promised = before.hash if before is not None else FIRST
        number = _shown(row.number)
        if number > expected:
            self.findings.append(Finding(Kind.MISSING, self.clinic, expected, number - 1))
        elif number < expected:
            self.findings.append(Finding(Kind.TWIN, self.clinic, number, number))
        true = true_hash(self.clinic, row)
        follows = row.previous == promised
        if not follows and number == expected and before is not None:
            self._explain(before, row, sound=true == row.hash)
        if true != row.hash or (before is None and number == 1 and not follows):
            finding = Finding(Kind.ALTERED, self.clinic, number, number)
            if not follows and true_hash(self.clinic, row._replace(previous=promised)) == row.hash:
                finding.column = "previous"
            self.findings.append(finding)
            self._altered[row.number] = (finding, row)

    def _explain(self, before: Row, row: Row, *, sound: bool) -> None:
        """Why an entry does not follow the one before it: mostly because of that one."""
        known = self._altered.get(before.number)
        if known is not None:
            if true_hash(self.clinic, before) == row.previous:
                known[0].column = "hash"
        elif sound:
            number = _shown(before.number)
            self.findings.append(Finding(Kind.REPLACED, self.clinic, number, number))

    def _find_moved(self) -> None:
        """Tell an altered entry that is another's in its place from one that was rewritten."""
        lost = [number for number in self._altered if isinstance(number, int)][:_MOST_TRIED]
        for one in self.findings:
            if one.kind is Kind.MISSING:
                lost += range(one.first, min(one.last, one.first + _MOST_TRIED) + 1)
        for number, (finding, row) in list(self._altered.items())[:_MOST_TRIED]:
            near = (number - 1, number + 1) if isinstance(number, int) else ()
            for other in dict.fromkeys((*near, *lost)):
                if other != number and true_hash(self.clinic, row._replace(number=other)) == row.hash:
                    finding.kind, finding.column, finding.other = Kind.MOVED, "", other
                    break


def _joined(findings: list[Finding]) -> list[Finding]:
    """Neighbours of one kind as one finding."""
    told: list[Finding] = []
    for one in findings:
        before = told[-1] if told else None
        if (
            before is not None
            and one.kind is before.kind
            and one.kind in (Kind.ALTERED, Kind.MISSING)
            and one.first == before.last + 1
            and not one.column
            and not before.column
        ):
            told[-1] = replace(before, last=one.last)
        else:
            told.append(one)
    return told


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _shown(value: object) -> int:
    """A number to count with, also where somebody has put something else in its place."""
    return value if isinstance(value, int) else -1


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _id(value: object) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(_text(value))


def _instant(value: object) -> dt.datetime:
    at = dt.datetime.fromisoformat(_text(value))
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
