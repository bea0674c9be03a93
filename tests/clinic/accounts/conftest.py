"""What the tests of accounts begin with: limits that count from nothing, and a clock that can be moved."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache

from tests.clinic.accounts.entering import Clock


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()  # allauth counts sign-ins a minute, of all tests of a process together


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Move the clock forward (or, with a minus, back) by seconds."""
    real, passed = time.time, 0.0

    def move(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(time, "time", lambda: real() + passed)
    return move
