"""What a review looks at, one judge after the other: the first that has something to say decides.

Signs go before measurements, since harm is not weighed against progress; a measurement that cannot be trusted goes
before any that would be read from it, a worsening before any success, and what blocks a session before any that is
proposed.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable

from dermograph.care.change_words import change_words, contrast_words
from dermograph.care.forecast_words import percent
from dermograph.care.judge_signs import by_signs
from dermograph.care.reasons import Reason
from dermograph.care.responses import Response, latest_photograph, measure_from
from dermograph.care.sight import Decision, Ruling, Sight
from dermograph.care.verdict import Verdict
from dermograph.core.dates import day_text
from dermograph.core.text import Text

FALSE_ALARM = 0.05  # two-sided, over all comparisons of one review


def by_time(sight: Sight) -> Ruling | None:
    """Before the skin has settled nothing is measured, nor awaited where the next session may come sooner."""
    first = measure_from(sight.area, sight.protocol)
    if first is None or sight.on >= first:
        return None
    statement = sight.protocol.review.measure_after
    sooner = sight.protocol.course.spacing.at_least.after(sight.last_session)
    if sight.on < min(first, sooner):
        return Ruling(Decision.WAIT, (sight.because(statement, Decision.WAIT),), min(first, sooner))
    unmeasured = sight.because(statement, Decision.ANOTHER_SESSION)
    return by_assessment(sight) or Ruling(Decision.ANOTHER_SESSION, (unmeasured,))


def with_time(sight: Sight, ruling: Ruling) -> Ruling:
    """A ruling to wait, at least until something can be measured or done."""
    time = by_time(sight) if ruling.decision is Decision.WAIT and ruling.until is not None else None
    if time is None or time.until is None or ruling.until is None or time.until <= ruling.until:
        return ruling
    return Ruling(Decision.WAIT, (*ruling.reasons, *time.reasons), time.until)


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
            taken, settled = day_text(photograph.on), day_text(day or photograph.on)
            says = Text(
                f"The photograph of {taken.en} was taken before the skin had settled, on {settled.en}: take it again.",
                f"La fotografía del {taken.es} es anterior a la recuperación de la piel, el {settled.es}: repítala.",
            )
        else:
            why = f" ({photograph.why_not})" if photograph.why_not else ""
            taken = day_text(photograph.on)
            says = Text(
                f"The photograph of {taken.en} cannot be compared{why}: take it again.",
                f"La fotografía del {taken.es} no se puede comparar{why}: repítala.",
            )
    if says is None:
        return None
    return Ruling(Decision.NOT_COMPARABLE, (sight.because(statement, Decision.NOT_COMPARABLE, says),))


def by_worsening(sight: Sight) -> Ruling | None:
    """A contrast that has grown by more than the measurement's error is looked at before anything else is done.

    The last measurement is held against every earlier one, so that a slow rise is seen as well; the limit is widened
    for the number of comparisons, so that at most one in twenty courses without any change is held up. A result that
    has faded without a session since is the business of maintenance, where the protocol knows it.
    """
    *earlier, last = sight.history
    if not earlier:
        return None
    limit = statistics.NormalDist().inv_cdf(1 - FALSE_ALARM / (2 * len(earlier)))
    grown = [
        one
        for one in earlier
        if (change := last.contrast - one.contrast).value > limit * change.u and not _is_faded(sight, one)
    ]
    if not grown:
        return None
    since = min(grown, key=lambda one: one.contrast.value)
    says = change_words(since, last)
    statement = sight.protocol.course.review_before_next
    words = Text(
        f"The contrast has grown: {says.en} The medical lead looks at it before another session.",
        f"El contraste ha aumentado: {says.es} El responsable médico lo valora antes de otra sesión.",
    )
    return Ruling(Decision.REFER, (sight.because(statement, Decision.REFER, words),))


def _at_goal(sight: Sight, one: Response) -> bool:
    return one.contrast.chance_at_most(sight.target.goal) >= sight.protocol.review.goal.confidence


def _is_faded(sight: Sight, one: Response) -> bool:
    """Whether the last measurement shows the fading of a result that was at the goal, with no session in between."""
    last = sight.history[-1]
    return (
        sight.protocol.review.maintain is not None
        and one.sessions == last.sessions > 0
        and one.on < last.on
        and _at_goal(sight, one)
        and (last.contrast - one.contrast).value > 0
        and (last.contrast - one.contrast).is_detectable
    )


def by_goal(sight: Sight) -> Ruling | None:
    """The goal is met when the contrast is at or below it with the protocol's confidence."""
    last = sight.history[-1]
    if not _at_goal(sight, last):
        return None
    goal = sight.protocol.review.goal
    chance, asked = percent(last.contrast.chance_at_most(sight.target.goal)), percent(goal.confidence)
    contrast, target = contrast_words(last.contrast), sight.target.says
    says = Text(
        f"Contrast {contrast}; goal: {target.en}. The chance that the true contrast is at the goal is {chance.en}; "
        f"{asked.en} is asked for.",
        f"Contraste {contrast}; objetivo: {target.es}. La probabilidad de que el contraste real cumpla el objetivo es: "
        f"{chance.es}; se pide el {asked.es}.",
    )
    return Ruling(Decision.STOP_GOAL_MET, (sight.because(goal, Decision.STOP_GOAL_MET, says),))


def by_fading(sight: Sight) -> Ruling | None:
    """A result that met the goal and has measurably faded since is maintained, where the protocol knows maintenance."""
    maintain = sight.protocol.review.maintain
    met = [one for one in sight.history[:-1] if _is_faded(sight, one)]
    if maintain is None or not met:
        return None
    says = change_words(met[-1], sight.history[-1])
    words = Text(f"{says.en} {maintain.says.en}", f"{says.es} {maintain.says.es}")
    return Ruling(Decision.MAINTAIN, (sight.because(maintain, Decision.MAINTAIN, words),))


def by_plateau(sight: Sight) -> Ruling | None:
    """No detectable change over several sessions in a row: a plateau, if the measurement could have seen one.

    It could if the smallest change that it detects is no larger than what is left to the goal.
    """
    if any(_is_faded(sight, one) for one in sight.history):
        return None
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
        f"{change_words(recent[0], recent[-1]).en} {plateau.says.en}",
        f"{change_words(recent[0], recent[-1]).es} {plateau.says.es}",
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
        facts = [question.fact for question in sight.assessment.ask]
        return Ruling(Decision.WAIT, (Reason.of_questions(facts, grade="review", effect="wait"),))
    return None


JUDGES: tuple[Callable[[Sight], Ruling | None], ...] = (
    by_signs,
    by_time,
    by_comparability,
    by_worsening,
    by_goal,
    by_plateau,
    by_assessment,
    by_fading,
)
