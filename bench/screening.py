"""A whole cohort at once, against the plain engine and against fhirpathpy, all in one run."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bench.fhirpath import Compiled, InexpressibleError, Shape, Translator, truth_of
from bench.measuring import Rounds, Row, Target, in_turn, ratios, seconds
from bench.patients import ASSESSED_ON, patient
from bench.patients import case as generated_case
from bench.processes import once
from dermograph.care.assess import assess
from dermograph.care.case import Case
from dermograph.care.read_case import read_case
from dermograph.core.truth import Truth
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol

WHOLE = 100_000  # the targets are for this many
SCREEN_S, SCREEN_MB, TIMES_PLAIN = Target(1.0), Target(300), Target(200, at_least=True)
TREATMENT = "paramedical"
RESCREEN, RATES, PEER = "Rescreening", "Rescreening against the plain engine", "The same conditions in fhirpathpy"
CHANCES = (0.9, 0.5)  # of a fact to be known, where the two engines are held against each other
SHAPES: dict[Shape, str] = {"questionnaire": "QuestionnaireResponse", "flat": "answers by name"}


@dataclass(slots=True)
class Cohort:
    """A file with generated cases, and what the processes that screened it found, a run each."""

    path: Path
    size: int
    runs: list[dict[str, Any]] = field(default_factory=list)

    def screened(self) -> dict[str, Any]:
        """Read and screen it in a fresh process."""
        self.runs.append(once("screen", str(self.path), TREATMENT))
        return self.runs[-1]

    def total(self) -> float:
        """The seconds of one more run, for reading and screening a case."""
        return float(self.screened()["total"]) / self.size

    def each(self, key: str) -> list[float]:
        """One figure of every run."""
        return [run[key] for run in self.runs]


def write_cohort(folder: Path, library: Library, seed: int, count: int) -> tuple[Cohort, Cohort]:
    """A generated cohort as JSON lines and as Parquet."""
    lines, parquet = folder / "cohort.jsonl", folder / "cohort.parquet"
    rng = random.Random(seed)
    with lines.open("w", encoding="utf-8") as stream:
        for number in range(count):
            stream.write(json.dumps(generated_case(rng, library.vocabulary, TREATMENT, number)) + "\n")
    once("convert", str(lines), str(parquet))
    return Cohort(lines, count), Cohort(parquet, count)


def against_plain(lines: Cohort, parquet: Cohort, library: Library, sample: int, rounds: Rounds) -> list[Row]:
    """Screen a cohort from both formats, in turn with the plain engine on its first cases."""
    protocol = library.protocol(TREATMENT)
    texts = _texts(lines.path, sample)
    cases = [read_case(text, library.vocabulary) for text in texts]
    found = in_turn(
        {
            "memory": lambda: seconds(lambda: [assess(case, protocol) for case in cases]) / sample,
            "reading": lambda: (
                seconds(lambda: [assess(read_case(text, library.vocabulary), protocol) for text in texts]) / sample
            ),
            "JSON lines": lines.total,
            "Parquet": parquet.total,
        },
        rounds,
    )
    rows = [row for name, cohort in (("JSON lines", lines), ("Parquet", parquet)) for row in _taken(name, cohort)]
    rows.append(Row(RATES, "plain engine, cases in memory", "per s", _rate(found["memory"])))
    rows.append(Row(RATES, "plain engine, reading each case", "per s", _rate(found["reading"])))
    limit = TIMES_PLAIN if lines.size == WHOLE else None
    for name, cohort in (("JSON lines", lines), ("Parquet", parquet)):
        each = [took / cohort.size for took in cohort.each("screen")]
        times = ratios(found["memory"], each)
        rows.append(Row(RATES, f"screening, table in memory ({name})", "per s", _rate(each)))
        rows.append(Row(RATES, f"  times plain, both in memory ({name})", "×", times, limit))
    for name in ("JSON lines", "Parquet"):
        times = ratios(found["reading"], found[name])
        rows.append(Row(RATES, f"  times plain, both reading ({name})", "×", times))
    alike = _agreeing(cases, protocol, lines.runs[-1]["verdicts"])
    return [
        *rows,
        Row(RATES, f"verdicts alike, of {sample:,} compared", "areas", [alike], Target(sample, at_least=True)),
    ]


def _rate(took: Sequence[float]) -> list[float]:
    return [1 / each for each in took]


def _taken(name: str, cohort: Cohort) -> list[Row]:
    """Time and memory of reading and screening one file."""
    whole = cohort.size == WHOLE
    reading = [run["total"] - run["screen"] for run in cohort.runs]
    size = f"{cohort.size:,}"
    return [
        Row(RESCREEN, f"{name}: read and screen {size}", "s", cohort.each("total"), SCREEN_S if whole else None),
        Row(RESCREEN, f"{name}: of this, reading", "s", reading),
        Row(RESCREEN, f"{name}: of this, screening", "s", cohort.each("screen")),
        Row(RESCREEN, f"{name}: with imports and packs", "s", cohort.each("process")),
        Row(RESCREEN, f"{name}: peak memory", "MB", cohort.each("peak_mb"), SCREEN_MB if whole else None),
    ]


def _texts(lines: Path, count: int) -> list[str]:
    """The first cases of a cohort, each as the text of a case file."""
    texts = []
    with lines.open(encoding="utf-8") as stream:
        for line in islice(stream, count):
            case = json.loads(line)
            del case["id"]
            texts.append(json.dumps(case))
    return texts


def _agreeing(cases: Sequence[Case], protocol: Protocol, screened: Sequence[Sequence[str | None]]) -> int:
    """How many cases the two engines give the same verdict, worst case and first day."""
    alike = 0
    for case, there in zip(cases, screened, strict=False):
        area = assess(case, protocol).areas[0]
        day = area.not_before.isoformat() if area.not_before else None
        alike += [area.verdict.value, area.worst_case.value, day] == list(there)
    return alike


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two engines held against each other.

    Attributes:
        compared: Pairs of a rule and a patient.
        unlike: The pairs that came out otherwise, as rule, truth here, truth there.
        left_out: The rules that have no FHIRPath, with the reason.
    """

    compared: int
    unlike: tuple[tuple[str, Truth, Truth], ...]
    left_out: tuple[str, ...]


def agreement(library: Library, seed: int, count: int, shape: Shape) -> Agreement:
    """Ask fhirpathpy and our own engine for every rule of all protocols and every patient."""
    translator = Translator(library.vocabulary, ASSESSED_ON, shape)
    rng = random.Random(seed)
    people = [patient(rng, library.vocabulary, known=CHANCES[number % len(CHANCES)]) for number in range(count)]
    asked = [(facts, translator.resource(facts)) for facts in people]
    compared = 0
    unlike: list[tuple[str, Truth, Truth]] = []
    left_out: list[str] = []
    for protocol in library.protocols.values():
        for rule in protocol.rules:
            try:
                compiled = translator.compiled(rule.applies)
            except InexpressibleError as error:
                left_out.append(f"{protocol.id}/{rule.id}: {error}")
                continue
            for facts, resource in asked:
                compared += 1
                here, there = rule.applies.evaluate(facts, ASSESSED_ON).truth, truth_of(compiled(resource))
                if here is not there:
                    unlike.append((f"{protocol.id}/{rule.id}", here, there))
    return Agreement(compared, tuple(unlike), tuple(left_out))


def against_fhirpath(cohort: Cohort, library: Library, seed: int, count: int, rounds: Rounds) -> list[Row]:
    """First whether fhirpathpy finds the same truths, then how fast, in turn with both our engines."""
    rows: list[Row] = []
    for shape, words in SHAPES.items():
        found = agreement(library, seed, count, shape)
        alike = [found.compared - len(found.unlike)]
        name = f"{words}: alike, of {found.compared:,}"
        rows.append(Row(PEER, name, "pairs", alike, Target(found.compared, at_least=True)))
        rows.append(Row(PEER, "  rules without a translation", "rules", [len(found.left_out)], Target(0)))
    people = [patient(random.Random(seed + number), library.vocabulary) for number in range(max(1, count // 10))]
    conditions = [rule.applies for rule in library.protocol(TREATMENT).rules if rule.grade != "info"]
    jobs: dict[str, Callable[[], float]] = {
        "screening": lambda: float(cohort.screened()["screen"]) / cohort.size,
        "plain": lambda: (
            seconds(lambda: [one.evaluate(facts, ASSESSED_ON) for facts in people for one in conditions]) / len(people)
        ),
    }
    for shape, words in SHAPES.items():
        translator = Translator(library.vocabulary, ASSESSED_ON, shape)
        compiled = [translator.compiled(one) for one in conditions]
        jobs[words] = _timed(compiled, [translator.resource(facts) for facts in people])
    took = in_turn(jobs, rounds)
    rows.append(Row(PEER, "screening, table in memory (Parquet)", "per s", _rate(took["screening"])))
    rows.append(Row(PEER, "plain engine, conditions alone", "per s", _rate(took["plain"])))
    for words in SHAPES.values():
        rows += [
            Row(PEER, f"fhirpathpy, {words}", "per s", _rate(took[words])),
            Row(PEER, "  screening over it", "×", ratios(took[words], took["screening"])),
            Row(PEER, "  plain engine over it", "×", ratios(took[words], took["plain"])),
        ]
    return rows


def _timed(compiled: Sequence[Compiled], resources: Sequence[dict[str, Any]]) -> Callable[[], float]:
    """The seconds for one patient."""
    return lambda: seconds(lambda: [ask(resource) for resource in resources for ask in compiled]) / len(resources)
