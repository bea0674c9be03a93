"""Whatever is done to the audit trail behind the clinic's back is found, and said where."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from dermograph.clinic.audit.append_only import lifted, unprotect
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.upkeep import trail
from dermograph.clinic.upkeep.findings import Kind
from dermograph.clinic.upkeep.verify import anchor_file, verify

ENTRIES = 12


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Anchors go into a folder of this test alone."""
    monkeypatch.setattr(settings, "DATA", SimpleNamespace(path=tmp_path))
    return tmp_path


@pytest.fixture
def other() -> Clinic:
    return Clinic.objects.create(name="Other", slug="other")


@pytest.fixture
def kept(clinic: Clinic, other: Clinic, lead: Membership) -> Clinic:
    for number in range(ENTRIES):
        record("patient.opened", clinic=clinic, who=lead.user, patient=uuid.uuid4(), details={"n": number})
        record("lot.received", clinic=other, who=None, about=other)
    return clinic


def do(statement: str, *values: Any) -> None:  # noqa: ANN401 (whatever SQL takes)
    """Plain SQL without the triggers."""
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(statement, values)


def at(clinic: Clinic, number: int) -> tuple[object, int]:
    return (clinic.pk.hex if connection.vendor == "sqlite" else clinic.pk, number)


def told() -> list[tuple[str, int, int, str]]:
    return [(one.kind.value, one.first, one.last, one.column) for one in verify(note=False).findings]


def test_an_untouched_trail_holds_and_leaves_an_anchor(kept: Clinic) -> None:
    report = verify()
    assert report.findings == []
    assert {chain.name: chain.count for chain in report.chains} == {"aurora": ENTRIES, "other": ENTRIES}
    assert len(anchor_file().read_text().splitlines()) == 1
    assert anchor_file().stat().st_mode & 0o777 == 0o600
    verify()
    assert len(anchor_file().read_text().splitlines()) == 1
    record("patient.opened", clinic=kept, who=None)
    verify()
    assert len(anchor_file().read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("at", "2001-02-03 04:05:06.000007+00:00", ""),
        ("who_id", None, ""),
        ("action", "nothing.happened", ""),
        ("what", "Photograph", ""),
        ("about", uuid.UUID(int=7), ""),
        ("patient", uuid.UUID(int=8), ""),
        ("details", '{"n": 99}', ""),
        ("previous", "0" * 64, "previous"),
        ("hash", "f" * 64, "hash"),
    ],
)
@pytest.mark.parametrize("number", [1, 6])
def test_one_altered_column_is_found_at_its_entry(
    kept: Clinic, column: str, value: object, named: str, number: int
) -> None:
    if column == "previous" and number == 1:
        value = "1" * 64
    if connection.vendor == "sqlite":
        value = value.hex if isinstance(value, uuid.UUID) else value
        value = value.removesuffix("+00:00") if isinstance(value, str) else value
    do(f"UPDATE audit_auditentry SET {column} = %s WHERE clinic_id = %s AND number = %s", value, *at(kept, number))  # noqa: S608 (our own words)
    assert told() == [("altered", number, number, named)]


def test_an_entry_that_was_given_to_another_clinic_is_missing_there_and_odd_here(kept: Clinic, other: Clinic) -> None:
    foreign, _ = at(other, 0)
    do(
        "UPDATE audit_auditentry SET clinic_id = %s, number = 40 WHERE clinic_id = %s AND number = %s",
        foreign,
        *at(kept, 5),
    )
    found = {(one.kind, one.clinic, one.first, one.last) for one in verify().findings}
    assert (Kind.MISSING, kept.pk.hex, 5, 5) in found
    assert (Kind.ALTERED, other.pk.hex, 40, 40) in found
    assert (Kind.MISSING, other.pk.hex, 13, 39) in found


@pytest.mark.parametrize(("gone", "first", "last"), [("= 6", 6, 6), ("IN (4, 5, 6)", 4, 6), ("< 3", 1, 2)])
def test_removed_entries_are_named(kept: Clinic, gone: str, first: int, last: int) -> None:
    do(f"DELETE FROM audit_auditentry WHERE clinic_id = %s AND number {gone}", at(kept, 0)[0])  # noqa: S608 (our own words)
    assert told() == [("missing", first, last, "")]


def test_two_entries_that_changed_places_are_named_both(kept: Clinic) -> None:
    for one, another in ((3, 1003), (9, 3), (1003, 9)):
        do("UPDATE audit_auditentry SET number = %s WHERE clinic_id = %s AND number = %s", another, *at(kept, one))
    found = verify().findings
    assert [(one.kind, one.first, one.other) for one in found] == [(Kind.MOVED, 3, 9), (Kind.MOVED, 9, 3)]


def test_neighbours_that_changed_places_are_named_both(kept: Clinic) -> None:
    for one, another in ((3, 1003), (4, 3), (1003, 4)):
        do("UPDATE audit_auditentry SET number = %s WHERE clinic_id = %s AND number = %s", another, *at(kept, one))
    assert [(one.kind, one.first, one.other) for one in verify().findings] == [(Kind.MOVED, 3, 4), (Kind.MOVED, 4, 3)]


def test_an_entry_that_was_removed_with_all_later_ones_renumbered_is_found(kept: Clinic) -> None:
    do("DELETE FROM audit_auditentry WHERE clinic_id = %s AND number = %s", *at(kept, 7))
    for number in range(8, ENTRIES + 1):
        do("UPDATE audit_auditentry SET number = number - 1 WHERE clinic_id = %s AND number = %s", *at(kept, number))
    found = verify().findings
    assert found[0].kind is Kind.MOVED
    assert (found[0].first, found[0].other) == (7, 8)


def test_an_entry_that_was_replaced_hash_and_all_is_found(kept: Clinic) -> None:
    from dermograph.clinic.audit.models import AuditEntry
    from dermograph.clinic.audit.record import digest

    entry = AuditEntry.objects.get(clinic=kept, number=6)
    entry.action = "nothing.happened"
    do("UPDATE audit_auditentry SET action = %s, hash = %s WHERE id = %s", entry.action, digest(entry), entry.pk)
    assert told() == [("replaced", 6, 6, "")]


def test_an_inserted_entry_is_found(kept: Clinic) -> None:
    from dermograph.clinic.audit.models import AuditEntry

    for number in range(ENTRIES, 5, -1):
        do("UPDATE audit_auditentry SET number = number + 1 WHERE clinic_id = %s AND number = %s", *at(kept, number))
    entry = AuditEntry.objects.get(clinic=kept, number=5)
    entry.pk, entry.number = None, 6
    entry.save(force_insert=True)
    found = verify().findings
    assert found[0].first == 6
    assert {one.kind for one in found} <= {Kind.ALTERED, Kind.MOVED}


def test_a_number_that_stands_twice_is_found() -> None:
    from dermograph.clinic.upkeep.chain import Row, walk
    from dermograph.clinic.upkeep.judge import Judge, true_hash

    clinic, rows, previous = uuid.uuid4().hex, [], "0" * 64
    for number in (1, 2, 2, 3):
        row = Row(number, "2026-01-01 10:00:00", None, "a", "", None, None, "{}", previous, "")
        row = row._replace(hash=true_hash(clinic, row))
        rows.append(row)
        previous = row.hash
    judge = Judge(clinic)
    judge.add(walk(clinic, rows))
    assert [(one.kind, one.first) for one in judge.close()] == [(Kind.TWIN, 2)]


def test_a_cut_end_is_found_by_the_anchor(kept: Clinic) -> None:
    verify()
    do("DELETE FROM audit_auditentry WHERE clinic_id = %s AND number > %s", *at(kept, 9))
    assert told() == [("cut", 10, ENTRIES, "")]


def test_a_whole_chain_that_is_gone_is_found_by_the_anchor(kept: Clinic) -> None:
    verify()
    do("DELETE FROM audit_auditentry WHERE clinic_id = %s", at(kept, 0)[0])
    assert told() == [("cut", 1, ENTRIES, "")]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's sequences leave gaps by themselves")
def test_a_cut_end_is_found_on_sqlite_even_without_an_anchor(kept: Clinic) -> None:
    do("DELETE FROM audit_auditentry WHERE id > (SELECT max(id) - 2 FROM audit_auditentry)")
    assert [one[0] for one in told()] == ["gone"]


def test_a_chain_that_was_written_anew_is_found_by_the_anchor(kept: Clinic, lead: Membership) -> None:
    verify()
    do("DELETE FROM audit_auditentry WHERE clinic_id = %s", at(kept, 0)[0])
    for number in range(ENTRIES + 3):
        record("patient.opened", clinic=kept, who=lead.user, patient=uuid.uuid4(), details={"n": number})
    assert told() == [("rewritten", ENTRIES, ENTRIES, "")]


def test_an_anchor_that_was_made_to_fit_is_not_believed(kept: Clinic, tmp_path: Path) -> None:
    verify()
    copy = tmp_path / "copy"
    copy.write_bytes(anchor_file().read_bytes())
    do("DELETE FROM audit_auditentry WHERE clinic_id = %s AND number > %s", *at(kept, 9))
    line = json.loads(anchor_file().read_text())
    line["heads"][kept.pk.hex][0] = 9
    anchor_file().write_text(json.dumps(line) + "\n")
    assert ("anchor", 1, 1, "") in told()
    anchor_file().unlink()
    assert "cut" not in {one[0] for one in told()}
    found = verify(kept_elsewhere=[copy], note=False).findings
    assert [(one.kind, one.first, one.last) for one in found] == [(Kind.CUT, 10, ENTRIES)]


@pytest.mark.parametrize("line", ["", "[]", "{}", "\x00", '{"at": 1, "heads": {}}', "{" * 5000])
def test_lines_that_are_no_anchors_are_told(kept: Clinic, line: str) -> None:
    verify()
    with anchor_file().open("a") as file:
        file.write(line + "\n")
    assert told() == [("anchor", 2, 2, "")]


def test_triggers_that_are_gone_are_told(kept: Clinic) -> None:
    unprotect(connection)
    assert told() == [("unprotected", 0, 0, "")]


def test_one_clinic_alone_can_be_verified(kept: Clinic, other: Clinic) -> None:
    do("UPDATE audit_auditentry SET what = 'x' WHERE clinic_id = %s AND number = %s", *at(kept, 2))
    assert verify(only=other).findings == []
    assert [one.first for one in verify(only=kept).findings] == [2]
    assert not anchor_file().exists()


@pytest.mark.parametrize("value", ["not a moment", "", "2026-13-45 99:99:99.000000"])
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's columns have types")
def test_a_column_that_cannot_be_read_is_altered(kept: Clinic, value: str) -> None:
    do("UPDATE audit_auditentry SET at = %s WHERE clinic_id = %s AND number = %s", value, *at(kept, 4))
    assert told() == [("altered", 4, 4, "")]


@pytest.mark.parametrize("statement", ["CAST(x'ff00fe' AS TEXT)", "NULL", "7", "x'00'"])
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's columns have types")
def test_values_of_another_type_and_broken_text_are_altered(kept: Clinic, statement: str) -> None:
    if statement == "NULL":
        do("UPDATE audit_auditentry SET patient = NULL WHERE clinic_id = %s AND number = %s", *at(kept, 4))
    else:
        do(f"UPDATE audit_auditentry SET action = {statement} WHERE clinic_id = %s AND number = %s", *at(kept, 4))  # noqa: S608 (our own words)
    assert told() == [("altered", 4, 4, "")]


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "STRETCH", 3)


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_the_edges_of_stretches_hide_nothing(kept: Clinic, short_stretches: None, number: int) -> None:
    assert verify(note=False).findings == []
    do("UPDATE audit_auditentry SET what = 'x' WHERE clinic_id = %s AND number = %s", *at(kept, number))
    assert told() == [("altered", number, number, "")]


@pytest.mark.parametrize("number", range(1, ENTRIES))
def test_the_edges_of_stretches_hide_no_gap(kept: Clinic, short_stretches: None, number: int) -> None:
    do("DELETE FROM audit_auditentry WHERE clinic_id = %s AND number = %s", *at(kept, number))
    assert told() == [("missing", number, number, "")]


def test_words_stand_in_both_languages_for_every_kind() -> None:
    from dermograph.clinic.upkeep.findings import Finding

    for kind in Kind:
        for last in (3, 5):
            words = Finding(kind, "", 3, last, "hash", 9).words()
            assert words.en != words.es
            assert "{" not in words.en + words.es
