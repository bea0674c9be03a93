"""The expected course of healing after a session on a scalp: what is usual on which day, and when to call.

Every day comes from the protocol's statements; where the protocol is silent a stage is left out. The days are the
usual ones and never say that skin has healed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dermograph.care.follow_up import colour_counts_from, settled_look
from dermograph.clinic.entries import Entries
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.giving_sign_words import plain_label
from dermograph.clinic.portal.own_standing import open_signs
from dermograph.clinic.portal.own_words import filled, inside
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.treatment.figures import said_of
from dermograph.core.dates import Period
from dermograph.core.text import Language, Text
from dermograph.protocols.model import Aftercare, Protocol, SideEffect, Statement

State = Literal["over", "now", "ahead"]
STATES: dict[State, Text] = {
    "over": Text("its usual time has passed", "su tiempo habitual ha pasado"),
    "now": Text("within its usual time today", "hoy, en su tiempo habitual"),
    "ahead": Text("later", "más adelante"),
}
_ONE_DAY = dt.timedelta(days=1)
_MARGIN_DAYS = 3  # of the drawn line after its last stage begins
#: The sign in the vocabulary whose usual time is that of a side effect for which the source gives no days.
_SIGN_OF = {"inflammation": "erythema"}
_TITLES = {
    "inflammation": Text("Slight inflammation", "Inflamación leve"),
    "crusts": Text("A thin crust", "Una costra fina"),
    "darker-colour": Text("A darker colour", "Un color más oscuro"),
    "final_look": Text("The settled look begins to show", "Empieza a verse el aspecto asentado"),
    "deep_healing": Text("Healing of the skin", "Curación de la piel"),
    "measure_after": Text("Colour can be judged", "El color se puede valorar"),
}
_ASSUMED = Text("an assumption, since the source gives no number of days", "un supuesto: la fuente no da días")
_UP_TO = Text("usual up to {last}", "habitual hasta el {last}")
_AFTER_CRUST = Text(
    "once the crust has fallen, until some day between {first} and {last}",
    "al caer la costra, hasta algún día entre el {first} y el {last}",
)
_BETWEEN = Text("on some day between {first} and {last}", "algún día entre el {first} y el {last}")
_SURFACE = Text(
    "the surface until about {last}, what lies below it after that",
    "la superficie hasta cerca del {last}; lo de debajo, después",
)
_FROM = Text("from {first} on", "desde el {first}")
_Days = tuple[dt.date, dt.date | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of the drawn line, in days after the session.

    Attributes:
        width: How long it is; to the end of the line where no end is given.
        is_sure: Whether the stage has surely begun and not ended there, as far as the protocol goes.
    """

    begins: int
    width: int
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of healing.

    Attributes:
        when: Its usual days, in words; an assumed figure is called one.
        state: Where today is in it.
        reason: What the protocol says, with its places in the sources, in the language of the page.
        worry: When to call; None where the protocol names nothing.
    """

    title: Text
    when: Text
    state: State
    reason: dict[str, Any]
    worry: Text | None
    bars: tuple[Bar, ...]

    @property
    def name_within(self) -> Text:
        """What it is, as it goes on within a sentence."""
        return Text(inside(self.title.en), inside(self.title.es))

    @property
    def says(self) -> Text:
        """Where today is in it, in words."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Healing:
    """The expected course after the last session on a scalp.

    Attributes:
        day: How many days after the session today is, 0 on its day.
        stages: In the order in which they begin.
        signs: What the patient reported since and is not known to be gone: then no date judges this skin.
        colour_from: The first day on which colour may be judged.
        days: How many days the drawn line covers.
    """

    course: Course
    held_on: dt.date
    day: int
    stages: tuple[Stage, ...]
    signs: tuple[Text, ...]
    colour_from: dt.date
    days: int

    @property
    def usual_now(self) -> tuple[Stage, ...]:
        """What is usual today."""
        return tuple(one for one in self.stages if one.state == "now")

    @property
    def is_over(self) -> bool:
        """Whether every stage has had its usual time."""
        return self.day >= (self.colour_from - self.held_on).days


def healing_of(course: Course, entries: Entries, on: dt.date, language: Language) -> Healing | None:
    """The expected course of healing after the last session of a course.

    Args:
        course: With its clinic.
        entries: What stands of the course.
        on: Today, by the clinic's clock.
        language: Of the page.

    Returns:
        None for another treatment than that of a scalp, and before the first session.
    """
    if course.treatment != SCALP or not entries.sessions:
        return None
    protocol, held = protocol_of(course), entries.sessions[-1].on
    colour_from = colour_counts_from(held, protocol)
    days = (colour_from - held).days + _MARGIN_DAYS
    return Healing(
        course=course,
        held_on=held,
        day=max(0, (on - held).days),
        stages=tuple(_stages(_Writer(protocol, held, on, language, days))),
        signs=tuple(plain_label(sign) for sign in open_signs(entries)),
        colour_from=colour_from,
        days=days,
    )


def healings_of(
    courses: Sequence[Course], entries: Mapping[uuid.UUID, Entries], on: dt.date, language: Language
) -> tuple[Healing, ...]:
    """That of each course that has one and is not closed."""
    found = (healing_of(one, entries[one.pk], on, language) for one in courses if one.closed_at is None)
    return tuple(one for one in found if one is not None)


def _stages(write: _Writer) -> Iterator[Stage]:
    effects = {one.id: one for one in write.protocol.side_effects}
    for name in ("inflammation", "crusts"):
        if name in effects:
            yield from write.usual(effects[name])
    if "darker-colour" in effects:
        yield from write.darker(effects["darker-colour"])
    yield from write.final_look()
    yield from (one for care in write.protocol.aftercare if care.id == "deep_healing" for one in write.deep(care))
    yield write.colour()


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the stages of one session; nothing for a statement without days."""

    protocol: Protocol
    held: dt.date
    on: dt.date
    language: Language
    days: int

    def usual(self, effect: SideEffect) -> Iterator[Stage]:
        """What is usual from the day of the session on, for a number of days."""
        rule, period = _usual_for(effect, self.protocol)
        if period is not None:
            last = period.after(self.held) - _ONE_DAY
            when = filled(_UP_TO, last=last)
            if any(cite.basis == "assumption" for cite in rule.cite):
                when = Text(f"{when.en}, {_ASSUMED.en}", f"{when.es}, {_ASSUMED.es}")
            yield self._stage(effect, when, "over" if self.on > last else "now", likely=(self.held, last))

    def darker(self, effect: SideEffect) -> Iterator[Stage]:
        """The colour that is darker once the crust has fallen."""
        if effect.longest is not None:
            first, last = (effect.shortest or effect.longest).after(self.held), effect.longest.after(self.held)
            when = filled(_AFTER_CRUST, first=first, last=last)
            yield self._stage(effect, when, "over" if self.on > last else "now", likely=(self.held, last))

    def final_look(self) -> Iterator[Stage]:
        """The days on one of which the settled look begins to show."""
        look = settled_look(self.held, self.protocol)
        if look is not None and look.last is not None:
            state: State = "ahead" if self.on < look.first else "over" if self.on > look.last else "now"
            when = filled(_BETWEEN, first=look.first, last=look.last)
            yield self._stage(look.statement, when, state, sure=(look.last, None), likely=(look.first, look.last))

    def deep(self, care: Aftercare) -> Iterator[Stage]:
        """The healing of the surface, and what lies below it, for which no end is given."""
        if care.period is not None:
            last = care.period.after(self.held)
            yield self._stage(care, filled(_SURFACE, last=last), "now", sure=(self.held, last), likely=(last, None))

    def colour(self) -> Stage:
        """The day from which colour counts."""
        first = colour_counts_from(self.held, self.protocol)
        state: State = "ahead" if self.on < first else "now"
        return self._stage(self.protocol.review.measure_after, filled(_FROM, first=first), state, sure=(first, None))

    def _stage(
        self, statement: Statement, when: Text, state: State, *, sure: _Days | None = None, likely: _Days | None = None
    ) -> Stage:
        return Stage(
            title=_TITLES[statement.id],
            when=when,
            state=state,
            reason=said_of(statement, self.protocol, self.language),
            worry=statement.worry if isinstance(statement, SideEffect) else None,
            bars=tuple(self._bars((likely, False), (sure, True))),
        )

    def _bars(self, *pieces: tuple[_Days | None, bool]) -> Iterator[Bar]:
        for days, is_sure in pieces:
            if days is not None:
                begins = (days[0] - self.held).days
                ends = self.days if days[1] is None else (days[1] - self.held).days + 1
                yield Bar(begins, max(0, min(ends, self.days) - begins), is_sure)


def _usual_for(effect: SideEffect, protocol: Protocol) -> tuple[Statement, Period | None]:
    """For how long a side effect is usual, and which statement gives the figure."""
    if effect.longest is not None:
        return effect, effect.longest
    sign = next((one for one in protocol.review.signs if one.sign == _SIGN_OF.get(effect.id)), None)
    return (sign, sign.usual_for) if sign is not None else (effect, None)
