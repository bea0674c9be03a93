"""Parts of a record as Hypothesis makes them up: any value that the standard can carry, and any reason why not."""

import dataclasses
import datetime as dt
import functools
import types
import typing
import uuid
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from dermograph.exchange.fhir.map.tables import TABLES
from dermograph.exchange.record.papers import AuditEntry, Message, Provenance
from dermograph.exchange.record.part import NO_CONCEPT, Concept, Measured, Part
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.unknown import REASONS, UNWRITTEN, Unknown
from dermograph.exchange.record.whole import Record

Made = st.SearchStrategy[Any]

SLUGS = st.from_regex(r"[a-z][a-z0-9_.-]{0,12}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
#: Fields that hold what people write; every other text is a word of a vocabulary.
FREE = {
    "name",
    "given_names",
    "family_names",
    "address",
    "phone",
    "email",
    "words",
    "words_es",
    "asked_of",
    "asked_of_es",
    "places",
    "rule",
    "note",
    "notes",
    "reaction",
    "reason",
    "correction_reason",
    "title",
    "caveat",
    "signed_name",
    "clearance_reason",
    "late_reason",
    "label",
    "maker",
    "supplier",
    "withdrawn_reason",
    "udi",
    "number",
    "device",
    "lot",
    "method",
    "protocol_version",
    "protocol_hash",
    "version",
}
UNKNOWNS = st.builds(Unknown, st.sampled_from(REASONS))
ZONES = st.builds(dt.timezone, st.builds(dt.timedelta, minutes=st.integers(-12 * 60, 14 * 60)))
INSTANTS = st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2199, 12, 30), timezones=ZONES)  # noqa: DTZ001 (zoned)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
PARTIAL = st.builds(lambda day, length: PartialDate(str(day)[:length]), DAYS, st.sampled_from([4, 7, 10]))
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: number + 0.0)
WHOLE = st.integers(1, 2**31 - 1)
IDS = st.uuids(version=4)
JSON = st.dictionaries(
    WORDS,
    st.recursive(st.none() | st.booleans() | st.integers(-99, 99) | NUMBERS | WORDS, st.lists),
    max_size=3,
)
CONCEPTS = st.one_of(
    st.builds(Concept, SLUGS, words=st.just("") | WORDS),
    st.builds(Concept, SLUGS, st.just("http://loinc.org"), st.just("") | WORDS),
    st.builds(Concept, words=WORDS),
)
MEASURED = st.builds(
    Measured,
    NUMBERS,
    NUMBERS.map(abs) | UNKNOWNS,
    st.sampled_from(["", "delta_e00", "mm", "cm2", "percent", "furlong"]),
)
REFERENCES = st.builds("{}/{}".format, st.sampled_from(["Procedure", "Observation", "Media"]), IDS)
SAID = st.one_of(
    st.booleans(), st.integers(-(2**31), 2**31 - 1), WORDS, PARTIAL, INSTANTS, MEASURED, CONCEPTS, UNKNOWNS
)

#: What was decided, as far as it is told in words and codes.
TOLD = st.fixed_dictionaries(
    {
        "name": WORDS,
        "reasons": st.lists(
            st.fixed_dictionaries(
                {"rule": SLUGS, "grade": st.sampled_from(["indication", "absolute", "info"]), "says": WORDS}
            ),
            max_size=2,
        ),
        "ask": st.lists(
            st.fixed_dictionaries({"fact": SLUGS, "missing": SLUGS, "could_become": SLUGS}),
            max_size=2,
        ),
    }
)

_STATES: Mapping[str, list[str]] = {
    "rooms": ["active", "inactive", "suspended"],
    "lesions": ["active", "resolved", "remission"],
    "courses": ["open", "closed", "abandoned", "draft"],
    "goals": ["active", "completed", "proposed"],
    "plans": ["open", "closed", "abandoned", "draft"],
    "responses": ["completed", "amended", "in-progress"],
    "slots": ["free", "busy"],
    "appointments": ["held", "booked", "arrived", "done", "cancelled", "no_show", "waitlist"],
    "needles": ["active", "inactive"],
    "supplies": ["active", "inactive"],
    "sessions": ["completed", "in-progress", "stopped"],
    "device_uses": ["completed", "active"],
    "photographs": ["completed", "withdrawn"],
    "documents": ["current", "superseded"],
    "findings": ["final", "amended"],
    "consents": ["active", "inactive"],
    "messages": ["completed", "in-progress"],
    "tasks": ["requested", "completed"],
}
#: What the standard wants to be there, or wants to be one of few words.
_WANTED: Mapping[tuple[str, str], Made] = {
    ("slots", "starts_at"): INSTANTS,
    ("slots", "ends_at"): INSTANTS,
    ("slots", "schedule"): IDS,
    ("provenances", "targets"): st.lists(REFERENCES, min_size=1, max_size=3).map(tuple),
    ("provenances", "at"): INSTANTS,
    ("audit", "at"): INSTANTS,
    ("audit", "action"): st.builds(Concept, SLUGS),
    ("adverse_events", "happened"): st.sampled_from(["actual", "potential"]),
    ("adverse_events", "severity"): st.sampled_from([NO_CONCEPT, Concept("mild"), Concept("severe")]),
    ("adverse_events", "outcome"): st.sampled_from([NO_CONCEPT, Concept("resolved"), Concept("ongoing")]),
    ("supplies", "kind"): CONCEPTS,
    ("device_uses", "device"): IDS,
    ("answers", "value"): SAID,
    ("responses", "value"): SAID,
    ("responses", "link"): SLUGS,
    ("assessments", "result"): st.builds(lambda told: {"en": told, "es": told}, st.just({}) | TOLD) | JSON,
    ("findings", "value"): SAID,
    ("findings", "what"): CONCEPTS,
    ("tasks", "about"): st.just("") | REFERENCES,
    ("documents", "about"): st.lists(REFERENCES, max_size=2).map(tuple),
    ("adverse_events", "suspects"): st.lists(REFERENCES, max_size=2).map(tuple),
    ("areas", "side"): st.sampled_from(["", "left", "right", "middle"]),
    ("goals", "words"): WORDS,
    ("lesions", "certainty"): st.sampled_from(["", "confirmed", "provisional"]),
    ("patient", "number"): st.none() | st.integers(1, 10**9),
    ("patient", "version"): st.none() | st.integers(1, 10**9),
    ("audit", "number"): st.none() | st.integers(1, 10**9),
    ("photographs", "media_type"): st.sampled_from(["", "image/jpeg"]),
    ("documents", "media_type"): st.sampled_from(["", "application/dicom"]),
    ("documents", "url"): st.sampled_from(["", "https://clinic.example/dicom/1"]),
}
_NEVER_EMPTY = {"fact", "what", "sign"}


@functools.cache
def parts(field: str) -> Made:
    """Parts of one field of a record."""
    table = TABLES[field]
    return _made(table.part, field).filter(_is_possible)


def _made(cls: type, field: str) -> Made:
    hints = typing.get_type_hints(cls)
    values = {}
    for one in dataclasses.fields(cls):
        if one.name == "origin":
            continue
        if one.name == "state":
            values[one.name] = st.sampled_from(_STATES[field])
        else:
            wanted = _WANTED.get((field, one.name))
            values[one.name] = _of(hints[one.name], field, one.name) if wanted is None else wanted
    return st.builds(cls, **values)


def _of(hint: Any, field: str, name: str) -> Made:  # noqa: ANN401 (a type)
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return st.one_of([_one(kind, field, name) for kind in kinds])


def _one(kind: Any, field: str, name: str) -> Made:  # noqa: ANN401 (a type)
    if kind is str:
        if name in FREE:
            return SLUGS if name == "name" and field in {"comparisons", "scalp_readings"} else st.just("") | WORDS
        return SLUGS if name in _NEVER_EMPTY and field != "audit" else st.just("") | SLUGS
    if kind is types.NoneType:
        return IDS if name in {"patient", "practitioner"} else st.none()
    plain: dict[Any, Made] = {
        bool: st.booleans(),
        int: WHOLE,
        float: NUMBERS,
        uuid.UUID: IDS,
        dt.datetime: INSTANTS,
        PartialDate: PARTIAL,
        Unknown: UNKNOWNS,
        Measured: MEASURED,
        Concept: st.just(NO_CONCEPT) | CONCEPTS,
    }
    if kind in plain:
        return plain[kind]
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        plain |= {str: WORDS if name in FREE else SLUGS}
        items = plain[inner] if inner in plain else _made(inner, field)
        return st.lists(items, max_size=3).map(tuple)
    if dataclasses.is_dataclass(kind):
        return _made(typing.cast("type", kind), field)
    return JSON


def _is_possible(part: Part) -> bool:
    if isinstance(part, Message):
        return not (part.from_patient and part.written_by)
    if isinstance(part, Provenance | AuditEntry) and part.who and part.by_patient:
        return False
    if isinstance(part, Provenance):
        return bool(part.signed_name) == (part.signed_at != UNWRITTEN)
    return True


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Records with a few parts of a few kinds."""
    chosen = draw(st.lists(st.sampled_from([name for name in TABLES if name not in {"clinic", "patient"}]), max_size=4))
    others = {name: tuple(draw(st.lists(parts(name), max_size=2))) for name in chosen}
    return Record(clinic=draw(parts("clinic")), patient=draw(parts("patient")), **others)
