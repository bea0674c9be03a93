"""What the pages of a consent share, at the clinic and at home: its words, a signature that was sent, the document."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from dermograph.clinic import facts
from dermograph.clinic.intake.models import Consent, ConsentText
from dermograph.clinic.intake.posted import id_of, words
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.intake.selectors import agreed, current_text
from dermograph.clinic.intake.strokes import HEIGHT, MOST_POINTS, WIDTH, Strokes, drawn, paths
from dermograph.clinic.intake.wording import blocks, install_texts, is_intact
from dermograph.clinic.people.models import Course
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_DRAWING = MOST_POINTS * 20  # characters of JSON
NOTHING_GIVEN: dict[str, Any] = {"name": "", "purposes": [], "typed": "", "drawing": ""}


def text_of(course: Course, language: str) -> ConsentText | None:
    """The current words of a course; a clinic that has none yet is given those that come with Dermograph."""
    day = facts.today(course)
    text = current_text(course.clinic, course.treatment, language, day)
    if text is None and install_texts(course.clinic):
        text = current_text(course.clinic, course.treatment, language, day)
    return text


def given_in(request: HttpRequest) -> dict[str, Any]:
    """What a form of signing holds, as the page shows it again."""
    return {
        "name": words(request, "name"),
        "purposes": request.POST.getlist("purpose")[:20],
        "typed": words(request, "typed"),
        "drawing": request.POST.get("strokes", ""),
    }


def shown_again(given: dict[str, Any], error: InputError | None) -> dict[str, Any]:
    """The same without a drawing that cannot be read."""
    unread = len(given["drawing"]) > LONGEST_DRAWING or (error is not None and error.place.field == "strokes")
    return {**given, "drawing": ""} if unread else given


def signature_in(request: HttpRequest, course: Course) -> dict[str, Any]:
    """What ``sign_consent`` takes of a form: the words that were read, what was agreed to and the signature.

    Raises:
        InputError: If the words are not those of the course, or the signature cannot be read.
    """
    given, pk, sha256 = given_in(request), id_of(request, "text"), words(request, "text_sha256")
    text = ConsentText.objects.filter(clinic=course.clinic_id, pk=pk).first() if pk else None
    if text is None or text.treatment != course.treatment or not sha256:
        raise InputError(
            Text("The text on this page is not the current one.", "El texto de esta página no es el vigente."),
            Place(field="text"),
            Text("Read the one below, then sign.", "Lea el de abajo y después firme."),
        )
    if len(given["drawing"]) > LONGEST_DRAWING:
        raise InputError(
            Text("The signature could not be read.", "No se ha podido leer la firma."), Place(field="strokes")
        )
    mark: Strokes | dict[str, str] = {"typed": given["typed"]} if given["typed"].strip() else drawn(given["drawing"])
    return {
        "text": text,
        "text_sha256": sha256,
        "purposes": given["purposes"],
        "signed_name": given["name"],
        "strokes": mark,
        "supersedes": id_of(request, "supersedes"),
    }


def taken_back_in(request: HttpRequest) -> str:
    """The purpose that a form takes back; ``EVERYTHING`` for all.

    Raises:
        InputError: If none was chosen.
    """
    purpose = words(request, "purpose")
    if not purpose:
        raise InputError(Text("Choose what is taken back.", "Elija qué se retira."), Place(field="purpose"))
    return EVERYTHING if purpose == "all" else purpose


def purposes_of(consent: Consent) -> list[dict[str, Any]]:
    """Each purpose with what was answered: ``agreed``, and the withdrawal where there is one."""
    stands = agreed(consent)
    back = {one.purpose: one for one in consent.withdrawals.all()}
    return [
        {
            **one,
            "signed": one["id"] in consent.purposes,
            "agreed": one["id"] in stands,
            "withdrawn": (back.get(one["id"]) or back.get(EVERYTHING)) if one["id"] in consent.purposes else None,
        }
        for one in consent.text.purposes
    ]


def document_of(consent: Consent) -> dict[str, Any]:
    """A signed consent as both documents show it; with its text and its withdrawals."""
    typed = consent.strokes.get("typed", "") if isinstance(consent.strokes, dict) else ""
    return {
        "consent": consent,
        "blocks": blocks(consent.text.body),
        "purposes": purposes_of(consent),
        "withdrawals": list(consent.withdrawals.all()),
        "typed": typed,
        "paths": [] if typed else paths(consent.strokes),
        "width": WIDTH,
        "height": HEIGHT,
        "intact": is_intact(consent.text) and consent.text.sha256 == consent.text_sha256,
        "later": Consent.objects.filter(supersedes=consent).first(),
    }
