"""The design that the clinic chose for a patient's scalp and shares with them: a simulation, never a promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.clinic.entries import Entries
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.own_asked import keeps_photographs
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.selectors import choice, has_figures
from dermograph.clinic.treatment.figures import said_of
from dermograph.core.text import Language, Text

Json = dict[str, Any]
BEFORE = "before"
_DRAWN = Text(
    "The dots are drawn by a program into your own photograph. Nobody has set them, and no two scalps take pigment "
    "alike.",
    "Un programa dibuja los puntos en su propia fotografía. Nadie los ha hecho, y cada cuero cabelludo toma el "
    "pigmento a su manera.",
)
_UNDER_SKIN = Text(
    "How pigment looks below skin, and how much skin blurs a dot, is assumed.",
    "Se supone cómo se ve el pigmento bajo la piel y cuánto difumina la piel un punto.",
)
_FRESH = Text(
    "Just done, the dots are drawn darker and the skin around them red. The source says darker and inflamed, but not "
    "how much: that is assumed. The crusts that follow are not drawn.",
    "Recién hecho, los puntos se dibujan más oscuros y la piel de alrededor, roja. La fuente dice más oscuro e "
    "inflamado, pero no cuánto: es un supuesto. Las costras que siguen no se dibujan.",
)
_LATER = Text(
    "How much pigment is left then is worked out from the years that the source gives, not from your skin, and no dot "
    "is taken to be lost. It differs much between people; the likely range stands beside the picture.",
    "Cuánto pigmento queda entonces se calcula con los años que da la fuente, no con su piel, y se supone que no se "
    "pierde ningún punto. Varía mucho entre personas; el margen probable está junto a la imagen.",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of a design.

    Attributes:
        title: What it shows, beginning with "Simulation".
        assumes: What it rests on and no photograph can show, in plain words; the figures are those of
            ``photo.scalp.preview`` and ``photo.scalp.fading``.
    """

    name: str
    title: Text
    assumes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A design as the patient sees it.

    Attributes:
        scenes: In the order of time.
        scene: The one that is looked at.
        mm_per_px: Of the pictures as they are sent; None if it is not known.
        rests_on: What the protocol says of how long it lasts and how it differs, with the places in the sources.
    """

    design: ScalpDesign
    scenes: tuple[Scene, ...]
    scene: Scene
    mm_per_px: float | None
    rests_on: tuple[Json, ...]

    @property
    def earlier(self) -> Scene | None:
        """The scene before the one that is looked at."""
        at = self.scenes.index(self.scene)
        return self.scenes[at - 1] if at else None

    @property
    def later(self) -> Scene | None:
        """The scene after it."""
        return next(iter(self.scenes[self.scenes.index(self.scene) + 1 :]), None)


def shared_design(course: Course, entries: Entries) -> ScalpDesign | None:
    """The design that the clinic chose and shares with the patient.

    Args:
        course: Of the patient who asks.
        entries: What stands of the course.

    Returns:
        None while none is chosen, or it is not shared, not drawn yet, refused, on a photograph that was taken out of
        the course, or where the patient took back the consent to photographs.
    """
    if course.treatment != SCALP or not keeps_photographs(entries):
        return None
    chosen = choice(course)
    if chosen is None or chosen.design is None or not chosen.shown_to_patient or not has_figures(chosen.design):
        return None
    return chosen.design


def preview_of(course: Course, entries: Entries, wanted: str, language: Language) -> Preview | None:
    """What the patient sees of the shared design; None where ``shared_design`` is.

    Args:
        course: With its clinic.
        entries: What stands of the course.
        wanted: The name of the scene that is asked for; the settled look after the last session is shown where
            there is none of the name.
        language: Of the page.
    """
    design = shared_design(course, entries)
    scenes = scenes_of(design, language) if design else ()
    if design is None or not scenes or BEFORE not in design.pictures:
        return None
    named = {one.name: one for one in scenes}
    settled = [one for one in scenes if one.name.endswith("_settled")]
    protocol = protocol_of(course)
    rests_on = (one for one in protocol.results if one.id in ("duration", "differs-between-people"))
    return Preview(
        design=design,
        scenes=scenes,
        scene=named.get(wanted) or (settled or scenes)[-1],
        mm_per_px=_mm_per_px(design),
        rests_on=tuple(said_of(one, protocol, language) for one in rests_on),
    )


def scenes_of(design: ScalpDesign, language: Language) -> tuple[Scene, ...]:
    """The scenes of a design of which there is a picture in a language."""
    drawn = (design.result or {}).get("scenes", ())
    return tuple(_scene(one) for one in drawn if picture_name(design, one["name"], language))


def _scene(one: Json) -> Scene:
    assumes = [_DRAWN, _UNDER_SKIN]
    if one.get("moment") == "fresh":
        assumes.append(_FRESH)
    if one.get("left", 1) < 1:
        assumes.append(_LATER)
    return Scene(one["name"], Text(one["title"]["en"], one["title"]["es"]), tuple(assumes))


def _mm_per_px(design: ScalpDesign) -> float | None:
    """Of the pictures, which are smaller than the photograph."""
    scale, width = (
        design.photograph.findings.get("scale_mm_per_px"),
        (design.result or {}).get("shown", {}).get("width"),
    )
    return scale * design.photograph.width / width if scale and width else None


def picture_name(design: ScalpDesign, scene: str, language: Language) -> str | None:
    """The name in the vault of one picture of a design; None if there is none."""
    name: str | None = design.pictures.get(scene if scene == BEFORE else f"{scene}_{language}")
    return name
