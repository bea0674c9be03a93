"""The forecast as a picture: how likely each number of further sessions is, as figures for an SVG."""

from __future__ import annotations

from dataclasses import dataclass

from dermograph.care.forecast_values import FURTHEST, Remaining, SessionRange

WIDTH, HEIGHT, FOOT, HEAD = 480, 150, 34, 18
MOST_BARS = 13
LEAST_SHOWN = 0.005


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of further sessions.

    Attributes:
        label: The number, or "12+" for everything from there on.
        chance: From 0 to 1.
        x, y, width, height: In the picture's units.
        within: 50 or 90 for the narrowest interval that holds it; 0 for neither.
    """

    label: str
    chance: float
    x: float
    y: float
    width: float
    height: float
    within: int

    @property
    def percent(self) -> str:
        """The chance in whole per cent."""
        return "<1" if 0 < self.chance < LEAST_SHOWN * 2 else f"{100 * self.chance:.0f}"

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return self.x + self.width / 2

    @property
    def above(self) -> float:
        """Where its figure stands."""
        return self.y - 4


def bars(remaining: Remaining) -> list[Bar]:
    """The distribution as bars, the improbable tail gathered in the last one."""
    chances = [*remaining.pmf, remaining.beyond]
    last = max((count for count, chance in enumerate(chances) if chance >= LEAST_SHOWN), default=0)
    shown = min(max(last + 1, 3), MOST_BARS, FURTHEST + 1)
    parts = [*chances[: shown - 1], sum(chances[shown - 1 :])]
    top, step = max(parts) or 1.0, WIDTH / shown
    found = []
    for count, chance in enumerate(parts):
        height = (HEIGHT - FOOT - HEAD) * chance / top
        label = f"{count}+" if count == shown - 1 and sum(chances[shown:]) > 0 else str(count)
        found.append(
            Bar(
                label,
                chance,
                round(count * step + 4, 1),
                round(HEIGHT - FOOT - height, 1),
                round(step - 8, 1),
                round(height, 1),
                _within(count, remaining),
            )
        )
    return found


def _within(count: int, remaining: Remaining) -> int:
    if _holds(remaining.interval_50, count):
        return 50
    return 90 if _holds(remaining.interval_90, count) else 0


def _holds(interval: SessionRange, count: int) -> bool:
    return interval.low <= count and (interval.high is None or count <= interval.high)
