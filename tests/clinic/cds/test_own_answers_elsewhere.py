"""What one clinic's server makes of its answers, sent along to another's: the cards say what the first one's own do."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dermograph.clinic import facts
from dermograph.clinic.handover.outgoing.responses import said
from dermograph.clinic.handover.shelf import Asked, Shelf
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Role
from dermograph.core.dates import FIRST_DAY
from dermograph.exchange.cds_hooks.prefetched import told
from dermograph.exchange.fhir.map.tables import to_resource
from dermograph.exchange.fhir.read.reading import checked
from dermograph.exchange.record import clinical
from dermograph.exchange.record.partial import PartialDate
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import MISSING, Fact, Missing
from tests.clinic.cds.asking import BOOK, VIEW, Json, Program, appointment, book, bundled, program, view
from tests.clinic.conftest import member
from tests.exchange.cds_hooks.test_prefetched import hook_request

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def say(course: Course, who: Membership, **answers: Any) -> None:  # noqa: ANN401 (answers)
    """Write answers down."""
    for fact, value in answers.items():
        answer_fact(course=course, who=who.user, fact=fact, value=value)


def sent(course: Course, *kinds: str) -> Json:
    """What a server gives for the prefetch of the services."""
    shelf = Shelf(course.clinic)
    names = {"QuestionnaireResponse": "answers", "Observation": "observations"}

    def found(kind: str) -> list[Json]:
        return [dict(one.resource) for one in shelf.search(Asked(kind, patient=course.patient_id)).stored]

    return {names[kind]: bundled("searchset", *found(kind)) for kind in kinds or names}


@pytest.fixture
def elsewhere() -> Program:
    """A program of another clinic, to which the patient is not known."""
    clinic = Clinic.objects.create(name="Otra", slug="otra", time_zone="Europe/Madrid", language="en")
    return program(member(clinic, Role.MEDICAL_LEAD, "Otra Persona", ("paramedical",)))


def reasons(cards: Sequence[Json]) -> set[str]:
    """What the cards say of the treatment, without what they say of days."""
    return {one["summary"] for one in cards if "days" not in one["summary"] and "day for" not in one["summary"]}


KINDS = [("QuestionnaireResponse",), ("QuestionnaireResponse", "Observation")]


@pytest.mark.parametrize("kinds", KINDS, ids=["responses", "observations-too"])
def test_what_the_patient_said_is_not_dropped_for_a_later_answer_about_the_area(
    course: Course, practitioner: Membership, elsewhere: Program, kinds: tuple[str, ...]
) -> None:
    say(course, practitioner, pregnant=True, lesion="scar", onset="2020-05-01", healed=True, infection=False)
    own = reasons(program(practitioner).cards(VIEW, view(course.patient_id)))
    assert "Nobody is treated during pregnancy." in own
    assert reasons(elsewhere.cards(VIEW, view(course.patient_id, sent(course, *kinds)))) >= own


@pytest.mark.parametrize("kinds", KINDS, ids=["responses", "observations-too"])
def test_answers_of_two_people_of_one_day_are_put_together_and_corrected(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Program, kinds: tuple[str, ...]
) -> None:
    say(course, practitioner, pregnant=False, lesion="scar", infection=False)
    say(course, lead, pregnant=True, infection=True)
    cards = elsewhere.cards(VIEW, view(course.patient_id, sent(course, *kinds)))
    assert reasons(cards) >= reasons(program(practitioner).cards(VIEW, view(course.patient_id)))


def test_two_responses_of_a_day_alone_are_put_together(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Program
) -> None:
    told_on = dt.date(2026, 11, 20)
    for who, fact, value in ((practitioner, "pregnant", True), (lead, "breastfeeding", False)):
        answer_fact(course=course, who=who.user, fact=fact, value=value, told_on=told_on, reason="letter")
    answers = sent(course, "QuestionnaireResponse")
    assert [one["resource"]["authored"] for one in answers["answers"]["entry"]] == ["2026-11-20"] * 2
    cards = elsewhere.cards(VIEW, view(course.patient_id, answers))
    assert "Nobody is treated during pregnancy." in reasons(cards)
    answer_fact(course=course, who=lead.user, fact="pregnant", value=False, told_on=told_on, reason="telephone")
    for kinds in KINDS:
        cards = elsewhere.cards(VIEW, view(course.patient_id, sent(course, *kinds)))
        assert "Nobody is treated during pregnancy." not in reasons(cards)


@pytest.fixture
def back(course: Course, practitioner: Membership) -> Course:
    """Another course of the same protocol, of another area."""
    area = Area.objects.create(patient=course.patient, name="back", view="back", x=0.5, y=0.5)
    whose = {"clinic": course.clinic, "patient": course.patient, "lead": practitioner}
    return Course.objects.create(**whose, area=area, treatment="paramedical")


@pytest.mark.parametrize("kinds", KINDS, ids=["responses", "observations-too"])
def test_of_two_areas_each_has_its_own_reasons_and_every_card_names_its_area(
    course: Course, back: Course, practitioner: Membership, elsewhere: Program, kinds: tuple[str, ...]
) -> None:
    say(course, practitioner, infection=True, lesion="scar", pregnant=True)
    say(back, practitioner, infection=False, lesion="stria")
    prefetch = sent(course, *kinds)
    cards = elsewhere.cards(VIEW, view(course.patient_id, prefetch))
    names = {f"ServiceRequest/{one.pk}": one for one in (course, back)}
    assert all(sum(name in one["detail"] for name in names) == 1 for one in cards)
    about = {one.pk: [card for card in cards if name in card["detail"]] for name, one in names.items()}
    assert [any("infection" in card["summary"] for card in about[one.pk]) for one in (course, back)] == [True, False]
    assert all(any("regnan" in card["summary"] for card in some) for some in about.values())
    for one in prefetch["answers"]["entry"]:
        for each in one["resource"].get("basedOn", ()):
            each["display"] = names[each["reference"]].area.name
    cards = elsewhere.cards(VIEW, view(course.patient_id, prefetch))
    assert {card["detail"].partition("\n")[0].rpartition(": ")[2] for card in cards} == {
        f"{one.area.name}**" for one in (course, back)
    }


def test_an_appointment_of_one_course_is_not_judged_by_another(
    course: Course, back: Course, practitioner: Membership, elsewhere: Program
) -> None:
    say(course, practitioner, infection=True, lesion="scar")
    say(back, practitioner, infection=False, lesion="stria")
    prefetch, key = sent(course), course.patient_id
    soon = (NOW + dt.timedelta(days=400)).isoformat()

    def about(*based_on: Course) -> set[bool]:
        named = [{"reference": f"ServiceRequest/{one.pk}"} for one in based_on]
        more = {"basedOn": named} if named else {}
        cards = elsewhere.cards(BOOK, book(key, appointment(key, soon, **more), prefetch=prefetch))
        return {f"{course.pk}" in one["detail"] for one in cards}

    assert (about(course), about(back), about()) == ({True}, {False}, {True, False})


@pytest.mark.parametrize("number", range(4))
def test_elsewhere_is_known_of_each_area_what_the_clinic_itself_goes_by(
    course: Course, back: Course, practitioner: Membership, lead: Membership, number: int
) -> None:
    chance = random.Random(number)
    for _ in range(12):
        said = chance.choice((True, False, "not_known", "not_asked"))
        more: dict[str, Any] = {"missing": said} if isinstance(said, str) else {"value": said}
        if chance.random() < 0.3:
            more |= {"told_on": facts.today(course) - dt.timedelta(days=chance.randint(1, 3)), "reason": "letter"}
        answer_fact(
            course=chance.choice((course, back)),
            who=chance.choice((practitioner.user, lead.user, None)),
            fact=chance.choice(("pregnant", "breastfeeding", "infection", "healed", "herpes")),
            **more,
        )
    now, today = timezone.now(), facts.today(course)
    for kinds in KINDS:
        found = told(hook_request(sent(course, *kinds)), load_library(), today, now)
        known = {one.course.rpartition("/")[2]: one.answers.facts for one in found}
        for one in (course, back):
            own = facts.case_of(one, today).areas[0].facts
            assert known[str(one.pk)] == {name: value for name, value in own.items() if name != "birth_date"}


# ── every answer, there and back ────────────────────────────────────────────────────────────────────────────────────

FACTS = load_library().vocabulary.facts


def stored(fact: Fact) -> st.SearchStrategy[Any]:
    """What a row may hold for a fact."""
    day = st.dates(FIRST_DAY, NOW.date()).map(dt.date.isoformat)
    word = st.sampled_from([*(fact.values or fact.words), "?"]).filter(lambda one: one != "?")
    return {
        "boolean": st.booleans(),
        "integer": st.integers(fact.low, fact.high),
        "choice": word,
        "date": day,
        "date_or_word": day | word,
    }[fact.type]


ROWS = st.sampled_from(sorted(FACTS)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        stored(FACTS[name]).map(lambda one: (one, "")) | st.sampled_from(sorted(MISSING)).map(lambda why: (None, why)),
    )
)


@given(ROWS)
def test_every_answer_is_read_back_from_the_observation_that_it_is_written_as(row: tuple[str, tuple[Any, str]]) -> None:
    name, (value, missing) = row
    part = clinical.Answer(
        id=uuid.uuid4(), fact=name, value=said(name, value, missing), answered_on=PartialDate("2026-11-01")
    )
    resource = checked(to_resource(part), "Observation")
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": "urn:dermograph:fhir/Questionnaire/paramedical",
    }
    request = hook_request({"answers": response, "observations": resource})
    [one] = told(request, load_library(), NOW.date(), NOW)
    if missing:
        assert name not in one.answers.facts
        kept = {"expired": "not_known"}.get(missing, missing)  # data-absent-reason has no word for too old
        assert dict(one.answers.missing) == {name: Missing(kept)}
    else:
        is_day = isinstance(value, str) and value[:4].isdigit()
        assert dict(one.answers.facts) == {name: dt.date.fromisoformat(value) if is_day else value}


def test_the_written_answers_are_of_every_fact() -> None:
    assert {fact.type for fact in FACTS.values()} == {"boolean", "integer", "choice", "date", "date_or_word"}
    assert len(FACTS) > 30
