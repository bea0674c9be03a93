"""A course whose facts are known, and a count of requests that begins anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.api import limit
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course
from dermograph.protocols import load_library


@pytest.fixture(autouse=True)
def fresh_count() -> Iterator[None]:
    """No test is held up by what another asked for."""
    limit.forget()
    yield
    limit.forget()


def answered(course: Course, **facts: Any) -> None:  # noqa: ANN401 (JSON)
    """Write answers down, of the patient or of the course as each fact has it."""
    vocabulary = load_library().vocabulary.facts
    for name, value in facts.items():
        Answer.objects.create(
            clinic=course.clinic,
            patient=course.patient,
            course=None if vocabulary[name].scope == "patient" else course,
            fact=name,
            value=value,
            answered_on=timezone.now().date() - dt.timedelta(days=1),
        )


#: Of somebody whom nothing speaks against.
CLEAR: dict[str, Any] = {
    name: (
        False
        if fact.type == "boolean"
        else next((word for word, meaning in fact.meanings.items() if meaning == "never"), None)
        if fact.type == "date_or_word"
        else "none"
        if "none" in fact.values
        else None
    )
    for name, fact in load_library().vocabulary.facts.items()
} | {"lesion": "stria", "stage": "white", "phototype": 2}


def clear(course: Course, **but: Any) -> None:  # noqa: ANN401 (JSON)
    """Write down that nothing speaks against a session, but for some facts; None leaves one unknown."""
    answered(course, **{name: value for name, value in {**CLEAR, **but}.items() if value is not None})
