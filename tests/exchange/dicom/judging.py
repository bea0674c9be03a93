"""Tools of others that judge what is written, and a real archive on loopback."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dermograph.exchange.dicom.archive import Archive
from dermograph.exchange.dicom.web import WebArchive
from tests.conftest import IN_CI

#: What dciodvfy remarks on files that are right, and why it is so.
EXPLAINED = (
    # A designator that begins with 99 is private (PS3.16, 8.2); the tool knows only those of the standard.
    r"CodingSchemeDesignator\(0008,0102\)\[1\]> - Unrecognized defined term = <99DERMO>",
    # Attributes beyond the class, which PS3.2 allows for a Standard Extended SOP Class.
    r"/(TrackingU?ID|PixelSpacingCalibration(Type|Description))\([0-9a-f,]+\)> - Attribute is not present in standard",
)
#: The same where almost nothing is known: types 2 and 2C that are empty.
EXPLAINED_BARE = (
    r"</Laterality\(0020,0060\)> - is only permitted to be empty when actually unknown",
    r"</(StudyDate|StudyTime|StudyID|SeriesNumber|InstanceNumber)\([0-9a-f,]+\) ?> - .* needed to build DICOMDIR",
)

WEB_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


def needed(command: str, package: str) -> None:
    """Skip where a tool is absent; under CI fail."""
    if shutil.which(command):
        return
    if IN_CI:
        pytest.fail(f"{command} (Debian {package}) is not installed")
    pytest.skip(f"{command} (Debian {package}) is not installed")


def said(*command: str | Path) -> str:
    """All that a tool says; it must end well."""
    found = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout + found.stderr


def verdict(path: Path) -> list[str]:
    """What dciodvfy says of a file, but for the name of its class."""
    needed("dciodvfy", "dicom3tools")
    found = subprocess.run(
        ["dciodvfy", "-new", path], capture_output=True, text=True, errors="replace", timeout=60, check=False
    )
    return [line for line in (found.stderr + found.stdout).splitlines() if " - " in line]


def unexplained(path: Path, explained: tuple[str, ...] = EXPLAINED) -> list[str]:
    """What dciodvfy says and nothing explains."""
    found = [line for line in verdict(path) if not any(re.search(known, line) for known in explained)]
    return [line for line in found if not _counts_bytes(line)]


def _counts_bytes(line: str) -> bool:
    """Whether a value is too long only by its bytes: the standard counts characters (PS3.5, 6.2)."""
    found = re.search(r"\] = <(.*)> - Length invalid for this VR = <\d+> - expected <= (\d+)", line)
    return found is not None and len(found[1]) <= int(found[2])


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc."""

    dimse: Archive
    web: WebArchive
    rest: str

    def get(self, path: str) -> bytes:
        """An answer of its own interface."""
        with urllib.request.urlopen(f"{self.rest}{path}", timeout=20) as answer:  # noqa: S310 (our own server)
            data: bytes = answer.read()
            return data


@contextmanager
def orthanc(folder: Path) -> Iterator[Orthanc]:
    """Orthanc with DICOMweb, as Debian has it, for this machine alone."""
    needed("Orthanc", "orthanc")
    ports = _free_ports(2)
    settings = {
        "Name": "test",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "HttpPort": ports[0],
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomPort": ports[1],
        "DicomAet": "ORTHANC",
        "DicomCheckCalledAet": True,
        # It listens on every address, so that only the known peer at this one is let in.
        "DicomCheckModalityHost": True,
        "DicomAlwaysAllowEcho": False,
        "DicomAlwaysAllowStore": False,
        "DicomModalities": {"us": ["DERMOGRAPH", "127.0.0.1", 1]},
        "Plugins": [str(WEB_PLUGIN)] if WEB_PLUGIN.exists() else [],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        "OverwriteInstances": True,
    }
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(["Orthanc", folder / "orthanc.json"], stdout=log, stderr=log, env=environment)
    try:
        rest = f"http://127.0.0.1:{ports[0]}"
        _wait(f"{rest}/system", running, folder / "log")
        yield Orthanc(Archive("127.0.0.1", ports[1], "ORTHANC"), WebArchive(f"{rest}/dicom-web"), rest)
    finally:
        running.terminate()
        running.wait(20)


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert running.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 (our own server)
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"Orthanc does not answer: {log.read_text(errors='replace')}")


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
