"""Bad input ends with status 2 and one clear message for people: never a traceback, a half answer or a silence."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dermograph.cli import main
from dermograph.core.text import LANGUAGES

HEAD = "treatment: paramedical\nassessed_on: 2024-11-20\n"
AREA = "areas: [{name: abdomen, lesion: stria, stage: white}]\n"
LINE_WORD = {"en": "line", "es": "línea"}
PLAIN = HEAD + AREA
COURSE = HEAD + (
    "reviewed_on: 2024-11-20\nareas: [{name: abdomen, lesion: stria, stage: white, sessions: [2024-10-01]}]\n"
)

#: Words of the libraries below, which mean nothing to a person who reads Spanish.
ENGLISH = ("did not find", "expected", "could not", "found ", "not allowed", "cannot", "Expecting", "denied", "usage")


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command returned and printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else -1
        return Answer(code, *capsys.readouterr())

    return run


def started(*arguments: str | Path | bytes, stdin: bytes | int | None = b"", timeout: float = 60) -> Answer:
    """Runs a command in a process of its own."""
    pipe: dict[str, object] = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(
        [sys.executable, "-m", "dermograph", *arguments],
        check=False,
        capture_output=True,
        timeout=timeout,
        **pipe,  # type: ignore[call-overload]  # the pipes are chosen at run time
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def shell(script: str, *arguments: str | Path) -> Answer:
    """Runs a line of shell; `$@` is the command, `$1` and on its arguments."""
    command = ["bash", "-c", script, "bash", sys.executable, "-m", "dermograph", *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    return Answer(done.returncode, done.stdout, done.stderr)


def check_one_message(answer: Answer, language: str) -> str:
    """Status 2, nothing on standard output, and one printable line of bearable length on standard error."""
    assert answer.code == 2, answer
    assert answer.out == ""
    assert answer.err.endswith("\n")
    message = answer.err[:-1]
    assert message.replace("\N{NO-BREAK SPACE}", " ").isprintable(), repr(message)
    assert 10 < len(message) < 700
    assert "Traceback" not in message
    if language == "es":
        assert not [word for word in ENGLISH if word in message], message
    return message


# ── Case files ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True)
class Bad:
    """A bad case file, the line that is wrong in it (None where it has none), and what the message must name."""

    name: str
    text: str | bytes
    line: int | None
    en: str
    es: str


def one(name: str, rest: str, en: str, es: str) -> Bad:
    """A case whose third line is wrong."""
    return Bad(name, HEAD + rest + ("" if "areas:" in rest else AREA), 3, en, es)


def area(name: str, rest: str, en: str, es: str) -> Bad:
    """A case whose one area is wrong."""
    return one(name, f"areas: [{{name: abdomen, {rest}}}]\n", en, es)


def dated(name: str, day: str, en: str, es: str) -> Bad:
    """A case with a bad day of assessment."""
    return Bad(name, f"treatment: paramedical\nassessed_on: {day}\n{AREA}", 2, en, es)


LAUGHS = "a: &a [l, l, l]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MEASURED = "measurements: [{on: 2024-11-10, comparable: true, contrast: %s}]"

BAD = [
    # What it may say, and of whom
    one("an unknown key", "patients: {}\n", "'patient'?", "'patient'?"),
    one("an unknown fact", "patient: {pregnent: true}\n", "'pregnant'?", "'pregnant'?"),
    one("an unknown fact of an area", "areas: [{name: a, stagee: white}]\n", "'stage'?", "'stage'?"),
    one("a fact of an area said of the patient", "patient: {stage: white}\n", "area", "zona"),
    area("a fact of the patient said of an area", "pregnant: true", "patient", "paciente"),
    one("the defaults of the golden cases", "defaults: healthy\n", "'defaults'", "'defaults'"),
    area("an unknown word", "lesion: strya", "'stria'?", "'stria'?"),
    area("an unknown event", "events: [{what: sunexposure, on: 2024-11-10}]", "'sun_exposure'?", "'sun_exposure'?"),
    area("an unknown sign", "signs: [{what: eritema, on: 2024-11-10}]", "'erythema'?", "'erythema'?"),
    area("an unknown reason why not", "infection: {missing: refussed}", "'refused'?", "'refused'?"),
    area("an unknown key of a reason", "infection: {mising: refused}", "'missing'?", "'missing'?"),
    Bad("an unknown schema", "schema: dermograph.case/2\n" + PLAIN, 1, "dermograph.case/1", "dermograph.case/1"),
    Bad("an unknown treatment", PLAIN.replace("paramedical", "paramedicl"), 1, "'paramedical'?", "'paramedical'?"),
    one("an unknown time zone", "time_zone: Europe/Madird\n", "Europe/Madrid", "Europe/Madrid"),
    one("a time zone that is a path", "time_zone: ../../etc/passwd\n", "Europe/Madrid", "Europe/Madrid"),
    one("a time zone that is a folder", "time_zone: Europe\n", "Europe/Madrid", "Europe/Madrid"),
    one("a time zone with a null byte", 'time_zone: "a\\0b"\n', "Europe/Madrid", "Europe/Madrid"),
    # Types
    one("a wrong type", "patient: {pregnant: maybe}\n", "true, false", "true, false"),
    one("a quoted truth", "patient: {pregnant: 'true'}\n", "true, false", "true, false"),
    one("an unknown phototype", "patient: {phototype: 7}\n", "from 1 to 6", "de 1 a 6"),
    one("a Roman phototype", "patient: {phototype: IV}\n", "from 1 to 6", "de 1 a 6"),
    one("a phototype with decimals", "patient: {phototype: 3.0}\n", "from 1 to 6", "de 1 a 6"),
    one("a list of phototypes", "patient: {phototype: [3]}\n", "from 1 to 6", "de 1 a 6"),
    one("a true phototype", "patient: {phototype: true}\n", "'true'", "'true'"),
    one("a number of 5000 digits", f"patient: {{phototype: {'9' * 5000}}}\n", "from 1 to 6", "de 1 a 6"),
    one("a list where a mapping belongs", "patient: []\n", "list", "lista"),
    one("a mapping where a list belongs", "areas: {name: a}\n", "list", "lista"),
    one("events that are a word", "events: none\n", "list", "lista"),
    one("an area that is null", "areas: [null]\n", "null", "null"),
    one("a name that is a number", "areas: [{name: 3}]\n", "'3'", "'3'"),
    one("an empty name", "areas: [{name: ''}]\n", "text", "texto"),
    one("a blank name", "areas: [{name: '  '}]\n", "text", "texto"),
    one("a name of 100,000 letters", f"areas: [{{name: {'a' * 100_000}}}]\n", "200", "200"),
    area("a size that is not a number", "size_cm2: .nan", "'.nan'", "'.nan'"),
    area("a size without end", "size_cm2: .inf", "'.inf'", "'.inf'"),
    area("a size of JavaScript", "size_cm2: NaN", "'NaN'", "'NaN'"),
    area("a huge wish", "wish: 99999999999999999999", "from 1 to", "de 1 a"),
    area("a hexadecimal wish", "wish: 0x10", "'0x10'", "'0x10'"),
    area("an octal wish", "wish: 010", "'010'", "'010'"),
    area("a sexagesimal wish", "wish: 1:30", "'1:30'", "'1:30'"),
    # Days
    dated("a date in the future", "2190-01-01", "2190-01-01", "futuro"),
    dated("a thirtieth of February", "2026-02-30", "2026-02-30", "2026-02-30"),
    dated("a thirteenth month", "2026-13-01", "2026-13-01", "2026-13-01"),
    dated("a year, month and day of nought", "0000-00-00", "0000-00-00", "0000-00-00"),
    dated("the last day of all", "9999-12-31", "9999-12-31", "9999-12-31"),
    dated("a day before 1900", "1899-12-31", "1900-01-01", "1900-01-01"),
    dated("a day written backwards", "20-11-2024", "date such as", "fecha como"),
    dated("an instant where a day belongs", "2024-11-20T10:00", "date such as", "fecha como"),
    dated("a day in Arabic digits", "٢٠٢٤-١١-٢٠", "date such as", "fecha como"),
    dated("a day that is empty", "", "date such as", "fecha como"),
    one("a fact of tomorrow", "patient: {isotretinoin: 2024-11-21}\n", "2024-11-20", "2024-11-20"),
    area("a session in the future", "sessions: [2190-01-01]", "future", "futuro"),
    area("a measurement in the future", "measurements: [{on: 2190-01-01, comparable: false}]", "future", "futuro"),
    area("a sign in the future", "signs: [{what: pain, on: 2190-01-01}]", "future", "futuro"),
    area("a sign gone before it came", "signs: [{what: pain, on: 2024-11-10, gone_on: 2024-11-09}]", "11-10", "11-10"),
    area("a sign gone in the future", "signs: [{what: pain, on: 2024-11-10, gone_on: 2190-01-01}]", "future", "futuro"),
    area("a sign gone without having come", "signs: [{what: pain, gone_on: 2024-11-10}]", "'on'", "'on'"),
    area("a signed review in the future", "reviews: [{on: 2190-01-01, by: A}]", "future", "futuro"),
    one("a day of review in the future", "reviewed_on: 2190-01-01\n", "future", "futuro"),
    area("a session at 25 o'clock", "sessions: ['2024-11-20T25:00']", "T25:00", "T25:00"),
    area("an offset of 99 hours", "sessions: ['2024-11-20T10:00+99:00']", "+99:00", "+99:00"),
    Bad(
        "a birth after the onset",
        HEAD + "patient: {birth_date: 2020-11-25}\nareas: [{name: a, onset: 2019-01-01}]\n",
        4,
        "birth",
        "nacimiento",
    ),
    Bad(
        "a birth after a session",
        HEAD + "patient: {birth_date: 2020-11-25}\nareas: [{name: a, sessions: [2019-01-01]}]\n",
        4,
        "birth",
        "nacimiento",
    ),
    one(
        "a birth after the last dose",
        "patient: {birth_date: 2020-11-25, isotretinoin: 2019-01-01}\n",
        "birth",
        "nacimiento",
    ),
    Bad(
        "a birth after a sign has gone",
        HEAD + "patient: {birth_date: 2020-11-25}\nareas: [{name: a, signs: [{what: pain, on: 2020-11-25, gone_on: "
        "2020-11-24}]}]\n",
        4,
        "birth",
        "nacimiento",
    ),
    area(
        "an event that ends before it begins",
        "events: [{what: travel, from: 2024-11-10, to: 2024-11-01}]",
        "2024-11-10",
        "2024-11-10",
    ),
    area("an event without a day", "events: [{what: travel}]", "'on'", "'on'"),
    area("an event with a day too many", "events: [{what: travel, on: 2024-11-10, to: 2024-11-11}]", "'on'", "'on'"),
    area("two sessions on one day", "sessions: [2024-11-10, '2024-11-10T18:00']", "2024-11-10", "2024-11-10"),
    # Measurements
    area("a measurement without its uncertainty", MEASURED % "{value: 8.0}", "'u'", "'u'"),
    area("a measurement with a negative uncertainty", MEASURED % "{value: 8.0, u: -1}", "'-1'", "'-1'"),
    area("a measurement without an uncertainty to speak of", MEASURED % "{value: 8.0, u: 0.0099}", "0.01", "0.01"),
    area("a measurement with an uncertainty of nought", MEASURED % "{value: 8.0, u: 0}", "0.01", "0.01"),
    area("a contrast beyond black on white", MEASURED % "{value: 100.01, u: 0.3}", "100", "100"),
    area("a measurement that is a bare number", MEASURED % "8.0", "'8.0'", "'8.0'"),
    area(
        "a measurement without a contrast",
        "measurements: [{on: 2024-11-10, comparable: true}]",
        "'contrast'",
        "'contrast'",
    ),
    # Areas
    Bad("a case without areas", HEAD, 1, "'areas'", "'areas'"),
    one("an empty list of areas", "areas: []\n", "area", "zona"),
    one("an area without a name", "areas: [{lesion: stria}]\n", "name", "nombre"),
    one("two areas of one name", "areas: [{name: abdomen}, {name: abdomen}]\n", "'abdomen'", "'abdomen'"),
    one("two areas alike but for a space", "areas: [{name: abdomen}, {name: 'abdomen '}]\n", "abdomen", "abdomen"),
    one("10,000 areas", f"areas: [{', '.join(f'{{name: a{n}}}' for n in range(10_000))}]\n", "1000", "1000"),
    # YAML
    one("an anchor", "patient: &p {}\n", "&", "&"),
    one("an alias", "patient: *p\n", "*", "*"),
    one("a merge key", "patient: {<<: {pregnant: true}}\n", "<<", "<<"),
    one("a tag", "patient: !thing {}\n", "!", "!"),
    one("a tag of Python", "patient: !!python/object/apply:os.system ['true']\n", "!", "!"),
    one("a standard tag", "patient: !!map {}\n", "!", "!"),
    one("a standard tag on a scalar", "patient: {pregnant: !!bool true}\n", "!", "!"),
    one("a bare tag", "patient: {autoimmune: ! none}\n", "!", "!"),
    one("a repeated key", "assessed_on: 2024-11-20\n", "'assessed_on'", "'assessed_on'"),
    one("a repeated fact", "patient: {pregnant: true, pregnant: false}\n", "'pregnant'", "'pregnant'"),
    Bad("two documents", PLAIN + "---\n" + PLAIN, 4, "document", "documento"),
    *(
        one(f"a bare {trap}", f"patient: {{pregnant: {trap}}}\n", f"'{trap}'", f"'{trap}'")
        for trap in ("yes", "no", "on", "off", "Yes", "NO", "On", "OFF", "y", "n")
    ),
    one("a capital True", "patient: {pregnant: True}\n", "true", "true"),
    one("a key that is a list", "? [a, b]\n: 1\n", "key", "clave"),
    one("a key of 100,000 letters", f"{'x' * 100_000}: 1\n", "YAML", "YAML"),
    Bad("a tab", f"{HEAD}patient:\n\tpregnant: true\n{AREA}", 4, "YAML", "YAML"),
    one("a bracket that is never closed", "areas: [{name: a\n", "YAML", "YAML"),
    one("a broken escape", 'areas: [{name: "\\q"}]\n', "YAML", "YAML"),
    one("half a surrogate pair", 'areas: [{name: "\\ud800"}]\n', "YAML", "YAML"),
    Bad("half a JSON object", '{"treatment": "paramedical"', 1, "YAML", "YAML"),
    Bad("a JSON object with a repeated key", '{"treatment": "a", "treatment": "b"}', 1, "'treatment'", "'treatment'"),
    Bad("a billion laughs", LAUGHS, 1, "&", "&"),
    Bad("10,000 open brackets", "[" * 10_000, 1, "", ""),
    Bad("3000 brackets", "[" * 3000 + "]" * 3000, 1, "deep", "niveles"),
    Bad("2000 braces", "{a: " * 2000 + "}" * 2000, 1, "deep", "niveles"),
    Bad("10,000 dashes", "- " * 10_000, 1, "deep", "niveles"),
    # Files that are none
    Bad("an empty file", "", None, "empty", "vacío"),
    Bad("nothing but space", " \n\t\n", None, "empty", "vacío"),
    Bad("nothing but a byte order mark", b"\xef\xbb\xbf", None, "empty", "vacío"),
    Bad("nothing but comments", "# one\n# two\n", None, "empty", "vacío"),
    Bad("a list", "[]\n", 1, "list", "lista"),
    Bad("a word", "hello\n", 1, "'hello'", "'hello'"),
    Bad("null", "null\n", 1, "'null'", "'null'"),
    Bad("an empty mapping", "{}\n", 1, "'treatment'", "'treatment'"),
    Bad("UTF-16", PLAIN.encode("utf-16"), 1, "UTF-8", "UTF-8"),
    Bad("UTF-32", PLAIN.encode("utf-32"), 1, "UTF-8", "UTF-8"),
    Bad("Latin-1", (HEAD + "areas: [{name: muñeca}]\n").encode("latin-1"), 3, "UTF-8", "UTF-8"),
    Bad("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, 1, "UTF-8", "UTF-8"),
    Bad("every byte there is", bytes(range(256)) * 50, None, "UTF-8", "UTF-8"),
    one("a null byte", "patient: {}\x00\n", "control", ""),
    one("a bell", "patient: {pregnant: \x07}\n", "control", ""),
    one("a colour of the terminal", "patient: {pregnant: \x1b[31mtrue}\n", "control", ""),
    Bad("50 MB", b"#" + b" " * 50_000_000, None, "1 MB", "1 MB"),
]
EACH_BAD = pytest.mark.parametrize("bad", BAD, ids=[bad.name for bad in BAD])


@EACH_BAD
def test_a_bad_case_is_refused_in_one_message(bad: Bad, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(bad.text if isinstance(bad.text, bytes) else bad.text.encode())
    said = {}
    for language in LANGUAGES:
        answer = run("assess", path, "--lang", language)
        said[language] = check_one_message(answer, language)
        place = "case.yaml" if bad.line is None else f"case.yaml, {LINE_WORD[language]} {bad.line}"
        assert said[language].startswith((f"{place}:", f"{place},")), said[language]
        assert (bad.es if language == "es" else bad.en) in said[language], said[language]
    assert said["en"] != said["es"]


@EACH_BAD
def test_every_command_refuses_a_bad_case_alike(bad: Bad, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(bad.text if isinstance(bad.text, bytes) else bad.text.encode())
    first = run("assess", path)
    for arguments in (("plan",), ("review", "--json"), ("forecast",), ("assess", "--ask")):
        assert run(*arguments, path) == first


def test_a_message_repeats_little_of_what_is_wrong(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    for text in (
        PLAIN.replace("paramedical", "x" * 100_000),
        HEAD + f"patient: {{autoimmune: {'n' * 200_000}}}\n" + AREA,
        HEAD + f"time_zone: {'E' * 3000}\n" + AREA,
        HEAD + f"{'k' * 900}: 1\n" + AREA,
    ):
        path.write_text(text, encoding="utf-8")
        for language in LANGUAGES:
            assert len(check_one_message(run("assess", path, "--lang", language), language)) < 500


@pytest.mark.parametrize(
    "name",
    ["\\e[31mred", "\\x9b31m", "\\x7f", "a\\nb", "\\u202eabc", "\\x85", "\\u2028", "\\0", "a\\rb", "\\ue000"],
)
@pytest.mark.parametrize("command", ["assess", "plan", "review", "forecast"])
def test_a_name_with_control_characters_does_not_reach_the_terminal(
    name: str, command: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(COURSE.replace("name: abdomen", f'name: "{name}"'), encoding="utf-8")
    for form in ((), ("--json",)):
        answer = run(command, path, *form)
        assert answer.code in (0, 2)
        for line in (answer.out + answer.err).replace("\N{NO-BREAK SPACE}", " ").split("\n"):
            assert line.isprintable(), repr(line)


@pytest.mark.parametrize("key", ["\\e[31mkey", "\\x9b31m", "a\\nb"])
def test_a_key_with_control_characters_does_not_reach_the_terminal(key: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    for text in (f'{HEAD}"{key}": 1\n{AREA}', f'treatment: "{key}"\nassessed_on: 2024-11-20\n{AREA}'):
        path.write_text(text, encoding="utf-8")
        check_one_message(run("assess", path), "en")


def test_a_file_name_with_control_characters_does_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    for name in ("\x1b[31mred.yaml", "new\nline.yaml"):
        path = tmp_path / name
        check_one_message(run("assess", path), "en")
        path.write_text(HEAD + "what: 1\n" + AREA, encoding="utf-8")
        check_one_message(run("assess", path), "en")


def test_a_signature_with_control_characters_does_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(COURSE, encoding="utf-8")
    for form in ((), ("--json",)):
        answer = run("review", path, "--sign", "\x1b[31mDr\x9b", *form)
        said = (answer.out + answer.err).replace("\N{NO-BREAK SPACE}", " ")
        assert all(line.isprintable() for line in said.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "﻿" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        "---\n" + PLAIN,
        "# a comment\n" + PLAIN,
        '{"treatment": "paramedical", "assessed_on": "2024-11-20", "areas": [{"name": "abdomen"}]}',
        HEAD + "patient: null\nareas: [{name: 'R&B * <<', lesion: null}]\n",
    ],
    ids=["byte order mark", "carriage returns", "document start", "comment", "JSON", "marks in a quoted name"],
)
def test_what_only_looks_bad_is_read(text: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(text.encode())
    answer = run("assess", path)
    assert (answer.code, answer.err) == (0, "")


# ── Files and streams ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["assess", "plan", "review", "forecast"])
def test_what_is_no_file_is_refused(command: str, language: str, run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", Path(os.devnull), "", "a" * 5000, "a\0b"):
        answer = run(command, path, "--lang", language)
        if isinstance(path, str) and len(path) > 1000:  # the name itself is all that makes this message long
            assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
            continue
        check_one_message(answer, language)
        assert not answer.err.startswith(".:")


def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for arguments in (
        ("assess", fifo),
        ("protocols", "check", fifo),
        ("rescreen", fifo, "--treatment", "scalp"),
    ):
        begun = time.monotonic()
        check_one_message(started(*arguments, timeout=20), "en")
        assert time.monotonic() - begun < 20


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    path.chmod(0)
    for language in LANGUAGES:
        check_one_message(run("assess", path, "--lang", language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_standard_input_is_as_good_as_a_file_and_as_bad(language: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    lang = ("--lang", language)
    assert started("assess", "-", *lang, stdin=PLAIN.encode()) == started("assess", path, *lang)
    for raw in (b"", b"\xff\xfe", b"x: 1\n", b"#" * 2_000_000):
        assert check_one_message(started("assess", "-", *lang, stdin=raw), language).startswith("stdin")


def test_a_closed_stream_is_no_reason_for_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    assert check_one_message(shell('"$@" <&-', "assess", "-"), "en")
    for script in ('"$@" >&-', '"$@" --json >&-', '"$@" --ask <&-', '"$@" --ask --json <&-'):
        answer = shell(script, "assess", path)
        assert "Traceback" not in answer.err
        assert "Error" not in answer.err
    assert shell('"$@" 2>&-', "assess", tmp_path / "none").code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    for form in ("", "--json"):
        answer = shell(f'"$@" {form} > /dev/full', "assess", path)
        assert answer.code != 0
        assert len(answer.err.splitlines()) == 1, answer.err


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("arguments", [("protocols", "show", "paramedical"), ("protocols", "conflicts")])
def test_a_reader_that_leaves_is_no_reason_for_a_traceback(arguments: Sequence[str], form: Sequence[str]) -> None:
    for reader in ("head -1", "true"):
        answer = shell(f'"$@" | {reader}; exit ${{PIPESTATUS[0]}}', *arguments, *form)
        assert (answer.code, answer.err) == (0, "")


def test_ctrl_c_ends_with_130() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dermograph", "assess", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        time.sleep(1.5)  # it has imported everything and waits for its input
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read().decode()
        assert process.wait(20) == 130
    assert "Traceback" not in said


# ── Arguments ───────────────────────────────────────────────────────────────────────────────────────────────────────

#: Bad arguments, and what the message must name.
ARGUMENTS: list[tuple[list[str], str]] = [
    (["plan", "CASE", "--sessions", "0"], "50"),
    (["plan", "CASE", "--sessions", "51"], "50"),
    (["plan", "CASE", "--sessions", "-1"], "50"),
    (["plan", "CASE", "--sessions", "x"], "50"),
    (["plan", "CASE", "--sessions", "1.5"], "50"),
    (["assess", "CASE", "--on", "rubbish"], "rubbish"),
    (["assess", "CASE", "--on", "2026-02-30"], "2026-02-30"),
    (["assess", "CASE", "--on", "20241120"], "--on"),
    (["assess", "CASE", "--on", "2024-W47-6"], "--on"),
    (["assess", "CASE", "--on", "0001-01-01"], "1900-01-01"),
    (["plan", "CASE", "--on", "9999-12-31"], "9999-12-31"),
    (["review", "CASE", "--on", "9999-12-31"], "9999-12-31"),
    (["forecast", "CASE", "--on", "9999-12-31"], "9999-12-31"),
    (["assess", "CASE", "--on", ""], "--on"),
    (["asses", "CASE"], "assess"),
    (["assess"], ""),
    (["assess", "CASE", "more"], "more"),
    (["assess", "CASE", "--jsonn"], "--json"),
    (["assess", "CASE", "--packs"], "--packs"),
    (["assess", "CASE", "--save", "new.yaml"], "--ask"),
    (["assess", "-", "--ask"], "--ask"),
    (["review", "CASE", "--sign", ""], ""),
    (["review", "CASE", "--sign", "  "], ""),
    (["review", "CASE", "--courses", "none.jsonl"], "none.jsonl"),
    (["protocols", "shw"], "show"),
    (["protocols", "show"], ""),
    (["protocols", "show", "paramedicl"], "paramedical"),
    (["protocols", "sources", "literatur"], "literature"),
    (["protocols", "check", "none"], "none"),
    (["rescreen", "none.jsonl", "--treatment", "scalp"], "none.jsonl"),
    (["rescreen", "none.jsonl"], "--treatment"),
]


@pytest.mark.parametrize(("arguments", "names"), ARGUMENTS, ids=[" ".join(words) for words, _ in ARGUMENTS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_argument_is_refused_in_one_message(
    language: str,
    arguments: list[str],
    names: str,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("CASE").write_text(COURSE, encoding="utf-8")
    answer = run(*arguments, "--lang", language)
    if arguments[:2] == ["protocols", "check"]:
        assert (answer.code, answer.err) == (2, "") if answer.out else (2, answer.err)
        assert names in answer.out + answer.err
        return
    assert names in check_one_message(answer, language)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CASE"]


def test_an_unknown_language_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    for arguments in (("--lang", "fr"), ("--lang=fr",), ("--lang", ""), ("--lang",)):
        assert "--lang" in check_one_message(run("assess", path, *arguments), "en")


def test_the_systems_language_is_spoken_where_none_is_given(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    assert "No existe" in run("assess", tmp_path / "none").err
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "There is no" in run("assess", tmp_path / "none").err


@pytest.mark.parametrize("target", ["none/new.yaml", "folder", ".", ""])
def test_what_cannot_be_written_is_refused_before_any_question(
    target: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("case.yaml").write_text(PLAIN, encoding="utf-8")
    for language in LANGUAGES:
        check_one_message(run("assess", "case.yaml", "--ask", "--save", target, "--lang", language), language)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.yaml", "folder"]


# ── Packs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OVERRIDE = """\
schema: dermograph.overrides/1
id: own
extends: paramedical
version: 1.0.0
title: {en: Our own, es: La nuestra}
overrides:
  - replaces: minimum-age
    decided_by: medical lead
    reason: {en: Adults only., es: Solo adultos.}
    with:
      id: minimum-age
      grade: until_date
      when: {birth_date: {within: {years: 22}}}
      says: {en: Not before the 22nd birthday., es: No antes de cumplir 22.}
      cite: [assumptions/minimum-age]
"""
#: What is wrong with a clinic's pack: the text replaced, by what, on which line, and what the message must name.
BROKEN = [
    ("extends: paramedical", "extends: paramedicl", 3, "'paramedical'?"),
    ("replaces: minimum-age", "replaces: minimum-agee", 7, "'minimum-age'?"),
    ("grade: until_date", "grade: until_data", 12, "'until_date'?"),
    ("birth_date: {within", "birthdate: {within", 13, "'birth_date'?"),
    ("{years: 22}", "22", 13, ""),
    ("assumptions/minimum-age]", "assumptions/minimum]", 15, "assumptions"),
    ("cite: [assumptions/minimum-age]", "cite: []", 15, ""),
    ("      id: minimum-age", "      id: other-age", 10, "minimum-age"),
    ("schema: dermograph.overrides/1", "schema: dermograph.overrides/9", 1, "dermograph.overrides/1"),
    ("version: 1.0.0\n", "", 1, "'version'"),
    ("{en: Our own, es: La nuestra}", "Our own", 5, ""),
    ("id: own", "id: scalp", None, "scalp"),
    ("decided_by: medical lead", "decided_by: yes", 8, "'yes'"),
    (OVERRIDE, "", None, ""),
    (OVERRIDE, "a: &a [*a]", 1, "&"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "names"), BROKEN, ids=[f"{old[:20]} to {new[:30]}" for old, new, _, _ in BROKEN]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_pack_is_refused_with_its_first_problem(
    language: str, old: str, new: str, line: int | None, names: str, run: Run, tmp_path: Path
) -> None:
    assert old in OVERRIDE
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(OVERRIDE.replace(old, new, 1), encoding="utf-8")
    case = tmp_path / "case.yaml"
    case.write_text(COURSE, encoding="utf-8")
    lang = ("--lang", language)
    message = check_one_message(run("assess", case, "--packs", folder, *lang), language)
    assert f"protocol.yaml, {LINE_WORD[language]} {line}" in message if line else "protocol.yaml" in message, message
    assert names in message
    checked = run("protocols", "check", folder, *lang)
    assert (checked.code, checked.err) == (2, "")
    assert "protocol.yaml" in checked.out
    found = run("protocols", "check", folder, "--json", *lang)
    assert found.code == 2
    assert json.loads(found.out)["problems"]


def test_every_command_refuses_a_broken_pack_alike(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(OVERRIDE.replace("until_date", "until_data"), encoding="utf-8")
    case = tmp_path / "case.yaml"
    case.write_text(COURSE, encoding="utf-8")
    cohort = tmp_path / "cohort.jsonl"
    cohort.write_text(GOOD_ROW, encoding="utf-8")
    said = {
        check_one_message(run(*arguments), "en")
        for arguments in (
            *((command, case, "--packs", folder) for command in ("assess", "plan", "review", "forecast")),
            ("assess", case, "--packs", folder, "--ask"),
            *(("protocols", action, "--packs", folder) for action in ("list", "sources", "conflicts")),
            ("protocols", "show", "paramedical", "--packs", folder),
            ("rescreen", cohort, "--treatment", "paramedical", "--new", folder),
            ("rescreen", cohort, "--treatment", "paramedical", "--old", folder),
        )
    }
    assert len(said) == 1


def test_one_bad_register_stops_a_pack_that_is_good_itself(run: Run, tmp_path: Path) -> None:
    good, folder = tmp_path / "good", tmp_path / "bad"
    for path in (good, folder):
        (path / "sources").mkdir(parents=True)
        (path / "protocol.yaml").write_text(OVERRIDE, encoding="utf-8")
    assert run("protocols", "list", "--packs", good).code == 0
    (folder / "sources" / "own.yaml").write_text("schema: dermograph.source/1\nkeyy: own\n", encoding="utf-8")
    message = check_one_message(run("protocols", "list", "--packs", folder), "en")
    assert "own.yaml, line 2" in message


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_folder_that_is_none_is_refused(language: str, run: Run, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(PLAIN, encoding="utf-8")
    for folder in (tmp_path / "none", tmp_path, case, Path(os.devnull)):
        check_one_message(run("assess", case, "--packs", folder, "--lang", language), language)


# ── Courses and cohorts ─────────────────────────────────────────────────────────────────────────────────────────────

GOOD_ROW = '{"id": "p1", "treatment": "paramedical", "assessed_on": "2024-11-20", "areas": [{"name": "abdomen"}]}'
#: Second lines of a cohort that no case may be, and what the message must name.
BAD_ROWS = [
    ("[]", ""),
    ("1", ""),
    ('"text"', ""),
    ("{}", "'treatment'"),
    ("nonsense", "JSON"),
    ('{"treatment": "paramedical"', "JSON"),
    ('{"a": 1}{"b": 2}', "JSON"),
    ("[" * 100_000, ""),
    ('{"a":' * 10_000, ""),
    (GOOD_ROW.replace('"name"', '"nme"'), "areas[0]"),
    (GOOD_ROW.replace('"id": "p1"', '"id": {}'), "id"),
    (GOOD_ROW.replace("paramedical", "paramedicl"), "paramedicl"),
    (GOOD_ROW.replace("2024-11-20", "2190-11-20"), "2190-11-20"),
    (GOOD_ROW.replace("2024-11-20", "2024-02-30"), "2024-02-30"),
    (GOOD_ROW.replace('"2024-11-20"', "20241120"), "assessed_on"),
    (GOOD_ROW.replace('[{"name": "abdomen"}]', "[]"), "areas"),
    (GOOD_ROW.replace('[{"name": "abdomen"}]', "null"), "areas"),
    (GOOD_ROW.replace('{"name": "abdomen"}', "null"), "areas"),
    (GOOD_ROW.replace('"abdomen"}', '"abdomen"}, {"name": "abdomen"}'), "abdomen"),
    (GOOD_ROW.replace('"abdomen"', '"abdomen", "lesion": "striae"'), "'stria'?"),
    (GOOD_ROW.replace('"abdomen"', '"abdomen", "stagee": "white"'), "'stage'?"),
    (GOOD_ROW.replace('"abdomen"', '"abdomen", "wish": NaN'), "wish"),
    (GOOD_ROW.replace('"abdomen"', '"abdomen", "events": "rubbish"'), "events"),
    (GOOD_ROW.replace('"abdomen"', '"abdomen", "sessions": ["2024-02-30"]'), "2024-02-30"),
    (GOOD_ROW.replace('"abdomen"', '"abdomen", "name": "again"'), "name"),
    (GOOD_ROW.replace('"areas"', '"patient": {"phototype": 7}, "areas"'), "phototype"),
    (GOOD_ROW.replace('"areas"', '"patient": {"phototype": true}, "areas"'), "phototype"),
    (GOOD_ROW.replace('"areas"', '"patient": {"pregnant": 1}, "areas"'), "pregnant"),
    (GOOD_ROW.replace('"areas"', '"patient": {"birth_date": "2027-01-01"}, "areas"'), "birth_date"),
]


@pytest.mark.parametrize(
    ("row", "names"), BAD_ROWS, ids=[f"{number} {row[-50:]}" for number, (row, _) in enumerate(BAD_ROWS)]
)
def test_a_bad_line_of_a_cohort_is_refused_with_its_number(row: str, names: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cohort.jsonl"
    path.write_text(f"{GOOD_ROW}\n{row}\n{GOOD_ROW}\n", encoding="utf-8")
    for language in LANGUAGES:
        answer = run("rescreen", path, "--treatment", "paramedical", "--lang", language)
        message = check_one_message(answer, language)
        assert message.startswith(f"cohort.jsonl, {LINE_WORD[language]} 2"), message
        assert names in message


def test_a_line_that_is_null_does_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "cohort.jsonl"
    for text in (f"{GOOD_ROW}\nnull\n", f"{GOOD_ROW}\n null", f"{GOOD_ROW}\n\tnull\n{GOOD_ROW}"):
        path.write_text(text, encoding="utf-8")
        message = check_one_message(started("rescreen", path, "--treatment", "paramedical"), "en")
        assert message.startswith("cohort.jsonl, line 2")


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("cohort.jsonl", b""),
        ("cohort.jsonl", b"\n \n"),
        ("cohort.jsonl", b"\xff\xfe{}"),
        ("cohort.jsonl", b"\x00" * 100),
        ("cohort.jsonl", b"{" * 3_000_000),
        ("cohort.parquet", b""),
        ("cohort.parquet", b"PAR1"),
        ("cohort.parquet", b"PAR1" + bytes(200) + b"PAR1"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_no_cohort_is_refused(language: str, name: str, raw: bytes, run: Run, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    answer = run("rescreen", path, "--treatment", "paramedical", "--lang", language)
    assert check_one_message(answer, language).startswith(name)


@pytest.mark.parametrize("out", ["none/out.jsonl", "none/out.parquet", "folder", ".", ""])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screening_that_cannot_be_written_leaves_nothing_behind(
    language: str, out: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("cohort.jsonl").write_text(GOOD_ROW, encoding="utf-8")
    answer = run("rescreen", "cohort.jsonl", "--treatment", "paramedical", "--out", out, "--lang", language)
    assert "Error" not in check_one_message(answer, language)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort.jsonl", "folder"]
    assert not list(Path("folder").iterdir())


MEASURED_COURSE = (
    '{"course": [{"sessions": 0, "contrast": {"value": 8.1, "u": 0.4}},'
    ' {"sessions": 1, "contrast": {"value": 6.2, "u": 0.4}}]}'
)


@pytest.mark.parametrize(
    "row",
    [
        "nonsense",
        "null",
        "[]",
        "{}",
        '{"course": {}}',
        '{"course": [{"sessions": 0}]}',
        '{"course": [{"sessions": -1, "contrast": {"value": 8.1, "u": 0.4}}]}',
        '{"course": [{"sessions": 0, "contrast": {"value": NaN, "u": 0.4}}]}',
        '{"course": [{"sessions": 0, "contrast": {"value": 8.1, "u": -0.4}}]}',
        '{"course": [{"sessions": 0, "contrast": {"value": 8.1}}]}',
        MEASURED_COURSE.replace('"value": 6.2, "u": 0.4', '"value": 6.2, "u": 0'),
        MEASURED_COURSE.replace('"value": 6.2, "u": 0.4', '"value": 6.2, "u": 0.0099'),
        MEASURED_COURSE.replace('"value": 8.1', '"value": 100.01'),
        "[" * 100_000,
    ],
    ids=lambda row: str(row)[-50:],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_line_of_closed_courses_is_refused_with_its_number(
    language: str, row: str, run: Run, tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(COURSE, encoding="utf-8")
    courses = tmp_path / "courses.jsonl"
    courses.write_text(f"{MEASURED_COURSE}\n{row}\n", encoding="utf-8")
    for command in ("review", "forecast"):
        message = check_one_message(run(command, case, "--courses", courses, "--lang", language), language)
        assert message.startswith(f"courses.jsonl, {LINE_WORD[language]} 2")


def test_the_smallest_uncertainty_and_the_largest_contrast_are_read(run: Run, tmp_path: Path) -> None:
    case, courses = tmp_path / "case.yaml", tmp_path / "courses.jsonl"
    shots = (
        "sessions: [2024-10-01], measurements: [{on: 2024-09-01, comparable: true, contrast: {value: 100, u: 0.01}}]"
    )
    case.write_text(COURSE.replace("sessions: [2024-10-01]", shots), encoding="utf-8")
    row = MEASURED_COURSE.replace('"value": 8.1, "u": 0.4', '"value": 100, "u": 0.01')
    courses.write_text(row + "\n", encoding="utf-8")
    answer = run("review", case, "--courses", courses)
    assert (answer.code, answer.err) == (0, "")
