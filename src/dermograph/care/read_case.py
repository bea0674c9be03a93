"""A case file read strictly: what is not understood is refused, and what is not there is unknown."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Mapping

from dermograph.care.case import Case
from dermograph.care.read_area import AreaReader, items_of, not_after, read_facts, refuse_unknown
from dermograph.core.dates import LAST_DAY
from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.protocols.field import Field
from dermograph.protocols.strict_yaml import parse
from dermograph.protocols.vocabulary import FactValue, Missing, Vocabulary

TOP = ("treatment", "assessed_on", "areas")
TOP_OPTIONAL = ("id", "schema", "patient", "events", "reviewed_on", "time_zone")


def read_case(
    text: str,
    vocabulary: Vocabulary,
    *,
    file: str = "case",
    today: dt.date | None = None,
    treatments: Collection[str] | None = None,
) -> Case:
    """Read a case.

    Args:
        text: YAML or JSON; see the case format in the documentation.
        vocabulary: What a case may hold.
        file: The name that errors show.
        today: If given, what is said to have happened after the day that follows it (the world has time zones) is
            refused: the assessment, sessions, measurements, signs, reviews. Events may lie ahead.

        treatments: If given, another treatment is refused.

    Raises:
        InputError: For anything that is not understood, with file, line, field and the nearest right name.

    >>> from dermograph.protocols import load_library
    >>> words = load_library().vocabulary
    >>> case = read_case("{treatment: scalp, assessed_on: 2026-11-21, areas: [{name: crown}]}", words)
    >>> case.area("crown").facts
    {}
    """
    root = parse(text, file)
    entries = root.mapping(required=TOP, optional=TOP_OPTIONAL)
    if "id" in entries and not entries["id"].is_null and not isinstance(entries["id"].node.value, int):
        entries["id"].string()
    if "schema" in entries:
        entries["schema"].choice(("dermograph.case/1",))
    assessed_on = entries["assessed_on"].day()
    latest = today + dt.timedelta(days=1) if today is not None else LAST_DAY
    not_after(entries["assessed_on"], assessed_on, latest)
    zone = _zone(entries["time_zone"]) if "time_zone" in entries else None
    facts, missing = _patient(entries, vocabulary, assessed_on)
    reader = AreaReader(vocabulary, assessed_on, latest, zone, facts, missing)
    for name, value in facts.items():
        reader.after_birth(entries["patient"].entries()[name], value)
    events = reader.events(entries.get("events"))
    areas = [reader.area(item, events) for item in items_of(entries["areas"])]
    if not areas:
        raise entries["areas"].error(Text("There is no area.", "No hay ninguna zona."))
    names = [area.name for area in areas]
    for item, name in zip(entries["areas"].items(), names, strict=True):
        if names.count(name) > 1:
            raise item.error(Text(f"Two areas are called {shown(name)}.", f"Dos zonas se llaman {shown(name)}."))
    reviewed_on = entries["reviewed_on"].day() if "reviewed_on" in entries else None
    if reviewed_on is not None:
        not_after(entries["reviewed_on"], reviewed_on, latest)
        if reviewed_on < assessed_on:
            raise entries["reviewed_on"].error(
                Text(
                    f"{reviewed_on} lies before the assessment on {assessed_on}.",
                    f"{reviewed_on} es anterior a la valoración, el {assessed_on}.",
                )
            )
    known = entries["treatment"].choice(treatments) if treatments is not None else entries["treatment"].string()
    return Case(
        treatment=known,
        assessed_on=assessed_on,
        areas=tuple(areas),
        reviewed_on=reviewed_on,
        time_zone=zone.key if zone else None,
        patient=facts,
    )


def _zone(field: Field) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(field.string())
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        name = shown(field.string())
        raise field.error(
            Text(f"Unknown time zone {name}.", f"Huso horario desconocido {name}."),
            Text("Write an IANA name such as Europe/Madrid.", "Escriba un nombre IANA como Europe/Madrid."),
        ) from None


def _patient(
    entries: Mapping[str, Field], vocabulary: Vocabulary, assessed_on: dt.date
) -> tuple[dict[str, FactValue], dict[str, Missing]]:
    if "patient" not in entries or entries["patient"].is_null:
        return {}, {}
    known = {name: fact for name, fact in vocabulary.facts.items() if fact.scope == "patient"}
    fields = entries["patient"].entries()
    refuse_unknown(fields, known, vocabulary, ())
    return read_facts(fields, known, assessed_on)
