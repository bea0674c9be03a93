"""Words of the gallery's pages, and the next right action."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from dermograph.clinic.gallery.elsewhere import ELSEWHERE, NextAction
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.selectors import Album
from dermograph.clinic.people.models import Course
from dermograph.core.text import Language, Text

STEPS: Mapping[str, Text] = {
    "": Text("Waiting for its turn", "Esperando su turno"),
    "read": Text("Reading the photographs", "Leyendo las fotografías"),
    "judge": Text("Judging light, sharpness and the card", "Juzgando luz, nitidez y tarjeta"),
    "features": Text("Finding the same skin in both", "Buscando la misma piel en ambas"),
    "flow": Text("Aligning them", "Alineándolas"),
    "verdict": Text("Checking the alignment", "Comprobando la alineación"),
    "measure": Text("Measuring", "Midiendo"),
    "done": Text("Measuring", "Midiendo"),
    "pictures": Text("Drawing the pictures", "Dibujando las imágenes"),
    "report": Text("Writing the report", "Escribiendo el informe"),
    "storage": Text(
        "The storage of the photographs could not be read or written: it is tried again",
        "No se pudo leer o escribir el almacén de las fotografías: se intentará de nuevo",
    ),
}
WORKING = Text("Working on it", "Trabajando en ello")
#: Reasons of a registration that clicked points cannot settle.
_BEYOND_LANDMARKS = frozenset({"identical_photographs", "mirrored"})


def language_of_page() -> Language:
    """The language of the page that is being made."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def step_in_words(step: str) -> Text:
    """What is being done."""
    return STEPS.get(step, WORKING)


def next_action(course: Course, found: Album, *, consented: bool) -> NextAction:
    """The one thing that brings the photographs of a course forward."""
    if not consented:
        return NextAction(
            Text(
                "No consent stands for photographs in the treatment record.",
                "No hay consentimiento vigente para fotografías en la historia.",
            ),
            Text("Have it signed", "Firmar el consentimiento"),
            _address("consents", course),
        )
    if not found.photographs:
        return NextAction(
            Text(
                "Begin with the baseline: the area before the first session, with the card in view.",
                "Empiece por la fotografía inicial: la zona antes de la primera sesión, con la tarjeta a la vista.",
            ),
        )
    if found.baseline is None:
        return _without_baseline(course, found)
    if course.treatment in ELSEWHERE:
        return ELSEWHERE[course.treatment].next_action(course, found)
    if found.outline_pk is None:
        return NextAction(
            Text(
                "The lesion is not outlined on the baseline yet: without that nothing is measured.",
                "Aún no se ha perfilado la lesión en la fotografía inicial: sin eso no se mide nada.",
            ),
            Text("Draw the outline", "Dibujar el contorno"),
            _address("outline", found.baseline),
        )
    return _of_visits(course, found, found.baseline)


def _without_baseline(course: Course, found: Album) -> NextAction:
    if any(one.is_under_way for one in found.photographs):
        return NextAction(Text("The photographs are being judged.", "Se están juzgando las fotografías."))
    if any(one.usable for one in found.photographs):
        return NextAction(
            Text(
                "There is no baseline: those that can be measured come from home, and none of these is ever it.",
                "No hay fotografía inicial: las que se pueden medir se enviaron desde casa, y una así nunca lo es.",
            ),
            Text("Take the baseline", "Hacer la fotografía inicial"),
            _address("camera", course),
        )
    return NextAction(
        Text(
            "None of these photographs can be measured. Their checks say what to change.",
            "Ninguna de estas fotografías se puede medir. Las comprobaciones dicen qué cambiar.",
        ),
        Text("Take one again", "Repetir la fotografía"),
        _address("camera", course),
    )


def _of_visits(course: Course, found: Album, baseline: Photograph) -> NextAction:
    if not found.visits:
        return NextAction(
            Text(
                "The baseline is ready. The follow-up is taken when the skin has healed.",
                "La fotografía inicial está lista. La de seguimiento se toma cuando la piel ha sanado.",
            ),
            Text("Take a follow-up", "Hacer una de seguimiento"),
            _address("camera", course),
        )
    last = found.visits[-1]
    one = last.comparison
    if last.photograph.is_under_way or (one is not None and one.is_under_way):
        return NextAction(Text("The latest photograph is being measured.", "Se está midiendo la última fotografía."))
    if one is None and last.photograph.usable:
        return NextAction(
            Text(
                "The latest photograph can be measured, but nobody asked for its comparison yet: saving the outline"
                " again does.",
                "La última fotografía se puede medir, pero aún no se pidió su comparación: guardar el contorno de"
                " nuevo la pide.",
            ),
            Text("Open the outline", "Abrir el contorno"),
            _address("outline", baseline),
        )
    if one is None:
        return NextAction(
            Text(
                "The latest photograph cannot be measured. Its checks say what to change.",
                "La última fotografía no se puede medir. Las comprobaciones dicen qué cambiar.",
            ),
            Text("Take it again", "Repetirla"),
            _address("camera", course),
        )
    if landmarks_would_help(one):
        return NextAction(
            Text(
                "The latest photograph could not be aligned by itself: four points seen in both may settle it.",
                "La última fotografía no pudo alinearse sola: cuatro puntos visibles en ambas pueden resolverlo.",
            ),
            Text("Click landmarks", "Marcar puntos"),
            _address("landmarks", one),
        )
    return NextAction(
        _what_it_gave(one),
        Text("Open the comparison", "Abrir la comparación"),
        _address("comparison", one),
    )


def _what_it_gave(comparison: Comparison) -> Text:
    if comparison.stage != Stage.DONE:
        return Text("The latest comparison failed.", "La última comparación falló.")
    if (comparison.result or {}).get("verdict") == "not_comparable":
        return Text(
            "The latest photograph gives no figure: its comparison says why.",
            "La última fotografía no da ninguna cifra: su comparación dice por qué.",
        )
    return Text("The latest photograph is measured.", "La última fotografía está medida.")


def landmarks_would_help(comparison: Comparison) -> bool:
    """Whether the photographs were not aligned, so that clicked points may settle it."""
    registration = (comparison.result or {}).get("registration") or {}
    code = (registration.get("reason") or {}).get("code", "")
    refused = registration.get("comparable") is False and code not in _BEYOND_LANDMARKS
    return comparison.stage == Stage.DONE and refused


def _address(name: str, one: Model) -> str:
    try:
        return reverse(name, args=[one.pk])
    except NoReverseMatch:  # a page of another part that this installation lacks
        return ""
