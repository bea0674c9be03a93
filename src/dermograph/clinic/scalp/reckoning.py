"""When the pigment of a scalp will pass the clinic's limit, from all changes of a series."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

from dermograph.clinic.people.models import Course
from dermograph.clinic.scalp.models import ScalpChange
from dermograph.clinic.scalp.selectors import changes, has_figures, series_of
from dermograph.clinic.scalp.words import NO_SHARE, SETTLED_LATE

Json = dict[str, Any]
DAYS_A_MONTH = 365.25 / 12
_LEAST_LEFT = 0.01  # a smaller share of the pigment is not told from this
_DAYS = ("fades_first", "fades_likely", "fades_last")
_NOTHING: Json = {"fading": {}, **dict.fromkeys(_DAYS), "passed": None}


def pigment_left(change: ScalpChange) -> Json | None:
    """The share of all pigment that is left, from the dots that survived and from what each of them still has.

    Dots that are lost count as well as dots that are paler: a scalp on which half of the dots are gone has not kept its
    tone because the others have.

    Returns:
        ``{"months", "left", "u"}``, months since the settled look; None where it was not measured, or on the same day.
    """
    days = (change.after.photograph.taken_on - change.before.photograph.taken_on).days
    dots = (change.result or {}).get("dots") or {}
    left, survived = dots.get("pigment_left"), dots.get("survived")
    if not has_figures(change) or days <= 0 or not left or not survived or left["value"] <= 0:
        return None
    share = max(survived["value"], 0.0) * left["value"]
    u = math.hypot(survived["u"] * left["value"], survived["value"] * left["u"])
    return {"months": days / DAYS_A_MONTH, "left": max(share, _LEAST_LEFT), "u": u}


def reckon(course: Course, limit_percent: float) -> None:
    """Write the fading of every change of a course, each with everything measured up to it. Twice is once.

    No date where the photograph itself does not show how much is left, or the settled look was photographed so late
    that it had faded before. The chance that the limit is passed stands all the same, with the day of its photograph.

    Args:
        course: Locked by the caller, with its clinic.
        limit_percent: The pigment that the clinic wants to be left at least.
    """
    # It takes scipy, which a page does without.
    from dermograph.photo.scalp.fading import Seen, passing  # noqa: PLC0415 (as said above)

    series = series_of(course)
    late = {one.settled.pk for one in series if one.settled is not None and one.is_late}
    valid, measured, days = list(changes(course, series)), defaultdict[Any, list[Json]](list), dict[Any, dt.date]()
    for change in valid:
        seen, one = measured[change.before_id], pigment_left(change)
        if one is not None:
            seen.append(one)
            days[change.before_id] = change.after.photograph.taken_on
        values = _NOTHING
        if has_figures(change):
            losses = [Seen(each["months"], -math.log(each["left"]), each["u"] / each["left"]) for each in seen]
            found = passing(losses, -math.log(limit_percent / 100))
            why = SETTLED_LATE if change.before_id in late else NO_SHARE if one is None else None
            on = days.get(change.before_id)
            fading = {
                **found.to_json(),
                **({} if why is None else {"months": None, "why": why.to_json()}),
                "limit_percent": limit_percent,
                "measured": list(seen),
                "measured_on": None if on is None else on.isoformat(),
            }
            values = {"fading": fading, **_days(change, None if why else found.months), "passed": found.passed}
        ScalpChange.objects.filter(pk=change.pk).update(**values)
    # Of a settled look that is none any more nothing may be listed as fading.
    others = ScalpChange.objects.filter(course=course).exclude(pk__in=[one.pk for one in valid])
    others.exclude(fading={}).update(**_NOTHING)


def _days(change: ScalpChange, months: tuple[float, float, float] | None) -> Json:
    settled = change.before.photograph.taken_on
    if months is None:
        return dict.fromkeys(_DAYS)
    return {
        name: settled + dt.timedelta(days=round(one * DAYS_A_MONTH)) for name, one in zip(_DAYS, months, strict=True)
    }
