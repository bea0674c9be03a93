"""The record of a patient as one paper: what was told, decided, done, measured and signed, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from dermograph.clinic.entries import entries_of
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.printed.courses import courses_of, parts_of
from dermograph.clinic.printed.paper import paper
from dermograph.clinic.printed.pictures import pictured, pictures_of
from dermograph.clinic.printed.told import answers_of, consents_of, events_of
from dermograph.clinic.treatment.words import FIGURES
from dermograph.core.text import Language, Text

TITLE: Final = Text("Clinical record", "Historia clínica")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a record says.

    Attributes:
        comparisons: Those whose pictures it shows.
    """

    patient: Patient
    courses: Sequence[Course]
    language: Language
    context: dict[str, Any]
    comparisons: Sequence[Comparison]


def contents_of(patient: Patient, language: Language, *, pictures: bool) -> Contents:
    """What stands of a patient; ten queries, however much there is.

    Args:
        patient: With their clinic.
        language: Of the words.
        pictures: Whether photographs are shown.
    """
    with timezone.override(patient.clinic.zone):
        courses = courses_of(patient)
        entries = list(entries_of(courses).values())
        parts = parts_of(courses, language)
        context = {
            "title": TITLE.say(language),
            "patient": patient,
            "clinic": patient.clinic,
            "answers": answers_of(entries),
            "events": events_of(entries),
            "consents": consents_of(patient),
            "parts": parts,
            "figures": [(words, unit) for words, unit in FIGURES.values()],
            "with_pictures": pictures,
            "printed_at": timezone.now(),
        }
        return Contents(patient, courses, language, context, pictured(parts) if pictures else ())


def record_paper(contents: Contents, *, purpose: Text, recipient: str = "", by: str = "") -> bytes:
    """The PDF; one query, for the key of the pictures.

    Args:
        contents: What it says.
        purpose: What it is for.
        recipient: To whom it goes; empty for the patient.
        by: Who made it; empty for nobody.

    Raises:
        NotInstalled: If PDF files cannot be made.
    """
    found = pictures_of(contents.patient, contents.comparisons)
    for part in contents.context["parts"]:
        for one in part["comparisons"]:
            one["pictures"] = [
                {"side": side, "name": found[one["row"].pk, side][0]}
                for side in ("before", "after")
                if (one["row"].pk, side) in found
            ]
            one["lost"] = one["row"] in contents.comparisons and len(one["pictures"]) < 2
    context = {**contents.context, "purpose": purpose, "recipient": recipient, "by": by}
    with timezone.override(contents.patient.clinic.zone):
        return paper("printed/record.html", context, contents.language, dict(found.values()))
