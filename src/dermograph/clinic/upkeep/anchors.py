"""Anchors: how far each chain went, and its hash there, noted down outside the database.

A chain proves that nothing in it was changed, not that its end is still there, nor that it was not written anew from
some entry on. For that its last number and hash are noted in ``audit.anchor`` of the data folder and in every backup.
Each line holds a keyed hash of itself and of the line before: who can write to the file, but has not the master key,
cannot make one that holds. A copy of the file kept elsewhere also tells if its own end was cut.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dermograph.clinic.upkeep.findings import Finding, Kind
from dermograph.clinic.upkeep.trail import Ask, Trail
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

FILE = "audit.anchor"
Heads = Mapping[str, tuple[int, str]]
"""Of each clinic, by its id without dashes, the number and the hash of its newest entry."""
_LARGEST = 50_000_000
_ABOUT = b"dermograph/anchor/1"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line.

    Attributes:
        at: When it was written, ISO 8601 in UTC.
        heads: How far each chain went.
    """

    at: str
    heads: Heads


def heads_of(trail: Trail, ask: Ask) -> dict[str, tuple[int, str]]:
    """How far each chain goes now."""
    rows = ask(
        f"SELECT {trail.clinic}, number, hash FROM audit_auditentry AS one WHERE (clinic_id, number) IN "  # noqa: S608 (our own words)
        "(SELECT clinic_id, max(number) FROM audit_auditentry GROUP BY clinic_id)",
        (),
    )
    return {str(row[0]): (int(row[1]), str(row[2])) for row in rows}


def drop(file: Path, heads: Heads, at: str, master_key: bytes) -> None:
    """Add a line; nothing where the last one says the same."""
    if not heads:
        return
    with _locked(file) as handle:
        lines = handle.read().decode("utf-8", "replace").splitlines()
        last = _read(lines[-1]) if lines else {}
        said = {clinic: [number, value] for clinic, (number, value) in sorted(heads.items())}
        if last.get("heads") == said:
            return
        line: dict[str, Any] = {"at": at, "heads": said}
        line["mac"] = _mac(master_key, str(last.get("mac", "")), line)
        handle.write((json.dumps(line) + "\n").encode())
        handle.flush()
        os.fsync(handle.fileno())


def read(file: Path, master_key: bytes | None) -> tuple[list[Anchor], list[Finding]]:
    """The anchors of a file, and which of its lines are not ours.

    Args:
        file: Nothing is found in one that is absent.
        master_key: None leaves the keyed hashes unread.

    Raises:
        InputError: If the file cannot be read.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(Text("This is no file of anchors.", "Esto no es un archivo de anclas."), Place(str(file)))
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise InputError(
            Text("The file of anchors cannot be read.", "No se puede leer el archivo de anclas."), Place(str(file))
        ) from error
    found: list[Anchor] = []
    wrong: list[Finding] = []
    before = ""
    for number, text in enumerate(lines, start=1):
        line = _read(text)
        mac = str(line.get("mac", ""))
        if _is_line(line) and (
            master_key is None or hmac.compare_digest(mac.encode(), _mac(master_key, before, line).encode())
        ):
            found.append(Anchor(line["at"], {clinic: (one[0], one[1]) for clinic, one in line["heads"].items()}))
        else:
            wrong.append(Finding(Kind.ANCHOR, first=number, last=number))
        before = mac
    return found, wrong


def held_against(trail: Trail, ask: Ask, anchors: Iterable[Anchor]) -> list[Finding]:
    """Chains that do not go as far as they once did, or have another hash there."""
    noted: dict[str, dict[int, set[str]]] = {}
    for anchor in anchors:
        for clinic, (number, value) in anchor.heads.items():
            noted.setdefault(clinic, {}).setdefault(number, set()).add(value)
    findings = []
    last = {clinic: number for clinic, (number, _hash) in heads_of(trail, ask).items()}
    query = f"SELECT hash FROM audit_auditentry WHERE {trail.is_clinic} AND number = %s"  # noqa: S608 (our own words)
    for clinic, numbers in noted.items():
        end = last.get(clinic, 0)
        if max(numbers) > end:
            findings.append(Finding(Kind.CUT, clinic, end + 1, max(numbers)))
        for number in sorted(one for one in numbers if one <= end):
            there = {row[0] for row in ask(query, (clinic, number))}
            if there and there != numbers[number]:
                findings.append(Finding(Kind.REWRITTEN, clinic, number, number))
                break
    return findings


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[IO[bytes]]:
    """The file, to read and to append to, by one at a time."""
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle


def _mac(master_key: bytes, before: str, line: Mapping[str, Any]) -> str:
    said = json.dumps({"at": line["at"], "before": before, "heads": line["heads"]}, sort_keys=True)
    key = hmac.digest(master_key, _ABOUT, hashlib.sha256)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _read(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return line if isinstance(line, dict) else {}


def _is_line(line: Mapping[str, Any]) -> bool:
    heads = line.get("heads")
    return (
        isinstance(line.get("at"), str)
        and isinstance(heads, dict)
        and all(
            isinstance(one, list) and len(one) == 2 and type(one[0]) is int and isinstance(one[1], str)
            for one in heads.values()
        )
    )
