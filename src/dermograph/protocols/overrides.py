"""A clinic's own protocol: another one with some statements replaced, the originals kept beside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from dermograph.core.errors import InputError, nearest, shown
from dermograph.core.text import Text
from dermograph.protocols import read_protocol as read
from dermograph.protocols.field import Field
from dermograph.protocols.model import Override, Protocol, Rule, Statement
from dermograph.protocols.put_together import resolved, statements
from dermograph.protocols.read_protocol import Reader

_READERS: Mapping[str, Callable[[Reader, Field], Statement]] = {
    "indications": read.read_indication,
    "rules": read.read_rule,
    "preparation": read.read_preparation,
    "session": read.read_parameter,
    "aftercare": read.read_aftercare,
    "side_effects": read.read_side_effect,
    "results": read.read_statement,
    "maintenance": read.read_maintenance,
    "answers": read.read_answer,
    "review.signs": read.read_sign,
    "price": read.read_price,
    "spacing": read.read_spacing,
    "published_sessions": read.read_published,
    "review_before_next": read.read_single,
    "settled_after": read.read_timed,
    "measure_after": read.read_timed,
    "goal": read.read_goal,
    "plateau": read.read_plateau,
    "maintain": read.read_single,
}


def read_overrides(root: Field, reader: Reader, protocols: Mapping[str, Protocol]) -> Protocol:
    """A protocol that extends another one.

    Raises:
        InputError: If it extends none that is known, or replaces what is not there or not unique.
    """
    entries = root.mapping(required=("schema", "id", "extends", "version", "title", "overrides"))
    entries["schema"].choice(("dermograph.overrides/1",))
    name = entries["extends"].choice(protocols)
    base = protocols[name]
    protocol = base
    for item in entries["overrides"].items():
        try:
            protocol = _override(protocol, item, reader, entries["id"].string())
        except InputError as error:
            reader.problems.append(error)
    return dataclasses.replace(
        protocol,
        id=entries["id"].string(),
        version=entries["version"].string(),
        title=entries["title"].text(),
        rules=resolved(protocol.indications, protocol.rules),
        base=base.id,
    )


def _override(protocol: Protocol, item: Field, reader: Reader, own_id: str) -> Protocol:
    parts = item.mapping(required=("replaces", "decided_by", "reason", "with"))
    section, original = _find(protocol, parts["replaces"])
    kind = section if section in _READERS else original.id
    if kind not in _READERS:
        raise parts["replaces"].error(Text("This cannot be replaced.", "Esto no se puede sustituir."))
    if isinstance(original, Rule) and original is protocol.rules[0]:
        new: Statement = read.read_outside(reader, parts["with"])
    else:
        entry = parts["with"]
        new = _READERS[kind](reader, Field(entry.node, f"{entry.path}.{original.id}", entry.file))
    if new.id != original.id:
        raise parts["with"].error(
            Text(
                f"The new entry keeps the id {shown(original.id)}.",
                f"La nueva entrada conserva el id {shown(original.id)}.",
            )
        )
    override = Override(parts["reason"].text(), parts["decided_by"].string(), own_id)
    return _replaced(protocol, section, original, dataclasses.replace(new, replaces=original, override=override))


def _find(protocol: Protocol, item: Field) -> tuple[str, Statement]:
    wanted = item.string()
    known = {f"{section}.{statement.id}": (section, statement) for section, statement in statements(protocol)}
    found = [key for key in known if wanted in (key, key.rpartition(".")[2])]
    if len(found) == 1:
        return known[found[0]]
    if found:
        raise item.error(
            Text(f"{shown(wanted)} is the id of several entries.", f"{shown(wanted)} es el id de varias entradas."),
            Text(f"Write one of: {', '.join(found)}.", f"Escriba una de: {', '.join(found)}."),
        )
    raise item.error(
        Text(f"{protocol.id} has no entry {shown(wanted)}.", f"{protocol.id} no tiene la entrada {shown(wanted)}."),
        nearest(wanted, {key.rpartition(".")[2] for key in known}),
    )


def _replaced(protocol: Protocol, section: str, original: Statement, new: Statement) -> Protocol:
    changes: dict[str, Any]
    if section == "price":
        changes = {"price": new}
    elif section == "course":
        changes = {"course": dataclasses.replace(protocol.course, **_one(original.id, new))}
    elif section == "review":
        changes = {"review": dataclasses.replace(protocol.review, **_one(original.id, new))}
    elif section == "review.signs":
        signs = tuple(new if sign is original else sign for sign in protocol.review.signs)
        changes = {"review": dataclasses.replace(protocol.review, **_one("signs", signs))}
    else:
        old = getattr(protocol, section)
        changes = {section: tuple(new if statement is original else statement for statement in old)}
    return dataclasses.replace(protocol, **changes)


def _one(name: str, value: object) -> dict[str, Any]:
    """One field by its name; the reader chosen by that name has made the right type."""
    return {name: value}
