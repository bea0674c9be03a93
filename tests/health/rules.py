"""The rules of the house, each a function from files to what offends in them, one line for each offence."""

import argparse
import ast
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.health.files import ROOT, text_of

MOST_LINES = 400
TARGET_LINES = 250
MOST_FUNCTION_LINES = 80
MOST_README_LINES = 119

#: Names that say nothing about the subject of a module.
EMPTY_NAMES = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

#: Hosts of package registries, and places on somebody's machine. In pieces, so that this file does not offend.
_ADDRESSES = tuple(
    "".join(pieces)
    for pieces in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.", "npmjs"),
        ("deb.", "debian.org"),
        ("/opt", "/pyp"),
        ("/opt", "/whee"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/fa", "rm/"),
    )
)

_IMAGES = {".avif", ".bmp", ".dng", ".gif", ".heic", ".heif", ".jp2", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}

#: What a camera leaves in JPEG, HEIC and AVIF; in PNG (two ways); in WebP; in TIFF of either byte order.
_EXIF = (
    b"Exif",
    b"eXIf",
    b"Raw profile type exif",
    b"EXIF",
    b"\x69\x87\x04\x00\x01\x00\x00\x00",
    b"\x87\x69\x00\x04\x00\x00\x00\x01",
)

_LOCKS = re.compile(r"\.lock$|lock\.(json|yaml)$|^npm-shrinkwrap\.json$")
_PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.!+_-]*")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def addresses(paths: Iterable[Path]) -> list[str]:
    """Lines that name the host of a package registry or a place on a machine."""
    return [
        f"{_at(path, number)} names {address}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        for address in _ADDRESSES
        if address in line
    ]


def large_files(paths: Iterable[Path], most: int) -> list[str]:
    """Files of more than `most` lines."""
    lengths = {path: len(text_of(path).splitlines()) for path in paths}
    return [f"{_at(path)} has {lines} lines" for path, lines in lengths.items() if lines > most]


def long_functions(paths: Iterable[Path], most: int = MOST_FUNCTION_LINES) -> list[str]:
    """Functions of more than `most` lines, from `def` to the last line, docstring included."""
    return [
        f"{_at(path, node.lineno)} {node.name} has {lines} lines"
        for path in paths
        for node in ast.walk(_tree(path))
        if isinstance(node, _Function) and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > most
    ]


def undocumented(paths: Iterable[Path]) -> list[str]:
    """Public modules, classes, functions and methods without a docstring.

    A name that starts with an underscore is not public, nor is what stands inside a function. Magic methods, setters,
    overloads and the `Meta` of a model say nothing of their own.
    """
    found = []
    for path in paths:
        tree = _tree(path)
        if not _is_private(path.stem) and not ast.get_docstring(tree):
            found.append(f"{_at(path, 1)} the module has no docstring")
        found += [
            f"{_at(path, node.lineno)} {node.name} has no docstring"
            for node in _public(tree)
            if not ast.get_docstring(node)
        ]
    return found


def empty_names(paths: Iterable[Path]) -> list[str]:
    """Modules and folders whose name says nothing about their subject."""
    return [
        f"{_at(path)} is called {name}"
        for path in paths
        for name in (*path.relative_to(ROOT).parts[:-1], path.stem)
        if name in EMPTY_NAMES
    ]


def tests_without_assertion(paths: Iterable[Path]) -> list[str]:
    """Test functions that cannot fail but by accident.

    What counts: an `assert`, a `pytest.raises` or `pytest.warns`, a browser's `expect` or `wait_for_…`, a bound on
    queries, a call of something named `assert_…` or `check_…`, or of a function of the same file that does any of this.
    """
    found = []
    for path in paths:
        if not path.name.startswith("test_"):
            continue
        functions = [node for node in ast.walk(_tree(path)) if isinstance(node, _Function)]
        own = frozenset(node.name for node in functions if not node.name.startswith("test") and _asserts(node))
        found += [
            f"{_at(path, node.lineno)} {node.name} asserts nothing"
            for node in functions
            if node.name.startswith("test") and not _asserts(node, own)
        ]
    return found


def images_with_exif(paths: Iterable[Path]) -> list[str]:
    """Images that carry what the camera wrote beside the picture: when, where, with which device."""
    return [
        f"{_at(path)} carries EXIF"
        for path in paths
        if path.suffix.lower() in _IMAGES and any(mark in path.read_bytes() for mark in _EXIF)
    ]


def locks_with_addresses(paths: Iterable[Path]) -> list[str]:
    """Lock files that record where packages were fetched from."""
    return [f"{_at(path)} records addresses" for path in paths if _LOCKS.search(path.name) and "://" in text_of(path)]


def loose_pins(constraints: str) -> list[str]:
    """Lines of a constraints file that are anything but `name==version`."""
    return [line for line in constraints.splitlines() if not _PIN.fullmatch(line)]


def unpinned(pyproject: Mapping[str, Any], constraints: str) -> list[str]:
    """Requirements of `pyproject.toml` (its own, each extra's and the build's) without a line in the constraints."""
    project = pyproject["project"]
    requirements = [*project["dependencies"], *pyproject["build-system"]["requires"]]
    for extra in project["optional-dependencies"].values():
        requirements += extra
    wanted = {package_name(requirement) for requirement in requirements} - {package_name(project["name"])}
    return sorted(wanted - pinned(constraints))


def pinned(constraints: str) -> set[str]:
    """The names that a constraints file pins, normalised."""
    return {package_name(line) for line in constraints.splitlines()}


def package_name(requirement: str) -> str:
    """A requirement's distribution name, normalised: lower case, single hyphens."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]).lower()


def copies(paths: Iterable[Path], folder: Path) -> list[str]:
    """Files whose content stands in `folder` as well. Empty files and licence texts are nobody's data."""
    theirs: dict[int, list[Path]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            theirs.setdefault(path.stat().st_size, []).append(path)
    return [
        f"{_at(path)} is a copy of {other.relative_to(folder)}"
        for path in paths
        if path.stat().st_size and not path.name.startswith("LICENSE")
        for other in theirs.get(path.stat().st_size, [])
        if _sha256(path) == _sha256(other)
    ]


def unnamed_commands(parser: argparse.ArgumentParser, pages: Iterable[str]) -> list[str]:
    """Subcommands that no line of the pages shows in use: `dermograph`, then the command's words in their order."""
    lines = [line for page in pages for line in page.splitlines()]
    return [
        " ".join(command)
        for command in commands_of(parser)
        if not any(_shows(("dermograph", *command), line) for line in lines)
    ]


def commands_of(parser: argparse.ArgumentParser, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Each subcommand as its words, the ones below it following it."""
    for action in parser._actions:  # noqa: SLF001 — argparse has no public way to list its subparsers
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 — the same
            for name, below in action.choices.items():
                yield (*above, name)
                yield from commands_of(below, (*above, name))


def _at(path: Path, line: int | None = None) -> str:
    """Where an offence is, as one would click it."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"{shown}:{line}" if line else str(shown)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _public(node: ast.Module | ast.ClassDef) -> Iterator[_Function | ast.ClassDef]:
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not _is_private(child.name) and child.name != "Meta":
            yield child
            yield from _public(child)
        elif isinstance(child, _Function) and not child.name.startswith("_") and not _says_nothing(child):
            yield child


def _says_nothing(node: _Function) -> bool:
    """Whether a function is a setter, a deleter or an overload, which the first of its name documents."""
    last_words = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(last_words & {"setter", "deleter", "overload"})


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _asserts(node: ast.AST, own: frozenset[str] = frozenset()) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Assert):
            return True
        if isinstance(part, ast.Call):
            called = ast.unparse(part.func)
            if called in {"pytest.raises", "pytest.warns", "expect", "run_state_machine_as_test", *own}:
                return True
            if called.rpartition(".")[2].startswith(("assert_", "check_", "wait_for_", "django_assert_")):
                return True
    return False


def _shows(words: tuple[str, ...], line: str) -> bool:
    return re.search(r"\b.*?(?<![\w-])".join(map(re.escape, words)) + r"(?![\w-])", line) is not None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
