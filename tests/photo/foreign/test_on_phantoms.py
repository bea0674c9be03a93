"""Synthetic photographs with known truth, seeds below 10,000: the ones that the limits were set on."""

from __future__ import annotations

import pytest

from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.foreign import foreign
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot


@pytest.mark.slow
@pytest.mark.parametrize("phototype", [1, 3, 6])
@pytest.mark.parametrize("lesion", ["scar", "stria", "burn", "hyperpigmentation"])
def test_the_lesion_of_a_phantom_is_skin_and_its_card_is_not(phototype: int, lesion: str) -> None:
    made = scene(
        50 + phototype,
        width=1600,
        height=1200,
        px_per_mm=8,
        phototype=phototype,
        lesion=lesion,  # type: ignore[arg-type]  # a name of the list above
        pen=True,
    )
    shot = shoot(made, seed=4)
    card = read_card(shot.photograph)
    assert isinstance(card, CardReading)
    found = foreign(shot.photograph, card)
    rows, columns = found.any.shape
    inside = shot.truth.lesion.mask(0, 0, columns, rows, scale=found.scale)
    assert found.any[inside].mean() < 0.05
    assert found.share("card") > 0.02
    assert found.share("pen") > 0.001
