"""Small drawings in the line of text: icons, and the interval beside a figure."""

from __future__ import annotations

from dermograph.photo.measure.values import Change, Outcome
from dermograph.photo.report.markup import Markup, tag

#: Strokes on a grid of 24, drawn for this report.
_STROKES = {
    "improved": ("M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0", "M8 12.5l2.8 2.8L16 9.5"),
    "no_detectable_change": ("M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0", "M8 10h8", "M8 14h8"),
    "worsened": ("M12 3.5L21.5 20h-19z", "M12 10v4.5", "M12 17.2v.3"),
    "changed": ("M4 8h14", "M14.5 4.5L18 8l-3.5 3.5", "M20 16H6", "M9.5 12.5L6 16l3.5 3.5"),
    "not_comparable": (
        "M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0",
        "M9.4 9.5a2.7 2.7 0 0 1 5.2 .8c0 1.8-2.6 2.3-2.6 3.7",
        "M12 17v.3",
    ),
    "passed": ("M5 12.5l4.5 4.5L19 7.5",),
    "failed": ("M12 3.5L21.5 20h-19z", "M12 10v4.5", "M12 17.2v.3"),
    "blocks": ("M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0", "M9 9l6 6", "M15 9l-6 6"),
    "synthetic": ("M9 3h6", "M10 3v6L4.5 19.5A1 1 0 0 0 5.4 21h13.2a1 1 0 0 0 .9-1.5L14 9V3", "M7.5 15h9"),
    "person": ("M16 8a4 4 0 1 1-8 0a4 4 0 0 1 8 0", "M4.5 20.5a7.5 7.5 0 0 1 15 0"),
}
_WIDTH, _HEIGHT = 72, 16


def icon(name: str) -> Markup:
    """An icon; a word always stands beside it, so that it is hidden from those who listen."""
    strokes = [tag("path", d=stroke) for stroke in _STROKES[name]]
    return tag("svg", strokes, class_="icon", viewBox="0 0 24 24", aria_hidden="true")


def interval_glyph(change: Change) -> Markup:
    """The mark of a measured change: dot and whiskers (95 %), zero, and the detectable limit as ticks.

    Hollow where the change is below the limit. The figures stand beside it in words.
    """
    low, high = change.ci95
    reach = max(abs(low), abs(high), change.mdc95) * 1.1 or 1.0

    def x(value: float) -> str:
        return f"{_WIDTH / 2 * (1 + value / reach):.1f}"

    middle = _HEIGHT / 2
    hollow = change.outcome is Outcome.NO_DETECTABLE_CHANGE
    parts = [
        tag("line", class_="zero", x1=x(0), x2=x(0), y1=1, y2=_HEIGHT - 1),
        *(
            tag("line", class_="limit", x1=x(side), x2=x(side), y1=middle - 4, y2=middle + 4)
            for side in (-change.mdc95, change.mdc95)
        ),
        tag("line", class_="whisker", x1=x(low), x2=x(high), y1=middle, y2=middle),
        tag("circle", class_="dot hollow" if hollow else "dot", cx=x(change.value.value), cy=middle, r=3.5),
    ]
    return tag("svg", parts, class_="glyph", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", aria_hidden="true")
