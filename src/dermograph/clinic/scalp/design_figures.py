"""The figures of a design as people read them, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.clinic.people.models import Clinic
from dermograph.clinic.scalp.rules import ScalpFigures, figures
from dermograph.core.text import Language, Text, grouped

Json = dict[str, Any]
_OF_SESSION: Final = ("dots", "minutes", "needles")
_RATES: Mapping[str, Text] = {
    "dots_a_minute": Text("{n} dots a minute", "{n} puntos por minuto"),
    "dots_a_needle": Text("{n} dots a needle", "{n} puntos por aguja"),
}
_ASSUMED = Text("an assumption, the clinic has set no other figure", "un supuesto, la clínica no ha fijado otra cifra")
_THE_CLINICS = Text("the clinic's figure", "la cifra de la clínica")
_WRITTEN = Text("written for this design", "escrita para este diseño")
_TOGETHER = Text("Together", "En total")
_SAYS = Text(
    "{dots} dots of {across} mm, absorbance {tone} once settled, on {area} cm² of skin: {mean} per cm² over all, fewer"
    " at soft edges and where own hair grows.",
    "{dots} puntos de {across} mm, absorbancia {tone} una vez asentados, en {area} cm² de piel: {mean} por cm² en"
    " conjunto, menos en los bordes suaves y donde hay pelo propio.",
)
_BY_STUBBLE = Text(
    "Size and tone follow {n} marks of the patient's own stubble that were found.",
    "El tamaño y el tono siguen {n} marcas del pelo rasurado propio que se encontraron.",
)
_NO_STUBBLE = Text(
    "No stubble was found where it was outlined: size and tone are the usual ones, an assumption.",
    "No se encontró pelo rasurado donde se perfiló: tamaño y tono son los habituales, un supuesto.",
)
_BY_HAND = Text("Size or tone were written for this design.", "El tamaño o el tono se escribieron para este diseño.")
_USUAL = Text(
    "Size and tone are the usual ones, an assumption.", "El tamaño y el tono son los habituales, un supuesto."
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of the table, or all of them together."""

    title: str
    dots: str
    minutes: str
    needles: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure that minutes or needles follow, and where it comes from."""

    words: Text
    whence: Text


@dataclass(frozen=True, slots=True)
class DesignFigures:
    """What a design asks for.

    Attributes:
        says: How many dots of what kind on how much skin.
        whence: Where their size and tone come from.
        sessions: Each, and all of them together.
        rates: What minutes and needles follow.
    """

    says: Text
    whence: Text
    sessions: list[SessionRow]
    rates: list[Rate]


def design_figures(result: Json, wish: Json, clinic: Clinic, language: Language) -> DesignFigures:
    """The figures of a design that is done.

    Args:
        result: ``ScalpDesign.result``, without a refusal.
        wish: ``ScalpDesign.wish``.
        clinic: Whose figures they are held against.
        language: Of the page.
    """
    rates = [_rate(name, value, clinic) for name, value in result["assumed"].items() if name in _RATES]
    return DesignFigures(_says(result), _whence(result, wish), _sessions(result["sessions"], language), rates)


def _says(result: Json) -> Text:
    exact = {
        "across": (result["diameter_mm"], 2),
        "tone": (result["tone"], 2),
        "area": (result["area_cm2"], 1),
        "mean": (result["dots"] / result["area_cm2"], 0),
    }
    both = {name: Text(words := f"{value:.{digits}f}", words).typeset() for name, (value, digits) in exact.items()}
    both["dots"] = grouped(result["dots"])
    return Text(
        _SAYS.en.format(**{name: text.en for name, text in both.items()}),
        _SAYS.es.format(**{name: text.es for name, text in both.items()}),
    )


def _whence(result: Json, wish: Json) -> Text:
    if wish.get("diameter_mm") is not None or wish.get("tone") is not None:
        return _BY_HAND
    if result["by_stubble"]:
        count = grouped(result["stubble_found"] or 0)
        return Text(_BY_STUBBLE.en.format(n=count.en), _BY_STUBBLE.es.format(n=count.es))
    return _USUAL if result.get("stubble_found") is None else _NO_STUBBLE


def _sessions(every: list[Json], language: Language) -> list[SessionRow]:
    rows = [(str(number), one) for number, one in enumerate(every, start=1)]
    rows.append((_TOGETHER.say(language), {name: sum(one[name] for one in every) for name in _OF_SESSION}))
    return [
        SessionRow(title, *(grouped(round(one[name])).say(language) for name in _OF_SESSION)) for title, one in rows
    ]


def _rate(name: str, value: float, clinic: Clinic) -> Rate:
    whence = _WRITTEN
    if value == getattr(figures(clinic), name):
        whence = _ASSUMED if value == getattr(ScalpFigures(), name) else _THE_CLINICS
    words = grouped(round(value)) if float(value).is_integer() else Text(f"{value:g}", f"{value:g}").typeset()
    return Rate(Text(_RATES[name].en.format(n=words.en), _RATES[name].es.format(n=words.es)), whence)
