"""What each hook is answered: the engine decides, and its reasons become cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from dermograph.care.plan import AreaPlan, plan
from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.signed import INCOMPLETE
from dermograph.clinic.cds.booking import booking_cards
from dermograph.clinic.cds.known import Known, known_of
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.core.dates import day_text
from dermograph.core.text import Language, Text
from dermograph.exchange.cds_hooks.cards import Card
from dermograph.exchange.cds_hooks.guidance import card, reason_card, session_on
from dermograph.exchange.cds_hooks.orders import Ordered, selected
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.protocols import load_library

_SILENCE: Final = "no-rule-for-this"
_SET_ASIDE: Final = Text(
    "The medical lead has set this aside for this course, and signed it.",
    "La dirección médica lo ha dejado de lado en este curso, con su firma.",
)


def cards_of(
    request: HookRequest, clinic: Clinic, patient: Patient | None, language: Language, *, tells_why: bool = True
) -> list[Card]:
    """The cards that answer a request; none where there is nothing to say.

    Args:
        request: As it was read.
        clinic: Whose cards.
        patient: Of this clinic; None where the patient is not ours.
        language: Of the cards.
        tells_why: Whether who asks may read clinical reasons; else a booking is told days alone.

    Raises:
        HookError: If what was sent along is not enough, or says nothing that can be understood.
    """
    answer = _ANSWERS[request.hook]
    found = known_of(request, clinic, patient, language)
    return [one for known in found for one in answer(replace(known, tells_why=tells_why), request)]


def chart_cards(known: Known, _request: HookRequest) -> Iterator[Card]:
    """What speaks against the next session, what is still to be asked, and when the session can be."""
    for reason in known.plan.assessment.reasons:
        if known.sets_aside(reason):
            aside = _SET_ASIDE.say(known.about.language)
            yield reason_card(replace(reason, effect="none"), known.about, aside)
        elif reason.effect != "none" or reason.rule == _SILENCE:
            yield reason_card(reason, known.about)
    open_questions = next((one for one in _closing(known.plan) if one.rule == INCOMPLETE), None)
    if open_questions is not None and not known.sets_aside(open_questions):
        yield reason_card(open_questions, known.about)
    if not known.is_booked:
        yield from _next(known)


def order_cards(known: Known, request: HookRequest) -> Iterator[Card]:
    """What the selected orders would change for the treatment; nothing of an order that has no code of ours."""
    before = {(one.rule, one.until) for one in _against(known.plan)}
    for ordered in selected(request, load_library().vocabulary, known.days.today):
        after = _after(known, ordered)
        new = {one.rule: one for one in _against(after) if (one.rule, one.until) not in before}
        lead = _then(known, ordered, after).say(known.about.language) if new else ""
        for reason in new.values():
            yield reason_card(reason, known.about, lead)


_ANSWERS: Final[Mapping[str, Callable[[Known, HookRequest], Iterator[Card]]]] = {
    "patient-view": chart_cards,
    "appointment-book": booking_cards,
    "order-select": order_cards,
}


def _next(known: Known) -> Iterator[Card]:
    """The next session, where a day is known; that none is, where no other card has said so."""
    if known.course is None:
        yield _not_known_here(known)
        return
    about, day = known.about, known.first()
    spacing = Reason.of_statement(about.protocol.course.spacing, about.protocol, grade="plan")
    if day is not None:
        held = known.on(day).kind == "pending"
        words = day_text(day)
        says = Text(f"Next session: from {words.en}.", f"Próxima sesión: desde el {words.es}.")
        if held:
            says = Text(
                f"Next session: from {words.en}; it can only be held until an assessment that clears it is signed.",
                f"Próxima sesión: desde el {words.es}; solo puede reservarse hasta que se firme una valoración que la "
                "permita.",
            )
        yield card(
            about,
            spacing.rule,
            says.say(about.language),
            [*known.on(day).because, spacing],
            indicator="info",
            lead=says.say(about.language),
            suggestions=(session_on(day, about, held=held),),
        )
    elif not known.plan.assessment.verdict.blocks and known.plan.assessment.not_before is not None:
        says = Text("No day is known for the next session.", "No se conoce ningún día para la próxima sesión.")
        yield card(
            about, spacing.rule, says.say(about.language), _closing(known.plan) or [spacing], indicator="warning"
        )


def _not_known_here(known: Known) -> Card:
    """Of a patient of others: that nothing speaks against a session does not tell from which day on it can be."""
    about = known.about
    spacing = Reason.of_statement(about.protocol.course.spacing, about.protocol, grade="plan")
    says = Text(
        "Earlier sessions and events are not known here, so no day for a session can be told.",
        "Aquí no se conocen sesiones ni hechos anteriores, así que no puede decirse ningún día para una sesión.",
    )
    lead = says.say(about.language)
    return card(about, "history-not-known", lead, [spacing], indicator="warning", lead=lead)


def _after(known: Known, ordered: Ordered) -> AreaPlan:
    """The plan as it would be if an order were carried out."""
    area = known.case.areas[0]
    events = tuple(sorted((*area.events, *ordered.events), key=lambda event: event.first))
    facts = {**area.facts, **ordered.facts}
    missing = {name: why for name, why in area.missing.items() if name not in facts}
    changed = replace(area, facts=facts, missing=missing, events=events)
    return plan(replace(known.case, areas=(changed,)), known.about.protocol).areas[0]


def _then(known: Known, ordered: Ordered, after: AreaPlan) -> Text:
    """From which day on a session could be if an order were carried out.

    No assessment that was signed before knows of the facts that an order adds: by it a day could only be held.
    """
    if known.course is None:
        return Text(
            f"If this order is carried out ({ordered.label.en}), this speaks against a session; earlier sessions and "
            "events are not known here.",
            f"Si se cumple esta orden ({ordered.label.es}), esto se opone a una sesión; aquí no se conocen sesiones ni "
            "hechos anteriores.",
        )
    signed = None if ordered.facts else known.days.signed
    then = replace(known, plan=after, days=replace(known.days, plan=after, signed=signed))
    day = then.first()
    if day is None:
        return Text(
            f"If this order is carried out ({ordered.label.en}), no day is known for a session.",
            f"Si se cumple esta orden ({ordered.label.es}), no se conoce ningún día para una sesión.",
        )
    first = day_text(day)
    if then.on(day).kind == "pending":
        return Text(
            f"If this order is carried out ({ordered.label.en}), the first day that can be held for a session is "
            f"{first.en}, until an assessment that clears it is signed.",
            f"Si se cumple esta orden ({ordered.label.es}), el primer día que puede reservarse para una sesión es el "
            f"{first.es}, hasta que se firme una valoración que la permita.",
        )
    return Text(
        f"If this order is carried out ({ordered.label.en}), the first day for a session is {first.en}.",
        f"Si se cumple esta orden ({ordered.label.es}), el primer día para una sesión es el {first.es}.",
    )


def _against(planned: AreaPlan) -> list[Reason]:
    """What stands against a session, or has to be minded: of the assessment, and of the days."""
    return [one for one in planned.assessment.reasons if one.effect != "none"] + _closing(planned)


def _closing(planned: AreaPlan) -> list[Reason]:
    """What closes days, each once."""
    found = {closure.reason.rule: closure.reason for run in planned.closed for closure in run.because}
    return list(found.values())
