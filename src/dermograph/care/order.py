"""In which order several areas are proposed for treatment, and what one session can hold.

The source asks for areas to be prioritised but gives no formula; the order of the criteria is an assumption that the
clinic can set (``assumptions/area-order``). What is not known about an area never moves it forward.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.care.case import Area, Case
from dermograph.core.dates import FIRST_DAY
from dermograph.core.days import Days
from dermograph.core.quantity import Quantity
from dermograph.core.text import Language, Text
from dermograph.protocols.citations import Cite
from dermograph.protocols.model import Protocol

_ORDER_CLAIM = ("assumptions", "area-order")


@dataclass(frozen=True, slots=True)
class Place:
    """One area's place in the order.

    Attributes:
        rank: 1 for the first.
        because: What puts it before the next one; empty for the last.
    """

    name: str
    rank: int
    because: Text


@dataclass(frozen=True, slots=True)
class Sitting:
    """Areas that one session can hold together, by the practitioner's own estimates of time.

    Attributes:
        minutes: Their sum; None where an estimate is missing.
        first: The first day that is open to all of them.
    """

    names: tuple[str, ...]
    minutes: int | None
    first: dt.date


@dataclass(frozen=True, slots=True)
class Order:
    """A proposed order of treatment; the practitioner decides."""

    places: tuple[Place, ...]
    sittings: tuple[Sitting, ...]
    cite: tuple[Cite, ...]

    def to_json(self, language: Language) -> dict[str, Any]:
        """Plain values, texts in one language."""
        return {
            "areas": [
                {"name": place.name, "rank": place.rank, "because": place.because.say(language)}
                for place in self.places
            ],
            "sittings": [
                {"areas": list(sitting.names), "minutes": sitting.minutes, "first": sitting.first.isoformat()}
                for sitting in self.sittings
            ],
            "cite": [cite.to_json() for cite in self.cite],
        }


@dataclass(frozen=True, slots=True)
class _Candidate:
    area: Area
    open_days: Days
    contrast_class: int

    @property
    def earliest(self) -> dt.date | None:
        return self.open_days.first_from(FIRST_DAY)


def treatment_order(case: Case, open_days: Mapping[str, Days], protocol: Protocol) -> Order:
    """Propose an order: what can be treated first, then the patient's wish, then contrast, then size.

    Two contrasts that their uncertainty does not tell apart count as equal.
    """
    classes = _contrast_classes(case)
    candidates = [_Candidate(area, open_days[area.name], classes[area.name]) for area in case.areas]
    ranked = sorted(candidates, key=functools.cmp_to_key(_compare))
    nothing = Text("", "")
    places = [
        Place(one.area.name, rank, _difference(one, ranked[rank])[1] if rank < len(ranked) else nothing)
        for rank, one in enumerate(ranked, start=1)
    ]
    source, claim = _ORDER_CLAIM
    cite = (protocol.sources[source].cite(claim),) if source in protocol.sources else ()
    return Order(tuple(places), _sittings(ranked, protocol), cite)


def _contrast_classes(case: Case) -> dict[str, int]:
    """Areas by contrast, 0 for the largest; what the uncertainty does not tell from a class's largest is in its class.

    Areas without a measured contrast come last, all in one class.
    """
    known: list[tuple[str, Quantity]] = []
    for area in case.areas:
        measured = [measurement.contrast for measurement in area.measurements if measurement.comparable]
        if measured and measured[-1] is not None:
            known.append((area.name, measured[-1]))
    known.sort(key=lambda entry: -entry[1].value)
    classes: dict[str, int] = {}
    leader: Quantity | None = None
    current = 0
    for name, contrast in known:
        if leader is None or (leader - contrast).is_detectable:
            leader = contrast
            current = len(classes)
        classes[name] = current
    return {area.name: classes.get(area.name, len(case.areas)) for area in case.areas}


def _compare(one: _Candidate, other: _Candidate) -> int:
    return _difference(one, other)[0]


def _difference(one: _Candidate, other: _Candidate) -> tuple[int, Text]:
    """Negative if ``one`` goes first, with the criterion that decides."""
    for criterion, says in _CRITERIA:
        if sign := criterion(one, other):
            return sign, says
    return 0, Text("nothing tells them apart; order of the case", "nada las distingue; orden del caso")


def _first_open(one: _Candidate, other: _Candidate) -> int:
    days = [candidate.earliest or dt.date.max for candidate in (one, other)]
    return (days[0] > days[1]) - (days[0] < days[1])


def _wish(one: _Candidate, other: _Candidate) -> int:
    wishes = [candidate.area.wish or dt.date.max.toordinal() for candidate in (one, other)]
    return (wishes[0] > wishes[1]) - (wishes[0] < wishes[1])


def _contrast(one: _Candidate, other: _Candidate) -> int:
    return one.contrast_class - other.contrast_class


def _size(one: _Candidate, other: _Candidate) -> int:
    sizes = [candidate.area.size_cm2 or 0 for candidate in (one, other)]
    return (sizes[0] < sizes[1]) - (sizes[0] > sizes[1])


_CRITERIA: tuple[tuple[Callable[[_Candidate, _Candidate], int], Text], ...] = (
    (_first_open, Text("its first open day is earlier", "su primer día disponible es anterior")),
    (_wish, Text("the patient wishes it first", "el paciente la prefiere antes")),
    (_contrast, Text("its measured contrast is larger", "su contraste medido es mayor")),
    (_size, Text("it is larger", "es mayor")),
)


def _sittings(ranked: list[_Candidate], protocol: Protocol) -> tuple[Sitting, ...]:
    """Areas in their order, packed into sessions no longer than the protocol's longest; none is put off for another."""
    duration = protocol.parameter("duration")
    longest = duration.high.value if duration and duration.high and duration.high.unit == "minutes" else None
    sittings: list[Sitting] = []
    for candidate in ranked:
        if candidate.earliest is None:
            continue
        minutes, last = candidate.area.minutes, sittings[-1] if sittings else None
        if last and last.minutes and minutes and longest and last.minutes + minutes <= longest:
            joined = Sitting((*last.names, candidate.area.name), last.minutes + minutes, last.first)
        else:
            joined = None
        if joined and joined.first in candidate.open_days:
            sittings[-1] = joined
        else:
            sittings.append(Sitting((candidate.area.name,), minutes, candidate.earliest))
    return tuple(sittings)
