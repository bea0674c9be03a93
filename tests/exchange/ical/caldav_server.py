"""A real CalDAV server (Radicale) on loopback, and a client (caldav) that talks to it."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.ical.judges import need

Collection = Any  # of the client, which comes without types
DATA = {"Content-Type": "text/calendar; charset=utf-8"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, on loopback."""
    there = all(importlib.util.find_spec(name) for name in ("radicale", "caldav"))
    need("radicale with caldav", there=there)
    folder = tmp_path_factory.mktemp("radicale")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "config": "",
        "server-hosts": f"127.0.0.1:{port}",
        "auth-type": "none",
        "web-type": "none",
        "storage-filesystem-folder": str(folder),
    }
    command = [sys.executable, "-m", "radicale", *(f"--{name}={value}" for name, value in options.items())]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait(port, process, folder / "log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.fixture
def collection(server: str, request: pytest.FixtureRequest) -> Iterator[Collection]:
    """An empty collection of the server, through the client."""
    import caldav

    with caldav.DAVClient(url=server, username="patient", password="-") as client:  # noqa: S106 (not asked for)
        name = f"c{zlib.crc32(request.node.name.encode())}"
        principal = client.principal()  # type: ignore[no-untyped-call]  # the client comes without types
        yield principal.make_calendar(name=name, cal_id=name)


def uid_of(found: Any) -> str:  # noqa: ANN401 (the same)
    """The uid of what the client found."""
    return str(found.icalendar_component["UID"])
