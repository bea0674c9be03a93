"""A ``protocol.yaml`` read into the model: one short reader for each kind of statement."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast, get_args

from dermograph.core.dates import Period
from dermograph.core.errors import InputError, shown
from dermograph.core.text import Text
from dermograph.protocols.citations import Conflict, Source, read_cite
from dermograph.protocols.conditions import AnyOf, Within, leaves
from dermograph.protocols.field import Field
from dermograph.protocols.model import (
    GRADES,
    Aftercare,
    Amount,
    Answer,
    Frequency,
    Goal,
    Grade,
    Indication,
    Maintenance,
    Parameter,
    Plateau,
    Preparation,
    Price,
    PublishedSessions,
    Rule,
    SideEffect,
    SignRule,
    Spacing,
    Statement,
    Timed,
)
from dermograph.protocols.read_condition import read_condition, read_period
from dermograph.protocols.vocabulary import Vocabulary

AMOUNT_UNITS = ("minutes", "mm", "needles", "eur", "delta_e00", "deg", "percent", "sessions", "hz")
LOTS = ("needle", "anaesthetic", "pigment", "active_ingredient")
MOST_SESSIONS = 50
_S = TypeVar("_S", bound=Statement)
Entries = Mapping[str, Field]


@dataclass
class Reader:
    """What the statements of a protocol are checked against, and the problems found so far."""

    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    conflicts: Mapping[str, Conflict]
    problems: list[InputError] = field(default_factory=list)

    def each(self, entry: Field | None, read: Callable[[Reader, Field], _S]) -> tuple[_S, ...]:
        """The statements of a list, ids unique; what cannot be read goes to the problems."""
        found: dict[str, _S] = {}
        for item in entry.items() if entry is not None else ():
            try:
                statement = read(self, item)
                if statement.id in found:
                    raise item.error(
                        Text(
                            f"The id {shown(statement.id)} stands twice.",
                            f"El identificador {shown(statement.id)} se repite.",
                        )
                    )
                found[statement.id] = statement
            except InputError as error:
                self.problems.append(error)
        return tuple(found.values())

    def entries(self, item: Field, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> Entries:
        """The keys of a statement, which always says something and cites."""
        return item.mapping(required=("id", "says", "cite", *required), optional=("conflict", *optional))

    def named(self, item: Field, name: str, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> Entries:
        """The same for a statement that is the only one of its kind: its name is its id."""
        entries = dict(item.mapping(("says", "cite", *required), ("conflict", *optional)))
        return {**entries, "id": Field(dataclasses.replace(item.node, value=name), item.path, item.file)}

    def base(self, entries: Entries) -> dict[str, Any]:
        """The parts that every statement has."""
        conflict = None
        if "conflict" in entries:
            conflict = entries["conflict"].choice(self.conflicts)
        cites = tuple(read_cite(item, self.sources) for item in entries["cite"].items())
        if not cites:
            raise entries["cite"].error(Text("Nothing is cited.", "No se cita nada."))
        return {"id": entries["id"].string(), "says": entries["says"].text(), "cite": cites, "conflict": conflict}


def read_amount(item: Field) -> Amount:
    """A number with its unit, such as ``{mm: 0.5}``.

    Raises:
        InputError: If it is not a mapping of one known unit to a number of at least 0.
    """
    entries = item.mapping(optional=AMOUNT_UNITS)
    if len(entries) != 1:
        raise item.error(Text("A number needs one unit, such as {mm: 0.5}.", "Un número lleva una unidad: {mm: 0.5}."))
    [(unit, value)] = entries.items()
    return Amount(value.number(0, 1_000_000), unit)


def _period(entries: Entries, key: str) -> Period | None:
    return read_period(entries[key]) if key in entries else None


def _period_or_range(entries: Entries, key: str) -> tuple[Period | None, Period | None]:
    if key not in entries:
        return None, None
    if {"from", "to"} & set(entries[key].entries()):
        ends = entries[key].mapping(required=("from", "to"))
        return read_period(ends["from"]), read_period(ends["to"])
    return None, read_period(entries[key])


def _event(reader: Reader, entries: Entries) -> str | None:
    return entries["avoid"].choice(reader.vocabulary.events) if "avoid" in entries else None


def read_statement(reader: Reader, item: Field) -> Statement:
    """A statement that only says something."""
    return Statement(**reader.base(reader.entries(item)))


def read_indication(reader: Reader, item: Field) -> Indication:
    """What the sources treat."""
    entries = reader.entries(item, ("when",))
    when = read_condition(entries["when"], reader.vocabulary)
    if any(isinstance(leaf, Within) for leaf in leaves(when)):
        raise entries["when"].error(Text("An indication has no wait.", "Una indicación no lleva espera."))
    return Indication(when=when, **reader.base(entries))


def read_rule(reader: Reader, item: Field) -> Rule:
    """A graded rule; its grade and its condition have to fit each other."""
    entries = reader.entries(item, ("grade", "when"), ("to", "overrides"))
    grade = cast("Grade", entries["grade"].choice(GRADES))
    when = read_condition(entries["when"], reader.vocabulary)
    waits = any(isinstance(leaf, Within) for leaf in leaves(when))
    if (grade == "until_date" and not waits) or (waits and grade not in ("until_date", "caution", "info")):
        raise entries["grade"].error(
            Text(
                "'until_date' needs a 'within'; of the other grades only 'caution' and 'info' may have one.",
                "'until_date' exige un 'within'; de los demás grados solo 'caution' e 'info' pueden llevarlo.",
            )
        )
    if ("to" in entries) != (grade == "clearance"):
        raise entries["grade"].error(
            Text(
                "'clearance' says in 'to' who is asked, and no other grade does.",
                "'clearance' dice en 'to' a quién se consulta, y ningún otro grado.",
            )
        )
    return Rule(
        grade=grade,
        when=when,
        applies=when,
        to=entries["to"].text() if "to" in entries else None,
        overrides=tuple(name.string() for name in entries["overrides"].items()) if "overrides" in entries else (),
        **reader.base(entries),
    )


def read_outside(reader: Reader, item: Field) -> Rule:
    """The rule for lesions outside the indications; its condition is set when the rules are put together."""
    entries = reader.entries(item, ("grade",))
    grade = cast("Grade", entries["grade"].choice(("absolute",)))
    return Rule(grade=grade, when=AnyOf(()), applies=AnyOf(()), **reader.base(entries))


def read_preparation(reader: Reader, item: Field) -> Preparation:
    """What goes before a session."""
    entries = reader.entries(item, (), ("avoid", "for"))
    if "avoid" in entries and "for" not in entries:
        raise item.error(Text("'avoid' needs 'for', a period.", "'avoid' exige 'for', un periodo."))
    return Preparation(avoid=_event(reader, entries), period=_period(entries, "for"), **reader.base(entries))


def read_parameter(reader: Reader, item: Field) -> Parameter:
    """How a session is done."""
    entries = reader.entries(item, (), ("from", "to", "required"))
    low = read_amount(entries["from"]) if "from" in entries else None
    high = read_amount(entries["to"]) if "to" in entries else None
    if low and high and (low.unit != high.unit or low.value > high.value):
        raise item.error(Text("'from' lies above 'to'.", "'from' es mayor que 'to'."))
    required = tuple(lot.choice(LOTS) for lot in entries["required"].items()) if "required" in entries else ()
    return Parameter(low=low, high=high, required=required, **reader.base(entries))


def read_aftercare(reader: Reader, item: Field) -> Aftercare:
    """What holds after a session."""
    entries = reader.entries(item, (), ("avoid", "for"))
    shortest, period = _period_or_range(entries, "for")
    return Aftercare(avoid=_event(reader, entries), period=period, shortest=shortest, **reader.base(entries))


def read_side_effect(reader: Reader, item: Field) -> SideEffect:
    """What may happen, for how long, and when to worry."""
    entries = reader.entries(item, ("frequency", "worry"), ("lasts",))
    shortest, longest = _period_or_range(entries, "lasts")
    return SideEffect(
        frequency=cast("Frequency", entries["frequency"].choice(get_args(Frequency))),
        worry=entries["worry"].text(),
        shortest=shortest,
        longest=longest,
        **reader.base(entries),
    )


def read_maintenance(reader: Reader, item: Field) -> Maintenance:
    """What goes on once the treatment has ended."""
    entries = reader.entries(item, (), ("every",))
    return Maintenance(every=_period(entries, "every"), **reader.base(entries))


def read_answer(reader: Reader, item: Field) -> Answer:
    """A patient's question with its answer."""
    entries = reader.entries(item, ("question",))
    return Answer(question=entries["question"].text(), **reader.base(entries))


def read_sign(reader: Reader, item: Field) -> SignRule:
    """What a reported sign leads to."""
    entries = reader.entries(item, ("sign", "decision"), ("usual_for",))
    return SignRule(
        sign=entries["sign"].choice(reader.vocabulary.signs),
        decision=cast("Any", entries["decision"].choice(("refer", "wait"))),
        usual_for=_period(entries, "usual_for"),
        **reader.base(entries),
    )


def read_price(reader: Reader, item: Field) -> Price:
    """What a session costs."""
    entries = reader.named(item, "price", ("amount", "per"))
    return Price(amount=read_amount(entries["amount"]), per=entries["per"].choice(("session",)), **reader.base(entries))


def read_spacing(reader: Reader, item: Field) -> Spacing:
    """Time between two sessions."""
    entries = reader.named(item, "spacing", ("at_least",), ("usually_at_most",))
    return Spacing(
        at_least=read_period(entries["at_least"]),
        usually_at_most=_period(entries, "usually_at_most"),
        **reader.base(entries),
    )


def read_published(reader: Reader, item: Field) -> PublishedSessions:
    """How many sessions the source reports."""
    entries = reader.named(item, "published_sessions", (), ("seen", "from", "to"))
    if "seen" in entries:
        seen = tuple(sorted(count.integer(1, MOST_SESSIONS) for count in entries["seen"].items()))
        is_range = False
    elif "from" in entries and "to" in entries:
        ends = [read_amount(entries[key]) for key in ("from", "to")]
        seen, is_range = tuple(int(end.value) for end in ends), True
    else:
        seen, is_range = (), False
    if not seen:
        raise item.error(Text("Give 'seen', or 'from' and 'to'.", "Indique 'seen', o bien 'from' y 'to'."))
    return PublishedSessions(seen=seen, is_range=is_range, **reader.base(entries))


def read_timed(reader: Reader, item: Field) -> Timed:
    """A statement about a period after a session."""
    entries = reader.named(item, item.path.rpartition(".")[2], ("period",))
    return Timed(period=read_period(entries["period"]), **reader.base(entries))


def read_single(reader: Reader, item: Field) -> Statement:
    """A statement that is the only one of its kind."""
    return Statement(**reader.base(reader.named(item, item.path.rpartition(".")[2])))


def read_goal(reader: Reader, item: Field) -> Goal:
    """When a contrast is no longer visible."""
    keys = ("light", "dark", "dark_from_phototype", "dark_below_ita", "confidence")
    entries = reader.named(item, "goal", keys)
    amounts = {key: read_amount(entries[key]) for key in ("light", "dark", "dark_below_ita", "confidence")}
    for key, unit in (
        ("light", "delta_e00"),
        ("dark", "delta_e00"),
        ("dark_below_ita", "deg"),
        ("confidence", "percent"),
    ):
        if amounts[key].unit != unit:
            raise entries[key].error(Text(f"The unit here is {unit}.", f"La unidad aquí es {unit}."))
    return Goal(
        light=amounts["light"].value,
        dark=amounts["dark"].value,
        dark_from_phototype=entries["dark_from_phototype"].integer(1, 6),
        dark_below_ita=amounts["dark_below_ita"].value,
        confidence=amounts["confidence"].value / 100,
        **reader.base(entries),
    )


def read_plateau(reader: Reader, item: Field) -> Plateau:
    """When the treatment has reached its plateau."""
    entries = reader.named(item, "plateau", ("sessions_without_change",))
    amount = read_amount(entries["sessions_without_change"])
    if amount.unit != "sessions" or amount.value < 1 or amount.value != int(amount.value):
        raise entries["sessions_without_change"].error(Text("Give {sessions: 2}.", "Indique {sessions: 2}."))
    return Plateau(sessions=int(amount.value), **reader.base(entries))
