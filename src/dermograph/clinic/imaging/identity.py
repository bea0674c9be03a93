"""As whom a patient goes out: by name where they are treated, under a pseudonym for anything beyond.

A pseudonym says nothing: neither name, day of birth, record number nor the day of a visit goes along, only how many
days it was after the first photograph of the course. All identifiers of objects follow from the pseudonym and from ids
of ours that nobody outside knows, so that two pseudonyms of one patient cannot be brought together.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Final

from dermograph.clinic.people.models import Area, Patient
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.rights.purposes import BEYOND
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom.uids import derived_uid, uid_of
from dermograph.exchange.dicom.values import Lesion, Person, Study

_LONGEST: Final = 64  # characters of a name, a code's meaning and an identifier (PS3.5, 6.2)
_LONGEST_FAMILY: Final = 40
_SPLITS: Final = str.maketrans("^=\\", "   ")
_SHORTEST_NAME: Final = 3
PSEUDONYM: Final = Text("pseudonym", "seudónimo")


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom a patient goes out.

    Attributes:
        patient: The id of the record.
        pseudonym: Empty where the patient goes out by name.
    """

    patient: uuid.UUID
    person: Person
    pseudonym: str = ""

    def uid(self, kind: str, *names: object) -> str:
        """The UID of something of this patient: the same each time under the same pseudonym, another under another."""
        return derived_uid(kind, self.pseudonym, str(self.patient), *(str(one) for one in names))

    def uid_of_row(self, kind: str, pk: uuid.UUID) -> str:
        """The UID of what is a row of ours."""
        return self.uid(kind, pk) if self.pseudonym else uid_of(pk)

    def study(self, day: dt.date, first: dt.date) -> Study:
        """All that was recorded on a day; of a pseudonym how long after the first day, and not when."""
        uid = self.uid("study", day)
        if self.pseudonym:
            return Study(uid, self.person, description=f"Day {(day - first).days} after the first photograph")
        return Study(uid, self.person, started_at=day)

    def lesion(self, area: Area) -> Lesion:
        """The lesion of an area, the same in every course, photograph and report."""
        uid = self.uid_of_row("lesion", area.pk)
        return Lesion(f"Lesion {uid[-6:]}" if self.pseudonym else shortened(area.name), uid)


def identity_for(patient: Patient, purpose: str, pseudonym: str = "") -> Identity:
    """As whom a patient goes out for a purpose.

    Args:
        patient: With the clinic.
        purpose: A key of ``rights.PURPOSES``. Beyond the treatment nobody goes out by name.
        pseudonym: The one to be used; empty makes one up where one is needed.

    Raises:
        InputError: If the pseudonym says who it is, or cannot be one.
    """
    word = plain_line(pseudonym, PSEUDONYM, longest=_LONGEST, needed=False)
    if not word and purpose in BEYOND:
        word = f"P-{secrets.token_hex(6)}"
    if not word:
        number = f"{patient.clinic.slug}-{patient.number}"
        family = shortened(patient.family_names, _LONGEST_FAMILY)
        given = shortened(patient.given_names, _LONGEST - len("^") - len(family))
        person = Person(number, family, given, patient.birth_date)
        return Identity(patient.pk, person)
    if _says_who(word, patient):
        raise InputError(
            Text("This pseudonym says who it is.", "Este seudónimo dice de quién se trata."),
            Place(field="pseudonym"),
            Text("Take one without name, number or birth date.", "Use uno sin nombre, número ni fecha de nacimiento."),
        )
    return Identity(patient.pk, Person(word, is_pseudonym=True), word)


def shortened(text: str, longest: int = _LONGEST) -> str:
    """A text of the record as DICOM can hold it: where it is cut an ellipsis stands; what splits values is a space."""
    line = " ".join(text.translate(_SPLITS).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _says_who(word: str, patient: Patient) -> bool:
    folded = word.casefold()
    names = f"{patient.given_names} {patient.family_names}".casefold().split()
    born = patient.birth_date
    days = () if born is None else (born.isoformat(), born.strftime("%Y%m%d"), born.strftime("%d%m%Y"))
    numbers = {str(patient.number), f"{patient.clinic.slug}-{patient.number}"}
    return (
        folded in numbers
        or any(len(one) >= _SHORTEST_NAME and one in folded for one in names)
        or any(day in word for day in days)
    )
