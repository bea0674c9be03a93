"""Whatever is posted: no 500, and no answer that the engine would refuse."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dermograph.clinic.facts import case_of, read_value, today
from dermograph.clinic.intake.models import Answer, Happening
from dermograph.clinic.people.models import Course, Membership
from dermograph.protocols import load_library
from dermograph.protocols.field import Field, Node
from dermograph.protocols.read_condition import read_fact_value
from dermograph.protocols.vocabulary import MISSING
from tests.clinic.conftest import signed_in

VOCABULARY = load_library().vocabulary
WORDS = sorted({word for fact in VOCABULARY.facts.values() for word in (*fact.values, *fact.words)})
odd = st.text(max_size=30) | st.sampled_from(
    ["\x00", "true\x00", "²", "١", "-1", "1e9", "9" * 400, "[]", "None", "nan"]
)
days = st.dates().map(lambda day: day.isoformat())
values = st.one_of(odd, days, st.sampled_from(["true", "false", "1", "4", "0", *WORDS]), st.integers().map(str))
names = st.sampled_from([*VOCABULARY.facts, "nothing"]) | odd
reasons = st.sampled_from(["", *MISSING]) | odd
ids = st.one_of(st.just(""), st.uuids().map(str), odd)
fields = st.fixed_dictionaries(
    {"fact": names, "value": values},
    optional={"missing": reasons, "entry": ids, "supersedes": ids, "reason": st.text(max_size=2500)},
)
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.django_db
@quick
@given(sent=fields, good=st.booleans(), htmx=st.booleans())
def test_no_answer_surprises(
    course: Course,
    practitioner: Membership,
    sent: dict[str, str],
    good: bool,  # noqa: FBT001 (Hypothesis gives it by name)
    htmx: bool,  # noqa: FBT001 (Hypothesis gives it by name)
) -> None:
    before = Answer.objects.count()
    desk = signed_in(practitioner)
    if good:  # a form of ours with odd contents goes further than a form that is not ours
        sent = {**sent, "entry": str(uuid.uuid4()), "supersedes": standing(course, sent["fact"])}
    headers: dict[str, Any] = {"HX-Request": "true"} if htmx else {}
    answer = desk.post(reverse("assessment_answer", args=[course.pk]), sent, headers=headers)
    assert answer.status_code in (200, 302, 422)
    assert Answer.objects.count() - before in (0, 1)
    if answer.status_code == 422:
        assert Answer.objects.count() == before
    for row in Answer.objects.all():
        fact = VOCABULARY.facts[row.fact]
        assert (row.missing in MISSING) != (row.missing == "")
        if not row.missing:
            value = read_value(fact, row.value)
            assert read_fact_value(Field(Node(row.value, 0), fact.id, ""), fact) == value
    case_of(course, today(course))


def standing(course: Course, fact: str) -> str:
    found = Answer.objects.filter(patient=course.patient, fact=fact.replace("\x00", "")).standing().first()
    return str(found.pk) if found else ""


@pytest.mark.django_db
@quick
@given(
    sent=st.fixed_dictionaries(
        {},
        optional={
            "what": st.sampled_from([*VOCABULARY.events, "nothing"]) | odd,
            "first": days | odd,
            "last": days | odd,
            "everywhere": odd,
            "entry": ids,
        },
    )
)
def test_no_happening_surprises(course: Course, practitioner: Membership, sent: dict[str, str]) -> None:
    answer = signed_in(practitioner).post(reverse("happening_new", args=[course.pk]), sent)
    assert answer.status_code in (302, 422)
    for row in Happening.objects.all():
        assert row.what in VOCABULARY.events
        assert row.first <= row.last
    case_of(course, today(course))


ADDRESSES = ["assessment_sign", "assessment_answer", "happening_new", "consent_sign"]


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"entry": "\x00"},
        {"entry": str(uuid.uuid4())},
        {"entry": "a" * 100_000},
        {"entry": str(uuid.uuid4()), "supersedes": "1", "text": "1", "seen": "1", "fact": "x", "what": "x"},
        {"entry": ["a", "b"], "fact": ["lesion", "stage"], "purpose": ["\x00"] * 500, "strokes": "[" * 100_000},
    ],
)
def test_an_empty_or_broken_form_is_refused_in_words(
    name: str, sent: dict[str, Any], course: Course, practitioner: Membership
) -> None:
    answer = signed_in(practitioner).post(reverse(name, args=[course.pk]), sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_an_answer_of_another_patient_is_not_found_by_its_number(course: Course, practitioner: Membership) -> None:
    from dermograph.clinic.people.models import Area, Patient

    other = Patient.objects.create(clinic=course.clinic, number=2, given_names="Ana", family_names="Gil")
    area = Area.objects.create(patient=other, name="neck", view="front")
    theirs = Answer.objects.create(
        clinic=course.clinic, patient=other, fact="pregnant", value=True, answered_on=today(course)
    )
    Course.objects.create(clinic=course.clinic, patient=other, area=area, treatment="paramedical")
    sent = {"entry": str(theirs.pk), "fact": "pregnant", "value": "false", "supersedes": ""}
    answer = signed_in(practitioner).post(reverse("assessment_answer", args=[course.pk]), sent)
    assert answer.status_code == 422
    assert Answer.objects.count() == 1
    assert "Ana" not in answer.content.decode()
