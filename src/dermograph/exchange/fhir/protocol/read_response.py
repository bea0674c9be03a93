"""A QuestionnaireResponse as facts, read strictly: what is not understood is refused, what is not there is unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dermograph.core.dates import FIRST_DAY, LAST_DAY, day_text
from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import canonical, questionnaire_url, version_of, word_link
from dermograph.exchange.fhir.protocol.absence import reason_of
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.partial_dates import agreed, meant
from dermograph.exchange.fhir.protocol.questionnaire import display_links
from dermograph.exchange.fhir.protocol.read_answer import chosen, value_of
from dermograph.exchange.fhir.protocol.refusal import refuse_unknown_meaning, refused
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact, FactValue, Missing

_STATUSES = ("in-progress", "completed", "amended", "stopped")


def read_questionnaire_response(resource: object, protocol: Protocol, *, on: dt.date) -> Answers:
    """The answers that a response gives to the Questionnaire of a protocol.

    A missing item is a fact that was not asked. Extensions that are not known are passed over, as FHIR has it; a
    modifier extension is refused, since it could turn an answer into its opposite.

    Args:
        resource: The response as JSON.
        protocol: The protocol whose Questionnaire it answers.
        on: The day for which the answers count; no date lies after it.

    Raises:
        InputError: For anything that is not understood, naming the item: another questionnaire or version of it, an
            unknown or repeated linkId, an answer of the wrong type, outside of its limits or not among the choices,
            two answers, an unknown modifierExtension.
    """
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "QuestionnaireResponse":
        raise refused("resourceType", Text("This is no QuestionnaireResponse.", "No es un QuestionnaireResponse."))
    _check_whole(resource, protocol)
    reader = _Reader(protocol, on)
    listed = resource.get("item", [])
    if not isinstance(listed, list):
        raise refused("item", Text("The items are no list.", "Los apartados no son una lista."))
    for index, item in enumerate(listed):
        reader.read(f"item[{index}]", item)
    reader.check_birth()
    return Answers(reader.facts, reader.missing, reader.partial)


def _check_whole(resource: Mapping[str, Any], protocol: Protocol) -> None:
    refuse_unknown_meaning("", resource)
    if resource.get("status") not in _STATUSES:
        status = shown(resource.get("status"))
        raise refused(
            "status",
            Text(
                f"A response with the status {status} says nothing that counts.",
                f"Una respuesta con el estado {status} no dice nada válido.",
            ),
            Text(f"It has to be one of {', '.join(_STATUSES)}.", f"Debe ser uno de {', '.join(_STATUSES)}."),
        )
    named = resource.get("questionnaire")
    wanted = questionnaire_url(protocol)
    if named is not None and named not in (wanted, canonical("Questionnaire", protocol.id)):
        raise refused(
            "questionnaire",
            Text(
                f"It answers {shown(named)}, not the questionnaire of {protocol.id} in version {version_of(protocol)}.",
                f"Responde a {shown(named)}, no al cuestionario de {protocol.id} en su versión {version_of(protocol)}.",
            ),
            Text("Answer the present version.", "Responda a la versión actual."),
        )


class _Reader:
    """Reads items one by one into facts."""

    def __init__(self, protocol: Protocol, on: dt.date) -> None:
        self.protocol = protocol
        self.on = on
        self.facts: dict[str, FactValue] = {}
        self.missing: dict[str, Missing] = {}
        self.partial: dict[str, str] = {}
        self.places: dict[str, str] = {}
        facts = protocol.vocabulary.facts
        self.links = dict(facts) | {
            word_link(name): fact for name, fact in facts.items() if fact.type == "date_or_word"
        }
        self.display = display_links(protocol)

    def read(self, where: str, item: object) -> None:
        """One item, with its answer or the reason why it has none."""
        if not isinstance(item, Mapping) or not isinstance(item.get("linkId"), str):
            raise refused(where, Text("The item has no linkId.", "El apartado no tiene linkId."))
        link = item["linkId"]
        place = f"{where} ({shown(link)})"
        refuse_unknown_meaning(place, item)
        self._check_link(place, item)
        if link in self.display:
            return
        fact = self.links[link]
        self._check_nested(place, item)
        answers = item.get("answer", [])
        if not isinstance(answers, list):
            raise refused(place, Text("The answers are no list.", "Las respuestas no son una lista."))
        if len(answers) > 1:
            raise refused(place, Text("Two answers to one question.", "Dos respuestas a una pregunta."))
        why = reason_of(place, item, answers)
        if why is not None:
            self._keep(place, fact, why)
        elif answers:
            self._keep(place, fact, self._value(place, link, fact, answers[0]))

    def _check_link(self, place: str, item: Mapping[str, Any]) -> None:
        link = item["linkId"]
        if link not in self.links and link not in self.display:
            raise refused(
                place,
                Text(f"The questionnaire has no item {shown(link)}.", f"El cuestionario no tiene {shown(link)}."),
                near=(link, (*self.links, *self.display)),
            )
        if link in self.display and ("answer" in item or "item" in item):
            raise refused(place, Text("This item asks nothing.", "Este apartado no pregunta nada."))

    def _check_nested(self, place: str, item: Mapping[str, Any]) -> None:
        """Below a question stands only what explains it, and that may come back without an answer."""
        answers = item.get("answer", [])
        below = [item, *(answers if isinstance(answers, list) else [])]
        for one in below:
            nested = one.get("item", []) if isinstance(one, Mapping) else []
            for inner in nested if isinstance(nested, list) else [nested]:
                if not self._explains(inner):
                    raise refused(
                        place, Text("No question stands below this one.", "Bajo esta pregunta no hay ninguna otra.")
                    )
                refuse_unknown_meaning(place, inner)

    def _explains(self, item: object) -> bool:
        """Whether an item only explains another, as its help does."""
        if not isinstance(item, Mapping) or "answer" in item or "item" in item:
            return False
        return isinstance(item.get("linkId"), str) and item["linkId"] in self.display

    def _value(self, place: str, link: str, fact: Fact, answer: Mapping[str, Any]) -> FactValue | Missing:
        if fact.type == "choice" or link != fact.id:
            return chosen(place, fact, value_of(place, answer, "valueCoding"))
        if fact.type == "boolean":
            return bool(value_of(place, answer, "valueBoolean"))
        if fact.type == "integer":
            return self._integer(place, fact, value_of(place, answer, "valueInteger"))
        return self._date(place, fact, value_of(place, answer, "valueDate"))

    def _integer(self, place: str, fact: Fact, value: int) -> int:
        if not fact.low <= value <= fact.high:
            raise refused(
                place,
                Text(
                    f"{value} lies outside of {fact.low} to {fact.high}.",
                    f"{value} no está entre {fact.low} y {fact.high}.",
                ),
            )
        return value

    def _date(self, place: str, fact: Fact, text: str) -> FactValue | Missing:
        days = meant(text)
        if days is None or days[0] < FIRST_DAY or days[1] > LAST_DAY:
            raise refused(
                place,
                Text(f"{shown(text)} is no date of a calendar.", f"{shown(text)} no es una fecha del calendario."),
                Text("Write 2026-11-21, 2026-11 or 2026.", "Escriba 2026-11-21, 2026-11 o 2026."),
            )
        first, last = days
        if first > self.on:
            day = day_text(self.on)
            raise refused(place, Text(f"{text} lies after {day.en}.", f"{text} es posterior al {day.es}."))
        if first == last:
            return first
        self.partial[fact.id] = text
        last = min(last, self.on)
        return last if agreed(fact.id, first, last, self.protocol, self.on) else Missing("not_known")

    def _keep(self, place: str, fact: Fact, value: FactValue | Missing) -> None:
        if fact.id in self.places:
            raise refused(
                place,
                Text(
                    f"{fact.id} is answered twice: {self.places[fact.id]} as well.",
                    f"{fact.id} se responde dos veces: también {self.places[fact.id]}.",
                ),
            )
        self.places[fact.id] = place
        if isinstance(value, Missing):
            self.missing[fact.id] = value
        else:
            self.facts[fact.id] = value

    def check_birth(self) -> None:
        """Refuse a date that lies before the birth, whatever a partial one of either means."""
        born = self._span("birth_date")
        for name in self.places:
            span = self._span(name)
            if born and span and span[1] < born[0]:
                raise refused(
                    self.places[name],
                    Text("The date lies before the birth.", "La fecha es anterior al nacimiento."),
                )

    def _span(self, name: str) -> tuple[dt.date, dt.date] | None:
        if name in self.partial:
            return meant(self.partial[name])
        value = self.facts.get(name)
        return (value, value) if isinstance(value, dt.date) else None
