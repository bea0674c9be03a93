"""What ``dermograph.photo`` found, as the values that go out."""

from __future__ import annotations

from dermograph.exchange.dicom.from_results import calibration_of, groups_of
from dermograph.exchange.dicom.report_values import MeasureGroup
from dermograph.exchange.dicom.values import Area, Calibration, Lesion
from dermograph.photo import comparison
from dermograph.photo.card import calibration as colour
from dermograph.photo.card.reading import CardReading
from dermograph.photo.finding import Refusal


def calibration_from(
    card: CardReading | Refusal, colours: colour.Calibration | Refusal, *, with_serial: bool = True
) -> Calibration:
    """The calibration of one photograph.

    Args:
        card: As it was read, or why not.
        colours: The way from its pixels to CIELAB, or why there is none.
        with_serial: As for ``calibration_of``.
    """
    return calibration_of(
        {"found": False, "reason": card.to_json()} if isinstance(card, Refusal) else card.to_json(),
        {"calibrated": False, "reason": colours.to_json()}
        if isinstance(colours, Refusal)
        else {"calibrated": True, **colours.to_json()},
        with_serial=with_serial,
    )


def groups_from(
    found: comparison.Comparison, lesion: Lesion, area: Area, before_uid: str, after_uid: str
) -> tuple[MeasureGroup, ...]:
    """The measures of a comparison in three groups, as ``groups_of`` makes them of its JSON.

    Args:
        found: The comparison.
        lesion: Whose it is.
        area: Where it is.
        before_uid: SOP Instance UID of the baseline.
        after_uid: Of the follow-up.
    """
    return groups_of(found.to_json(), lesion, area, before_uid, after_uid)
