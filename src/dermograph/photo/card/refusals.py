"""Why a card is not read, or not trusted: each with what the photographer can do."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.finding import Refusal

NO_CARD = Refusal(
    "no_card",
    Text("No calibration card is seen in the photograph.", "No se ve ninguna tarjeta de calibración en la fotografía."),
    Text(
        "Lay the card flat beside the area, with all four corner marks in view and in focus.",
        "Coloque la tarjeta plana junto a la zona, con las cuatro marcas de las esquinas a la vista y enfocadas.",
    ),
)
MIRRORED = Refusal(
    "mirrored",
    Text(
        "The photograph is mirrored: the card is seen only after turning the photograph left to right.",
        "La fotografía está reflejada: la tarjeta solo se ve al invertir la fotografía de izquierda a derecha.",
    ),
    Text(
        "Switch off the mirroring of the front camera, or use the rear camera, and take the photograph again.",
        "Desactive el efecto espejo de la cámara frontal, o use la trasera, y repita la fotografía.",
    ),
)
TWO_CARDS = Refusal(
    "two_cards",
    Text("More than one calibration card is in view.", "Hay más de una tarjeta de calibración a la vista."),
    Text(
        "Leave one card in view and take the photograph again.",
        "Deje una sola tarjeta a la vista y repita la fotografía.",
    ),
)
CARD_CUT_OFF = Refusal(
    "card_cut_off",
    Text(
        "Fewer than four corner marks of the card can be read: it is cut off, covered or out of focus.",
        "Se leen menos de cuatro marcas de las esquinas de la tarjeta: está cortada, tapada o desenfocada.",
    ),
    Text(
        "Take the photograph again with the whole card in view, all four corner marks uncovered and sharp.",
        "Repita la fotografía con la tarjeta entera a la vista y las cuatro marcas descubiertas y nítidas.",
    ),
)
CARD_UNKNOWN = Refusal(
    "card_unknown",
    Text(
        "The marks in the corners do not belong together: this is no card that is known here.",
        "Las marcas de las esquinas no encajan entre sí: no es una tarjeta conocida aquí.",
    ),
    Text("Use a card printed by this program.", "Use una tarjeta impresa con este programa."),
)
OTHER_CARD = Refusal(
    "other_card",
    Text(
        "The measured colours given belong to another card than the one in the photograph.",
        "Los colores medidos que se dan son de otra tarjeta, no de la que sale en la fotografía.",
    ),
    Text(
        "Use the measurement of the card with this serial, or photograph the card that was measured.",
        "Use la medición de la tarjeta con este número de serie, o fotografíe la tarjeta medida.",
    ),
)
CARD_BENT = Refusal(
    "card_bent",
    Text("The card is not flat.", "La tarjeta no está plana."),
    Text(
        "Mount the card on something stiff, or lay it on a flat place, and take the photograph again.",
        "Pegue la tarjeta sobre algo rígido, o apóyela en un lugar plano, y repita la fotografía.",
    ),
)
CARD_TOO_SMALL = Refusal(
    "card_too_small",
    Text(
        "The card is too small or too blurred in the photograph for its patches to be read.",
        "La tarjeta sale demasiado pequeña o borrosa para leer sus colores.",
    ),
    Text("Move closer, or focus on the skin beside the card.", "Acérquese, o enfoque la piel junto a la tarjeta."),
)
WRONG_ORDER = Refusal(
    "wrong_order",
    Text(
        "The grey steps of the card are not in their order from light to dark, so its patches were not read rightly.",
        "Los grises de la tarjeta no van en orden de claro a oscuro, así que sus colores no se han leído bien.",
    ),
    Text(
        "Uncover the card, keep shadows and reflections off it, and take the photograph again.",
        "Descubra la tarjeta, evite sombras y reflejos sobre ella y repita la fotografía.",
    ),
)
CARD_CLIPPED = Refusal(
    "card_clipped",
    Text(
        "Too many patches of the card are burnt out or sunk in black.",
        "Demasiados colores de la tarjeta están quemados o hundidos en negro.",
    ),
    Text(
        "Correct the exposure so that white paper is just not burnt out, and take the photograph again.",
        "Corrija la exposición para que el papel blanco no llegue a quemarse y repita la fotografía.",
    ),
)
CARD_GLARE = Refusal(
    "card_glare",
    Text("Light is reflected on the card.", "Hay reflejos de luz en la tarjeta."),
    Text(
        "Turn the card or the lamp until the reflection is gone, or use a card on matt paper.",
        "Gire la tarjeta o la lámpara hasta que desaparezca el reflejo, o use una tarjeta de papel mate.",
    ),
)
CARD_COVERED = Refusal(
    "card_covered",
    Text("Part of the card is covered or in shadow.", "Parte de la tarjeta está tapada o en sombra."),
    Text(
        "Keep fingers and shadows off the card and take the photograph again.",
        "Aparte los dedos y las sombras de la tarjeta y repita la fotografía.",
    ),
)
NO_COLOUR = Refusal(
    "no_colour",
    Text("The photograph has no colour.", "La fotografía no tiene color."),
    Text("Take the photograph in colour.", "Haga la fotografía en color."),
)
FIT_RESIDUAL = Refusal(
    "fit_residual",
    Text(
        "The colours of the card cannot be brought into line with their known values.",
        "Los colores de la tarjeta no se pueden ajustar a sus valores conocidos.",
    ),
    Text(
        "Light the card and the skin evenly with one kind of lamp, without filters or beauty effects; "
        "if the card has faded, print a new one.",
        "Ilumine la tarjeta y la piel de modo uniforme con un solo tipo de lámpara, sin filtros ni efectos de belleza; "
        "si la tarjeta se ha decolorado, imprima una nueva.",
    ),
)
HELD_OUT_DISAGREE = Refusal(
    "held_out_disagree",
    Text(
        "Patches of the card that were kept for checking do not come out right.",
        "Los colores de la tarjeta reservados para comprobar no salen bien.",
    ),
    FIT_RESIDUAL.todo,
)
