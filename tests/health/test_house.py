"""The rules of the house hold for every file of the project."""

import argparse
import importlib
import os
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.health import files, rules

CONSTRAINTS = (files.ROOT / "constraints.txt").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((files.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = files.ROOT / "README.md"


def test_no_file_names_a_package_registry_or_a_place_on_a_machine() -> None:
    assert not rules.addresses(files.project_files())


def test_no_source_file_is_longer_than_it_may_be() -> None:
    assert not rules.large_files(files.python_files("src"), rules.MOST_LINES)


def test_no_function_is_longer_than_it_may_be() -> None:
    assert not rules.long_functions(files.python_files("src"))


def test_everything_public_has_a_docstring() -> None:
    assert not rules.undocumented(files.python_files("src"))


def test_every_module_is_named_for_its_subject() -> None:
    assert not rules.empty_names(files.python_files())


@pytest.mark.xdist_group("house")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
def test_a_test_of_a_group_carries_the_name_by_which_it_is_kept_on_one_worker(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@house")


def test_every_test_asserts_something() -> None:
    assert not rules.tests_without_assertion(files.python_files("tests"))


def test_no_image_carries_exif() -> None:
    assert not rules.images_with_exif(files.project_files())


def test_no_lock_file_records_addresses() -> None:
    assert not rules.locks_with_addresses(files.project_files())


def test_the_constraints_are_exact_pins_and_nothing_else() -> None:
    assert not rules.loose_pins(CONSTRAINTS)


def test_the_constraints_cover_every_requirement_of_the_project() -> None:
    assert not rules.unpinned(PYPROJECT, CONSTRAINTS)


def test_the_constraints_cover_what_the_requirements_require_in_turn() -> None:
    installed = set(_required_by("dermograph", {"", *PYPROJECT["project"]["optional-dependencies"]}, set()))
    assert not installed - rules.pinned(CONSTRAINTS)


@pytest.mark.real_data
def test_no_file_is_a_copy_of_the_shared_data(shared: Path) -> None:
    assert not rules.copies(files.project_files(), shared / "data")


def test_the_readme_stays_short() -> None:
    assert not rules.large_files([README], rules.MOST_README_LINES)


def test_every_command_is_shown_in_the_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = _command_line(monkeypatch)
    pages = [path.read_text(encoding="utf-8") for path in (README, *sorted((files.ROOT / "docs").glob("*.md")))]
    assert list(rules.commands_of(parser))
    assert not rules.unnamed_commands(parser, pages)


def _required_by(name: str, extras: set[str], seen: set[tuple[str, str]]) -> Iterator[str]:
    """The names of all that a distribution requires here, directly or in turn, itself left out."""
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        for extra in extras:
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
                continue
            if (requirement.name, extra) in seen:
                continue
            seen.add((requirement.name, extra))
            if rules.package_name(requirement.name) != "dermograph":
                yield rules.package_name(requirement.name)
                yield from _required_by(requirement.name, {"", *requirement.extras}, seen)


class _Parsing(BaseException):
    """Raised where the command line starts to read its arguments; no `except Exception` catches it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def _command_line(monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """The parser of `dermograph`, caught where its `main` hands it the arguments."""

    def caught(self: argparse.ArgumentParser, *_: object, **__: object) -> None:
        raise _Parsing(self)

    monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", caught)
    monkeypatch.setattr("sys.argv", ["dermograph"])
    with pytest.raises(_Parsing) as stopped:
        importlib.import_module("dermograph.cli").main()
    return stopped.value.parser
