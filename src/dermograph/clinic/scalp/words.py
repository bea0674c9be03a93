"""Words for work at scalps."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.clinic.gallery.words import step_in_words as step_of_gallery
from dermograph.core.text import Text

STEPS: Mapping[str, Text] = {
    "dots": Text("Counting dots", "Contando puntos"),
    "match": Text("Looking for each dot in the other photograph", "Buscando cada punto en la otra fotografía"),
    "place": Text("Placing dots", "Colocando puntos"),
    "previews": Text("Drawing the simulations", "Dibujando las simulaciones"),
    "sheet": Text("Writing the sheet", "Escribiendo la hoja"),
}
#: Why an entry supersedes the one of the same photograph, or of the same two.
AGAIN, BY_ANOTHER_METHOD = "asked for again", "counted by another method"
BY_ANOTHER_AREA, CORRECTED = "where to look was drawn again", "the photograph was corrected"
NOT_A_SCALP = Text("This course is of no scalp.", "Este curso no es de cuero cabelludo.")
NOT_USABLE = Text("This photograph cannot be measured.", "Esta fotografía no se puede medir.")
GONE = Text(
    "This photograph was corrected or taken out of the course since.",
    "Esta fotografía se corrigió o se retiró del curso desde entonces.",
)
FROM_COURSE = Text("Go on from the page of the scalp.", "Continúe desde la página del cuero cabelludo.")
ANOTHER_ONE = Text("Choose another photograph.", "Elija otra fotografía.")
NOT_READY = Text(
    "This design is not ready, was refused, or another one has taken its place.",
    "Este diseño no está listo, se rechazó u otro ocupó su lugar.",
)
NOT_OF_COURSE = Text("This design is not one of this course.", "Este diseño no es de este curso.")
NO_SHARE = Text(
    "How much pigment is left in all could not be measured in this photograph: no date can be given.",
    "En esta fotografía no se ha podido medir cuánto pigmento queda en total: no puede darse una fecha.",
)
SETTLED_LATE = Text(
    "The settled look was photographed more than six months after the session. What faded before is not in it: no date"
    " can be given.",
    "El aspecto asentado se fotografió más de seis meses después de la sesión. Lo que se aclaró antes no consta en él:"
    " no puede darse una fecha.",
)
NOTHING_CHOSEN = Text("No design is chosen.", "No hay ningún diseño elegido.")


def step_in_words(step: str) -> Text:
    """What is being done."""
    return STEPS.get(step) or step_of_gallery(step)
