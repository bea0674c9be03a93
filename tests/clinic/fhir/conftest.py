"""A program with a token, and records of every kind to ask for."""

from __future__ import annotations

from typing import Any

import pytest

from dermograph.clinic.people.models import Membership
from tests.clinic.api.asking import fresh_count
from tests.clinic.fhir.fhir_asking import Program, program
from tests.clinic.test_permissions import records as every_record

__all__ = ["every_record", "fresh_count"]


@pytest.fixture
def records(every_record: dict[str, Any]) -> dict[str, Any]:
    """One record of each kind; what was received without being a whole resource is left out."""
    if "received" in every_record:
        every_record["received"].delete()
    return every_record


@pytest.fixture
def lead_program(records: dict[str, Any], lead: Membership) -> Program:
    """A program of the medical lead, in a clinic with records."""
    return program(lead)


@pytest.fixture
def empty_program(lead: Membership) -> Program:
    """A program of the medical lead, in a clinic without records."""
    return program(lead)
