"""What taking a consent back does to what left already: which links end, who has copies, and what to write to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.utils import timezone

from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.purposes import EVERYTHING, RECORD
from dermograph.clinic.intake.reach import Reach
from dermograph.clinic.people.models import Patient
from dermograph.clinic.rights.known import Known, known
from dermograph.clinic.rights.models import Disclosure, Form, SharedLink
from dermograph.clinic.rights.purposes import PATIENT, SHORT
from dermograph.clinic.rights.sharing import why_dead
from dermograph.core.dates import day_in_words
from dermograph.core.text import Text

_PAPER = Text("on paper or as a PDF", "en papel o en PDF")
_FHIR = Text("as a file (FHIR)", "como archivo (FHIR)")
_RELATED = ("photograph__course__patient", "clinic", "written_by", "ended_by")


@dataclass(frozen=True, slots=True)
class LeftWhole:
    """A whole record that somebody else has.

    Attributes:
        to: Who has it.
        at: When it left.
        day: The day of that, at the clinic.
        form: As what.
    """

    to: str
    at: dt.datetime
    day: dt.date
    form: Text


@dataclass(frozen=True, slots=True)
class Left:
    """Photographs that somebody outside has: of one patient, that left together.

    Attributes:
        photographs: How many.
        taken_back: Whether the consent for them has been taken back since; then the recipient is to be written to.
    """

    first: Disclosure
    photographs: int
    taken_back: bool

    @property
    def to(self) -> str:
        """Who has them."""
        return self.first.recipient

    @property
    def day(self) -> dt.date:
        """The day they left, at the clinic."""
        return self.first.written_at.astimezone(self.first.clinic.zone).date()

    @property
    def is_in_paper(self) -> bool:
        """Whether they are in a printed record, which is one of ``records_that_left`` as a whole."""
        return self.first.left_as == Form.PDF

    @property
    def letter(self) -> Text:
        """What is written to who has them."""
        return letter(self)


def living_links(patient: Patient, what: Known | None = None) -> list[SharedLink]:
    """The links that show a photograph of a patient now.

    Args:
        patient: Whose.
        what: What is known of them, where it was read already.
    """
    found = _open_links(patient)
    if found and what is None:
        what = known(patient)
    return [one for one in found if why_dead(one, what) is None]


def leavings(patient: Patient) -> list[Disclosure]:
    """Everything of a patient that ever left, the latest first."""
    found = Disclosure.objects.filter(patient=patient).select_related("clinic", "written_by", "photograph")
    return list(found.order_by("-written_at", "pk"))


def left_for_good(patient: Patient, what: Known | None = None, rows: list[Disclosure] | None = None) -> list[Left]:
    """What others have of a patient and no program can call back, the latest first; not the patient's own copies.

    Args:
        patient: Whose.
        what: What is known of them, where it was read already.
        rows: Their ``leavings``, where they were read already.
    """
    together: dict[tuple[object, ...], list[Disclosure]] = {}
    for one in leavings(patient) if rows is None else rows:
        if one.purpose == PATIENT or one.form == Form.LINK:
            continue
        thing = one.exported_set_id or one.comparison_id or one.photograph_id
        key = (one.form, thing, one.purpose, one.recipient, one.written_at.replace(microsecond=0))
        together.setdefault(key, []).append(one)
    if not together:
        return []
    consents = known(patient) if what is None else what
    return [Left(group[0], len(group), _is_taken_back(group, consents)) for group in together.values()]


def tables_for_research(patient: Patient) -> list[Any]:
    """The exports of measures that a patient is in, the earliest first.

    Returns:
        Rows of research, which stands above this part: each with ``recipient`` and ``written_at``.
    """
    uses = patient.research_uses.select_related("export").order_by("export__written_at", "export")
    return [one.export for one in uses]


def records_that_left(patient: Any) -> list[LeftWhole]:  # noqa: ANN401 (it has rows of parts that stand above this one)
    """The whole records of a patient that others have, as papers and as FHIR, the earliest first.

    Args:
        patient: With their clinic.
    """
    papers, files = (
        rows.filter(purpose=RECORD).order_by().annotate(is_paper=Value(is_paper))
        for rows, is_paper in ((patient.printed_records, True), (patient.handed_over, False))
    )
    columns = ("recipient", "written_at", "is_paper")
    found = [
        LeftWhole(to, at, at.astimezone(patient.clinic.zone).date(), _PAPER if is_paper else _FHIR)
        for to, at, is_paper in papers.values_list(*columns).union(files.values_list(*columns), all=True)
    ]
    return sorted(found, key=lambda one: (one.at, one.to))


def what_it_reaches(consent: Consent) -> dict[str, Reach]:
    """What taking each purpose of a consent back would reach, by its id, and under ``""`` all of them together."""
    links, rows = _open_links(consent.patient), leavings(consent.patient)
    left: list[Left] = []
    records = records_that_left(consent.patient) if RECORD in consent.purposes else []
    if links or rows or records:
        what = known(consent.patient)
        rests = what.with_replaced(consent.pk)
        links = [one for one in links if one.consent_id in rests and why_dead(one, what) is None]
        every = left_for_good(consent.patient, what, rows)
        left = [one for one in every if one.first.consent_id in rests and not one.taken_back]
        # A whole record rests on the consents of all courses: on this one too, if it was signed by then.
        signed = [what.consents[one].signed_at for one in rests if what.is_unbroken(one, RECORD)]
        records = [one for one in records if signed and one.at >= min(signed)]
    found = {}
    for purpose in consent.purposes:
        ends = tuple(_ends(one) for one in links if one.purpose == purpose)
        beyond = tuple(_beyond(one) for one in left if one.first.purpose == purpose)
        whole = tuple(_whole(one) for one in records if purpose == RECORD)
        found[purpose] = Reach(ends, beyond + whole)
    all_of_it = list(found.values())
    found[EVERYTHING] = Reach(
        tuple(words for one in all_of_it for words in one.ends),
        tuple(words for one in all_of_it for words in one.beyond),
    )
    return found


def letter(left: Left) -> Text:
    """What is written to who has photographs whose consent was taken back. It names no patient."""
    one, word, day, n = left.first, SHORT[left.first.purpose], left.day, _photographs(left.photographs)
    which = _which(one)
    return Text(
        f"To {one.recipient}\n\n"
        f"On {day_in_words(day, 'en')} {one.clinic.name} gave you {n.en} for {word.en}{which.en}. The person shown has "
        "taken their consent for this use back.\n\n"
        "Please use them no more from today, destroy every copy that you hold and those that you have passed on, and "
        "tell us in writing when this is done, or why something cannot be destroyed (for example because it was "
        "printed). What was lawfully used before today stays lawful.\n\n"
        f"Reference: {reference(one)}\n{one.clinic.name}",
        f"A {one.recipient}\n\n"
        f"El {day_in_words(day, 'es')} {one.clinic.name} le entregó {n.es} para {word.es}{which.es}. La persona que "
        "aparece ha retirado su consentimiento para ese uso.\n\n"
        "Le pedimos que deje de utilizarlas desde hoy, que destruya todas las copias que conserve y las que haya "
        "cedido, y que nos comunique por escrito cuándo lo ha hecho o por qué algo no puede destruirse (por ejemplo, "
        "porque se imprimió). Lo que se usó lícitamente antes de hoy sigue siendo lícito.\n\n"
        f"Referencia: {reference(one)}\n{one.clinic.name}",
    )


def reference(one: Disclosure) -> str:
    """What tells recipient and clinic which photographs are meant."""
    return str(one.exported_set_id or one.pk)[:8]


def _open_links(patient: Patient) -> list[SharedLink]:
    """The links that have neither ended nor expired."""
    found = SharedLink.objects.filter(photograph__course__patient=patient, ended_at=None, expires_at__gt=timezone.now())
    return list(found.select_related(*_RELATED))


def _which(one: Disclosure) -> Text:
    if not one.exported_set_id:
        return Text("", "")
    numbers = Disclosure.objects.filter(exported_set=one.exported_set_id, patient=one.patient_id)
    listed = ", ".join(f"{n:03d}" for n in sorted(filter(None, numbers.values_list("place", flat=True))))
    return Text(f" (number {listed} of the set)", f" (número {listed} del conjunto)")


def _is_taken_back(group: list[Disclosure], what: Known) -> bool:
    return any(one.consent_id and not what.is_unbroken(one.consent_id, one.purpose) for one in group)


def _ends(link: SharedLink) -> Text:
    day = link.expires_at.astimezone(link.clinic.zone).date()
    return Text(
        f"The link shared with {link.recipient}, open until {day_in_words(day, 'en')}, shows nothing from then on.",
        f"El enlace compartido con {link.recipient}, abierto hasta el {day_in_words(day, 'es')}, deja de mostrar nada "
        "desde ese momento.",
    )


def _beyond(left: Left) -> Text:
    n, word = _photographs(left.photographs), SHORT[left.first.purpose]
    return Text(
        f"{left.to} has {n.en} since {day_in_words(left.day, 'en')}, for {word.en}. The clinic cannot delete that "
        "there; it asks in writing that it is destroyed.",
        f"{left.to} tiene {n.es} desde el {day_in_words(left.day, 'es')}, para {word.es}. La clínica no puede borrarlo "
        "allí; pide por escrito que se destruya.",
    )


def _whole(left: LeftWhole) -> Text:
    return Text(
        f"{left.to} has the whole record since {day_in_words(left.day, 'en')}, {left.form.en}. The clinic cannot call "
        "it back.",
        f"{left.to} tiene la historia completa desde el {day_in_words(left.day, 'es')}, {left.form.es}. La clínica no "
        "puede recuperarla.",
    )


def _photographs(n: int) -> Text:
    return Text("1 photograph", "1 fotografía") if n == 1 else Text(f"{n} photographs", f"{n} fotografías")
