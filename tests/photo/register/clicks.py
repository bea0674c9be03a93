"""Our own clicks on the real series of moles, px of each photograph; the photographs stay outside the project.

For each mole the left, right, upper and lower end and, clicked apart from these, its middle. Between some visits the
mole itself has grown or faded, so its ends are not the same skin to the pixel; its middle is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]


@dataclass(frozen=True)
class Mole:
    """One mole in one photograph."""

    left: Point
    right: Point
    top: Point
    bottom: Point
    middle: Point

    @property
    def ends(self) -> NDArray[np.float64]:
        """Left, right, upper and lower end, ``(4, 2)``."""
        return np.array([self.left, self.right, self.top, self.bottom])

    @property
    def length(self) -> float:
        """From the left to the right end, px."""
        return float(np.hypot(*np.subtract(self.right, self.left)))

    @property
    def outline(self) -> NDArray[np.float64]:
        """An ellipse through about its ends, ``(24, 2)``."""
        across = np.subtract(self.right, self.left) / 2
        down = np.subtract(self.bottom, self.top) / 2
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)[:, None]
        found: NDArray[np.float64] = self.ends.mean(axis=0) + np.cos(angle) * across + np.sin(angle) * down
        return found


def mole(*ends: Point) -> Mole:
    left, right, top, bottom, middle = ends
    return Mole(left, right, top, bottom, middle)


MOLES = {
    "N1A": mole((150.8, 122.5), (240, 135), (187.5, 98), (207.5, 168.8), (195, 132)),
    "N1B": mole((151.5, 98.8), (240.3, 102.5), (196.5, 63), (197.8, 148), (196, 105)),
    "N2A": mole((131.5, 166), (155, 168), (141, 157), (143.8, 179.6), (144.8, 168)),
    "N2B": mole((156.9, 111), (181.3, 111), (171.6, 100.9), (173.3, 121.4), (170.9, 111)),
    "N2C": mole((174.6, 132), (205.3, 133), (192.7, 115.8), (193.8, 146.6), (192.7, 132.3)),
    "N2D": mole((224, 106), (256.2, 107), (241.6, 92.4), (244.3, 118.5), (243.3, 106.3)),
    "DN1A": mole((57.3, 168), (107, 168), (82, 152), (82, 189.5), (82.5, 170)),
    "DN1B": mole((139, 159.7), (190.4, 162), (169, 137), (168, 187), (166, 161)),
    "DN1C": mole((164.7, 170.5), (312.3, 174.5), (234, 129.8), (254, 214), (240, 172)),
    "DN1D": mole((140.8, 132), (291.8, 142), (208.8, 92.4), (221.3, 177.9), (216, 136)),
    "DN1E": mole((169.6, 141.9), (327, 122), (231.8, 69.8), (246.7, 183), (248, 130)),
    "DN2B": mole((162.9, 111.4), (296, 73.3), (252.4, 65), (210.5, 128.6), (227.6, 94.3)),
    "DN2C": mole((196, 131.4), (295, 89.5), (249, 95), (236, 153), (243.6, 118)),
    "DN2D": mole((206, 110.9), (274, 85), (240.5, 91.8), (221.4, 131), (236.7, 106)),
    "DN2E": mole((179.3, 191.5), (255.5, 166.8), (208, 172.5), (192.7, 208.7), (210, 184.7)),
    "DN3A": mole((107.3, 163.2), (261.4, 145.7), (204.5, 128), (195.7, 183.8), (182.6, 156.6)),
    "DN3B": mole((90.2, 161), (261.8, 152), (205, 112.8), (196, 201), (180, 158)),
    "DN3C": mole((99.4, 103), (265.8, 122.7), (204.5, 74.6), (204.5, 146.8), (178, 109.6)),
    "DN3D": mole((92.4, 153), (235.6, 161.8), (198.4, 124.6), (205, 210.8), (163, 168)),
    "DN3E": mole((112.5, 128), (235, 143.5), (211, 123.8), (200, 189.5), (173.8, 154)),
    "DN4A": mole((73.6, 89.6), (124.9, 92), (96, 67), (99, 120), (96, 91.5)),
    "DN4B": mole((84.5, 132.6), (132, 132.6), (105, 109), (105, 158), (105.7, 132.6)),
    "DN4C": mole((89.7, 144.7), (134.5, 145), (114, 120), (114, 166.5), (112, 144.7)),
    "DN4D": mole((65.3, 115), (101.8, 116), (82.6, 97), (84.5, 132.6), (82.6, 115.3)),
}

#: The second mole of that series, beside the first.
SECOND = {
    "DN4A": mole((274, 59), (334, 62), (307, 38), (306, 88), (305.5, 62)),
    "DN4B": mole((279, 99), (345, 112), (326, 91.6), (316, 139.6), (315, 115)),
    "DN4C": mole((280, 143), (330, 136), (310.6, 121), (302, 161), (305, 141)),
    "DN4D": mole((257, 91), (295, 92), (276.6, 80.7), (274.7, 104), (276.6, 92)),
}

#: Consecutive photographs of one mole; DN2A, from seven times as far away, is left out.
PAIRS = [(one, other) for one, other in zip(list(MOLES)[:-1], list(MOLES)[1:], strict=True) if one[:-1] == other[:-1]]


def landmarks(name: str) -> NDArray[np.float64]:
    """Four clicks: the ends of the mole, or of two moles their upper and lower ends."""
    if name in SECOND:
        return np.concatenate([MOLES[name].ends[2:], SECOND[name].ends[2:]])
    return MOLES[name].ends
