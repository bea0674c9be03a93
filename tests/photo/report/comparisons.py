"""Comparisons to report on: synthetic photographs, true maps, and measures with figures chosen to be read back."""

import dataclasses
import datetime as dt
from functools import cache

from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.photo.card.calibration import calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.comparison import Comparison, Side
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.foreign import foreign
from dermograph.photo.image import Photograph
from dermograph.photo.measure.kinds import AREA, CONTRAST, REDNESS, TEXTURE
from dermograph.photo.measure.values import Change, Kind, Measure, Outcome
from dermograph.photo.phantom.pairs import pair
from dermograph.photo.register.registration import Registration

SHAKEN = Refusal(
    "blur",
    Text("The follow-up is not sharp.", "La fotografía de seguimiento no está nítida."),
    Text("Hold the camera still.", "Mantenga quieta la cámara."),
)
OTHER_SKIN = Refusal(
    "different_skin",
    Text("The photographs show different skin.", "Las fotografías muestran piel distinta."),
    Text("Photograph the same area.", "Fotografíe la misma zona."),
)
GLARE = Finding(
    "glare",
    passed=False,
    says=Text("The skin shines.", "La piel brilla."),
    todo=Text("Turn the light away.", "Aparte la luz."),
)
SHARP = Finding("focus", passed=True, says=Text("The skin is in focus.", "La piel está enfocada."))
UNJUDGED = Finding("tilt", passed=None, says=Text("The tilt is not known.", "No se conoce la inclinación."))


@cache
def good() -> Comparison:
    """A hyperpigmentation that faded by half, everything measured but the texture."""
    shots = pair(3, "mild", width=1200, height=900, px_per_mm=8, phototype=2, lesion="hyperpigmentation", faded=0.5)
    before = _side(shots.before.photograph, dt.datetime(2026, 3, 8, 10, 12), (SHARP, UNJUDGED))  # noqa: DTZ001 — a camera's clock has no zone
    after = _side(shots.after.photograph, dt.datetime(2026, 5, 3, 9, 40), (SHARP, GLARE))  # noqa: DTZ001 — the same
    registration = Registration("features+flow", shots.true_map(8), 8, 0.55, 0.07, 0.98, None, {"inliers": 812.0})
    measures = (
        measured(CONTRAST, (6.21, 0.41), (4.87, 0.38), 0.47, Outcome.IMPROVED, visible=True),
        measured(REDNESS, (1.12, 0.22), (1.30, 0.21), 0.25, Outcome.NO_DETECTABLE_CHANGE),
        measured(AREA, (3.412, 0.031), (3.602, 0.033), 0.042, Outcome.WORSENED),
        Measure(TEXTURE, None, None, None, SHAKEN, {}),
    )
    outline, carried = shots.before.truth.lesion, shots.after.truth.lesion
    return Comparison(before, after, outline, carried, registration, measures, None, {"total": 2.0})


def refused() -> Comparison:
    """The same photographs, of which nothing may be compared, though the measures are there."""
    found = good()
    registration = dataclasses.replace(found.registration, refusal=OTHER_SKIN)
    return dataclasses.replace(found, registration=registration, refusal=OTHER_SKIN)


def without_card() -> Comparison:
    """The same photographs without colour and without a scale; only the texture could be compared."""
    found = good()
    card = Refusal("no_card", Text("No card is in view.", "No se ve la tarjeta."))
    before, after = (
        dataclasses.replace(side, card=card, calibration=card, skin_ita_deg=None)
        for side in (found.before, found.after)
    )
    measures = (
        Measure(CONTRAST, None, None, None, card, {}),
        measured(TEXTURE, (31.0, 4.0), (12.0, 4.0), 5.0, Outcome.IMPROVED),
    )
    return dataclasses.replace(found, before=before, after=after, measures=measures)


def named(found: Comparison, before: str, after: str) -> Comparison:
    """The same comparison of files with other names."""
    sides = [
        dataclasses.replace(side, photo=dataclasses.replace(side.photo, name=name))
        for side, name in ((found.before, before), (found.after, after))
    ]
    return dataclasses.replace(found, before=sides[0], after=sides[1])


def measured(
    kind: Kind,
    before: tuple[float, float],
    after: tuple[float, float],
    u: float,
    outcome: Outcome,
    *,
    visible: bool | None = None,
) -> Measure:
    """A measure with chosen figures."""
    one, other = (Quantity(value, error, kind.unit) for value, error in (before, after))
    change = Change(Quantity(after[0] - before[0], u, kind.unit), outcome, visible)
    return Measure(kind, one, other, change, None, {"spatial": 0.6 * u, "between_shot": 0.8 * u})


def _side(photo: Photograph, taken_at: dt.datetime, findings: tuple[Finding, ...]) -> Side:
    dated = dataclasses.replace(photo, taken_at=taken_at, sha256="5e" * 32)
    card = read_card(dated)
    assert isinstance(card, CardReading)
    return Side(dated, card, calibrate(dated, card), findings, foreign(dated, card), 48.2)
