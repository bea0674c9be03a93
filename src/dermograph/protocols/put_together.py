"""Statements put together into a protocol: exceptions between rules resolved, sources collected."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from dermograph.core.errors import nearest, shown
from dermograph.core.text import Text
from dermograph.protocols import read_protocol as read
from dermograph.protocols.conditions import All, AnyOf, Not, Within, leaves
from dermograph.protocols.field import Field
from dermograph.protocols.model import Course, Indication, Protocol, ReviewRules, Rule, Statement
from dermograph.protocols.read_protocol import Reader

_REQUIRED = ("schema", "id", "version", "title", "summary", "indications", "outside_indications", "rules")
_SECTIONS = ("preparation", "session", "course", "aftercare", "side_effects", "results", "answers", "review")
_OPTIONAL = ("maintenance", "price")


def read_protocol(root: Field, reader: Reader) -> Protocol:
    """A whole ``protocol.yaml``. Problems inside its lists are collected in the reader.

    Raises:
        InputError: For a problem that leaves no protocol to speak of.
    """
    entries = root.mapping(required=(*_REQUIRED, *_SECTIONS), optional=_OPTIONAL)
    entries["schema"].choice(("dermograph.protocol/1",))
    version = entries["version"].string()
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version):
        raise entries["version"].error(Text("A version is like 1.0.0.", "Una versión es como 1.0.0."))
    indications = reader.each(entries["indications"], read.read_indication)
    rules = reader.each(entries["rules"], read.read_rule)
    outside = read.read_outside(reader, entries["outside_indications"])
    _check_overrides(entries["rules"], rules)
    return Protocol(
        id=entries["id"].string(),
        version=version,
        hash="",
        title=entries["title"].text(),
        summary=entries["summary"].text(),
        indications=indications,
        rules=resolved(indications, (outside, *rules)),
        preparation=reader.each(entries["preparation"], read.read_preparation),
        session=reader.each(entries["session"], read.read_parameter),
        course=_read_course(reader, entries["course"]),
        aftercare=reader.each(entries["aftercare"], read.read_aftercare),
        side_effects=reader.each(entries["side_effects"], read.read_side_effect),
        results=reader.each(entries["results"], read.read_statement),
        maintenance=reader.each(entries.get("maintenance"), read.read_maintenance),
        price=read.read_price(reader, entries["price"]) if "price" in entries else None,
        answers=reader.each(entries["answers"], read.read_answer),
        review=_read_review(reader, entries["review"]),
        sources=reader.sources,
        conflicts=reader.conflicts,
        vocabulary=reader.vocabulary,
    )


def _read_course(reader: Reader, item: Field) -> Course:
    entries = item.mapping(("spacing", "published_sessions", "review_before_next", "settled_after"))
    return Course(
        spacing=read.read_spacing(reader, entries["spacing"]),
        published_sessions=read.read_published(reader, entries["published_sessions"]),
        review_before_next=read.read_single(reader, entries["review_before_next"]),
        settled_after=read.read_timed(reader, entries["settled_after"]),
    )


def _read_review(reader: Reader, item: Field) -> ReviewRules:
    entries = item.mapping(("measure_after", "signs", "goal", "plateau"), ("maintain",))
    return ReviewRules(
        measure_after=read.read_timed(reader, entries["measure_after"]),
        signs=reader.each(entries["signs"], read.read_sign),
        goal=read.read_goal(reader, entries["goal"]),
        plateau=read.read_plateau(reader, entries["plateau"]),
        maintain=read.read_single(reader, entries["maintain"]) if "maintain" in entries else None,
    )


def _check_overrides(item: Field, rules: tuple[Rule, ...]) -> None:
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        for name in rule.overrides:
            if name not in by_id or name == rule.id:
                raise item.error(
                    Text(
                        f"{rule.id} overrides {shown(name)}, which is no other rule.",
                        f"{rule.id} anula {shown(name)}, que no es otra regla.",
                    ),
                    nearest(name, by_id),
                )
            if by_id[name].overrides:
                raise item.error(
                    Text(
                        f"{shown(name)} is overridden and overrides: that chain can be read in two ways.",
                        f"{shown(name)} se anula y anula a otra: esa cadena se lee de dos maneras.",
                    )
                )
        if rule.overrides and any(isinstance(leaf, Within) for leaf in leaves(rule.when)):
            raise item.error(
                Text(
                    f"{rule.id} waits for a date, so it may not override.",
                    f"{rule.id} espera una fecha, así que no puede anular.",
                )
            )


def resolved(indications: tuple[Indication, ...], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules with what they evaluate: exceptions taken out, the first one set to "no indication holds"."""
    outside, *rest = rules
    none_holds = Not(AnyOf(tuple(indication.when for indication in indications)))
    result = [dataclasses.replace(outside, when=none_holds, applies=none_holds)]
    for rule in rest:
        stronger = tuple(Not(other.when) for other in rest if rule.id in other.overrides)
        applies = All((rule.when, *stronger)) if stronger else rule.when
        result.append(dataclasses.replace(rule, applies=applies))
    return tuple(result)


def statements(protocol: Protocol) -> Iterator[tuple[str, Statement]]:
    """Every statement of a protocol with the section that it stands in, such as ``course`` or ``rules``."""
    for section in (
        "indications",
        "rules",
        "preparation",
        "session",
        "aftercare",
        "side_effects",
        "results",
        "maintenance",
        "answers",
    ):
        for statement in getattr(protocol, section):
            yield section, statement
    for name in ("spacing", "published_sessions", "review_before_next", "settled_after"):
        yield "course", getattr(protocol.course, name)
    for name in ("measure_after", "goal", "plateau", "maintain"):
        if (statement := getattr(protocol.review, name)) is not None:
            yield "review", statement
    for sign in protocol.review.signs:
        yield "review.signs", sign
    if protocol.price is not None:
        yield "price", protocol.price


def cited_sources(protocol: Protocol) -> tuple[str, ...]:
    """The keys of the registers that a protocol cites, in order of first use."""
    return tuple(dict.fromkeys(cite.source for _, statement in statements(protocol) for cite in statement.cite))
