"""The page of a treatment, put together from its protocol alone: nothing is said that the protocol does not carry."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dermograph.care.aftercare import timeline
from dermograph.clinic.website.footnotes import Cited, Footnotes, Said
from dermograph.clinic.website.who_not import GROUPS, condition_words
from dermograph.core.dates import Period
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol
from dermograph.protocols.model import Aftercare, Amount, Frequency, SideEffect

#: Sentences of a protocol that tell whoever treats what to write down; a visitor is not told them.
_FOR_STAFF = re.compile(r"\b(record|registre|ask about|pregunte por)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
PARAMETERS: Mapping[str, Text] = {
    "duration": Text("How long", "Duración"),
    "place": Text("Where", "Dónde"),
    "anaesthesia": Text("Anaesthesia", "Anestesia"),
    "device": Text("Device", "Aparato"),
    "needles": Text("Needles", "Agujas"),
    "depth": Text("Depth", "Profundidad"),
    "movement": Text("How it is worked", "Cómo se trabaja"),
    "pigment": Text("Pigment", "Pigmento"),
    "actives": Text("Active ingredients", "Principios activos"),
    "lots": Text("What is kept on record", "Qué se registra"),
}
FREQUENCIES: Mapping[Frequency, Text] = {
    "common": Text("common", "frecuente"),
    "uncommon": Text("uncommon", "poco frecuente"),
    "unstated": Text("how often is not stated", "sin dato de frecuencia"),
}
NO_FIGURE = Text("no figure given", "sin cifra")
OPEN_NUMBER = Text("open until your skin has answered", "abierto hasta ver cómo responde su piel")
_BEFORE = Text("{period} before", "{period} antes")
_FOR_LONG = Text("for {period}", "durante {period}")
_HOURS = {"minutes": 1 / 60, "hours": 1, "days": 24, "weeks": 168, "months": 730, "years": 8766}


@dataclass(frozen=True, slots=True)
class Group:
    """Some statements under one heading."""

    head: str
    leads_to: str
    items: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentText:
    """What the page of a treatment says, in one language.

    Attributes:
        what: What it is, where the protocol answers that; None else.
        facts: The few figures at the top, each with what it is.
        before_timed, before: What goes before a session, with a period (the longest first) and without.
        price: Per session, as people read it; None where the protocol gives none.
    """

    what: Said | None
    facts: tuple[tuple[str, Said], ...]
    indications: tuple[Said, ...]
    against: tuple[Group, ...]
    before_timed: tuple[Said, ...]
    before: tuple[Said, ...]
    during: tuple[Said, ...]
    after: tuple[Said, ...]
    effects: tuple[Said, ...]
    results: tuple[Said, ...]
    course: tuple[Said, ...]
    price: Said | None
    answers: tuple[Said, ...]
    sources: tuple[Cited, ...]


def treatment_text(protocol: Protocol, language: Language) -> TreatmentText:
    """The page of a treatment."""
    notes = Footnotes(protocol, language)
    first = next((one for one in protocol.answers if one.id == "what-is-it"), None)
    course, price = protocol.course, protocol.price
    return TreatmentText(
        facts=tuple(_facts(protocol, notes)),
        what=notes.said(first) if first else None,
        indications=tuple(notes.said(one) for one in protocol.indications),
        against=tuple(_against(protocol, notes)),
        before_timed=tuple(_before(protocol, notes)),
        before=tuple(notes.said(one) for one in protocol.preparation if not one.period),
        during=tuple(_during(protocol, notes)),
        after=tuple(_after(protocol, notes)),
        effects=tuple(
            notes.said(one, head=_how_often(one, language), more=one.worry.say(language))
            for one in protocol.side_effects
        ),
        results=tuple(notes.said(one) for one in (*protocol.results, *protocol.maintenance)),
        course=tuple(notes.said(one) for one in (course.published_sessions, course.review_before_next, course.spacing)),
        price=notes.said(price, head=money(price.amount, language)) if price and price.per == "session" else None,
        answers=tuple(notes.said(one, head=one.question.say(language)) for one in protocol.answers if one is not first),
        sources=tuple(notes.by_source()),
    )


def for_visitors(words: str) -> str:
    """The sentences that a visitor reads; empty if all of them are for whoever treats."""
    return " ".join(sentence for sentence in _SENTENCE.split(words) if not _FOR_STAFF.search(sentence))


def hours_of(period: Period | None) -> int:
    """About how many hours a period has; for its place in a list and for the bar beside it only."""
    return max(1, round(period.count * _HOURS[period.unit])) if period else 0


def money(amount: Amount, language: Language) -> str:
    """Such as "€120", or "120 €" in Spanish."""
    figure = f"{amount.value:.2f}".removesuffix(".00")
    if amount.unit != "eur":
        return f"{figure} {amount.unit}"
    return Text(f"€{figure}", f"{figure.replace('.', ',')}\u00a0€").say(language)


def undisputed(items: Iterable[Said]) -> str:
    """Statements as one run of text, for machines, each with its period or heading.

    One on which sources disagree is left out: there is no room for both sides.
    """
    agreed = (one for one in items if one.disagreement is None)
    return " ".join(f"{one.head}: {one.says}" if one.head else one.says for one in agreed)


def _facts(protocol: Protocol, notes: Footnotes) -> Iterator[tuple[str, Said]]:
    language = notes.language
    duration = protocol.parameter("duration")
    if duration is not None and duration.low is not None and duration.high is not None:
        minutes = f"{duration.low.value:g}–{duration.high.value:g} min"
        yield Text("A session", "Una sesión").say(language), notes.said(duration, says=minutes)
    spacing = protocol.course.spacing
    low, high = spacing.at_least, spacing.usually_at_most
    between = _range(low, high, language) if high else Text("at least ", "al menos ").say(language) + low.say(language)
    yield Text("Between two sessions", "Entre dos sesiones").say(language), notes.said(spacing, says=between)
    label = Text("How many sessions", "Cuántas sesiones").say(language)
    yield label, notes.said(protocol.course.published_sessions, says=OPEN_NUMBER.say(language))
    if protocol.price is not None and protocol.price.per == "session":
        price = money(protocol.price.amount, language)
        yield Text("Price of a session", "Precio por sesión").say(language), notes.said(protocol.price, says=price)


def _against(protocol: Protocol, notes: Footnotes) -> Iterator[Group]:
    language = notes.language
    for grades, (head, leads_to) in GROUPS.items():
        rules = [rule for rule in protocol.rules if rule.grade in grades]
        items = tuple(
            notes.said(
                rule,
                says=condition_words(rule, protocol, language),
                more=rule.to.say(language) if rule.to is not None else "",
            )
            for rule in rules
        )
        if items:
            yield Group(head.say(language), leads_to.say(language), items)


def _before(protocol: Protocol, notes: Footnotes) -> Iterator[Said]:
    """What goes before a session with a period, the longest first."""
    timed = [(one.period, one) for one in protocol.preparation if one.period]
    for period, one in sorted(timed, key=lambda pair: -hours_of(pair[0])):
        words = _BEFORE.format(period=period.say(notes.language)).say(notes.language)
        yield notes.said(one, head=words, hours=hours_of(period))


def _during(protocol: Protocol, notes: Footnotes) -> Iterator[Said]:
    for one in protocol.session:
        words = for_visitors(one.says.say(notes.language))
        if words:
            head = PARAMETERS.get(one.id)
            yield notes.said(one, says=words, head=head.say(notes.language) if head else "")


def _after(protocol: Protocol, notes: Footnotes) -> Iterator[Said]:
    """The aftercare in the order in which it ends; what has no figure last."""
    for care in timeline(dt.date(2026, 1, 1), protocol):  # any day: only the order matters
        one = care.statement
        yield notes.said(one, head=_how_long(one, notes.language), hours=hours_of(one.period) or None)


def _how_long(care: Aftercare, language: Language) -> str:
    if care.period is None:
        return NO_FIGURE.say(language)
    return _range(care.shortest, care.period, language)


def _how_often(effect: SideEffect, language: Language) -> str:
    often = FREQUENCIES[effect.frequency].say(language)
    if effect.longest is None:
        return often
    period = _range(effect.shortest, effect.longest, language)
    return f"{often}, {_FOR_LONG.format(period=period).say(language)}"


def _range(low: Period | None, high: Period, language: Language) -> str:
    """Such as "7 to 10 days"."""
    if low is None or low == high:
        return high.say(language)
    to = Text("to", "a").say(language)
    return f"{low.count if low.unit == high.unit else low.say(language)} {to} {high.say(language)}"
