"""Every command, in both languages: help, words within 80 columns, and one JSON object with the contract's keys."""

import dataclasses
import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import dermograph.cli
from dermograph import __version__
from dermograph.core.text import LANGUAGES, Language
from dermograph.protocols import load_library
from tests.cli.test_bad_input import Answer, Run, run, started
from tests.golden.test_cases import OURS, THEIRS, Golden, expanded

__all__ = ["run"]  # the fixture, for the tests below

Json = dict[str, Any]
COMMANDS = (
    *("assess", "plan", "review", "forecast"),
    *("card", "quality", "measure", "compare", "series"),
    *("scalp", "protocols", "rescreen", "serve", "demo", "worker", "measure-again"),
    *("check", "account", "audit", "backup", "restore", "import", "export"),
)
ACTIONS = ("list", "show", "check", "sources", "conflicts")
EXCHANGES = {"import": ("fhir",), "export": ("dicom", "fhir", "measures", "pdf")}
TREATMENTS = ("microneedling", "paramedical", "scalp")
WIDTH = 80

KNOWN = """\
  birth_date: 1990-06-15
  phototype: 3
  pregnant: false
  breastfeeding: false
  autoimmune: none
  isotretinoin: never
  diabetes: none
  anticoagulants: false
  oncology: none
  photosensitivity: false
  hypersensitive_skin: false
  abnormal_scarring: false
  blood_borne_infection: false
  bleeding_disorder: false
  collagen_disease: false
  allergy_metal: false
  allergy_anaesthetic: false
"""
COURSE = f"""\
treatment: paramedical
assessed_on: 2024-11-20
reviewed_on: 2024-11-20
patient:
{KNOWN}\
areas:
  - name: abdomen
    lesion: stria
    stage: white
    keloid_tendency: false
    vitiligo_active: false
    infection: false
    herpes: false
    sessions: ["2024-10-01T10:00"]
    events:
      - {{what: sunbed, on: 2024-10-05}}
      - {{what: sun_exposure, from: 2025-01-01, to: 2025-01-05}}
      - {{what: deadline, on: 2025-06-01}}
    measurements:
      - {{on: 2024-10-01, comparable: true, contrast: {{value: 8.4, u: 0.4}}}}
      - {{on: 2024-11-15, comparable: true, contrast: {{value: 6.1, u: 0.4}}}}
  - name: thigh
    lesion: stria
    stage: red
    wish: 1
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case with something to say to every command."""
    path = tmp_path / "case.yaml"
    path.write_text(COURSE, encoding="utf-8")
    return path


def check_done(answer: Answer) -> str:
    """Status 0, nothing on standard error, and something on standard output."""
    assert (answer.code, answer.err) == (0, ""), answer.err
    assert answer.out.endswith("\n")
    return answer.out


def cells(line: str) -> int:
    """How many columns a line takes on a terminal."""
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in line
    )


def check_page(out: str) -> None:
    """Lines of at most 80 columns, printable, without space at their ends, gaps of one line."""
    for line in out.split("\n"):
        assert cells(line) <= WIDTH, line
        assert line.replace("\N{NO-BREAK SPACE}", " ").isprintable(), repr(line)
        assert line == line.rstrip(), repr(line)
    assert "\n\n\n" not in out
    assert ": None" not in out
    assert "{" not in out


# ── Help ────────────────────────────────────────────────────────────────────────────────────────────────────────────


HELPED: tuple[tuple[str, ...], ...] = (
    (),
    *((one,) for one in COMMANDS),
    *(("protocols", one) for one in ACTIONS),
    *((command, one) for command, actions in EXCHANGES.items() for one in actions),
)


def test_every_command_is_asked_for_its_help() -> None:
    given = {getattr(one, "NAME", one.__name__.rpartition(".")[2].replace("_", "-")) for one in dermograph.cli.COMMANDS}
    assert set(COMMANDS) == given


@pytest.mark.parametrize("words", HELPED, ids=" ".join)
def test_help_needs_no_arguments_and_speaks_the_language(words: tuple[str, ...], run: Run) -> None:
    said = {language: check_done(run(*words, "--help", "--lang", language)) for language in LANGUAGES}
    for page in said.values():
        check_help(page)
    assert said["en"] != said["es"]
    for english in ("usage:", "options:", "arguments", "show this", "and exit"):
        assert english not in said["es"]


def check_help(page: str) -> None:
    """A help page fits the screen."""
    assert all(cells(line) <= WIDTH for line in page.split("\n"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_alone_shows_what_there_is(language: Language, run: Run) -> None:
    page = check_done(run("--lang", language))
    assert all(re.search(rf"^ +{command}\b", page, re.MULTILINE) for command in COMMANDS)
    page = check_done(run("protocols", "--lang", language))
    assert all(re.search(rf"^ +{action}\b", page, re.MULTILINE) for action in ACTIONS)
    for command, actions in EXCHANGES.items():
        page = check_done(run(command, "--lang", language))
        assert all(re.search(rf"^ +{action}\b", page, re.MULTILINE) for action in actions)


def test_the_language_may_stand_before_the_command_or_after_it(run: Run, case: Path) -> None:
    assert (
        run("--lang", "es", "assess", case) == run("assess", case, "--lang", "es") == run("assess", case, "--lang=es")
    )
    assert run("--lang", "es", "protocols", "list") == run("protocols", "list", "--lang", "es")


def test_the_version_is_said(run: Run) -> None:
    assert check_done(run("--version")).strip() == f"dermograph {__version__}"


def test_python_m_does_what_the_command_does(run: Run, case: Path) -> None:
    assert started("assess", case, "--lang", "es") == run("assess", case, "--lang", "es")
    assert started("assess", case.with_name("none")).code == 2


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True)
class _LateDay:
    """Stands for the module `datetime` where a command asks it for today: golden cases lie on days to come."""

    date: type[dt.date]
    timedelta: type[dt.timedelta] = dt.timedelta
    datetime: type[dt.datetime] = dt.datetime


class _Today(dt.date):
    @classmethod
    def today(cls) -> "_Today":
        return cls(2100, 1, 1)


GOLDEN: dict[str, list[Golden]] = {}
for _case in (*OURS, *THEIRS):
    GOLDEN.setdefault(f"{_case.file.parent.name}/{_case.file.stem}", []).append(_case)


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_every_golden_case_fit_the_screen(
    language: Language, name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dermograph.cli.inputs.dt", _LateDay(_Today))
    path = tmp_path / "case.json"
    for golden in GOLDEN[name]:
        path.write_text(json.dumps(expanded(golden.case), default=str, ensure_ascii=False), encoding="utf-8")
        check_page(check_done(run(golden.command, path, "--lang", language)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "area",
    [
        "ñ" * 200,
        "una zona con un nombre bastante largo " * 5,
        "Ärmel-Österreich-" * 11,
        "皮膚の傷跡" * 40,
        "e\u0301" * 100,
        "🦤" * 100,
        "x" * 79,
        "x" * 80,
        "x" * 81,
        "1",
    ],
    ids=lambda name: f"{name[:10]} of {len(name)}",
)
def test_any_name_fits_the_screen(language: Language, area: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(COURSE.replace("name: abdomen", f'name: "{area.strip()}"'), encoding="utf-8")
    for command in (("assess",), ("plan", "--sessions", "3"), ("review",), ("forecast",)):
        check_page(check_done(run(*command, path, "--lang", language)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--terminal"),
        ("protocols", "list"),
        ("protocols", "sources"),
        ("protocols", "conflicts"),
        ("protocols", "check"),
        *(("protocols", "show", treatment) for treatment in TREATMENTS),
        *(("protocols", "sources", key) for key in load_library().sources),
    ],
    ids=" ".join,
)
def test_what_needs_no_case_fits_the_screen(language: Language, arguments: tuple[str, ...], run: Run) -> None:
    check_page(check_done(run(*arguments, "--lang", language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_source_is_explained_once(language: Language, run: Run, case: Path) -> None:
    for command in ("assess", "plan", "review", "forecast"):
        page = check_done(run(command, case, "--lang", language))
        heading = {"en": "\nSources\n", "es": "\nFuentes\n"}[language]
        body, found, sources = page.partition(heading)
        cited = set(re.findall(r"\[(\d+)\]", body))
        explained = re.findall(r"^ +\[(\d+)\] ", sources, re.MULTILINE)
        assert bool(cited) is bool(found)
        assert sorted(explained) == sorted(cited)


def test_a_figure_and_its_unit_stay_together(run: Run, case: Path) -> None:
    for language in LANGUAGES:
        for command in ("review", "forecast"):
            page = check_done(run(command, case, "--lang", language))
            assert not re.search(r"\n *(%|±)|(±|ΔE)\n", page)


def test_a_review_is_a_proposal_until_it_is_signed(run: Run, case: Path) -> None:
    assert "A proposal" in check_done(run("review", case))
    signed = check_done(run("review", case, "--sign", "  María Ñandú "))
    assert "A proposal" not in signed
    assert "María Ñandú" in signed
    answer = json.loads(check_done(run("review", case, "--sign", "  María Ñandú ", "--json")))
    assert answer["proposal"] is False
    assert answer["signed"]["by"] == "María Ñandú"
    assert dt.datetime.fromisoformat(answer["signed"]["at"]).tzinfo is not None


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────

Shape = Any  # a type; a list of one shape; a set of words; a mapping (a key with ? may be absent); or a check


def is_day(value: object) -> bool:
    return isinstance(value, str) and str(dt.date.fromisoformat(value)) == value


def is_moment(value: object) -> bool:
    return isinstance(value, str) and (dt.datetime.fromisoformat(value) is not None) and value[:4].isdigit()


def is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "{" not in value


def is_chance(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_hash(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"sha256:[0-9a-f]{64}", value) is not None


def check_shape(value: object, shape: Shape, at: str = "") -> None:
    """A value has a shape: every key of it, no other, each of the right type."""
    if isinstance(shape, tuple):  # this or null
        if value is not None:
            check_shape(value, shape[0], at)
    elif isinstance(shape, set):
        assert value in shape, f"{at}: {value!r}"
    elif isinstance(shape, list):
        assert isinstance(value, list), at
        for index, item in enumerate(value):
            check_shape(item, shape[0], f"{at}[{index}]")
    elif isinstance(shape, Mapping):
        assert isinstance(value, dict), at
        names = {key.rstrip("?") for key in shape}
        assert set(value) <= names, f"{at}: {set(value) - names} not expected"
        assert {key for key in shape if not key.endswith("?")} <= set(value), f"{at}: {names - set(value)} missing"
        for key, part in shape.items():
            if key.rstrip("?") in value:
                check_shape(value[key.rstrip("?")], part, f"{at}.{key}")
    elif isinstance(shape, type):
        assert type(value) is shape, f"{at}: {value!r}"
    else:
        assert shape(value), f"{at}: {value!r}"


VERDICT = {"suitable", "conditional", "deferred", "referred", "excluded", "incomplete"}
DECISION = {"another_session", "wait", "stop_goal_met", "stop_plateau", "refer", "maintain", "not_comparable"}
CITE = [{"source": is_words, "at": is_words, "basis": {"clinic", "literature", "assumption"}}]
CONFLICT: Shape = {
    "conflict": is_words,
    "topic": is_words,
    "sides": [{**CITE[0], "says": is_words, "fate": is_words}],
    "treatment": is_words,
}
REASON: Shape = {
    "rule": is_words,
    "grade": is_words,
    "effect": {*VERDICT, *DECISION, "none"},
    "facts": [str],
    "until": (is_day,),
    "says": is_words,
    "cite": CITE,
    "to?": is_words,
    "disputed?": CONFLICT,
    "replaces?": {"says": is_words, "cite": CITE},
}
PROTOCOL = {"id": is_words, "version": is_words, "hash": is_hash}
ASSESSMENT: Shape = {
    "schema": {"dermograph.assessment/1"},
    "treatment": is_words,
    "protocol": PROTOCOL,
    "assessed_on": is_day,
    "areas": [
        {
            "name": is_words,
            "verdict": VERDICT,
            "worst_case": VERDICT - {"incomplete"},
            "not_before": (is_day,),
            "reasons": [REASON],
            "ask": [
                {
                    "fact": is_words,
                    "scope": {"patient", "area"},
                    "question": is_words,
                    "could_become": VERDICT,
                    "missing": {"not_asked", "not_known", "refused", "not_applicable", "expired"},
                    "rules?": [str],
                    "cite?": CITE,
                }
            ],
        }
    ],
}
PLAN: Shape = {
    "schema": {"dermograph.plan/1"},
    "treatment": is_words,
    "protocol": PROTOCOL,
    "assessed_on": is_day,
    "areas": [
        {
            "name": is_words,
            "verdict?": VERDICT,
            "next_session": {
                "earliest": (is_day,),
                "latest": (is_day,),
                "closed": [
                    {
                        "from": is_day,
                        "to": (is_day,),
                        "because": [{"rule": is_words, "says": is_words, "cite": CITE, "event?": is_words}],
                    }
                ],
            },
            "late": bool,
            "provisional": bool,
            "aftercare": [{"what": is_words, "until": (is_moment,), "says": is_words, "cite": CITE}],
            "conflicts": [
                {
                    "event": is_words,
                    "session": is_moment,
                    "rule": is_words,
                    "from?": is_day,
                    "to?": is_day,
                    "until?": (is_moment,),
                    "says?": is_words,
                    "cite?": CITE,
                }
            ],
            "chain?": [{"number": int, "first": (is_day,), "last": (is_day,), "fits": bool, "provisional": {True}}],
            "steps?": [
                {
                    "what": {"photographic_review"},
                    "after_session": (is_day,),
                    "measure_from": (is_day,),
                    "state": {"open", "done"},
                    "done_on": (is_day,),
                    "says": is_words,
                    "cite": CITE,
                }
            ],
            "notes?": [REASON],
        }
    ],
    "order?": {
        "areas": [{"name": is_words, "rank": int, "because": str}],
        "sittings": [{"areas": [str], "minutes": (int,), "first": is_day}],
        "cite": CITE,
    },
}
BOTH = {"en": is_words, "es": is_words}
SESSION_RANGE = {"low": int, "high": (int,), "held": is_chance}
CONTRAST_RANGE = {
    "median": is_number,
    "interval_50": [is_number],
    "interval_90": [is_number],
    "unit": {"delta_e00"},
}
FORECAST: Shape = {
    "silent": bool,
    "why": (BOTH,),
    "published": (BOTH,),
    "sentence": BOTH,
    "measurements": (int,),
    "after_session": (int,),
    "remaining": (
        {
            "pmf": [is_chance],
            "beyond": {"more_than": int, "probability": is_chance},
            "median": (int,),
            "interval_50": SESSION_RANGE,
            "interval_90": SESSION_RANGE,
            "by_goal": is_chance,
        },
    ),
    "next_contrast": (CONTRAST_RANGE,),
    "floor": (CONTRAST_RANGE,),
    "prior": (lambda value: isinstance(value, dict),),
}
REVIEW: Shape = {
    "schema": {"dermograph.review/1"},
    "treatment": is_words,
    "protocol": PROTOCOL,
    "reviewed_on": is_day,
    "proposal": bool,
    "signed": ({"by": is_words, "at": is_moment},),
    "areas": [
        {
            "name": is_words,
            "decision": DECISION,
            "from": (is_day,),
            "to": (is_day,),
            "late?": bool,
            "reasons": [REASON],
            "forecast": (FORECAST,),
        }
    ],
    "unreviewed": [str],
}
FORECASTS: Shape = {
    "schema": {"dermograph.forecast/1"},
    "treatment": is_words,
    "protocol": PROTOCOL,
    "forecast_on": is_day,
    "areas": [{"name": is_words, "forecast": FORECAST}],
}
SHAPES = {"assess": ASSESSMENT, "plan": PLAN, "review": REVIEW, "forecast": FORECASTS}


def answered(answer: Answer) -> Json:
    """The one JSON object that was printed; strictly JSON, without NaN or a key twice."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    def once(pairs: list[tuple[str, Any]]) -> Json:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    return dict(json.loads(check_done(answer), parse_constant=refuse, object_pairs_hook=once))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", SHAPES)
def test_json_has_the_keys_of_the_contract(command: str, language: Language, run: Run, case: Path) -> None:
    answer = answered(run(command, case, "--json", "--lang", language))
    check_shape(answer, SHAPES[command])
    assert answer["areas"][0]["name"] == "abdomen"


@pytest.mark.parametrize("name", GOLDEN)
def test_json_for_every_golden_case_has_the_keys_of_the_contract(
    name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dermograph.cli.inputs.dt", _LateDay(_Today))
    path = tmp_path / "case.json"
    for golden in GOLDEN[name]:
        case = expanded(golden.case)
        path.write_text(json.dumps(case, default=str, ensure_ascii=False), encoding="utf-8")
        answer = answered(run(golden.command, path, "--json", "--lang", "es"))
        check_shape(answer, SHAPES[golden.command])
        assert [area["name"] for area in answer["areas"]] == [area["name"] for area in case["areas"]]


def test_only_the_words_differ_between_the_languages(run: Run, case: Path) -> None:
    for command in SHAPES:
        one, other = (answered(run(command, case, "--json", "--lang", language)) for language in LANGUAGES)
        assert _without_words(one) == _without_words(other)


def _without_words(value: object) -> object:
    words = {"says", "question", "to", "topic", "treatment", "because", "title", "at"}
    if isinstance(value, dict):
        return {key: _without_words(part) for key, part in value.items() if key not in words}
    return [_without_words(part) for part in value] if isinstance(value, list) else value


def test_a_hyphen_reads_standard_input(run: Run, case: Path) -> None:
    for command in ("assess", "review"):
        piped = started(command, "-", "--json", stdin=case.read_bytes())
        assert answered(piped) == answered(run(command, case, "--json"))


# ── Protocols and a clinic's own pack ───────────────────────────────────────────────────────────────────────────────

OWN = """\
schema: dermograph.overrides/1
id: paramedical-mycity
extends: paramedical
version: 2.0.0
title: {en: Our micropigmentation, es: Nuestra micropigmentación}
overrides:
  - replaces: minimum-age
    decided_by: Dr. Ñandú
    reason: {en: The clinic treats adults from 22 years on., es: La clínica trata desde los 22 años.}
    with:
      id: minimum-age
      grade: until_date
      when: {birth_date: {within: {years: 22}}}
      says: {en: The clinic waits until the 22nd birthday., es: La clínica espera a los 22 años cumplidos.}
      cite: [assumptions/minimum-age]
"""
REPLACED = {"en": "The clinic waits until the 22nd birthday.", "es": "La clínica espera a los 22 años cumplidos."}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A clinic's pack that replaces the minimum age."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(OWN, encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_protocols_are_listed(language: Language, run: Run, own: Path) -> None:
    for packs, ids in (((), TREATMENTS), (("--packs", own), (*TREATMENTS, "paramedical-mycity"))):
        page = check_done(run("protocols", "list", *packs, "--lang", language))
        assert all(f"{one} " in page for one in ids)
        answer = answered(run("protocols", "list", *packs, "--json", "--lang", language))
        check_shape(
            answer,
            {
                "schema": {"dermograph.protocols/1"},
                "protocols": [{**PROTOCOL, "title": is_words, "extends": (is_words,)}],
            },
        )
        assert [one["id"] for one in answer["protocols"]] == list(ids)


STATEMENT: Shape = {
    "id": is_words,
    "says": is_words,
    "cite": CITE,
    "conflict": (is_words,),
    "grade?": is_words,
    "when?": is_words,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_a_protocol_is_shown_whole(treatment: str, language: Language, run: Run) -> None:
    page = " ".join(check_done(run("protocols", "show", treatment, "--lang", language)).split())
    answer = answered(run("protocols", "show", treatment, "--json", "--lang", language))
    check_shape(
        answer,
        {
            "schema": {"dermograph.protocol/1"},
            **PROTOCOL,
            "title": is_words,
            "summary?": is_words,
            "statements": [{"section": is_words, **STATEMENT, "replaces?": STATEMENT, "question?": is_words}],
        },
    )
    assert len(answer["statements"]) > 40
    for statement in answer["statements"]:
        assert statement["says"] in page
        assert statement["id"] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_clinic_replaced_is_shown_beside_it(language: Language, run: Run, own: Path, case: Path) -> None:
    rules = {rule.id: rule for rule in load_library().protocol("paramedical").rules}
    before = rules["minimum-age"].says.say(language)
    page = " ".join(
        check_done(run("protocols", "show", "paramedical-mycity", "--packs", own, "--lang", language)).split()
    )
    assert REPLACED[language] in page
    assert before in page
    assert "Dr. Ñandú" in page
    shown = answered(run("protocols", "show", "paramedical-mycity", "--packs", own, "--json", "--lang", language))
    [statement] = [one for one in shown["statements"] if one["id"] == "minimum-age"]
    assert statement["says"] == REPLACED[language]
    assert statement["replaces"]["says"] == before
    case.write_text(COURSE.replace("1990-06-15", "2004-01-01"), encoding="utf-8")
    young = answered(run("assess", case, "--packs", own, "--json", "--lang", language))
    check_shape(young, ASSESSMENT)
    assert young["protocol"]["id"] == "paramedical-mycity"
    assert (young["areas"][0]["verdict"], young["areas"][0]["not_before"]) == ("deferred", "2026-01-01")
    assert young["areas"][0]["reasons"][0]["replaces"]["says"] == before
    words = " ".join(check_done(run("assess", case, "--packs", own, "--lang", language)).split())
    assert REPLACED[language] in words
    assert before in words


def test_the_original_protocol_can_still_be_shown(run: Run, own: Path) -> None:
    alone = answered(run("protocols", "show", "paramedical", "--json"))
    beside = answered(run("protocols", "show", "paramedical", "--packs", own, "--json"))
    assert alone == beside


@pytest.mark.parametrize("language", LANGUAGES)
def test_packs_are_checked(language: Language, run: Run, own: Path) -> None:
    shape = {
        "schema": {"dermograph.check/1"},
        "problems": [{"file": is_words, "line": (int,), "field": str, "says": is_words}],
    }
    for what in ((), (own,), (own / "protocol.yaml",), ("--packs", own)):
        assert len(check_done(run("protocols", "check", *what, "--lang", language)).splitlines()) == 1
        answer = answered(run("protocols", "check", *what, "--json", "--lang", language))
        check_shape(answer, shape)
        assert answer["problems"] == []
    (own / "protocol.yaml").write_text(OWN.replace("until_date", "until_data"), encoding="utf-8")
    refused = started("protocols", "check", own, "--json", "--lang", language)
    assert (refused.code, refused.err) == (2, "")
    found = json.loads(refused.out)
    check_shape(found, shape)
    assert found["problems"][0]["line"] == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_and_their_claims_are_listed(language: Language, run: Run) -> None:
    sources = load_library().sources
    page = check_done(run("protocols", "sources", "--lang", language))
    assert all(key in page for key in sources)
    claim = {"id": is_words, "at": is_words, "says": is_words, "fate": is_words, "why": (is_words,), "used_by": [str]}
    shape = {
        "schema": {"dermograph.sources/1"},
        "sources": [
            {"key": is_words, "title": is_words, "basis": {"clinic", "literature", "assumption"}, "claims": [claim]}
        ],
    }
    answer = answered(run("protocols", "sources", "--json", "--lang", language))
    check_shape(answer, shape)
    assert [one["key"] for one in answer["sources"]] == list(sources)
    for key in sources:
        one = answered(run("protocols", "sources", key, "--json", "--lang", language))
        assert one["sources"] == [source for source in answer["sources"] if source["key"] == key]
        words = check_done(run("protocols", "sources", key, "--lang", language))
        assert all(claim_id in words for claim_id in sources[key].claims), "an id is broken over two lines"


@pytest.mark.parametrize("language", LANGUAGES)
def test_conflicts_are_listed_with_all_their_sides(language: Language, run: Run) -> None:
    answer = answered(run("protocols", "conflicts", "--json", "--lang", language))
    check_shape(
        answer,
        {"schema": {"dermograph.conflicts/1"}, "conflicts": [{"row": (int,), "kind": is_words, **CONFLICT}]},
    )
    assert len(answer["conflicts"]) == len(load_library().conflicts)
    page = " ".join(check_done(run("protocols", "conflicts", "--lang", language)).split())
    for conflict in answer["conflicts"]:
        assert conflict["topic"] in page
        assert all(side["says"] in page for side in conflict["sides"])


# ── Rescreen and demo ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Three patients: one too young for the clinic's own rule, one old enough, one without a birth date."""
    case = yaml.load(COURSE, yaml.BaseLoader)  # noqa: S506 (text only)
    lines = []
    for name, birth in (("young", "2004-01-01"), ("adult", "1990-06-15"), ("unknown", None)):
        facts = {"birth_date": birth, "phototype": 3}
        area = {"name": "abdomen", "lesion": "stria", "stage": "white"}
        line = {"id": name, "treatment": case["treatment"], "assessed_on": case["assessed_on"]}
        lines.append(json.dumps({**line, "patient": facts, "areas": [area]}))
    path = tmp_path / "cohort.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cohort_is_screened_again(language: Language, run: Run, own: Path, cohort: Path, tmp_path: Path) -> None:
    base = ("rescreen", cohort, "--treatment", "paramedical", "--lang", language)
    out = tmp_path / "out.jsonl"
    answer = answered(run(*base, "--new", own, "--out", out, "--json"))
    counts = {f"{verdict}?": int for verdict in VERDICT}
    changed = {
        "id": (is_words,),
        "area": is_words,
        "from": VERDICT,
        "to": VERDICT,
        "not_before_from": (is_day,),
        "not_before_to": (is_day,),
        "because": [str],
    }
    check_shape(
        answer,
        {
            "schema": {"dermograph.rescreen/1"},
            "treatment": {"paramedical"},
            "old": PROTOCOL,
            "new": PROTOCOL,
            "screened": int,
            "verdicts": {"old": counts, "new": counts},
            "changed": [changed],
        },
    )
    assert answer["screened"] == 3
    [young] = answer["changed"]
    assert (young["id"], young["to"], young["not_before_to"]) == ("young", "deferred", "2026-01-01")
    assert young["because"] == ["minimum-age"]
    assert [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] == [young]
    page = check_done(run(*base, "--new", own))
    check_page(page)
    assert "young" in page
    back = answered(run(*base, "--old", own, "--json"))
    assert (back["changed"][0]["from"], back["changed"][0]["to"]) == (young["to"], young["from"])
    assert (back["old"], back["new"]) == (answer["new"], answer["old"])
    assert answered(run(*base, "--json"))["changed"] == []
    parquet = tmp_path / "out.parquet"
    check_done(run(*base, "--new", own, "--out", parquet))
    assert parquet.read_bytes()[:4] == b"PAR1"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demo_tells_its_story_the_same_every_time(language: Language, run: Run) -> None:
    page = check_done(run("demo", "--terminal", "--lang", language))
    check_page(page)
    assert [number for number in "1234" if re.search(rf"^{number}\. ", page, re.MULTILINE)] == list("1234")
    assert run("demo", "--terminal", "--lang", language).out == page


def test_one_open_answer_is_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    text = COURSE.partition("  - name: thigh")[0].replace("  pregnant: false\n", "")
    path.write_text(text, encoding="utf-8")
    said = {language: " ".join(check_done(run("assess", path, "--lang", language)).split()) for language in LANGUAGES}
    assert "1 answer could" in said["en"]
    assert "1 respuesta podría cambiarlo" in said["es"]
