"""What all tests share: their order, the folder `shared` beside the repository, and how Hypothesis searches."""

import os
import zlib
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.health import files, rules

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
SHARED = files.ROOT.parent / "shared"

#: Which folder each marker needs.
NEEDS = {"shared": SHARED, "real_data": SHARED / "data"}

#: Folders whose tests run first, the quickest to tell what is wrong before the others; slow tests come last of all.
FIRST = ("spec", "golden", "properties", "health")

#: Characters of a value that are part of a test's name.
LONGEST_NAME = 60

# No deadline and no complaint about speed in either profile: how long an example takes depends on who else uses the
# machine. "ci" searches the same examples every time, so that a failure there is a failure here.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the repository; a test that asks for it counts as marked `shared`."""
    return SHARED


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long text by its beginning and a sum of all of it, long bytes by their number alone.

    Every worker collects for itself and must find the same names, and bytes may hold the second they were made in, as
    compressed files do.
    """
    if not isinstance(val, str | bytes) or len(val) <= LONGEST_NAME:
        return None
    if isinstance(val, bytes):
        return f"{len(val)} bytes"
    return f"{val[:LONGEST_NAME]!a}…{zlib.crc32(val.encode('utf-8', 'surrogatepass')):08x}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests that take minutes be asked for where CI does not ask."""
    parser.addoption("--all", action="store_true", help="also what takes about a minute or more each, as under CI")


def pytest_report_header() -> str:
    """Say whether the tests on shared material will run."""
    return f"shared folder: {'present' if SHARED.is_dir() else 'absent'}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in order, and skip those whose folder is absent."""
    for item in items:
        for name in ("shared", "browser"):
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(name)
        if item.get_closest_marker("long") and not (IN_CI or item.config.getoption("--all")):
            item.add_marker(pytest.mark.skip(reason="takes minutes: make test ALL=1 runs it, and CI does"))
        for folder in _missing(item):
            item.add_marker(pytest.mark.skip(reason=f"needs ../{folder.relative_to(files.ROOT.parent)}, not there"))
    items.sort(key=_rank)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI, a test whose folder is there may not skip itself: that would be a green run that tested nothing."""
    report = yield
    marked = any(item.get_closest_marker(name) for name in NEEDS)
    if IN_CI and marked and report.skipped and not hasattr(report, "wasxfail") and not _missing(item):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skipped itself though its folder is there: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report the files that pass the size a file should have, though not yet the size it may have."""
    large = rules.large_files(files.python_files("src"), rules.TARGET_LINES)
    if large:
        terminalreporter.section(f"src: files above the target of {rules.TARGET_LINES} lines")
        terminalreporter.write_line("\n".join(large))


def _missing(item: pytest.Item) -> list[Path]:
    """The folders that a test needs and that are not there."""
    return [folder for name, folder in NEEDS.items() if item.get_closest_marker(name) and not folder.is_dir()]


def _rank(item: pytest.Item) -> tuple[bool, float]:
    """Where a test stands in the order: slow ones last, by folder; the longest halfway, not to be waited for."""
    room = item.path.relative_to(files.ROOT / "tests").parts[0]
    slow = item.get_closest_marker("slow")
    if slow and slow.kwargs.get("longest"):
        return False, len(FIRST) - 0.5
    return slow is not None, FIRST.index(room) if room in FIRST else len(FIRST)
