"""What the tests of conditions share: published expressions, cases, and what our engine says of each."""

import dataclasses
import datetime as dt
import functools
import itertools
import json
import random

from bench.patients import ASSESSED_ON, patient
from bench.run import SEED
from dermograph.care.read_case import read_case
from dermograph.core.truth import Truth
from dermograph.exchange.fhir.fhirpath import Translator
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols import load_library
from dermograph.protocols.conditions import Condition, Within, leaves
from dermograph.protocols.vocabulary import FactValue, Missing
from tests.exchange.judges.judges import Json
from tests.golden.test_cases import OURS, expanded

LIBRARY = load_library()
LETTERS = {Truth.TRUE: "t", Truth.FALSE: "f", Truth.UNKNOWN: "e"}
KNOWN = (0.9, 0.5, 0.1)  # of ten facts nine are known, five, or one
REASONS = ("not_asked", "not_known", "refused", "not_applicable", "expired")


@dataclasses.dataclass(frozen=True)
class Conditioned:
    """A condition of a protocol, with the name under which it is reported."""

    name: str
    condition: Condition

    @functools.cached_property
    def expression(self) -> str:
        """As it is published: for the day on which it is evaluated."""
        return Translator(LIBRARY.vocabulary).expression(self.condition)


@dataclasses.dataclass(frozen=True)
class Patient:
    """What is known on a day, and why the rest is not."""

    on: dt.date
    facts: dict[str, FactValue]
    missing: dict[str, Missing] = dataclasses.field(default_factory=dict)

    @property
    def response(self) -> Json:
        """As it is sent."""
        return questionnaire_response(Answers(self.facts, self.missing), LIBRARY.protocol("scalp"))

    def letters(self, conditions: list[Conditioned]) -> str:
        """What our engine finds."""
        return "".join(LETTERS[one.condition.evaluate(self.facts, self.on).truth] for one in conditions)


@functools.cache
def conditions() -> list[Conditioned]:
    """Every condition of every protocol: rules as written, rules less what overrides them, indications."""
    found = []
    for protocol in LIBRARY.protocols.values():
        for rule in protocol.rules:
            found.append(Conditioned(f"{protocol.id}/{rule.id}", rule.applies))
            if rule.when != rule.applies:
                found.append(Conditioned(f"{protocol.id}/{rule.id} as written", rule.when))
        found += [Conditioned(f"{protocol.id}/{one.id} (indication)", one.when) for one in protocol.indications]
    return found


@functools.cache
def golden() -> list[Patient]:
    """Every area of every golden case."""
    found = []
    for case in OURS:
        read = read_case(json.dumps(expanded(case.case)), LIBRARY.vocabulary)
        found += [Patient(read.assessed_on, dict(area.facts), dict(area.missing)) for area in read.areas]
    return found


@functools.cache
def generated(count: int, seed: int = SEED) -> list[Patient]:
    """Patients of the benchmark, some of whose unknown facts have a reason."""
    rng = random.Random(seed)
    found = []
    for known in itertools.islice(itertools.cycle(KNOWN), count):
        facts = patient(rng, LIBRARY.vocabulary, known=known)
        unknown = [name for name in LIBRARY.vocabulary.facts if name not in facts]
        missing = {name: Missing(rng.choice(REASONS)) for name in unknown if rng.random() < known}
        found.append(Patient(ASSESSED_ON, facts, missing))
    return found


def at_month_ends() -> list[Patient]:
    """Days before, on and after the end of every wait, for dates at the ends of months."""
    ends = [(2024, 2, 29), (2024, 2, 28), (2023, 8, 31), (2023, 8, 30), (2025, 1, 31), (2003, 12, 31), (2004, 2, 29)]
    waits = {
        (leaf.fact, leaf.period) for one in conditions() for leaf in leaves(one.condition) if isinstance(leaf, Within)
    }
    return [
        Patient(period.after(dt.date(*start)) + dt.timedelta(days=days), {"lesion": "scar", fact: dt.date(*start)})
        for (fact, period), start, days in itertools.product(sorted(waits, key=str), ends, (-1, 0, 1))
    ]
