"""What the page of a scalp shows of each photograph that was read, and of how long the pigment lasts."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dermograph.care.follow_up import colour_counts_from
from dermograph.clinic.gallery.models import Stage
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.reckoning import pigment_left
from dermograph.clinic.scalp.selectors import ScalpStanding, ScalpVisit, has_figures, protocol, refusal_of
from dermograph.clinic.scalp.services_reading import METHOD
from dermograph.clinic.scalp.words import step_in_words
from dermograph.core.dates import day_text
from dermograph.core.text import Text

Json = dict[str, Any]
_BEFORE = Text("before the first session", "antes de la primera sesión")
_SETTLED = Text("settled look", "aspecto asentado")
_SETTLED_AT = Text(
    "settled look, taken {months} months after session {n}: what faded before is not in it",
    "aspecto asentado, fotografiado {months} meses tras la sesión {n}: lo que se aclaró antes no consta en él",
)
_EARLY = Text("too soon after session {n}: no verdict", "demasiado pronto tras la sesión {n}: sin veredicto")
_LATER = Text("{months} months after the settled look", "{months} meses tras el aspecto asentado")
_LATER_DAYS = Text("{days} days after the settled look", "{days} días tras el aspecto asentado")
_AFTER = Text("after session {n}", "tras la sesión {n}")
_NOT_HELD = Text("Not held against the settled look yet.", "Aún sin comparar con el aspecto asentado.")
DAYS_A_MONTH: Final = 365.25 / 12
_PERCENT: Final = 100.0
_SHORT_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """One photograph in which dots were looked for.

    Attributes:
        note: What it is among the others: before, settled, so many months later.
        per_cm2: Dots per cm² of skin; None where nothing was counted.
        survived: The dots of the settled look that are still there, per cent.
        each: The pigment that is left in each of them, per cent.
        left: The pigment that is left in all, per cent; what the clinic's limit is held against.
        why: Why there are no figures, or none of change; None where there are, or while it is under way.
        step, percent: What is being done now; None and 0 for nothing.
        may_read_again: Whether reading it again could give something else.
    """

    visit: ScalpVisit
    note: Text
    per_cm2: Json | None
    survived: Json | None
    each: Json | None
    left: Json | None
    why: Text | None
    step: Text | None
    percent: int
    may_read_again: bool

    @property
    def reading(self) -> Any:  # noqa: ANN401 (a ScalpReading; templates go on from it)
        """The reading."""
        return self.visit.reading

    @property
    def change(self) -> ScalpChange | None:
        """The change from the settled look, where it has figures."""
        change = self.visit.change
        return change if change is not None and has_figures(change) else None

    @property
    def on(self) -> dt.date:
        """The day of the photograph."""
        day: dt.date = self.visit.reading.photograph.taken_on
        return day

    @property
    def is_counted(self) -> bool:
        """Whether its dots were counted."""
        return self.per_cm2 is not None

    @property
    def evenness(self) -> Json | None:
        """How evenly the dots lie, as ``Evenness.to_json``; None of fewer dots than say so."""
        found: Json | None = (self.reading.result or {}).get("evenness") if self.is_counted else None
        return found

    @property
    def against_hair(self) -> float | None:
        """The tone of the dots over that of the patient's own stubble, per cent; None where none was outlined."""
        share = (self.reading.result or {}).get("against_hair") if self.is_counted else None
        return None if share is None else _PERCENT * share

    @property
    def uniformity(self) -> Json | None:
        """What the spread of distances has changed by since the settled look; None where it was not measured."""
        change = self.change
        return ((change.result or {}).get("uniformity") if change is not None else None) or None

    @property
    def has_none(self) -> bool:
        """Whether none was found: "0 ± 0" would claim that there is none for sure."""
        return self.per_cm2 is not None and not self.per_cm2["value"]


def shown_visits(standing: ScalpStanding, sessions: Sequence[dt.date]) -> list[ShownVisit]:
    """Every photograph that was read, by its day.

    Args:
        standing: Of the course.
        sessions: The days of its sessions, the earliest first.
    """
    settled = {one.change.before_id for one in standing.visits if one.change is not None}
    settled |= {standing.settled.pk} if standing.settled is not None else set()
    return [_visit(one, sessions, settled) for one in standing.visits]


def too_early_until(sessions: Sequence[dt.date], today: dt.date) -> dt.date | None:
    """The first day on which colour can be judged, where that is still to come; else None."""
    first = colour_counts_from(sessions[-1], protocol()) if sessions else None
    return first if first is not None and today < first else None


def work_of(visits: Sequence[ShownVisit]) -> tuple[Text | None, int]:
    """What is being done for the first that is read or matched, and its share, per cent."""
    return next(((one.step, one.percent) for one in visits if one.step is not None), (None, 0))


def _visit(visit: ScalpVisit, sessions: Sequence[dt.date], settled: set[Any]) -> ShownVisit:
    reading, change = visit.reading, visit.change
    dots = ((change.result or {}).get("dots") if change is not None and has_figures(change) else None) or {}
    whole = pigment_left(change) if change is not None else None
    busy = next((row for row in (reading, change) if row is not None and row.is_under_way), None)
    return ShownVisit(
        visit=visit,
        note=_note(visit, sessions, settled),
        per_cm2=(reading.result or {}).get("per_cm2") if has_figures(reading) else None,
        survived=_percent(dots.get("survived")),
        each=_percent(dots.get("pigment_left")),
        left=_percent({"value": whole["left"], "u": whole["u"]}) if whole else None,
        why=_why(visit),
        step=step_in_words(busy.step) if busy is not None else None,
        percent=round(_PERCENT * busy.progress) if busy is not None else 0,
        may_read_again=any(_may_differ(row) for row in (reading, change) if row is not None),
    )


def _may_differ(row: ScalpReading | ScalpChange) -> bool:
    """Whether it could come out otherwise if it were asked for again."""
    return row.stage == Stage.FAILED or (row.stage == Stage.DONE and row.method != METHOD)


def _note(visit: ScalpVisit, sessions: Sequence[dt.date], settled: set[Any]) -> Text:
    reading = visit.reading
    on: dt.date = reading.photograph.taken_on
    number = bisect_right(sessions, on)
    if not number:
        return _BEFORE
    held = sessions[number - 1]
    if reading.pk in settled:
        since = (on - held).days
        return _SETTLED if since < _SHORT_DAYS else _SETTLED_AT.format(months=f"{since / DAYS_A_MONTH:.0f}", n=number)
    if on < colour_counts_from(held, protocol()):
        return _EARLY.format(n=number)
    if visit.change is None:
        return _AFTER.format(n=number)
    days = (on - visit.change.before.photograph.taken_on).days
    if days < _SHORT_DAYS:
        return _LATER_DAYS.format(days=days)
    return _LATER.format(months=f"{days / DAYS_A_MONTH:.0f}")


def _why(visit: ScalpVisit) -> Text | None:
    """What stands in the way of figures: of the dots, else of what became of them."""
    for row in (visit.reading, visit.change):
        if row is None:
            continue
        if row.stage == Stage.FAILED:
            return Text(row.failure.get("en", ""), row.failure.get("es", ""))
        refusal = refusal_of(row)
        if refusal is not None:
            says, todo = refusal["says"], refusal.get("todo") or {}
            return Text(*(f"{says.get(one, '')} {todo.get(one, '')}".strip() for one in ("en", "es")))
    return None


def _percent(share: Json | None) -> Json | None:
    return None if not share else {"value": _PERCENT * share["value"], "u": _PERCENT * share["u"]}


@dataclass(frozen=True, slots=True)
class ShownFading:
    """How long the pigment lasts, as far as it is known.

    Attributes:
        visit: The photograph that it is told from.
        settled: The settled look that it is held against.
        limit: The pigment that the clinic wants to be left at least, per cent.
        interval: The first, the most likely and the last day on which the limit is passed; None without a date.
        why: Why there is no date; None where there is one.
        passed: The chance that it was passed at the last photograph that was measured, per cent; None where none was.
        passed_on: The day of that photograph.
        source: Where the prior comes from.
    """

    visit: ShownVisit
    settled: ShownVisit | None
    limit: float
    interval: tuple[dt.date, dt.date, dt.date] | None
    months: tuple[float, float, float] | None
    why: Json | None
    passed: float | None
    passed_on: dt.date
    source: str

    @property
    def is_passed(self) -> bool:
        """Whether the limit was rather passed than not."""
        return self.passed is not None and self.passed >= _PERCENT / 2


def shown_fading(standing: ScalpStanding, visits: Sequence[ShownVisit]) -> ShownFading | None:
    """What the latest change says; None while there is none that has figures."""
    latest, fading = standing.latest, standing.fading
    visit = next((one for one in visits if latest is not None and one.change is latest), None)
    if latest is None or visit is None or not fading:
        return None
    days: Any = (latest.fades_first, latest.fades_likely, latest.fades_last)
    months, measured_on = fading.get("months") or {}, fading.get("measured_on")
    return ShownFading(
        visit=visit,
        settled=next((one for one in visits if one.reading.pk == latest.before_id), None),
        limit=fading.get("limit_percent", 0.0),
        interval=days if all(days) else None,
        months=(months["low"], months["median"], months["high"]) if months else None,
        why=fading.get("why"),
        passed=None if fading.get("passed") is None else _PERCENT * fading["passed"],
        passed_on=dt.date.fromisoformat(measured_on) if measured_on else visit.on,
        source=fading.get("prior_source", ""),
    )


def no_fading_yet(standing: ScalpStanding, until: dt.date | None) -> Text:
    """Why nothing can be said of fading where no later photograph was held against the settled look."""
    if standing.next_check is None:
        return Text("Before the first session there is nothing to fade.", "Antes de la primera sesión nada se aclara.")
    if until is not None:
        day = day_text(until)
        return Text(
            f"The settled look can be photographed from {day.en}; everything later is held against it.",
            f"El aspecto asentado puede fotografiarse desde el {day.es}; lo posterior se compara con él.",
        )
    if standing.settled is None:
        return Text(
            "The settled look is missing: photograph the scalp with the card. Everything later is held against it.",
            "Falta el aspecto asentado: fotografíe el cuero cabelludo con la tarjeta. Lo posterior se compara con él.",
        )
    return Text(
        "The settled look stands. A later photograph shows what of it is left.",
        "El aspecto asentado consta. Una fotografía posterior mostrará qué queda de él.",
    )
