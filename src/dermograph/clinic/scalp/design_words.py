"""Words of the pages of designs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dermograph.clinic.gallery.draw_words import outline_words
from dermograph.core.text import Language, Text


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A question, its unit and what is said beside it."""

    label: Text
    unit: Text
    help: Text


FIELDS: Mapping[str, FieldWords] = {
    "per_cm2": FieldWords(
        Text("Density", "Densidad"),
        Text("per cm²", "por cm²"),
        Text(
            "Dots and the patient's own hairs together, on a cm² of skin away from the edges. Where hair is outlined,"
            " dots fill only what it leaves. 90 is where this form begins, an assumption: no source gives a density.",
            "Puntos y pelos propios juntos, por cm² de piel lejos de los bordes. Donde se perfila el pelo, los puntos"
            " solo completan lo que falta. 90 es el valor inicial, un supuesto: ninguna fuente da una densidad.",
        ),
    ),
    "soft_mm": FieldWords(
        Text("Soft edge", "Borde suave"),
        Text("mm", "mm"),
        Text(
            "Over so many mm behind the front edge the density grows to full; without outlined hair, along every"
            " border of the area. An assumption.",
            "En esos mm tras la línea frontal la densidad crece hasta la completa; sin pelo perfilado, en todo el"
            " contorno de la zona. Un supuesto.",
        ),
    ),
    "ragged_mm": FieldWords(
        Text("Uneven edge", "Borde irregular"),
        Text("mm", "mm"),
        Text(
            "How far the same edges stray to and fro; 0 makes them straight. An assumption.",
            "Cuánto se desvían esos bordes hacia dentro y hacia fuera; con 0 quedan rectos. Un supuesto.",
        ),
    ),
    "sessions": FieldWords(
        Text("Sessions", "Sesiones"),
        Text("sessions", "sesiones"),
        Text(
            "Each sets an equal share of the dots, evenly by itself. “About three”: S3, “Exactly how does the"
            " treatment work?”",
            "Cada una pone una parte igual de los puntos, repartida por toda la zona. «About three», unas tres: S3,"
            " «Exactly how does the treatment work?»",
        ),
    ),
    "diameter_mm": FieldWords(
        Text("Width of a dot", "Ancho de un punto"),
        Text("mm", "mm"),
        Text(
            "Leave it empty to follow the patient's own stubble where it is outlined; else 0.42 mm, an assumption.",
            "Déjelo vacío para seguir el pelo rasurado propio si está perfilado; si no, 0,42 mm, un supuesto.",
        ),
    ),
    "tone": FieldWords(
        Text("Tone of a settled dot", "Tono de un punto asentado"),
        Text("absorb.", "absorb."),
        Text(
            "Absorbance (base e): 0.5 takes away 39 % of the light, 1 takes 63 %. Leave it empty to follow the"
            " patient's own stubble; else 0.5, an assumption.",
            "Absorbancia (base e): 0,5 quita el 39 % de la luz; 1, el 63 %. Déjelo vacío para seguir el pelo rasurado"
            " propio; si no, 0,5, un supuesto.",
        ),
    ),
    "dots_a_minute": FieldWords(
        Text("Dots a minute", "Puntos por minuto"),
        Text("a min", "por min"),
        Text(
            "Gives the minutes of each session. The clinic's figure is in its settings; 60 is an assumption.",
            "Da los minutos de cada sesión. La cifra de la clínica está en sus ajustes; 60 es un supuesto.",
        ),
    ),
    "dots_a_needle": FieldWords(
        Text("Dots a needle", "Puntos por aguja"),
        Text("a needle", "por aguja"),
        Text(
            "Gives the needles of each session. The clinic's figure is in its settings; 3,000 is an assumption.",
            "Da las agujas de cada sesión. La cifra de la clínica está en sus ajustes; 3.000 es un supuesto.",
        ),
    ),
}

NOT_DRAWN = Text("Draw the area on the photograph.", "Dibuje la zona sobre la fotografía.")
UNREADABLE = Text(
    "These positions cannot be read. Draw it again, or write them as in the example.",
    "Estas posiciones no se pueden leer. Dibújelo otra vez o escríbalas como en el ejemplo.",
)
NOT_OF_COURSE = Text(
    "This photograph cannot be designed on: it is no usable photograph of this course with a scale.",
    "Sobre esta fotografía no se puede diseñar: no es una fotografía útil de este curso con escala.",
)
#: What the script says of each layer: what it is, what to do, and how far it is.
LAYERS: Mapping[str, tuple[Text, Text]] = {
    "area": (
        Text("Area", "Zona"),
        Text(
            "Go around the skin where dots may lie, then click the first point.",
            "Rodee la piel donde puede haber puntos y pulse después el primer punto.",
        ),
    ),
    "front": (
        Text("Front edge", "Línea frontal"),
        Text(
            "Draw the front hairline from one temple to the other; it stays open. Along it the dots begin softly.",
            "Dibuje la línea frontal de una sien a la otra; queda abierta. A lo largo de ella los puntos empiezan de"
            " forma suave.",
        ),
    ),
    "hair": (
        Text("Own hair", "Pelo propio"),
        Text(
            "Outline the patient's own stubble in and around the area: the dots then follow its density, size and"
            " tone.",
            "Perfile el pelo rasurado propio en la zona y a su alrededor: los puntos siguen entonces su densidad,"
            " tamaño y tono.",
        ),
    ),
}
_SCRIPT: Mapping[str, Text] = {
    "notDrawn": Text("not drawn", "sin dibujar"),
    "notDrawnNeeded": Text("still to be drawn", "falta dibujarla"),
    "isOpen": Text("points: {points}, not closed yet", "puntos: {points}, aún sin cerrar"),
    "isLine": Text("a line of {points} points", "una línea de {points} puntos"),
    "isClosed": Text("closed, {points} points", "cerrado, {points} puntos"),
    "withArea": Text(", {area} ± {error} cm² on the plane", ", {area} ± {error} cm² en el plano"),
    "now": Text("Now: {layer}. {todo}", "Ahora: {layer}. {todo}"),
    "lineShort": Text("The front edge needs two points.", "La línea frontal necesita dos puntos."),
    "strokeShort": Text(
        "Too short: keep the button or finger down while you draw.",
        "Demasiado corto: mantenga pulsado mientras dibuja.",
    ),
}


def script_words(language: Language) -> dict[str, object]:
    """What the script of the page says."""
    own = {name: text.say(language) for name, text in _SCRIPT.items()}
    layers = {name: {"name": title.say(language), "todo": todo.say(language)} for name, (title, todo) in LAYERS.items()}
    return {**outline_words(language), **own, "needsArea": NOT_DRAWN.say(language), "layers": layers}
