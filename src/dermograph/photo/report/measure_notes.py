"""The notes on what is measured: how each number is made, what it does not say, and its source."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.report.notes import Note

_ITA_SOURCE = Text(
    "Chardon, Cretois, Hourseau, Int J Cosmet Sci 13 (1991) 191; classes after Del Bino and Bernerd, Br J Dermatol 169 "
    "(2013) suppl. 3, 33.",
    "Chardon, Cretois, Hourseau, Int J Cosmet Sci 13 (1991) 191; clases según Del Bino y Bernerd, Br J Dermatol 169 "
    "(2013) supl. 3, 33.",
)
_PLANE = Text(
    "The card and the skin are taken to lie in one plane: tilt and curvature make the true length larger, and the "
    "error holds a term for that.",
    "Se supone que la tarjeta y la piel están en un mismo plano: la inclinación y la curvatura hacen mayor la longitud "
    "real, y el error incluye un término por ello.",
)
MEASURE_NOTES: dict[str, Note] = {
    "contrast": Note(
        Text("Contrast.", "Contraste."),
        Text(
            "The difference ΔE00 between the mean colour of the outlined lesion and the mean colour of the ring of "
            "skin beside it, in CIELAB under D65. 0 means that both have the same colour.",
            "La diferencia ΔE00 entre el color medio de la lesión perfilada y el color medio del anillo de piel "
            "vecina, en CIELAB con D65. 0 significa que ambos tienen el mismo color.",
        ),
        Text(
            "It says nothing about relief, and nothing about why a colour changed.",
            "No dice nada del relieve ni de por qué cambió un color.",
        ),
        Text(
            "CIEDE2000: Sharma, Wu, Dalal, Color Res Appl 30 (2005) 21.",
            "CIEDE2000: Sharma, Wu, Dalal, Color Res Appl 30 (2005) 21.",
        ),
    ),
    "uncertainty": Note(
        Text("The figure after ±.", "La cifra tras ±."),
        Text(
            "One standard uncertainty. It adds up the spread within the photograph (bootstrap of blocks), what "
            "differs from shot to shot (light and colour), the alignment, the outline and the scale. The interval of "
            "95 % is 1.96 times as wide to each side.",
            "Una incertidumbre típica. Suma la dispersión dentro de la fotografía (bootstrap por bloques), lo que "
            "cambia de una toma a otra (luz y color), la alineación, el perfil y la escala. El intervalo del 95 % es "
            "1,96 veces mayor a cada lado.",
        ),
        Text(
            "Errors that no photograph shows, such as a blush or a tan between visits, are not in it.",
            "No incluye errores que ninguna fotografía muestra, como un rubor o un bronceado entre visitas.",
        ),
    ),
    "detectable": Note(
        Text("Smallest detectable change (MDC95).", "Menor cambio detectable (MDC95)."),
        Text(
            "1.96 times the standard uncertainty of the change. A smaller change cannot be told from error: it is "
            "drawn hollow and called “no detectable change”.",
            "1,96 veces la incertidumbre típica del cambio. Un cambio menor no se distingue del error: se dibuja "
            "hueco y se llama «sin cambio detectable».",
        ),
        Text(
            "No detectable change does not mean that nothing changed.",
            "Sin cambio detectable no significa que nada haya cambiado.",
        ),
    ),
    "visible": Note(
        Text("Visible to an observer.", "Visible para un observador."),
        Text(
            "Half of the observers see a difference of ΔE00 0.59 on light skin and of 1.75 on dark skin. Tones "
            "between the two take the larger figure, so that nothing is called visible too early.",
            "La mitad de los observadores percibe una diferencia de ΔE00 0,59 en piel clara y de 1,75 en piel oscura. "
            "Los tonos intermedios toman la cifra mayor, para no llamar visible a nada antes de tiempo.",
        ),
        Text(
            "The source gives one light and one dark tone and is silent on those between.",
            "La fuente da un tono claro y uno oscuro, y calla sobre los intermedios.",
        ),
        Text("Vision Res (2024), PMID 39178751.", "Vision Res (2024), PMID 39178751."),
    ),
    "ita": Note(
        Text("ITA.", "ITA."),
        Text(
            "The individual typology angle, atan2(L* − 50, b*) in degrees under D65: larger is lighter. Above 55° very "
            "light, 41° light, 28° intermediate, 10° tan, −30° brown, below that dark.",
            "El ángulo tipológico individual, atan2(L* − 50, b*) en grados con D65: a mayor ángulo, piel más clara. "
            "Por encima de 55° muy clara, 41° clara, 28° intermedia, 10° bronceada, −30° morena, y por debajo oscura.",
        ),
        Text("It is not a Fitzpatrick phototype.", "No es un fototipo de Fitzpatrick."),
        _ITA_SOURCE,
    ),
    "index": Note(
        Text("Melanin and erythema index.", "Índices de melanina y de eritema."),
        Text(
            "Logarithms of the light that the skin sends back in the camera's red and green, as a difference between "
            "lesion and ring.",
            "Logaritmos de la luz que la piel devuelve en el rojo y el verde de la cámara, como diferencia entre la "
            "lesión y el anillo.",
        ),
        Text(
            "From a camera they hold only under constant light, and are no amounts of melanin or haemoglobin.",
            "Con una cámara solo valen con luz constante, y no son cantidades de melanina ni de hemoglobina.",
        ),
    ),
    "size": Note(
        Text("Size.", "Tamaño."),
        Text(
            "Counted inside the outline, with the millimetres that the card gives at that place of the photograph.",
            "Se cuenta dentro del perfil, con los milímetros que da la tarjeta en ese lugar de la fotografía.",
        ),
        _PLANE,
    ),
    "texture": Note(
        Text("Texture and homogeneity.", "Textura y homogeneidad."),
        Text(
            "How strongly lightness varies from place to place within the lesion, against the ring.",
            "Cuánto varía la claridad de un lugar a otro dentro de la lesión, frente al anillo.",
        ),
        Text(
            "A proxy in two dimensions: it follows the light, and is no measurement of depth or roughness.",
            "Una aproximación en dos dimensiones: depende de la luz, y no mide profundidad ni rugosidad.",
        ),
    ),
}
