"""Calendars to write: ordinary ones, awkward ones, and any that Hypothesis thinks of."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from dermograph.core.text import Text
from dermograph.exchange.ical.entry import Entry
from dermograph.exchange.ical.values import Appointment, Calendar, CareAs, CareStep, Moment, Status
from dermograph.exchange.ical.zone_changes import zone_changes
from tests.exchange.ical.judges import Seen

#: What the clinic's calendars are tried in: rules of every kind, none, tables, odd offsets, a skipped day.
ZONES = (
    "Europe/Madrid",
    "Atlantic/Canary",
    "America/New_York",
    "America/Santiago",
    "America/Mexico_City",
    "America/Argentina/Buenos_Aires",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Jerusalem",
    "Asia/Gaza",
    "Europe/Dublin",
    "America/Nuuk",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Etc/UTC",
)
NOW = dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NOISE = (
    "Aurora; Piel, Salud\\Norte \N{PERSON WITH BALL}\u202e\x00 ñÑáü¿\r\nBEGIN:VEVENT\nEND:VCALENDAR\tfin" + "ñ😀" * 60
)


def appointment(starts_at: dt.datetime, uid: str = "1@dermograph", **more: object) -> Appointment:
    """An appointment of an hour."""
    return Appointment(uid, NOW, starts_at, starts_at + HOUR, **more)  # type: ignore[arg-type]  # checked by the tests


def care(starts: Moment, until: Moment | None, uid: str = "care@dermograph", **more: object) -> CareStep:
    """A step of aftercare with a reminder at nine."""
    says = Text("Keep the area out of the sun", "Mantenga la zona al abrigo del sol")
    return CareStep(uid, NOW, starts, until, says, (dt.timedelta(hours=9),), **more)  # type: ignore[arg-type]  # same


def edges(zone: str) -> list[dt.datetime]:
    """Instants around each change of a zone's clocks, near and far, and ordinary ones."""
    found = [dt.datetime(year, month, 15, 10, tzinfo=dt.UTC) for year in (2026, 2027, 2045) for month in (1, 7)]
    for year in (2026, 2044):
        changes = zone_changes(zone, year, year + 1)
        for change in (*changes.single, *(rule.first for rule in changes.rules)):
            found += [change.at + dt.timedelta(minutes=add) for add in (-120, -61, -60, -30, -1, 0, 1, 30, 59, 60, 120)]
    return sorted(set(found))


def edged(zone: str) -> Calendar:
    """All of them as appointments."""
    entries = tuple(appointment(at, f"{number}@dermograph") for number, at in enumerate(edges(zone)))
    return Calendar("Aurora", entries, zone=zone)


def every_kind(zone: str, care_as: CareAs = CareAs.TO_DO) -> Calendar:
    """One entry of each kind, and words that would break out if they could."""
    noon = dt.datetime(2027, 3, 28, 10, tzinfo=dt.UTC)
    entries = (
        appointment(noon, "plain@dermograph"),
        appointment(noon, "held@dermograph", status=Status.TENTATIVE, sequence=1),
        appointment(noon, "off@dermograph", status=Status.CANCELLED, sequence=2),
        appointment(noon, "noise@dermograph", what=Text(NOISE, NOISE), who=NOISE, place=NOISE),
        care(dt.date(2027, 3, 28), dt.date(2027, 4, 11), "days@dermograph"),
        care(dt.date(2027, 3, 28), None, "open@dermograph"),
        care(noon, noon + 48 * HOUR, "hours@dermograph"),
        care(noon, None, "moment@dermograph"),
        care(dt.date(2027, 3, 28), dt.date(2027, 3, 29), "void@dermograph", cancelled=True, sequence=3),
    )
    return Calendar(NOISE, entries, zone=zone, care_as=care_as, detailed=True, colour="teal")


def seen(entry: Entry) -> Seen:
    """An entry as a judge has to see it."""
    status = entry.status.value
    if entry.kind.value == "VTODO" and entry.status is not Status.CANCELLED:
        status = "NEEDS-ACTION"
    ends = "-" if entry.ends is None else _written(entry.ends)
    return Seen(entry.uid, entry.kind.value, _written(entry.starts), ends, entry.sequence, status, entry.summary)


def _written(moment: Moment) -> str:
    return str(int(moment.timestamp())) if isinstance(moment, dt.datetime) else moment.isoformat()


_ZONES = st.sampled_from(ZONES)
_EARLIEST = dt.datetime(1990, 1, 1)  # noqa: DTZ001 (Hypothesis wants its bounds without a zone)
_LATEST = dt.datetime(2099, 1, 1)  # noqa: DTZ001 (the same)
_INSTANTS = st.datetimes(_EARLIEST, _LATEST, timezones=st.just(dt.UTC))
_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2099, 1, 1))
_LENGTHS = st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(days=400))
_WORDS = st.text(max_size=120)
_TEXTS = st.builds(Text, _WORDS, _WORDS)
_UIDS = st.text("abcñ😀0-@;,\\:\"'% ", min_size=1, max_size=60).map(str.strip).filter(bool)
_REMIND = st.lists(st.integers(-9_000, 9_000).map(lambda minutes: dt.timedelta(minutes=minutes)), max_size=3).map(tuple)


@st.composite
def _appointments(draw: st.DrawFn) -> Appointment:
    starts = draw(_INSTANTS)
    return Appointment(
        draw(_UIDS),
        draw(_INSTANTS),
        starts,
        starts + draw(_LENGTHS),
        draw(st.integers(0, 2**31 - 1)),
        draw(st.sampled_from(Status)),
        draw(_TEXTS),
        draw(_WORDS),
        draw(_WORDS),
    )


@st.composite
def _cares(draw: st.DrawFn) -> CareStep:
    starts = draw(_DAYS | _INSTANTS)
    length = draw(_LENGTHS | st.none())
    days = None if length is None else dt.timedelta(days=length.days + 1)
    until = None if length is None or days is None else starts + (length if isinstance(starts, dt.datetime) else days)
    return CareStep(
        draw(_UIDS),
        draw(_INSTANTS),
        starts,
        until,
        draw(_TEXTS),
        draw(_REMIND),
        draw(st.integers(0, 99)),
        draw(st.booleans()),
    )


@st.composite
def any_calendar(draw: st.DrawFn) -> Calendar:
    """Any calendar that can be meant."""
    entries = draw(st.lists(_appointments() | _cares(), max_size=6, unique_by=lambda entry: entry.uid))
    return Calendar(
        draw(_WORDS),
        tuple(entries),
        draw(st.sampled_from(("en", "es"))),
        draw(st.booleans()),
        draw(_ZONES),
        draw(st.sampled_from(CareAs)),
        draw(st.sampled_from(("", "teal", "rebeccapurple"))),
        draw(st.none() | st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(days=9)).map(_whole)),
    )


def _whole(length: dt.timedelta) -> dt.timedelta:
    return dt.timedelta(seconds=length // dt.timedelta(seconds=1))
