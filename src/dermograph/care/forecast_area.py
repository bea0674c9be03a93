"""The forecast of one area of a case: which measurements count, and for which goal."""

from __future__ import annotations

import datetime as dt
import itertools

from dermograph.care.case import Area
from dermograph.care.forecast import WEAK_PRIOR, Forecast, Measured, Prior, forecast
from dermograph.care.responses import responses, target
from dermograph.protocols.model import Protocol


def forecast_area(area: Area, on: dt.date, protocol: Protocol, prior: Prior | None = None) -> Forecast:
    """The forecast of the sessions that remain, silent until the skin has measurably improved once.

    The goal is the one of the review; an improvement by one more session that nobody would see counts as the plateau.
    """
    aim = target(area, protocol.review.goal, on)
    answers = responses(area, protocol, on)
    answered = any(
        (later.contrast - earlier.contrast).is_detectable and later.contrast.value < earlier.contrast.value
        for earlier, later in itertools.combinations(answers, 2)
    )
    known = [Measured(answer.sessions, answer.contrast) for answer in answers] if answered else []
    return forecast(
        known,
        goal=aim.goal,
        step=aim.visible,
        prior=prior or WEAK_PRIOR,
        published=protocol.course.published_sessions.says,
    )
