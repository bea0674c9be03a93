"""A QuestionnaireResponse to a protocol's questions as answers of a course, through the writer of answers."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction

from dermograph.clinic import facts
from dermograph.clinic.handover.filing import Filing, Note, day_of, protocol_asked
from dermograph.clinic.handover.retracting import Version, is_withdrawn, take_back
from dermograph.clinic.handover.sender import Others
from dermograph.clinic.intake.known import BIRTH
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Course
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.protocols import load_library
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import FactValue, Missing

_ERROR: Final = "entered-in-error"
_WHOLE: Final = ("completed", "amended")
_NO_DAY: Final = Text(
    "It does not say on which day it was answered, or says one to come: it is kept, and answers nothing.",
    "No indica qué día se respondió, o indica uno futuro: se guarda, pero no responde a nada.",
)
_OTHER_BIRTH: Final = Text(
    "The date of birth that it gives is not the one in the record, which stays.",
    "La fecha de nacimiento que indica no es la de la ficha, que se mantiene.",
)
_NO_COURSE: Final = Text("No open course here asks this.", "Ningún curso abierto aquí pregunta esto.")
_IN_ERROR: Final = Text("It was entered in error: it answers nothing.", "Se introdujo por error: no responde a nada.")
_INCOMPLETE: Final = Text(
    "It is not complete: it is kept, and answers nothing.",
    "No está completo: se guarda, pero no responde a nada.",
)
_FOLLOWS: Final = Text(
    "It follows from the entries of a record, and comes with them: it is kept, and answers nothing.",
    "Se deduce de las anotaciones de una historia y llega con ellas: se guarda, pero no responde a nada.",
)
_NOT_OURS: Final = Text(
    "It answers no questionnaire of ours: it is kept, and answers nothing.",
    "No responde a ningún cuestionario nuestro: se guarda, pero no responde a nada.",
)


@dataclass(frozen=True, slots=True)
class _Said:
    answers: Answers
    on: dt.date

    def is_said(self, one: Answer) -> bool:
        """Whether it says an answer that was written as it was written."""
        given, why = self.answers.facts, self.answers.missing.get(one.fact)
        if one.answered_on != self.on or (why is None and one.fact not in given):
            return False
        return one.missing == why.why if why else not one.missing and one.value == facts.stored_value(given[one.fact])

    def without(self, skipped: frozenset[str]) -> _Said:
        """The same but for some facts."""
        given = self.answers
        known = {fact: value for fact, value in given.facts.items() if fact not in skipped}
        missing = {fact: why for fact, why in given.missing.items() if fact not in skipped}
        partial = {fact: part for fact, part in given.partial.items() if fact not in skipped}
        return _Said(Answers(known, missing, partial), self.on)


def take_answers(version: Version, filing: Filing, others: Others) -> list[Note]:
    """Write the answers of a response, all of them or none, and take back what it says no longer.

    What it says of an area is written into the course that it is filed with, and into no other; what it says of the
    patient holds for all of their courses.

    An answer that the clinic wrote down on the same day or later stands, and "not known" takes nothing back that the
    clinic knows. What former versions of the same response answered never stands against it: it is replaced, and what
    the new version does not say as it was said, counts as not asked, in whatever course and with whomever it was
    written. So it is where the new version answers nothing at all: entered in error, not complete, without a whole day,
    not understood. What the clinic had answered before a former version did so does not come back by itself.

    Nor does what other responses of the same sender answered stand against it, where both follow from entries: what the
    sender said last counts, whatever the days are. Where it cannot be written, what it contradicts counts as not asked.

    Args:
        version: What is about to be kept.
        filing: Where they belong by what it says itself. Without an open course whose protocol asks them nothing is
            written, but taken back.
        others: What other responses of the same sender said before, where all of them follow from entries.

    Returns:
        What was not taken over or is taken back, and why; the response itself is kept in any case.
    """
    filing = filing.after(version)
    protocol = facts.protocol_of(filing.course) if filing.course else protocol_asked(version.resource)
    theirs = version.standing()
    if protocol is None and not theirs and not others.contradicted:
        return []
    told: list[Note] = []
    kept: set[uuid.UUID] = set()
    try:
        said = _read(version, protocol)
        if isinstance(said, Text):
            told = [Note(said)]
        else:
            told, skipped = _skipped(said, filing)
            here = (one for one in theirs if one.patient_id == version.patient and one.fact not in others.outdated)
            kept = {one.pk for one in here if one.fact in skipped and filing.fits(one) and said.is_said(one)}
            if filing.course is not None:
                with transaction.atomic():
                    kept |= _written(version, filing.course, said.without(skipped), others, told)
    except InputError as error:  # if it says the same, then it is our questions that changed
        told, kept = [Note(_told(error))], {one.pk for one in theirs if version.says_the_same}
    if others.contradicted and version.resource.get("status") in _WHOLE:
        whose = {version.patient} if version.patient else set()
        both = replace(_with(version, others), patients=version.patients | whose)
        kept |= {one.pk for one in both.standing() if not version.gave(one)} - others.contradicted
        return [*told, *map(Note, take_back(both, kept))]
    return [*told, *map(Note, take_back(version, kept))] if theirs else told


def _with(version: Version, others: Others) -> Version:
    """The same, as if the other responses were former versions of it."""
    return replace(version, former=(*version.former, *others.rows))


def _read(version: Version, protocol: Protocol | None) -> _Said | Text:
    """What a response says, or why it answers nothing."""
    status = version.resource.get("status")
    if status == _ERROR:
        return _IN_ERROR
    if version.follows:
        return _FOLLOWS
    if protocol is None:
        return _NOT_OURS
    if status not in _WHOLE:
        return _INCOMPLETE
    on = day_of(version.resource, version.clinic)
    if on is None:
        return _NO_DAY
    return _Said(read_questionnaire_response(version.resource, protocol, on=on), on)


def _skipped(said: _Said, filing: Filing) -> tuple[list[Note], frozenset[str]]:
    """Of which facts nothing is written, and why: without a course of none, without the area's own of none of areas."""
    given = said.answers
    every = frozenset((*given.facts, *given.missing, *given.partial))
    of_area = frozenset(fact for fact in every if load_library().vocabulary.facts[fact].scope == "area")
    told = [Note(_NO_COURSE)] if filing.course is None else []
    if filing.takes_area or not of_area:
        return told, every if filing.course is None else frozenset()
    if filing.named or filing.course is not None:
        told.append(Note(filing.why_not(), "business-rule"))
    return told, every if filing.course is None else of_area


def _written(version: Version, course: Course, said: _Said, among: Others, told: list[Note]) -> set[uuid.UUID]:
    """Write what is said; the ids of the answers that say so now."""
    given, on = said.answers, said.on
    standing = {(one.course_id, one.fact): one for one in Answer.objects.standing().filter(patient=course.patient_id)}
    vocabulary = load_library().vocabulary.facts
    kept: set[uuid.UUID] = set()
    reason = version.reason(version.patient)
    of_sender = _with(version, among)
    for fact, value in {**given.missing, **given.facts}.items():
        about = None if vocabulary[fact].scope == "patient" else course.pk
        before = standing.get((about, fact))
        others = of_sender.beneath(before)
        if fact in among.outdated:
            told.append(Note(_since(fact)))
        elif fact == BIRTH:
            if not isinstance(value, Missing) and value != course.patient.birth_date:
                told.append(Note(_OTHER_BIRTH))
        elif others is not None and _stands_against(others, value, on):
            # Else a former version put an answer in its place, and that one is taken back.
            if before is not None and before.pk == others.pk:
                told.append(Note(_stands(fact, before)))
        else:
            now = answer_fact(
                course=course,
                who=version.who,
                fact=fact,
                value=None if isinstance(value, Missing) else facts.stored_value(value),
                missing=value.why if isinstance(value, Missing) else "",
                entry=uuid.uuid5(version.id, fact),
                supersedes=before.pk if before else None,
                reason=reason,
                told_on=on,
            )
            kept.add(now.pk)
    for fact, written in given.partial.items():
        told.append(Note(Text(f"Of {fact} only {written} is known.", f"De {fact} solo consta {written}.")))
    return kept


def _stands_against(others: Answer, value: FactValue | Missing, on: dt.date) -> bool:
    """Whether what others answered stays as it is, whatever a response says of it for a day."""
    if is_withdrawn(others):
        return False
    return others.answered_on >= on or (isinstance(value, Missing) and not others.missing)


def _stands(fact: str, before: Answer) -> Text:
    day = day_text(before.answered_on)
    return Text(
        f"{fact}: what was answered here on {day.en} stands.",
        f"{fact}: se mantiene lo respondido aquí el {day.es}.",
    )


def _since(fact: str) -> Text:
    return Text(
        f"{fact}: the same system says otherwise in what is newer.",
        f"{fact}: el mismo sistema dice otra cosa en lo más reciente.",
    )


def _told(error: InputError) -> Text:
    return Text(
        f"It is kept, and answers nothing: {error.say('en')}", f"Se guarda, pero no responde a nada: {error.say('es')}"
    )
