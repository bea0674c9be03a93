"""Small constructors of FHIR R4 elements as plain dicts, ready for JSON.

Each leaves out what it was not given: FHIR knows neither null nor empty values (R4, 2.6.2, JSON representation).
"""

from __future__ import annotations

import html
from typing import Any, Final, TypeAlias

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import BASE

Element: TypeAlias = dict[str, Any]

#: Units of quantities (The Unified Code for Units of Measure).
UCUM: Final = "http://unitsofmeasure.org"
TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
ABSENT_REASON: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_XHTML: Final = "http://www.w3.org/1999/xhtml"


def coding(system: str, code: str, display: str | None = None) -> Element:
    """One code of a code system (R4 Coding).

    Args:
        system: The URI of the code system.
        code: The code itself.
        display: What the system calls it; None leaves it out.
    """
    made = {"system": system, "code": code}
    return made | {"display": display} if display else made


def concept(*codings: Element, text: str | None = None) -> Element:
    """A concept: codes that all mean the same, and words for it (R4 CodeableConcept).

    Args:
        codings: As ``coding`` makes them; may be none where there are words.
        text: In plain words; None leaves them out.
    """
    made: Element = {"coding": list(codings)} if codings else {}
    return made | {"text": text} if text else made


def reference(kind: str, key: object, display: str | None = None) -> Element:
    """A literal reference such as ``Patient/1f…`` (R4 Reference).

    Args:
        kind: The type of the resource that is meant.
        key: Its logical id; a UUID is written in lower case.
        display: What people read; None leaves it out.
    """
    made = {"reference": f"{kind}/{key}"}
    return made | {"display": display} if display else made


def identifier(system: str, value: str, *, use: str | None = None, label: str | None = None) -> Element:
    """A business identifier (R4 Identifier).

    Args:
        system: The namespace in which the value is unique.
        value: The identifier.
        use: ``usual``, ``official``, ``secondary`` … ; None leaves it out.
        label: What kind of identifier it is, in words; None leaves it out.
    """
    made: Element = {"use": use} if use else {}
    if label:
        made["type"] = {"text": label}
    return made | {"system": system, "value": value}


def quantity(value: float, unit: str, code: str | None = None) -> Element:
    """A measured amount in a unit of UCUM (R4 Quantity).

    Args:
        value: A finite number.
        unit: The unit as people read it.
        code: The unit's UCUM code; None leaves code and system out, for what UCUM has no unit for.

    Raises:
        ValueError: If the value is not finite: JSON has no such number.
    """
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 (only NaN differs from itself)
        msg = "a quantity is a finite number"
        raise ValueError(msg)
    made: Element = {"value": value}
    if unit:
        made["unit"] = unit
    return made | {"system": UCUM, "code": code} if code else made


def period(start: str | None, end: str | None = None) -> Element:
    """A stretch of time (R4 Period), both ends inclusive; a missing end is open or not known.

    Args:
        start: As FHIR dateTime, such as ``2026-11`` or ``2026-11-22T10:00:00+01:00``; None leaves it out.
        end: The same.
    """
    made = {"start": start} if start else {}
    return made | {"end": end} if end else made


def extension(url: str, **value: Any) -> Element:  # noqa: ANN401 (any value[x])
    """An extension with one value, such as ``extension(url, valueString="…")`` (R4 Extension)."""
    return {"url": url, **value}


def narrative(text: Text | str) -> Element:
    """A generated narrative (R4 Narrative): a text in both languages becomes two marked paragraphs."""
    if isinstance(text, Text):
        body = "".join(
            f'<p lang="{language}" xml:lang="{language}">{html.escape(words)}</p>'
            for language, words in (("en", text.en), ("es", text.es))
        )
    else:
        body = f"<p>{html.escape(text)}</p>"
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}">{body}</div>'}


def both_languages(name: str, text: Text) -> Element:
    """A primitive element in English with its Spanish beside it (R4 translation extension).

    Returns:
        ``{name: …, "_name": {"extension": […]}}``, to be merged into the element that has the name.

    >>> sorted(both_languages("title", Text("Scar", "Cicatriz")))
    ['_title', 'title']
    """
    spanish = {
        "url": TRANSLATION,
        "extension": [{"url": "lang", "valueCode": "es"}, {"url": "content", "valueString": text.es}],
    }
    return {name: text.en, f"_{name}": {"extension": [spanish]}}


def absent(name: str, reason: str) -> Element:
    """A primitive element without a value and with the reason (R4 data-absent-reason extension).

    Args:
        name: Of the element.
        reason: A code of data-absent-reason, such as ``unknown``, ``not-asked``, ``asked-declined``.
    """
    return {f"_{name}": {"extension": [{"url": ABSENT_REASON, "valueCode": reason}]}}


def without_empty(resource: Element) -> Element:
    """The same without null, empty text, empty lists and empty objects, at any depth.

    A null in a list that has extensions beside it (``given`` and ``_given``) holds a place, and stays.
    """
    made = {}
    for name, value in resource.items():
        beside = name.startswith("_") or f"_{name}" in resource
        kept = _cleaned(value, beside=beside)
        if not _is_empty(kept):
            made[name] = kept
    return made


def _cleaned(value: Any, *, beside: bool) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(value, dict):
        return without_empty(value)
    if isinstance(value, list):
        items = [_cleaned(item, beside=False) for item in value]
        if beside:
            items = [None if _is_empty(item) else item for item in items]
            return items if any(item is not None for item in items) else []
        return [item for item in items if not _is_empty(item)]
    return value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def code_system(name: str) -> str:
    """The URI of a code system of ours, such as ``code_system("sign")``."""
    return f"{BASE}/CodeSystem/{name}"


def structure(name: str) -> str:
    """The URI of an extension of ours, such as ``structure("needle-setting")``."""
    return f"{BASE}/StructureDefinition/{name}"


def naming(name: str) -> str:
    """The URI of a namespace of identifiers of ours, such as ``naming("record-number")``."""
    return f"{BASE}/sid/{name}"
