"""Of patients who want one time at the same moment one gets it and the others are told; nobody gets two."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.clinic.at_once import run_apart
from tests.clinic.portal.at_once import PATIENTS, WINDOWS, ask_at_once

EXPECTED = {
    "same": [302, *[409] * (PATIENTS - 1)],
    "told": PATIENTS - 1,
    "windows": [302, *[422] * (WINDOWS - 1)],
    "appointments": 2,
    "changes": 2,
    "occupied": 72,
    "broken_at": None,
}


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="on PostgreSQL the next test does it")
def test_of_many_patients_at_once_one_gets_the_time_and_nobody_gets_two(tmp_path: Path) -> None:
    assert run_apart("tests.clinic.portal.at_once", tmp_path) == EXPECTED


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="on SQLite the test before does it")
@pytest.mark.django_db(transaction=True)
def test_of_many_patients_at_once_one_gets_the_time_on_postgresql() -> None:
    assert ask_at_once() == EXPECTED
