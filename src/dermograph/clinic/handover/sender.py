"""What one sender said of a patient: in responses that follow from entries, in the entries; which of it is newer."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet

from dermograph.clinic.handover.holdings import Holdings
from dermograph.clinic.handover.kept import opened
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.retracting import withdrawal
from dermograph.clinic.intake.models import Answer
from dermograph.exchange.fhir.codes import answer_code, word_link
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.tables import from_resource
from dermograph.exchange.record import clinical
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown
from dermograph.protocols import load_library

#: The version of a UUID that is made from a name, as the ids of answers are that somebody sent.
_NAMED: Final = 5
_ERROR: Final = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Others:
    """What the other responses of a sender that follow from entries said of the same patient before, and answered here.

    Attributes:
        rows: The ids of the rows that keep them, of former versions too.
        contradicted: The ids of the answers of theirs that stand here, and of which the new response says otherwise.
        outdated: Of which facts a newer one of them says otherwise.
    """

    rows: tuple[uuid.UUID, ...] = ()
    contradicted: frozenset[uuid.UUID] = frozenset()
    outdated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Held:
    """A response: what it answers, by its course (none for facts of the patient) and the fact."""

    resource: Element
    course: uuid.UUID | None
    said: Mapping[tuple[uuid.UUID | None, str], clinical.Said]


@dataclass(slots=True)
class _OfPatient:
    """What is known of one patient: each looked up when it is asked for first."""

    rows: dict[uuid.UUID, uuid.UUID]
    new: dict[uuid.UUID, _Held] = field(default_factory=dict)
    held: dict[uuid.UUID, _Held] | None = None
    entries: Mapping[uuid.UUID | None, Sequence[clinical.Answer]] | None = None
    givers: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)
    answers: list[tuple[Answer, uuid.UUID]] | None = None


class Sender:
    """What one sender says of patients in responses that follow from entries, and in those entries.

    What was received of a patient is opened once, however many responses ask for it. Nobody else writes meanwhile.
    """

    def __init__(self, holdings: Holdings, results: Iterable[Result]) -> None:
        self.clinic, self.source, self.program = holdings.clinic, holdings.keys.source, holdings.program
        told = (one.part for one in results if one.done != "refused")
        self._sent = _by_response(one for one in told if isinstance(one, clinical.Answer))
        self._patients: dict[uuid.UUID | None, _OfPatient] = {}

    def wrote(self, response: clinical.Response, patient: uuid.UUID | None) -> bool:
        """Whether every answer of a response is an entry as well, which came with it or before."""
        sent = self._sent.get(response.id, ())
        return says_only(response, sent) or says_only(response, [*sent, *self._entries(patient).get(response.id, ())])

    def answered(self, patient: uuid.UUID | None) -> bool:
        """Whether anything stands here that a response of theirs answered, or took back."""
        return bool(self._standing(patient))

    def others(self, one: Result, patient: uuid.UUID | None) -> Others:
        """What their other responses said before of the patient of one that answers."""
        of = self._of(patient)
        rows = {row: key for row, key in of.rows.items() if key != one.key}
        if not rows or one.resource is None or not isinstance(one.part, clinical.Response):
            return Others()
        held, ours, outdated = self._held(patient), _read(one.resource, one.part), set()
        for key, other in held.items():
            if key != one.key and other.resource.get("status") != _ERROR and is_older(one.resource, other.resource):
                outdated |= {at[1] for at, value in ours.said.items() if other.said.get(at, value) != value}
        contradicted = set()
        for answer, row in self._standing(patient):
            their = held.get(rows[row]) if row in rows else None
            if their is None or answer.fact in outdated:
                continue
            at = (their.course if answer.course_id else None, answer.fact)
            if at in ours.said and ours.said[at] != their.said.get(at):
                contradicted.add(answer.pk)
        return Others(tuple(rows), frozenset(contradicted), frozenset(outdated))

    def put_down(self, row: uuid.UUID, one: Result, patient: uuid.UUID | None) -> None:
        """Count a response, and what it answered, with what came before."""
        if one.key is None or one.resource is None or not isinstance(one.part, clinical.Response):
            return
        of = self._of(patient)
        of.rows[row] = one.key
        of.new[one.key] = _read(one.resource, one.part)
        for each in self._patients.values():  # it may have answered with another patient before
            each.answers = None

    def _of(self, patient: uuid.UUID | None) -> _OfPatient:
        if patient not in self._patients:
            rows = self._received(patient, "QuestionnaireResponse", "responses")
            self._patients[patient] = _OfPatient(dict(rows.values_list("pk", "key")))
        return self._patients[patient]

    def _received(self, patient: uuid.UUID | None, kind: str, part: str) -> QuerySet[Received]:
        rows = Received.objects.filter(clinic=self.clinic, patient=patient, source=self.source, kind=kind, part=part)
        return rows.filter(program__in=("", self.program)) if self.program and kind != "Observation" else rows

    def _entries(self, patient: uuid.UUID | None) -> Mapping[uuid.UUID | None, Sequence[clinical.Answer]]:
        of = self._of(patient)
        if of.entries is None:
            rows = self._received(patient, "Observation", "answers").filter(is_latest=True).select_related("patient")
            found = (from_resource(each, self.source, self.clinic.pk) for each in opened(list(rows)))
            of.entries = _by_response(each for each in found if isinstance(each, clinical.Answer))
        return of.entries

    def _held(self, patient: uuid.UUID | None) -> Mapping[uuid.UUID, _Held]:
        of = self._of(patient)
        if of.held is None:
            received = self._received(patient, "QuestionnaireResponse", "responses")
            rows = list(received.filter(is_latest=True).select_related("patient"))
            found = ((row.key, each, self._part(each)) for row, each in zip(rows, opened(rows), strict=True))
            of.held = {key: _read(each, part) for key, each, part in found if isinstance(part, clinical.Response)}
        return {**of.held, **of.new}

    def _part(self, resource: Element) -> Any:  # noqa: ANN401 (a part of a record, or None)
        return from_resource(resource, self.source, self.clinic.pk)

    def _standing(self, patient: uuid.UUID | None) -> list[tuple[Answer, uuid.UUID]]:
        """What stands of what their responses answered, each with the row of the one that did."""
        of = self._of(patient)
        if of.answers is None:
            rows = Answer.objects.standing().filter(clinic=self.clinic, patient=patient) if of.rows else ()
            of.answers = [(one, row) for one in rows if (row := _giver(one, of)) is not None]
        return of.answers


def says_only(response: clinical.Response, answers: Iterable[clinical.Answer]) -> bool:
    """Whether every answer of a response is an entry that names it.

    Args:
        response: As it came.
        answers: Entries that came with it, or before.
    """
    said = [one for one in answers if one.response == response.id and one.patient == response.patient]
    return all(isinstance(item.value, Unknown) or any(_is_said(item, one) for one in said) for item in response.items)


def is_older(one: Element, other: Element) -> bool:
    """Whether a sender says of one resource that it is older than of another; no where they do not say.

    Args:
        one: As it came.
        other: As it came, or is held.
    """
    for when in (_updated, _authored):
        now, then = when(one), when(other)
        if now is not None and then is not None:
            return now < then
    return False


def _giver(one: Answer, of: _OfPatient) -> uuid.UUID | None:
    """The row of the response that gave an answer, or took one back by it; None if none of these."""
    if one.pk.version != _NAMED:
        return None
    if of.givers.get(one.pk) is None:
        names = (one.fact, withdrawal(one.fact, one.supersedes_id))
        rows = (row for row in of.rows if any(one.pk == uuid.uuid5(row, name) for name in names))
        of.givers[one.pk] = next(rows, None)
    return of.givers[one.pk]


def _read(resource: Element, part: clinical.Response) -> _Held:
    facts, said = load_library().vocabulary.facts, {}
    for item in part.items:
        if item.value == UNWRITTEN:
            continue
        fact = item.link.removesuffix(word_link(""))
        about = None if fact in facts and facts[fact].scope == "patient" else part.course
        said[about, fact] = item.value.code if isinstance(item.value, Concept) else item.value
    return _Held(resource, part.course, said)


def _by_response(answers: Iterable[clinical.Answer]) -> Mapping[uuid.UUID | None, Sequence[clinical.Answer]]:
    found: dict[uuid.UUID | None, list[clinical.Answer]] = defaultdict(list)
    for one in answers:
        found[one.response].append(one)
    return found


def _is_said(item: clinical.Item, answer: clinical.Answer) -> bool:
    if item.link.removesuffix(word_link("")) != answer.fact:
        return False
    told, written = item.value, answer.value
    if isinstance(told, Concept) and isinstance(written, Concept):
        return told.code == answer_code(answer.fact, written.code)
    return told == written


def _updated(resource: Element) -> dt.datetime | None:
    return _instant(resource.get("meta", {}).get("lastUpdated"))


def _authored(resource: Element) -> dt.datetime | None:
    return _instant(resource.get("authored"))


def _instant(written: Any) -> dt.datetime | None:  # noqa: ANN401 (any JSON)
    """An instant with its zone; None of anything else."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        at = dt.datetime.fromisoformat(written)
        return at if at.tzinfo is not None else None
    return None
