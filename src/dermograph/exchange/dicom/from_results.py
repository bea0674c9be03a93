"""Results as they are stored, ``to_json`` of ``dermograph.photo``, as the values that go out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dermograph.exchange.dicom import codes
from dermograph.exchange.dicom.report_values import Measure, MeasureGroup, WhyMissing
from dermograph.exchange.dicom.values import Area, Calibration, Code, Lesion
from dermograph.photo import comparison
from dermograph.photo.measure.values import Outcome

Json = Mapping[str, Any]
METHOD = f"Calibrated photographs, {comparison.SCHEMA}"
_CHANGE = "d."
_SIZE_UNKNOWN = "The size of this card is not known."


def calibration_of(card: Json, colours: Json, *, with_serial: bool = True) -> Calibration:
    """The calibration of one photograph.

    Args:
        card: ``card`` of the findings of a photograph.
        colours: ``colour`` of them.
        with_serial: Whether the card's own number goes along: one card through all photographs brings pseudonyms
            together.
    """
    calibrated = colours if colours.get("calibrated") else None
    no_colour = "" if calibrated else _why(colours)
    if not card.get("found", True):
        return Calibration(no_scale=_why(card), no_colour=no_colour)
    scale, tilt = card.get("mm_per_px"), card.get("tilt_deg") or {}
    serial = f" {card['serial']}" if with_serial and card.get("serial") is not None else ""
    return Calibration(
        mm_per_px=scale["value"] if scale else None,
        u_mm_per_px=scale["u"] if scale else None,
        card=f"{card['layout']}/{card['version']}{serial}",
        tilt_deg=_number(tilt.get("value")),
        u_tilt_deg=_number(tilt.get("u")),
        colours=calibrated["references"] if calibrated else None,
        residual_delta_e00=calibrated["residual_delta_e00"] if calibrated else None,
        no_scale="" if scale else _SIZE_UNKNOWN,
        no_colour=no_colour,
    )


def groups_of(found: Json, lesion: Lesion, area: Area, before_uid: str, after_uid: str) -> tuple[MeasureGroup, ...]:
    """The measures of a comparison in three groups: the baseline, the follow-up, and the change between them.

    What was not measured stands there with the reason and without a number.

    Args:
        found: ``Comparison.to_json`` of ``photo``.
        lesion: Whose it is.
        area: Where it is.
        before_uid: SOP Instance UID of the baseline.
        after_uid: Of the follow-up.

    Returns:
        No group where nothing was asked to be measured.
    """
    rows, reason = found.get("measures") or (), found.get("reason")
    if not rows:
        return ()
    both = (before_uid, after_uid)
    parts = (
        tuple(_of_one(one, one["before"], reason, (before_uid,)) for one in rows),
        tuple(_of_one(one, one["after"], reason, (after_uid,)) for one in rows),
        tuple(_of_change(one, reason, both) for one in rows),
    )
    return tuple(MeasureGroup(lesion, area, part) for part in parts)


def _of_one(one: Json, quantity: Json | None, reason: Json | None, images: tuple[str, ...]) -> Measure:
    concept = codes.MEASURES.get(one["name"]) or Code(one["name"], codes.OURS, one["label"]["en"])
    if quantity is None:
        return _missing(concept, one["reason"] or reason, images)
    unit = codes.UNITS[one["unit"]]
    return Measure(concept, quantity["value"], unit, quantity["u"], None, METHOD, None, one["caveat"]["en"], images)


def _of_change(one: Json, reason: Json | None, images: tuple[str, ...]) -> Measure:
    concept = Code(f"{_CHANGE}{one['name']}", codes.OURS, f"Change of: {one['label']['en']}")
    change = one["change"]
    if change["value"] is None:
        return _missing(concept, one["reason"] or reason, images)
    note, unit = " ".join(_notes(one)), codes.UNITS[one["unit"]]
    return Measure(concept, change["value"], unit, change["u"], change["mdc95"], METHOD, None, note, images)


def _notes(one: Json) -> Iterator[str]:
    """What the change says in words, and what the figure is not."""
    yield f"{comparison.OUTCOMES[Outcome(one['change']['verdict'])].en}."
    if one["caveat"]["en"]:
        yield one["caveat"]["en"]


def _missing(concept: Code, why: Json | None, images: tuple[str, ...]) -> Measure:
    not_asked = why is not None and why["code"] == comparison.NO_OUTLINE.code
    kind = WhyMissing.UNKNOWN if why is None else WhyMissing.NOT_ATTEMPTED if not_asked else WhyMissing.FAILED
    return Measure(concept, None, None, None, None, METHOD, kind, why["says"]["en"] if why else "", images)


def _why(found: Json) -> str:
    """Why there is nothing, in English; empty if nobody said."""
    reason = found.get("reason") or {}
    return str((reason.get("says") or {}).get("en", ""))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
