"""Plans agree with the obvious reference, which walks day by day and asks each rule of the protocol directly."""

import calendar
import dataclasses
import datetime as dt
import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph import load_library, plan
from dermograph.care.assess import assess_area
from dermograph.care.case import Area, Case, Event, Session, SignedReview, session_day
from dermograph.care.plan import AreaPlan
from dermograph.care.verdict import Verdict
from dermograph.core.dates import Period
from dermograph.core.days import Days
from dermograph.protocols import Protocol
from dermograph.protocols.vocabulary import FactValue

Because = frozenset[tuple[str, Event | None]]

LIBRARY = load_library()
TREATMENTS = ("microneedling", "paramedical", "scalp")
ONE_DAY = dt.timedelta(days=1)
HORIZON = 400
FAR = 500  # room for the longest window after the last event, and a chain after that
MOST_SESSIONS = 4

#: A patient whom nothing speaks against, with the lesion that each treatment is for.
WELL: dict[str, FactValue] = {
    "birth_date": dt.date(1990, 6, 15),
    "phototype": 3,
    "autoimmune": "none",
    "isotretinoin": "never",
    "diabetes": "none",
    "oncology": "none",
    "surgery": "never",
    **{fact.id: False for fact in LIBRARY.vocabulary.facts.values() if fact.type == "boolean"},
}
LESIONS: dict[str, dict[str, FactValue]] = {
    "microneedling": {"lesion": "wrinkle"},
    "paramedical": {"lesion": "scar", "scar_type": "atrophic", "onset": dt.date(2001, 1, 1)},
    "scalp": {"lesion": "alopecia"},
}

#: Starts near which months end and the leap day lies, besides any day.
STARTS = st.one_of(
    st.sampled_from([dt.date(2024, 1, 29), dt.date(2024, 2, 28), dt.date(2025, 1, 31), dt.date(2026, 8, 30)]),
    st.dates(dt.date(2023, 1, 1), dt.date(2028, 12, 31)),
)


@dataclasses.dataclass(frozen=True)
class Course:
    """One area under one protocol, and the day from which it is planned."""

    treatment: str
    start: dt.date
    facts: tuple[tuple[str, FactValue], ...]
    sessions: tuple[Session, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def law(self) -> Protocol:
        """The protocol."""
        return LIBRARY.protocol(self.treatment)

    @property
    def begin(self) -> dt.date:
        """The first day that can be planned: not before the start, and after the last session."""
        return max([self.start, *(session_day(session) + ONE_DAY for session in self.sessions)])

    @property
    def waits(self) -> bool:
        """Whether a fact lies so near that a rule may wait for a date."""
        return any(isinstance(value, dt.date) and (self.start - value).days < HORIZON for _, value in self.facts)

    def planned(self, sessions: int = 1) -> AreaPlan:
        """The plan."""
        area = Area(name="area", facts=dict(self.facts), missing={}, events=self.events, sessions=self.sessions)
        case = Case(treatment=self.treatment, assessed_on=self.start, areas=(area,))
        return plan(case, self.law, sessions=sessions).area("area")

    def horizon(self, days: int = HORIZON) -> list[dt.date]:
        """The days that the reference looks at."""
        return [self.begin + ONE_DAY * number for number in range(days)]


@st.composite
def some_events(draw: st.DrawFn, start: dt.date, kinds: tuple[str, ...], most: int = 5) -> tuple[Event, ...]:
    """Events from two months before a day to half a year after it, most of them short."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        first = start + ONE_DAY * draw(st.integers(-60, 180))
        last = first + ONE_DAY * draw(st.one_of(st.just(0), st.integers(0, 20)))
        found.append(Event(draw(st.sampled_from(kinds)), first, last))
    return tuple(sorted(found, key=lambda event: (event.first, event.last, event.what)))


@st.composite
def courses(draw: st.DrawFn, *, dated: bool = True) -> Course:
    """Courses under each protocol with events, sessions already held, and facts that wait for a date."""
    treatment = draw(st.sampled_from(TREATMENTS))
    start = draw(STARTS)
    facts = {**WELL, **LESIONS[treatment]}
    if dated and treatment == "microneedling" and draw(st.booleans()):
        facts["surgery"] = start - ONE_DAY * draw(st.integers(0, 95))
    if dated and treatment == "paramedical" and draw(st.booleans()):
        facts["onset"] = start - ONE_DAY * draw(st.integers(270, 370))
        facts["isotretinoin"] = start - ONE_DAY * draw(st.integers(0, 190))
    kinds = tuple(LIBRARY.vocabulary.events)
    held = sorted(draw(st.sets(st.integers(-70, 40), max_size=3)))
    sessions: list[Session] = [start + ONE_DAY * days for days in held]
    has_clock = draw(st.booleans())
    if sessions and has_clock:
        sessions[-1] = dt.datetime.combine(sessions[-1], dt.time(18, 30))
    return Course(treatment, start, tuple(facts.items()), tuple(sessions), draw(some_events(start, kinds)))


# ── The reference ───────────────────────────────────────────────────────────────────────────────────────────────────


def over(period: Period, day: dt.date) -> dt.date:
    """The day on which a period is over, counted anew: months by the calendar, clipped; hours as days rounded up."""
    if period.unit in ("months", "years"):
        count = period.count * (12 if period.unit == "years" else 1)
        year, month = day.year, day.month
        for _ in range(count):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    hours = {"minutes": 1 / 60, "hours": 1, "days": 24, "weeks": 168}[period.unit] * period.count
    return day + ONE_DAY * math.ceil(hours / 24)


def days_of(event: Event) -> list[dt.date]:
    """Every day of an event."""
    return [event.first + ONE_DAY * number for number in range((event.last - event.first).days + 1)]


def why_closed(course: Course, day: dt.date) -> Because:
    """Everything that closes a day to a session; nothing if it is open."""
    law = course.law
    found: set[tuple[str, Event | None]] = set()
    if course.waits:
        area = assess_area("area", dict(course.facts), day, law)
        found |= {(reason.rule, None) for reason in area.reasons if reason.effect == "deferred"}
    if course.sessions and day < over(law.course.spacing.at_least, session_day(course.sessions[-1])):
        found.add(("spacing", None))
    for event in course.events:
        if event.what != "deadline" or event.first >= course.begin:  # one that is past binds nothing
            found |= {(rule, event) for rule in _broken_by(event, day, law)}
    return frozenset(found)


def _broken_by(event: Event, day: dt.date, law: Protocol) -> set[str]:
    """The rules that a session on a day would break, given an event."""
    found = set()
    words = law.vocabulary
    for before in law.preparation:
        if before.avoid and before.period and words.is_kind(event.what, before.avoid):
            period = before.period
            if any(happens <= day < over(period, happens) for happens in days_of(event)):
                found.add(before.id)
    for after in law.aftercare:
        if after.avoid and after.period and words.is_kind(event.what, after.avoid):
            healed = over(after.period, day)
            if any(day <= happens < healed for happens in days_of(event)):
                found.add(after.id)
    kind = words.events[event.what]
    if kind.closes == "own_days" and day in days_of(event):
        found.add(kind.id)
    if kind.closes == "after" and over(law.course.settled_after.period, day) > event.first:
        found.add(kind.id)
    return found


# ── Open and closed days ────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60)
@given(courses())
def test_the_closed_days_are_those_that_the_reference_finds_closed_each_for_the_same_reasons(course: Course) -> None:
    runs = course.planned().closed
    for day in course.horizon():
        covering = [run for run in runs if run.first <= day and (run.last is None or day <= run.last)]
        said = [frozenset((one.reason.rule, one.event) for one in run.because) for run in covering]
        expected = why_closed(course, day)
        assert said == ([expected] if expected else []), day


@given(courses())
def test_the_runs_of_closed_days_are_sorted_disjoint_and_as_long_as_can_be(course: Course) -> None:
    runs = course.planned().closed
    for run in runs:
        assert course.begin <= run.first
        assert run.last is None or run.first <= run.last
        assert run.because
    for one, following in itertools.pairwise(runs):
        assert one.last is not None
        assert one.last < following.first
        assert one.last + ONE_DAY < following.first or one.because != following.because


@settings(max_examples=60)
@given(courses())
def test_the_next_session_is_on_the_first_day_that_nothing_closes(course: Course) -> None:
    planned = course.planned()
    assert planned.earliest == next((day for day in course.horizon() if not why_closed(course, day)), None)
    spacing = course.law.course.spacing
    if course.sessions and spacing.usually_at_most:
        assert planned.latest == over(spacing.usually_at_most, session_day(course.sessions[-1]))
    else:
        assert planned.latest is None
    is_late = planned.earliest is not None and planned.latest is not None and planned.earliest > planned.latest
    assert planned.late is is_late


@settings(max_examples=60)
@given(courses(), st.data())
def test_another_event_never_opens_a_day(course: Course, data: st.DataObject) -> None:
    kinds = tuple(LIBRARY.vocabulary.events)
    [more, *_] = data.draw(some_events(course.start, kinds).filter(bool))
    fuller = dataclasses.replace(course, events=(*course.events, more))
    before, after = course.planned(MOST_SESSIONS), fuller.planned(MOST_SESSIONS)
    for day in course.horizon(250):
        closed = [
            any(run.first <= day and (run.last is None or day <= run.last) for run in p.closed) for p in (before, after)
        ]
        assert closed[0] <= closed[1], day
    for one, other in zip(before.chain, after.chain, strict=True):
        assert other.first is None or (one.first is not None and one.first <= other.first)


@given(courses(dated=False))
def test_what_blocks_without_a_date_closes_every_day(course: Course) -> None:
    facts = {**dict(course.facts), "pregnant": True}
    blocked = dataclasses.replace(course, facts=tuple(facts.items())).planned(2)
    assert blocked.earliest is None
    assert blocked.closed[-1].last is None
    assert [session.first for session in blocked.chain] == [None, None]
    assert not any(session.fits for session in blocked.chain)


@given(courses(dated=False))
def test_what_is_not_decided_closes_every_day_and_says_what_to_ask(course: Course) -> None:
    facts = {name: value for name, value in course.facts if name != "pregnant"}
    planned = dataclasses.replace(course, facts=tuple(facts.items())).planned()
    assert planned.earliest is None
    assert planned.closed[0].first == course.begin
    unasked = [
        one.reason for run in planned.closed for one in run.because if one.reason.rule == "assessment-incomplete"
    ]
    assert unasked
    assert all(reason.facts == ("pregnant",) for reason in unasked)


def is_open(planned: AreaPlan, day: dt.date) -> bool:
    """Whether no run of closed days covers a day."""
    return not any(run.first <= day and (run.last is None or day <= run.last) for run in planned.closed)


def check_opens_nothing(fuller: Course, poorer: Course) -> None:
    """The second plan is open on no day on which the first is closed."""
    before, after = fuller.planned(MOST_SESSIONS), poorer.planned(MOST_SESSIONS)
    for day in fuller.horizon(250):
        assert is_open(before, day) or not is_open(after, day), day
    assert after.earliest is None or (before.earliest is not None and before.earliest <= after.earliest)
    for one, other in zip(before.chain, after.chain, strict=True):
        assert other.first is None or (one.first is not None and one.first <= other.first)


@settings(max_examples=100)
@given(courses(), st.data())
def test_taking_a_fact_away_never_opens_a_day(course: Course, data: st.DataObject) -> None:
    facts = dict(course.facts)
    taken = data.draw(st.lists(st.sampled_from(sorted(facts)), unique=True, min_size=1, max_size=4))
    for name in taken:  # one after the other
        facts.pop(name)
        poorer = dataclasses.replace(course, facts=tuple(facts.items()))
        check_opens_nothing(course, poorer)
        course = poorer


@st.composite
def blocks(draw: st.DrawFn, treatment: str, start: dt.date) -> dict[str, FactValue]:
    """A fact that blocks, for good or until a date."""
    dated: dict[str, tuple[str, ...]] = {"microneedling": ("surgery",), "paramedical": ("isotretinoin", "onset")}
    flags = ("pregnant", "anticoagulants", "infection", "keloid_tendency", "herpes", "abnormal_scarring")
    name = draw(st.sampled_from((*flags, *dated.get(treatment, ()))))
    return {name: True if name in flags else start - ONE_DAY * draw(st.integers(0, 200))}


@settings(max_examples=100)
@given(courses(dated=False), st.data())
def test_adding_a_block_never_opens_a_day(course: Course, data: st.DataObject) -> None:
    unknown = data.draw(st.sets(st.sampled_from(sorted(name for name, _ in course.facts)), max_size=3))
    block = data.draw(blocks(course.treatment, course.start))
    known = {name: value for name, value in course.facts if name not in unknown - set(block)}
    before = dataclasses.replace(course, facts=tuple(known.items()))
    check_opens_nothing(before, dataclasses.replace(course, facts=tuple({**known, **block}.items())))


def test_adding_a_block_opens_no_day_that_only_a_caution_closes() -> None:
    start = dt.date(2026, 11, 21)
    facts = {**WELL, **LESIONS["paramedical"]}
    del facts["abnormal_scarring"]
    before = Course("paramedical", start, tuple(facts.items()))
    assert before.planned().assessment.worst_case is Verdict.CONDITIONAL
    assert before.planned().earliest is None
    check_opens_nothing(before, dataclasses.replace(before, facts=tuple({**facts, "isotretinoin": start}.items())))


@pytest.mark.parametrize("missing", ["pregnant", "keloid_tendency", "infection", "anticoagulants"])
@pytest.mark.parametrize("since", [1, 100])
def test_a_dated_deferral_opens_no_day_while_an_answer_could_still_block(missing: str, since: int) -> None:
    start = dt.date(2026, 11, 21)
    facts = {**WELL, **LESIONS["paramedical"], "isotretinoin": start - ONE_DAY * since}
    known = Course("paramedical", start, tuple(facts.items()))
    assert known.planned().assessment.verdict is Verdict.DEFERRED
    assert known.planned().earliest == over(Period(6, "months"), start - ONE_DAY * since)
    unknown = dataclasses.replace(known, facts=tuple((name, value) for name, value in facts.items() if name != missing))
    planned = unknown.planned(2)
    assert planned.assessment.verdict is Verdict.DEFERRED
    assert planned.earliest is None
    assert planned.open_days == Days()
    assert planned.closed[-1].last is None
    assert [session.first for session in planned.chain] == [None, None]
    unasked = [one.reason for one in planned.closed[-1].because if one.reason.rule == "assessment-incomplete"]
    assert [missing in reason.facts for reason in unasked] == [True]


@pytest.mark.parametrize(("days", "binds"), [(-1, False), (0, True), (1, True)])
def test_a_deadline_before_the_first_day_considered_binds_nothing(
    days: int,
    binds: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    start = dt.date(2026, 11, 21)
    for sessions in ((), (start + ONE_DAY * 5,)):
        begin = start + ONE_DAY * 6 if sessions else start
        by = begin + ONE_DAY * days
        facts = tuple({**WELL, **LESIONS["scalp"]}.items())
        planned = Course("scalp", start, facts, sessions, (Event("deadline", by, by),)).planned(2)
        assert (planned.earliest is None) is binds
        assert planned.chain[0].fits is not binds
        assert ("deadline" in {one.reason.rule for run in planned.closed for one in run.because}) is binds


# ── Reviews between sessions ────────────────────────────────────────────────────────────────────────────────────────

ONE, TWO = dt.date(2026, 9, 1), dt.date(2026, 10, 13)


@pytest.mark.parametrize(
    ("signed", "done", "provisional"),
    [
        (ONE - ONE_DAY, (None, None), True),
        (ONE, (None, None), True),
        (ONE + ONE_DAY, (ONE + ONE_DAY, None), False),
        (TWO - ONE_DAY, (TWO - ONE_DAY, None), False),
        (TWO, (TWO, None), False),
        (TWO + ONE_DAY, (None, TWO + ONE_DAY), False),
    ],
)
def test_a_review_is_done_by_one_signed_after_its_session_and_by_the_day_of_the_next(
    signed: dt.date,
    done: tuple[dt.date | None, ...],
    provisional: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    area = Area(
        name="area",
        facts={**WELL, **LESIONS["paramedical"]},
        missing={},
        sessions=(ONE, TWO),
        reviews=(SignedReview(signed, "A. Ruiz"),),
    )
    case = Case(treatment="paramedical", assessed_on=dt.date(2026, 11, 21), areas=(area,))
    planned = plan(case, LIBRARY.protocol("paramedical")).area("area")
    assert tuple(step.done_on for step in planned.steps) == (*done, None)
    states = ["done" if day else "open" for day in (*done, None)]
    assert [step.to_json("en")["state"] for step in planned.steps] == states
    assert planned.provisional is provisional


# ── Chains ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def reachable(course: Course, days: list[dt.date], count: int) -> list[set[dt.date]]:
    """For each session of a chain, forwards: the days on which it can be held after those before it."""
    spacing = course.law.course.spacing.at_least
    found = [set(days)]
    while len(found) < count:
        found.append({day for day in days if any(over(spacing, earlier) <= day for earlier in found[-1])})
    return found


def leading_on(course: Course, days: list[dt.date], count: int) -> list[set[dt.date]]:
    """For each session of a chain, backwards: the days on which it can be held before those after it."""
    spacing = course.law.course.spacing.at_least
    found = [set(days)]
    while len(found) < count:
        found.insert(0, {day for day in days if any(over(spacing, day) <= later for later in found[0])})
    return found


@settings(max_examples=40)
@given(courses(dated=False), st.integers(1, MOST_SESSIONS))
def test_each_session_of_a_chain_comes_as_early_as_any_chain_allows(course: Course, count: int) -> None:
    days = [day for day in course.horizon(FAR) if not why_closed(course, day)]
    possible = reachable(course, days, count)
    chain = course.planned(count).chain
    assert [session.number for session in chain] == list(range(1, count + 1))
    assert [session.first for session in chain] == [min(found, default=None) for found in possible]


@settings(max_examples=60)
@given(courses(dated=False), st.integers(1, MOST_SESSIONS), st.integers(0, 150))
def test_before_a_deadline_each_session_is_as_late_as_any_whole_chain_allows(
    course: Course, count: int, days_left: int
) -> None:
    by = course.begin + ONE_DAY * days_left
    events = tuple(event for event in course.events if event.what != "deadline")
    timed = dataclasses.replace(course, events=(*events, Event("deadline", by, by)))
    days = [day for day in timed.horizon(days_left + 1) if not why_closed(timed, day)]
    whole = [
        early & late for early, late in zip(reachable(timed, days, count), leading_on(timed, days, count), strict=True)
    ]
    chain = timed.planned(count).chain
    assert [session.last for session in chain] == [max(found, default=None) for found in whole]
    assert [session.fits for session in chain] == [bool(found) for found in whole]
    for session, found in zip(chain, whole, strict=True):
        assert not found or session.first == min(found)


@settings(max_examples=60)
@given(courses(), st.integers(1, MOST_SESSIONS))
def test_no_planned_day_breaks_a_window_or_the_spacing(course: Course, count: int) -> None:
    planned = course.planned(count)
    spacing = course.law.course.spacing.at_least
    for days in (
        [session.first for session in planned.chain if session.first],
        [session.last for session in planned.chain if session.last],
    ):
        assert [day for day in days if why_closed(course, day)] == []
        assert all(over(spacing, one) <= other for one, other in itertools.pairwise(days))
        assert not days or not course.sessions or over(spacing, session_day(course.sessions[-1])) <= days[0]
    assert planned.earliest == planned.chain[0].first
    assert all(session.to_json()["provisional"] is True for session in planned.chain)


# ── Aftercare ───────────────────────────────────────────────────────────────────────────────────────────────────────


@given(courses(dated=False))
def test_an_event_breaks_the_aftercare_of_exactly_those_sessions_whose_restriction_it_falls_into(
    course: Course,
) -> None:
    words = course.law.vocabulary
    expected = {
        (session, rule.id, event)
        for session in course.sessions
        for rule in course.law.aftercare
        for event in course.events
        if rule.avoid
        and rule.period
        and words.is_kind(event.what, rule.avoid)
        and any(session_day(session) <= day < over(rule.period, session_day(session)) for day in days_of(event))
    }
    found = [(one.session, one.care.statement.id, one.event) for one in course.planned().conflicts]
    assert set(found) == expected


def breaks(treatment: str, what: str, session: Session, event: dt.date | dt.datetime) -> bool:
    """Whether an event on a day, or at an instant, breaks the aftercare of a session."""
    day = session_day(event)
    one = Event(what, day, day, event if isinstance(event, dt.datetime) else None)
    facts = tuple({**WELL, **LESIONS[treatment]}.items())
    return bool(Course(treatment, dt.date(2026, 11, 21), facts, (session,), (one,)).planned().conflicts)


NOON = dt.datetime(2026, 10, 6, 12)  # noqa: DTZ001 (wall time, as a case without a time zone has it)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(("treatment", "what"), [("paramedical", "sun_exposure"), ("microneedling", "makeup")])
def test_an_event_before_the_session_on_the_same_day_breaks_nothing(treatment: str, what: str) -> None:
    for moment, is_broken in ((NOON - MINUTE, False), (NOON, True), (NOON + MINUTE, True)):
        assert breaks(treatment, what, NOON, moment) is is_broken
        for zone in (dt.UTC, dt.timezone(dt.timedelta(hours=-5))):
            there = moment.replace(tzinfo=dt.UTC).astimezone(zone)
            if session_day(there) == NOON.date():
                assert breaks(treatment, what, NOON.replace(tzinfo=dt.UTC), there) is is_broken
        # Where one of the two has no time of day, it is not known which came first.
        assert breaks(treatment, what, NOON.date(), moment)
        assert breaks(treatment, what, NOON, moment.date())


def test_a_restriction_in_days_lasts_whole_days_and_one_in_hours_to_the_minute() -> None:
    last = NOON.date() + ONE_DAY * 29
    for time in (dt.time(0), dt.time(23, 59)):
        assert breaks("paramedical", "sun_exposure", NOON, dt.datetime.combine(last, time))
        assert not breaks("paramedical", "sun_exposure", NOON, dt.datetime.combine(last + ONE_DAY, time))
    end = NOON + dt.timedelta(hours=12)
    for moment, is_broken in ((end - MINUTE, True), (end, False), (end + MINUTE, False)):
        assert breaks("microneedling", "makeup", NOON, moment) is is_broken


@given(courses(dated=False))
def test_the_aftercare_ends_when_its_period_is_over(course: Course) -> None:
    planned = course.planned()
    if not course.sessions:
        assert planned.aftercare == ()
        return
    last = course.sessions[-1]
    assert [care.statement for care in planned.aftercare if care.until is None] == [
        rule for rule in course.law.aftercare if rule.period is None
    ]
    for care in planned.aftercare:
        period = care.statement.period
        if period is None:
            continue
        if isinstance(last, dt.datetime) and period.has_clock:
            assert care.until == last + dt.timedelta(**{period.unit: period.count})
        else:
            assert care.until == over(period, session_day(last))


@pytest.mark.parametrize(
    ("held", "following"),
    [
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        (dt.date(2024, 1, 31), dt.date(2024, 2, 29)),
        (dt.date(2024, 1, 30), dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), dt.date(2024, 3, 29)),
        (dt.date(2026, 8, 31), dt.date(2026, 9, 30)),
        (dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
    ],
)
def test_a_month_between_sessions_is_clipped_to_the_end_of_the_month(held: dt.date, following: dt.date) -> None:
    facts = {**WELL, **LESIONS["microneedling"]}
    course = Course("microneedling", held, tuple(facts.items()), (held,))
    assert course.planned().earliest == following
    assert over(course.law.course.spacing.at_least, held) == following


def test_thirty_days_after_a_session_and_fourteen_before_the_next_leave_no_day_of_sun_between_them() -> None:
    start = dt.date(2026, 11, 2)
    course = Course("paramedical", start, tuple({**WELL, **LESIONS["paramedical"]}.items()))
    rules = ("no-sun-before", "no_sun")

    def allows_sun(gap: int) -> bool:
        suns = [Event("sun_exposure", day, day) for day in (start + ONE_DAY * number for number in range(gap + 1))]
        return any(
            not {rule for day in (start, start + ONE_DAY * gap) for rule in _broken_by(sun, day, course.law)}
            & set(rules)
            for sun in suns
        )

    assert [gap for gap in range(20, 60) if allows_sun(gap)] == list(range(44, 60))
    assert "no-sun-exposure-between-sessions" in {note.rule for note in course.planned().notes}


def test_a_chain_of_no_session_is_refused() -> None:
    course = Course("scalp", dt.date(2026, 11, 21), tuple({**WELL, **LESIONS["scalp"]}.items()))
    with pytest.raises(ValueError, match="at least 1"):
        course.planned(0)
