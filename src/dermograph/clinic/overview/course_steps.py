"""The steps of a course, from what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dermograph.care.explain import DECISIONS, VERDICTS
from dermograph.care.sight import Decision
from dermograph.care.verdict import Verdict
from dermograph.clinic.entries import Decided, Held
from dermograph.clinic.overview.course_seen import AGAIN, Seen
from dermograph.clinic.overview.course_step import NOTHING, Step, address
from dermograph.clinic.overview.next_session import next_session
from dermograph.clinic.people.outcomes import outcome_words
from dermograph.clinic.scalp.course import SCALP
from dermograph.core.dates import day_text
from dermograph.core.text import Text

ENDING = ("stop_goal_met", "stop_plateau", "refer")  # decisions after which no session follows
BASELINE = Text("Baseline", "Foto inicial")


def steps_of(seen: Seen) -> tuple[Step, ...]:
    """The steps in order. Exactly one is the present: the first that is to be done, else the one that decides."""
    course = seen.course
    pending_review = bool(seen.rows.sessions) and (seen.last_review is None or seen.last_review.decision in AGAIN)
    found = [_assessment(seen), _consent(seen), _baseline(seen)]
    for index, session in enumerate(seen.rows.sessions):
        found += _after_session(seen, index, session)
    decision = seen.last_review.decision if seen.last_review else ""
    if course.closed_at is not None:
        return _closed(seen, found)
    if decision not in ENDING:
        found += _next(seen, decision, pending=pending_review)
    found.append(_outcome(seen, decision))
    return tuple(_placed(found, seen, pending_review=pending_review))


def _assessment(seen: Seen) -> Step:
    page = "assessment"
    step = Step("assessment", Text("Assessment", "Valoración"), "now", page=page, url=address(page, seen.course.pk))
    force = seen.in_force
    if force is None:
        return replace(step, note=Text("not signed yet", "sin firmar"))
    step = replace(step, day=force.assessment.assessed_on, verdict=force.verdict.value)
    if force.verdict is Verdict.INCOMPLETE and force.original is Verdict.INCOMPLETE:
        return replace(step, note=Text("incomplete: answers are missing", "incompleta: faltan respuestas"))
    if seen.to_be_renewed:
        return replace(step, note=_renewal(seen))
    words = _verdict_words(seen)
    if force.override is not None:
        words = Text(f"{words.en}, by override", f"{words.es}, por sustitución")
    return replace(step, state="done", note=words)


def _renewal(seen: Seen) -> Text:
    at = seen.rows.written_last
    signed = seen.rows.assessment
    if signed is None or at is None or at <= signed.written_at:
        return Text("to be renewed: something changed since", "por renovar: algo ha cambiado desde entonces")
    day = day_text(at.astimezone(seen.course.clinic.zone).date())
    return Text(f"to be renewed: an answer changed on {day.en}", f"por renovar: una respuesta cambió el {day.es}")


def _verdict_words(seen: Seen) -> Text:
    """The verdict that holds, with its day where it has one."""
    verdict = seen.in_force.verdict if seen.in_force else seen.assessed.verdict
    words = VERDICTS[verdict]
    day = seen.assessed.not_before
    if verdict is not Verdict.DEFERRED or day is None or day <= seen.rows.today:
        return words
    until = day_text(day)
    return Text(f"{words.en} until {until.en}", f"{words.es} hasta el {until.es}")


def _consent(seen: Seen) -> Step:
    page = "consents"
    step = Step("consent", Text("Consent", "Consentimiento"), "now", page=page, url=address(page, seen.course.pk))
    consent = seen.rows.consent
    if consent.on is not None:
        return replace(step, state="done", day=consent.on)
    if consent.withdrawn_on is not None:
        day = day_text(consent.withdrawn_on)
        return replace(step, note=Text(f"withdrawn on {day.en}", f"retirado el {day.es}"))
    return replace(step, note=Text("not signed yet", "sin firmar"))


def _baseline(seen: Seen) -> Step:
    page = "gallery"
    step = Step("baseline", BASELINE, "now", page=page, url=address(page, seen.course.pk))
    taken = seen.rows.photographs
    first = next((one for one in taken if one.usable and not one.from_home), None)
    held = seen.rows.sessions
    if first is not None:
        late = held and first.on > held[0].on
        note = Text("taken after session 1", "tomada tras la sesión 1") if late else NOTHING
        return replace(step, state="done", day=first.on, note=note)
    if held:
        note = Text("none from before session 1", "ninguna anterior a la sesión 1")
        return replace(step, state="blocked", note=note)
    if any(one.usable is None for one in taken):
        return replace(step, note=Text("being judged", "en evaluación"))
    if taken:
        return replace(step, note=Text("none can be measured yet", "ninguna se puede medir aún"))
    return replace(step, note=Text("no photograph yet", "sin fotografía"))


def _after_session(seen: Seen, index: int, session: Held) -> Iterator[Step]:
    """A session that was held, its healing, and its reviews."""
    number, held = index + 1, seen.rows.sessions
    yield Step(
        "session",
        _numbered("Session", "Sesión", number),
        "done",
        session.on,
        "session",
        address("session", session.id),
        number=number,
    )
    reviews = seen.reviews_of(index)
    passed = index + 1 < len(held)
    yield _healing(seen, session, number, over=passed or bool(reviews))
    label = _numbered("Review", "Revisión", number)
    for review in reviews:
        yield Step(
            "review",
            label,
            "done",
            review.on,
            "review_signed",
            address("review_signed", review.id),
            _decision_words(review.decision),
            number=number,
        )
    if reviews and (passed or reviews[-1].decision not in AGAIN):
        return
    step = Step("review", label, "now", page="review", url=address("review", seen.course.pk), number=number)
    if passed:
        following = Text(f"not held before session {number + 1}", f"no se hizo antes de la sesión {number + 1}")
        yield replace(step, state="blocked", page="", url="", note=following)
    elif reviews:
        note = _follow_up(seen, session) if seen.follow_ups else _look_again(reviews[-1])
        yield replace(step, day=reviews[-1].first, note=note)
    else:
        yield replace(step, note=_follow_up(seen, session))


def _healing(seen: Seen, session: Held, number: int, *, over: bool) -> Step:
    first = seen.measure_from(session)
    page = "aftercare_sheet"
    step = Step("healing", Text("Healing", "Curación"), "done", first, page, address(page, session.id), number=number)
    if over or seen.rows.today >= first:
        return step
    day = day_text(first)
    return replace(step, state="now", note=Text(f"measure from {day.en}", f"medir desde el {day.es}"))


def _follow_up(seen: Seen, session: Held) -> Text:
    """How far the photographs of a session are that is to be reviewed."""
    if seen.rows.today < seen.measure_from(session):
        return NOTHING
    taken = seen.follow_ups
    compared = [one for one in taken if one.stage]
    if not taken:
        return Text("no follow-up photograph yet", "aún sin fotografía de seguimiento")
    if not compared:
        if seen.course.treatment == SCALP:  # nothing is outlined there: its dots are counted
            return Text("photographed, to be signed", "fotografiada, por firmar")
        return Text("photographed, not measured yet", "fotografiada, sin medir")
    last = compared[-1]
    if last.stage != "done":
        failed = last.stage == "failed"
        return Text("measuring failed", "la medición ha fallado") if failed else Text("being measured", "midiéndose")
    if last.verdict == "not_comparable":
        return Text("not comparable", "no comparable")
    return Text("measured, to be signed", "medida, por firmar")


def _look_again(review: Decided) -> Text:
    words = _decision_words(review.decision)
    if review.first is None:
        return Text(f"again: {words.en}", f"otra vez: {words.es}")
    day = day_text(review.first)
    return Text(f"{words.en}, look again on {day.en}", f"{words.es}, volver a mirar el {day.es}")


def _next(seen: Seen, decision: str, *, pending: bool) -> Iterator[Step]:
    """The next session, and after it healing and review; while a review is pending, only the session."""
    number = len(seen.rows.sessions) + 1
    step = Step("session", _numbered("Session", "Sesión", number), "ahead", number=number)
    booked = seen.rows.booked
    if booked is not None and booked.purpose in ("session", "maintenance"):
        day = day_text(booked.on)
        at = booked.at.astimezone(seen.course.clinic.zone)
        step = replace(
            step,
            day=booked.on,
            page="appointment",
            url=address("appointment", booked.id),
            note=Text(f"booked: {day.en}, {at:%H:%M}", f"reservada: {day.es}, {at:%H:%M}"),
        )
    elif seen.in_force is not None and seen.in_force.clears and not seen.to_be_renewed:
        days = next_session(seen.course, seen.rows, seen.in_force, seen.protocol, reviewed=not pending)
        page = "booking"
        step = replace(
            step, day=days.first, page=page, url=address(page, seen.course.pk), note=days.brief, detail=days.says
        )
        if days.first is None and not pending:
            step = replace(step, state="blocked")
    if decision == "maintain":
        step = replace(step, label=_numbered("Maintenance, session", "Mantenimiento, sesión", number))
    if not pending and step.state != "blocked":
        step = replace(step, state="now")
    yield step
    if not pending:
        yield Step("healing", Text("Healing", "Curación"), "ahead", number=number)
        yield Step("review", _numbered("Review", "Revisión", number), "ahead", number=number)


def _outcome(seen: Seen, decision: str) -> Step:
    page = "course"
    step = Step("outcome", Text("Outcome", "Resultado"), "ahead", page=page, url=address(page, seen.course.pk))
    if decision in ENDING:
        return replace(step, state="now", note=_decision_words(decision))
    return replace(step, note=Text("number of sessions open", "número de sesiones abierto"))


def _closed(seen: Seen, found: list[Step]) -> tuple[Step, ...]:
    """A closed course: what was done, and how it ended; what never happened is not ahead any more."""
    course = seen.course
    at = course.closed_at
    first = [step if step.state == "done" else _undone(step) for step in found[:3]]
    rest = [step if step.state == "done" else _undone(step) for step in found[3:]]
    day = at.astimezone(course.clinic.zone).date() if at else None
    page = "course"
    end = Step("outcome", Text("Outcome", "Resultado"), "done", day, page, address(page, course.pk))
    return (*first, *rest, replace(end, note=outcome_words(course.outcome), is_present=True))


def _undone(step: Step) -> Step:
    return replace(step, state="blocked", day=None, note=Text("not done", "no se hizo"))


def _placed(found: list[Step], seen: Seen, *, pending_review: bool) -> list[Step]:
    """Block what the verdict blocks, leave one step as the present, and put the others ahead."""
    words = _verdict_words(seen) if seen.standing_verdict is not None else None
    present = None
    placed: list[Step] = []
    for step in found:
        follows_held = step.key in ("healing", "review") and 0 < step.number <= len(seen.rows.sessions)
        new = step
        if words is not None and step.state in ("now", "ahead") and not follows_held:
            new = replace(step, state="blocked", note=words, day=None)
            if step.key == "outcome":
                new = step if step.state == "now" else replace(step, state="ahead", note=NOTHING)
        if new.state == "now":
            waits = pending_review and not follows_held
            if present is not None or waits:
                new = replace(new, state="ahead")
            else:
                present = len(placed)
        placed.append(new)
    if present is None:  # a verdict or a missing day stands in the way: the course stands at what decides
        following = ("session", len(seen.rows.sessions) + 1)
        keys = [(one.key, one.number) for one in placed]
        present = 0 if words is not None or following not in keys else keys.index(following)
    placed[present] = replace(placed[present], is_present=True)
    return placed


def _numbered(en: str, es: str, number: int) -> Text:
    return Text(f"{en} {number}", f"{es} {number}")


def _decision_words(decision: str) -> Text:
    try:
        return DECISIONS[Decision(decision)]
    except ValueError:
        return Text(decision, decision)
