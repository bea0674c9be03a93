"""A Patient of another system as a patient of this clinic: what our columns hold of it, and what they cannot."""

from __future__ import annotations

import datetime as dt
import difflib
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone

from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.people.name_words import folded
from dermograph.clinic.people.plain import plain_birth_date, plain_line
from dermograph.clinic.people.register_many import Newcomer
from dermograph.clinic.people.selectors import SIMILAR, similar_patients
from dermograph.clinic.people.services import CHANGEABLE, change_patient
from dermograph.core.errors import InputError, printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.steps import InUse, as_of, ended_last
from dermograph.exchange.fhir.map.tables import from_resource
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.people import Patient as PatientPart

_LANGUAGES: Final = ("en", "es")
_PHONE, _EMAIL = Text("telephone", "teléfono"), Text("e-mail", "correo")
_COLUMNS: Final[Mapping[str, Text]] = {
    "given_names": Text("given names", "nombre"),
    "family_names": Text("family names", "apellidos"),
    "birth_date": Text("date of birth", "fecha de nacimiento"),
    "phone": _PHONE,
    "email": _EMAIL,
    "language": Text("language", "idioma"),
}
_DIED: Final = Text(
    "The sender says that this person has died. Nothing of ours says so: look at what is booked and what is sent.",
    "Quien lo envía dice que esta persona ha fallecido. Aquí no consta: revise las citas y los envíos.",
)
_NOT_IN_USE: Final = Text(
    "The sender says that this record is not in use any more. Here it is.",
    "Quien lo envía dice que este expediente ya no se usa. Aquí sí.",
)
_REPLACED: Final = Text(
    "The sender says that another record of theirs replaces this one. Nothing was joined here.",
    "Quien lo envía dice que otro expediente suyo sustituye a este. Aquí no se ha unido nada.",
)
_ENDED: Final = (InUse("phone", has_ended=True), InUse("email", has_ended=True))
_ONE_PIECE: Final = Text(
    "The name came in one piece: it stands among the given names.",
    "El nombre vino en una sola pieza: consta entre los nombres.",
)


@dataclass(frozen=True, slots=True)
class Read:
    """A Patient as our columns would hold it.

    Attributes:
        newcomer: As it would be registered.
        told: What the columns cannot hold, whoever is known; the original keeps it.
        part: The part of a date of birth that is known; None for a whole day, and for nothing.
        unsaid: The columns of which nothing at all is said.
        is_one_piece: Whether the name came in one piece.
        over: The telephone numbers and addresses of which it says that they are not in use any more, by their columns.
    """

    newcomer: Newcomer
    told: tuple[Text, ...]
    part: PartialDate | None = None
    unsaid: frozenset[str] = frozenset()
    is_one_piece: bool = False
    over: frozenset[tuple[str, str]] = frozenset()

    def is_over(self, name: str, value: Any) -> bool:  # noqa: ANN401 (what the column holds)
        """Whether it says that a telephone number or address is not in use any more."""
        return isinstance(value, str) and (name, _bare(name, value)) in self.over

    def beside(self, patient: Patient) -> Newcomer:
        """What it says of the columns of a patient; a name in one piece says nothing of who has both names."""
        in_one = self.is_one_piece and patient.family_names
        return replace(self.newcomer, given_names="") if in_one else self.newcomer

    def told_of_new(self) -> tuple[Text, ...]:
        """What is told where nothing is known of them yet."""
        told = (_ONE_PIECE, *self.told) if self.is_one_piece else self.told
        return told if self.part is None else (*told, _only_known(self.part))


def read_patient(resource: Element, source: str, clinic: Clinic, at: dt.datetime | None = None) -> Read:
    """The columns of a Patient. What is not known stays empty, and nothing is completed.

    Args:
        resource: Checked.
        source: The URI of the system that it comes from.
        clinic: Whose patient it is, or is to be.
        at: As of when it is read, aware; None for now. What it says may have ended since it was received.

    Raises:
        InputError: If it could be no patient of ours: without a name, or with one that nobody can have.
    """
    if at is not None:
        resource = as_of(resource, at)
    part = from_resource(resource, source, clinic.pk)
    if not isinstance(part, PatientPart):
        msg = "a Patient is read as a patient"
        raise TypeError(msg)
    told: list[Text] = []
    given, family = part.given_names, part.family_names
    if not given and not family and (whole := _whole_name(resource)):
        given = whole
    newcomer = Newcomer(
        id=part.id,
        given_names=given,
        family_names=family,
        birth_date=_birth(part, clinic, told),
        phone=_line(lambda: plain_line(part.phone, _PHONE, longest=40, needed=False), told),
        email=_line(lambda: plain_line(part.email, _EMAIL, longest=254, needed=False), told),
        language=_language(part.language),
        synthetic=part.synthetic,
    )
    newcomer.columns(clinic)
    born = part.birth_date if isinstance(part.birth_date, PartialDate) else None
    said = {
        "given_names": given,
        "family_names": family,
        "birth_date": born,
        "phone": part.phone,
        "email": part.email,
        "language": part.language,
    }
    return Read(
        newcomer,
        (*told, *_standing(resource)),
        born if born is not None and born.precision != "day" else None,
        frozenset(name for name, value in said.items() if not value),
        is_one_piece=not part.given_names and not part.family_names,
        over=frozenset(
            (one["system"], _bare(one["system"], one["value"]))
            for one in resource.get("telecom", ())
            if _is_over(one) and "value" in one
        ),
    )


def change(patient: Patient, before: Newcomer, now: Read, who: Any, *, clears: bool = False) -> list[Text]:  # noqa: ANN401 (a User)
    """Write what the sender changed, where nobody here has corrected it since.

    What they do not say, or say in part, takes nothing back that is known. A telephone number or address of which they
    say that it is over does not stay: what is sent there would reach somebody else.

    Args:
        patient: As they are registered.
        before: What the sender said last.
        now: What they say now.
        who: Who takes it over.
        clears: Whether what they do not say at all is to be taken out, such as by who sends this one patient anew.

    Returns:
        What was left as it was corrected here, and how else it stands than it was sent.
    """
    wanted: dict[str, Any] = {}
    told: list[Text] = []
    kept = _kept_whole(patient, now, told)
    for name in CHANGEABLE:
        was, new, current = getattr(before, name), getattr(now.newcomer, name), getattr(patient, name)
        if name in kept or new in (was, current) or (name == "language" and not new):
            continue
        is_over = not new and now.is_over(name, current)
        if not new and not is_over and not (clears and name in now.unsaid):
            told.append(
                Text(
                    f"It gives no {_COLUMNS[name].en}: what is known here stays.",
                    f"No indica {_COLUMNS[name].es}: lo que aquí consta se mantiene.",
                )
            )
        elif current != was and (was or name != "language"):
            told.append(
                Text(
                    f"Corrected here, so it stays: {_COLUMNS[name].en}. Theirs is kept beside it.",
                    f"Se corrigió aquí y se mantiene: {_COLUMNS[name].es}. Lo suyo se conserva aparte.",
                )
            )
        else:
            wanted[name] = new
            if is_over:
                told.append(
                    Text(
                        f"They say that it is over, so it is taken out: {_COLUMNS[name].en}.",
                        f"Dicen que ya no vale y se retira: {_COLUMNS[name].es}.",
                    )
                )
    if now.is_one_piece and "given_names" in wanted:
        told.append(_ONE_PIECE)
    if wanted:
        change_patient(patient=patient, version=patient.version, who=who, **wanted)
    return told


def _kept_whole(patient: Patient, now: Read, told: list[Text]) -> set[str]:
    """The columns that hold more than what is said now: a day of which a part is said, a name said in one piece."""
    kept: set[str] = set()
    if now.part is not None and patient.birth_date is not None:
        kept.add("birth_date")
        if not now.part.first <= patient.birth_date <= now.part.last:
            written = now.part.written
            told.append(
                Text(
                    f"The date of birth that it gives, {written}, is not the one in the record, which stays.",
                    f"La fecha de nacimiento que indica, {written}, no es la de la ficha, que se mantiene.",
                )
            )
    elif now.part is not None:
        told.append(_only_known(now.part))
    if now.is_one_piece and patient.family_names:
        kept |= {"given_names", "family_names"}
        here = folded(f"{patient.given_names} {patient.family_names}")
        if sorted(folded(now.newcomer.given_names).replace(",", " ").split()) != sorted(here.split()):
            told.append(
                Text(
                    "The name came in one piece and is another one: the one in the record stays.",
                    "El nombre vino en una sola pieza y es otro: se mantiene el de la ficha.",
                )
            )
    return kept


def _standing(resource: Element) -> list[Text]:
    """What a Patient says of its own standing, of which we have no column."""
    replaced = any(one.get("type") == "replaced-by" for one in resource.get("link", ()))
    said = {
        _DIED: bool(resource.get("deceasedBoolean") or resource.get("deceasedDateTime")),
        _NOT_IN_USE: resource.get("active") is False,
        _REPLACED: replaced,
    }
    return [words for words, is_so in said.items() if is_so]


def _only_known(part: PartialDate) -> Text:
    return Text(
        f"Of the date of birth only {part.written} is known: the day stays unknown.",
        f"De la fecha de nacimiento solo consta {part.written}: el día queda sin saber.",
    )


def alike(clinic: Clinic, newcomers: Sequence[Newcomer]) -> dict[uuid.UUID, list[str]]:
    """Who of some newcomers may be registered already, or stands twice among them: by id, whom they resemble.

    Args:
        clinic: Whose patients.
        newcomers: None of them is registered yet.
    """
    names = {one.id: f"{one.family_names} {one.given_names}" for one in newcomers}
    days = {one.birth_date for one in newcomers if one.birth_date}
    sorts = {folded(name) for name in names.values()}
    there = Patient.objects.filter(clinic=clinic)
    born: dict[dt.date | None, list[str]] = defaultdict(list)
    for day, sort_name in there.filter(birth_date__in=days).values_list("birth_date", "sort_name") if days else ():
        born[day].append(sort_name)
    called = set(there.filter(sort_name__in=sorts).values_list("sort_name", flat=True))
    found: dict[uuid.UUID, list[str]] = {}
    seen: dict[tuple[str, dt.date | None], uuid.UUID] = {}
    for one in newcomers:
        name = folded(names[one.id])
        if name in called or any(_may_be_alike(name, other) for other in born.get(one.birth_date, ())):
            numbers = [str(twin.number) for twin in similar_patients(clinic, names[one.id], one.birth_date)]
            if numbers:
                found[one.id] = numbers
        first = seen.setdefault((name, one.birth_date), one.id)
        if first != one.id and one.birth_date is not None:
            found.setdefault(one.id, []).append(str(first))
    return found


def _may_be_alike(one: str, other: str) -> bool:
    """Whether it is worth asking ``similar_patients``: never False where that would find them."""
    if set(one.split()) & set(other.split()):
        return True
    matcher = difflib.SequenceMatcher(None, one, other)
    return matcher.real_quick_ratio() >= SIMILAR and matcher.quick_ratio() >= SIMILAR


def _whole_name(resource: Mapping[str, Any]) -> str:
    """The first name that came in one piece: of those in use, else the one that ended last, else of the others."""
    names = resource.get("name", ())
    ranked = (*(one for one in names if InUse().is_it(one, 0)), ended_last(names) or {}, *names)
    return next((printable(one["text"], limit=120) for one in ranked if one.get("text")), "")


def _is_over(reached: Mapping[str, Any]) -> bool:
    is_old = reached.get("use") == "old" and reached.get("system") in ("phone", "email")
    return is_old or any(pick.is_it(reached, 0) for pick in _ENDED)


def _bare(name: str, value: str) -> str:
    """A telephone number or an address without what may be written otherwise and means the same."""
    return "".join(filter(str.isdigit, value)) if name == "phone" else value.strip().casefold()


def _birth(part: PatientPart, clinic: Clinic, told: list[Text]) -> dt.date | None:
    if not isinstance(part.birth_date, PartialDate):
        return None
    day = part.birth_date.day
    if not isinstance(day, dt.date):
        return None
    try:
        return plain_birth_date(day, timezone.now().astimezone(clinic.zone).date())
    except InputError as error:
        told.append(error.what)
        return None


def _line(read: Callable[[], str], told: list[Text]) -> str:
    try:
        return read()
    except InputError as error:
        told.append(error.what)
        return ""


def _language(written: str) -> str:
    language = written.lower().partition("-")[0]
    return language if language in _LANGUAGES else ""
