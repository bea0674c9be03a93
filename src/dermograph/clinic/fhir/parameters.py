"""The parameters of a search: what each means, and what is not understood (R4, search)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from dermograph.clinic.fhir.asking import key_of
from dermograph.clinic.fhir.kinds import COMMON, CONTROLS, Kind
from dermograph.clinic.fhir.refusals import refuse
from dermograph.clinic.fhir.values import birth_date, days, earlier, later, number, patient_of, since_of, wrong
from dermograph.clinic.handover.stored import Asked
from dermograph.core.errors import printable, shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue

MOST: Final = 100
USUAL: Final = 50
MOST_PARAMETERS: Final = 100
MOST_IDS: Final = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of what is found, and how it is sent.

    Attributes:
        count: How many on a page; 0 asks for the number only.
        offset: How many are passed over.
        include: What is sent with it: a type and one of its parameters.
        used: The parameters that were understood, as they were sent.
        issues: What was passed over.
    """

    count: int = USUAL
    offset: int = 0
    include: tuple[tuple[str, str], ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    issues: tuple[Issue, ...] = ()

    def address(self, base: str, offset: int) -> str:
        """The address of a page of the same search."""
        kept = [(name, value) for name, value in self.used if name != "_offset"]
        query = urlencode([*kept, *([("_offset", str(offset))] if offset else [])])
        return f"{base}?{query}" if query else base


@dataclass(slots=True)
class _Wish:
    """What was read so far."""

    asked: Asked
    nothing: bool = False
    seen: set[str] = field(default_factory=set)


def read_search(query: QueryDict, kind: Kind, base: str) -> tuple[Asked | None, Page]:
    """What a search of a type asks for.

    Args:
        query: As it was sent.
        kind: The type.
        base: The address of this server: references may begin with it.

    Returns:
        What to look for, None where nothing can fit; and the page. Parameters that nobody knows stand in its issues.

    Raises:
        FhirError: 400 for a value or a modifier that is not understood: the answer would hold more than was asked for.
    """
    page = read_page(query, {*kind.finds, *COMMON}, kind.includes)
    wish = _Wish(Asked(kind.name, offset=page.offset, count=page.count or 1))
    for name, value in page.used:
        bare = name.partition(":")[0]
        if bare not in CONTROLS or bare == "_since":
            _read(wish, kind, bare, value, base)
    return (None if wish.nothing else wish.asked), page


def read_page(query: QueryDict, known: Iterable[str], includes: Mapping[str, str] | None = None) -> Page:
    """How the answer to a search is made up.

    Args:
        query: As it was sent.
        known: The parameters that are understood, besides those of every answer.
        includes: What ``_include`` may name; None where it may not be used.

    Raises:
        FhirError: 400 for a value or a modifier that is not understood.
    """
    names, page = frozenset(known), Page()
    given = [(name, value) for name, values in query.lists() for value in values]
    if len(given) > MOST_PARAMETERS:
        raise refuse(400, "too-costly", "There are too many parameters.", "Hay demasiados parámetros.")
    for name, value in given:
        bare, _, modifier = name.partition(":")
        if "\0" in value:
            raise wrong(bare, "It holds a NUL.", "Contiene un NUL.")
        if (bare not in names and bare not in CONTROLS) or (bare == "_include" and includes is None):
            page = _passed(page, bare, "is not known here", "no se conoce aquí")
            continue
        if modifier and not (modifier == "Patient" and bare in ("patient", "subject")):
            raise wrong(bare, f"The modifier {shown(modifier)} is not understood.", "No se entiende el modificador.")
        if value == "" and bare not in CONTROLS:
            raise wrong(bare, "It has no value.", "No tiene valor.")
        page = _controlled(page, bare, value, includes or {})
    return page


def _controlled(page: Page, name: str, value: str, includes: Mapping[str, str]) -> Page:
    used = replace(page, used=(*page.used, (name, value)))
    if name == "_count":
        return replace(used, count=0 if page.count == 0 else min(number(name, value), MOST))
    if name == "_offset":
        return replace(used, offset=number(name, value))
    if name == "_summary":
        if value == "count":
            return replace(used, count=0)
        return used if value == "false" else _passed(page, f"_summary={value}", "is not offered", "no se ofrece")
    if name == "_include":
        kind, _, rest = value.partition(":")
        wanted = rest.partition(":")[0]
        if wanted not in includes:
            return _passed(page, f"_include={value}", "is not offered", "no se ofrece")
        return replace(used, include=(*page.include, (kind, wanted)))
    return used


def _passed(page: Page, name: str, en: str, es: str) -> Page:
    name = printable(name)
    # True of an answer that is given without it, and of one that is refused because of it.
    words = Text(f"The parameter {name} {en} and has no effect.", f"El parámetro {name} {es} y no tiene efecto.")
    return replace(page, issues=(*page.issues, Issue("not-supported", words, severity="warning")))


def _read(wish: _Wish, kind: Kind, name: str, value: str, base: str) -> None:
    use = kind.finds.get(name, name)
    if use in wish.seen and use not in ("dates", "patient"):
        raise wrong(name, "It stands there twice.", "Aparece dos veces.")
    wish.seen.add(use)
    asked = wish.asked
    if use == "_id":
        keys = tuple(key for one in value.split(",")[: MOST_IDS + 1] if (key := key_of(one)))
        if len(keys) > MOST_IDS:
            raise wrong(name, f"At most {MOST_IDS} ids are taken.", f"Se admiten como máximo {MOST_IDS} ids.")
        wish.asked, wish.nothing = replace(asked, ids=keys), wish.nothing or not keys
    elif use == "patient":
        key = patient_of(name, value, base)
        wish.nothing = wish.nothing or key is None or asked.patient not in (None, key)
        wish.asked = replace(asked, patient=key)
    elif use in ("_lastUpdated", "_since"):
        wish.asked = replace(asked, since=since_of(name, value))
    elif use == "dates":
        first, last = days(name, value)
        old_first, old_last = asked.dates
        wish.asked = replace(asked, dates=(later(first, old_first), earlier(last, old_last)))
    elif use == "birth_date":
        wish.asked = replace(asked, birth_date=birth_date(name, value))
    elif "," in value.replace("\\,", ""):
        raise wrong(name, "Ask for one value at a time.", "Pregunte por un solo valor.")
    elif use == "identifier":
        system, bar, code = value.replace("\\,", ",").rpartition("|")
        if bar and not system:
            raise wrong(name, "Name the system, or leave the | out.", "Indique el sistema, o quite la |.")
        wish.asked = replace(asked, identifier=(system, code))
    else:
        wish.asked = replace(asked, **{use: value.replace("\\,", ",")})  # type: ignore[arg-type]  # name or code: text
