"""Prefetched resources as facts: the answers to our questionnaires, and what else says the same in our own codes.

All of it is split into what is said of each area and read, for each, as one response, by the same strict reader: what
is not there stays unknown, and where two things are said of one fact, the later counts; where no time tells which that
is, the request is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dermograph.core.text import Text
from dermograph.exchange.cds_hooks.conditions import conditions_in
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime
from dermograph.exchange.cds_hooks.observed import Observed, observed_in, without_what_was_taken_back
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.responses import Response, check_each, read, responses_in, stated
from dermograph.exchange.cds_hooks.statements import BIRTH, Statement, merged, spoken
from dermograph.exchange.fhir.codes import questionnaire_url
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact

#: More areas than anybody is treated in at once: each costs as much as a whole request.
MOST_AREAS: Final = 30
#: The area of what tells neither a course nor a treatment.
_UNNAMED: Final = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one area of a patient who is not ours, for one treatment.

    Attributes:
        course: The request that its course is, as the sender names it; empty where nothing names one.
        words: What the sender calls it; empty where it has no words for it.
        is_one_of_several: Whether other areas are known as well.
    """

    protocol: Protocol
    answers: Answers
    course: str = ""
    words: str = ""
    is_one_of_several: bool = False


def told(request: HookRequest, library: Library, on: dt.date, now: dt.datetime) -> tuple[Told, ...]:
    """What a request tells, for each treatment whose questionnaire was answered, and for each area.

    An area is what responses are based on, or else what those to one questionnaire are about. Facts of the patient
    count for each area, whatever they were said with. Responses to questionnaires that are not ours are passed over.

    Args:
        request: With its prefetch.
        library: The protocols.
        on: The day that is decided for.
        now: The instant: what is dated later tells no time.

    Raises:
        HookError: 412 if no answers to a questionnaire of ours were sent along, or to another version; 400 if they
            cannot be understood, or two things are said of one fact and no time tells which is the later.
    """
    if "answers" not in request.prefetch:
        raise _nothing_known(
            Text(
                "This patient is not in our records, and no answers were sent along: nothing can be said.",
                "Este paciente no está en nuestros registros y no se han enviado respuestas: no puede decirse nada.",
            )
        )
    responses = responses_in(request, library)
    named = {one.protocol.id for one in responses if one.protocol is not None}
    protocols = [one for one in library.protocols.values() if one.id in named]
    if not protocols:
        raise _nothing_known(
            Text(
                "This patient is not in our records, and no answers to a questionnaire of ours were sent along: "
                "nothing can be said.",
                "Este paciente no está en nuestros registros y no se han enviado respuestas a ningún cuestionario "
                "nuestro: no puede decirse nada.",
            )
        )
    check_each(responses, protocols[0], on)
    facts = library.vocabulary.facts
    observed = observed_in(request, facts, now)
    said = [*_of_patient(request), *without_what_was_taken_back(stated(responses, now), observed)]
    derived, others = _derived(observed, responses)
    said += derived
    areas = _Areas(protocols, responses, said, facts)
    said = [areas.placed(one) for one in (*said, *others, *conditions_in(request, facts, now))]
    words = {one.course: one.words for one in responses if one.words}
    listed = areas.listed()
    if len(listed) > MOST_AREAS:
        raise HookError(400, _too_many(len(listed)))
    return tuple(
        Told(
            protocol,
            _answers([one for one in said if areas.is_about(one, protocol, course)], responses, protocol, on),
            course or "",
            words.get(course or "", ""),
            len(listed) > 1,
        )
        for protocol, course in listed
    )


def _nothing_known(words: Text) -> HookError:
    return HookError(412, Issue("required", words, "prefetch.answers"))


def _too_many(areas: int) -> Issue:
    return issue(
        "too-costly",
        "prefetch",
        f"{areas} areas are named; at most {MOST_AREAS} are answered at once.",
        f"Se nombran {areas} zonas; se responde a {MOST_AREAS} a la vez como máximo.",
    )


def _derived(observed: Sequence[Observed], responses: Sequence[Response]) -> tuple[list[Statement], list[Statement]]:
    """What Observations say that were derived from responses, with the place of those, and what the others say."""
    derived: list[Statement] = []
    others: list[Statement] = []
    for one in observed:
        if one.statement is None:
            continue
        sources = {(each.course, each.answers) for each in responses if each.resource.get("id") in one.of}
        statement = one.statement
        if len(sources) == 1 and not statement.courses:
            [(course, answers)] = sources
            statement = replace(statement, courses=frozenset({course} if course else ()), protocol=answers)
        (derived if sources else others).append(statement)
    return derived, others


class _Areas:
    """The areas that are known, each with the treatment asked about, and what is about which of them.

    Nothing that was said of one area counts for another: of responses that name no course, those to one questionnaire
    are about one area, which is not known to be that of another. What names neither a course nor a questionnaire
    belongs to the only area there is, or else to one of its own, and so does what names a request that no response is
    based on. The course of an area is None where only the questionnaire tells it, and empty where nothing does.
    """

    def __init__(
        self,
        protocols: Sequence[Protocol],
        responses: Sequence[Response],
        said: Sequence[Statement],
        facts: Mapping[str, Fact],
    ) -> None:
        self._protocols, self._facts = protocols, facts
        self._courses = {one.course for one in responses if one.course}
        self._found: dict[tuple[str, str | None], None] = {}
        loose = {one.protocol for one in said if self._is_of_area(one) and not one.courses}
        for protocol in protocols:
            own = {one.course or None: None for one in responses if one.asks(protocol)}
            for course in [*own] if protocol.id in loose or set(own) == {None} else filter(None, own):
                self._found[protocol.id, course] = None
        self._only = self._only_one(loose)

    def _only_one(self, loose: Collection[str]) -> tuple[str, str | None] | None:
        """The only area there is; None where something may be about another."""
        if len(self._found) != 1:
            return None
        [(protocol, course)] = self._found
        of_another = any(one != protocol and (one or course) for one in loose) or self._courses - {course}
        return None if of_another else (protocol, course)

    def _is_of_area(self, statement: Statement) -> bool:
        fact = self._facts.get(statement.fact)
        return fact is None or fact.scope != "patient"

    def placed(self, statement: Statement) -> Statement:
        """What anything says, with the courses that it is about, or else the protocol whose area it is about."""
        if not self._is_of_area(statement):
            return replace(statement, courses=frozenset())
        if known := statement.courses & self._courses:
            return replace(statement, courses=known)
        if not statement.courses and any(one.id == statement.protocol for one in self._protocols):
            return statement
        if not statement.courses and self._only is not None:
            protocol, course = self._only
            return replace(statement, courses=frozenset({course} if course else ()), protocol=protocol)
        unknown = min(statement.courses, default=_UNNAMED)
        for one in self._protocols:
            self._found[one.id, unknown] = None
        return replace(statement, courses=frozenset({unknown}))

    def is_about(self, statement: Statement, protocol: Protocol, course: str | None) -> bool:
        """Whether a placed statement counts for an area and a treatment."""
        if not self._is_of_area(statement):
            return True
        if statement.courses:
            return course in statement.courses
        return course is None and statement.protocol == protocol.id

    def listed(self) -> list[tuple[Protocol, str | None]]:
        """Every area with its treatment, in the order of the treatments."""
        return [(one, course) for one in self._protocols for key, course in self._found if key == one.id]


def _of_patient(request: HookRequest) -> Iterator[Statement]:
    """The date of birth."""
    patient = request.prefetch.get("patient")
    born = patient.get("birthDate") if patient is not None else None
    if isinstance(born, str):
        item = {"linkId": BIRTH, "answer": [{"valueDate": born}]}
        if statement := spoken(item, EffectiveTime()):
            yield statement


def _answers(said: Sequence[Statement], responses: Sequence[Response], protocol: Protocol, on: dt.date) -> Answers:
    """What holds for one area, read as one response.

    Raises:
        HookError: 412 if only an answer to another version says it.
    """
    last = merged(said)
    own = [one for one in responses if one.protocol is protocol]
    outdated = [one.questionnaire for one in last if one.questionnaire]
    if not any(one.is_present for one in own):
        outdated += [str(one.resource["questionnaire"]) for one in own]
    whole = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": (outdated or [questionnaire_url(protocol)])[0],
        "item": [one.item for one in last],
    }
    return read(whole, protocol, on)
