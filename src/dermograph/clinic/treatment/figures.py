"""Figures of a session: the estimated punctures, and what the protocol states for each setting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dermograph.care.reasons import Reason
from dermograph.core.text import Language
from dermograph.protocols.model import Parameter, Protocol, Statement

# Which statement of a protocol speaks of which figure of a zone, with the unit it has to be in.
STATED = {"needle_setting_mm": ("depth", "mm"), "needles": ("needles", "needles")}
DURATION = ("duration", "minutes")
LIMITS: Mapping[str, tuple[float, float]] = {
    "needle_setting_mm": (0.01, 10),
    "needles": (1, 500),
    "speed_hz": (0.1, 1000),
    "passes": (1, 100),
    "seconds": (1, 14_400),
    "cm2": (0.01, 20_000),
}
WHOLE = frozenset({"needles", "passes", "seconds"})
MOST_DOTS = 2_000_000  # of one session: more than any design can set, so that none has to be written down wrong


def punctures_per_cm2(zone: Mapping[str, Any]) -> float | None:
    """The estimated punctures per cm²: needles × strokes a second × seconds / cm².

    It counts every stroke as one puncture of every needle, and takes them as spread evenly; so it is an estimate.

    Returns:
        None where one of the four figures was not recorded.
    """
    needles, speed, seconds, area = (zone.get(name) for name in ("needles", "speed_hz", "seconds", "cm2"))
    if not needles or not speed or not seconds or not area:
        return None
    return float(needles) * float(speed) * float(seconds) / float(area)


def stated(protocol: Protocol, name: str) -> Parameter | None:
    """The statement of a protocol that gives a range for a figure; None where it gives none."""
    parameter_id, unit = DURATION if name == "minutes" else STATED.get(name, ("", ""))
    parameter = protocol.parameter(parameter_id)
    ends = [end for end in (parameter.low, parameter.high) if end is not None] if parameter else []
    return parameter if ends and all(end.unit == unit for end in ends) else None


def outside(parameter: Parameter | None, value: float | None) -> bool:
    """Whether a figure lies outside a stated range; both of its ends are inside."""
    if parameter is None or value is None:
        return False
    below = parameter.low is not None and value < parameter.low.value
    return below or (parameter.high is not None and value > parameter.high.value)


def said_of(statement: Statement, protocol: Protocol, language: Language, grade: str = "plan") -> dict[str, Any]:
    """A statement of a protocol as a reason that a page can show."""
    return Reason.of_statement(statement, protocol, grade=grade).to_json(language)


def places(statement: Statement, protocol: Protocol, language: Language) -> str:
    """Where a statement stands, on one line for print: each source with its places."""
    found: dict[str, list[str]] = {}
    for cite in statement.cite:
        found.setdefault(protocol.sources[cite.source].title.say(language), []).append(cite.at)
    return " · ".join(f"{title}: {'; '.join(dict.fromkeys(at))}" for title, at in found.items())


def ranges(protocol: Protocol, language: Language) -> dict[str, dict[str, Any]]:
    """What the protocol says of a zone and of the minutes, by figure: ``{"low", "high", "reason"}``, ends as text."""
    found = {}
    for name in (*STATED, "minutes"):
        parameter = stated(protocol, name)
        if parameter is not None:
            found[name] = {
                "low": f"{parameter.low.value:g}" if parameter.low else "",
                "high": f"{parameter.high.value:g}" if parameter.high else "",
                "reason": said_of(parameter, protocol, language),
            }
    return found


def minutes_between(started_at: dt.datetime, ended_at: dt.datetime) -> int:
    """How long a session took, whole minutes."""
    return round((ended_at - started_at).total_seconds() / 60)
