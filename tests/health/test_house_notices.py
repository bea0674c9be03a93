"""Each rule of the house is seen to notice an offence, and to leave alone what only looks like one."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.health import files, rules

Rule = Callable[[Iterable[Path]], list[str]]


def _written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return path


@pytest.mark.parametrize(
    ("rule", "name", "bad", "good"),
    [
        (rules.addresses, "a.md", "see https://pypi" + ".org/x", "see https://example.org/x"),
        (rules.addresses, "a.md", "in /wo" + "rk/main", "in a/workshop/main"),
        (rules.addresses, "b.toml", "cache = '/ro" + "ot/.cache'", "cache = '~/.cache'"),
        (rules.long_functions, "a.py", "def f():\n" + "    x = 1\n" * 80, "def f():\n" + "    x = 1\n" * 79),
        (rules.undocumented, "a.py", "x = 1", '"""A module."""'),
        (rules.undocumented, "a.py", '"""M."""\ndef f(): ...', '"""M."""\ndef _f(): ...'),
        (rules.undocumented, "a.py", '"""M."""\nclass C: ...', '"""M."""\nclass _C:\n    def f(self): ...'),
        (
            rules.undocumented,
            "a.py",
            '"""M."""\nclass C:\n    """C."""\n    def f(self): ...',
            '"""M."""\nclass C:\n    """C."""\n    @f.setter\n    def f(self, x): ...\n    def __eq__(self, x): ...',
        ),
        (rules.undocumented, "__init__.py", "", '"""A package."""'),
        (rules.tests_without_assertion, "test_a.py", "def test_x(): f()", "def test_x(): assert f()"),
        (
            rules.tests_without_assertion,
            "test_a.py",
            "def test_x():\n    with suppress(E): f()",
            "def test_x():\n    with pytest.raises(E): f()",
        ),
        (rules.tests_without_assertion, "test_a.py", "def test_x(): see(1)", "def test_x(): check_that(1)"),
        (rules.tests_without_assertion, "test_a.py", "async def test_x(): f()", "def helper(): f()"),
        (rules.images_with_exif, "a.jpg", b"\xff\xd8\xff\xe1\0\x10Exif\0\0MM", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        (rules.images_with_exif, "a.PNG", b"\x89PNG\0\0\0\4eXIf", b"\x89PNG\0\0\0\4IDAT"),
        (rules.images_with_exif, "a.tif", b"II*\0\x69\x87\x04\x00\x01\x00\x00\x00", b"II*\0\x06\x01\x03\0\1\0\0\0"),
        (rules.locks_with_addresses, "uv.lock", 'url = "https://example.org"', 'version = "1.0"'),
        (rules.locks_with_addresses, "package-lock.json", '{"r": "https://example.org"}', "{}"),
    ],
)
def test_a_rule_notices_its_offence_and_nothing_else(
    tmp_path: Path, rule: Rule, name: str, bad: str | bytes, good: str | bytes
) -> None:
    assert len(rule([_written(tmp_path, name, bad)])) == 1
    assert rule([_written(tmp_path, name, good)]) == []


def test_a_file_at_the_limit_passes_and_one_line_more_does_not(tmp_path: Path) -> None:
    path = _written(tmp_path, "a.py", "x = 1\n" * 400)
    assert not rules.large_files([path], 400)
    assert rules.large_files([path], 399)


@pytest.mark.parametrize("name", ["src/dermograph/care/utils.py", "src/dermograph/common/dates.py"])
def test_a_name_without_a_subject_is_noticed(name: str) -> None:
    assert len(rules.empty_names([files.ROOT / name])) == 1


def test_a_name_that_only_contains_an_empty_word_passes() -> None:
    assert not rules.empty_names([files.ROOT / "src/dermograph/care/baseline.py"])


@pytest.mark.parametrize(
    "line", ["a>=1", "a", "# a comment", "", "a==1 --hash=sha256:00", "--index-url x", "a==1; x", "a @ file:x"]
)
def test_a_line_that_is_no_exact_pin_is_noticed(line: str) -> None:
    assert rules.loose_pins(f"numpy==2.0.1\n{line}\nPyYAML==6.0.3\n") == [line]


def test_a_requirement_without_a_pin_is_noticed_wherever_it_stands() -> None:
    pyproject = {
        "build-system": {"requires": ["backend>=1"]},
        "project": {
            "name": "Dermograph",
            "dependencies": ["PyYAML>=6", "rich[x]>1"],
            "optional-dependencies": {"scale": ["polars; python_version>'3'"], "dev": ["dermograph[scale]", "mypy"]},
        },
    }
    assert rules.unpinned(pyproject, "pyyaml==6.0\n") == ["backend", "mypy", "polars", "rich"]
    assert not rules.unpinned(pyproject, "pyyaml==6.0\nbackend==1\nmypy==2\nPolars==1\nrich==9\n")


def test_a_copied_file_is_noticed_under_any_name(tmp_path: Path) -> None:
    _written(tmp_path, "data/deep/photo.bin", "the same")
    _written(tmp_path, "data/empty.txt", "")
    _written(tmp_path, "data/LICENSE", "terms")
    ours = [("x.txt", "the same"), ("y.txt", "the sane"), ("z.txt", ""), ("LICENSE", "terms")]
    found = rules.copies([_written(tmp_path, *one) for one in ours], tmp_path / "data")
    assert found == [f"{tmp_path / 'x.txt'} is a copy of deep/photo.bin"]


def test_a_command_that_no_page_shows_is_noticed() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    commands.add_parser("plan")
    below = commands.add_parser("protocols").add_subparsers()
    below.add_parser("check")
    below.add_parser("show")
    pages = [
        "run `dermograph protocols list | check [FILE]`\nand make a plan",
        "dermograph planning, dermograph re-plan",
    ]
    assert rules.unnamed_commands(parser, pages) == ["plan", "protocols show"]
