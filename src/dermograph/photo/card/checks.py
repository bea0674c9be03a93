"""Whether what was sampled can be a card: patches that do not count, and cards that are refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dermograph.core.text import Text
from dermograph.photo.card.refusals import CARD_CLIPPED, CARD_COVERED, CARD_GLARE, WRONG_ORDER
from dermograph.photo.card.sampling import Paper, Sample
from dermograph.photo.colour.spaces import linear
from dermograph.photo.finding import Finding, Refusal

MOST_UNEVEN = 0.08  # of a patch's light, between blocks (assumption; a flat patch under noise stays below 0.03)
MOST_CLIPPED = 0.02  # of a patch's pixels
MOST_DROPPED_SHARE = 0.25  # of a card's patches
_LEAST_STEP = 1.5  # of 255: two greys in order differ by at least so much, but for the burnt-out end
_MOST_UNEVEN_PAPER = 0.3  # share of the pieces of bare paper that may be spoiled


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The samples that count, and what was found on the way."""

    kept: tuple[Sample, ...]
    findings: tuple[Finding, ...]


def checked(samples: tuple[Sample, ...], white: Paper) -> Checked | Refusal:
    """Leave out what is spoiled; refuse the card if too much is, or if its greys are not in order."""
    clipped = [one for one in samples if one.clipped > MOST_CLIPPED and _matters(one)]
    uneven = [one for one in samples if one.unevenness > MOST_UNEVEN and one not in clipped]
    most = MOST_DROPPED_SHARE * len(samples)
    if len(clipped) > most:
        return CARD_CLIPPED
    brighter = sum(one.brighter for one in uneven)
    spoiled_paper = float(np.isnan(white.rgb[:, 0]).mean()) if len(white.rgb) else 0.0
    if len(uneven) > most:
        return CARD_GLARE if brighter > len(uneven) / 2 else CARD_COVERED
    kept = tuple(one for one in samples if one.clipped <= MOST_CLIPPED and one not in uneven)
    if not _is_in_order(kept) or sum(one.patch.role == "grey" for one in kept) < 4:
        return WRONG_ORDER
    if len(kept) < len(samples) - most:
        return CARD_CLIPPED
    return Checked(kept, _findings(clipped, uneven, spoiled_paper))


def _matters(one: Sample) -> bool:
    """Whether a clipped patch says something about the exposure: a saturated colour may sink in one channel anyway."""
    return one.patch.role in {"grey", "skin"} or float(one.rgb.max()) > 250


def _is_in_order(samples: Iterable[Sample]) -> bool:
    """Whether the greys fall from light to dark as they should."""
    ramp = sorted((one for one in samples if one.patch.role == "grey"), key=lambda one: -one.lab_d50[0])
    steps = np.diff([float(linear(one.rgb / 255).sum()) ** (1 / 2.4) for one in ramp])
    return bool((steps < 0).all())


def _findings(clipped: list[Sample], uneven: list[Sample], spoiled_paper: float) -> tuple[Finding, ...]:
    findings = []
    if clipped:
        findings.append(
            _dropped("card_clipped", clipped, Text("burnt out or sunk", "quemados o hundidos"), CARD_CLIPPED)
        )
    glare = [one for one in uneven if one.brighter]
    covered = [one for one in uneven if not one.brighter]
    if glare:
        findings.append(_dropped("card_glare", glare, Text("touched by glare", "con reflejos"), CARD_GLARE))
    if covered:
        findings.append(
            _dropped("card_covered", covered, Text("covered or in shadow", "tapados o en sombra"), CARD_COVERED)
        )
    if spoiled_paper > _MOST_UNEVEN_PAPER:
        findings.append(
            Finding(
                "card_paper",
                passed=False,
                says=Text(
                    "Much of the card's white border is covered, burnt out or uneven.",
                    "Gran parte del borde blanco de la tarjeta está tapada, quemada o desigual.",
                ),
                todo=CARD_COVERED.todo,
                value=spoiled_paper,
                limit=_MOST_UNEVEN_PAPER,
                unit="share",
            )
        )
    return tuple(findings)


def _dropped(check: str, samples: list[Sample], what: Text, refusal: Refusal) -> Finding:
    names = ", ".join(one.patch.id for one in samples)
    return Finding(
        check,
        passed=False,
        says=Text(f"Patches left out, {what.en}: {names}.", f"Colores descartados, {what.es}: {names}."),
        todo=refusal.todo,
        value=float(len(samples)),
    )
