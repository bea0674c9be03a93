"""What the page of a design shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dermograph.clinic.gallery.models import Stage
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.scalp.design_figures import DesignFigures, design_figures
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.selectors import has_figures, refusal_of
from dermograph.clinic.scalp.words import step_in_words
from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text

Json = dict[str, Any]
#: What a scene means, beside its title: by its moment, and for what lies years ahead.
_SAYS: Mapping[str, Text] = {
    "fresh": Text(
        "The day of the session: darker than it will be, and red. Crusts, which follow, are not drawn.",
        "El día de la sesión: más oscuro de lo que quedará, y rojo. Las costras que siguen no se dibujan.",
    ),
    "settled": Text(
        "After the crusts and the darker phase, 10 to 20 days later (S3).",
        "Tras las costras y la fase más oscura, de 10 a 20 días después (S3).",
    ),
    "later": Text(
        "Without a further session. How fast pigment goes differs widely: the interval is in the sentence above.",
        "Sin otra sesión. La rapidez con que se va el pigmento varía mucho: el intervalo está en la frase de arriba.",
    ),
}
_BEFORE = Text("Before", "Antes")
_SIMULATION = Text("Simulation", "Simulación")


@dataclass(frozen=True, slots=True)
class ShownScene:
    """One scene: its tab, what is said beside it, and where its picture is.

    Attributes:
        short: On its tab.
        title: As it is burnt into the picture.
        says: What it means.
    """

    name: str
    short: Text
    title: Json
    says: Text
    assumptions: list[Json]
    picture: str
    alt: str


@dataclass(frozen=True, slots=True)
class ShownDesign:
    """A design as its page shows it.

    Attributes:
        step: What is being done; None unless something is.
        refusal: Why there is none; None where there is one, or it is not known yet.
        figures: None unless it is done and was not refused.
        scene: The one that is shown first; None without any.
        mm_per_px: Of the pictures; None without a scale.
    """

    step: Text | None
    percent: int
    refusal: Json | None
    figures: DesignFigures | None
    scenes: list[ShownScene]
    scene: ShownScene | None
    captions: list[Json]
    mm_per_px: float | None

    @property
    def assumptions(self) -> list[Json]:
        """What any of the scenes assumes, each once."""
        found: list[Json] = []
        for scene in self.scenes:
            found += [one for one in scene.assumptions if one not in found]
        return found


def shown_design(design: ScalpDesign, clinic: Clinic, language: Language, scene: str = "") -> ShownDesign:
    """What a page shows of a design, whatever stage it is at.

    Args:
        design: With its photograph.
        clinic: Of the design.
        language: Of the page.
        scene: The name of the one that is shown first; the settled look of the last session otherwise.
    """
    result: Json = design.result or {} if has_figures(design) else {}
    scenes = [_scene(design, one, language) for one in result.get("scenes", [])]
    named = (one for name in (scene, _usual(result)) for one in scenes if one.name == name)
    first = next(named, scenes[0] if scenes else None)
    return ShownDesign(
        step=step_in_words(design.step) if design.is_under_way else None,
        percent=round(100 * design.progress),
        refusal=refusal_of(design) if design.stage == Stage.DONE else None,
        figures=design_figures(result, design.wish, clinic, language) if result else None,
        scenes=scenes,
        scene=first,
        captions=_captions(design, first, language) if first else [],
        mm_per_px=_mm_per_px(design, result),
    )


def _usual(result: Json) -> str:
    """The settled look after the last session."""
    settled = [one["name"] for one in result.get("scenes", []) if one["moment"] == "settled" and one["left"] == 1]
    return settled[-1] if settled else ""


def _scene(design: ScalpDesign, one: Json, language: Language) -> ShownScene:
    name = one["name"]
    title = Text(**one["title"]).say(language)
    return ShownScene(
        name=name,
        short=_short(name, one),
        title=one["title"],
        says=_SAYS["later" if one["left"] < 1 else one["moment"]],
        assumptions=one["assumptions"],
        picture=reverse("scalp_picture", args=["design", design.pk, f"{name}_{language}"]),
        alt=f"{title} ({day_in_words(design.photograph.taken_on, language)})",
    )


def _short(name: str, one: Json) -> Text:
    """What stands on the tab of a scene."""
    number = one["sessions"]
    if one["left"] == 1 and one["moment"] == "fresh":
        return Text(f"Session {number}, fresh", f"Sesión {number}, recién hecha")
    if one["left"] == 1:
        return Text(f"Session {number}, settled", f"Sesión {number}, asentada")
    years = next((part for part in name.split("_") if part.isdigit()), "")
    return Text(f"After {years} year{'s' * (years != '1')}", f"A {years} año{'s' * (years != '1')}")


def _captions(design: ScalpDesign, scene: ShownScene, language: Language) -> list[Json]:
    """What stands under each picture of the viewer."""
    before, day = _BEFORE.say(language), design.photograph.taken_on
    return [
        {"title": before, "day": day, "alt": f"{before}, {day_in_words(day, language)}"},
        {"title": _SIMULATION.say(language), "quality": scene.short.say(language), "alt": scene.alt},
    ]


def _mm_per_px(design: ScalpDesign, result: Json) -> float | None:
    scale, width = design.photograph.findings.get("scale_mm_per_px"), (result.get("shown") or {}).get("width")
    return scale * design.photograph.width / width if scale and width else None
