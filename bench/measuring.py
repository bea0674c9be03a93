"""What all benchmarks share: runs that take turns, their spread, and rows that say whether a target is met."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TENTH = 0.1
STEADY = TENTH  # the middle half of the runs lies within this share of the median
KIBIBYTES_A_MB = 1e6 / 1024


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each job runs: at least ``least`` times, and up to ``most`` while any of them is not steady."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is held against: ``at_most`` or ``at_least`` a limit."""

    limit: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {plain(self.limit)}"

    def is_met(self, figure: float) -> bool:
        """Whether a figure reaches it; the limit itself does."""
        return figure >= self.limit if self.at_least else figure <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        values: One for each run, at least one; the median is the figure.
        target: What the median is held against; None for a figure that explains another.
        stated: Where somebody else has judged: the target in their words, and whether it is met.
    """

    section: str
    name: str
    unit: str
    values: Sequence[float]
    target: Target | None = None
    stated: tuple[str, bool] | None = None

    @property
    def median(self) -> float:
        """The figure."""
        return statistics.median(self.values)

    @property
    def aim(self) -> str:
        """The target as a table shows it."""
        return self.stated[0] if self.stated else str(self.target or "")

    @property
    def met(self) -> bool | None:
        """Whether the median reaches the target; None without one."""
        if self.stated:
            return self.stated[1]
        return self.target.is_met(self.median) if self.target else None

    def cells(self) -> tuple[str, str, str, str, str, str]:
        """Name, median, range, unit, target, and whether it is met."""
        span = f"{plain(min(self.values))}–{plain(max(self.values))}" if len(self.values) > 1 else ""
        met = {True: "met", False: "MISSED", None: ""}[self.met]
        return self.name, plain(self.median), span, self.unit, self.aim, met


def plain(value: float) -> str:
    """A figure with three digits that count, and no exponent."""
    size = abs(value)
    if size >= 100 or value == 0:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return f"{value:.3f}" if size >= TENTH else f"{value:.4f}"


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes by the clock on the wall."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(jobs: Mapping[str, Callable[[], float]], rounds: Rounds) -> dict[str, list[float]]:
    """Run jobs one after the other, again and again, each round starting with another one.

    A machine that others use slows all jobs of a round alike, so that their ratios within one round stay true.
    """
    names = list(jobs)
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds.most):
        if turn >= rounds.least and all(is_steady(values) for values in found.values()):
            break
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(jobs[name]())
    return found


def is_steady(values: Sequence[float]) -> bool:
    """Whether the middle half of the values lies close together."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return high - low <= STEADY * middle


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Round by round, one figure over the other."""
    return [one / other for one, other in zip(over, under, strict=True)]


def peak_memory_mb() -> float:
    """The most memory that this process has held, in MB (10^6 bytes).

    Linux hands the ``ru_maxrss`` of a parent on to the process that replaces it; the kernel's own high-water mark of
    this program is read instead where there is one.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / KIBIBYTES_A_MB
    import resource  # noqa: PLC0415 (Unix only)

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / 1e6 if platform.system() == "Darwin" else held / KIBIBYTES_A_MB


def hardware() -> str:
    """The machine in one line, without its name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores of {model} ({platform.machine()}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )
