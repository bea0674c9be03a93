"""A Bundle that comes in: what each entry would do, nothing twice, nothing half."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle import bundle_of, record_bundle, record_of
from dermograph.exchange.fhir.bundle_entries import Entries
from dermograph.exchange.fhir.elements import Element, naming, structure
from dermograph.exchange.fhir.incoming import Incoming, Result
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.tables import to_resource
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read_bundle import MOST_ENTRIES, incoming, read_bundle
from dermograph.exchange.record.areas import Lesion
from tests.exchange.fhir.lookups import CLINIC_ID, OTHER_CLINIC, Everybody, Nothing
from tests.exchange.fhir.samples import PATIENT, at, record
from tests.exchange.judges.judges import judged

OBSERVED = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"}}
BASE = "https://clinic.example/fhir"
SENDER = "https://other.example/fhir"


def bundle(*resources: Element, kind: str = "collection") -> Element:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}


def patient(**more: Any) -> Element:  # noqa: ANN401 (any element)
    return {"resourceType": "Patient", "id": "p", **more}


def condition(**more: Any) -> Element:  # noqa: ANN401 (any element)
    return {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, **more}


def done(found: Incoming) -> list[str]:
    return [one.done for one in found.results]


def codes(result: Result) -> list[tuple[str, str, str]]:
    return [(one.severity, one.code, one.expression) for one in result.issues]


@pytest.mark.parametrize("base", ["", BASE], ids=["urn", "server"])
@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction"])
def test_a_record_comes_back_from_its_bundle_as_it_was(kind: Any, base: str) -> None:  # noqa: ANN401 (a literal)
    whole = record(3, 6)
    made = record_bundle(whole, kind, base=base, at=at(100))
    assert issues_of(made) == ()
    found = read_bundle(json.dumps(made), Nothing(), CLINIC_ID)
    assert set(done(found)) == {"created"}
    assert [one.issues for one in found.results if one.issues] == []
    assert record_of(one.part for one in found.results if one.part) == whole


def test_the_same_bundle_again_changes_nothing() -> None:
    held = Nothing()
    text = json.dumps(record_bundle(record(), base=BASE))
    held.take(read_bundle(text, held, CLINIC_ID))
    again = read_bundle(text, held, CLINIC_ID)
    assert set(done(again)) == {"unchanged"}
    assert again.taken() == ()


def test_a_changed_entry_is_changed_and_no_other() -> None:
    held = Nothing()
    first = bundle(patient(), condition(), kind="transaction")
    held.take(incoming(first, held, CLINIC_ID, source=SENDER))
    second = bundle(patient(birthDate="1999"), condition())
    assert done(incoming(second, held, CLINIC_ID, source=SENDER)) == ["changed", "unchanged"]


def test_what_a_server_sets_by_itself_is_no_change() -> None:
    held = Nothing()
    held.take(incoming(bundle(patient(meta={"versionId": "1"})), held, CLINIC_ID))
    again = bundle(patient(meta={"versionId": "2", "lastUpdated": "2026-11-22T10:00:00Z"}))
    assert done(incoming(again, held, CLINIC_ID)) == ["unchanged"]


def test_two_senders_with_the_same_id_are_two_patients() -> None:
    held = Nothing()
    held.take(incoming(bundle(patient()), held, CLINIC_ID, source=SENDER))
    assert done(incoming(bundle(patient()), held, CLINIC_ID, source="https://third.example")) == ["created"]


def test_references_by_urn_become_references_by_type_and_id() -> None:
    urn = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    sent = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": urn, "resource": {"resourceType": "Patient"}, "request": {"method": "POST", "url": "Patient"}},
            {"resource": condition(subject={"reference": urn}), "request": {"method": "PUT", "url": "Condition/c"}},
        ],
    }
    found = incoming(sent, Nothing(), CLINIC_ID, source=SENDER)
    assert done(found) == ["created", "created"]
    resource = found.results[1].resource
    assert resource is not None
    assert resource["subject"]["reference"] == f"Patient/{urn[9:]}"
    assert str(found.results[0].key) == urn[9:]


def test_a_reference_that_leads_nowhere_is_told_and_without_a_patient_refused() -> None:
    found = incoming(bundle(condition(asserter={"reference": "Practitioner/x"})), Nothing(), CLINIC_ID)
    assert done(found) == ["refused"]
    assert codes(found.results[0]) == [
        ("error", "not-found", "Bundle.entry[0].resource.subject"),
        ("warning", "not-found", "Bundle.entry[0].resource.asserter"),
    ]
    alone = incoming(bundle(patient(generalPractitioner=[{"reference": "Practitioner/x"}])), Nothing(), CLINIC_ID)
    assert done(alone) == ["created"]
    assert codes(alone.results[0]) == [("warning", "not-found", "Bundle.entry[0].resource.generalPractitioner[0]")]


def test_references_to_another_clinic_and_its_records_are_refused() -> None:
    held = Nothing()
    keys = Keys(SENDER, CLINIC_ID)
    held.hold("Patient", keys.of_reference("Patient/p"), patient(), OTHER_CLINIC)
    theirs = incoming(bundle(condition()), held, CLINIC_ID, source=SENDER)
    assert codes(theirs.results[0]) == [("error", "not-found", "Bundle.entry[0].resource.subject")]
    assert theirs == incoming(bundle(condition()), Nothing(), CLINIC_ID, source=SENDER)
    over = incoming(bundle(patient(), condition()), held, CLINIC_ID, source=SENDER)
    assert done(over) == ["refused", "refused"]
    assert codes(over.results[0]) == [("error", "forbidden", "Bundle.entry[0]")]
    assert codes(over.results[1]) == [("error", "processing", "Bundle.entry[1]")]


def test_what_needs_a_refused_entry_is_refused_with_it() -> None:
    chain = [
        patient(birthDate="1999-99"),
        condition(),
        {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "x"},
         "subject": {"display": "x"}, "addresses": [{"reference": "Condition/c"}]},
        {"resourceType": "Practitioner", "id": "d"},
    ]  # fmt: skip
    found = incoming(bundle(*chain), Nothing(), CLINIC_ID)
    assert done(found) == ["refused", "refused", "refused", "created"]
    assert found.applies
    assert [one.kind for one in found.taken()] == ["Practitioner"]


def test_what_is_refused_by_itself_is_named_to_those_that_need_it() -> None:
    wrong = {"resourceType": "Practitioner", "id": "d", "gender": "x"}
    found = incoming(
        bundle(patient(), wrong, condition(asserter={"reference": "Practitioner/d"})), Nothing(), CLINIC_ID
    )
    assert done(found) == ["created", "refused", "refused"]
    assert codes(found.results[2]) == [("error", "processing", "Bundle.entry[2]")]


@pytest.mark.parametrize("written", ["Patient/p", f"{SENDER}/Patient/p", "Patient/p/_history/3"])
def test_a_reference_finds_its_entry_however_it_is_written(written: str) -> None:
    found = incoming(bundle(condition(subject={"reference": written}), patient()), Nothing(), CLINIC_ID, source=SENDER)
    assert [(one.done, one.issues) for one in found.results] == [("created", ()), ("created", ())]
    part, person = found.results[0].part, found.results[1]
    assert isinstance(part, Lesion)
    assert part.patient == person.key


def test_of_a_transaction_all_is_taken_over_or_nothing() -> None:
    found = incoming(bundle(patient(), condition(code=None), kind="transaction"), Nothing(), CLINIC_ID)
    assert done(found) == ["created", "refused"]
    assert not found.applies
    assert found.taken() == ()
    assert found.response()["resourceType"] == "OperationOutcome"
    assert found.response()["issue"][0]["expression"] == ["Bundle.entry[1].resource.code"]


def test_an_entry_that_stands_twice_is_told_and_taken_once() -> None:
    found = incoming(bundle(patient(), patient()), Nothing(), CLINIC_ID)
    assert done(found) == ["created", "unchanged"]
    assert codes(found.results[1]) == [("warning", "duplicate", "Bundle.entry[1]")]


def test_two_entries_with_one_id_that_differ_are_both_refused() -> None:
    found = incoming(bundle(patient(), patient(birthDate="1999"), condition()), Nothing(), CLINIC_ID)
    assert done(found) == ["refused", "refused", "refused"]
    assert {code for one in found.results[:2] for _, code, _ in codes(one)} == {"duplicate"}


def test_another_patient_with_the_same_identifier_is_told() -> None:
    held = Nothing()
    named = {"system": "urn:oid:1.2.3", "value": "77"}
    held.take(incoming(bundle(patient(identifier=[named])), held, CLINIC_ID, source=SENDER))
    again = patient(id="q", identifier=[named, {"value": "x"}])
    found = incoming(bundle(again), held, CLINIC_ID, source=SENDER)
    assert done(found) == ["created"]
    assert codes(found.results[0]) == [("warning", "duplicate", "Bundle.entry[0].resource.identifier")]


@pytest.mark.parametrize(("source", "told"), [("", ["duplicate"]), (SENDER, [])], ids=["ours", "another-clinics"])
def test_a_record_number_is_one_patients_in_its_own_clinic_alone(source: str, told: list[str]) -> None:
    held = Nothing()
    number = {"system": naming("record-number"), "value": "2"}
    held.take(incoming(bundle(patient(identifier=[number])), held, CLINIC_ID))
    found = incoming(bundle(patient(id="q", identifier=[number])), held, CLINIC_ID, source=source)
    assert [code for _, code, _ in codes(found.results[0])] == told


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("Patient/a", "Observation"),
        ("Condition/c", "Condition"),
        (f"{SENDER}/Patient/a", "Condition"),
        (f"{SENDER}/Condition/a", "Condition"),
        (f"{SENDER}/Patient/a/_history/2", "Condition"),
    ],
    ids=["relative", "relative-own", "other-type", "other-id", "version"],
)
def test_an_entry_that_gives_itself_anothers_address_is_refused(url: str, kind: str) -> None:
    one = condition() if kind == "Condition" else {**OBSERVED, "subject": {"reference": "Patient/a"}}
    sent = {"resourceType": "Bundle", "type": "batch", "entry": [{"fullUrl": url, "resource": one}]}
    found = incoming(sent, Everybody(), CLINIC_ID, source=SENDER)
    assert codes(found.results[0]) == [("error", "invalid", "Bundle.entry[0].fullUrl")]


@pytest.mark.parametrize("url", [f"{SENDER}/Condition/c", f"{SENDER}/Condition/c/_history/1", "urn:oid:1.2.3"])
def test_an_entry_may_give_itself_its_own_address(url: str) -> None:
    sent = {"resourceType": "Bundle", "type": "batch", "entry": [{"fullUrl": url, "resource": condition()}]}
    assert done(incoming(sent, Everybody(), CLINIC_ID, source=SENDER)) == ["created"]


URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
IF_NONE = {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=1"}


@pytest.mark.parametrize("about", [URN, "Patient/p", "Patient/q"], ids=["address", "first", "second"])
@pytest.mark.parametrize(
    "others",
    [
        [{"resource": patient()}, {"resource": patient(id="q")}],
        [{"resource": patient()}, {"resource": {**OBSERVED, "id": "q"}}, {"resource": patient(id="q")}],
        [{"resource": patient(id="q", x=1)}, {"resource": patient()}],
        [{"resource": patient(), "request": IF_NONE}, {"resource": patient(id="q")}],
    ],
    ids=["two", "three", "wrong", "asks"],
)
def test_of_two_entries_with_one_address_neither_is_taken_nor_what_means_either(
    others: list[Element], about: str
) -> None:
    entries = [{"fullUrl": URN, **one} for one in others]
    sent = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": condition(subject={"reference": about})}, *entries],
    }
    found = incoming(sent, Nothing(), CLINIC_ID, source=SENDER)
    assert set(done(found)) == {"refused"}
    for number, one in enumerate(found.results[1:], start=1):
        assert ("error", "duplicate", f"Bundle.entry[{number}].fullUrl") in codes(one)
    assert "Entry 2 has the same fullUrl" in str(found.results[1].issues)


def test_an_entry_that_stands_twice_with_its_address_is_taken_once() -> None:
    entries = [{"fullUrl": URN, "resource": patient()}] * 2
    sent = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    assert done(incoming(sent, Nothing(), CLINIC_ID, source=SENDER)) == ["created", "unchanged"]


@pytest.mark.parametrize(
    ("request_", "at"),
    [
        ({"method": "PUT", "url": "Condition/other"}, "request.url"),
        ({"method": "PUT", "url": "Patient/c"}, "request.url"),
        ({"method": "PUT", "url": "Condition?identifier=1"}, "request.url"),
        ({"method": "POST", "url": "Patient"}, "request.url"),
        ({"method": "PUT", "url": "Condition/c", "ifMatch": 'W/"1"'}, "request.ifMatch"),
        ({"method": "POST", "url": "Condition", "ifNoneExist": "identifier=1"}, "request.ifNoneExist"),
        ({"method": "PUT", "url": "Condition/c", "ifNoneMatch": "*"}, "request.ifNoneMatch"),
    ],
    ids=["other-id", "other-type", "search", "post", "match", "exist", "none-match"],
)
def test_an_entry_that_asks_for_what_is_not_done_is_refused(request_: Element, at: str) -> None:
    sent = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": condition(), "request": request_}]}
    found = incoming(sent, Everybody(), CLINIC_ID, source=SENDER)
    assert [(code, place) for _, code, place in codes(found.results[0])] in (
        [("invalid", f"Bundle.entry[0].{at}")],
        [("not-supported", f"Bundle.entry[0].{at}")],
    )


def test_one_id_written_in_two_ways_is_one_entry() -> None:
    key = "0C3151BD-1CBF-4D64-B04D-CD9187A4C6E0"
    found = incoming(bundle(patient(id=key), patient(id=key.lower(), birthDate="1999")), Nothing(), CLINIC_ID)
    assert done(found) == ["refused", "refused"]
    about = condition(subject={"reference": f"Patient/{key.lower()}"})
    assert done(incoming(bundle(patient(id=key), about), Nothing(), CLINIC_ID)) == ["created", "created"]


def test_two_clinics_that_receive_the_same_have_ids_of_their_own() -> None:
    keys = [
        incoming(bundle(patient()), Nothing(), one, source=SENDER).results[0].key for one in (CLINIC_ID, OTHER_CLINIC)
    ]
    assert keys[0] != keys[1]
    assert keys[0] == Keys(SENDER, CLINIC_ID).of_logical("Patient", "p")


def test_a_long_chain_of_what_needs_a_refused_entry_is_refused_in_no_time() -> None:
    number = 3000
    chain = [
        {**OBSERVED, "id": f"o{one}", "hasMember": [{"reference": f"Observation/o{one + 1}"}]} for one in range(number)
    ]
    chain.append({**OBSERVED, "id": f"o{number}", "status": "x"})
    drafts = Entries(Everybody(), CLINIC_ID, Keys(SENDER))
    wrong: list[tuple[Issue, ...]] = [() for _ in chain]
    wrong[-1] = (Issue("code-invalid", Text("x", "x")),)
    start = time.process_time()
    found = drafts.results([{"resource": one} for one in chain], wrong)
    assert {one.done for one in found} == {"refused"}
    assert time.process_time() - start < 2


def test_half_a_character_has_an_id_and_is_refused_in_words() -> None:
    assert Keys(SENDER).of_logical("Patient", "\ud800").version == 5
    found = incoming(
        bundle(patient(id="\ud800"), condition(subject={"reference": "Patient/\ud800"})), Nothing(), CLINIC_ID
    )
    assert done(found) == ["refused", "refused"]


def test_what_is_held_and_was_entered_in_error_is_a_new_version() -> None:
    held = Nothing()
    held.take(incoming(bundle(patient(), {**OBSERVED, "subject": {"reference": "Patient/p"}}), held, CLINIC_ID))
    wrong = {**OBSERVED, "subject": {"reference": "Patient/p"}, "status": "entered-in-error"}
    assert done(incoming(bundle(wrong), held, CLINIC_ID)) == ["changed"]


def test_what_was_entered_in_error_is_not_taken_over() -> None:
    status = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "entered-in-error"}]
    }
    found = incoming(bundle(patient(), condition(verificationStatus=status)), Nothing(), CLINIC_ID)
    assert done(found) == ["created", "refused"]
    assert codes(found.results[1])[0][1] == "business-rule"


SUBJECT = {"subject": {"reference": "Patient/p"}}


def observed(key: str, corrects: str = "", **more: Any) -> Element:  # noqa: ANN401 (any element)
    """A finding, and what it corrects."""
    supersedes = {"url": structure("supersedes"), "valueReference": {"reference": f"Observation/{corrects}"}}
    return {**OBSERVED, **SUBJECT, "id": key, **({"extension": [supersedes]} if corrects else {}), **more}


def in_error(key: str, corrects: str = "", **more: Any) -> Element:  # noqa: ANN401 (any element)
    return observed(key, corrects, status="entered-in-error", **more)


def member(*keys: str) -> Element:
    return {"hasMember": [{"reference": f"Observation/{key}"} for key in keys]}


HANGING: Element = {"derivedFrom": [{"reference": "Observation/wrong"}]}
REFUSED = {"resourceType": "Observation", "id": "refused", "status": "x"}


def test_what_another_entry_corrects_is_taken_over_with_what_hangs_on_it() -> None:
    sent = [in_error("wrong"), in_error("hanging", **HANGING), in_error("loose"), observed("right", "wrong")]
    found = incoming(bundle(patient(), *sent), Nothing(), CLINIC_ID)
    assert done(found) == ["created", "created", "created", "refused", "created"]


@pytest.mark.parametrize(
    "chain",
    [
        [in_error("wrong"), in_error("hanging", **HANGING), observed("right", "wrong", **member("refused"))],
        [in_error("wrong"), observed("right", "wrong", code={})],
        [in_error("wrong"), observed("right", "wrong", **member("between")), observed("between", **member("refused"))],
        [in_error("wrong"), in_error("again", "wrong"), observed("right", "again", **member("refused"))],
        [in_error("wrong"), in_error("again", "wrong"), observed("right", "again"), in_error("itself", "itself")],
        [in_error("wrong"), in_error("again", "wrong")],
    ],
    ids=["hanging", "itself", "far", "chain", "loop", "no-end"],
)
def test_what_only_a_refused_entry_corrects_is_not_left_alone(chain: list[Element]) -> None:
    found = incoming(bundle(patient(), REFUSED, *chain), Nothing(), CLINIC_ID)
    is_whole = [one for one in chain if one["id"] == "itself"]
    assert done(found)[2:] == ["created" if is_whole and one not in is_whole else "refused" for one in chain]
    assert all(one.issues for one in found.results if one.done == "refused")


def test_what_is_corrected_twice_stays_while_one_correction_is_taken() -> None:
    right = [observed("right", "wrong", **member("refused")), observed("other", "wrong")]
    found = incoming(bundle(patient(), REFUSED, in_error("wrong"), *right), Nothing(), CLINIC_ID)
    assert done(found) == ["created", "refused", "created", "refused", "created"]


def test_what_is_held_learns_that_it_was_in_error_though_its_correction_is_refused() -> None:
    held = Nothing()
    held.take(incoming(bundle(patient(), observed("wrong")), held, CLINIC_ID))
    sent = [in_error("wrong"), in_error("hanging", **HANGING), observed("right", "wrong", **member("refused"))]
    found = incoming(bundle(REFUSED, *sent), held, CLINIC_ID)
    assert done(found) == ["refused", "changed", "refused", "refused"]


def test_a_long_chain_of_corrections_is_refused_in_no_time() -> None:
    number = 3000
    chain = [in_error("o0"), *[in_error(f"o{one}", f"o{one - 1}") for one in range(1, number)]]
    chain.append(observed(f"o{number}", f"o{number - 1}", **member("refused")))
    entries = [{"resource": one} for one in (*chain, REFUSED)]
    wrong: list[tuple[Issue, ...]] = [*[()] * len(chain), (Issue("code-invalid", Text("x", "x")),)]
    start = time.process_time()
    found = Entries(Everybody(), CLINIC_ID, Keys(SENDER)).results(entries, wrong)
    assert {one.done for one in found} == {"refused"}
    assert time.process_time() - start < 2


def test_types_that_are_not_modelled_are_kept_as_they_are() -> None:
    response = {"resourceType": "QuestionnaireResponse", "id": "r", "status": "completed"}
    found = incoming(bundle(response), Nothing(), CLINIC_ID)
    assert done(found) == ["created"]
    assert (found.results[0].part, found.results[0].resource) == (None, response)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"request": {"method": "DELETE", "url": "Patient/p"}}, "not-supported"),
        ({"request": {"method": "GET", "url": "Patient"}}, "not-supported"),
        ({"fullUrl": "urn:x"}, "required"),
        ({"resource": {"resourceType": "Toast"}}, "not-supported"),
        ({"resource": patient(x=1)}, "structure"),
    ],
    ids=["delete", "get", "nothing", "type", "wrong"],
)
def test_an_entry_that_cannot_be_taken_over_says_why(entry: Element, code: str) -> None:
    found = incoming({"resourceType": "Bundle", "type": "batch", "entry": [entry]}, Nothing(), CLINIC_ID)
    assert done(found) == ["refused"]
    assert found.results[0].issues[0].code == code
    assert found.response()["entry"][0]["response"]["status"].startswith("422")


BESIDE = {"extension": [{"url": "urn:example:x", "valueString": "x"}]}


@pytest.mark.parametrize("name", ["method", "url"])
def test_a_request_with_an_extension_in_place_of_a_value_is_refused_and_no_other_entry(name: str) -> None:
    wrong = {"method": "POST", "url": "Patient", f"_{name}": BESIDE}
    del wrong[name]
    sent = bundle(patient(), patient(id="q"), kind="batch")
    sent["entry"][0]["request"] = wrong
    found = incoming(sent, Nothing(), CLINIC_ID)
    assert done(found) == ["refused", "created"]
    assert codes(found.results[0]) == [("error", "required", f"Bundle.entry[0].request.{name}")]


def test_a_bundle_with_an_extension_in_place_of_its_type_is_refused() -> None:
    sent = {**bundle(patient()), "_type": BESIDE}
    del sent["type"]
    with pytest.raises(RefusedError, match="types collection"):
        incoming(sent, Nothing(), CLINIC_ID)


def _without_value(node: Any) -> Iterator[tuple[dict[str, Any], str]]:  # noqa: ANN401 (any JSON)
    """Every primitive element of a resource that has a value and may have an extension in its place."""
    for name, value in list(node.items()) if isinstance(node, dict) else ():
        if isinstance(value, dict | list):
            for one in value if isinstance(value, list) else [value]:
                yield from _without_value(one)
        elif name != "resourceType" and f"_{name}" not in node:
            yield node, name


def test_an_extension_in_place_of_any_value_makes_nothing_fail_otherwise_than_with_a_refusal() -> None:
    whole = record_bundle(record(), "transaction", base=BASE) | {"type": "batch"}
    for number in range(len(whole["entry"])):
        entry = whole["entry"][number]
        for node, name in list(_without_value(entry)):
            value = node.pop(name)
            node[f"_{name}"] = BESIDE
            found = incoming({**whole, "entry": [entry]}, Everybody(), CLINIC_ID, source=SENDER)
            assert done(found)[0] in ("created", "changed", "refused", "unchanged"), name
            del node[f"_{name}"]
            node[name] = value


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"resourceType": "Patient"},
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "type": "message"},
        {"resourceType": "Bundle", "type": "collection", "entry": []},
        {"resourceType": "Bundle", "type": "collection", "entry": [None]},
        {"resourceType": "Bundle", "type": "collection", "entry": "x"},
        {"resourceType": "Bundle", "type": "collection", "entry": [{}] * (MOST_ENTRIES + 1)},
        {"resourceType": "Bundle", "type": "collection", "total": -1},
    ],
    ids=["list", "patient", "no-type", "message", "empty", "null", "text", "many", "total"],
)
def test_what_is_no_bundle_is_refused_as_a_whole(sent: object) -> None:
    with pytest.raises(RefusedError) as error:
        incoming(sent, Nothing(), CLINIC_ID)
    assert error.value.say("es")
    assert error.value.outcome()["issue"][0]["severity"] == "error"


def test_a_bundle_larger_than_is_read_is_refused() -> None:
    with pytest.raises(RefusedError, match="larger than"):
        read_bundle(json.dumps(bundle(patient())), Nothing(), CLINIC_ID, most_bytes=50)


def test_what_comes_in_is_not_altered() -> None:
    sent = bundle(patient(), condition())
    before = copy.deepcopy(sent)
    incoming(sent, Nothing(), CLINIC_ID, source=SENDER)
    assert sent == before


def test_both_validators_find_no_error_in_bundles_and_answers() -> None:
    whole = record()
    refused = incoming(bundle(patient(x=1), kind="transaction"), Nothing(), CLINIC_ID).response()
    answered = incoming(bundle(patient(), patient()), Nothing(), CLINIC_ID).response()
    links = {"self": f"{BASE}/Patient", "next": f"{BASE}/Patient?page=2"}
    first, second = [to_resource(whole.patient)], [to_resource(whole.clinic)]
    matched = bundle_of(first, "searchset", base=BASE, included=second, total=9, links=links)
    made = [record_bundle(whole, base=BASE), record_bundle(whole, "transaction"), matched, refused, answered]
    assert [[one for one in found if one.severity == "error"] for found in judged(made)] == [[], [], [], [], []]
    assert [entry["search"]["mode"] for entry in matched["entry"]] == ["match", "include"]


@pytest.mark.parametrize("number", [0, 2], ids=["none", "two"])
def test_a_record_has_exactly_one_patient(number: int) -> None:
    whole = record()
    with pytest.raises(RefusedError, match="exactly one Patient"):
        record_of([whole.clinic, *[whole.patient] * number])


@settings(max_examples=25)
@given(order=st.permutations(range(len(list(record().parts())))))
def test_the_order_of_entries_decides_nothing(order: list[int]) -> None:
    resources = [to_resource(part) for part in record().parts()]
    found = incoming(bundle(*[resources[number] for number in order]), Nothing(), CLINIC_ID)
    assert set(done(found)) == {"created"}
    assert not any(one.issues for one in found.results)
    assert sum(one.key == PATIENT for one in found.results) == 1
