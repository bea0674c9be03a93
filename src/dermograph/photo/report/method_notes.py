"""The notes on how pictures and comparisons are made, and on who decides."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.report.notes import Note

METHOD_NOTES: dict[str, Note] = {
    "pictures": Note(
        Text("The pictures.", "Las imágenes."),
        Text(
            "The follow-up is warped onto the baseline, so that the same place of skin lies at the same place of both "
            "pictures. Where both photographs are calibrated, both are shown through their calibration in the same "
            "sRGB.",
            "La fotografía de seguimiento se deforma sobre la inicial, de modo que el mismo punto de piel queda en el "
            "mismo lugar de ambas imágenes. Si las dos están calibradas, ambas se muestran a través de su calibración "
            "en el mismo sRGB.",
        ),
        Text(
            "A screen that is not calibrated shows other colours. The measures are taken from the photographs, not "
            "from these pictures.",
            "Una pantalla sin calibrar muestra otros colores. Las medidas se toman de las fotografías, no de estas "
            "imágenes.",
        ),
    ),
    "calibration": Note(
        Text("Calibration.", "Calibración."),
        Text(
            "The card in the photograph has patches of known colour. They give the way from the camera's values to "
            "CIELAB; patches that had no part in it check the result, light and dark skin tones among them.",
            "La tarjeta de la fotografía lleva parches de color conocido. De ellos sale el paso de los valores de la "
            "cámara a CIELAB; otros parches que no intervienen comprueban el resultado, entre ellos tonos de piel "
            "claros y oscuros.",
        ),
        Text(
            "It holds for the light that falls on the card: the skin has to be in the same light.",
            "Vale para la luz que cae sobre la tarjeta: la piel debe estar bajo la misma luz.",
        ),
    ),
    "alignment": Note(
        Text("Alignment.", "Alineación."),
        Text(
            "Features of the skin, then a smooth deformation, with card, pen, ruler, glare and hair left out. The "
            "residual is cross-validated: it is measured at places that had no part in the alignment.",
            "Rasgos de la piel y después una deformación suave, sin contar tarjeta, tinta, regla, brillos ni vello. "
            "El residuo es de validación cruzada: se mide en puntos que no intervinieron en la alineación.",
        ),
        Text(
            "Where it cannot carry a comparison, nothing is compared.",
            "Donde no puede sostener una comparación, no se compara nada.",
        ),
    ),
    "heat": Note(
        Text("The heat map.", "El mapa de calor."),
        Text(
            "ΔE00 between the mean colours of each block before and after, once the shift is taken off that the "
            "adjacent skin shows too. The limit is what 99 of 100 blocks of adjacent skin stay below, and never less "
            "than the smallest detectable change of the contrast.",
            "ΔE00 entre los colores medios de cada bloque antes y después, una vez descontado el desplazamiento que "
            "también muestra la piel vecina. El límite es el que no superan 99 de cada 100 bloques de piel vecina, y "
            "nunca menor que el menor cambio detectable del contraste.",
        ),
        Text(
            "A block that stands alone above the limit is left grey. The map shows where colour changed, not whether "
            "for the better.",
            "Un bloque que supera el límite él solo se deja gris. El mapa muestra dónde cambió el color, no si fue "
            "para bien.",
        ),
        Text(
            "CIEDE2000: Sharma, Wu, Dalal, Color Res Appl 30 (2005) 21. Colour scale: viridis.",
            "CIEDE2000: Sharma, Wu, Dalal, Color Res Appl 30 (2005) 21. Escala de color: viridis.",
        ),
    ),
    "verdict": Note(
        Text("The verdict.", "El veredicto."),
        Text(
            "It follows from the contrast alone: improved where the lesion came nearer to the colour of the skin "
            "beside it by more than the smallest detectable change, worsened where it went away from it.",
            "Se desprende solo del contraste: mejora si la lesión se acerca al color de la piel vecina en más que el "
            "menor cambio detectable, y empeora si se aleja.",
        ),
        Text(
            "It is no diagnosis and no promise for the next session.",
            "No es un diagnóstico ni anuncia lo que hará la próxima sesión.",
        ),
    ),
}
