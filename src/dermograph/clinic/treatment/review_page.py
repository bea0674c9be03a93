"""A proposal as its page shows it: decision, measurements, forecast, signs, and what would change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from dermograph.care.case import Area, session_day
from dermograph.care.explain import DECISIONS
from dermograph.care.forecast_values import Forecast, SessionRange
from dermograph.care.responses import history, latest_photograph, measure_from, sessions_before, target
from dermograph.care.sight import Decision
from dermograph.clinic.treatment.forecast_picture import FOOT, HEIGHT, WIDTH, bars
from dermograph.clinic.treatment.proposal import Proposal
from dermograph.core.dates import day_text
from dermograph.core.quantity import Quantity
from dermograph.core.text import Language, Text
from dermograph.protocols.model import Protocol


def shown_proposal(proposal: Proposal, language: Language) -> dict[str, Any]:
    """Everything that the review page shows of a proposal."""
    proposed, area, protocol = proposal.proposed, proposal.area, proposal.protocol
    return {
        "on": proposal.on,
        "word": DECISIONS[proposed.decision],
        "decision": proposed.decision.value,
        "json": proposal.json[language],
        "late": proposed.late,
        "first": proposed.first,
        "last": proposed.last,
        "measurements": shown_measurements(area, protocol, proposal.on),
        "series": _series(proposal),
        "signs": _signs(proposal),
        "forecast": shown_forecast(proposed.forecast),
        "changes": [text.say(language) for text in _would_change(proposal)],
        "goal": target(area, protocol.review.goal, proposal.on).says.typeset(),
        "sessions": len(area.sessions),
        "protocol": protocol,
    }


def shown_measurements(area: Area | None, protocol: Protocol, on: dt.date) -> list[dict[str, Any]]:
    """The measurements by day, each with its change since the one before that counts, and the detectable limit."""
    if area is None:
        return []
    counted = {answer.on: answer for answer in history(area, protocol, on)}
    rows: list[dict[str, Any]] = []
    before: Quantity | None = None
    for one in area.measurements:
        if one.on > on:
            continue
        change = one.contrast - before if before is not None and one.contrast is not None and one.comparable else None
        rows.append(
            {
                "on": one.on,
                "sessions": sessions_before(area, one.on),
                "contrast": _plain(one.contrast),
                "comparable": one.comparable,
                "why_not": one.why_not,
                "counts": one.on in counted,
                "change": _plain(change),
                "limit": change.detectable if change else None,
                "detectable": change.is_detectable if change else None,
            }
        )
        before = one.contrast if one.on in counted else before
    return rows


def shown_forecast(forecast: Forecast | None) -> dict[str, Any] | None:
    """The forecast: silent with the reason, else its sentence, its picture and its figures."""
    if forecast is None:
        return None
    remaining = forecast.remaining
    return {
        "silent": forecast.silent,
        "why": forecast.why,
        "published": forecast.published,
        "sentence": forecast.sentence,
        "bars": bars(remaining) if remaining else [],
        "box": f"0 0 {WIDTH} {HEIGHT}",
        "ground": HEIGHT - FOOT,
        "words_at": HEIGHT - FOOT + 16,
        "right": WIDTH,
        "next": forecast.next_contrast,
        "floor": forecast.floor,
        "half": _held(remaining.interval_50) if remaining else "",
        "most": _held(remaining.interval_90) if remaining else "",
    }


def _held(interval: SessionRange) -> str:
    """The probability that an interval truly holds, in whole per cent."""
    return f"{100 * min(interval.held, 0.99):.0f} %"


def _series(proposal: Proposal) -> dict[str, Any]:
    """The contrast over time, as the chart takes it."""
    area = proposal.area
    aim = target(area, proposal.protocol.review.goal, proposal.on)
    return {
        "name": Text("Contrast to the skin beside it", "Contraste con la piel de al lado"),
        "unit": "ΔE",
        "points": [
            {"day": one.on, "value": one.contrast.value, "u": one.contrast.u}
            if one.comparable and one.contrast is not None
            else {"day": one.on, "value": None, "why": one.why_not or ""}
            for one in area.measurements
        ],
        "sessions": [session_day(session) for session in area.sessions],
        "goal": aim.goal,
    }


def _signs(proposal: Proposal) -> list[dict[str, Any]]:
    """Signs since the last session, the latest first."""
    labels = proposal.protocol.vocabulary.signs
    since = [sign for sign in proposal.area.signs if sign.on >= proposal.last_session]
    return [
        {"label": labels.get(sign.what) or Text(sign.what, sign.what), "on": sign.on, "gone_on": sign.gone_on}
        for sign in reversed(since)
    ]


def _would_change(proposal: Proposal) -> Iterator[Text]:
    """What would change the proposal, as far as it can be known."""
    area, decision = proposal.area, proposal.proposed.decision
    first = measure_from(area, proposal.protocol)
    photograph = latest_photograph(area, proposal.on)
    if photograph is None and first is not None:
        day = day_text(max(first, proposal.on))
        yield Text(
            f"A comparable photograph, from {day.en} on: there is none since the last session.",
            f"Una fotografía comparable, desde el {day.es}: no hay ninguna desde la última sesión.",
        )
    if decision is Decision.NOT_COMPARABLE or (photograph is not None and not photograph.comparable):
        yield Text(
            "A photograph that can be compared with the baseline.",
            "Una fotografía que se pueda comparar con la inicial.",
        )
    labels = proposal.protocol.vocabulary.signs
    for sign in area.signs:
        if decision is Decision.WAIT and sign.on >= proposal.last_session and sign.gone_on is None:
            label = labels.get(sign.what) or Text(sign.what, sign.what)
            yield Text(
                f"The day on which this sign was gone: {label.en}.",
                f"El día en que desapareció este signo: {label.es}.",
            )
    if decision is Decision.REFER:
        yield Text(
            "The word of whoever it is referred to: then the reviewer decides otherwise, and says why.",
            "La palabra de quien la reciba: entonces quien revisa decide otra cosa y dice por qué.",
        )
    if decision is Decision.WAIT and proposal.proposed.first is not None:
        day = day_text(proposal.proposed.first)
        yield Text(f"Time: look again on {day.en}.", f"El tiempo: vuelva a mirar el {day.es}.")
    if decision in (Decision.STOP_GOAL_MET, Decision.STOP_PLATEAU, Decision.ANOTHER_SESSION):
        yield Text(
            "Another measured photograph, or another goal agreed with the patient.",
            "Otra fotografía medida, u otro objetivo acordado con el paciente.",
        )
    yield Text(
        "A sign reported, or an answer of the assessment that is given or changed.",
        "Un signo comunicado, o una respuesta de la valoración nueva o distinta.",
    )


def _plain(quantity: Quantity | None) -> dict[str, float] | None:
    return {"value": quantity.value, "u": quantity.u} if quantity is not None else None
