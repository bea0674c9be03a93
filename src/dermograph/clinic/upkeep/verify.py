"""The whole audit trail, proved: every chain from its first entry to its last, and held against the anchors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.utils import timezone

from dermograph.clinic.audit.append_only import is_protected
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.upkeep import anchors
from dermograph.clinic.upkeep.findings import Finding, Kind
from dermograph.clinic.upkeep.judge import Judge
from dermograph.clinic.upkeep.trail import Ask, Trail, clinics, plain, stretches

Progress = Callable[[int, int], None]
"""Told how many entries are done, and how many there are."""
# What Django puts into a connection's parameters that libpq knows nothing of.
_DJANGO_ONLY = frozenset({"cursor_factory", "context", "prepare_threshold", "client_encoding", "row_factory"})


@dataclass(frozen=True, slots=True)
class Chain:
    """One clinic's chain.

    Attributes:
        clinic: Its id without dashes.
        name: Its slug; the id where there is no such clinic.
        count: Entries that are there.
        number, hash: Of the newest; 0 and empty for none.
    """

    clinic: str
    name: str
    count: int
    number: int
    hash: str


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        chains: One for each clinic that has entries.
        findings: Everything that is wrong.
        anchors: How many anchors were held against the chains.
        seconds: How long it took.
    """

    chains: list[Chain] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    anchors: int = 0
    seconds: float = 0.0

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return sum(chain.count for chain in self.chains)

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "schema": "dermograph.audit/1",
            "holds": not self.findings,
            "entries": self.entries,
            "seconds": round(self.seconds, 3),
            "anchors": self.anchors,
            "chains": [
                {"clinic": one.clinic, "name": one.name, "entries": one.count, "last": one.number, "hash": one.hash}
                for one in self.chains
            ],
            "findings": [one.to_json() for one in self.findings],
        }


def the_trail() -> Trail:
    """The trail of the site's own database."""
    if connection.in_atomic_block:
        return Trail(connection.vendor)  # nobody else sees what is not committed
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return Trail("sqlite", None if "memory" in name else str(Path(name).absolute()))
    return Trail(connection.vendor, postgresql_parameters())


def postgresql_parameters() -> dict[str, Any]:
    """What libpq connects by to the site's own database."""
    given = connection.get_connection_params()
    return {name: value for name, value in given.items() if name not in _DJANGO_ONLY and value not in (None, "")}


def own_ask() -> Ask:
    """What asks through the site's own connection."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.vendor == "sqlite":
        return plain(raw)
    return cast("Ask", raw.execute)


def anchor_file() -> Path:
    """Where this installation keeps its anchors."""
    return Path(settings.DATA.path) / anchors.FILE


def verify(
    *,
    only: Clinic | None = None,
    kept_elsewhere: Iterable[Path] = (),
    progress: Progress | None = None,
    processes: int | None = None,
    note: bool = True,
) -> Report:
    """Walk every chain of the site's database.

    Args:
        only: Judge this clinic's chain alone; None for all.
        kept_elsewhere: Further files of anchors; their keyed hashes are not looked at, since they lay in safe hands.
        progress: Told now and then how far it is.
        processes: How many read at the same time; None for as many as there are cores.
        note: Whether to write an anchor where everything holds.

    Raises:
        InputError: If a file of anchors cannot be read.
    """
    began = time.perf_counter()
    trail, ask = the_trail(), own_ask()
    noted, wrong = anchors.read(anchor_file(), settings.MASTER_KEY)
    for file in kept_elsewhere:
        noted += anchors.read(file, None)[0]
    report = prove(trail, ask, noted, progress=progress, processes=processes)
    names = {one.pk.hex: one.slug for one in Clinic.objects.all()}
    report.chains = [
        Chain(one.clinic, names.get(one.clinic, one.clinic), one.count, one.number, one.hash) for one in report.chains
    ]
    report.findings += wrong
    if not is_protected(connection):
        report.findings.append(Finding(Kind.UNPROTECTED))
    if only is not None:
        report.chains = [chain for chain in report.chains if chain.clinic == only.pk.hex]
        report.findings = [one for one in report.findings if one.clinic in ("", only.pk.hex)]
    elif note and not report.findings:
        heads = {chain.clinic: (chain.number, chain.hash) for chain in report.chains}
        anchors.drop(anchor_file(), heads, timezone.now().isoformat(), settings.MASTER_KEY)
    report.seconds = time.perf_counter() - began
    return report


def prove(
    trail: Trail,
    ask: Ask,
    noted: list[anchors.Anchor],
    *,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Report:
    """Walk every chain of any database, and hold it against what was noted of it."""
    report = Report(anchors=len(noted))
    there = clinics(trail, ask)
    judges = {clinic: Judge(clinic) for clinic in there}
    done, total = 0, sum(there.values())
    for clinic, stretch in stretches(trail, ask, processes):
        judges[clinic].add(stretch)
        done += stretch.count
        if progress is not None:
            progress(done, max(done, total))
    findings: list[Finding] = []
    for clinic, judge in judges.items():
        findings += judge.close()
        last = judge.last
        number = last.number if last is not None and isinstance(last.number, int) else 0
        report.chains.append(Chain(clinic, clinic, judge.count, number, str(last.hash) if last is not None else ""))
    findings += _not_told(anchors.held_against(trail, ask, noted), findings)
    if trail.vendor == "sqlite" and not any(one.kind is Kind.CUT for one in findings):
        findings += _gone(ask)
    report.findings = findings
    return report


def _not_told(found: list[Finding], told: list[Finding]) -> list[Finding]:
    """Without chains that are said to be written anew because of an entry that is told of already."""
    return [
        one
        for one in found
        if one.kind is not Kind.REWRITTEN
        or not any(other.clinic == one.clinic and other.first <= one.first <= other.last for other in told)
    ]


def _gone(ask: Ask) -> list[Finding]:
    """What SQLite itself remembers: how many rows it has ever given a number to."""
    given = next(iter(ask("SELECT seq FROM sqlite_sequence WHERE name = 'audit_auditentry'", ())), (0,))[0]
    newest = next(iter(ask("SELECT max(id) FROM audit_auditentry", ())))[0] or 0
    return [Finding(Kind.GONE, first=newest, last=newest, other=given)] if given > newest else []
