"""The regions of the body map: named polygons, drawn as halves and mirrored. Sides are the patient's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dermograph.core.text import Text

Point = tuple[float, float]
SIZE: Mapping[str, tuple[int, int]] = {"front": (200, 452), "back": (200, 452), "face": (200, 250), "scalp": (200, 226)}
MIDDLE = 100.0  # of every view
# Whoever looks at the front of somebody sees their left on the right.
SEEN_RIGHT: Mapping[str, str] = {"front": "left", "face": "left", "back": "right", "scalp": "right"}
VIEWS: Mapping[str, Text] = {
    "front": Text("Front", "De frente"),
    "back": Text("Back", "De espalda"),
    "face": Text("Face", "Cara"),
    "scalp": Text("Scalp", "Cuero cabelludo"),
}


@dataclass(frozen=True, slots=True)
class Region:
    """A region of one view.

    Attributes:
        side: left, right (the patient's own) or middle.
        points: Its polygon, in units of the view's size.
    """

    id: str
    view: str
    side: str
    label: Text
    points: tuple[Point, ...]

    @property
    def centre(self) -> Point:
        """A place well inside it, 0 to 1 from the left and from the top."""
        width, height = SIZE[self.view]
        x, y = _inside(self.points)
        return round(x / width, 4), round(y / height, 4)

    def holds(self, x: float, y: float) -> bool:
        """Whether a place, 0 to 1, lies in it."""
        width, height = SIZE[self.view]
        return _is_in(self.points, x * width, y * height)

    @property
    def d(self) -> str:
        """Its outline as the path of an SVG."""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in self.points) + "Z"


def region_at(view: str, x: float, y: float) -> Region | None:
    """The region at a place of a view, 0 to 1; None beside the body."""
    return next((region for region in REGIONS.values() if region.view == view and region.holds(x, y)), None)


def _is_in(points: tuple[Point, ...], x: float, y: float) -> bool:
    """Whether a ray to the right leaves a polygon an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _inside(points: tuple[Point, ...]) -> Point:
    """The middle of the widest stretch of a polygon at half its height."""
    y = (min(y for _, y in points) + max(y for _, y in points)) / 2
    cuts = sorted(
        (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True)
        if (y1 > y) != (y2 > y)
    )
    left, right = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return (left + right) / 2, y


def _middle(view: str, name: str, en: str, es: str, half: str) -> Iterator[Region]:
    """A region on the middle line, from its right half as seen."""
    points = _read(half)
    mirrored = tuple((-x, y) for x, y in reversed(points) if x)
    yield Region(f"{view}-{name}", view, "middle", Text(en, es), _placed((*points, *mirrored)))


def _pair(view: str, name: str, en: str, es: str, half: str) -> Iterator[Region]:
    """A region and its mirror image; ``es`` ends on the letter that left and right take: o or a."""
    points = _read(half)
    words, ending = es[:-2].strip(), es[-1]
    for seen, side in (("right", SEEN_RIGHT[view]), ("left", "left" if SEEN_RIGHT[view] == "right" else "right")):
        spanish = f"{words} {'izquierd' if side == 'left' else 'derech'}{ending}"
        placed = _placed(points if seen == "right" else tuple((-x, y) for x, y in points))
        yield Region(f"{view}-{name}-{side}", view, side, Text(f"{side} {en}", spanish), placed)


def _read(half: str) -> tuple[Point, ...]:
    pairs = (pair.split(",") for pair in half.split())
    return tuple((float(x), float(y)) for x, y in pairs)


def _placed(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple((MIDDLE + x, y) for x, y in points)


_HEAD = "0,8 13,11 19,22 20,36 17,50 10,61 0,65"
_NECK = "0,65 10,61 10,74 16,81 16,90 0,92"
_SHOULDER = "16,81 30,86 42,92 49,102 52,116 39,120 37,106 28,94 16,90"
_UPPER_ARM = "39,120 52,116 54,140 57,162 45,163 43,150 40,128"
_ELBOW = "45,163 57,162 60,172 62,182 50,182 47,172"
_FOREARM = "50,182 62,182 66,196 70,218 72,226 63,228 56,204"
_HAND = "63,228 72,226 78,240 78,256 72,268 66,266 62,250 62,234"
_KNEE = "8,300 33,300 31,312 31,326 20,330 9,326 8,312"
_SHIN = "9,326 20,330 31,326 34,346 31,376 25,404 22,410 11,410 9,384 8,354"
_FOOT = "11,410 22,410 22,414 26,428 28,438 14,442 10,436 11,424"


def _front() -> Iterator[Region]:  # a table
    yield from _middle("front", "head", "head", "cabeza", _HEAD)
    yield from _middle("front", "neck", "neck", "cuello", _NECK)
    yield from _pair("front", "shoulder", "shoulder", "hombro /o", _SHOULDER)
    yield from _pair("front", "chest", "breast", "mama /a", "0,92 16,90 28,94 37,106 39,120 38,132 20,138 0,136")
    yield from _middle("front", "abdomen", "abdomen", "abdomen", "0,136 20,138 22,150 22,176 0,178")
    yield from _pair(
        "front", "flank", "flank", "flanco /o", "20,138 38,132 37,140 34,160 32,172 36,192 24,196 22,176 22,150"
    )
    yield from _middle("front", "lower-abdomen", "lower abdomen", "bajo vientre", "0,178 22,176 24,196 12,210 0,214")
    yield from _pair("front", "hip", "hip", "cadera /a", "24,196 36,192 39,212 40.5,222 22,214")
    yield from _pair("front", "groin", "groin", "ingle /a", "0,214 12,210 24,196 22,214 14,224 0,226")
    yield from _pair("front", "upper-arm", "upper arm", "brazo /o", _UPPER_ARM)
    yield from _pair("front", "elbow", "crook of the arm", "pliegue del codo /o", _ELBOW)
    yield from _pair("front", "forearm", "forearm", "antebrazo /o", _FOREARM)
    yield from _pair("front", "hand", "palm", "palma /a", _HAND)
    yield from _pair(
        "front",
        "inner-thigh",
        "inner thigh",
        "cara interna del muslo /o",
        "0,226 14,224 15,262 14,301 8,300 5,280 2,240",
    )
    yield from _pair(
        "front",
        "thigh",
        "front of the thigh",
        "cara anterior del muslo /o",
        "22,214 30,218 29,262 27,301 14,301 15,262 14,224",
    )
    yield from _pair(
        "front",
        "outer-thigh",
        "outer thigh",
        "cara externa del muslo /o",
        "30,218 40.5,222 41,236 38,268 33,300 27,301 29,262",
    )
    yield from _pair("front", "knee", "knee", "rodilla /a", _KNEE)
    yield from _pair("front", "shin", "shin", "espinilla /a", _SHIN)
    yield from _pair("front", "foot", "foot", "pie /o", _FOOT)


def _back() -> Iterator[Region]:  # a table
    yield from _middle("back", "head", "back of the head", "parte posterior de la cabeza", _HEAD)
    yield from _middle("back", "nape", "nape", "nuca", _NECK)
    yield from _pair("back", "shoulder", "shoulder from behind", "hombro por detrás /o", _SHOULDER)
    yield from _pair(
        "back",
        "upper-back",
        "upper back",
        "parte alta de la espalda, lado /o",
        "0,92 16,90 28,94 37,106 39,120 38,134 0,138",
    )
    yield from _pair(
        "back",
        "mid-back",
        "middle of the back",
        "parte media de la espalda, lado /o",
        "0,138 38,134 37,140 34,160 32,172 0,174",
    )
    yield from _pair("back", "lower-back", "lower back", "zona lumbar, lado /o", "0,174 32,172 35,188 0,194")
    yield from _pair("back", "buttock", "buttock", "glúteo /o", "0,194 35,188 39,212 40,222 32,234 14,236 0,228")
    yield from _pair("back", "upper-arm", "back of the upper arm", "cara posterior del brazo /o", _UPPER_ARM)
    yield from _pair("back", "elbow", "elbow", "codo /o", _ELBOW)
    yield from _pair("back", "forearm", "back of the forearm", "cara posterior del antebrazo /o", _FOREARM)
    yield from _pair("back", "hand", "back of the hand", "dorso de la mano /a", _HAND)
    yield from _pair(
        "back",
        "thigh",
        "back of the thigh",
        "cara posterior del muslo /o",
        "0,228 14,236 32,234 40,222 41,236 38,268 33,300 8,300 5,280 2,240",
    )
    yield from _pair("back", "knee", "hollow of the knee", "hueco de la rodilla /a", _KNEE)
    yield from _pair("back", "calf", "calf", "pantorrilla /a", _SHIN)
    yield from _pair("back", "heel", "heel", "talón /o", _FOOT)


def _face() -> Iterator[Region]:  # a table
    yield from _middle("face", "forehead", "forehead", "frente", "0,44 26,46 46,58 50,84 14,84 0,84")
    yield from _middle("face", "glabella", "between the eyebrows", "entrecejo", "0,84 14,84 14,100 0,100")
    yield from _pair("face", "temple", "temple", "sien /a", "46,58 58,80 66,96 54,96 50,84")
    yield from _pair("face", "brow", "eyebrow", "ceja /a", "14,84 50,84 54,96 14,97")
    yield from _pair("face", "eye", "area around the eye", "contorno del ojo /o", "14,97 54,96 56,116 14,116")
    yield from _middle("face", "nose", "nose", "nariz", "0,100 14,100 14,116 18,134 17,150 0,153")
    yield from _pair(
        "face", "cheek", "cheek", "mejilla /a", "14,116 56,116 54,96 66,96 66,120 62,136 56,154 36,158 17,150 18,134"
    )
    yield from _pair("face", "fold", "nose-to-mouth fold", "surco nasogeniano /o", "17,150 36,158 38,176 27,176 30,160")
    yield from _middle("face", "upper-lip", "upper lip", "labio superior", "0,153 17,150 30,160 27,176 8,167 0,169")
    yield from _middle("face", "lips", "lips", "labios", "0,169 8,167 27,176 14,187 0,189")
    yield from _middle("face", "chin", "chin", "mentón", "0,189 14,187 27,176 30,194 18,206 0,212")
    yield from _pair("face", "jaw", "jaw", "mandíbula, lado /o", "36,158 56,154 52,164 36,190 30,194 27,176 38,176")
    yield from _pair("face", "ear", "ear", "oreja /a", "66,96 76,92 79,108 75,126 65,130 66,120")
    yield from _middle(
        "face", "neck", "front of the neck", "cara anterior del cuello", "0,212 18,206 36,190 40,222 46,242 0,246"
    )


def _scalp() -> Iterator[Region]:  # a table
    yield from _middle("scalp", "forehead", "upper forehead", "parte alta de la frente", "0,22 28,26 44,38 30,48 0,46")
    yield from _middle("scalp", "hairline", "frontal hairline", "línea frontal del cabello", "0,46 30,48 28,66 0,68")
    yield from _pair("scalp", "temple", "temple corner", "entrada /a", "30,48 44,38 58,64 44,78 28,66")
    yield from _middle(
        "scalp", "mid", "top of the scalp", "parte superior del cuero cabelludo", "0,68 28,66 36,90 38,120 0,122"
    )
    yield from _pair(
        "scalp",
        "side",
        "side of the scalp",
        "lateral del cuero cabelludo, lado /o",
        "28,66 44,78 58,64 66,96 67,116 63,146 44,150 38,120 36,90",
    )
    yield from _middle("scalp", "crown", "crown", "coronilla", "0,122 38,120 44,150 30,170 0,174")
    yield from _middle(
        "scalp", "back", "back of the scalp", "zona occipital", "0,174 30,170 44,150 63,146 52,178 30,202 0,210"
    )
    yield from _pair(
        "scalp",
        "ear",
        "ear from above",
        "oreja vista desde arriba, lado /o",
        "67,100 74,98 76,112 73,126 66,128 67,116",
    )


REGIONS: Mapping[str, Region] = {region.id: region for region in (*_front(), *_back(), *_face(), *_scalp())}
