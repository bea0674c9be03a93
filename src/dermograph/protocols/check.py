"""What a reader of one file cannot see: whether registers, conflicts and protocols fit together.

Reading a pack already refuses unknown names, missing citations and numbers without a unit. This check adds that no
claim is left over and none is dangling, and that three-valued logic is exact on every rule.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping

from dermograph.core.dates import FIRST_DAY
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.core.truth import Truth
from dermograph.protocols.conditions import Compare, Condition, Within, facts_of, leaves
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol, Rule, Statement
from dermograph.protocols.put_together import statements
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

MOST_COMBINATIONS = 200_000
_PROBE_DAY = dt.date(2026, 11, 21)  # any day will do: a wait is tried on both sides of its end


def check_library(library: Library) -> tuple[InputError, ...]:
    """Every problem in what was loaded; empty if there is none."""
    return (
        *_check_claims(library),
        *_check_conflicts(library),
        *itertools.chain.from_iterable(_check_rules(protocol) for protocol in library.protocols.values()),
    )


def _originals(statement: Statement | None) -> Iterator[Statement]:
    while statement is not None:
        yield statement
        statement = statement.replaces


def citations(protocols: Iterable[Protocol]) -> dict[tuple[str, str], list[str]]:
    """For each cited claim, as (source key, claim id): the statements that cite it, as ``protocol:statement``."""
    found: dict[tuple[str, str], list[str]] = {}
    for protocol in protocols:
        for _, statement in statements(protocol):
            for version in _originals(statement):
                for cite in version.cite:
                    found.setdefault((cite.source, cite.claim), []).append(f"{protocol.id}:{statement.id}")
    return {key: list(dict.fromkeys(names)) for key, names in found.items()}


def _check_claims(library: Library) -> Iterator[InputError]:
    cited = citations(library.protocols.values())
    in_conflict = {(cite.source, claim.id) for conflict in library.conflicts.values() for cite, claim in conflict.sides}
    for source in library.sources.values():
        for claim in source.claims.values():
            key = (source.key, claim.id)
            place = Place(file=source.register, field=claim.id)
            if claim.fate == "used" and key not in cited:
                what = Text("The claim is called used, but nothing cites it.", "Consta como usada, pero nada la cita.")
                yield InputError(what, place)
            if claim.fate in ("rejected", "not_clinical", "reference") and key in cited:
                yield InputError(
                    Text(
                        f"The claim is called {claim.fate}, but {cited[key][0]} cites it.",
                        f"Consta como {claim.fate}, pero {cited[key][0]} la cita.",
                    ),
                    place,
                )
            if claim.fate == "disputed" and key not in in_conflict:
                what = Text(
                    "The claim is called disputed, but no conflict names it.",
                    "Consta como discutida, pero ningún conflicto la nombra.",
                )
                yield InputError(what, place)


def _check_conflicts(library: Library) -> Iterator[InputError]:
    for conflict in library.conflicts.values():
        fates = {claim.fate for _, claim in conflict.sides}
        place = Place(file="conflicts.yaml", field=conflict.id)
        if not conflict.sides:
            yield InputError(Text("The conflict names no claim.", "El conflicto no nombra ninguna afirmación."), place)
        elif conflict.kind == "contradiction" and not fates & {"disputed", "rejected"}:
            yield InputError(
                Text(
                    "A contradiction, but none of its claims is disputed or rejected.",
                    "Es una contradicción, pero ninguna afirmación consta como discutida o rechazada.",
                ),
                place,
            )


def _check_rules(protocol: Protocol) -> Iterator[InputError]:
    for rule in protocol.rules:
        place = Place(file=f"{protocol.id}/protocol.yaml", field=f"rules.{rule.id}")
        names = facts_of(rule.applies)
        domains = {name: representatives(protocol.vocabulary.facts[name], rule.applies) for name in names}
        if combinations(domains) > MOST_COMBINATIONS:
            what = Text("The rule names too many facts to be checked.", "La regla nombra demasiados datos.")
            yield InputError(what, place, Text("Split it.", "Divídala."))
            continue
        seen, inexact = _tried(rule, domains)
        for truth, word in ((Truth.TRUE, "true"), (Truth.FALSE, "false")):
            if truth not in seen:
                yield InputError(Text(f"The rule can never be {word}.", f"La regla nunca puede ser {word}."), place)
        if inexact is not None:
            yield InputError(
                Text(
                    f"With {inexact} three-valued logic says unknown although the answer is settled.",
                    f"Con {inexact} la lógica trivalente dice desconocido aunque la respuesta es segura.",
                ),
                place,
                Text("Name each fact once.", "Nombre cada dato una sola vez."),
            )


def combinations(domains: Mapping[str, tuple[FactValue, ...]]) -> int:
    """How many combinations of values, unknown included, the facts of a rule have."""
    count = 1
    for values in domains.values():
        count *= len(values) + 1
    return count


def representatives(fact: Fact, condition: Condition) -> tuple[FactValue, ...]:
    """One value from every class of values that a condition can tell apart."""
    named: set[FactValue] = set()
    values: list[FactValue] = []
    for leaf in leaves(condition):
        if leaf.fact != fact.id:
            continue
        if isinstance(leaf, Within):
            just_over = leaf.period.last_start(_PROBE_DAY)
            values += [just_over, just_over + dt.timedelta(days=1)]
        elif isinstance(leaf, Compare):
            named |= set(leaf.value) if isinstance(leaf.value, tuple) else {leaf.value}
    if fact.type == "boolean":
        values += [False, True]
    elif fact.type == "integer":
        values += range(fact.low, fact.high + 1)
    elif fact.type == "choice":
        others = [value for value in fact.values if value not in named]
        values += [value for value in fact.values if value in named] + others[:1]
    else:
        values += [FIRST_DAY, *fact.words]
    return tuple(dict.fromkeys(values))


def _tried(rule: Rule, domains: Mapping[str, tuple[FactValue, ...]]) -> tuple[set[Truth], str | None]:
    """The truths that the rule takes, and the first partial knowledge on which Kleene's logic is not exact."""
    names = list(domains)
    known: dict[tuple[FactValue | None, ...], frozenset[Truth]] = {}
    inexact: str | None = None

    def completions(values: tuple[FactValue | None, ...]) -> frozenset[Truth]:
        nonlocal inexact
        if values in known:
            return known[values]
        facts = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        truth = rule.applies.evaluate(facts, _PROBE_DAY).truth
        if None not in values:
            result = frozenset({truth})
        else:
            hole = values.index(None)
            result = frozenset().union(
                *(completions((*values[:hole], value, *values[hole + 1 :])) for value in domains[names[hole]])
            )
            if truth is Truth.UNKNOWN and len(result) == 1:
                inexact = inexact or (", ".join(f"{name} {value}" for name, value in facts.items()) or "nothing known")
        known[values] = result
        return result

    for values in itertools.product(*((None, *domains[name]) for name in names)):
        completions(values)
    return set().union(*known.values()), inexact


def rules_of(vocabulary: Vocabulary, protocol: Protocol) -> dict[str, list[str]]:
    """For each fact of the vocabulary: the rules of a protocol that ask for it."""
    return {fact: [rule.id for rule in protocol.rules if fact in facts_of(rule.applies)] for fact in vocabulary.facts}
