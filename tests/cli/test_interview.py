"""The interview asks only what can still change the verdict, understands what people type, and loses no answer."""

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dermograph.core.text import LANGUAGES, Language
from dermograph.protocols import load_library
from dermograph.protocols.load import PACKS
from tests.cli.test_bad_input import Answer, Run, run, shell

__all__ = ["run"]  # the fixture, for the tests below

Json = dict[str, Any]
Talk = Callable[..., Answer]

VOCABULARY = load_library().vocabulary
HEALTHY: Json = yaml.load((PACKS / "healthy.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 (text only)
STRIA: Json = {"name": "abdomen", "lesion": "stria", "stage": "white"}
PATIENCE = 60.0  # seconds; a machine may be busy


def written(tmp_path: Path, *unknown: str, areas: list[Json] | None = None, **patient: object) -> Path:
    """A case about a healthy patient with white striae, but for the facts that are unknown."""
    known = {"patient": {**HEALTHY["patient"], **patient}, "area": HEALTHY["area"]}
    text = yaml.safe_dump(
        {
            "treatment": "paramedical",
            "assessed_on": "2024-11-20",
            "patient": {fact: value for fact, value in known["patient"].items() if fact not in unknown},
            "areas": [
                {**{fact: value for fact, value in known["area"].items() if fact not in unknown}, **area}
                for area in areas or [STRIA]
            ],
        },
        sort_keys=False,
        allow_unicode=True,
    )
    path = tmp_path / "case.yaml"
    path.write_text(re.sub(r"'(true|false|[1-6]|\d{4}-\d\d-\d\d)'", r"\1", text), encoding="utf-8")
    return path


@pytest.fixture
def talk(run: Run, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Answers the questions of an interview, one line each, and then has no more to say."""

    def talk(path: Path, *answers: str, options: tuple[str | Path, ...] = ()) -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        return run("assess", path, "--ask", *options)

    return talk


def asked(answer: Answer, language: Language = "en") -> list[str]:
    """The facts asked about, in order, told by the words of their questions."""
    said = " ".join(answer.err.split())
    found = [
        (match.start(), fact.id)
        for fact in VOCABULARY.facts.values()
        for match in re.finditer(re.escape(fact.question.say(language)), said)
    ]
    return [fact for _, fact in sorted(found)]


def saved(path: Path) -> Json:
    """A saved case as plain values, dates as text."""
    return dict(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))  # noqa: S506 (text only)


def area_of(answer: Answer) -> Json:
    """The first area of an answer in JSON."""
    return dict(json.loads(answer.out)["areas"][0])


# ── What is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_complete_case_is_not_asked_about(talk: Talk, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path)
    answer = talk(path)
    assert (answer.code, asked(answer)) == (0, [])
    assert answer.out == run("assess", path).out


def test_only_what_is_unknown_and_matters_is_asked_each_once(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant", "diabetes", "herpes", "blood_borne_infection")
    answer = talk(path, "no", "no", "no", options=("--json",))
    assert sorted(asked(answer)) == ["diabetes", "herpes", "pregnant"]
    assert area_of(answer)["ask"] == []
    assert len(asked(answer)) == len(set(asked(answer)))


def test_every_question_is_one_that_the_assessment_asks(talk: Talk, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, *VOCABULARY.facts)
    first = [question["fact"] for question in area_of(run("assess", path, "--json"))["ask"]]
    answer = talk(path, *[""] * 40, options=("--json",))
    assert asked(answer) == first
    assert [question["fact"] for question in area_of(answer)["ask"]] == first


def test_the_interview_stops_as_soon_as_the_area_is_excluded(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "keloid_tendency", "pregnant", "diabetes", "herpes")
    answer = talk(path, "yes", "no", "no", "no", options=("--json",))
    assert asked(answer) == ["keloid_tendency"]
    assert area_of(answer)["verdict"] == "excluded"


def test_what_is_not_known_now_is_not_asked_again_and_stays_open(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant", "herpes")
    answer = talk(path, "", "", options=("--json", "--save", tmp_path / "new.yaml"))
    assert sorted(asked(answer)) == ["herpes", "pregnant"]
    assert area_of(answer)["verdict"] == "incomplete"
    assert {question["fact"] for question in area_of(answer)["ask"]} == {"herpes", "pregnant"}
    assert saved(tmp_path / "new.yaml")["patient"]["pregnant"] == {"missing": "not_known"}


def test_a_fact_of_the_patient_is_asked_once_and_one_of_an_area_for_each(talk: Talk, tmp_path: Path) -> None:
    areas = [{**STRIA, "name": "left thigh"}, {**STRIA, "name": "right thigh"}]
    path = written(tmp_path, "pregnant", "herpes", areas=areas)
    answer = talk(path, "no", "no", "no", options=("--json",))
    assert sorted(asked(answer)) == ["herpes", "herpes", "pregnant"]
    question = VOCABULARY.facts["herpes"].question.en
    assert f"left thigh: {question}" in answer.err
    assert f"right thigh: {question}" in answer.err
    assert {area["verdict"] for area in json.loads(answer.out)["areas"]} == {"suitable"}
    skipped = talk(path, "", "", "", "", "", options=("--json",))
    assert sorted(asked(skipped)) == ["herpes", "herpes", "pregnant"]


# ── Back, stop, end ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_back_undoes_one_answer_after_the_other(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "keloid_tendency", "pregnant", "herpes")
    new = tmp_path / "new.yaml"
    order = asked(talk(path, "no", "no", "no"))
    answer = talk(path, "no", "no", "<", "<", "no", "no", "no", options=("--save", new))
    assert asked(answer) == [*order[:3], order[1], *order[:1], *order[1:]]
    assert all(saved(new)["areas"][0].get(fact, saved(new)["patient"].get(fact)) == "false" for fact in order)


def test_back_after_a_skip_asks_the_skipped_question_again(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant", "herpes")
    first, second = asked(talk(path, "", ""))
    answer = talk(path, "", "<", "no", "no", options=("--json",))
    assert asked(answer) == [first, second, first, second]
    assert area_of(answer)["verdict"] == "suitable"


def test_back_at_the_first_question_asks_it_again(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant")
    answer = talk(path, "<", "<", "no", options=("--json",))
    assert set(asked(answer)) == {"pregnant"}
    assert area_of(answer)["verdict"] == "suitable"


def test_back_restores_what_the_file_said(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, anticoagulants={"missing": "refused"})
    new = tmp_path / "new.yaml"
    talk(path, "no", "!", options=("--save", new))
    assert saved(new)["patient"]["anticoagulants"] == "false"
    path = written(tmp_path, "pregnant", anticoagulants={"missing": "refused"})
    answer = talk(path, "no", "<", "!", options=("--save", new))
    assert answer.code == 0
    assert saved(new)["patient"]["anticoagulants"] == {"missing": "refused"}
    assert "pregnant" not in saved(new)["patient"]


def test_an_exclamation_mark_stops_and_keeps_the_answers(talk: Talk, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant", "herpes", "infection")
    new = tmp_path / "new.yaml"
    answer = talk(path, "no", "!", "no", "no", options=("--save", new, "--json"))
    assert answer.code == 0
    assert len(asked(answer)) == 2
    assert len(area_of(answer)["ask"]) == 2
    assert run("assess", new, "--json").out == answer.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_end_of_the_input_ends_politely(language: Language, talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant", "herpes")
    for answers in ((), ("no",)):
        answer = talk(path, *answers, options=("--lang", language))
        assert answer.code == 0
        assert {"en": "incomplete", "es": "incompleto"}[language] in answer.out
        assert "Traceback" not in answer.err


# ── What is understood ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fact", "typed", "value"),
    [
        ("pregnant", "yes", "true"),
        ("pregnant", "Y", "true"),
        ("pregnant", "YES", "true"),
        ("pregnant", "1", "true"),
        ("pregnant", "sí", "true"),
        ("pregnant", "SÍ", "true"),
        ("pregnant", "si", "true"),
        ("pregnant", "s", "true"),
        ("pregnant", "si\u0301", "true"),
        ("pregnant", "true", "true"),
        ("pregnant", " yes ", "true"),
        ("pregnant", "no", "false"),
        ("pregnant", "NO", "false"),
        ("pregnant", "n", "false"),
        ("pregnant", "2", "false"),
        ("diabetes", "none", "none"),
        ("diabetes", "1", "none"),
        ("diabetes", "no", "none"),
        ("diabetes", "not controlled", "uncontrolled"),
        ("diabetes", "No controlada", "uncontrolled"),
        ("oncology", "past, with medical discharge", "discharged"),
        ("oncology", "activo, o sin alta", "active"),
        ("isotretinoin", "never", "never"),
        ("isotretinoin", "never taken", "never"),
        ("isotretinoin", "nunca", "never"),
        ("isotretinoin", "taking it now", "current"),
        ("isotretinoin", "la toma ahora", "current"),
        ("isotretinoin", "2", "current"),
        ("isotretinoin", "2024-10-01", "2024-10-01"),
        ("birth_date", "1990-06-15", "1990-06-15"),
        ("phototype", "4", "4"),
        ("phototype", "1", "1"),
    ],
)
def test_numbers_words_and_dates_are_understood(fact: str, typed: str, value: str, talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, fact, areas=[{**STRIA, "tanned": "false"}])
    new = tmp_path / "new.yaml"
    if fact == "phototype":
        path.write_text(path.read_text().replace("paramedical", "microneedling").replace("stria", "wrinkle"))
        path.write_text(path.read_text().replace("  stage: white\n", ""))
    answer = talk(path, typed, options=("--save", new))
    assert answer.code == 0
    assert asked(answer)[:1] == [fact], answer.err
    assert saved(new)["patient"][fact] == value


@pytest.mark.parametrize(
    ("fact", "typed"),
    [
        ("pregnant", "nonsense"),
        ("pregnant", "3"),
        ("pregnant", "0"),
        ("pregnant", "-1"),
        ("pregnant", "²"),
        ("pregnant", "yes no"),
        ("pregnant", ":"),
        ("pregnant", "[1]"),
        ("pregnant", "&a"),
        ("pregnant", "'"),
        ("pregnant", "9" * 5000),
        ("pregnant", "\x1b[31m"),
        ("diabetes", "4"),
        ("diabetes", "lupus"),
        ("diabetes", "yes"),
        ("isotretinoin", "2190-01-01"),
        ("isotretinoin", "2024-02-30"),
        ("isotretinoin", "01/10/2024"),
        ("isotretinoin", "2024"),
        ("isotretinoin", "1980-01-01"),
        ("birth_date", "2024-11-21"),
        ("birth_date", "1890-01-01"),
        ("birth_date", "yesterday"),
        ("birth_date", "2023-01-01"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_answer_is_explained_and_asked_again(
    language: Language, fact: str, typed: str, talk: Talk, tmp_path: Path
) -> None:
    path = written(tmp_path, fact, areas=[{**STRIA, "onset": "2022-01-01"}])
    right = {"pregnant": "no", "diabetes": "none", "isotretinoin": "never", "birth_date": "1990-06-15"}[fact]
    answer = talk(path, typed, right, options=("--json", "--lang", language))
    assert answer.code == 0
    assert area_of(answer)["verdict"] == "suitable"
    complaint = answer.err[answer.err.index("> ") + 2 : answer.err.rindex("> ")]
    assert len(complaint.strip()) > 10
    assert len(complaint) < 600
    assert "YAML" not in complaint
    assert all(line.isprintable() for line in answer.err.replace("\N{NO-BREAK SPACE}", " ").split("\n"))


def test_the_complaint_says_what_could_be_answered(talk: Talk, tmp_path: Path) -> None:
    said = talk(written(tmp_path, "pregnant"), "nonsense", "no").err
    assert "1 (yes)" in said
    said = talk(written(tmp_path, "pregnant"), "nonsense", "no", options=("--lang", "es")).err
    assert "1 (sí)" in said
    assert "2025-06-30" in talk(written(tmp_path, "birth_date"), "nonsense", "1990-01-01").err.rpartition(">")[0]


def test_bytes_that_are_no_text_are_no_reason_for_a_traceback(tmp_path: Path) -> None:
    answer = shell("printf '\\377\\376\\nno\\n' | \"$@\"", "assess", written(tmp_path, "pregnant"), "--ask", "--json")
    assert "Traceback" not in answer.err
    assert answer.code in (0, 2)


# ── What is left ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_standard_output_holds_the_assessment_alone(language: Language, talk: Talk, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant", "herpes")
    new = tmp_path / "new.yaml"
    answer = talk(path, "nonsense", "no", "", options=("--json", "--save", new, "--lang", language))
    assert answer.out == run("assess", new, "--json", "--lang", language).out
    assert json.loads(answer.out)["schema"] == "dermograph.assessment/1"
    assert VOCABULARY.facts["pregnant"].question.say(language) in " ".join(answer.err.split())
    answer = talk(path, "no", "", options=("--save", new, "--lang", language))
    assert answer.out.strip() == run("assess", new, "--lang", language).out.strip()


@pytest.mark.parametrize(
    "name",
    [
        "y",
        "n",
        "on",
        "null",
        "~",
        "3",
        "1.0e5",
        "1e5",
        "2026-11-21",
        "- a",
        "a: b",
        "#x",
        "R&B",
        "*",
        "!",
        "'",
        '"',
        "ñandú 🦤",
        "x" * 200,
        "long name " * 15,
        "<<",
        "=",
        "[a]",
        "{a",
        "%a",
        "@a",
        "`a",
        "010",
        "0x1F",
        "1:30",
        "---",
    ],
)
def test_a_saved_case_assesses_to_the_same_verdict_whatever_the_area_is_called(
    name: str, talk: Talk, run: Run, tmp_path: Path
) -> None:
    path, new = tmp_path / "case.json", tmp_path / "new.yaml"
    case = {
        "treatment": "paramedical",
        "assessed_on": "2024-11-20",
        "areas": [
            {
                **STRIA,
                "name": name.strip(),
                "sessions": ["2024-09-01T10:00"],
                "events": [{"what": "sunbed", "on": "2024-11-19"}],
                "measurements": [
                    {"on": "2024-09-01", "comparable": True, "contrast": {"value": 8.123456789, "u": 0.1}}
                ],
            }
        ],
    }
    path.write_text(json.dumps(case), encoding="utf-8")
    answer = talk(path, "no", "no", "", options=("--json", "--save", new))
    assert (answer.code, len(asked(answer))) == (0, 4), answer.err
    assert run("assess", new, "--json").out == answer.out
    assert run("plan", new).code == 0
    again = talk(new, options=("--json", "--save", new))
    assert (again.code, again.out) == (0, answer.out)


def test_the_case_itself_is_left_alone_unless_it_is_the_one_to_save_to(talk: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, "pregnant")
    before = path.read_bytes()
    talk(path, "no")
    talk(path, "no", options=("--save", tmp_path / "new.yaml"))
    assert path.read_bytes() == before
    talk(path, "no", options=("--save", path))
    assert saved(path)["patient"]["pregnant"] == "false"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["case.yaml", "new.yaml"]


def test_another_day_can_be_asked_for(talk: Talk, run: Run, tmp_path: Path) -> None:
    path, new = written(tmp_path, "pregnant"), tmp_path / "new.yaml"
    answer = talk(path, "no", options=("--on", "2024-11-22", "--json", "--save", new))
    assert json.loads(answer.out)["assessed_on"] == "2024-11-22"
    assert run("assess", new, "--json").out == answer.out


def test_a_bad_case_is_reported_with_the_line_of_its_own_file(talk: Talk, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("# one\n# two\ntreatment: paramedical\nassessed_on: 2190-01-01\nareas: [{name: a}]\n")
    answer = talk(path, "no")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("case.yaml, line 4")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_conversation_fits_eighty_columns_and_is_in_one_language(
    language: Language, talk: Talk, tmp_path: Path
) -> None:
    path = written(
        tmp_path, *VOCABULARY.facts, areas=[{**STRIA, "name": ("a rather long name of an area, " * 3).strip(", ")}]
    )
    answer = talk(path, *["rubbish", ""] * 30, options=("--lang", language))
    assert answer.code == 0
    assert max(map(len, answer.err.replace("> ", ">\n").splitlines())) <= 80  # typing Enter breaks the line
    other = {"en": "Intro", "es": "Enter"}[language]
    assert other not in answer.err


# ── At a terminal ───────────────────────────────────────────────────────────────────────────────────────────────────


class Terminal:
    """A command at a real pseudo-terminal."""

    def __init__(self, *arguments: str | Path) -> None:
        ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dermograph", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 (no threads in these tests)
            env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
        )
        os.close(theirs)
        self.ours = ours
        self.seen = ""

    def type(self, keys: str) -> None:
        """Type something."""
        os.write(self.ours, keys.encode())

    def until(self, words: str | None) -> str:
        """What appears until some words have been read, or until the end."""
        start, deadline = len(self.seen), time.monotonic() + PATIENCE
        while words is None or words not in self.seen[start:]:
            ready, _, _ = select.select([self.ours], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"waited in vain for {words!r} after {self.seen!r}"
            try:
                piece = os.read(self.ours, 4096)
            except OSError:  # how Linux says that the other side has closed
                piece = b""
            if not piece:
                assert words is None, f"ended before {words!r}: {self.seen!r}"
                break
            self.seen += piece.decode(errors="replace")
        return re.sub(r"\x1b\[[0-9;]*m", "", self.seen[start:])

    def close(self) -> int:
        """Let it end; its exit code."""
        code = self.process.wait(PATIENCE)
        os.close(self.ours)
        return code


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Opens terminals, and ends what still runs in them."""
    opened: list[Terminal] = []

    def open_one(*arguments: str | Path) -> Terminal:
        opened.append(Terminal(*arguments))
        return opened[-1]

    yield open_one
    for one in opened:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_an_interview_at_a_terminal(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    path, new = written(tmp_path, "pregnant", "herpes"), tmp_path / "new.yaml"
    screen = terminal("assess", path, "--ask", "--save", new, "--lang", "es")
    assert "<: atrás" in screen.until("> ")
    screen.type("quizás\r")
    assert "1 (sí)" in screen.until("> ").replace("\r\n ", "")
    screen.type("no\r")
    screen.until("> ")
    screen.type("\r")
    report = screen.until(None)
    assert "incompleto" in report
    assert screen.close() == 0
    assert new.exists()


def test_the_end_key_at_a_terminal_ends_politely(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    screen = terminal("assess", written(tmp_path, "pregnant"), "--ask")
    screen.until("> ")
    screen.type("\x04")
    report = screen.until(None)
    assert "incomplete" in report
    assert "Traceback" not in report
    assert screen.close() == 0


def test_the_interrupt_key_at_a_terminal_ends_with_130_and_saves_nothing(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    new = tmp_path / "new.yaml"
    screen = terminal("assess", written(tmp_path, "pregnant"), "--ask", "--save", new)
    screen.until("> ")
    time.sleep(0.5)  # a person presses the key once the program waits for it
    screen.type("\x03")
    assert "Traceback" not in screen.until(None)
    assert screen.close() in (130, -signal.SIGINT)
    assert not new.exists()
