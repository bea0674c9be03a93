"""How single values are written in FHIR and read from it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.exchange.fhir.codes import BASE, canonical
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.record.part import Concept, Json
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.unknown import NOT_RECORDED, Unknown

_DAY_LENGTH: Final = 10
#: The system of a code that came without one: it is no word of ours.
NO_SYSTEM: Final = "urn:dermograph:no-system"
ABSENT_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
#: Our reasons for not knowing, and the codes of data-absent-reason. "Too old to count" has none of its own there.
REASON_CODES: Final[Mapping[str, str]] = {
    "unknown": "unknown",
    "not_asked": "not-asked",
    "not_known": "asked-unknown",
    "refused": "asked-declined",
    "not_applicable": "not-applicable",
    "expired": "temp-unknown",
    "masked": "masked",
    "unsupported": "unsupported",
    "as_text": "as-text",
    "error": "error",
    "not_a_number": "not-a-number",
    "negative_infinity": "negative-infinity",
    "positive_infinity": "positive-infinity",
    "not_performed": "not-performed",
    "not_permitted": "not-permitted",
}
_REASONS: Final = {code: reason for reason, code in REASON_CODES.items()}


def reason_of(code: object) -> Unknown:
    """Why something is not known; of a code that is not in the value set only that it is not."""
    return Unknown(_REASONS.get(code, "unknown") if isinstance(code, str) else "unknown")


def code_of(unknown: Unknown) -> str | None:
    """The code of data-absent-reason; None where nothing is written and no reason either."""
    return None if unknown.reason == NOT_RECORDED else REASON_CODES[unknown.reason]


@dataclass(frozen=True, slots=True)
class Codec:
    """A pair of functions.

    Attributes:
        read: From JSON to a value; None where the JSON is nothing that we model.
        write: Back.
    """

    read: Callable[[Any, Keys], Any]
    write: Callable[[Any], Any]


def instant_of(written: str) -> dt.datetime | PartialDate:
    """A FHIR dateTime: an instant with its zone, or as much of a date as was written.

    A leap second, which Python does not know, is read as its day.
    """
    if len(written) <= _DAY_LENGTH:
        return PartialDate(written)
    try:
        return dt.datetime.fromisoformat(written)
    except ValueError:
        return PartialDate(written[:_DAY_LENGTH])


def written_instant(at: dt.datetime | PartialDate) -> str:
    """An instant as FHIR writes it; an offset that is no whole number of minutes becomes UTC."""
    if isinstance(at, PartialDate):
        return at.written
    offset = at.utcoffset()
    if offset is None:
        msg = "an instant has a zone"
        raise ValueError(msg)
    if offset % dt.timedelta(minutes=1) or abs(offset) > dt.timedelta(hours=14):
        at = at.astimezone(dt.UTC)
    return at.isoformat()


def _only_instant(written: str, _keys: Keys) -> dt.datetime | None:
    at = instant_of(written)
    return at if isinstance(at, dt.datetime) else None


def _only_day(written: str, _keys: Keys) -> PartialDate:
    return PartialDate(written[:_DAY_LENGTH])


def _same(value: Any, _keys: Keys) -> Any:  # noqa: ANN401 (any JSON)
    return value


def _itself(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    return value


def _whole(value: Any, _keys: Keys) -> int | None:  # noqa: ANN401 (any JSON)
    return value if isinstance(value, int) else None


def _float(value: Any, _keys: Keys) -> float:  # noqa: ANN401 (any JSON)
    return float(value)


PLAIN: Final = Codec(_same, _itself)
WHOLE: Final = Codec(_whole, _itself)
NUMBER: Final = Codec(_float, _itself)
#: An instant with its zone, or a date of which a part may be known.
TIME: Final = Codec(lambda written, _: instant_of(written), written_instant)
#: An instant; a date alone is nothing that is modelled.
INSTANT: Final = Codec(_only_instant, written_instant)
#: A date of which a part may be known.
DAY: Final = Codec(_only_day, written_instant)


def words(ours_to_theirs: Mapping[str, str]) -> Codec:
    """A code for which we have another word. Codes that we have no word for stay as they are."""
    back = {theirs: ours for ours, theirs in ours_to_theirs.items()}
    return Codec(lambda code, _: back.get(code, code), lambda word: ours_to_theirs.get(word, word))


def to(*kinds: str) -> Codec:
    """A reference to a resource of a type; of any of several, what is written names the first."""

    def read(reference: Element, keys: Keys) -> uuid.UUID | None:
        written = reference.get("reference", "")
        # What is contained has no id of its own outside: "#a" means another in every resource.
        if not written or written.startswith("#") or kind_of_reference(reference) not in (*kinds, ""):
            return None
        return keys.of_reference(written)

    return Codec(read, lambda key: {"reference": f"{kinds[0]}/{key}"})


def target(kind: str) -> Codec:
    """The text of a reference, for one whose object holds more than that."""
    return Codec(lambda written, keys: keys.of_reference(written), lambda key: f"{kind}/{key}")


#: Any reference as it is written, such as ``Procedure/1``.
ANY_REFERENCE: Final = Codec(lambda one, _: one.get("reference"), lambda written: {"reference": written})


def _id(written: str, _keys: Keys) -> uuid.UUID | None:
    try:
        return uuid.UUID(written)
    except ValueError:
        return None


KEY: Final = Codec(_id, str)


def concept_of(system: str) -> Codec:
    """A CodeableConcept: our own code where it has one, else its first code, else its words.

    Args:
        system: The URI of our own code system.
    """

    def read(one: Element, _keys: Keys) -> Concept:
        codings = [each for each in one.get("coding", ()) if each.get("code")]
        first = next((each for each in codings if each.get("system") == system), codings[0] if codings else {})
        said = one.get("text") or first.get("display") or ""
        if not first:
            return Concept(words=said)
        named = first.get("system") or NO_SYSTEM
        return Concept(first["code"], "" if named == system else named, said)

    def write(concept: Concept) -> Element:
        made: Element = {}
        if concept.code:
            coding = {"code": concept.code}
            if concept.system != NO_SYSTEM:
                coding = {"system": concept.system or system, **coding}
            made["coding"] = [coding]
        return made | {"text": concept.words} if concept.words else made

    return Codec(read, write)


def coding_of(system: str) -> Codec:
    """A Coding, likewise."""
    whole = concept_of(system)

    def write(concept: Concept) -> Element:
        made = dict(whole.write(concept).get("coding", [{}])[0])
        return made | {"display": concept.words} if concept.words else made

    return Codec(lambda one, keys: whole.read({"coding": [one], "text": one.get("display")}, keys), write)


def published_as(kind: str) -> Codec:
    """The canonical URL under which something of a protocol is published, as the protocol's id.

    Args:
        kind: The type of the resource, such as ``PlanDefinition``.
    """
    beginning = canonical(kind, "")

    def read(written: str, _keys: Keys) -> str | None:
        bare = written.partition("|")[0]
        return bare[len(beginning) :] if bare.startswith(beginning) else None

    return Codec(read, lambda protocol: canonical(kind, protocol))


def code_of_ours(system: str) -> Codec:
    """A CodeableConcept of which only our own code is kept, as a word."""

    def read(one: Element, _keys: Keys) -> str | None:
        return next((each.get("code") for each in one.get("coding", ()) if each.get("system") == system), None)

    return Codec(read, lambda code: {"coding": [{"system": system, "code": code}]})


def _json(one: Element, _keys: Keys) -> Json | None:
    try:
        read = json.loads(base64.b64decode(one.get("data", "")))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _attachment(value: Json) -> Element:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return {"contentType": "application/json", "data": base64.b64encode(text.encode()).decode("ascii")}


#: Stored JSON as an Attachment.
STORED: Final = Codec(_json, _attachment)


def _names(given: list[Any], _keys: Keys) -> str:
    return " ".join(one for one in given if one)


def _given(names: str) -> list[str]:
    parts = names.split(" ")
    return parts if all(part.strip() for part in parts) else [names]


#: Given names: a list there, one text here.
GIVEN: Final = Codec(_names, _given)

#: Numbers of the record, whose text FHIR wants.
NUMBER_TEXT: Final = Codec(lambda text, _: int(text) if text.isascii() and text.isdecimal() else None, str)

#: The tag that says what a resource was made from, where its type does not.
PART_SYSTEM: Final = f"{BASE}/CodeSystem/record-parts"
