"""What the gallery says of the photographs of a scalp."""

from __future__ import annotations

from django.urls import reverse

from dermograph.clinic.gallery.elsewhere import Elsewhere, NextAction
from dermograph.clinic.gallery.selectors import Album
from dermograph.clinic.people.models import Course
from dermograph.core.text import Text

TITLE = Text("Scalp", "Cuero cabelludo")


def next_action(course: Course, found: Album) -> NextAction:
    """Nothing has to be drawn on a scalp: its dots are counted as soon as a photograph is judged."""
    url = reverse("scalp", args=[course.pk])
    if any(one.is_under_way for one in found.photographs):
        return NextAction(Text("The latest photograph is being judged.", "Se está juzgando la última fotografía."))
    return NextAction(
        Text(
            "The dots of each photograph are counted by themselves; no outline is needed.",
            "Los puntos de cada fotografía se cuentan solos; no hace falta ningún contorno.",
        ),
        Text("See the scalp", "Ver el cuero cabelludo"),
        url,
    )


ON_A_SCALP = Elsewhere(TITLE, "scalp", next_action)
