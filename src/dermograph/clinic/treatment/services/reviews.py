"""A review that a named person signs."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from dermograph.care.sight import Decision
from dermograph.clinic.audit.record import record
from dermograph.clinic.facts import today
from dermograph.clinic.ledger.replay import already_written
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Review
from dermograph.clinic.treatment.proposal import Proposal, proposal_for
from dermograph.clinic.treatment.services.guards import kept, lock, refuse_closed, refuse_others
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

SHORTEST_REASON = 20
LONGEST_REASON = 4000


class ChangedSinceShownError(InputError):
    """What is proposed now is not what the signer was shown.

    Attributes:
        proposal: What is proposed now.
    """

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        super().__init__(
            Text(
                "What is known has changed since this page was opened. Nothing has been signed.",
                "Lo que se sabe ha cambiado desde que se abrió esta página. No se ha firmado nada.",
            ),
            todo=Text(
                "Read the proposal as it is now, then sign.", "Lea la propuesta como está ahora y después firme."
            ),
        )


def sign_review(
    *,
    course: Course,
    who: Membership,
    decision: str,
    reason: str = "",
    signed_name: str = "",
    shown: str | None = None,
    entry: uuid.UUID | None = None,
) -> Review:
    """Sign what was decided after a session. The caller has made sure that ``who`` is who is signing.

    Args:
        course: Open, fetched with its clinic, patient and area.
        who: Who signs.
        decision: A value of ``Decision``.
        reason: Why, at least 20 characters, where the decision is not the proposed one.
        signed_name: The name that was written on the line, which is that of the account; empty takes that.
        shown: The digest of the proposal that the signer was shown; None where nobody was shown one.
        entry: The id of the new row; where it exists already, that one is returned.

    Raises:
        PermissionDenied: If ``who`` is not clinical staff of the clinic.
        ChangedSinceShownError: If the facts, the day or the protocol are not what was shown.
        InputError: If no session was held, a reason is missing, or the name is another one.
    """
    refuse_others(course, who)
    name = who.user.name.strip()
    if signed_name and _alike(signed_name) != _alike(name):
        raise InputError(
            Text(f"You are signed in as {name}.", f"Su sesión es la de {name}."),
            Place(field="signed_name"),
            Text("Sign with that name.", "Firme con ese nombre."),
        )
    why = kept(reason, LONGEST_REASON, "reason")
    with transaction.atomic():
        lock(course)
        if (there := already_written(Review, entry, course.clinic, course=course)) is not None:
            return there
        refuse_closed(course)
        proposal = proposal_for(course, today(course))
        if proposal is None:
            raise InputError(
                Text("No session has been held: there is nothing to review.", "Aún no hay sesiones que revisar.")
            )
        if shown is not None and shown != proposal.digest:
            raise ChangedSinceShownError(proposal)
        proposed = proposal.proposed.decision.value
        _refuse_unexplained(decision, proposed, why)
        row = Review(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            written_by=who.user,
            course=course,
            reviewed_on=proposal.on,
            proposal=proposal.json,
            proposed=proposed,
            decision=decision,
            reason=why if decision != proposed else "",
            facts=proposal.facts,
            signed_name=name,
            signed_at=timezone.now(),
            protocol_version=proposal.protocol.version,
            protocol_hash=proposal.protocol.hash,
        )
        row.save(force_insert=True)
        record(
            "review.signed",
            clinic=course.clinic,
            who=who.user,
            about=row,
            patient=course.patient_id,
            details={"decision": decision, "proposed": proposed, "protocol": row.protocol_hash},
        )
    return row


def _refuse_unexplained(decision: str, proposed: str, why: str) -> None:
    if decision not in {one.value for one in Decision}:
        raise InputError(Text("Choose what is decided.", "Elija qué se decide."), Place(field="decision"))
    if decision != proposed and len(why) < SHORTEST_REASON:
        raise InputError(
            Text(
                f"This is not what was proposed: say why, in at least {SHORTEST_REASON} characters.",
                f"No es lo propuesto: diga por qué, en al menos {SHORTEST_REASON} caracteres.",
            ),
            Place(field="reason"),
        )


def _alike(name: str) -> str:
    return " ".join(name.split()).casefold()
