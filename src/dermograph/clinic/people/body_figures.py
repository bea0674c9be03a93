"""The drawings under the body map: a neutral body in a few calm lines, our own, drawn as halves and mirrored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dermograph.clinic.people.body_regions import MIDDLE, REGIONS, SIZE, VIEWS, Point, Region
from dermograph.core.text import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One view as it is drawn.

    Attributes:
        outline: Paths of the body's edge.
        details: Paths of what helps to find one's way, drawn lighter.
        seen_left, seen_right: Which side of the patient is on the left and on the right of the picture.
    """

    view: str
    label: Text
    width: int
    height: int
    outline: tuple[str, ...]
    details: tuple[str, ...]
    regions: tuple[Region, ...]
    seen_left: Text
    seen_right: Text

    @property
    def mark(self) -> int:
        """The radius of a numbered mark, so that it is as large on every figure."""
        return self.height // 26

    @property
    def small(self) -> int:
        """The size of small type, likewise, where the figures are small."""
        return self.height // 22

    @property
    def tiny(self) -> int:
        """The same where they are large."""
        return self.height // 40


def _curve(half: str, *, joined: bool = False) -> str:
    """A smooth line through points; ``joined`` goes on through their mirror images to one closed line."""
    points = _points(half)
    if joined:
        points += [(-x, y) for x, y in reversed(points) if x]
    points = [(MIDDLE + x, y) for x, y in points]
    size = len(points)

    def at(index: int) -> Point:
        return points[index % size] if joined else points[min(max(index, 0), size - 1)]

    d = f"M{points[0][0]:g} {points[0][1]:g}"
    for index in range(size if joined else size - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (at(index + step) for step in (-1, 0, 1, 2))
        ahead = (x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6)
        behind = (x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6)
        d += f"C{ahead[0]:.1f} {ahead[1]:.1f} {behind[0]:.1f} {behind[1]:.1f} {x2:g} {y2:g}"
    return d + ("Z" if joined else "")


def _both(half: str) -> Iterator[str]:
    """A line and its mirror image."""
    yield _curve(half)
    yield _curve(" ".join(f"{-x:g},{y:g}" for x, y in _points(half)))


def _points(half: str) -> list[Point]:
    pairs = (pair.split(",") for pair in half.split())
    return [(float(x), float(y)) for x, y in pairs]


_HEAD = "0,8 12,11 19,22 20,36 17,50 10,61 0,66"
_BODY = (
    "9.5,60 10,73 16,81 30,86 42,92 49,102 52,116 54,140 57,161 61,178 66,196 70,217 73,228 78,240 78.5,256 "
    "73,268 66.5,266 62.5,250 62,234 63,228 56,204 50,182 45.5,165 43,150 40.5,130 39,121 37,140 33.5,160 "
    "32,172 35.5,192 39.5,212 41,236 38,268 33.5,298 31,312 31.5,326 34,346 31,376 25,404 22.5,414 26,428 "
    "28,437 21,442 13,441.5 10,435 11,424 11,411 9,384 8,354 9,326 8,312 7.5,300 5,280 2.5,245 0,227"
)
_SIDES = {"left": Text("left", "izda."), "right": Text("right", "dcha.")}


def _outline(view: str) -> Iterator[str]:
    if view in ("front", "back"):
        yield _curve(_HEAD, joined=True)
        yield from _both(_BODY)
    elif view == "face":
        yield _curve("0,14 30,18 54,36 66,66 67,100 63,132 52,164 36,190 18,206 0,212", joined=True)
        yield from _both("66,97 73,91 79,98 79,112 75,126 67,130 64,128")
        yield from _both("37,189 38,206 40,222 47,234 70,246")
    else:
        yield _curve("0,22 28,26 50,44 62,74 67,108 64,144 52,178 30,202 0,210", joined=True)
        yield from _both("66,99 73,97 77,106 76,118 72,126 66,127")
        yield _curve("-8,22 -5,14 0,11 5,14 8,22")


def _details(view: str) -> Iterator[str]:
    if view == "front":
        yield from _both("4,89 15,86 30,90")
        yield from _both("5,127 17,133 33,126")
        yield _curve("-1.5,177 0,179 1.5,177")
        yield from _both("11,318 20,323 29,318")
        yield from _both("23,200 14,214 3,222")
    elif view == "back":
        yield _curve("0,94 0,130 0,170 0,190")
        yield _curve("0,194 0,210 0,228")
        yield from _both("13,104 15,120 25,130 30,116")
        yield from _both("5,232 16,237 29,232")
        yield from _both("11,316 20,313 29,316")
    elif view == "face":
        yield from _both("0,44 26,46 46,58 55,74 60,92")
        yield from _both("15,93 27,87 41,88 50,94")
        yield from _both("18,107 29,101 41,102 48,107 38,112 27,112 18,107")
        yield from _both("8,104 7,122 13,138 11,147 4,149 0,151")
        yield _curve("-27,176 -8,168 0,170 8,168 27,176")
        yield _curve("-27,176 -10,177 0,178 10,177 27,176")
        yield _curve("-27,176 -14,186 0,189 14,186 27,176")
    else:
        yield _curve("-58,64 -44,60 -30,50 0,46 30,50 44,60 58,64")
        yield _curve("0,138 9,140 12,148 5,155 -5,153 -7,146 -1,144")


def _figures() -> Iterator[Figure]:
    for view, label in VIEWS.items():
        width, height = SIZE[view]
        mirrored = view in ("front", "face")
        left, right = ("right", "left") if mirrored else ("left", "right")
        yield Figure(
            view,
            label,
            width,
            height,
            tuple(_outline(view)),
            tuple(_details(view)),
            tuple(region for region in REGIONS.values() if region.view == view),
            _SIDES[left],
            _SIDES[right],
        )


FIGURES: Mapping[str, Figure] = {figure.view: figure for figure in _figures()}
