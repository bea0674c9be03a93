"""What is measured of an area. For every measure 0 means "like the skin beside it", or "nothing there"."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.measure.values import Kind

_LIGHT = Text(
    "Holds only between photographs taken under the same light.",
    "Solo vale entre fotografías tomadas con la misma luz.",
)
_NONE = Text("", "")

CONTRAST = Kind(
    "contrast",
    "delta_e00",
    Text("Contrast to the skin beside it", "Contraste con la piel vecina"),
    Text(
        "ΔE00 between the mean colours; corrected for the error that makes small differences look larger, so that it"
        " may come out slightly negative.",
        "ΔE00 entre los colores medios; corregido por el error que agranda las diferencias pequeñas, por lo que puede"
        " resultar algo negativo.",
    ),
)
LIGHTNESS = Kind("contrast_l", "lab", Text("Lighter or darker (ΔL*)", "Más clara u oscura (ΔL*)"), _NONE)
REDNESS = Kind("contrast_a", "lab", Text("Redder or greener (Δa*)", "Más roja o verde (Δa*)"), _NONE)
YELLOWNESS = Kind("contrast_b", "lab", Text("Yellower or bluer (Δb*)", "Más amarilla o azul (Δb*)"), _NONE)
ITA = Kind(
    "ita_difference",
    "deg",
    Text("Tone against the skin beside it (ΔITA)", "Tono frente a la piel vecina (ΔITA)"),
    Text("Positive where the lesion is lighter.", "Positivo donde la lesión es más clara."),
)
MELANIN = Kind(
    "melanin_index",
    "index",
    Text("Melanin index against the skin beside it", "Índice de melanina frente a la piel vecina"),
    _LIGHT,
)
ERYTHEMA = Kind(
    "erythema_index",
    "index",
    Text("Erythema index against the skin beside it", "Índice de eritema frente a la piel vecina"),
    _LIGHT,
)
AREA = Kind(
    "area",
    "cm2",
    Text("Area", "Área"),
    Text(
        "Within the visible border, as it lies in the plane of the card; curved skin looks smaller.",
        "Dentro del borde visible, en el plano de la tarjeta; la piel curva parece menor.",
    ),
)
LENGTH = Kind(
    "length",
    "mm",
    Text("Length", "Longitud"),
    Text("Of the longest band, along its middle.", "De la banda más larga, por su centro."),
)
WIDTH = Kind(
    "width",
    "mm",
    Text("Width", "Anchura"),
    Text(
        "Mean of the longest band: its area over its length.", "Media de la banda más larga: su área entre su longitud."
    ),
)
TEXTURE = Kind(
    "texture",
    "percent",
    Text("Surface texture (2-D proxy)", "Textura de la superficie (aproximación 2-D)"),
    Text(
        "How much stronger the light and dark of 0.4 to 1.5 mm is than on the skin beside it. It is read from"
        " brightness, not from height, and depends on the direction of the light.",
        "Cuánto más fuertes son los claros y oscuros de 0,4 a 1,5 mm que en la piel vecina. Se lee del brillo, no"
        " de la altura, y depende de la dirección de la luz.",
    ),
)
HOMOGENEITY = Kind(
    "unevenness",
    "lab",
    Text("Unevenness of colour", "Desigualdad del color"),
    Text(
        "How much more the colour varies from one mm to the next within the lesion than on the skin beside it.",
        "Cuánto más varía el color de un milímetro a otro dentro de la lesión que en la piel vecina.",
    ),
)
COLOURS = (CONTRAST, LIGHTNESS, REDNESS, YELLOWNESS, ITA, MELANIN, ERYTHEMA)
SIZES = (AREA, LENGTH, WIDTH)
SURFACES = (TEXTURE, HOMOGENEITY)
KINDS = (*COLOURS, *SIZES, *SURFACES)
