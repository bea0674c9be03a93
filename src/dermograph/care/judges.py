"""What a review looks at, one judge after the other: the first that has something to say decides.

Signs go before measurements, since harm is not weighed against progress; a measurement that cannot be trusted goes
before any that would be read from it.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from dermograph.care.assess import AreaAssessment
from dermograph.care.case import Area, session_day
from dermograph.care.reasons import Reason
from dermograph.care.responses import Response, Target, latest_photograph, measure_from
from dermograph.care.verdict import Verdict
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.protocols.model import Protocol, Statement


class Decision(enum.Enum):
    """What is proposed after a session."""

    ANOTHER_SESSION = "another_session"
    WAIT = "wait"
    STOP_GOAL_MET = "stop_goal_met"
    STOP_PLATEAU = "stop_plateau"
    REFER = "refer"
    MAINTAIN = "maintain"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that a judge sees of one area.

    Attributes:
        on: The day of the review.
        answers: The comparable measurements by number of sessions, ascending.
        assessment: The assessment on the day of the review.
    """

    area: Area
    on: dt.date
    protocol: Protocol
    assessment: AreaAssessment
    answers: tuple[Response, ...]
    target: Target

    @property
    def last_session(self) -> dt.date:
        """The day of the last session."""
        return session_day(self.area.sessions[-1])

    def because(self, statement: Statement, decision: Decision, says: Text | None = None) -> Reason:
        """A reason of this review that a statement of the protocol carries."""
        words = says.typeset() if says else None
        return Reason.of_statement(statement, self.protocol, grade="review", effect=decision.value, says=words)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a judge decides.

    Attributes:
        until: For ``wait``: the first day on which to look again; None if no day can be known.
    """

    decision: Decision
    reasons: tuple[Reason, ...]
    until: dt.date | None = None


def by_signs(sight: Sight) -> Ruling | None:
    """Signs reported since the last session: refer at once, wait while they are usual, refer when they last longer."""
    reported = [sign for sign in sight.area.signs if sight.last_session <= sign.on <= sight.on]
    rulings: list[Ruling] = []
    for sign in reported:
        for rule in sight.protocol.review.signs:
            if rule.sign != sign.what:
                continue
            usual_until = rule.usual_for.after(sight.last_session) if rule.usual_for else None
            if usual_until and sign.on < usual_until:
                if sight.on < usual_until:
                    rulings.append(
                        Ruling(
                            Decision.WAIT,
                            (sight.because(rule, Decision.WAIT, _dated(sight, sign.on, rule)),),
                            usual_until,
                        )
                    )
                continue
            decision = Decision(rule.decision)
            if decision is Decision.WAIT and sign.on != sight.on:
                continue  # it was there once; only what is still there at the review holds it up
            rulings.append(Ruling(decision, (sight.because(rule, decision, _dated(sight, sign.on, rule)),)))
    for decision in (Decision.REFER, Decision.WAIT):
        same = [ruling for ruling in rulings if ruling.decision is decision]
        if same:
            ends = [ruling.until for ruling in same]
            until = max(end for end in ends if end) if None not in ends else None
            return Ruling(decision, tuple(reason for ruling in same for reason in ruling.reasons), until)
    return None


def _dated(sight: Sight, day: dt.date, rule: Statement) -> Text:
    days = (day - sight.last_session).days
    return Text(
        f"Reported on {day}, {days} days after the session. {rule.says.en}",
        f"Comunicado el {day}, {days} días después de la sesión. {rule.says.es}",
    )


def by_time(sight: Sight) -> Ruling | None:
    """Before the skin has settled nothing is measured."""
    first = measure_from(sight.area, sight.protocol)
    if first is not None and sight.on < first:
        reason = sight.because(sight.protocol.review.measure_after, Decision.WAIT)
        return Ruling(Decision.WAIT, (reason,), first)
    return None


def by_comparability(sight: Sight) -> Ruling | None:
    """Without a comparable photograph before the course and after the last session there is no answer to read."""
    statement = sight.protocol.course.review_before_next
    held = len(sight.area.sessions)
    says: Text | None = None
    if not sight.answers or sight.answers[0].sessions != 0:
        says = Text(
            "There is no comparable photograph from before the first session: no change can be measured from it.",
            "No hay una fotografía comparable de antes de la primera sesión: no se puede medir ningún cambio.",
        )
    elif sight.answers[-1].sessions != held:
        photograph = latest_photograph(sight.area, sight.on)
        if photograph is None:
            says = Text(
                "There is no photograph after the last session yet: take it.",
                "Aún no hay fotografía posterior a la última sesión: tómela.",
            )
        elif photograph.comparable:
            day = measure_from(sight.area, sight.protocol)
            says = Text(
                f"The photograph of {photograph.on} was taken before the skin had settled ({day}): take it again.",
                f"La fotografía del {photograph.on} es anterior a la recuperación de la piel ({day}): repítala.",
            )
        else:
            why = f" ({photograph.why_not})" if photograph.why_not else ""
            says = Text(
                f"The photograph of {photograph.on} cannot be compared{why}: take it again.",
                f"La fotografía del {photograph.on} no se puede comparar{why}: repítala.",
            )
    if says is None:
        return None
    return Ruling(Decision.NOT_COMPARABLE, (sight.because(statement, Decision.NOT_COMPARABLE, says),))


def by_goal(sight: Sight) -> Ruling | None:
    """The goal is met when the contrast is at or below it with the protocol's confidence; a result that has faded since
    is to be maintained, where the protocol knows maintenance.
    """  # noqa: D205
    goal = sight.protocol.review.goal
    chance = sight.answers[-1].contrast.chance_at_most(sight.target.goal)
    if chance >= goal.confidence:
        says = Text(
            f"Contrast {_de(sight.answers[-1].contrast)}; goal: {sight.target.says.en}. The chance that the true "
            f"contrast is at the goal is {chance:.0%}; {goal.confidence:.0%} is asked for.",
            f"Contraste {_de(sight.answers[-1].contrast)}; objetivo: {sight.target.says.es}. La probabilidad de que el "
            f"contraste real cumpla el objetivo es del {chance:.0%}; se pide el {goal.confidence:.0%}.",
        )
        return Ruling(Decision.STOP_GOAL_MET, (sight.because(goal, Decision.STOP_GOAL_MET, says),))
    maintain = sight.protocol.review.maintain
    if maintain is None:
        return None
    met = [a for a in sight.answers if a.sessions and a.contrast.chance_at_most(sight.target.goal) >= goal.confidence]
    if met and (sight.answers[-1].contrast - met[-1].contrast).is_detectable:
        return Ruling(Decision.MAINTAIN, (sight.because(maintain, Decision.MAINTAIN),))
    return None


def by_worsening(sight: Sight) -> Ruling | None:
    """A contrast that has grown by more than the measurement's error is looked at before anything else is done."""
    change = sight.answers[-1].contrast - sight.answers[-2].contrast
    if change.value > 0 and change.is_detectable:
        says = Text(
            f"The contrast has grown: {_change(sight.answers[-2], sight.answers[-1]).en} The medical lead looks at it "
            "before another session.",
            f"El contraste ha aumentado: {_change(sight.answers[-2], sight.answers[-1]).es} El responsable médico lo "
            "valora antes de otra sesión.",
        )
        statement = sight.protocol.course.review_before_next
        return Ruling(Decision.REFER, (sight.because(statement, Decision.REFER, says),))
    return None


def by_plateau(sight: Sight) -> Ruling | None:
    """No detectable change over several sessions in a row: a plateau, if the measurement could have seen one.

    It could if the smallest change that it detects is no larger than what is left to the goal.
    """
    plateau = sight.protocol.review.plateau
    recent = sight.answers[-plateau.sessions - 1 :]
    counts = [answer.sessions for answer in recent]
    if len(recent) <= plateau.sessions or counts != list(range(counts[0], counts[0] + len(counts))):
        return None
    changes = [later.contrast - earlier.contrast for earlier, later in itertools.pairwise(recent)]
    overall = recent[-1].contrast - recent[0].contrast
    if overall.is_detectable or any(change.is_detectable for change in changes):
        return None
    left = recent[-1].contrast.value - sight.target.goal
    if overall.detectable > left:
        says = Text(
            f"No change is detectable over {plateau.sessions} sessions, but the smallest detectable change, "
            f"ΔE {overall.detectable:.1f}, is larger than what is left to the goal, ΔE {max(left, 0):.1f}: the "
            "photographs cannot tell a plateau from progress. Take them again under the capture protocol.",
            f"No se detecta cambio en {plateau.sessions} sesiones, pero el menor cambio detectable, "
            f"ΔE {overall.detectable:.1f}, supera lo que falta para el objetivo, ΔE {max(left, 0):.1f}: las "
            "fotografías no distinguen una meseta de un avance. Repítalas según el protocolo de captura.",
        )
        return Ruling(Decision.NOT_COMPARABLE, (sight.because(plateau, Decision.NOT_COMPARABLE, says),))
    says = Text(
        f"{_change(recent[0], recent[-1]).en} {plateau.says.en}",
        f"{_change(recent[0], recent[-1]).es} {plateau.says.es}",
    )
    return Ruling(Decision.STOP_PLATEAU, (sight.because(plateau, Decision.STOP_PLATEAU, says),))


def by_assessment(sight: Sight) -> Ruling | None:
    """What blocks a session blocks the next one too."""
    verdict = sight.assessment.verdict
    blocking = tuple(reason for reason in sight.assessment.reasons if reason.effect == verdict.value)
    if verdict in (Verdict.EXCLUDED, Verdict.REFERRED):
        return Ruling(Decision.REFER, blocking)
    if verdict is Verdict.DEFERRED:
        return Ruling(Decision.WAIT, blocking, sight.assessment.not_before)
    if verdict is Verdict.INCOMPLETE:
        labels = [question.fact.label for question in sight.assessment.ask]
        says = Text(
            f"The assessment is not complete. Still to ask: {', '.join(label.en for label in labels)}.",
            f"La valoración no está completa. Falta preguntar: {', '.join(label.es for label in labels)}.",
        )
        reason = Reason(
            rule="assessment-incomplete",
            grade="review",
            effect="wait",
            says=says,
            cite=(),
            facts=tuple(question.fact.id for question in sight.assessment.ask),
        )
        return Ruling(Decision.WAIT, (reason,))
    return None


def measured(sight: Sight) -> Reason | None:
    """What the last session changed, as a reason; None without two measurements."""
    if len(sight.answers) < 2:
        return None
    says = _change(sight.answers[-2], sight.answers[-1]).typeset()
    return Reason(
        rule="measured-change",
        grade="review",
        effect="none",
        says=says,
        cite=sight.protocol.course.review_before_next.cite,
    )


def _de(contrast: Quantity) -> str:
    return f"ΔE {contrast.value:.1f} ± {contrast.u:.1f}"


def _change(earlier: Response, later: Response) -> Text:
    change = later.contrast - earlier.contrast
    if not change.is_detectable:
        word = Text("no detectable change", "sin cambio detectable")
    elif change.value < 0:
        word = Text("improved", "mejora")
    else:
        word = Text("worsened", "empeora")
    before, after = _when(earlier.sessions), _when(later.sessions)
    detectable = f"{change.detectable:.1f}"
    figures = f"{change.value:+.1f} ± {change.u:.1f}"
    return Text(
        f"Contrast {_de(earlier.contrast)} {before.en}, {_de(later.contrast)} {after.en}: change {figures}, smallest "
        f"detectable change {detectable}: {word.en}.",
        f"Contraste {_de(earlier.contrast)} {before.es}, {_de(later.contrast)} {after.es}: cambio {figures}, menor "
        f"cambio detectable {detectable}: {word.es}.",
    )


def _when(count: int) -> Text:
    if count == 0:
        return Text("before the first session", "antes de la primera sesión")
    if count == 1:
        return Text("after 1 session", "tras 1 sesión")
    return Text(f"after {count} sessions", f"tras {count} sesiones")


JUDGES: tuple[Callable[[Sight], Ruling | None], ...] = (
    by_signs,
    by_time,
    by_comparability,
    by_goal,
    by_worsening,
    by_plateau,
    by_assessment,
)
