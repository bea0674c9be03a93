"""A forecast in words: calm, with its evidence, and without a promise."""

from __future__ import annotations

from dermograph.core.text import Text

NO_RESPONSE = Text(
    "The skin has not been seen to answer yet: that takes a measurement before a session and one after it.",
    "Aún no se ha visto responder a la piel: hace falta una medición antes de una sesión y otra después.",
)
OFF_MODEL = Text(
    "The measurements do not follow the curve that a forecast assumes, a contrast that falls by the same share with "
    "each session towards a floor: it fell faster, or it rose.",
    "Las mediciones no siguen la curva que supone un pronóstico, un contraste que baja en la misma proporción en cada "
    "sesión hasta un suelo: bajó más deprisa, o subió.",
)
_NO_FORECAST = Text("No forecast yet.", "Todavía no hay pronóstico.")
_PUBLISHED = Text("Published by the source, not a plan:", "Publicado por la fuente, no es un plan:")
_MOVES = Text(
    "It is a forecast, not a promise, and it moves with every review.",
    "Es un pronóstico, no una promesa, y cambia con cada revisión.",
)
_NO_BASELINE = Text("There is no baseline measurement.", "Falta la medición inicial.")
EVEN = 0.5
_SURE = 0.995
_UNLIKELY = 0.005


def silent_sentence(why: Text, published: Text | None) -> Text:
    """Why nothing is forecast, and what the source publishes, labelled as such."""
    words = _joined(_NO_FORECAST, why)
    return words if published is None else _joined(words, _PUBLISHED, published)


def forecast_sentence(
    low: int, high: int | None, *, held: float, furthest: int, by_goal: float, measurements: int, baseline: bool
) -> Text:
    """The 90 % interval in words.

    Args:
        low: The fewest further sessions, inclusive.
        high: The most, inclusive; None for more than ``furthest``.
        held: The probability that the interval truly holds, 0 to 1.
        furthest: The largest number that is told apart.
        by_goal: The probability that the end is the goal rather than the plateau alone, 0 to 1.
        measurements: How many the forecast rests on.
        baseline: Whether one of them is from before the first session.
    """
    chance = percent(held)
    rests = Text(f"Forecast from {measurements} measurements:", f"Pronóstico a partir de {measurements} mediciones:")
    span = _span(low, high, furthest)
    how_sure = Text(f"{span.en} (probability {chance.en}).", f"{span.es} (probabilidad {chance.es}).")
    words = _joined(rests, how_sure, _end(by_goal), _MOVES)
    return words if baseline else _joined(words, _NO_BASELINE)


def percent(chance: float) -> Text:
    """A probability in whole per cent, never as certain as 0 or 100."""
    if chance >= _SURE:
        return Text("over 99 %", "más del 99 %")
    if chance <= _UNLIKELY:
        return Text("under 1 %", "menos del 1 %")
    return Text(f"{100 * chance:.0f} %", f"{100 * chance:.0f} %")


def _span(low: int, high: int | None, furthest: int) -> Text:
    if high is None and low == 0:
        return Text(f"more than {furthest} sessions are possible", f"es posible que sean más de {furthest} sesiones")
    if high is None:
        return Text(
            f"at least {_more(low).en}, perhaps more than {furthest}",
            f"al menos {_more(low).es}, quizá más de {furthest}",
        )
    if high == 0:
        return Text("the course seems to be at its end", "el curso parece haber llegado a su fin")
    if low == high:
        return Text(f"probably {_more(low).en}", f"probablemente {_more(low).es}")
    if low == 0:
        return Text(f"none or up to {_more(high).en}", f"ninguna o hasta {_more(high).es}")
    return Text(f"{low} to {_more(high).en}", f"de {low} a {_more(high).es}")


def _more(count: int) -> Text:
    if count == 1:
        return Text("1 more session", "1 sesión más")
    return Text(f"{count} more sessions", f"{count} sesiones más")


def _end(by_goal: float) -> Text:
    goal, plateau = percent(by_goal), percent(1 - by_goal)
    met = Text(f"the goal is met (probability {goal.en})", f"se alcanza el objetivo (probabilidad {goal.es})")
    over = Text(
        f"one session more would bring no visible gain (probability {plateau.en})",
        f"una sesión más no daría una mejora visible (probabilidad {plateau.es})",
    )
    first, then = (met, over) if by_goal >= EVEN else (over, met)
    return Text(f"It ends when {first.en}, or when {then.en}.", f"Termina cuando {first.es}, o cuando {then.es}.")


def _joined(*parts: Text) -> Text:
    return Text(" ".join(part.en for part in parts), " ".join(part.es for part in parts))
