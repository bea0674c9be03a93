"""The golden cases, one test a sentence: ours through the API, the shared ones through the command line too."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dermograph import assess, load_library, plan, read_case
from dermograph.cli import main
from dermograph.core.text import LANGUAGES
from dermograph.protocols.field import Node
from dermograph.protocols.load import PACKS
from dermograph.protocols.strict_yaml import parse
from tests.conftest import SHARED

Json = dict[str, Any]

TREATMENTS = ("microneedling", "paramedical", "scalp")
FILES = ("cases.yaml", "plan-cases.yaml")


def plain(node: Node) -> Any:  # noqa: ANN401 (whatever a document holds)
    """A document of the strict reader as plain values; dates stay the text that they are written as."""
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [plain(value) for value in node.value]
    return node.value


def document(path: Path) -> Any:  # noqa: ANN401 (whatever a document holds)
    """A YAML file, read strictly: `on` is a key there, and no date becomes anything but text."""
    return plain(parse(path.read_text(encoding="utf-8"), path.name).node)


@cache
def _healthy() -> Json:
    return dict(document(PACKS / "healthy.yaml"))


def expanded(case: Json) -> Json:
    """A case with `defaults: healthy` put under its own facts, which the program itself never does."""
    case = dict(case)
    if (name := case.pop("defaults", None)) is None:
        return case
    assert name == "healthy", name
    case["patient"] = {**_healthy()["patient"], **case.get("patient", {})}
    case["areas"] = [{**_healthy()["area"], **area} for area in case["areas"]]
    return case


@dataclasses.dataclass(frozen=True)
class Golden:
    """One case with what is expected of it, and the file that it comes from."""

    file: Path
    name: str
    case: Json
    expect: Json

    @property
    def command(self) -> str:
        """The command that answers it: what has a verdict is assessed, what has a session is planned."""
        return "assess" if any("verdict" in area for area in self.expect.values()) else "plan"

    @property
    def id(self) -> str:
        """What the test is called."""
        return f"{self.file.parent.name}/{self.file.stem}: {self.name}"


def golden(paths: Iterator[Path]) -> list[Golden]:
    """Every case of some files, in their order."""
    return [Golden(path, item["name"], item["case"], item["expect"]) for path in paths for item in document(path)]


PACK_FILES = [PACKS / treatment / name for treatment in TREATMENTS for name in FILES]
SHARED_FILES = sorted(path for path in (SHARED / "cases").glob("*.yaml") if path.name != "healthy.yaml")
OURS = golden(iter(PACK_FILES))
THEIRS = golden(iter(SHARED_FILES))

each_of_ours = pytest.mark.parametrize("case", OURS, ids=[case.id for case in OURS])
each_of_theirs = pytest.mark.parametrize("case", THEIRS, ids=[case.id for case in THEIRS])


def answered(case: Golden, language: str = "en") -> Json:
    """What the Python API answers, each area under its name."""
    library = load_library()
    read = read_case(json.dumps(expanded(case.case)), library.vocabulary, file=case.file.name)
    protocol = library.protocol(read.treatment)
    decide = assess if case.command == "assess" else plan
    return by_area(decide(read, protocol).to_json("es" if language == "es" else "en"))


def by_area(answer: Json) -> Json:
    """The areas of an answer by their names."""
    return {area["name"]: area for area in answer["areas"]}


def check_verdict(expected: Json, area: Json) -> None:
    """An area's assessment is what the case expects of it."""
    assert area["verdict"] == expected["verdict"]
    if "not_before" in expected:
        assert area["not_before"] == expected["not_before"]
    given = {fact for reason in area["reasons"] for fact in reason["facts"]}
    assert set(expected.get("because", ())) <= given
    asked = [question["fact"] for question in area["ask"]]
    if expected.get("ask") == []:
        assert asked == []
    assert set(expected.get("ask", ())) <= set(asked)
    assert len(asked) == len(set(asked))


def check_plan(expected: Json, area: Json) -> None:
    """An area's plan is what the case expects of it."""
    following = expected.get("next_session", {})
    assert {key: area["next_session"][key] for key in following} == following
    assert area["late"] is expected.get("late", False)
    care = {entry["what"]: entry["until"] for entry in area["aftercare"]}
    wanted = expected.get("aftercare", {})
    assert set(wanted) <= set(care)
    assert {what: care.get(what) for what in wanted} == wanted
    if "conflicts" in expected:
        assert sorted(conflict["event"] for conflict in area["conflicts"]) == sorted(expected["conflicts"])


def check_answer(case: Golden, areas: Json) -> None:
    """All areas of an answer are what the case expects, and none is left out."""
    assert set(areas) == set(case.expect) == {area["name"] for area in case.case["areas"]}
    for name, expected in case.expect.items():
        (check_verdict if case.command == "assess" else check_plan)(expected, areas[name])


@each_of_ours
def test_a_case_of_a_pack_is_answered_as_its_sentence_says(case: Golden) -> None:
    check_answer(case, answered(case))


@pytest.mark.shared
@each_of_theirs
def test_a_shared_case_is_answered_by_the_api_as_its_sentence_says(case: Golden) -> None:
    check_answer(case, answered(case))


@pytest.mark.shared
@each_of_theirs
def test_a_shared_case_is_answered_by_the_command_line_as_its_sentence_says(
    case: Golden, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(json.dumps(expanded(case.case)), encoding="utf-8")
    assert main([case.command, str(file), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) >= {"schema", "treatment", "protocol", "areas"}
    assert set(printed["protocol"]) == {"id", "version", "hash"}
    check_answer(case, by_area(printed))
    assert by_area(printed) == answered(case)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 2, 13, 24, 29, 33])
@pytest.mark.shared
def test_a_shared_case_is_answered_in_a_process_of_its_own_in_both_languages(
    number: int, language: str, tmp_path: Path
) -> None:
    case = THEIRS[number]
    file = tmp_path / "caso.yaml"
    file.write_text(json.dumps(expanded(case.case), ensure_ascii=False), encoding="utf-8")
    command = Path(sys.executable).with_name("dermograph")
    done = subprocess.run(
        [command, case.command, file, "--json", "--lang", language], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stderr == ""
    printed = json.loads(done.stdout)
    check_answer(case, by_area(printed))
    assert by_area(printed) == answered(case, language)


@pytest.mark.shared
@each_of_theirs
def test_our_packs_hold_every_shared_case_unchanged(case: Golden) -> None:
    pack = PACKS / case.case["treatment"]
    same = [ours for ours in OURS if ours.file.parent == pack and ours.name == case.name]
    assert [(ours.case, ours.expect) for ours in same] == [(case.case, case.expect)]


@pytest.mark.shared
def test_what_healthy_means_is_the_same_here_and_in_the_shared_folder(shared: Path) -> None:
    assert document(PACKS / "healthy.yaml") == document(shared / "cases" / "healthy.yaml")


@pytest.mark.shared
def test_every_shared_file_of_cases_was_found(shared: Path) -> None:
    assert {path.name for path in (shared / "cases").iterdir()} == {
        *(path.name for path in SHARED_FILES),
        "healthy.yaml",
        "README.md",
    }
    assert len(THEIRS) == 39


def test_no_two_cases_of_a_pack_share_a_name() -> None:
    ids = [case.id for case in OURS]
    assert len(ids) == len(set(ids))


def test_an_expected_answer_that_is_wrong_is_noticed() -> None:
    right = OURS[0]
    [name] = right.expect
    for wrong in ({"verdict": "excluded"}, {"not_before": "1999-01-01"}, {"because": ["onset"]}, {"ask": ["onset"]}):
        case = dataclasses.replace(right, expect={name: {**right.expect[name], **wrong}})
        with pytest.raises(AssertionError):
            check_answer(case, answered(case))


def test_the_program_itself_knows_no_defaults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(json.dumps(OURS[0].case), encoding="utf-8")
    assert main(["assess", str(file), "--json"]) == 2
    assert "'defaults'" in capsys.readouterr().err
