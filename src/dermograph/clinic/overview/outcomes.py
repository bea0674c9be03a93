"""What came of the courses, by treatment and by the protocol that decided them. Never pooled over two protocols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet

from dermograph.care.sight import Decision
from dermograph.clinic.overview.models import IS_TOLD, CourseStanding
from dermograph.clinic.overview.outcome import Outcome
from dermograph.clinic.overview.shares import Share, wilson
from dermograph.clinic.overview.standings import Standings, outcome_of, standings
from dermograph.clinic.people.models import Clinic
from dermograph.protocols import Protocol, load_library

FEW = 10  # below this many courses a share says little, and the page says so
MOST_ROWS = 60  # measured courses of a group that are shown one by one; more of them are a distribution

_Key = tuple[str, str, str]  # treatment, version and hash of the protocol


@dataclass(frozen=True, slots=True)
class Bin:
    """The measured courses whose change lies within one ΔE00.

    Attributes:
        low: Its lower end; the upper one belongs to the next.
        improved, worsened: With a detectable change for the better and for the worse; ``changed`` has no such side.
        undetectable: Whose change is no more than its error.
    """

    low: int
    improved: int
    worsened: int
    changed: int
    undetectable: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.improved + self.worsened + self.changed + self.undetectable

    @property
    def low_shown(self) -> str:
        """Its lower end, with a minus that is no hyphen."""
        return str(self.low).replace("-", "−")

    @property
    def high_shown(self) -> str:
        """Its upper end."""
        return str(self.low + 1).replace("-", "−")


@dataclass(frozen=True, slots=True)
class Group:
    """The courses of one treatment under one protocol.

    Attributes:
        is_current: Whether this is the protocol of today.
        courses, measured: How many there are, and how many were measured.
        rows: The measured ones, the largest fall of contrast first; empty where there are more than ``MOST_ROWS``.
        spread: The same by whole ΔE00, without gaps.
        sessions_to_goal: Of the courses that met the goal: how many took how many sessions, ascending.
        adverse: Courses with at least one sign that the protocol does not expect.
        improved: Measured courses with a detectable fall.
        mixed: Courses that another protocol decided earlier on.
    """

    protocol: Protocol
    version: str
    hash: str
    is_current: bool
    courses: int
    measured: int
    rows: tuple[Outcome, ...]
    spread: tuple[Bin, ...]
    sessions_to_goal: tuple[tuple[int, int], ...]
    met_goal: int
    open: int
    not_comparable: int
    unmeasured: int
    adverse: Share
    improved: Share
    mixed: int

    @property
    def is_few(self) -> bool:
        """Whether there are too few for shares to say much."""
        return self.courses < FEW


def outcomes(clinic: Clinic) -> list[Group]:
    """Every group of a clinic, the current protocols first; counted by the database, at most five queries."""
    kept = standings(clinic)
    groups: dict[_Key, list[dict[str, Any]]] = {}
    for one in _tallies(kept):
        groups.setdefault((one["treatment"], one["version"], one["hash"]), []).append(one)
    few = [key for key, tallies in groups.items() if 0 < _sum(tallies, "measured") <= MOST_ROWS]
    rows = _rows(kept, few)
    library = load_library()
    made = [_group(library.protocol(key[0]), key, tallies, rows.get(key, ())) for key, tallies in groups.items()]
    return sorted(made, key=lambda group: (group.protocol.id, not group.is_current, group.version, group.hash))


def every_outcome(clinic: Clinic) -> Iterator[Outcome]:
    """Every course with a session, group by group, a piece at a time."""
    kept = standings(clinic)
    rows = kept.stored.filter(is_told=True).order_by("treatment", "hash", "version", "course_id")
    yield from map(outcome_of, rows.iterator(chunk_size=500))
    yield from (outcome_of(one) for one in kept.fresh if one.is_told)


def outcomes_after(clinic: Clinic, course: Any, limit: int) -> list[Outcome]:  # noqa: ANN401 (an id, or None)
    """So many courses with a session, in the order of their ids, from the one after a course on."""
    kept = standings(clinic)
    rows = kept.stored.filter(is_told=True).order_by("course_id")
    rows = rows if course is None else rows.filter(course_id__gt=course)
    fresh = [one for one in kept.fresh if one.is_told and (course is None or one.course_id > course)]
    return [outcome_of(one) for one in sorted([*rows[:limit], *fresh], key=attrgetter("course_id"))[:limit]]


def told(clinic: Clinic) -> int:
    """How many courses with a session there are."""
    kept = standings(clinic)
    return kept.stored.filter(is_told=True).count() + sum(1 for one in kept.fresh if one.is_told)


_SIDES = {"improved": "improved", "worsened": "worsened", "no_detectable_change": "undetectable"}
_BY = ("treatment", "hash", "version", "ended", "sessions", "change_bin", "change_is")  # as the index has them
_GOAL = Decision.STOP_GOAL_MET.value


def _tallies(kept: Standings) -> list[dict[str, Any]]:
    """How many courses are alike in all that is counted; of what could not be kept, each course is one."""
    rows = kept.stored.filter(IS_TOLD).order_by().values(*_BY)
    found: list[dict[str, Any]] = list(
        rows.annotate(  # of a column that the index has, and that is never empty
            courses=Count("is_told"),
            blind=Count("is_told", filter=Q(not_comparable=True)),
            troubled=Count("is_told", filter=Q(adverse__gt=0)),
            mixed=Count("is_told", filter=Q(others__gt=0)),
        )
    )
    for one in kept.fresh:
        if one.is_told:
            alike = {name: getattr(one, name) for name in _BY}
            counts = {"blind": one.not_comparable, "troubled": one.adverse > 0, "mixed": one.others > 0}
            found.append({**alike, "courses": 1, **{name: int(value) for name, value in counts.items()}})
    for tally in found:
        tally["measured"] = 0 if tally["change_bin"] is None else tally["courses"]
    return found


def _sum(tallies: Iterable[dict[str, Any]], name: str) -> int:
    return sum(one[name] for one in tallies)


def _rows(kept: Standings, keys: Sequence[_Key]) -> dict[_Key, tuple[Outcome, ...]]:
    """The measured courses of some groups, the largest fall first; one query."""
    if not keys:
        return {}
    wanted = Q()
    for treatment, version, hash_ in keys:
        wanted |= Q(treatment=treatment, version=version, hash=hash_)
    stored: QuerySet[CourseStanding] = kept.stored.filter(wanted, is_told=True, change__isnull=False)
    rows = [*stored.select_related("course__patient"), *(one for one in kept.fresh if one.is_told)]
    found: dict[_Key, list[Outcome]] = {key: [] for key in keys}
    for one in sorted(rows, key=lambda row: (row.change or 0.0, row.course_id)):
        if one.change is not None and (key := (one.treatment, one.version, one.hash)) in found:
            found[key].append(outcome_of(one))
    return {key: tuple(some) for key, some in found.items()}


def _group(protocol: Protocol, key: _Key, tallies: Sequence[dict[str, Any]], rows: Sequence[Outcome]) -> Group:
    courses, measured = _sum(tallies, "courses"), _sum(tallies, "measured")
    goal: dict[int, int] = {}
    for one in tallies:
        if one["ended"] == _GOAL:
            goal[one["sessions"]] = goal.get(one["sessions"], 0) + one["courses"]
    improved = _sum((one for one in tallies if one["change_is"] == "improved"), "measured")
    blind = _sum(tallies, "blind")
    return Group(
        protocol=protocol,
        version=key[1],
        hash=key[2],
        is_current=key[2] == protocol.hash,
        courses=courses,
        measured=measured,
        rows=tuple(rows),
        spread=_spread(tallies),
        sessions_to_goal=tuple(sorted(goal.items())),
        met_goal=sum(goal.values()),
        open=_sum((one for one in tallies if not one["ended"]), "courses"),
        not_comparable=blind,
        unmeasured=courses - measured - blind,
        adverse=wilson(_sum(tallies, "troubled"), courses),
        improved=wilson(improved, measured),
        mixed=_sum(tallies, "mixed"),
    )


def _spread(tallies: Sequence[dict[str, Any]]) -> tuple[Bin, ...]:
    counts: dict[int, dict[str, int]] = {}
    for one in tallies:
        if one["change_bin"] is not None:
            sides = counts.setdefault(one["change_bin"], dict.fromkeys((*_SIDES.values(), "changed"), 0))
            sides[_SIDES.get(one["change_is"], "changed")] += one["courses"]
    if not counts:
        return ()
    nothing = dict.fromkeys((*_SIDES.values(), "changed"), 0)
    return tuple(Bin(low, **counts.get(low, nothing)) for low in range(min(counts), max(counts) + 1))
