"""What responses, Observations and Conditions say together, of each area: all of it counts, and nothing is guessed."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.exchange.cds_hooks.prefetched import MOST_AREAS, Told, told
from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.fhir.codes import ANSWERS, FACTS, canonical, questionnaire_url, word_link
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element, code_system, structure
from dermograph.exchange.fhir.map.codecs import PART_SYSTEM
from dermograph.protocols import load_library

LIBRARY = load_library()
PARAMEDICAL = LIBRARY.protocol("paramedical")
SCALP = LIBRARY.protocol("scalp")
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
MON, TUE = "2026-11-02T10:00:00Z", "2026-11-03T10:00:00Z"


def items(facts: dict[str, Any]) -> list[Element]:
    """Items of a response: a yes or no, a word, a number; None for "not known", a reason after ``!``."""
    made = []
    for name, value in facts.items():
        fact = LIBRARY.vocabulary.facts[name]
        if value is None or str(value).startswith("!"):
            code = "asked-unknown" if value is None else value[1:]
            made.append({"linkId": name, "extension": [{"url": ABSENT_REASON, "valueCode": code}]})
        elif isinstance(value, bool):
            made.append({"linkId": name, "answer": [{"valueBoolean": value}]})
        else:
            link = word_link(name) if fact.type == "date_or_word" else name
            coded = {"system": ANSWERS, "code": f"{name}.{value}"}
            made.append({"linkId": link, "answer": [{"valueCoding": coded}]})
    return made


def response(authored: str | None, facts: dict[str, Any], **more: Any) -> Element:  # noqa: ANN401 (members)
    """A response of somebody else's program to the questions of paramedical micropigmentation."""
    made: Element = {
        "resourceType": "QuestionnaireResponse",
        "id": str(uuid.uuid4()),
        "questionnaire": questionnaire_url(PARAMEDICAL),
        "status": "completed",
        "item": items(facts),
        **({"authored": authored} if authored else {}),
        **more,
    }
    return {name: value for name, value in made.items() if value is not None}


def tagged(name: str) -> Element:
    return {"meta": {"tag": [{"system": PART_SYSTEM, "code": name}]}}


def ours(authored: str | None, facts: dict[str, Any], course: str = "", **more: Any) -> Element:  # noqa: ANN401 (the same)
    """A part that one of our servers made of what one person wrote down on a day."""
    more = {"questionnaire": canonical("Questionnaire", "paramedical"), **tagged("response"), **more}
    return response(authored, facts, **based(course), **more)


def based(*courses: str) -> Element:
    return {"basedOn": [{"reference": f"ServiceRequest/{one}"} for one in courses if one]} if any(courses) else {}


def observation(fact: str, value: bool | str, when: str = "", **more: Any) -> Element:  # noqa: ANN401, FBT001 (members; the value)
    """An Observation of a fact of ours."""
    coded = {"coding": [{"system": ANSWERS, "code": f"{fact}.{value}"}]}
    return {
        "resourceType": "Observation",
        "id": str(uuid.uuid4()),
        "status": "final",
        "code": {"coding": [{"system": FACTS, "code": fact}]},
        **({"valueBoolean": value} if isinstance(value, bool) else {"valueCodeableConcept": coded}),
        **({"effectiveDateTime": when} if when else {}),
        **more,
    }


def answer_of(one: Element, fact: str, value: bool | str, at: str, before: Element | None = None) -> Element:  # noqa: FBT001 (the value)
    """The Observation that one of our servers makes of an answer in a part."""
    gone = {"valueReference": {"reference": f"Observation/{before['id']}"}} if before else {}
    more: Element = {"extension": [{"url": structure("supersedes"), **gone}]} if before else {}
    derived = [{"reference": f"QuestionnaireResponse/{one['id']}"}]
    more |= {"basedOn": one["basedOn"]} if "basedOn" in one else {}
    return observation(fact, value, at[:10], issued=at, derivedFrom=derived, **tagged("answer"), **more)


def bundle(resources: Iterable[Element]) -> Element:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def hook_request(prefetch: Mapping[str, Element | None], fhir_server: str = "") -> HookRequest:
    """A request that sends something along."""
    return HookRequest(
        hook="patient-view",
        instance=uuid.uuid4(),
        user="Practitioner/1",
        patient="p1",
        context={},
        prefetch=prefetch,
        fhir_server=fhir_server,
    )


def asked(answers: Iterable[Element], observations: Iterable[Element] = (), **more: Element) -> tuple[Told, ...]:
    """What is told by some responses and Observations, the same in whatever order they come."""
    answers, observations = list(answers), list(observations)

    def once(some: Iterable[Element], others: Iterable[Element]) -> tuple[Told, ...]:
        prefetch = {"answers": bundle(some), "observations": bundle(others), **more}
        request = hook_request(prefetch)
        return told(request, LIBRARY, TODAY, NOW)

    first = once(answers, observations)
    again = once(reversed(answers), reversed(observations))
    assert {one.course: one.answers for one in again} == {one.course: one.answers for one in first}
    return first


def facts(answers: Iterable[Element], observations: Iterable[Element] = (), **more: Element) -> dict[str, Any]:
    """What is known, of one area."""
    [one] = asked(answers, observations, **more)
    return dict(one.answers.facts)


def areas(
    answers: Iterable[Element], observations: Iterable[Element] = (), **more: Element
) -> dict[str, dict[str, Any]]:
    """What is known of each area, by its course."""
    return {one.course.rpartition("/")[2]: dict(one.answers.facts) for one in asked(answers, observations, **more)}


def refused(answers: Iterable[Element], observations: Iterable[Element] = ()) -> tuple[int, str]:
    """The status of a refusal, and its words."""
    with pytest.raises(HookError) as error:
        asked(answers, observations)
    return error.value.status, error.value.issues[0].words.en


# ── all responses count ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [ours, response], ids=["ours", "others"])
@pytest.mark.parametrize(
    ("first", "second"), [(MON, TUE), (TUE, MON), ("2026-11-02", "2026-11-02"), (None, None)],
    ids=["earlier", "later", "one-day", "undated"],
)  # fmt: skip
def test_what_another_response_does_not_ask_still_stands(make: Any, first: str | None, second: str | None) -> None:  # noqa: ANN401 (a call)
    known = facts([make(first, {"pregnant": True}), make(second, {"lesion": "scar", "infection": False})])
    assert known == {"pregnant": True, "lesion": "scar", "infection": False}


@given(
    st.lists(
        st.tuples(st.sampled_from((True, False, None)), st.sampled_from((MON, TUE, "2026-11-09", None))), max_size=4
    )
)
def test_a_yes_is_never_lost_to_anything_but_a_later_statement(said: list[tuple[bool | None, str | None]]) -> None:
    others = [response(when, {"lesion": "scar"} | ({"pregnant": value})) for value, when in said]
    known: dict[str, Any] | None = None
    with contextlib.suppress(HookError):
        known = facts([response("2026-11-07", {"pregnant": True}), *others])
    later = [value for value, when in said if when == "2026-11-09"]
    if known is None:
        otherwise = {when for value, when in said if value is not True}
        assert "2026-11-09" in otherwise or (otherwise and None in {when for _, when in said})
    else:
        assert known.get("pregnant") is (next(iter(later)) if later else True)


@pytest.mark.parametrize("make", [ours, response], ids=["ours", "others"])
@pytest.mark.parametrize("day", ["2026-11-02", None], ids=["one-day", "undated"])
def test_two_values_of_one_fact_that_no_time_orders_are_refused_by_the_name_of_the_fact(
    make: Any,  # noqa: ANN401 (a call)
    day: str | None,
) -> None:
    status, words = refused([make(day, {"pregnant": True, "lesion": "scar"}), make(day, {"pregnant": False})])
    assert (status, "pregnant" in words) == (400, True)


def test_nothing_in_an_older_response_is_passed_over_that_is_not_understood() -> None:
    wrong = response(MON, {}, item=[{"linkId": "pregnant", "answer": [{"valueDecimal": 1.5}]}])
    assert refused([wrong, response(TUE, {"pregnant": False})])[0] == 400


@pytest.mark.parametrize(("old", "status"), [(False, 412), (True, 200)], ids=["alone", "said-again"])
def test_what_only_an_older_version_asked_is_refused_not_forgotten(*, old: bool, status: int) -> None:
    outdated = response(MON, {"pregnant": True}, questionnaire=canonical("Questionnaire", "paramedical") + "|0.0.1")
    now = response(TUE, {"pregnant": False, "lesion": "scar"} if old else {"lesion": "scar"})
    if status == 200:
        assert facts([outdated, now]) == {"pregnant": False, "lesion": "scar"}
    else:
        assert refused([outdated, now])[0] == 412


def test_a_fact_of_the_patient_counts_whatever_questionnaire_it_was_said_with() -> None:
    scalp = canonical("Questionnaire", "scalp")
    both = asked([response(MON, {"pregnant": True}), response(TUE, {"infection": False}, questionnaire=scalp)])
    assert {one.protocol.id: one.answers.facts for one in both} == {
        "paramedical": {"pregnant": True},
        "scalp": {"pregnant": True, "infection": False},
    }


@pytest.mark.parametrize("named", [None, "https://x.example/Questionnaire/other"], ids=["none", "unknown"])
def test_a_part_of_ours_about_the_patient_counts_without_a_questionnaire_of_ours(named: str | None) -> None:
    patient = ours(MON, {"pregnant": True}, questionnaire=named)
    assert facts([patient, ours(TUE, {"lesion": "scar"}, "c1")]) == {"pregnant": True, "lesion": "scar"}
    assert refused([patient])[0] == 412


# ── when a part of ours was said ────────────────────────────────────────────────────────────────────────────────────


A: Element = {"author": {"reference": "Practitioner/a"}}
B: Element = {"author": {"reference": "Practitioner/b"}}


YES, NO, TWO_NOS = {"pregnant": True}, {"pregnant": False}, {"pregnant": False, "breastfeeding": False}
SOON, DAY_LATER, AFTER = "2026-11-02T11:00:00Z", "2026-11-03T11:00:00Z", "2026-11-03T11:00:01Z"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (ours(MON, NO, **A), ours(SOON, YES, **B), True),
        (ours(MON, YES, **A), ours(SOON, TWO_NOS, **B), None),
        (ours(MON, YES, **A), ours(SOON, NO, **B, status="amended"), None),
        (ours(MON, YES, **A), ours(DAY_LATER, TWO_NOS, **B), None),
        (ours(MON, YES, **A), ours(AFTER, TWO_NOS, **B), False),
        (ours(MON, {**TWO_NOS, **YES}, **A), ours(TUE, TWO_NOS, **A), False),
        (ours(MON, TWO_NOS, **A), ours(SOON, YES, **B), True),
    ],
    ids=["one-answer", "within-a-day", "replaced", "a-long-day", "longer", "same-person", "before"],
)
def test_the_last_instant_of_a_part_does_not_make_its_other_answers_the_later_ones(
    first: Element, second: Element, *, said: bool | None
) -> None:
    if said is None:
        assert "pregnant" in refused([first, second])[1]
    else:
        assert facts([first, second])["pregnant"] is said


def test_an_observation_of_the_same_answer_says_when_it_was_given() -> None:
    both = [
        ours("2026-11-02T11:00:00Z", {"pregnant": False, "breastfeeding": False}, **A),
        ours(MON, {"pregnant": True}, **B),
    ]
    assert "pregnant" in refused(both)[1]
    no = answer_of(both[0], "pregnant", False, "2026-11-02T09:00:00Z")
    assert facts(both, [no])["pregnant"] is True
    yes = answer_of(both[1], "pregnant", True, MON, before=no)
    assert facts(both, [no, yes])["pregnant"] is True


def test_what_a_later_answer_took_the_place_of_counts_no_more_even_where_only_days_are_told() -> None:
    both = [ours("2026-11-02", {"pregnant": True}, **A), ours("2026-11-03", {"pregnant": False}, **B)]
    no = answer_of(both[1], "pregnant", False, "2026-11-03T09:00:00Z")
    yes = answer_of(both[0], "pregnant", True, "2026-11-20T09:00:00Z", before=no)
    yes["effectiveDateTime"] = "2026-11-02"  # told later, of an earlier day
    assert facts(both)["pregnant"] is False
    assert facts(both, [no, yes])["pregnant"] is True


@pytest.mark.parametrize("what", ["fact", "time", "untagged"])
def test_an_answer_that_cannot_have_taken_the_place_of_another_does_not(what: str) -> None:
    one = ours(MON, {"pregnant": True}, **A)
    yes = answer_of(one, "pregnant", True, MON)
    fact, at = ("infection", TUE) if what == "fact" else ("pregnant", MON if what == "time" else TUE)
    later = answer_of({"id": "x"}, fact, True, at, before=yes)
    if what == "untagged":
        later |= {"meta": {}, "valueBoolean": True}
    assert facts([one], [yes, later])["pregnant"] is True


@pytest.mark.parametrize(("make", "known"), [(ours, None), (response, False)], ids=["ours", "others"])
def test_not_asked_takes_back_an_answer_of_ours_and_is_silence_of_others(make: Any, *, known: bool | None) -> None:  # noqa: ANN401 (a call)
    assert facts([make(MON, {"pregnant": False}), make(TUE, {"pregnant": "!not-asked"})]).get("pregnant") is known


# ── what was entered in error, amended, or has no time ──────────────────────────────────────────────────────────────


def test_a_response_entered_in_error_says_nothing_and_takes_back_what_it_said() -> None:
    wrong = ours(TUE, {"pregnant": False}, "", status="entered-in-error")
    before = {**wrong, "status": "completed", "authored": MON}
    derived = answer_of(wrong, "pregnant", False, TUE)
    rest = ours(MON, {"lesion": "scar"}, "c1")
    assert facts([wrong, rest]) == {"lesion": "scar"}
    assert facts([wrong, before, rest]) == {"lesion": "scar"}
    assert facts([wrong, rest], [derived]) == {"lesion": "scar"}
    assert refused([wrong])[0] == 412
    assert facts([wrong, ours(MON, {"pregnant": True}), rest])["pregnant"] is True


def test_an_observation_entered_in_error_takes_back_the_item_that_says_the_same() -> None:
    one = ours(MON, {"pregnant": False, "breastfeeding": True})
    wrong = {**answer_of(one, "pregnant", False, MON), "status": "entered-in-error"}
    assert facts([one], [wrong]) == {"breastfeeding": True}
    bare = {name: value for name, value in wrong.items() if not name.startswith("value")}
    assert facts([one], [bare]) == {"breastfeeding": True}
    again = answer_of(one, "pregnant", True, TUE, before=wrong)
    assert facts([one], [wrong, again])["pregnant"] is True
    assert facts([one], [observation("pregnant", True, MON, status="entered-in-error")])["pregnant"] is False


def test_a_correction_entered_in_error_takes_nothing_elses_place() -> None:
    one = ours(MON, {"pregnant": True})
    yes = answer_of(one, "pregnant", True, MON)
    wrong = {**answer_of({"id": "x"}, "pregnant", False, TUE, before=yes), "status": "entered-in-error"}
    assert facts([one], [yes, wrong])["pregnant"] is True


@pytest.mark.parametrize("status", ["preliminary", "registered", "cancelled", "unknown"])
def test_an_observation_that_does_not_count_takes_nothing_back_either(status: str) -> None:
    one = ours(MON, {"pregnant": True})
    unsure = {**answer_of(one, "pregnant", True, MON), "status": status}
    assert facts([one], [unsure])["pregnant"] is True


@pytest.mark.parametrize("make", [ours, response], ids=["ours", "others"])
def test_an_amended_response_counts_at_its_own_time(make: Any) -> None:  # noqa: ANN401 (a call)
    said = [make(MON, {"pregnant": True}, **A), make(TUE, {"pregnant": False}, status="amended", **A)]
    assert facts(said)["pregnant"] is False


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        ("2026-11-23T12:10:00Z", True), ("2026-11-23T12:10:01Z", False), ("2026-11-24", True),
        ("2026-11-25", False), ("2099-01-01", False),
    ],
    ids=["clock", "ahead", "elsewhere", "day", "far"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["response", "ours", "observation"])
def test_what_is_dated_in_the_future_is_later_than_nothing(kind: str, when: str, *, counts: bool) -> None:
    yes, rest = response(MON, {"pregnant": True}), response(MON, {"lesion": "scar"})
    no = {
        "response": ([response(when, {"pregnant": False})], []),
        "ours": ([ours(when, {"pregnant": False})], []),
        "observation": ([], [observation("pregnant", False, when)]),
    }[kind]
    if counts:
        assert facts([yes, *no[0]], no[1])["pregnant"] is False
    else:
        assert "pregnant" in refused([yes, *no[0]], no[1])[1]
    assert facts([rest, *no[0]], no[1])["pregnant"] is False


# ── areas ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_course_has_its_own_facts_and_the_patients_count_in_each() -> None:
    said = [
        ours(MON, {"infection": True, "lesion": "scar"}, "c1"),
        ours(TUE, {"infection": False, "lesion": "stria"}, "c2"),
        ours(TUE, {"pregnant": True}),
    ]
    expected = {
        "c1": {"infection": True, "lesion": "scar", "pregnant": True},
        "c2": {"infection": False, "lesion": "stria", "pregnant": True},
    }
    assert areas(said) == expected
    late = [observation("healed", value, TUE, **based(course)) for course, value in (("c1", False), ("c2", True))]
    known = areas(said, late)
    assert {course: one["healed"] for course, one in known.items()} == {"c1": False, "c2": True}
    focus = observation("healed", True, TUE, focus=[{"reference": "ServiceRequest/c2"}])
    assert [("healed" in one) for one in areas(said, [focus]).values()] == [False, True]


def test_a_patients_fact_counts_in_each_course_whatever_it_is_based_on() -> None:
    said = [ours(MON, {"lesion": "scar"}, "c1"), ours(MON, {"lesion": "stria"}, "c2")]
    order = observation("pregnant", True, TUE, **based("a-laboratory-order"))
    assert [one["pregnant"] for one in areas(said, [order]).values()] == [True, True]
    whole = response(TUE, {"pregnant": True, "lesion": "scar"}, **based("c1"))
    assert [one["pregnant"] for one in areas([whole, said[1]]).values()] == [True, True]


@pytest.mark.parametrize("ref", ["", "another"], ids=["nothing", "another"])
def test_what_is_about_no_area_that_is_known_counts_for_none_of_several_and_is_not_lost(ref: str) -> None:
    said = [ours(MON, {"infection": True}, "c1"), ours(MON, {"lesion": "stria"}, "c2")]
    no = observation("infection", False, TUE, **based(ref))
    known = areas(said, [no])
    assert known["c1"] == {"infection": True}
    assert known["c2"] == {"lesion": "stria"}
    assert known[ref] == {"infection": False}


def test_a_response_about_no_course_is_an_area_of_its_own_beside_a_course() -> None:
    known = areas([ours(MON, {"infection": True}, "c1"), response(TUE, {"infection": False, "pregnant": True})])
    assert known == {"c1": {"infection": True, "pregnant": True}, "": {"infection": False, "pregnant": True}}


def test_a_condition_of_no_area_counts_where_one_area_is_known() -> None:
    condition = {"resourceType": "Condition", "code": {"coding": [{"system": ANSWERS, "code": "lesion.scar"}]}}
    assert facts([ours(MON, {"infection": True}, "c1")], conditions=condition) == {"infection": True, "lesion": "scar"}
    gone = {**condition, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    assert facts([ours(MON, {"infection": True}, "c1")], conditions=gone) == {"infection": True}


def test_the_same_course_may_be_named_by_an_address_on_the_senders_server() -> None:
    said = ours(MON, {"infection": True}, "c1")
    far = {"basedOn": [{"reference": "https://x.example/fhir/ServiceRequest/c1/_history/2", "display": "back"}]}
    prefetch = {"answers": bundle([said, response(TUE, {"lesion": "scar"}, **far)])}
    request = hook_request(prefetch, fhir_server="https://x.example/fhir")
    [one] = told(request, LIBRARY, TODAY, NOW)
    assert (one.course, one.words, one.is_one_of_several) == ("ServiceRequest/c1", "back", False)
    assert set(one.answers.facts) == {"infection", "lesion"}


def test_what_a_response_contains_names_no_area_of_another() -> None:
    said = [response(MON, {"infection": value}, basedOn=[{"reference": "#a"}]) for value in (True, False)]
    assert sorted(one["infection"] for one in areas(said).values()) == [False, True]


@pytest.mark.parametrize("many", [MOST_AREAS - 1, MOST_AREAS, MOST_AREAS + 1], ids=["below", "at", "above"])
def test_more_areas_than_anybody_has_are_refused(many: int) -> None:
    said = [ours(MON, {"infection": True}, f"c{number}") for number in range(many)]
    if many > MOST_AREAS:
        assert refused(said)[0] == 400
    else:
        assert len(asked(said)) == many


def test_parts_of_two_treatments_are_told_apart() -> None:
    scalp = ours(MON, {"infection": True}, "c2", questionnaire=canonical("Questionnaire", "scalp"))
    known = asked([ours(MON, {"infection": False}, "c1"), scalp])
    assert [(one.protocol.id, one.course, one.answers.facts["infection"]) for one in known] == [
        (protocol.id, f"ServiceRequest/{course}", course == "c2")
        for protocol, course in sorted(
            ((PARAMEDICAL, "c1"), (SCALP, "c2")), key=lambda one: list(LIBRARY.protocols.values()).index(one[0])
        )
    ]


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("codes", "value"),
    [
        ([(ANSWERS, "lesion.scar")], "scar"),
        ([(FACTS, "scar")], "scar"),
        ([(FACTS, "scar"), (ANSWERS, "lesion.scar")], "scar"),
        ([(FACTS, "stria"), (ANSWERS, "lesion.scar")], None),
        ([(ANSWERS, "lesion.stria"), (ANSWERS, "lesion.scar")], None),
        ([(FACTS, "no-such-word")], None),
        ([(code_system("other"), "scar")], None),
    ],
    ids=["answers", "facts", "both", "differ", "two", "unknown", "elsewhere"],
)
def test_the_word_of_an_answer_is_read_in_either_system_and_never_guessed(
    codes: list[tuple[str, str]], value: str | None
) -> None:
    rest = [response(MON, {"pregnant": False})]
    for order in itertools.permutations(codes):
        coding = [{"system": system, "code": code} for system, code in order]
        one = {**observation("lesion", "scar", TUE), "valueCodeableConcept": {"coding": coding}}
        if value is None:
            assert refused(rest, [one])[0] == 400
        else:
            assert facts(rest, [one])["lesion"] == value
