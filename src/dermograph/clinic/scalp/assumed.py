"""What a preview assumes, in words that stand beside it. The figures are those of ``photo.scalp.preview``."""

from __future__ import annotations

from collections.abc import Iterator

from dermograph.core.text import Text
from dermograph.photo.scalp.preview import FRESH_DARKER, Scene

_ALWAYS = Text(
    "How pigment looks under skin, and how far skin scatters light, is assumed.",
    "Cómo se ve el pigmento bajo la piel, y cuánto dispersa la piel la luz, es un supuesto.",
)
_FRESH = Text(
    f"Fresh dots are drawn {FRESH_DARKER - 1:.0%} darker, and the skin around them red. The source (S3) says darker and"
    " slightly inflamed, not how much.",
    f"Los puntos recién hechos se dibujan un {100 * (FRESH_DARKER - 1):.0f} % más oscuros y la piel de alrededor roja."
    " La fuente (S3) dice más oscuro y algo inflamado, no cuánto.",
)
_LATER = Text(
    "How fast pigment fades is taken from the one to three years, up to five, that the source (S3) gives, without any"
    " measurement of this scalp. That no dot is lost is assumed.",
    "La velocidad a la que se va el pigmento sale de los uno a tres años, hasta cinco, que da la fuente (S3), sin"
    " ninguna medida de este cuero cabelludo. Se supone que no se pierde ningún punto.",
)


def assumed_of(scene: Scene) -> Iterator[Text]:
    """What the preview of a scene assumes."""
    yield _ALWAYS
    if scene.moment == "fresh":
        yield _FRESH
    if scene.left < 1:
        yield _LATER
