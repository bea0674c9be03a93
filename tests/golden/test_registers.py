"""The registers of sources are complete: no claim is left over, none dangles, and every line has its place."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dermograph import load_library
from dermograph.core.errors import ProtocolError
from dermograph.core.text import Text
from dermograph.protocols import Library, load
from dermograph.protocols.check import check_library
from dermograph.protocols.citations import Source
from dermograph.protocols.model import Answer, SideEffect
from dermograph.protocols.put_together import statements
from tests.conftest import SHARED
from tests.golden.test_cases import document

LIBRARY = load_library()
REGISTERS = sorted(path for path in load.PACKS.rglob("*.yaml") if "cases" not in path.name)
DOCUMENTS = [source for source in LIBRARY.sources.values() if source.file]

#: Words that Spanish writes as English does; all else that is the same in both was forgotten.
SAME_IN_BOTH = {"diabetes", "microneedling", "sauna", "Microneedling (Dermapen)", "Dermapen (microneedling)"}

#: What no statement of a protocol may promise, in either language.
PROMISES = re.compile(
    r"perfect|painless|pain-free|permanent|imperceptib|flawless|invisible|miracle|"
    r"indolor|sin dolor|impecable|milagr|garantizad",
    re.IGNORECASE,
)
COPIED_WORDS = 6

each_document = pytest.mark.parametrize("source", DOCUMENTS, ids=[source.key for source in DOCUMENTS])


def texts(value: Any, key: str = "", place: str = "") -> Iterator[tuple[str, str, Text]]:  # noqa: ANN401 (a document)
    """Every text of a document: the key that it stands under, its place, and both languages."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            name = item.get("id", number) if isinstance(item, dict) else number
            yield from texts(item, key, f"{place}[{name}]")
    elif isinstance(value, dict):
        if {"en", "es"} & set(value):
            yield key, place, Text(value.get("en") or "", value.get("es") or "")
        else:
            for name, item in value.items():
                yield from texts(item, name, f"{place}.{name}")


def all_texts() -> Iterator[tuple[str, str, Text]]:
    """Every text of every pack and register, with the file before its place."""
    for path in REGISTERS:
        for key, place, text in texts(document(path)):
            yield key, f"{path.parent.name}/{path.name}{place}", text


def words(text: str) -> list[str]:
    """The words of a text in lower case, without what stands between them."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of six consecutive words of a text."""
    found = words(text)
    return zip(*(found[start:] for start in range(COPIED_WORDS)), strict=False)


def lines_of(source: Source) -> list[str]:
    """The lines of a source's document."""
    return (SHARED / "sources" / (source.file or "")).read_text(encoding="utf-8").splitlines()


def claimed(source: Source) -> set[int]:
    """The lines that some claim of a source stands on."""
    return {line for claim in source.claims.values() for line in claim.lines}


# ── What is in the registers ────────────────────────────────────────────────────────────────────────────────────────


def test_no_claim_is_left_over_and_none_dangles() -> None:
    assert check_library(LIBRARY) == ()


def test_there_are_three_documents_and_two_registers_without_one() -> None:
    assert len(DOCUMENTS) == 3
    assert {source.basis for source in DOCUMENTS} == {"clinic"}
    assert {source.basis for source in LIBRARY.sources.values() if not source.file} == {"literature", "assumption"}


def test_every_row_of_the_table_of_contradictions_is_a_conflict_once() -> None:
    assert sorted(conflict.row or 0 for conflict in LIBRARY.conflicts.values()) == list(range(1, 32))


def test_every_contradiction_has_a_side_that_is_disputed_or_rejected_with_its_reason() -> None:
    contradictions = [conflict for conflict in LIBRARY.conflicts.values() if conflict.kind == "contradiction"]
    assert contradictions
    for conflict in contradictions:
        lost = [claim for _, claim in conflict.sides if claim.fate in ("disputed", "rejected")]
        assert lost, conflict.id
        assert all(claim.why and claim.why.en and claim.why.es for claim in lost), conflict.id


def test_every_conflict_says_what_is_done_about_it_and_names_its_sides_once() -> None:
    for conflict in LIBRARY.conflicts.values():
        sides = [(cite.source, cite.claim) for cite, _ in conflict.sides]
        assert sides, conflict.id
        assert len(sides) == len(set(sides)), conflict.id
        assert conflict.treatment.en, conflict.id
        assert conflict.treatment.es, conflict.id


def test_every_fate_other_than_used_has_a_reason_and_used_has_none() -> None:
    for source in LIBRARY.sources.values():
        for claim in source.claims.values():
            assert (claim.fate == "used") == (claim.why is None), claim.id


def test_what_only_literature_and_assumptions_may_be_is_a_reference() -> None:
    for source in DOCUMENTS:
        assert "reference" not in {claim.fate for claim in source.claims.values()}


# ── Each kind of problem is noticed ─────────────────────────────────────────────────────────────────────────────────

CLAIM = """claims:
  - id: left-over
    at: somewhere
    says: {{en: something, es: algo}}
    fate: {fate}
"""
CONFLICT = """conflicts:
  - id: new
    kind: {kind}
    topic: {{en: something, es: algo}}
    claims: [{claims}]
    treatment: {{en: nothing, es: nada}}
"""
RULE = """rules:
  - id: new-rule
    grade: {grade}
    when: {when}
    says: {{en: something, es: algo}}
    cite: [{cite}]
"""
FOURTEEN = [fact.id for fact in LIBRARY.vocabulary.facts.values() if fact.type == "boolean"][:14]
AGE = "assumptions/minimum-age"


def rule(when: str, grade: str = "caution", cite: str = AGE) -> str:
    """The beginning of a list of rules, with one more."""
    return RULE.format(grade=grade, when=when, cite=cite)


def every(word: str, *parts: str) -> str:
    """Conditions joined by a word."""
    return f"{{{word}: [{', '.join(parts)}]}}"


def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The library of a copy of the packs, past the cache of what was loaded before."""
    monkeypatch.setattr(load, "PACKS", folder)
    return load._load.__wrapped__(())  # noqa: SLF001 (the only way past the cache)


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], Library]:
    """Load a copy of the packs in which one piece of one file reads otherwise."""

    def change(name: str, old: str, new: str) -> Library:
        packs = tmp_path / "packs"
        shutil.copytree(load.PACKS, packs)
        text = (packs / name).read_text(encoding="utf-8")
        assert old in text
        (packs / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return loaded(packs, monkeypatch)

    return change


def fate_of(claim: str, fate: str) -> tuple[str, str, str]:
    """A change of the assumptions that gives a claim another fate."""
    text = (load.PACKS / "sources/assumptions.yaml").read_text(encoding="utf-8")
    old = text[text.index(f"- id: {claim}\n") :].partition("\n\n")[0]
    new = old.replace("fate: used", f"fate: {fate}\n    why: {{en: because, es: porque}}")
    return "sources/assumptions.yaml", old, new


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("sources/literature.yaml", "claims:\n", CLAIM.format(fate="used")), "called used, but nothing cites it"),
        (fate_of("minimum-age", "rejected"), "called rejected, but"),
        (fate_of("minimum-age", "not_clinical"), "called not_clinical, but"),
        (fate_of("minimum-age", "reference"), "called reference, but"),
        (
            ("sources/literature.yaml", "claims:\n", CLAIM.format(fate="disputed\n    why: {en: why, es: por qué}")),
            "called disputed, but no conflict names it",
        ),
        (("conflicts.yaml", "conflicts:\n", CONFLICT.format(kind="gap", claims="")), "names no claim"),
        (
            ("conflicts.yaml", "conflicts:\n", CONFLICT.format(kind="contradiction", claims=AGE)),
            "none of its claims is disputed or rejected",
        ),
        (
            ("scalp/protocol.yaml", "rules:\n", rule("{all: [lesion: {is: scar}, lesion: {is: stria}]}")),
            "can never be true",
        ),
        (
            ("scalp/protocol.yaml", "rules:\n", rule("{any: [tanned: {is: true}, tanned: {is: false}]}")),
            "can never be false",
        ),
        (
            (
                "scalp/protocol.yaml",
                "rules:\n",
                rule("{any: [all: [tanned: {is: true}, herpes: {is: true}], tanned: {is: false}]}"),
            ),
            "three-valued logic says unknown although the answer is settled",
        ),
        (
            ("scalp/protocol.yaml", "rules:\n", rule(every("all", *(f"{name}: {{is: true}}" for name in FOURTEEN)))),
            "too many facts",
        ),
    ],
)
def test_what_does_not_fit_together_is_noticed(
    changed: Callable[[str, str, str], Library], change: tuple[str, str, str], found: str
) -> None:
    problems = check_library(changed(*change))
    assert any(found in problem.say("en") for problem in problems), [problem.say("en") for problem in problems]
    assert all(problem.say("es") != problem.say("en") for problem in problems)
    assert all(problem.place.file for problem in problems)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("scalp/protocol.yaml", "rules:\n", rule("{tanned: {is: true}}", cite="")), "Nothing is cited"),
        (("scalp/protocol.yaml", "rules:\n", rule("{tanned: {is: true}}", cite="nobody/x")), "Unknown source 'nobody'"),
        (
            ("scalp/protocol.yaml", "rules:\n", rule("{tanned: {is: true}}", cite="assumptions/minimum-ag")),
            "Did you mean 'minimum-age'?",
        ),
        (("conflicts.yaml", "conflicts:\n", CONFLICT.format(kind="gap", claims="literature/x")), "makes no claim 'x'"),
        (("sources/literature.yaml", "claims:\n", CLAIM.format(fate="lost")), "lost"),
        (("sources/literature.yaml", "claims:\n", CLAIM.format(fate="rejected")), "gives its reason in 'why'"),
        (("scalp/protocol.yaml", "rules:\n", rule("{tann: {is: true}}")), "Unknown fact 'tann'"),
        (("scalp/protocol.yaml", "rules:\n", rule("{tanned: {at_least: 1}}")), "at_least"),
        (("scalp/protocol.yaml", "rules:\n", rule("{birth_date: {within: 18}}", "until_date")), "a mapping of keys"),
        *(
            (
                ("scalp/protocol.yaml", "rules:\n", rule("{birth_date: {within: {years: 18}}}", grade)),
                "'until_date' needs",
            )
            for grade in ("until_condition", "absolute")
        ),
        (("scalp/protocol.yaml", "rules:\n", rule("{tanned: {is: true}}", "until_date")), "'until_date' needs"),
        (("scalp/protocol.yaml", "rules:\n", rule("{tanned: {is: true}}", "clearance")), "who is asked"),
        (("scalp/protocol.yaml", "id: pregnancy", "id: breastfeeding"), "stands twice"),
        (("facts.yaml", "en: Any breastfeeding, also partial.\n", ""), "'en' is missing"),
        (("scalp/protocol.yaml", "schema:", "rules: []\nschema:"), "stands twice"),
    ],
)
def test_a_pack_that_cites_nothing_or_what_is_not_there_is_not_loaded_at_all(
    changed: Callable[[str, str, str], Library], change: tuple[str, str, str], found: str
) -> None:
    with pytest.raises(ProtocolError) as caught:
        changed(*change)
    said = [problem.say("en") for problem in caught.value.problems]
    assert any(found in one for one in said), said
    assert all(problem.place.file and problem.place.line for problem in caught.value.problems)


def test_every_problem_is_reported_and_not_only_the_first(changed: Callable[[str, str, str], Library]) -> None:
    two = rule("{tann: {is: true}}") + rule("{tanned: {is: true}}", cite="").removeprefix("rules:\n")
    with pytest.raises(ProtocolError) as caught:
        changed("scalp/protocol.yaml", "rules:\n", two)
    assert len(caught.value.problems) == 2


def test_a_copy_that_is_not_changed_has_no_problem_and_the_same_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(load.PACKS, tmp_path / "packs")
    library = loaded(copy, monkeypatch)
    assert check_library(library) == ()
    assert {p.id: p.hash for p in library.protocols.values()} == {p.id: p.hash for p in LIBRARY.protocols.values()}


def test_another_word_in_a_register_gives_every_protocol_that_cites_it_another_hash(
    changed: Callable[[str, str, str], Library],
) -> None:
    library = changed("sources/capillary-micropigmentation.yaml", "makes hair grow", "lets hair grow")
    same = {name for name, law in library.protocols.items() if law.hash == LIBRARY.protocols[name].hash}
    assert same == {"microneedling", "paramedical"}


# ── The documents ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.shared
@each_document
def test_a_register_belongs_to_the_document_as_it_is(source: Source) -> None:
    content = (SHARED / "sources" / (source.file or "")).read_bytes()
    assert hashlib.sha256(content).hexdigest() == source.sha256


@pytest.mark.shared
@each_document
def test_every_line_that_is_not_blank_is_claimed_or_is_furniture(source: Source) -> None:
    written = {number for number, line in enumerate(lines_of(source), start=1) if line.strip()}
    assert written - claimed(source) - source.furniture == set()


@pytest.mark.shared
@each_document
def test_no_line_is_both_claimed_and_furniture(source: Source) -> None:
    assert claimed(source) & source.furniture == set()


@pytest.mark.shared
@each_document
def test_every_line_that_a_register_names_is_there_and_is_not_blank(source: Source) -> None:
    lines = lines_of(source)
    named = claimed(source) | source.furniture
    assert named <= set(range(1, len(lines) + 1))
    for claim in source.claims.values():
        assert any(lines[number - 1].strip() for number in claim.lines), claim.id


@pytest.mark.shared
def test_every_document_of_the_shared_folder_has_its_register(shared: Path) -> None:
    assert {path.name for path in (shared / "sources").iterdir()} == {source.file for source in DOCUMENTS}


@pytest.mark.shared
def test_no_sentence_of_a_source_is_copied(shared: Path) -> None:
    theirs = {run for path in (shared / "sources").glob("*.txt") for run in runs(path.read_text(encoding="utf-8"))}
    copied = [
        f"{place}: {' '.join(run)}"
        for key, place, text in all_texts()
        if key == "says"
        for run in runs(text.en)
        if run in theirs
    ]
    assert copied == []


def test_a_copied_sentence_would_be_noticed() -> None:
    assert list(runs("One, two: three four (five) six seven")) == [
        ("one", "two", "three", "four", "five", "six"),
        ("two", "three", "four", "five", "six", "seven"),
    ]
    assert list(runs("only five words stand here")) == []


# ── The words ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_text_is_there_in_both_languages() -> None:
    found = list(all_texts())
    assert len(found) > 700
    assert [place for _, place, text in found if not text.en.strip() or not text.es.strip()] == []


def test_no_spanish_text_is_the_english_one() -> None:
    same = [f"{place}: {text.en}" for _, place, text in all_texts() if text.en.strip() == text.es.strip()]
    assert [one for one in same if one.partition(": ")[2] not in SAME_IN_BOTH] == []


def test_no_statement_of_a_protocol_promises_what_nobody_can_keep() -> None:
    found = []
    for protocol in LIBRARY.protocols.values():
        for section, statement in statements(protocol):
            said = [statement.says]
            said += [statement.worry] if isinstance(statement, SideEffect) else []
            said += [statement.question] if isinstance(statement, Answer) else []
            found += [
                f"{protocol.id} {section} {statement.id}: {match[0]}"
                for text in said
                for match in PROMISES.finditer(f"{text.en} {text.es}")
            ]
    assert found == []


@pytest.mark.parametrize("word", ["perfectly", "Painless", "permanent", "imperceptible", "perfecta", "indoloro"])
def test_a_promise_would_be_noticed(word: str) -> None:
    assert PROMISES.search(f"The result is {word}.")
