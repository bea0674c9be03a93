"""The next right thing to do in a course."""

from __future__ import annotations

from dermograph.care.verdict import Verdict
from dermograph.clinic.overview.course_seen import Seen
from dermograph.clinic.overview.course_step import Action, Step, address
from dermograph.clinic.people.outcomes import outcome_words
from dermograph.clinic.scalp.course import SCALP
from dermograph.core.dates import day_text
from dermograph.core.text import Text


def action_for(seen: Seen, steps: tuple[Step, ...]) -> Action:
    """What to do where the course stands."""
    present = next(step for step in steps if step.is_present)
    if seen.course.closed_at is not None:
        return _closed(seen)
    if present.state in ("done", "blocked") and seen.standing_verdict is not None:
        return _against(seen, seen.standing_verdict)
    match present.key:
        case "assessment":
            return _assess(seen, present)
        case "consent":
            return _to(seen, "consents", Text("Sign the consent", "Firmar el consentimiento"), _consent_why(seen))
        case "baseline":
            why = Text(
                "Every later change is measured from this photograph.",
                "Todo cambio posterior se mide desde esta fotografía.",
            )
            return _to(seen, "gallery", Text("Take the baseline photograph", "Hacer la fotografía inicial"), why)
        case "session":
            return _session(seen, present)
        case "healing":
            return _healing(seen, present)
        case "review":
            return _review(seen, present)
        case _:
            why = Text(f"The review decided: {present.note.en}.", f"La revisión decidió: {present.note.es}.")
            return _to(seen, "course", Text("Close the course", "Cerrar el curso"), why, "#close")


def _to(seen: Seen, page: str, label: Text, why: Text, place: str = "") -> Action:
    return Action(label, address(page, seen.course.pk) + place, why, page)


def _closed(seen: Seen) -> Action:
    at = seen.course.closed_at
    day = day_text(at.astimezone(seen.course.clinic.zone).date()) if at else Text("", "")
    words = outcome_words(seen.course.outcome)
    why = Text(f"Closed on {day.en}: {words.en}.", f"Cerrado el {day.es}: {words.es}.")
    return _to(seen, "timeline", Text("See the whole course", "Ver todo el curso"), why)


def _against(seen: Seen, verdict: Verdict) -> Action:
    if verdict is Verdict.EXCLUDED:
        why = Text("This treatment is not for this area.", "Este tratamiento no es para esta zona.")
        return _to(seen, "course", Text("Close the course", "Cerrar el curso"), why, "#close")
    if verdict is Verdict.REFERRED:
        why = Text("Somebody else has to be asked first.", "Antes hay que consultar a otra persona.")
        return _to(seen, "assessment", Text("Write down the answer", "Anotar la respuesta"), why)
    day = seen.assessed.not_before
    if day is None:
        why = Text(
            "Not now, and no date can be given: it depends on a condition.",
            "Ahora no, y no puede darse fecha: depende de una condición.",
        )
    else:
        until = day_text(day)
        why = Text(
            f"Not now: what is known stands against it until {until.en}.",
            f"Ahora no: lo que se sabe lo impide hasta el {until.es}.",
        )
    return _to(seen, "assessment", Text("See the assessment", "Ver la valoración"), why)


def _assess(seen: Seen, present: Step) -> Action:
    if seen.in_force is None:
        why = Text(
            "Nothing is planned or done before an assessment is signed.",
            "Nada se planifica ni se hace antes de firmar una valoración.",
        )
        return _to(seen, "assessment", Text("Assess", "Valorar"), why)
    if seen.in_force.original is Verdict.INCOMPLETE and not seen.assessed.verdict.blocks and seen.assessed.ask:
        count = len(seen.assessed.ask)
        why = Text(
            "1 answer is missing." if count == 1 else f"{count} answers are missing.",
            "Falta 1 respuesta." if count == 1 else f"Faltan {count} respuestas.",
        )
        return _to(seen, "assessment", Text("Go on with the assessment", "Continuar la valoración"), why)
    note = present.note
    why = Text(f"{note.en[:1].upper()}{note.en[1:]}.", f"{note.es[:1].upper()}{note.es[1:]}.")
    return _to(seen, "assessment", Text("Renew the assessment", "Renovar la valoración"), why)


def _consent_why(seen: Seen) -> Text:
    if seen.rows.consent.withdrawn_on is not None:
        return Text("It was withdrawn. Nothing is done without it.", "Se retiró. Sin él no se hace nada.")
    return Text("Nothing is done without it.", "Sin él no se hace nada.")


def _session(seen: Seen, present: Step) -> Action:
    number, booked = present.number, seen.rows.booked
    if booked is not None and booked.purpose in ("session", "maintenance"):
        if booked.on == seen.rows.today:
            label = Text(f"Record session {number}", f"Registrar la sesión {number}")
            return _to(seen, "session_new", label, Text("It is booked for today.", "Está reservada para hoy."))
        day = day_text(booked.on)
        why = Text(f"Session {number} is booked for {day.en}.", f"La sesión {number} está reservada para el {day.es}.")
        label = Text("See the appointment", "Ver la cita")
        return Action(label, address("appointment", booked.id), why, "appointment")
    note = present.detail
    why = Text(f"Session {number}: {note.en}.", f"Sesión {number}: {note.es}.")
    if present.state == "blocked":
        why = Text(f"No day can be given. {note.en}", f"No puede darse un día. {note.es}")
        return _to(seen, "booking", Text("See the closed days", "Ver los días cerrados"), why)
    return _to(seen, "booking", Text(f"Book session {number}", f"Reservar la sesión {number}"), why)


def _healing(seen: Seen, present: Step) -> Action:
    day = day_text(present.day) if present.day else Text("", "")
    why = Text(
        f"The skin is healing. Photographs can be measured from {day.en}.",
        f"La piel se está curando. Las fotografías pueden medirse desde el {day.es}.",
    )
    booked = seen.rows.booked
    if booked is not None and booked.purpose == "review":
        return Action(Text("See the appointment", "Ver la cita"), address("appointment", booked.id), why, "appointment")
    return _to(seen, "booking", Text("Book the review", "Reservar la revisión"), why)


def _review(seen: Seen, present: Step) -> Action:
    if present.day is not None and seen.rows.today < present.day:
        day = day_text(present.day)
        why = Text(f"The last review says: look again on {day.en}.", f"La última revisión dice: volver el {day.es}.")
        return _to(seen, "booking", Text("Book the review", "Reservar la revisión"), why)
    taken = seen.follow_ups
    if not taken:
        why = Text(
            "What the session did is measured on a photograph from now on.",
            "Lo que hizo la sesión se mide en una fotografía hecha desde ahora.",
        )
        return _to(seen, "gallery", Text("Take the follow-up photograph", "Hacer la fotografía de seguimiento"), why)
    compared = [one for one in taken if one.comparison is not None]
    if not compared and seen.course.treatment == SCALP:
        why = Text(
            "The scalp is photographed, and its dots are counted by themselves; a person decides.",
            "El cuero cabelludo está fotografiado y sus puntos se cuentan solos; decide una persona.",
        )
        label = Text(f"Review session {present.number}", f"Revisar la sesión {present.number}")
        return _to(seen, "review", label, why)
    if not compared:
        why = Text("The photograph is there; it has not been compared.", "La fotografía está; no se ha comparado.")
        return _to(seen, "gallery", Text("Measure the change", "Medir el cambio"), why)
    latest = compared[-1]
    if latest.stage != "done" and latest.comparison is not None:
        failed = latest.stage == "failed"
        why = (
            Text("Measuring failed; see why.", "La medición ha fallado; vea por qué.")
            if failed
            else Text("The photographs are being measured.", "Las fotografías se están midiendo.")
        )
        label = Text("See the comparison", "Ver la comparación")
        return Action(label, address("comparison", latest.comparison), why, "comparison")
    why = Text("The change is measured; a person decides.", "El cambio está medido; decide una persona.")
    if latest.verdict == "not_comparable":
        why = Text(
            "The photographs cannot be compared; the review says what to do.",
            "Las fotografías no pueden compararse; la revisión dice qué hacer.",
        )
    return _to(seen, "review", Text(f"Review session {present.number}", f"Revisar la sesión {present.number}"), why)
