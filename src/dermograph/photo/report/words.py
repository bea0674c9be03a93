"""The words of the report."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.measure.values import Outcome

TITLE = Text("Measured comparison", "Comparación medida")
BASELINE = Text("Baseline", "Inicial")
FOLLOW_UP = Text("Follow-up", "Seguimiento")
HEAT_MAP = Text("Heat map: where the colour changed", "Mapa de calor: dónde cambió el color")
DATE_UNKNOWN = Text("date not known", "fecha desconocida")
WHEN = Text("When was it taken?", "¿Cuándo se tomó?")
SYNTHETIC = Text(
    "Synthetic: made by a computer, shows no person", "Sintética: hecha por ordenador, no muestra a ninguna persona"
)
CALIBRATED = Text("colour calibrated with the card", "color calibrado con la tarjeta")
NOT_CALIBRATED = Text("colour not calibrated", "color sin calibrar")
COLOUR_UNKNOWN = Text("What are its true colours?", "¿Cuáles son sus colores reales?")
SAME_COLOURS = Text(
    "Both photographs are shown through their calibration, in the same sRGB, so that they can be compared by eye.",
    "Ambas fotografías se muestran a través de su calibración, en el mismo sRGB, para poder compararlas a simple "
    "vista.",
)
OWN_COLOURS = Text(
    "Each photograph is shown in the colours of its camera: they cannot be compared by eye.",
    "Cada fotografía se muestra con los colores de su cámara: no pueden compararse a simple vista.",
)
UNALIGNED = Text(
    "The photographs stand side by side as they are, not aligned, in the colours of their cameras.",
    "Las fotografías aparecen una junto a otra tal como son, sin alinear y con los colores de sus cámaras.",
)
LINES = Text(
    "Solid line: the lesion, as outlined on the baseline. Dashed: the ring of adjacent skin; hair, card, pen, glare "
    "and other lesions in it are left out.",
    "Línea continua: la lesión, perfilada en la fotografía inicial. Discontinua: el anillo de piel vecina; no cuentan "
    "el vello, la tarjeta, la tinta, los brillos ni otras lesiones que haya en él.",
)
LINES_OF_LESION = Text(
    "Line: the lesion, as outlined on the baseline.", "Línea: la lesión, perfilada en la fotografía inicial."
)
NO_SCALE = Text(
    "How large is it? No scale is known without the card.", "¿Qué tamaño tiene? Sin la tarjeta no se conoce la escala."
)
BLOCK = Text("Means of blocks of {mm} mm.", "Medias de bloques de {mm} mm.")
BLOCK_UNKNOWN = Text("Means of blocks.", "Medias de bloques.")
HEAT_LIMIT = Text(
    "Grey: below the detectable limit of {limit}. Hatched: not known.",
    "Gris: por debajo del límite detectable, {limit}. Rayado: no se conoce.",
)
NO_HEAT = Text(
    "Where did the colour change? No heat map: it needs both photographs calibrated, and enough adjacent skin to tell "
    "change from noise.",
    "¿Dónde cambió el color? No hay mapa de calor: hacen falta las dos fotografías calibradas y bastante piel vecina "
    "para distinguir el cambio del ruido.",
)
NOT_COMPARABLE = Text("Not comparable", "No comparable")
HEADLINES: dict[Outcome, Text] = {
    Outcome.IMPROVED: Text(
        "The lesion is nearer in colour to the skin beside it.",
        "El color de la lesión está más cerca del de la piel vecina.",
    ),
    Outcome.NO_DETECTABLE_CHANGE: Text(
        "No change of colour can be told from the error of measurement.",
        "Ningún cambio de color se distingue del error de medida.",
    ),
    Outcome.WORSENED: Text(
        "The lesion stands out more from the skin beside it.", "La lesión destaca más sobre la piel vecina."
    ),
    Outcome.CHANGED: Text(
        "The difference changed sides and is as far from the skin beside it as before.",
        "La diferencia cambió de lado y está tan lejos de la piel vecina como antes.",
    ),
    Outcome.NOT_COMPARABLE: Text(
        "What changed cannot be said from these two photographs.",
        "A partir de estas dos fotografías no puede decirse qué ha cambiado.",
    ),
}
COLOUR_NOT_COMPARABLE = Text(
    "The colour cannot be compared. What can be stands below.",
    "El color no puede compararse. Lo que sí puede figura más abajo.",
)
WHAT_TO_DO = Text("What to do", "Qué hacer")
VISIBLE = Text(
    "Visible: an observer would see this change on this tone (from {limit} on).",
    "Visible: un observador vería este cambio en este tono (a partir de {limit}).",
)
NOT_VISIBLE = Text(
    "Not visible: the change is smaller than what an observer sees on this tone ({limit}).",
    "No visible: el cambio es menor que el que percibe un observador en este tono ({limit}).",
)
VISIBLE_UNKNOWN = Text(
    "Would an observer see it? The error is too large to say.",
    "¿Lo vería un observador? El error es demasiado grande para decirlo.",
)
MISSED = Text(
    "An observer sees differences from {limit} on; this measurement detects only changes beyond {mdc}. A smaller "
    "change could be seen and still not be measured.",
    "Un observador percibe diferencias a partir de {limit}; esta medida solo detecta cambios mayores de {mdc}. Un "
    "cambio menor podría verse y no medirse.",
)
HOW_DID = Text("{label}: how did it change?", "{label}: ¿cómo ha cambiado?")
MEASURES = Text("What was measured", "Qué se midió")
FIGURES = Text("The same figures as a table", "Las mismas cifras en una tabla")
COMPONENTS = Text("Where the error comes from", "De dónde viene el error")
PHOTOGRAPHS = Text("The photographs", "Las fotografías")
ALIGNED = Text("How they were aligned", "Cómo se alinearon")
METHODS = Text("Methods and sources", "Métodos y fuentes")
FILES = Text("Files", "Archivos")
DECISION = Text("Decision", "Decisión")
DECIDES = Text(
    "This is a measurement, not a decision, and no diagnosis. A professional decides and signs.",
    "Esto es una medida, no una decisión ni un diagnóstico. Un profesional decide y firma.",
)
SIGN = (Text("Decision and reason", "Decisión y motivo"), Text("Name", "Nombre"), Text("Date and time", "Fecha y hora"))
ALL_PASSED = Text("All {count} checks passed", "Las {count} comprobaciones superadas")
SOME_PASSED = Text("{count} other checks passed", "Otras {count} comprobaciones superadas")
FAILED = Text("to mend", "por corregir")
BLOCKS = Text("stops the comparison", "impide comparar")
UNJUDGED = Text("not known", "no se sabe")
NO_CHECKS = Text("Is it good enough? It was not checked.", "¿Es lo bastante buena? No se comprobó.")
COLUMNS = (
    Text("measure", "medida"),
    Text("baseline", "inicial"),
    Text("follow-up", "seguimiento"),
    Text("change", "cambio"),
    Text("95 % interval", "intervalo 95 %"),
    Text("detectable from", "detectable desde"),
    Text("verdict", "veredicto"),
)
SOURCES = {
    "spatial": Text("spread within the photograph", "dispersión dentro de la fotografía"),
    "between_shot": Text("from shot to shot", "de una toma a otra"),
    "registration": Text("alignment", "alineación"),
    "outline": Text("outline", "perfil"),
    "scale": Text("scale", "escala"),
    "colour": Text("colour calibration", "calibración de color"),
    "curvature": Text("tilt and curvature", "inclinación y curvatura"),
}
VIEWS = (
    ("slide", Text("Slider", "Deslizador")),
    ("beside", Text("Side by side", "Una junto a otra")),
    ("overlay", Text("Overlay", "Superpuestas")),
    ("heat", Text("Heat map", "Mapa de calor")),
)
VIEW = Text("View", "Vista")
ZOOM = Text("Zoom", "Ampliación")
CUT = Text("Where the baseline ends and the follow-up begins", "Dónde acaba la inicial y empieza la de seguimiento")
CUT_SAYS = Text(
    "{share} % of the width shows the baseline, the rest the follow-up",
    "El {share} % del ancho muestra la inicial; el resto, el seguimiento",
)
KEYS = Text("Arrow keys move the slider.", "Las teclas de flecha mueven el deslizador.")
