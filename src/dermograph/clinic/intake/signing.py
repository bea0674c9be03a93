"""Signing an assessment, and going on against it."""

from __future__ import annotations

import hashlib
import json
import uuid

from django.db import transaction

from dermograph.care.verdict import CONDITIONAL, Verdict, evaluate, weigh
from dermograph.clinic import facts
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.guards import clean_words, refuse_closed
from dermograph.clinic.intake.known import known, thawed
from dermograph.clinic.intake.meanwhile import Standing, refuse_if_changed
from dermograph.clinic.intake.models import Assessment, Override
from dermograph.clinic.people.models import Course, Membership, Patient, Role, User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Text
from dermograph.protocols.vocabulary import Fact

SHORTEST_REASON = 20
LONGEST_REASON = 4000
CLEARING = (Verdict.SUITABLE, Verdict.CONDITIONAL)
OVERRIDES = (*CLEARING, Verdict.DEFERRED, Verdict.REFERRED, Verdict.EXCLUDED)


def sign_assessment(*, course: Course, who: User, entry: uuid.UUID | None = None, seen: str = "") -> Assessment:
    """Freeze what is known of a course and what it decides today; an incomplete one can be signed and clears nothing.

    Args:
        course: Best fetched with its clinic, patient and area.
        who: Who signs.
        entry: The id of the new entry; where it exists already, that one is returned.
        seen: ``Known.digest`` of the page that was signed; empty if there was no page.

    Raises:
        InputError: If the course is closed, or the answers, the day or the protocol differ from what was seen.
    """
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=course.patient_id)
        refuse_closed(course)
        there: Assessment | None = Assessment.objects.filter(pk=entry).first() if entry else None
        if there is not None:
            if there.course_id != course.pk:
                raise InputError(Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."))
            return there
        protocol = facts.protocol_of(course)
        now = known(course)
        if seen and seen != now.digest(protocol):
            raise InputError(
                Text(
                    "The assessment has changed since this page was opened. It has not been signed.",
                    "La valoración ha cambiado desde que se abrió esta página. No se ha firmado.",
                ),
                todo=Text("Read it as it is now, then sign.", "Léala como está ahora y después firme."),
            )
        area = now.assess(course, protocol)
        new: Assessment = Assessment.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            written_by=who,
            course=course,
            assessed_on=now.on,
            facts=now.frozen(),
            verdict=area.verdict.value,
            worst_case=area.worst_case.value,
            not_before=area.not_before,
            result={language: area.to_json(language) for language in LANGUAGES},
            protocol_version=protocol.version,
            protocol_hash=protocol.hash,
        )
        record(
            "assessment.signed",
            clinic=course.clinic,
            who=who,
            about=new,
            patient=course.patient_id,
            details={"sha256": document_hash(new), "protocol": protocol.hash},
        )
    return new


def document_hash(assessment: Assessment) -> str:
    """SHA-256 of what was signed, hexadecimal; the audit trail holds the one of the moment of signing."""
    said = {
        "course": str(assessment.course_id),
        "assessed_on": assessment.assessed_on.isoformat(),
        "facts": assessment.facts,
        "verdict": assessment.verdict,
        "worst_case": assessment.worst_case,
        "not_before": assessment.not_before.isoformat() if assessment.not_before else None,
        "result": assessment.result,
        "protocol": [assessment.protocol_version, assessment.protocol_hash],
        "by": str(assessment.written_by_id),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def override(
    *,
    assessment: Assessment,
    who: User,
    verdict: str,
    reason: str,
    entry: uuid.UUID | None = None,
    supersedes: uuid.UUID | Standing | None = "standing",
) -> Override:
    """Go on against the verdict of an assessment; the original stays beside it.

    Args:
        assessment: The signed assessment.
        who: The medical lead of its clinic.
        verdict: What is to hold instead; the original verdict takes an earlier override back.
        reason: Why, at least ``SHORTEST_REASON`` characters.
        entry: The id of the new entry; where it exists already, that one is returned.
        supersedes: The override that the person saw; ``"standing"`` corrects whatever stands.

    Raises:
        ChangedMeanwhileError: If another override stands than the one that the person saw.
        InputError: If the person does not lead the clinic, the course is closed, the reason is too short, nothing would
            change, or a missing answer would clear the patient.
    """
    words = clean_words(reason, LONGEST_REASON)
    chosen = _chosen(verdict)
    if not Membership.objects.filter(
        user=who, clinic=assessment.clinic_id, role=Role.MEDICAL_LEAD, active=True
    ).exists():
        raise InputError(
            Text(
                "Only the medical lead goes against a verdict.",
                "Solo la dirección médica puede apartarse del veredicto.",
            )
        )
    if len(" ".join(words.split())) < SHORTEST_REASON:
        raise InputError(
            Text(
                f"Write the reason in at least {SHORTEST_REASON} characters.",
                f"Escriba el motivo con al menos {SHORTEST_REASON} caracteres.",
            ),
            Place(field="reason"),
        )
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=assessment.course.patient_id)
        refuse_closed(assessment.course)
        decided: Override | None = Override.objects.filter(pk=entry).first() if entry else None
        if decided is not None:
            if decided.assessment_id != assessment.pk:
                raise InputError(Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."))
            return decided
        before = assessment.overrides.standing().select_related("written_by").order_by("written_at").last()
        refuse_if_changed(before, supersedes)
        _refuse_override(assessment, chosen, before)
        decision: Override = Override.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=assessment.clinic,
            written_by=who,
            assessment=assessment,
            verdict=chosen.value,
            reason=words,
            supersedes=before,
        )
        record(
            "assessment.overridden",
            clinic=assessment.clinic,
            who=who,
            about=decision,
            patient=assessment.course.patient_id,
            details={"from": assessment.verdict, "to": chosen.value},
        )
    return decision


def still_open(assessment: Assessment) -> list[Fact]:
    """The facts that were unknown when it was signed and could block, or add a condition; in the vocabulary's order."""
    protocol = facts.protocol_of(assessment.course)
    values, _missing = thawed(assessment.facts)
    weighed = weigh(evaluate(protocol.rules, values, assessment.assessed_on), assessment.assessed_on)
    names = {name for one in weighed.open if one.severity >= CONDITIONAL for name in one.finding.facts}
    return [fact for name, fact in protocol.vocabulary.facts.items() if name in names]


def _chosen(verdict: str) -> Verdict:
    for one in OVERRIDES:
        if one.value == verdict:
            return one
    raise InputError(Text("Choose a verdict.", "Elija un veredicto."), Place(field="verdict"))


def _refuse_override(assessment: Assessment, chosen: Verdict, before: Override | None) -> None:
    in_force = before.verdict if before else assessment.verdict
    if chosen.value == in_force:
        raise InputError(
            Text("That verdict holds already.", "Ese veredicto ya rige."),
            Place(field="verdict"),
        )
    takes_back = before is not None and chosen.value == assessment.verdict
    if chosen in CLEARING and not takes_back and (unknown := still_open(assessment)):
        raise InputError(
            Text(
                f"A missing answer never clears a patient. Not known: {', '.join(fact.label.en for fact in unknown)}.",
                f"Una respuesta que falta no autoriza a nadie. No se sabe: "
                f"{', '.join(fact.label.es for fact in unknown)}.",
            ),
            Place(field="verdict"),
            Text("Ask, sign again, then decide.", "Pregunte, firme de nuevo y decida después."),
        )
