"""What the process that measures does with a scalp: it knows photographs and shapes only, no database and no patient.

What a photograph does not allow is an answer, ``{"refusal": …}``, and no failure: trying again gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dermograph.clinic.gallery.frames import Header
from dermograph.clinic.gallery.measuring import Files, Tell, read_outline
from dermograph.clinic.scalp.assumed import assumed_of
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.photo.compare import look
from dermograph.photo.comparison import Side
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph, read_photograph_bytes
from dermograph.photo.outline.outline import Outline
from dermograph.photo.report.pictures import jpeg
from dermograph.photo.scalp.design import Design, Wish
from dermograph.photo.scalp.design import design as placed
from dermograph.photo.scalp.dots import NO_SCALE
from dermograph.photo.scalp.fading import left_after
from dermograph.photo.scalp.head import Head
from dermograph.photo.scalp.pictures import change_picture, density_picture, fitted, marks_picture
from dermograph.photo.scalp.preview import Scene, page_previews, scenes
from dermograph.photo.scalp.print_sheet import print_sheet
from dermograph.photo.scalp.survey import Scalp, compare_scalps, own_stubble, surveyed

Json = dict[str, Any]
_MOST_BYTES = 700_000  # of one picture on a page
_YEARS = (1, 3, 5)  # that previews look ahead: the range of the source
_USUAL_BLUR_PX = 0.6  # where the card does not say
_MAP_ROWS = ("per_cm2", "u")
_SIDES = ("before", "after")


def read(header: Header, files: list[bytes], tell: Tell) -> tuple[Any, Files]:
    """The dots of one photograph: figures, the map of their density, and a mark around each."""
    tell("read", 0.0)
    photo = read_photograph_bytes(files[0], header["name"])
    found = _surveyed(photo, header["area"], header["hair"], lambda step, share: tell(step, 0.7 * share))
    if isinstance(found, Refusal):
        return {"refusal": found.to_json()}, {}
    tell("pictures", 0.7)
    made: Files = {}
    for language in LANGUAGES:
        made[f"map_{language}"] = jpeg(density_picture(found, language), _MOST_BYTES)
        made[f"marks_{language}"] = jpeg(marks_picture(found, language), _MOST_BYTES)
    answer = found.to_json()
    answer["density"] = {name: value for name, value in answer["density"].items() if name not in _MAP_ROWS}
    return answer, made


def match(header: Header, files: list[bytes], tell: Tell) -> tuple[Any, Files]:
    """What became of the dots between two photographs, and a picture of it."""
    sides: list[Scalp] = []
    for number, name in enumerate(header["names"]):
        tell("read", 0.35 * number)
        photo = read_photograph_bytes(files[number], name)
        side = _surveyed(
            photo, header["areas"][number], header["hairs"][number], _within(tell, 0.35 * number, 0.35 * (number + 1))
        )
        if isinstance(side, Refusal):
            return {"refusal": side.to_json(), "side": _SIDES[number]}, {}
        sides.append(side)
    tell("match", 0.7)
    found = compare_scalps(*sides)
    if found.refusal is not None:
        return {"refusal": found.refusal.to_json(), "registration": found.registration.to_json()}, {}
    tell("pictures", 0.9)
    made: Files = {}
    for language in LANGUAGES:
        if (picture := change_picture(found, language)) is not None:
            made[f"change_{language}"] = jpeg(picture, _MOST_BYTES)
    return {name: value for name, value in found.to_json().items() if name not in _SIDES}, made


def design(header: Header, files: list[bytes], tell: Tell) -> tuple[Any, Files]:
    """A design on a photograph: what each session sets, what it may look like, a sheet, and the dots themselves."""
    tell("read", 0.0)
    side = look(read_photograph_bytes(files[0], header["name"]))
    tell("place", 0.2)
    try:
        found = _designed(side, header["shapes"], Wish(**header["wish"]), header["seed"])
    except InputError as error:
        found = Refusal("cannot_be_designed", error.what, error.todo)
    if isinstance(found, Refusal):
        return {"refusal": found.to_json()}, {}
    plan, stubble = found
    small, _ = fitted(side.photo.rgb)
    made: Files = {"before": jpeg(small, _MOST_BYTES), "dots": _csv(plan)}
    shown, drawn = _previews(side, plan, _within(tell, 0.3, 0.9))
    made |= drawn
    for language in LANGUAGES:
        tell("sheet", 0.9)
        made[f"sheet_{language}"] = print_sheet(plan, language)
    rows, columns = small.shape[:2]
    size = {"width": columns, "height": rows}
    return {**plan.to_json(), "stubble_found": stubble, "scenes": shown, "shown": size}, made


def _surveyed(photo: Photograph, area: Json, hair: Json, tell: Tell) -> Scalp | Refusal:
    side = look(photo)
    tell("dots", 0.6)
    return surveyed(side, area=_outline(area, photo), hair=_outline(hair, photo))


def _outline(shape: Mapping[str, Any], photo: Photograph) -> Outline | None:
    return read_outline(shape, {}, (photo.width, photo.height)) if shape else None


def _designed(side: Side, shapes: Json, wish: Wish, seed: int) -> tuple[Design, int | None] | Refusal:
    """The design, and how much of the patient's own stubble was found where it was outlined; None where it was not."""
    photo = side.photo
    if side.mm_per_px is None:
        return side.card if isinstance(side.card, Refusal) else NO_SCALE
    area, around = _outline(shapes["area"], photo), _outline(shapes.get("hair", {}), photo)
    assert area is not None  # noqa: S101 (asked for before it was stored)
    hair = None
    if around is not None:
        stubble = own_stubble(side, around)
        if isinstance(stubble, Refusal):
            return stubble
        hair = stubble
    x0, y0, x1, y1 = area.bounds
    head = Head(((x0 + x1) / 2, (y0 + y1) / 2), 1 / side.mm_per_px)
    size = photo.height, photo.width
    found = placed(size, head, area, wish, front=shapes.get("front"), hair=hair, seed=seed)
    return found, None if hair is None else len(hair[0])


def _previews(side: Side, plan: Design, tell: Tell) -> tuple[list[Json], Files]:
    """What each scene says, and its picture in both languages."""
    left = {years: left_after([], 12.0 * years) for years in _YEARS}
    blur = getattr(side.card, "blur_px", None) or _USUAL_BLUR_PX
    told: list[Json] = []
    made: Files = {}
    every = list(_named(scenes(plan, left)))
    for number, (name, scene) in enumerate(every):
        tell("previews", number / len(every))
        for language, picture in page_previews(side.photo.rgb, plan, scene, blur_px=blur).items():
            made[f"{name}_{language}"] = jpeg(picture, _MOST_BYTES)
        told.append(
            {
                "name": name,
                "title": scene.title.to_json(),
                "sessions": scene.sessions,
                "moment": scene.moment,
                "left": scene.left,
                "assumptions": [words.to_json() for words in assumed_of(scene)],
            }
        )
    return told, made


def _named(every: list[Scene]) -> Iterator[tuple[str, Scene]]:
    """Each scene with a name that the vault takes: sessions first, then the years."""
    years = iter(_YEARS)
    for number, scene in enumerate(every):
        is_later = number >= len(every) - len(_YEARS)
        yield (f"after_{next(years)}_years" if is_later else f"session_{scene.sessions}_{scene.moment}"), scene


def _csv(plan: Design) -> bytes:
    """The dots, one a line, px of the original."""
    rows = zip(plan.xy_px, plan.diameter_mm, plan.tone, plan.session, strict=True)
    lines = (f"{x:.2f},{y:.2f},{across:.3f},{tone:.3f},{session}" for (x, y), across, tone, session in rows)
    return ("\n".join(["x_px,y_px,diameter_mm,tone,session", *lines]) + "\n").encode()


def _within(tell: Tell, first: float, last: float) -> Tell:
    """Tells a part of the work as its part of the whole."""
    return lambda step, share: tell(step, first + (last - first) * share)


TASKS: Mapping[str, Callable[[Header, list[bytes], Tell], tuple[Any, Files]]] = {
    "read": read,
    "match": match,
    "design": design,
}
