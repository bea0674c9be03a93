"""What stops a session record, each with what is wrong and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.ledger.models import Kind, Lot
from dermograph.clinic.ledger.words import KINDS
from dermograph.clinic.people.models import Course, Membership, Role
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.treatment.before import Before, Check
from dermograph.clinic.treatment.figures import MOST_DOTS
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services.guards import CLINICAL
from dermograph.clinic.treatment.words import ANAESTHESIA, NO_ANAESTHESIA
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

EARLIEST_YEAR = 2000
LONGEST = dt.timedelta(hours=12)
CLOCKS_DIFFER = dt.timedelta(minutes=2)
SHORTEST_REASON = 10
LONGEST_REASON = 2000
KINDS_OF_PROTOCOL = {
    "needle": Kind.NEEDLE,
    "anaesthetic": Kind.ANAESTHETIC,
    "pigment": Kind.PIGMENT,
    "active_ingredient": Kind.ACTIVE,
}


def refuse_person(course: Course, person: Membership) -> None:
    """Stop where somebody cannot have held the session.

    Raises:
        InputError: If they are not active clinical staff of the clinic, trained for the treatment.
    """
    trained = course.treatment in person.treatments
    if person.clinic_id != course.clinic_id or person.role not in CLINICAL or not person.active or not trained:
        raise InputError(
            Text("This person is not trained for this treatment.", "Esta persona no está formada en este tratamiento."),
            Place(field="performed_by"),
            Text("Choose who held the session.", "Elija quién realizó la sesión."),
        )


def refuse_times(started_at: dt.datetime, ended_at: dt.datetime) -> None:
    """Stop where a session cannot have begun or ended then.

    Raises:
        InputError: If the times are impossible.
    """
    for moment, field in ((started_at, "started_at"), (ended_at, "ended_at")):
        if moment.year < EARLIEST_YEAR or moment > timezone.now() + CLOCKS_DIFFER:
            raise InputError(
                Text("A session is written down once it has been held.", "Una sesión se registra una vez realizada."),
                Place(field=field),
                Text("Correct the day or the time.", "Corrija el día o la hora."),
            )
    if not dt.timedelta() < _elapsed(started_at, ended_at) <= LONGEST:
        raise InputError(
            Text("It ends after it begins, at most 12 hours later.", "Acaba después de empezar, 12 horas como mucho."),
            Place(field="ended_at"),
        )


def _elapsed(since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """The time that passed, also in the night in which the clocks change; two times of one zone differ by the clock."""
    return until.astimezone(dt.UTC) - since.astimezone(dt.UTC)


def refuse_unlabelled(lots: Sequence[Lot], handed_at: dt.datetime | None, started_at: dt.datetime) -> None:
    """Stop where a pigment's label was not handed over before the needles.

    Raises:
        InputError: If it was not. Nobody can pass this.
    """
    pigments = [lot for lot in lots if lot.kind == Kind.PIGMENT]
    if not pigments:
        return
    unlabelled = next((lot for lot in pigments if not lot.label.strip()), None)
    if unlabelled is not None:
        raise InputError(
            Text(
                f"The label of {unlabelled} is not recorded, so it cannot have been handed over.",
                f"No consta la etiqueta de {unlabelled}, así que no se pudo entregar.",
            ),
            Place(field="pigment"),
            Text("Take a pigment whose label is in stock.", "Use un pigmento cuya etiqueta conste."),
        )
    if handed_at is None or _elapsed(handed_at, started_at) < dt.timedelta():
        raise InputError(
            Text(
                "A pigment is used only after its label was handed to the patient, before the needles.",
                "Un pigmento se usa solo después de entregar su etiqueta al paciente, antes de las agujas.",
            ),
            Place(field="label_handed_at"),
            Text("Write down when it was handed over.", "Anote cuándo se entregó."),
        )
    if _elapsed(handed_at, started_at) > dt.timedelta(days=365):
        raise InputError(Text("Look at the day again.", "Revise el día."), Place(field="label_handed_at"))


def refuse_missing_lots(course: Course, lots: Sequence[Lot], anaesthesia: str, *, no_actives: bool) -> None:
    """Stop where a lot that the protocol wants recorded is missing.

    Raises:
        InputError: If one is. What was not used at all, and is said not to have been, has no lot.
    """
    if anaesthesia not in ANAESTHESIA:
        raise InputError(
            Text("Say which anaesthesia was used, or none.", "Indique la anestesia usada, o ninguna."),
            Place(field="anaesthesia"),
        )
    there = {lot.kind for lot in lots}
    unused = {Kind.ANAESTHETIC} if anaesthesia == NO_ANAESTHESIA else set()
    unused |= {Kind.ACTIVE} if no_actives else set()
    for kind in unused & there:
        label = KINDS[kind]
        raise InputError(
            Text(
                f"A lot is named ({label.en}), and it is said that none was used.",
                f"Consta un lote ({label.es}) y también que no se usó.",
            ),
            Place(field=kind),
            Text("Correct one of the two.", "Corrija una de las dos cosas."),
        )
    for kind in required_kinds(course):
        if kind not in there and kind not in unused:
            label = KINDS[kind]
            raise InputError(
                Text(f"The lot is missing: {label.en}.", f"Falta el lote: {label.es}."),
                Place(field=kind),
                Text("Choose the lot that was used.", "Elija el lote que se usó."),
            )


def refuse_dots(course: Course, dots: int | None) -> None:
    """Stop where dots cannot have been set.

    Raises:
        InputError: If the course is of no scalp, or the number is none that can be: what nobody counted is left empty.
    """
    if dots is None:
        return
    if course.treatment != SCALP:
        raise InputError(
            Text("Dots are set on a scalp alone.", "Solo se hacen puntos en el cuero cabelludo."),
            Place(field="dots"),
            Text("Leave their number out.", "No indique su número."),
        )
    if not 1 <= dots <= MOST_DOTS:
        raise InputError(
            Text(
                f"A session sets 1 to {MOST_DOTS} dots.",
                f"En una sesión se hacen de 1 a {MOST_DOTS} puntos.",
            ),
            Place(field="dots"),
            Text("Leave it empty where nobody counted them.", "Déjelo vacío si nadie los contó."),
        )


def required_kinds(course: Course) -> tuple[Kind, ...]:
    """The kinds of lots that the protocol wants recorded; a needle always."""
    lots = protocol_of(course).parameter("lots")
    named = [KINDS_OF_PROTOCOL[one] for one in lots.required if one in KINDS_OF_PROTOCOL] if lots else []
    return tuple(dict.fromkeys((Kind.NEEDLE, *named)))


def refuse_second_on_a_day(course: Course, on: dt.date, *, but: Session | None = None) -> None:
    """Stop where the course has a session on that day already.

    Raises:
        InputError: If it has.
    """
    first = dt.datetime.combine(on, dt.time.min, course.clinic.zone)
    last = dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min, course.clinic.zone)
    found = Session.objects.filter(course=course, started_at__gte=first, started_at__lt=last).standing()
    if found.exclude(pk=but.pk if but else None).exists():
        day = day_text(on)
        raise InputError(
            Text(f"A session of {day.en} is recorded already.", f"Ya consta una sesión del {day.es}."),
            Place(field="started_at"),
            Text("Correct that one instead.", "Corrija aquella."),
        )


def refuse_blocked(checks: Sequence[Check]) -> None:
    """Stop where a check is one that nobody can pass.

    Raises:
        InputError: If one is.
    """
    blocked = next((check for check in checks if check.state == "blocked"), None)
    if blocked is not None:
        raise InputError(
            blocked.says,
            Place(field="before"),
            Text("Without it no session is held.", "Sin él no se realiza ninguna sesión."),
        )


def refuse_without_lead(before: Before, who: Membership, reason: str) -> bool:
    """Stop where the check before the needles does not let the session pass.

    Returns:
        Whether the medical lead's reason was needed, and given.

    Raises:
        InputError: If something is blocked for everybody; or only the medical lead may go on, and did not say why.
    """
    refuse_blocked(before.checks)
    if not before.for_the_lead:
        return False
    what = before.for_the_lead[0].says
    if who.role != Role.MEDICAL_LEAD:
        raise InputError(
            what,
            Place(field="before"),
            Text(
                "Only the medical lead can go on, with a reason.",
                "Solo el responsable médico puede seguir, motivándolo.",
            ),
        )
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise InputError(
            what,
            Place(field="clearance_reason"),
            Text(
                f"Say why the session is held all the same, in at least {SHORTEST_REASON} characters.",
                f"Diga por qué se realiza la sesión aun así, en al menos {SHORTEST_REASON} caracteres.",
            ),
        )
    return True


def refuse_incomplete(reason: str) -> None:
    """Stop a correction without a reason.

    Raises:
        InputError: If it has none.
    """
    if len(reason) < SHORTEST_REASON:
        raise InputError(
            Text(
                f"Say why it is corrected, in at least {SHORTEST_REASON} characters.",
                f"Diga por qué se corrige, en al menos {SHORTEST_REASON} caracteres.",
            ),
            Place(field="correction_reason"),
        )
