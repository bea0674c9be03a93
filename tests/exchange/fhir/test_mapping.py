"""Resources as parts of a record, and back: what is modelled can be changed, everything else stays."""

import copy
import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.codecs import REASON_CODES, code_of, instant_of, reason_of, written_instant
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.tables import MODELLED, TABLES, from_resource, to_resource
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read.reading import read_resource
from dermograph.exchange.record.areas import Lesion
from dermograph.exchange.record.calendars import Appointment
from dermograph.exchange.record.clinical import Answer, Finding
from dermograph.exchange.record.papers import Consent, Withdrawal
from dermograph.exchange.record.part import Concept, Measured, Part
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.people import Patient
from dermograph.exchange.record.unknown import REASONS, UNWRITTEN, Unknown
from tests.exchange.fhir.samples import record
from tests.exchange.fhir.test_reading import WRONG
from tests.exchange.judges.judges import judged

SENDER = "https://other.example/fhir"
#: The resource map, and rooms.
WANTED = {
    "Patient",
    "Practitioner",
    "Organization",
    "BodyStructure",
    "Condition",
    "Observation",
    "Procedure",
    "Device",
    "DeviceUseStatement",
    "Substance",
    "Appointment",
    "Schedule",
    "Slot",
    "ServiceRequest",
    "Goal",
    "CarePlan",
    "QuestionnaireResponse",
    "GuidanceResponse",
    "DetectedIssue",
    "Media",
    "DocumentReference",
    "Consent",
    "Provenance",
    "AdverseEvent",
    "Communication",
    "Task",
    "AuditEvent",
    "Location",
}


def examples(shared: Path) -> dict[str, Element]:
    files = sorted((shared / "data/fhir-r4-examples").glob("*.json"))
    return {file.name: read_resource(file.read_bytes()) for file in files if file.name != WRONG}


def test_every_type_of_the_resource_map_is_modelled() -> None:
    assert set(MODELLED) == WANTED


@pytest.mark.real_data
def test_official_examples_of_modelled_types_come_back_equal(shared: Path) -> None:
    came = {}
    for name, resource in examples(shared).items():
        before = copy.deepcopy(resource)
        part = from_resource(resource, SENDER)
        if part is not None:
            came[name] = to_resource(part) == before
    assert len(came) == 189
    assert all(came.values())


def _changes(part: Part) -> dict[str, Any]:
    """Another value for each attribute of a kind that is the same wherever it stands."""
    other: dict[str, Any] = {}
    for one in dataclasses.fields(part):
        value = getattr(part, one.name)
        if isinstance(value, PartialDate):
            other[one.name] = PartialDate("1999")
        elif isinstance(value, dt.datetime):
            other[one.name] = dt.datetime(1999, 1, 1, tzinfo=dt.UTC)
        elif isinstance(value, Concept) and one.name not in {"severity", "outcome"} and value.code:
            other[one.name] = Concept("another", words="Another")
        elif isinstance(value, str) and one.name in {
            "name",
            "title",
            "words",
            "note",
            "phone",
            "family_names",
            "maker",
        }:
            other[one.name] = "Another"
    return other


def _leaves(value: Any, path: str = "") -> set[tuple[str, str]]:  # noqa: ANN401 (any JSON)
    if isinstance(value, dict):
        return {leaf for name, item in value.items() for leaf in _leaves(item, f"{path}.{name}")}
    if isinstance(value, list):
        return {leaf for number, item in enumerate(value) for leaf in _leaves(item, f"{path}[{number}]")}
    return {(path, json.dumps(value))}


@pytest.mark.real_data
def test_a_changed_value_wins_and_everything_else_of_an_example_stays(shared: Path) -> None:
    seen = 0
    for name, resource in examples(shared).items():
        part = from_resource(resource, SENDER)
        for attribute, value in _changes(part).items() if part else ():
            assert part is not None
            changed = dataclasses.replace(part, **{attribute: value})
            out = to_resource(changed)
            back = from_resource(out, SENDER)
            assert back is not None
            assert getattr(back, attribute) == value, (name, attribute)
            same = [one.name for one in dataclasses.fields(part) if one.name not in {attribute, "origin", "state"}]
            assert [getattr(back, one) for one in same] == [getattr(part, one) for one in same], (name, attribute)
            lost = {path for path, _ in _leaves(resource) - _leaves(out)} - {".text.status", ".text.div"}
            places = {path.split(".")[1].split("[")[0] for path in lost if not path.startswith(".text")}
            assert len(places) <= 1, (name, attribute, lost)
            seen += 1
    assert seen > 300


def test_what_was_not_modelled_stays_and_what_was_changed_wins() -> None:
    original = read_resource(
        json.dumps(
            {
                "resourceType": "Patient",
                "id": "a1",
                "text": {"status": "generated", "div": "<div>Born 1970</div>"},
                "extension": [{"url": "urn:hair", "valueString": "red"}],
                "name": [{"use": "official", "family": "Alt"}, {"use": "maiden", "family": "Neu"}],
                "birthDate": "1970",
                "_birthDate": {"extension": [{"url": "urn:time", "valueDateTime": "1970-01-01"}]},
                "maritalStatus": {"text": "single"},
            }
        )
    )
    kept = copy.deepcopy(original)
    part = from_resource(original, SENDER)
    assert isinstance(part, Patient)
    assert part.birth_date == PartialDate("1970")
    assert to_resource(part) == kept
    out = to_resource(dataclasses.replace(part, birth_date=PartialDate("1970-05-05"), email="a@b.example"))
    assert out["birthDate"] == "1970-05-05"
    assert out["telecom"] == [{"system": "email", "value": "a@b.example"}]
    assert "text" not in out  # it would say what no longer holds
    assert {name: out[name] for name in ("extension", "name", "maritalStatus")} == {
        name: kept[name] for name in ("extension", "name", "maritalStatus")
    }
    assert original == kept


def test_every_part_of_a_record_comes_back_from_its_resource() -> None:
    seen = set()
    for part in record().parts():
        resource = read_resource(json.dumps(to_resource(part)))
        assert from_resource(resource) == part
        seen.add(type(part))
    assert seen == {table.part for table in TABLES.values()}


def test_both_validators_find_no_error_in_what_is_written() -> None:
    resources = [to_resource(part) for part in record().parts()]
    found = judged(resources)
    wrong = [(one["resourceType"], issue) for one, issues in zip(resources, found, strict=True) for issue in issues]
    assert [each for each in wrong if each[1].severity == "error"] == []


@pytest.mark.parametrize("reason", REASONS)
def test_unknown_stays_unknown_with_its_reason(reason: str) -> None:
    part = Answer(id=record().patient.id, fact="pregnant", value=Unknown(reason), answered_on=Unknown(reason))
    resource = to_resource(part)
    assert not any(name.startswith("value") for name in resource)
    assert from_resource(resource) == part


def test_a_reason_has_one_code_and_only_what_is_not_written_has_none() -> None:
    assert set(REASON_CODES) == set(REASONS) - {"not_recorded"}
    assert len(set(REASON_CODES.values())) == len(REASON_CODES)
    assert code_of(UNWRITTEN) is None
    assert reason_of("made-up") == Unknown("unknown")


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({"valueQuantity": {"value": 1.5, "unit": "mm"}}, Measured(1.5, UNWRITTEN, "mm")),
        ({"valueQuantity": {"value": 1.5, "comparator": "<", "unit": "mm"}}, Unknown("unsupported")),
        ({"valueQuantity": {"unit": "mm"}}, Unknown("unsupported")),
        ({"valueRange": {"low": {"value": 1}}}, Unknown("unsupported")),
        ({"valueBoolean": False}, False),
        ({"valueDateTime": "2026-11"}, PartialDate("2026-11")),
        ({"dataAbsentReason": {"text": "lost"}}, Unknown("unknown")),
        ({}, UNWRITTEN),
    ],
    ids=["number", "bound", "no-number", "range", "false", "month", "words", "nothing"],
)
def test_what_somebody_else_observed_is_read_without_a_guess(more: Element, value: object) -> None:
    part = from_resource({"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **more}, SENDER)
    assert isinstance(part, Finding)
    assert part.value == value
    assert type(part.value) is type(value)


def test_a_code_without_a_system_is_no_word_of_ours() -> None:
    part = from_resource(
        {"resourceType": "Condition", "subject": {"display": "x"}, "code": {"coding": [{"code": "striae"}]}}
    )
    assert isinstance(part, Lesion)
    assert part.kind.system
    assert part.kind != Concept("striae")


def test_an_abatement_that_is_not_known_is_no_abatement() -> None:
    part = Lesion(id=record().patient.id, gone=Unknown("not_asked"), state="active")
    resource = to_resource(part)
    assert not any("abatement" in name for name in resource)
    assert from_resource(resource) == part


def test_the_same_sender_and_id_give_the_same_id_here_and_another_sender_another() -> None:
    ours = Keys(SENDER)
    assert ours.of_reference("Patient/1") == ours.of_resource({"resourceType": "Patient", "id": "1"})
    assert ours.of_reference(f"{SENDER}/Patient/1/_history/3") == ours.of_reference("Patient/1")
    assert Keys("https://third.example").of_reference("Patient/1") != ours.of_reference("Patient/1")
    key = record().patient.id
    assert ours.of_reference(f"urn:uuid:{key}") == ours.of_reference(f"Patient/{key}") == key


def test_a_changed_state_keeps_the_words_of_the_standard() -> None:
    part = next(one for one in record().parts() if isinstance(one, Appointment))
    assert to_resource(dataclasses.replace(part, state="held"))["status"] == "pending"
    assert to_resource(dataclasses.replace(part, state="waitlist"))["status"] == "waitlist"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (dt.datetime(2026, 11, 22, 10, tzinfo=dt.timezone(dt.timedelta(hours=1))), "2026-11-22T10:00:00+01:00"),
        (dt.datetime(1890, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=-884))), "1890-01-01T00:14:44+00:00"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=20))), "2025-12-31T04:00:00+00:00"),
    ],
    ids=["zone", "seconds", "far"],
)
def test_instants_keep_their_zone_where_the_standard_can_say_it(at: dt.datetime, text: str) -> None:
    assert written_instant(at) == text
    assert instant_of(text) == at


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        written_instant(dt.datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)


def test_a_leap_second_is_read_as_its_day() -> None:
    assert instant_of("2016-12-31T23:59:60Z") == PartialDate("2016-12-31")


def test_every_written_resource_is_fhir_r4() -> None:
    assert [issues_of(to_resource(part)) for part in record(3, 5).parts() if issues_of(to_resource(part))] == []


def _read(resource: Element) -> Any:  # noqa: ANN401 (any part)
    return from_resource(read_resource(json.dumps(resource)), SENDER)


def test_a_consent_that_is_taken_back_permits_nothing_of_it_any_more() -> None:
    consent = next(one for one in record().parts() if isinstance(one, Consent))
    sent = _read(to_resource(consent))
    gone = dataclasses.replace(sent, withdrawals=(*sent.withdrawals, Withdrawal(record().clinic.id)), state="inactive")
    before, after = to_resource(sent), to_resource(gone)
    assert "permit" in {rule["type"] for rule in before["provision"]["provision"]}
    assert {rule["type"] for rule in after["provision"]["provision"]} == {"deny"}
    assert issues_of(after) == ()


def test_a_changed_name_changes_the_name_in_one_text_and_no_former_name() -> None:
    names = [{"use": "old", "family": "Was"}, {"use": "official", "text": "Ana Es", "given": ["Ana"], "family": "Es"}]
    phones = [{"system": "phone", "use": "old", "value": "1"}, {"system": "phone", "value": "2"}]
    part = _read({"resourceType": "Patient", "id": "1", "name": names, "telecom": phones})
    assert (part.family_names, part.phone) == ("Es", "2")
    out = to_resource(dataclasses.replace(part, family_names="Será", phone="3"))
    assert out["name"] == [names[0], {"use": "official", "text": "Ana Será", "given": ["Ana"], "family": "Será"}]
    assert [one["value"] for one in out["telecom"]] == ["1", "3"]


@pytest.mark.parametrize(
    ("end", "is_former"),
    [("2001", True), ("2020-03-01T10:00:00Z", True), ("9998", False), ("9999-12-31T23:59:60Z", False)],
)
def test_a_name_or_telephone_whose_time_is_over_is_a_former_one(end: str, is_former: bool) -> None:  # noqa: FBT001 (a column)
    names = [{"family": "Was", "period": {"start": "1980", "end": end}}, {"family": "Es"}]
    phones = [{"system": "phone", "value": "1", "period": {"end": end}}, {"system": "phone", "value": "2"}]
    part = _read({"resourceType": "Patient", "id": "1", "name": names, "telecom": phones})
    assert (part.family_names, part.phone) == (("Es", "2") if is_former else ("Was", "1"))
    out = to_resource(dataclasses.replace(part, family_names="Será"))
    assert [one["family"] for one in out["name"]] == (["Was", "Será"] if is_former else ["Será", "Es"])


@pytest.mark.parametrize("kind", ["Patient", "Practitioner"])
def test_who_has_only_names_that_ended_has_the_last_that_did_and_another_one_once_it_changes(kind: str) -> None:
    names = [
        {"use": "maiden", "family": "Nacida"},
        {"family": "Era", "period": {"end": "2001"}},
        {"use": "usual", "given": ["Ana"], "family": "Fue", "period": {"end": "2002"}},
    ]
    part = _read({"resourceType": kind, "id": "1", "name": names})
    assert (part.given_names, part.family_names) == ("Ana", "Fue")
    assert to_resource(part)["name"] == names
    out = to_resource(dataclasses.replace(part, family_names="Es"))
    assert out["name"] == [*names, {"use": "usual", "given": ["Ana"], "family": "Es"}]


def test_a_telephone_that_ended_is_none_and_the_next_is_written_beside_it() -> None:
    ended = {"system": "phone", "value": "1", "period": {"end": "2001"}}
    part = _read({"resourceType": "Patient", "id": "1", "telecom": [ended]})
    assert part.phone == ""
    assert to_resource(part)["telecom"] == [ended]
    assert to_resource(dataclasses.replace(part, phone="2"))["telecom"] == [ended, {"system": "phone", "value": "2"}]


def test_a_time_that_was_told_alone_is_when_a_session_began() -> None:
    about = {"resourceType": "Procedure", "id": "1", "status": "completed", "subject": {"reference": "Patient/1"}}
    part = _read({**about, "performedDateTime": "2026-11"})
    assert part.started_at == PartialDate("2026-11")
    out = to_resource(dataclasses.replace(part, ended_at=PartialDate("2026-12")))
    assert out == {**about, "performedPeriod": {"start": "2026-11", "end": "2026-12"}}


@pytest.mark.parametrize("onset", [PartialDate("2019"), Unknown("not_asked")], ids=["known", "unknown"])
def test_a_value_takes_the_place_of_its_other_forms(onset: PartialDate | Unknown) -> None:
    part = _read({"resourceType": "Condition", "id": "1", "subject": {"display": "x"}, "onsetString": "as a child"})
    assert part.onset == UNWRITTEN
    out = to_resource(dataclasses.replace(part, onset=onset))
    assert "onsetString" not in out
    assert issues_of(out) == ()
    assert _read(out).onset == onset


def test_what_is_contained_is_nobody_outside() -> None:
    about = {"resourceType": "Procedure", "id": "1", "status": "completed", "subject": {"reference": "#p"}}
    part = _read(
        {**about, "contained": [{"resourceType": "Patient", "id": "p"}], "usedReference": [{"reference": "#d"}]}
    )
    assert (part.patient, part.lots) == (None, ())
