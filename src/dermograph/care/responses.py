"""How the skin answered: one comparable measurement for each number of sessions held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.care.case import Area, Measurement, session_day
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.protocols.model import Goal, Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """The contrast after a number of sessions.

    Attributes:
        sessions: How many sessions had been held; 0 for the baseline.
        contrast: ΔE00 to the adjacent skin.
    """

    sessions: int
    on: dt.date
    contrast: Quantity


@dataclass(frozen=True, slots=True)
class Target:
    """The contrast at which a course has met its goal.

    Attributes:
        goal: ΔE00.
        visible: The smallest difference an observer sees on this tone, ΔE00; less than that has no visible effect.
        says: Where the two come from.
    """

    goal: float
    visible: float
    says: Text


def sessions_before(area: Area, day: dt.date) -> int:
    """How many sessions were held before a day; a photograph on the day of a session is taken before it."""
    return sum(session_day(session) < day for session in area.sessions)


def measure_from(area: Area, protocol: Protocol) -> dt.date | None:
    """The first day on which the answer to the last session can be measured; None before the first session."""
    return protocol.review.measure_after.period.after(session_day(area.sessions[-1])) if area.sessions else None


def latest_photograph(area: Area, until: dt.date) -> Measurement | None:
    """The latest measurement that counts for the last session, comparable or not; None if there is none yet."""
    last = session_day(area.sessions[-1])
    later = [measurement for measurement in area.measurements if last < measurement.on <= until]
    return later[-1] if later else None


def history(area: Area, protocol: Protocol, until: dt.date) -> tuple[Response, ...]:
    """Every comparable measurement that counts, by day.

    One taken before the skin has settled after a session does not count.
    """
    settling = protocol.review.measure_after.period
    found: list[Response] = []
    for measurement in area.measurements:
        if not measurement.comparable or measurement.contrast is None or measurement.on > until:
            continue
        count = sessions_before(area, measurement.on)
        if count and measurement.on < settling.after(session_day(area.sessions[count - 1])):
            continue
        found.append(Response(count, measurement.on, measurement.contrast))
    return tuple(found)


def responses(area: Area, protocol: Protocol, until: dt.date) -> tuple[Response, ...]:
    """The measurements that count by number of sessions, ascending: for each number the latest."""
    latest = {response.sessions: response for response in history(area, protocol, until)}
    return tuple(latest[count] for count in sorted(latest))


def target(area: Area, goal: Goal, until: dt.date) -> Target:
    """The goal of an area: what was agreed, else no longer visible on its tone.

    The tone is the ITA of the adjacent skin, measured on a comparable photograph by the day ``until``, if there is one;
    else the phototype. Between the two published tones nothing is published, and where the tone is not known, or not
    for sure, nothing is known: there the stricter figure holds.
    """
    measured = [
        measurement.ita_deg
        for measurement in area.measurements
        if measurement.ita_deg is not None and measurement.comparable and measurement.on <= until
    ]
    phototype = area.facts.get("phototype")
    if measured:
        dark = measured[-1].value + measured[-1].detectable <= goal.dark_below_ita
        tone = Text(f"ITA {measured[-1].value:.0f}°", f"ITA {measured[-1].value:.0f}°")
    elif isinstance(phototype, int):
        dark = phototype >= goal.dark_from_phototype
        tone = Text(f"phototype {phototype}", f"fototipo {phototype}")
    else:
        dark = False
        tone = Text("tone not known, the stricter figure", "tono desconocido, la cifra más estricta")
    visible = goal.dark if dark else goal.light
    if area.goal_delta_e00 is not None:
        agreed = Text(f"agreed goal, ΔE {area.goal_delta_e00:g}", f"objetivo acordado, ΔE {area.goal_delta_e00:g}")
        return Target(area.goal_delta_e00, visible, agreed)
    seen = Text(f"no longer visible, ΔE {visible:g} ({tone.en})", f"ya no visible, ΔE {visible:g} ({tone.es})")
    return Target(visible, visible, seen)
