"""Whatever a record holds comes back from FHIR as it was, what is unknown included."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.exchange.fhir.bundle import record_bundle, record_of
from dermograph.exchange.fhir.map.tables import TABLES, from_resource, to_resource
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read.reading import read_resource
from dermograph.exchange.fhir.read_bundle import read_bundle
from dermograph.exchange.record.whole import Record
from tests.exchange.fhir.lookups import CLINIC_ID, Everybody
from tests.exchange.fhir.parts import parts, records


@pytest.mark.parametrize("field", TABLES)
@settings(max_examples=20)
@given(data=st.data())
def test_every_part_comes_back_from_its_resource_as_it_was(field: str, data: st.DataObject) -> None:
    part = data.draw(parts(field))
    text = json.dumps(to_resource(part))
    resource = read_resource(text)
    assert from_resource(resource) == part


@settings(max_examples=30)
@given(record=records(), base=st.sampled_from(["", "https://clinic.example/fhir"]))
def test_a_record_comes_back_from_a_bundle_as_it_was(record: Record, base: str) -> None:
    bundle = record_bundle(record, base=base)
    assert issues_of(bundle) == ()
    found = read_bundle(json.dumps(bundle), Everybody(record.patient.id), CLINIC_ID)
    assert {one.done for one in found.results} == {"created"}
    assert record_of(one.part for one in found.results if one.part) == record


@pytest.mark.parametrize("field", ["responses", "assessments", "issues", "plans"])
@settings(max_examples=30)
@given(data=st.data())
def test_what_follows_from_entries_can_be_changed_as_a_whole(field: str, data: st.DataObject) -> None:
    first, second = data.draw(parts(field)), data.draw(parts(field))
    received = from_resource(to_resource(first), "https://other.example/fhir")
    assert received is not None
    changed = dataclasses.replace(second, id=first.id, origin=received.origin)
    resource = to_resource(changed)
    assert issues_of(resource) == ()
    assert from_resource(resource) == changed
