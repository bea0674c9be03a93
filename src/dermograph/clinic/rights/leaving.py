"""Where a photograph leaves the treatment: for a purpose, with a consent that stands then, and written down first.

Every page, program or job that hands photographs out calls ``leave``. Pages that only show them inside the clinic, or
to the patient, stand in ``DISPLAYS``; a test opens every address and finds those that do neither.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.selectors import agreed
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.rights.known import Known, known
from dermograph.clinic.rights.models import LONGEST_RECIPIENT, Disclosure, ExportedSet, Form, SharedLink
from dermograph.clinic.rights.purposes import OWN, PATIENT, PURPOSES, SHORT
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

#: The names of addresses that show photographs where they are treated, or to the patient; nothing leaves there.
DISPLAYS: Final = frozenset(
    {
        "photograph_image",
        "comparison_picture",
        "outline_refine",
        "camera_check",
        "me_picture",
        "me_camera_check",
        "me_scalp_picture",
        "scalp_picture",
    }
)
RECIPIENT: Final = Text("recipient", "destinatario")
_ACTIONS: Final = {
    Form.ORIGINAL: "photograph.downloaded",
    Form.REPORT: "comparison.exported",
    Form.LINK: "photograph.shared",
    Form.SET: "photographs.exported",
    Form.ARCHIVE: "record.exported",
    Form.PREVIEW: "design.shared",
    Form.PDF: "photographs.printed",
    Form.DICOM: "photograph.downloaded",
}


class NotAllowed(InputError):  # noqa: N818 (an answer)
    """The photograph may not leave for that purpose."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a photograph may leave for a purpose now.

    Attributes:
        consent: What it rests on; None where it may not, or no consent is needed.
        refusal: Why not; None if it may.
    """

    purpose: str
    consent: Consent | None
    refusal: Text | None

    def __bool__(self) -> bool:
        return self.refusal is None


def allowed(photograph: Photograph, purpose: str, what: Known | None = None) -> Decision:
    """Whether a photograph may leave for a purpose now.

    The patient's own copy always may. Anything else takes a consent for that purpose that stands, for the course of the
    photograph or for all of the patient's courses; and neither a blocked record nor a photograph that was taken out.

    Args:
        photograph: With its course and patient.
        purpose: A key of ``PURPOSES``.
        what: What is known of the patient, where it was read already.
    """
    if purpose not in PURPOSES:
        return Decision(purpose, None, Text("Choose what it is for.", "Elija para qué es."))
    if purpose == PATIENT:
        return Decision(purpose, None, None)
    patient = photograph.course.patient
    if patient.restricted_at is not None:
        return Decision(purpose, None, Text("The record is blocked.", "La historia está bloqueada."))
    what = known(patient) if what is None else what
    if what.is_taken_out(photograph.pk):
        words = Text("The photograph was taken out of the course.", "La fotografía se retiró del curso.")
        return Decision(purpose, None, words)
    given = consent_for(photograph.course_id, purpose, what)
    why_not = None if given else _why_not(purpose, what.for_course(photograph.course_id))
    return Decision(purpose, given, why_not)


def consent_for(course: uuid.UUID, purpose: str, what: Known) -> Consent | None:
    """The consent that allows a purpose for the photographs of a course now; None without one."""
    return next((one for one in what.for_course(course) if purpose in agreed(one)), None)


def recipient_of(purpose: str, recipient: str, field: str = "recipient") -> str:
    """To whom something goes, as it is kept.

    Args:
        purpose: What it leaves for; of an own copy nobody else is named.
        recipient: To whom, as it was given.
        field: Where it was given.

    Raises:
        NotAllowed: If somebody is named for what takes no consent.
        InputError: If nobody is named where somebody has to be, or not in one line.
    """
    to = plain_line(recipient, RECIPIENT, longest=LONGEST_RECIPIENT, needed=purpose not in OWN)
    if to and purpose in OWN:
        raise NotAllowed(
            Text(
                "An own copy goes to nobody else, but a recipient is named.",
                "Una copia propia no va a nadie más, pero se ha indicado un destinatario.",
            ),
            Place(field=field),
            Text(
                "Name nobody, or choose the purpose “record”, which takes a consent.",
                "No indique a nadie, o elija el fin «record», que exige un consentimiento.",
            ),
        )
    return to


def leave(  # noqa: PLR0913 (who, what, to whom, what for and as what)
    *,
    photographs: Sequence[Photograph],
    purpose: str,
    recipient: str,
    form: str,
    who: User | None,
    comparison: Comparison | None = None,
    link: SharedLink | None = None,
    exported_set: ExportedSet | None = None,
    places: Sequence[int] = (),
) -> list[Disclosure]:
    """Write down that photographs of one patient leave, after asking once more whether they may.

    Args:
        photographs: At least one, all of one patient, each with its course, patient and clinic.
        purpose: A key of ``PURPOSES``.
        recipient: To whom; nobody for the patient's own copy.
        form: A value of ``Form``.
        who: Who lets them leave; None for the system.
        comparison: Whose report it is.
        link: The link that shows it.
        exported_set: The set that they go with.
        places: The number of each in that set.

    Raises:
        NotAllowed: If one of them may not, or an own copy is to go to somebody; then nothing is written down, and
            nothing may leave.
        Restricted: If the record is blocked; only everything that is held about them is still handed to the patient.
        InputError: If it is not said to whom.
    """
    to = recipient_of(purpose, recipient)
    with transaction.atomic():
        # Who takes a consent back or erases the patient waits for this row, so that neither slips in between.
        held = Patient.objects.select_for_update(no_key=True).filter(pk=photographs[0].course.patient_id).first()
        if held is None:
            raise NotAllowed(Text("This record was erased.", "Esta historia se borró."))
        if held.restricted_at is not None and form != Form.ARCHIVE:
            raise Restricted(held.restricted_at, photographs[0].clinic)
        what = known(held)
        kept = []
        for number, one in enumerate(photographs):
            one.course.patient = held
            decision = allowed(one, purpose, what)
            if decision.refusal is not None:
                raise NotAllowed(decision.refusal, Place(field="purpose"))
            kept.append(
                Disclosure(
                    pk=uuid.uuid4(),
                    clinic_id=one.clinic_id,
                    written_by=who,
                    patient=held,
                    photograph=one,
                    comparison=comparison,
                    purpose=purpose,
                    recipient=to,
                    form=form,
                    consent=decision.consent,
                    link=link,
                    exported_set=exported_set,
                    place=places[number] if places else None,
                )
            )
        Disclosure.objects.bulk_create(kept)
        # Not to whom: the trail outlives the patient, and a recipient may say who they were.
        record(
            _ACTIONS[Form(form)],
            clinic=photographs[0].clinic,
            who=who,
            about=comparison or (photographs[0] if len(photographs) == 1 else None),
            patient=held.pk,
            details={"purpose": purpose, "form": str(form), "photographs": len(kept)},
        )
    return kept


def _why_not(purpose: str, here: Sequence[Consent]) -> Text:
    word = SHORT[purpose]
    if any(purpose in one.purposes for one in here):
        return Text(f"The consent for {word.en} was taken back.", f"El consentimiento para {word.es} se retiró.")
    if any(purpose in one.refused for one in here):
        return Text(f"The patient did not agree to {word.en}.", f"El paciente no aceptó el uso para {word.es}.")
    return Text(f"No consent for {word.en} is signed.", f"No hay consentimiento firmado para {word.es}.")
