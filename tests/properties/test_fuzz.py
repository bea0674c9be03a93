"""Whatever the loaders are given, they return a value or an error for people; nothing else, and at once."""

import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dermograph.care.case import Case
from dermograph.care.read_case import read_case
from dermograph.care.read_cohort import read_cohort
from dermograph.core.errors import InputError, ProtocolError
from dermograph.core.text import LANGUAGES
from dermograph.protocols import Library, load_library
from dermograph.protocols.load import PACKS
from dermograph.protocols.overrides import read_overrides
from dermograph.protocols.put_together import read_protocol
from dermograph.protocols.read_protocol import Reader
from dermograph.protocols.strict_yaml import parse, read_stream

LIBRARY = load_library()
NAME = "fuzzed.yaml"
LONGEST_SECONDS = 5.0  # of the processor; far above what anything of this size takes, while a hang takes for ever

CASE = """\
schema: dermograph.case/1
treatment: paramedical
assessed_on: 2026-11-20
reviewed_on: 2026-11-20
time_zone: Europe/Madrid
patient:
  birth_date: 1990-06-15
  phototype: 4
  pregnant: false
  isotretinoin: 2026-01-10
  anticoagulants: {missing: refused}
events:
  - {what: travel, from: 2026-12-20, to: 2027-01-07}
areas:
  - name: knee
    lesion: scar
    scar_type: atrophic
    onset: 2024-03-02
    infection: null
    wish: 1
    size_cm2: 12.5
    minutes: 60
    goal_delta_e00: 2.0
    sessions: ["2026-09-12T10:00", 2026-10-17]
    events:
      - {what: sun_exposure, from: 2026-12-22, to: 2027-01-05}
      - {what: alcohol, on: "2026-11-20T22:00"}
    measurements:
      - {on: 2026-09-12, comparable: true, contrast: {value: 8.4, u: 0.4}, ita_deg: {value: 31.0, u: 1.2}}
      - {on: 2026-11-14, comparable: false, why_not: blurred}
    signs: [{what: erythema, on: 2026-10-18}]
    reviews: [{on: 2026-10-16, by: A. Ruiz}]
"""
PACK = (PACKS / "scalp" / "protocol.yaml").read_text(encoding="utf-8")
OVERRIDES = """\
schema: dermograph.overrides/1
id: paramedical-own
extends: paramedical
version: 1.0.0
title: {en: Our own, es: La nuestra}
overrides:
  - replaces: minimum-age
    decided_by: medical lead
    reason: {en: Adults from 22 years on., es: Adultos desde los 22.}
    with:
      id: minimum-age
      grade: until_date
      when: {birth_date: {within: {years: 22}}}
      says: {en: Not before the 22nd birthday., es: No antes de cumplir 22.}
      cite: [assumptions/minimum-age]
  - replaces: spacing
    decided_by: medical lead
    reason: {en: Wider., es: Más.}
    with: {at_least: {weeks: 5}, says: {en: Five weeks., es: Cinco semanas.}, cite: [assumptions/minimum-age]}
"""
LINE: dict[str, Any] = {
    "id": "p1",
    "treatment": "paramedical",
    "assessed_on": "2026-11-20",
    "patient": {"birth_date": "1990-06-15", "phototype": 3, "isotretinoin": "never", "pregnant": False},
    "areas": [{"name": "abdomen", "lesion": "stria", "stage": "white", "surgery": "2020-01-01"}],
}

#: Scalars that have upset readers of YAML or JSON before.
AWKWARD = [
    "",
    "~",
    "null",
    "Null",
    "true",
    "True",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "0",
    "-0",
    "007",
    "0x1F",
    "0o17",
    "1_000",
    "1:30",
    "1e3",
    "1.0e400",
    ".inf",
    "-.inf",
    ".nan",
    "9" * 400,
    "-1",
    "3.0",
    "1e-9",
    "2026-02-30",
    "2026-13-01",
    "0000-00-00",
    "9999-12-31",
    "1899-12-31",
    "2199-12-31",
    "2026-11-20T25:00",
    "2026-11-20T10:00+25:00",
    "2026-11-20T10:00:60",
    "[]",
    "{}",
    "[[]]",
    "{a: {b: c}}",
    "'",
    '"',
    "'a",
    '"\\',
    "&a",
    "*a",
    "!a",
    "!!int '3'",
    "<<",
    "?",
    ":",
    "- ",
    "|",
    ">",
    "%",
    "@",
    "`",
    "#",
    "---",
    "...",
    "\t",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "😀",
    "ñ",
    "a" * 3000,
    "[" * 500,
    "{a: " * 300,
    "- " * 300,
]
NAMES = st.sampled_from(
    [
        "treatment",
        "assessed_on",
        "areas",
        "name",
        "patient",
        "events",
        "what",
        "on",
        "from",
        "to",
        "sessions",
        "when",
        "says",
        "cite",
        "id",
        "grade",
        "all",
        "any",
        "not",
        "within",
        "en",
        "es",
        "rules",
        *LIBRARY.vocabulary.facts,
    ]
)
SCALARS = st.one_of(
    st.sampled_from(AWKWARD), st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(NAMES, st.text(max_size=4)), inner, max_size=5)
    ),
    max_leaves=30,
)
#: How many examples a search tries; a night of them: FUZZ_EXAMPLES=20000. A whole pack takes longer than a case.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
SEARCH = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
FEWER = settings(SEARCH, max_examples=max(1, EXAMPLES // 4))


def load_case(text: str) -> Case:
    return read_case(text, LIBRARY.vocabulary, file=NAME)


def load_pack(text: str) -> object:
    """A protocol or its overrides as the loader reads it, short of the files: problems are raised together."""
    root = parse(text, NAME)
    problems: list[InputError] = []
    reader = Reader(LIBRARY.vocabulary, LIBRARY.sources, LIBRARY.conflicts, problems)
    if "extends" in root.entries():
        protocol = read_overrides(root, reader, LIBRARY.protocols)
    else:
        protocol = read_protocol(root, reader)
    if problems:
        raise ProtocolError(tuple(problems))
    return protocol


def check_outcome(load: Callable[[str], object], text: str) -> InputError | None:
    """A value or a good error, and soon. Returns the error."""
    begun = time.process_time()
    try:
        value = load(text)
    except InputError as error:
        check_error(error)
        assert time.process_time() - begun < LONGEST_SECONDS
        return error
    assert value is not None
    assert time.process_time() - begun < LONGEST_SECONDS
    return None


def check_error(error: InputError) -> None:
    """An error says what is wrong in both languages, on one printable line of bounded length, and where."""
    problems = error.problems if isinstance(error, ProtocolError) else (error,)
    assert problems
    for problem in problems:
        assert problem.place.file
        assert problem.place.line is None or problem.place.line >= 1
        for language in LANGUAGES:
            assert problem.what.say(language).strip()
            said = problem.say(language)
            assert len(said) < 3000, said[:200]
            assert said.isprintable(), repr(said)


def dumped(tree: object) -> str:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


@st.composite
def damaged(draw: st.DrawFn, whole: str) -> str:
    """A valid document with a few accidents: lines lost, doubled, moved, indented; scalars and characters changed."""
    lines = whole.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(lines) - 1))
        line = lines[index]
        what = draw(st.sampled_from(["delete", "double", "swap", "indent", "dedent", "value", "key", "insert", "cut"]))
        if what == "delete" and len(lines) > 1:
            del lines[index]
        elif what == "double":
            lines.insert(index, line)
        elif what == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[index], lines[other] = lines[other], line
        elif what == "indent":
            lines[index] = " " * draw(st.integers(1, 4)) + line
        elif what == "dedent":
            lines[index] = line.removeprefix("  ")
        elif what == "value" and ":" in line:
            lines[index] = line[: line.rindex(":")] + ": " + str(draw(SCALARS))
        elif what == "key" and ":" in line:
            lines[index] = draw(st.one_of(NAMES, st.sampled_from(AWKWARD))) + line[line.index(":") :]
        elif what == "insert":
            at = draw(st.integers(0, len(line)))
            lines[index] = line[:at] + draw(st.one_of(st.sampled_from(AWKWARD), st.text(max_size=3))) + line[at:]
        else:
            lines[index] = line[: draw(st.integers(0, len(line)))]
    return "\n".join(lines)


@st.composite
def grafted(draw: st.DrawFn, whole: str) -> str:
    """A valid document, well formed still, one of its branches replaced by a random tree or removed."""
    tree = json.loads(json.dumps(yaml.safe_load(whole), default=str))
    places = list(branches(tree))
    parent, key = draw(st.sampled_from(places))
    if draw(st.booleans()):
        parent[key] = draw(TREES)
    elif isinstance(parent, dict):
        parent[draw(NAMES)] = parent.pop(key)
    else:
        parent.append(copy.deepcopy(parent[key]))
    return dumped(tree)


def branches(tree: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 (the shape is the document's)
    """Every branch of a tree, as what holds it and its key there."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from branches(tree[key])


LOADERS = pytest.mark.parametrize("load", [load_case, load_pack], ids=["case", "pack"])


@LOADERS
@SEARCH
@given(st.text(max_size=300))
@example("\ufeff")
@example("a: &a [*a]")
@example("? {}\n: 1")
def test_any_text_is_read_or_refused(load: Callable[[str], object], text: str) -> None:
    check_outcome(load, text)


@LOADERS
@SEARCH
@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"\x00")
def test_any_bytes_are_read_or_refused(load: Callable[[str], object], raw: bytes) -> None:
    check_outcome(lambda _: load(read_stream(raw, NAME)), "")


@LOADERS
@SEARCH
@given(TREES)
def test_any_tree_is_read_or_refused(load: Callable[[str], object], tree: object) -> None:
    check_outcome(load, dumped(tree))


@SEARCH
@given(damaged(CASE))
def test_a_damaged_case_is_read_or_refused(text: str) -> None:
    check_outcome(load_case, text)


@SEARCH
@given(grafted(CASE))
def test_a_case_with_a_strange_branch_is_read_or_refused(text: str) -> None:
    check_outcome(load_case, text)


@FEWER
@given(damaged(PACK))
def test_a_damaged_pack_is_read_or_refused(text: str) -> None:
    check_outcome(load_pack, text)


@FEWER
@given(grafted(PACK))
def test_a_pack_with_a_strange_branch_is_read_or_refused(text: str) -> None:
    check_outcome(load_pack, text)


@SEARCH
@given(st.one_of(damaged(OVERRIDES), grafted(OVERRIDES)))
def test_damaged_overrides_are_read_or_refused(text: str) -> None:
    check_outcome(load_pack, text)


@FEWER
@given(text=st.one_of(damaged(OVERRIDES), grafted(OVERRIDES), st.text(max_size=100)))
def test_a_damaged_pack_folder_loads_whole_or_not_at_all(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "protocol.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    error = check_outcome(lambda _: load_library(folder), "")
    if error is None:
        loaded = load_library(folder)
        assert isinstance(loaded, Library)
        assert len(loaded.protocols) == len(LIBRARY.protocols) + 1
    hashes = {name: protocol.hash for name, protocol in load_library().protocols.items()}
    assert hashes == {name: protocol.hash for name, protocol in LIBRARY.protocols.items()}


@SEARCH
@given(
    lines=st.lists(st.one_of(damaged(json.dumps(LINE)), grafted(json.dumps(LINE)), st.text(max_size=40)), max_size=4)
)
@example(lines=['{"a":' * 2000])
@example(lines=["[" * 100_000])
@example(lines=[json.dumps({**LINE, "id": {}}), json.dumps(LINE)])
def test_any_cohort_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("cohort") / "many.jsonl"
    rows = [_as_json(line) for line in lines]
    path.write_bytes("\n".join([json.dumps(LINE), *rows]).encode("utf-8", "surrogatepass"))
    check_outcome(lambda _: list(read_cohort(path, LIBRARY.vocabulary)), "")


@SEARCH
@given(raw=st.binary(max_size=200))
@example(raw=b"\xef\xbb\xbf{}")
@example(raw=b"PAR1")
@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_any_cohort_of_bytes_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("cohort") / f"bytes{suffix}"
    path.write_bytes(raw)
    check_outcome(lambda _: list(read_cohort(path, LIBRARY.vocabulary)), "")


@SEARCH
@given(grafted(json.dumps(LINE)))
def test_a_cohort_reads_a_line_just_as_a_case_is_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    value = yaml.safe_load(text)
    if not isinstance(value, dict):
        assert check_outcome(load_case, text) is not None
        return
    line = json.dumps(value, default=str)
    own = {key: part for key, part in value.items() if key != "id"}
    path = tmp_path_factory.mktemp("cohort") / "one.jsonl"
    path.write_text(line, encoding="utf-8")
    if "id" in value and not isinstance(value["id"], str | None):
        check_outcome(lambda _: list(read_cohort(path, LIBRARY.vocabulary)), "")
        return
    alone = check_outcome(load_case, json.dumps(own, default=str))
    together = check_outcome(lambda _: list(read_cohort(path, LIBRARY.vocabulary)), "")
    assert (alone is None) == (together is None), f"{line}\ncase: {alone}\ncohort: {together}"


def _as_json(text: str) -> str:
    """A fuzzed document as one line of JSON where it can be one; else the text itself, on one line."""
    try:
        return json.dumps(yaml.safe_load(text), default=str)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        return text.replace("\n", " ").replace("\r", " ")
