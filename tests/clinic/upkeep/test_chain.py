"""The fast walk along the audit trail agrees with the obvious one, whatever an entry holds."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import FIRST, digest, record
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.upkeep.chain import Row, walk, writer
from dermograph.clinic.upkeep.judge import true_hash
from dermograph.clinic.upkeep.trail import Trail, read
from dermograph.clinic.upkeep.verify import own_ask, prove, verify

CLINIC = uuid.UUID("7d1f4c0a-1111-4222-8333-0123456789ab")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
entries = st.builds(
    AuditEntry,
    clinic_id=st.just(CLINIC),
    number=st.integers(1, 2**62),
    at=st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)),  # noqa: DTZ001 (the zone is given beside it)
    who_id=st.none() | st.uuids(),
    action=words,
    what=words,
    about=st.none() | st.uuids(),
    patient=st.none() | st.uuids(),
    details=st.dictionaries(words, values, max_size=4),
    previous=st.sampled_from([FIRST, "a1" * 32]),
)


def as_kept(entry: AuditEntry) -> Row:
    """An entry as SQLite keeps it."""

    def id_(value: uuid.UUID | None) -> str | None:
        return value.hex if value is not None else None

    return Row(
        entry.number,
        str(entry.at.replace(tzinfo=None)),
        id_(entry.who_id),
        entry.action,
        entry.what,
        id_(entry.about),
        id_(entry.patient),
        json.dumps(entry.details),
        entry.previous,
        entry.hash,
    )


@given(entries)
@settings(max_examples=500, deadline=None)
def test_the_fast_text_is_the_one_that_the_reference_hashes(entry: AuditEntry) -> None:
    fast = sha256(writer(CLINIC.hex)(as_kept(entry)).encode()).hexdigest()
    assert fast == digest(entry)
    assert true_hash(CLINIC.hex, as_kept(entry)) == fast


@given(entries, st.integers(0, 9), st.one_of(st.none(), st.integers(), st.floats(), words, st.binary(max_size=8)))
@settings(max_examples=300, deadline=None)
def test_no_column_can_be_exchanged_unseen(entry: AuditEntry, column: int, value: Any) -> None:  # noqa: ANN401 (anything)
    entry.hash = digest(entry)
    row = as_kept(entry)
    first = row._replace(number=entry.number - 1, hash=entry.previous)
    assert not walk(CLINIC.hex, [first, row]).odd
    changed = row._replace(**{Row._fields[column]: value})
    if changed == row:
        return
    odd = walk(CLINIC.hex, [first, changed]).odd
    if not odd:  # written otherwise and meaning the same, such as details with other spaces
        assert true_hash(CLINIC.hex, changed) == entry.hash
    else:
        assert odd == [(first, changed)]


@given(st.text(alphabet="0123456789abcdef-", min_size=30, max_size=34))
def test_an_id_of_another_length_is_never_taken_for_one(text: str) -> None:
    row = Row(1, "2026-01-01 10:00:00.000001", text, "a", "", None, None, "{}", FIRST, "")
    if len(text) == 32:
        assert text[:8] in writer(CLINIC.hex)(row)
    else:
        with pytest.raises(ValueError):  # noqa: PT011 (it carries no words: the reference decides then)
            writer(CLINIC.hex)(row)


def test_a_column_cannot_borrow_from_its_neighbour() -> None:
    honest = Row(1, "2026-01-01 10:00:00.000001", None, "a", "b", None, None, "{}", FIRST, "")
    sly = honest._replace(action='a", "at": "x')
    assert writer(CLINIC.hex)(honest) != writer(CLINIC.hex)(sly)
    assert r"a\", \"at\": \"x" in writer(CLINIC.hex)(sly)


@pytest.mark.django_db
def test_what_the_database_gives_back_is_walked_without_an_oddity(clinic: Clinic, lead: Membership) -> None:
    details: list[dict[str, Any]] = [
        {},
        {"ñandú": "日本 🩹", "a": [1, 2.5, None, True, {"z": '\u2028\x07"\\/', "b": -0.5}]},
        {"large": 10**30, "small": 5e-324, "tenth": 0.1, "": ""},
        {"control": "\n\r\t\b\f", "quote": '"', "slash": "/</script>"},
    ]
    for one in details * 3:
        record("patient.opened", clinic=clinic, who=lead.user, patient=uuid.uuid4(), details=one)
        record("lot.received", clinic=clinic, who=None, about=clinic)
    found = read(Trail(connection.vendor), own_ask(), clinic.pk.hex, 1, None)
    assert found.count == 24
    assert found.odd == []
    report = verify()
    assert not report.findings
    assert report.entries == 24


def test_several_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dermograph.clinic.upkeep import trail

    file = tmp_path / "trail.sqlite3"
    ids = [uuid.UUID(int=one).hex for one in (5, 6, 7)]
    with closing(sqlite3.connect(file)) as lite:
        lite.execute(
            "CREATE TABLE audit_auditentry (id INTEGER PRIMARY KEY AUTOINCREMENT, clinic_id, number, at, who_id, "
            "action, what, about, patient, details, previous, hash)"
        )
        for clinic in ids:
            write, previous = writer(clinic), FIRST
            for number in range(1, 41):
                row = (number, f"2026-01-01 10:00:{number:02}", None, "a", "", None, None, '{"n": 1}', previous)
                previous = sha256(write((*row, "")).encode()).hexdigest()
                lite.execute(
                    "INSERT INTO audit_auditentry (clinic_id, number, at, who_id, action, what, about, patient, "
                    "details, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (clinic, *row, previous),
                )
        lite.execute("UPDATE audit_auditentry SET action = 'b' WHERE clinic_id = ? AND number = 22", (ids[1],))
        lite.execute("DELETE FROM audit_auditentry WHERE clinic_id = ? AND number = 8", (ids[2],))
        lite.commit()
        monkeypatch.setattr(trail, "STRETCH", 7)
        monkeypatch.setattr(trail, "_ALONE", 0)
        where = Trail("sqlite", str(file))
        found = [prove(where, trail.plain(lite), [], processes=number) for number in (1, 2)]
    assert [chain.count for chain in found[0].chains] == [40, 40, 39]
    assert found[0].chains == found[1].chains
    assert found[0].findings == found[1].findings
    assert [(one.clinic, one.kind.value, one.first) for one in found[0].findings] == [
        (ids[1], "altered", 22),
        (ids[2], "missing", 8),
    ]
