"""What was counted on a patient's scalp, one plain sentence each, with its error in words. No colour before a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.care.follow_up import colour_counts_from
from dermograph.clinic.entries import Entries
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.gallery.models import Stage
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.own_words import filled, inside
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.selectors import ScalpVisit, refusal_of, standing
from dermograph.core.quantity import COVERAGE_95
from dermograph.core.text import Text

Json = dict[str, Any]
_COUNTED = Text(
    "About {value} dots on each cm²; with the measuring error, between {low} and {high}.",
    "Unos {value} puntos por cm²; con el error de medida, entre {low} y {high}.",
)
_BEFORE = Text(
    "Before your first session, about {value} places on each cm² look like a dot: cut hairs and open follicles do; "
    "with the measuring error, between {low} and {high}.",
    "Antes de su primera sesión, unos {value} lugares por cm² parecen un punto, como un pelo cortado o un folículo "
    "abierto; con el error de medida, entre {low} y {high}.",
)
_NONE = Text("No dots were found.", "No se ha encontrado ningún punto.")
_HEALING = Text(
    "It was taken on the day of a session or while the skin was healing after it: the settled look may differ.",
    "Se tomó el día de una sesión o mientras la piel curaba: el aspecto asentado puede ser otro.",
)
_LEFT = Text(
    "Of the dots of {since}, about {value} % are still there; with the measuring error, between {low} and {high} %.",
    "De los puntos del {since} sigue cerca del {value} %; con el error de medida, entre el {low} y el {high} %.",
)
_TONE = Text(
    "Those that are there have about {value} % of the pigment that they had; with the measuring error, between {low} "
    "and {high} %.",
    "Los que siguen tienen cerca del {value} % de su pigmento; con el error de medida, entre el {low} y el {high} %.",
)
_NO_COLOUR = Text(
    "Nothing is said about colour: before {first} it is too early after your session of {held}.",
    "No se dice nada del color: antes del {first} es pronto tras su sesión del {held}.",
)
_NOT_COUNTED = Text("The dots cannot be counted: {why}", "Los puntos no se pueden contar: {why}")
_NOT_COMPARED = Text(
    "The dots cannot be compared with those of {since}: {why}",
    "Los puntos no se pueden comparar con los del {since}: {why}",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one photograph says.

    Attributes:
        says: The sentences, the count first.
        caveat: What no photograph can tell; None where nothing was counted.
    """

    on: dt.date
    says: tuple[Text, ...]
    caveat: Text | None


def counted_of(course: Course, entries: Entries) -> list[Counted]:
    """What was counted in each photograph of a course, the latest first, in three queries.

    Args:
        course: With its clinic.
        entries: What stands of the course.
    """
    held = [one.on for one in entries.sessions]
    visits = standing(course).visits
    return [_counted(one, course, held) for one in reversed(visits) if _is_done(one.reading)]


def _is_done(row: ScalpReading | ScalpChange) -> bool:
    return row.stage == Stage.DONE and row.result is not None


def _counted(visit: ScalpVisit, course: Course, held: Sequence[dt.date]) -> Counted:
    reading = visit.reading
    on, result = reading.photograph.taken_on, reading.result or {}
    if refusal_of(reading):
        return Counted(on, (_why(_NOT_COUNTED, result["refusal"]),), None)
    last = max((day for day in held if day <= on), default=None)
    counted = result["per_cm2"]
    said = [_interval(_BEFORE if last is None else _COUNTED, counted) if counted["value"] else _NONE]
    if last is not None and on < protocol_of(course).course.settled_after.period.after(last):
        said.append(_HEALING)
    if visit.change is not None and _is_done(visit.change):
        said += _changed(visit.change, course, last)
    return Counted(on, tuple(said), _text(result.get("dots", {}).get("caveat")))


def _changed(change: ScalpChange, course: Course, last: dt.date | None) -> Iterator[Text]:
    """What share of the dots is still there, and of their pigment where that may be told."""
    since, on = change.before.photograph.taken_on, change.after.photograph.taken_on
    dots = (change.result or {}).get("dots")
    if dots is None:
        yield _why(_NOT_COMPARED, refusal_of(change) or {}, since=since)
        return
    yield _interval(_LEFT, dots["survived"], percent=True, most=100, since=since)
    counts = colour_counts_from(last, protocol_of(course)) if last else None
    if counts is not None and on < counts:
        yield filled(_NO_COLOUR, first=counts, held=last)
    elif dots.get("pigment_left"):
        yield _interval(_TONE, dots["pigment_left"], percent=True)


def _interval(words: Text, value: Json, *, percent: bool = False, most: float | None = None, **values: object) -> Text:
    """A sentence with a figure and the ends of its 95 % interval; none below nothing, nor above all there is."""
    factor = 100 if percent else 1
    middle, reach = factor * value["value"], COVERAGE_95 * factor * value["u"]
    ends = [max(0, middle - reach), middle, middle + reach]
    low, shown, high = (round(one if most is None else min(one, most)) for one in ends)
    return filled(words, value=shown, low=low, high=high, **values)


def _why(words: Text, refusal: Json, **values: object) -> Text:
    says = _text(refusal.get("says")) or Text("the reason is not known.", "no se conoce el motivo.")
    return filled(words, why=Text(inside(says.en), inside(says.es)), **values)


def _text(said: Json | None) -> Text | None:
    return Text(said["en"], said["es"]) if said and said.get("en") and said.get("es") else None
