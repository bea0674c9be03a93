"""The ColorChecker Classic and its Mini, laid by hand between four ArUco markers that are printed on a sheet of paper.

The markers say where to look, to some millimetres; the edges of the patches have to say the rest. Since older and other
makers' charts have other sizes, no length of a photograph is derived from them.

The upright card stands in portrait: patches F1 to F4 (bluish green to black) along the top, A1 to A4 at the bottom, so
that marker 0 is top left, 1 top right, 2 bottom left and 3 bottom right.
"""

from __future__ import annotations

import cv2

from dermograph.photo.card.pieces import Lab, Layout, Marker, Panel, Patch, Role

#: CIELAB under D50, 2° observer, of charts made since November 2014, by column letter and row number of the chart.
#: Source: X-Rite, "New color specifications for ColorChecker SG and Classic charts" (2016); the same figures stand in
#: ``reference_values.csv`` of the photo set JTvD/arcu_colorchecker (MIT).
_LAB: dict[str, Lab] = {
    "A1": (37.54, 14.37, 14.92),
    "B1": (64.66, 19.27, 17.50),
    "C1": (49.32, -3.82, -22.54),
    "D1": (43.46, -12.74, 22.72),
    "E1": (54.94, 9.61, -24.79),
    "F1": (70.48, -32.26, -0.37),
    "A2": (62.73, 35.83, 56.50),
    "B2": (39.43, 10.75, -45.17),
    "C2": (50.57, 48.64, 16.67),
    "D2": (30.10, 22.54, -20.87),
    "E2": (71.77, -24.13, 58.19),
    "F2": (71.51, 18.24, 67.37),
    "A3": (28.37, 15.42, -49.80),
    "B3": (54.38, -39.72, 32.27),
    "C3": (42.43, 51.05, 28.62),
    "D3": (81.80, 2.67, 80.41),
    "E3": (50.63, 51.28, -14.12),
    "F3": (49.57, -29.71, -28.32),
    "A4": (95.19, -1.03, 2.93),
    "B4": (81.29, -0.57, 0.44),
    "C4": (66.89, -0.75, -0.06),
    "D4": (50.76, -0.13, 0.14),
    "E4": (35.63, -0.46, -0.48),
    "F4": (20.64, 0.07, -0.46),
}
_ROLES: dict[str, Role] = {"A1": "skin", "B1": "skin"}
_LETTERS = "FEDCBA"  # from the top
_FRAME_LAB: Lab = (20.0, 0.0, 0.0)


def _role(name: str) -> Role:
    return "grey" if name.endswith("4") else _ROLES.get(name, "colour")


def _between(
    name: str,
    *,
    marker_mm: float,
    apart_mm: tuple[float, float],
    frame_mm: tuple[float, float],
    patch_mm: float,
    pitch_mm: float,
) -> Layout:
    """A chart in the middle of its sheet.

    Args:
        name: Of the layout.
        marker_mm: Side of the black squares.
        apart_mm: From one marker's centre to the next, across and down.
        frame_mm: Width and height of the black chart.
        patch_mm: Side of a patch.
        pitch_mm: From one patch's centre to the next.
    """
    width_mm, height_mm = apart_mm[0] + marker_mm, apart_mm[1] + marker_mm
    places = ((0, 0.0, 0.0), (1, apart_mm[0], 0.0), (3, *apart_mm), (2, 0.0, apart_mm[1]))
    left_mm = (width_mm - 3 * pitch_mm - patch_mm) / 2
    top_mm = (height_mm - 5 * pitch_mm - patch_mm) / 2
    return Layout(
        name=name,
        version="2014-11",
        width_mm=width_mm,
        height_mm=height_mm,
        dictionary=cv2.aruco.DICT_4X4_50,
        markers=tuple(Marker(number, corner, x, y, marker_mm) for corner, (number, x, y) in enumerate(places)),
        patches=tuple(
            Patch(
                f"{letter}{row}",
                round(left_mm + (row - 1) * pitch_mm, 4),
                round(top_mm + line * pitch_mm, 4),
                patch_mm,
                patch_mm,
                _LAB[f"{letter}{row}"],
                _role(f"{letter}{row}"),
            )
            for line, letter in enumerate(_LETTERS)
            for row in range(1, 5)
        ),
        white_border_mm=0.0,
        code=None,
        white=(),
        panels=(Panel((width_mm - frame_mm[0]) / 2, (height_mm - frame_mm[1]) / 2, *frame_mm, _FRAME_LAB),),
        size_is_known=False,
        markers_are_fixed=False,
    )


# The sheets: markers of 100 and 50 points at the outer corners of 210 x 300 and 70 x 115 mm, on A3 and A4
# (JTvD/arcu_colorchecker, ``create_marker_pdf.py``), as they measure in its eight photographs. The charts: 203 x 292
# and 63.5 x 109 mm (its README); pitch and patch by the millimetre rulers printed on the charts, seen in those
# photographs, to about 1 % on one copy of each. That is enough to find patches and not enough to measure skin by.
COLORCHECKER = _between(
    "colorchecker", marker_mm=34.9, apart_mm=(245.3, 334.5), frame_mm=(203.0, 292.0), patch_mm=40.3, pitch_mm=45.8
)
COLORCHECKER_MINI = _between(
    "colorchecker-mini", marker_mm=17.6, apart_mm=(87.7, 132.0), frame_mm=(63.5, 109.0), patch_mm=11.7, pitch_mm=14.8
)
