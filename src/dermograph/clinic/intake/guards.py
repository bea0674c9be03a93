"""What every writer of the intake refuses."""

from __future__ import annotations

from dermograph.clinic.intake.models import Answer, Happening
from dermograph.clinic.people.models import Course
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_REASON = 2000


def clean_words(words: str, limit: int) -> str:
    """Words of a person without what no page can show.

    Raises:
        InputError: If they are too long.
    """
    kept = "".join(char for char in words if char.isprintable() or char in "\n\t").strip()
    if len(kept) > limit:
        raise InputError(
            Text(f"At most {limit} characters.", f"Como máximo {limit} caracteres."),
            Place(field="reason"),
            Text("Say it more shortly.", "Dígalo con menos palabras."),
        )
    return kept


def refuse_closed(course: Course) -> None:
    """Refuse what would change a course that has ended; inside a transaction, until whose end nobody closes it.

    Raises:
        InputError: If it has.
    """
    if Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk).closed_at is not None:
        raise InputError(
            Text("This course is closed.", "Este curso está cerrado."),
            todo=Text("Open it again to change anything in it.", "Ábralo de nuevo para cambiar algo."),
        )


def refuse_other_patient(there: Answer | Happening, course: Course) -> None:
    """Refuse the id of an entry that belongs elsewhere.

    Raises:
        InputError: If it is of another patient, or of another course.
    """
    if there.patient_id != course.patient_id or there.course_id not in (None, course.pk):
        raise InputError(Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."))
