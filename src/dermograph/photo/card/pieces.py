"""What a calibration card is made of. Lengths are millimetres from the card's top left, x to the right, y down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Role = Literal["grey", "colour", "skin", "held_out"]
Lab = tuple[float, float, float]

#: Paper and black ink as a matt photo paper shows them (assumption, nominal-print): CIELAB under D50.
PAPER_LAB: Lab = (95.0, 0.0, 0.0)
INK_LAB: Lab = (15.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle; ``x_mm`` and ``y_mm`` are its top left."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    @property
    def corners_mm(self) -> NDArray[np.float64]:
        """``(4, 2)``: top left, top right, bottom right, bottom left."""
        right, bottom = self.x_mm + self.width_mm, self.y_mm + self.height_mm
        return np.array([[self.x_mm, self.y_mm], [right, self.y_mm], [right, bottom], [self.x_mm, bottom]])

    @property
    def centre_mm(self) -> tuple[float, float]:
        """The middle."""
        return self.x_mm + self.width_mm / 2, self.y_mm + self.height_mm / 2


@dataclass(frozen=True, slots=True)
class Panel(Area):
    """A flat ground that patches stand on."""

    lab_d50: Lab


@dataclass(frozen=True, slots=True)
class Patch:
    """One colour of a card.

    Attributes:
        id: Its place, row letter and column number, such as ``B7``; unique on the card.
        x_mm: Left edge.
        y_mm: Top edge.
        width_mm: Width.
        height_mm: Height.
        lab_d50: Nominal colour, CIELAB under D50, 2° observer.
        role: ``grey`` for the ramp, ``colour`` and ``skin`` for the fit; ``held_out`` never enters a fit.
    """

    id: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    lab_d50: Lab
    role: Role

    @property
    def area(self) -> Area:
        """Where it lies."""
        return Area(self.x_mm, self.y_mm, self.width_mm, self.height_mm)


@dataclass(frozen=True, slots=True)
class Marker:
    """One ArUco marker.

    Attributes:
        id: Its id in the dictionary; on a card with a serial this is the corner, the digit 0.
        corner: 0 top left, 1 top right, 2 bottom right, 3 bottom left of the card.
        x_mm: Left edge of the black square.
        y_mm: Top edge of the black square.
        side_mm: Side of the black square.
    """

    id: int
    corner: int
    x_mm: float
    y_mm: float
    side_mm: float

    @property
    def area(self) -> Area:
        """The black square."""
        return Area(self.x_mm, self.y_mm, self.side_mm, self.side_mm)


@dataclass(frozen=True, slots=True)
class Ruler:
    """A scale of millimetres along the bottom edge; its ticks hang from ``y_mm`` upwards.

    Attributes:
        x_mm: Its zero.
        y_mm: The line that its ticks stand on.
        length_mm: Whole centimetres.
    """

    x_mm: float
    y_mm: float
    length_mm: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of card.

    Attributes:
        name: Such as ``a6``.
        version: Of the layout; changes with every change of geometry or colour.
        width_mm: Of the whole card.
        height_mm: Of the whole card.
        dictionary: ``cv2.aruco.DICT_…``.
        markers: Four, in the order of their corners, without the serial.
        patches: In reading order, row by row.
        white_border_mm: Width of the bare paper around everything else.
        code: Digit of the top left marker that names layout and version; None on a card without a serial.
        white: Bare paper to measure the light on.
        panels: Grounds, drawn before the patches.
        ruler: None if the card has none.
        size_is_known: Whether the lengths hold in millimetres. Where they do not, only their ratios do, and no length
            of a photograph may be derived from them.
        u_size: Relative standard uncertainty of those lengths in a print that passed the check with a ruler: 0.5 mm in
            100 mm at most, taken as uniform.
        markers_are_fixed: Whether the markers are printed with the patches. Where they are not, they only say roughly
            where the patches are.
    """

    name: str
    version: str
    width_mm: float
    height_mm: float
    dictionary: int
    markers: tuple[Marker, ...]
    patches: tuple[Patch, ...]
    white_border_mm: float
    code: int | None
    white: tuple[Area, ...]
    panels: tuple[Panel, ...]
    ruler: Ruler | None = None
    size_is_known: bool = True
    u_size: float = 0.005 / 3**0.5
    markers_are_fixed: bool = True

    def patch(self, name: str) -> Patch:
        """The patch at a place.

        Raises:
            KeyError: If there is none.
        """
        for patch in self.patches:
            if patch.id == name:
                return patch
        raise KeyError(name)

    def of_role(self, *roles: Role) -> tuple[Patch, ...]:
        """The patches of some roles, in reading order."""
        return tuple(patch for patch in self.patches if patch.role in roles)
