"""What a photograph's entry must fulfil, and what is said where it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dermograph.clinic import facts
from dermograph.clinic.gallery.files import Received
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.intake.selectors import has_consent
from dermograph.clinic.people.models import Course, User
from dermograph.clinic.records import Entry
from dermograph.core.dates import day_in_words, moment_in_words
from dermograph.core.errors import InputError, Place, printable
from dermograph.core.text import Text

NOT_HERE = Text("This photograph is not one of this course.", "Esta fotografía no es de este curso.")
FORM_USED = Text("This form was used already.", "Este formulario ya se usó.")
LOAD_AGAIN = Text("Load the page again.", "Vuelva a cargar la página.")
TAKEN_OUT = Text(
    "The clinic took this photograph out of your record: it was not stored again.",
    "La clínica retiró esta fotografía de su historia: no se ha vuelto a guardar.",
)
ANOTHER_ONE = Text("Take another one, or ask the clinic.", "Haga otra, o pregunte a la clínica.")
_CORRECT_DAY = Text("Give the day on which it was taken.", "Indique el día en que se tomó.")


@dataclass(frozen=True, slots=True)
class FromHome:
    """A photograph that the patient sends; nobody of the clinic wrote its entry down.

    Attributes:
        account: Theirs, which the audit trail names.
        where: Where it was taken, in the language of the clinic.
        not_before: The day of the baseline: one of that day or before could take its place.
    """

    account: User
    where: str
    not_before: dt.date


def may_keep_photographs(course: Course) -> bool:
    """Whether the patient agreed that photographs are kept in the treatment record."""
    return has_consent(course.patient, course, RECORD)


def guard_consent(course: Course) -> None:
    """Refuse photographs that nobody agreed to.

    Raises:
        InputError: If no consent for the treatment record stands.
    """
    if not may_keep_photographs(course):
        raise InputError(
            Text(
                "No consent stands for photographs in the treatment record: nothing was stored.",
                "No hay consentimiento vigente para fotografías en la historia: no se ha guardado nada.",
            ),
            todo=Text("Have it signed first.", "Haga que se firme primero."),
        )


def day_of(file: Received, given: dt.date | None) -> dt.date:
    """The day a photograph was taken: the one given, else the camera's.

    Raises:
        InputError: If neither is known.
    """
    if given is not None:
        return given
    if file.camera_day is not None:
        return file.camera_day
    raise InputError(
        Text("The file does not say when it was taken.", "El archivo no dice cuándo se tomó."),
        Place(file.name, field="taken_on"),
        _CORRECT_DAY,
    )


def checked_day(course: Course, on: dt.date, name: str) -> dt.date:
    """A day on which a photograph can have been taken.

    Raises:
        InputError: If it lies in the future, or before the patient was born.
    """
    today, born = facts.today(course), course.patient.birth_date
    if on > today:
        raise InputError(
            Text(
                f"The day {day_in_words(on, 'en')} has not come yet.",
                f"El día {day_in_words(on, 'es')} aún no ha llegado.",
            ),
            Place(name, field="taken_on"),
            _CORRECT_DAY,
        )
    if born is not None and on < born:
        raise InputError(
            Text(
                f"On {day_in_words(on, 'en')} the patient was not born yet.",
                f"El {day_in_words(on, 'es')} el paciente aún no había nacido.",
            ),
            Place(name, field="taken_on"),
            _CORRECT_DAY,
        )
    return on


def checked_home_day(home: FromHome, on: dt.date, name: str) -> None:
    """Refuse a photograph from home that is not later than the baseline: on one day either could come first.

    Raises:
        InputError: If it is.
    """
    if on <= home.not_before:
        first = home.not_before
        raise InputError(
            Text(
                f"It is not later than the clinic's first photograph, of {day_in_words(first, 'en')}: nothing was"
                " stored.",
                f"No es posterior a la primera fotografía de la clínica, del {day_in_words(first, 'es')}: no se ha"
                " guardado nada.",
            ),
            Place(name, field="taken_on"),
            Text("Send one that was taken on a later day.", "Envíe una tomada otro día posterior."),
        )


def checked_session(course: Course, session: Any) -> Any:  # noqa: ANN401 (a Session, of an app above this one)
    """The session that stands in place of one; itself where nothing has corrected it, None for none.

    Raises:
        InputError: If it is the session of another course.
    """
    if session is None:
        return None
    if session.course_id != course.pk:
        raise InputError(
            Text("This session is not one of this course.", "Esta sesión no es de este curso."), Place(field="session")
        )
    while not session.stands:
        session = session.superseded_by
    return session


def checked_words(words: str, longest: int) -> str:
    """What a person wrote, without blanks around it.

    Raises:
        InputError: If it is too long, or holds a null character, which databases refuse.
    """
    words = words.strip()
    if len(words) > longest:
        raise InputError(
            Text(f"The text has more than {longest} characters.", f"El texto tiene más de {longest} caracteres.")
        )
    if "\0" in words:
        raise InputError(Text("The text holds a null character.", "El texto contiene un carácter nulo."))
    return words


def changed_meanwhile(kind: type[Entry], one: Entry, *, is_newer: bool = False) -> InputError:
    """What the later of two is told: who changed it and when. Their own text is theirs to keep.

    Args:
        kind: Photograph or outline.
        one: The entry that both started from; or the newer one.
        is_newer: Whether ``one`` is what stands now.
    """
    found = kind._default_manager.select_related("written_by")  # noqa: SLF001 (Django's name for it)
    newer = one if is_newer else found.filter(supersedes=one.pk).first()
    if newer is None:
        return InputError(Text("Somebody changed it meanwhile.", "Alguien lo ha cambiado mientras tanto."))
    who = printable(newer.written_by.name) if newer.written_by else "–"
    at = newer.written_at.astimezone(newer.clinic.zone).replace(tzinfo=None)
    return InputError(
        Text(
            f"{who} changed it meanwhile, on {moment_in_words(at, 'en')}. Nothing of yours was stored.",
            f"{who} lo cambió mientras tanto, el {moment_in_words(at, 'es')}. No se ha guardado lo suyo.",
        ),
        todo=Text("Look at what is there now, then decide again.", "Mire lo que hay ahora y vuelva a decidir."),
    )
