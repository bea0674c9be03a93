"""Why two photographs may not be compared, in words for the photographer."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.finding import Refusal

CLICK = Text(
    "Take the follow-up again with the baseline laid over the camera's picture, or click four landmarks that both "
    "photographs show, such as moles or freckles around the area.",
    "Repita la foto de seguimiento con la inicial superpuesta en la cámara, o marque cuatro puntos que se vean en las "
    "dos fotos, como lunares o pecas alrededor de la zona.",
)

REFUSALS = {
    refusal.code: refusal
    for refusal in (
        Refusal(
            "identical_photographs",
            Text(
                "Both photographs are the same picture, so nothing can be learnt from comparing them.",
                "Las dos fotos son la misma imagen, así que compararlas no dice nada.",
            ),
            Text("Give the photograph of another visit.", "Indique la foto de otra visita."),
        ),
        Refusal(
            "mirrored",
            Text(
                "One of the photographs is mirrored, left and right exchanged.",
                "Una de las fotos está reflejada, con izquierda y derecha intercambiadas.",
            ),
            Text(
                "Use the original file: front cameras and some programs mirror pictures.",
                "Use el archivo original: las cámaras frontales y algunos programas reflejan las fotos.",
            ),
        ),
        Refusal(
            "too_few_matches",
            Text(
                "Too little of the skin in one photograph is found again in the other.",
                "Muy poco de la piel de una foto se vuelve a encontrar en la otra.",
            ),
            CLICK,
        ),
        Refusal(
            "different_skin",
            Text(
                "The skin in the two photographs does not look like the same place.",
                "La piel de las dos fotos no parece ser el mismo lugar.",
            ),
            CLICK,
        ),
        Refusal(
            "not_enough_overlap",
            Text(
                "Too little of the area was found again in the follow-up: out of view, hidden, or quite different.",
                "Demasiado poco de la zona se reconoce en la de seguimiento: fuera de cuadro, oculta o muy distinta.",
            ),
            Text(
                "Take it again with the whole area in view, uncovered and sharp; or click four landmarks in both.",
                "Repítala con toda la zona a la vista, descubierta y nítida; o marque cuatro puntos en ambas.",
            ),
        ),
        Refusal(
            "fold",
            Text(
                "The match between the photographs folds over itself in the area, so it is wrong there.",
                "La correspondencia entre las fotos se pliega sobre sí misma en la zona, así que allí es errónea.",
            ),
            CLICK,
        ),
        Refusal(
            "implausible",
            Text(
                "The match would need the camera at an extreme angle or distance, so it is not trusted.",
                "La correspondencia exigiría un ángulo o una distancia extremos de la cámara, así que no es fiable.",
            ),
            CLICK,
        ),
        Refusal(
            "unreliable_here",
            Text(
                "The photographs match elsewhere, but not reliably in the area that is to be compared.",
                "Las fotos coinciden en otras partes, pero no de forma fiable en la zona que se quiere comparar.",
            ),
            CLICK,
        ),
        Refusal(
            "landmarks_disagree",
            Text(
                "The clicked landmarks contradict each other or what the photographs show.",
                "Los puntos marcados se contradicen entre sí o contradicen lo que muestran las fotos.",
            ),
            Text(
                "Check that each landmark is the same spot of the skin in both photographs, in the same order.",
                "Compruebe que cada punto sea el mismo lugar de la piel en ambas fotos y que estén en el mismo orden.",
            ),
        ),
        Refusal(
            "landmarks_far",
            Text(
                "The clicked landmarks do not surround the area that is to be compared.",
                "Los puntos marcados no rodean la zona que se quiere comparar.",
            ),
            Text(
                "Click landmarks on all sides of the area, and not in one line.",
                "Marque puntos a todos los lados de la zona, y no en una sola línea.",
            ),
        ),
    )
}
