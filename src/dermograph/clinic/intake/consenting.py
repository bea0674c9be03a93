"""Signing a consent and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from dermograph.clinic import facts
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.guards import LONGEST_REASON, clean_words, refuse_closed
from dermograph.clinic.intake.meanwhile import Standing, refuse_if_changed
from dermograph.clinic.intake.models import Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.strokes import Strokes, signing_name, typed
from dermograph.clinic.intake.wording import is_intact
from dermograph.clinic.people.models import Course, Patient, User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

REPLACED = Text("A newer consent was signed.", "Se firmó un consentimiento más reciente.")


def sign_consent(  # noqa: PLR0913 (what a signature is made of)
    *,
    course: Course,
    who: User | None,
    text: ConsentText,
    purposes: Collection[str],
    signed_name: str,
    strokes: Strokes | Mapping[str, str],
    text_sha256: str = "",
    entry: uuid.UUID | None = None,
    supersedes: uuid.UUID | Standing | None = "standing",
    account: User | None = None,
) -> Consent:
    """Write down that a patient signed.

    Args:
        course: The course that it is for.
        who: Of the clinic, the witness; None where the patient signed by themselves, without one.
        text: The words that were read.
        purposes: The ids of those agreed to.
        signed_name: As typed by who signs.
        strokes: The drawn signature as ``strokes.drawn`` reads it, or ``{"typed": …}``.
        text_sha256: Of the words on the page; empty if there was no page.
        entry: The id of the new entry; where it exists already and says the same, that one is returned.
        supersedes: The consent of this course that the person saw; ``"standing"`` replaces whatever stands.
        account: The patient's own, where they signed by themselves: the audit trail names it.

    Raises:
        ChangedMeanwhileError: If another consent was signed for the course meanwhile.
        InputError: If the words are not the current ones, a needed purpose or the name or the signature is missing.
    """
    name = signing_name(signed_name)
    agreed = _agreed(text, purposes)
    mark = _mark(strokes, name)
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=course.patient_id)
        refuse_closed(course)
        there: Consent | None = Consent.objects.filter(pk=entry).first() if entry else None
        if there is not None:
            if there.course_id != course.pk:
                raise InputError(Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."))
            if (there.text_id, list(there.purposes)) != (text.pk, agreed):
                raise _sent_before()
            return there
        _refuse_other_words(course, text, text_sha256)
        before = Consent.objects.filter(course=course).standing().select_related("written_by").first()
        refuse_if_changed(before, supersedes)
        new: Consent = Consent.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            written_by=who,
            patient=course.patient,
            course=course,
            text=text,
            text_sha256=text.sha256,
            purposes=agreed,
            refused=[one["id"] for one in text.purposes if one["id"] not in agreed],
            signed_name=name,
            strokes=mark,
            signed_at=timezone.now(),
            witness=who,
            supersedes=before,
            correction_reason=REPLACED.say("es" if text.language == "es" else "en") if before else "",
        )
        record(
            "consent.signed",
            clinic=course.clinic,
            who=who or account,
            about=new,
            details={"text": text.sha256, "purposes": agreed, "typed": isinstance(mark, dict)},
        )
    return new


def withdraw(
    *,
    consent: Consent,
    who: User | None,
    purpose: str = EVERYTHING,
    reason: str = "",
    entry: uuid.UUID | None = None,
    account: User | None = None,
) -> Withdrawal:
    """Take a consent back, for one purpose or for all; what was taken back already is left as it is.

    Args:
        consent: What was signed.
        who: Who of the clinic writes it down; None for the patient.
        purpose: One that was agreed to; ``EVERYTHING`` for all.
        reason: In the patient's words; none is needed.
        entry: The id of the new entry; where it exists already and says the same, that one is returned.
        account: The patient's own, where they did it themselves: the audit trail names it.

    Raises:
        InputError: If the purpose was never agreed to, or another consent stands in place of this one.
    """
    words = clean_words(reason, LONGEST_REASON)
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=consent.patient_id)
        given_back: list[Withdrawal] = list(Withdrawal.objects.filter(consent=consent))
        if (sent_again := next((one for one in given_back if one.pk == entry), None)) is not None:
            if sent_again.purpose not in (purpose, EVERYTHING):
                raise _sent_before()
            return sent_again
        if Consent.objects.filter(supersedes=consent).exists():
            raise InputError(
                Text("A newer consent stands in place of this one.", "Hay un consentimiento más reciente que este."),
                todo=Text("Open that one, and take it back there.", "Abra ese y retírelo allí."),
            )
        same = next((one for one in given_back if one.purpose in (purpose, EVERYTHING)), None)
        if same is not None:
            return same
        if purpose != EVERYTHING and purpose not in consent.purposes:
            raise InputError(
                Text("That purpose was not agreed to.", "Ese fin no se había aceptado."), Place(field="purpose")
            )
        if entry and Withdrawal.objects.filter(pk=entry).exists():
            raise InputError(Text("This form was used before.", "Este formulario ya se usó."))
        withdrawal: Withdrawal = Withdrawal.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=consent.clinic,
            written_by=who,
            consent=consent,
            purpose=purpose,
            reason=words,
        )
        record(
            "consent.withdrawn",
            clinic=consent.clinic,
            who=who or account,
            about=withdrawal,
            patient=consent.patient_id,
            details={"purpose": purpose or "all"},
        )
    return withdrawal


def _sent_before() -> InputError:
    """That a form says something else than when it was sent first, which stands."""
    return InputError(
        Text(
            "This form was sent before with another choice. That one was saved, and this one was not.",
            "Este formulario ya se envió con otra elección. Se guardó aquella, y esta no.",
        ),
        Place(field="purpose"),
        Text("See what stands now, then choose again.", "Vea lo que consta ahora y elija de nuevo."),
    )


def _agreed(text: ConsentText, purposes: Collection[str]) -> list[str]:
    known = [one["id"] for one in text.purposes]
    if not set(purposes) <= set(known):
        raise InputError(
            Text("The text does not ask for that purpose.", "El texto no pide ese fin."), Place(field="purpose")
        )
    needed = [one["label"] for one in text.purposes if one["needed"] and one["id"] not in purposes]
    if needed:
        raise InputError(
            Text(
                f"Without this nothing can be signed: {' · '.join(needed)}",
                f"Sin esto no se puede firmar: {' · '.join(needed)}",
            ),
            Place(field="purpose"),
        )
    return [name for name in known if name in purposes]


def _mark(strokes: Strokes | Mapping[str, str], name: str) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(strokes, Mapping):
        return typed(strokes.get("typed", ""), name)
    if not strokes:
        raise InputError(Text("The signature is blank.", "La firma está en blanco."), Place(field="strokes"))
    return strokes


def _refuse_other_words(course: Course, text: ConsentText, sha256: str) -> None:
    """Refuse words that are not the current ones of the treatment, or are not those that the page showed."""
    current = current_text(course.clinic, course.treatment, text.language, facts.today(course))
    if current != text or (sha256 and sha256 != text.sha256) or not is_intact(text):
        raise InputError(
            Text(
                "The text on this page is not the current one. Nothing has been signed.",
                "El texto de esta página no es el vigente. No se ha firmado nada.",
            ),
            Place(field="text"),
            Text("Read the current one, then sign.", "Lea el vigente y después firme."),
        )
