"""The signs of the vocabulary in the words of a patient, and in the order in which they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dermograph.core.text import Text
from dermograph.protocols import load_library

OTHER: Final = "other"
#: In this order on the page: what must not wait stands first.
SIGNS: Final[dict[str, tuple[Text, Text]]] = {
    "infection": (
        Text("Signs of infection", "Signos de infección"),
        Text("pus, heat, redness that spreads, or fever", "pus, calor, enrojecimiento que se extiende o fiebre"),
    ),
    "allergic_reaction": (
        Text("An allergic reaction", "Una reacción alérgica"),
        Text(
            "a rash, hives, or swelling beyond the treated area",
            "erupción, ronchas o hinchazón fuera de la zona tratada",
        ),
    ),
    "pain": (Text("Pain", "Dolor"), Text("in the treated area", "en la zona tratada")),
    "swelling": (Text("Swelling", "Hinchazón"), Text("of the treated area", "de la zona tratada")),
    "erythema": (Text("Redness", "Enrojecimiento"), Text("of the treated area", "de la zona tratada")),
    "hyperpigmentation": (
        Text("Darker skin", "Piel más oscura"),
        Text("the area is darker than the skin around it", "la zona está más oscura que la piel de alrededor"),
    ),
    "scarring": (
        Text("A change of the scar", "Un cambio de la cicatriz"),
        Text("the area is raised, hard or thicker", "la zona está elevada, dura o más gruesa"),
    ),
    "scabs": (Text("Scabs or crusts", "Costras"), Text("on the treated area", "en la zona tratada")),
    "peeling": (Text("Peeling", "Descamación"), Text("the skin comes off in flakes", "la piel se desprende")),
    "itching": (
        Text("Itching", "Picor"),
        Text("or the area is sensitive to touch", "o la zona está sensible al tacto"),
    ),
    "dryness": (Text("Dryness", "Sequedad"), Text("the skin feels tight or dry", "la piel está tirante o seca")),
    OTHER: (Text("Something else", "Otra cosa"), Text("describe it below", "descríbalo abajo")),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One sign that can be ticked."""

    pk: str
    label: Text
    help: Text
    chosen: bool


def choices(chosen: Sequence[str] = ()) -> list[Choice]:
    """All signs of the vocabulary, in plain words."""
    found = {**{name: (label, Text("", "")) for name, label in load_library().vocabulary.signs.items()}, **SIGNS}
    order = [*(name for name in SIGNS if name != OTHER), *(name for name in found if name not in SIGNS), OTHER]
    return [Choice(name, *found[name], chosen=name in chosen) for name in order]


def plain_label(sign: str) -> Text:
    """A sign in plain words; its id where the vocabulary has dropped it."""
    if sign in SIGNS:
        return SIGNS[sign][0]
    return load_library().vocabulary.signs.get(sign, Text(sign, sign))
