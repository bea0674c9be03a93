"""Times on the clinic's wall and the instants that they are; the hour that is skipped and the hour that comes twice."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

ONE_MINUTE = dt.timedelta(minutes=1)
FIRST_YEAR, LAST_YEAR = 2000, 2199


def exists(wall: dt.datetime, zone: zoneinfo.ZoneInfo) -> bool:
    """Whether the clock shows this naive time on that day: not in the hour that spring skips."""
    instant = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    return instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(fold=0)


def comes_twice(wall: dt.datetime, zone: zoneinfo.ZoneInfo) -> bool:
    """Whether the clock shows this naive time twice on that day, as in the hour that autumn repeats."""
    offsets = {wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    return len(offsets) > 1 and exists(wall, zone)


def instant_of(wall: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The instant of a naive wall time, in UTC.

    Raises:
        InputError: If the clock never shows it, or shows it twice.
    """
    day = day_text(wall.date())
    if not exists(wall, zone):
        raise InputError(
            Text(f"On {day.en} the clock skips {wall:%H:%M}.", f"El {day.es} el reloj se salta las {wall:%H:%M}."),
            Place(field="starts_at"),
            Text("Choose a time before or after that hour.", "Elija una hora anterior o posterior."),
        )
    if comes_twice(wall, zone):
        raise InputError(
            Text(
                f"On {day.en} the clock shows {wall:%H:%M} twice.",
                f"El {day.es} el reloj marca dos veces las {wall:%H:%M}.",
            ),
            Place(field="starts_at"),
            Text(
                "Choose the time from the list, which tells the two apart.",
                "Elija la hora de la lista, que distingue las dos.",
            ),
        )
    return wall.replace(tzinfo=zone).astimezone(dt.UTC)


def edge_of(day: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The instant at which opening hours begin or end, in UTC.

    A time that the clock skips is the moment after the skipped hour; of a time that comes twice it is the first.
    """
    wall = dt.datetime.combine(day, time)
    while not exists(wall, zone):
        wall += ONE_MINUTE
    return wall.replace(tzinfo=zone).astimezone(dt.UTC)


def read_instant(written: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """An instant as a page of ours writes it, with its offset; or a wall time without one where that is clear.

    Args:
        written: ISO 8601, such as ``2026-10-25T02:30+02:00``.
        zone: Of the clinic, for a time without an offset.

    Returns:
        In UTC.

    Raises:
        InputError: If it is no time, lies far from today, or the clock skips it or shows it twice.
    """
    try:
        moment = dt.datetime.fromisoformat(written[:40])
    except ValueError:
        raise _no_time(written) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _no_time(written)
    if moment.tzinfo is None:
        return instant_of(moment.replace(fold=0), zone)
    return moment.astimezone(dt.UTC)


def write_instant(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """The same the other way round: the clinic's wall time with its offset, exact even when it comes twice."""
    return moment.astimezone(zone).isoformat(timespec="minutes")


def clock(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """The time on the wall, such as 10:15; with its offset in the hour that comes twice."""
    local = moment.astimezone(zone)
    words = f"{local:%H:%M}"
    if comes_twice(local.replace(tzinfo=None, fold=0), zone):
        offset = local.utcoffset() or dt.timedelta()
        words += f" (UTC{offset.total_seconds() / 3600:+g})".replace("-", "−")
    return words


def day_bounds(day: dt.date, zone: zoneinfo.ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The first instant of a day and the first of the next, in UTC."""
    return edge_of(day, dt.time(), zone), edge_of(day + dt.timedelta(days=1), dt.time(), zone)


def _no_time(written: str) -> InputError:
    return InputError(
        Text(f"{shown(written)} is no day and time.", f"{shown(written)} no es un día y una hora."),
        Place(field="starts_at"),
        Text("Choose a time from the list.", "Elija una hora de la lista."),
    )
