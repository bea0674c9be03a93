"""Machines of one clinic: each with a network and a data folder of its own, sharing a database, photographs and keys.

Where namespaces may be made, each machine has its own loopback, so that two servers take the same port; else they
share this machine's and take different ones.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parents[3]
_NETWORK = 0x40000000  # CLONE_NEWNET


@dataclass
class Machine:
    """One machine.

    Attributes:
        namespace: Its network; empty where it is this machine's.
        folder: Its own data folder.
        shared: What every machine of the clinic is given in its environment.
    """

    namespace: str
    folder: Path
    shared: dict[str, str]
    port: int = 0
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    reading: list[threading.Thread] = field(default_factory=list)

    def start(self, *arguments: str, until: str) -> subprocess.Popen[str]:
        """Start ``dermograph …`` and wait until it says something."""
        begin = ["ip", "netns", "exec", self.namespace] if self.namespace else []
        one = subprocess.Popen(
            [*begin, sys.executable, "-m", "dermograph", *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment(),
            cwd=ROOT,
        )
        self.started.append(one)
        said: list[str] = []
        assert one.stdout is not None
        for line in one.stdout:
            said.append(line)
            if until in line:
                break
        else:
            raise AssertionError(said)
        self.reading.append(threading.Thread(target=_drain, args=(one.stdout,), daemon=True))
        self.reading[-1].start()
        return one

    def environment(self) -> dict[str, str]:
        """What a process of this machine lives in."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DERMOGRAPH"))}
        return plain | self.shared | {"DERMOGRAPH_DATA": str(self.folder)}

    def serve(self) -> None:
        """Serve pages, and nothing else, on its loopback."""
        self.port = 8000 if self.namespace else free_port()
        given = ("serve", "--no-jobs", "--workers", "1", "--port", str(self.port))
        self.start(*given, until="Ctrl+C")

    def end(self) -> None:
        """End what was started here."""
        for one in self.started:
            if one.poll() is None:
                one.terminate()
        for one in self.started:
            one.wait(30)
        for thread in self.reading:
            thread.join(5)

    def connect(self) -> socket.socket:
        """A connection to its server, made inside its network."""
        made: list[socket.socket] = []

        def inside() -> None:
            if self.namespace:
                with open(f"/var/run/netns/{self.namespace}") as network:  # noqa: PTH123 (its number is wanted)
                    assert ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _NETWORK) == 0
            made.append(socket.create_connection(("127.0.0.1", self.port), timeout=30))

        thread = threading.Thread(target=inside)  # a namespace is entered by a thread alone
        thread.start()
        thread.join()
        return made[0]


class Browser:
    """As much of a browser as is needed: cookies, and the token against forgery. Its requests go to any machine."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, machine: Machine, path: str) -> tuple[int, bytes]:
        """Open a page."""
        return self._ask(machine, "GET", path, None, {})

    def post(self, machine: Machine, path: str, **fields: str) -> tuple[int, bytes]:
        """Send a form."""
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": self.cookies["csrftoken"]}).encode()
        return self._ask(machine, "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, machine: Machine, path: str, content: bytes, on: str) -> tuple[int, bytes]:
        """Send a photograph."""
        edge = uuid.uuid4().hex
        fields = {"entry": str(uuid.uuid4()), "taken_on": on, "note": "", "session": ""}
        fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        text = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        text += f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="synthetic-2.jpg"\r\n'
        body = f"{text}Content-Type: image/jpeg\r\n\r\n".encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json"}
        return self._ask(machine, "POST", path, body, kind)

    def _ask(
        self, machine: Machine, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", machine.port)
        connection.sock = machine.connect()
        sent = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, content


@contextlib.contextmanager
def networks(names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """A network for each machine; empty names where none may be made."""
    made: dict[str, str] = {}
    try:
        for name in names:
            own = f"dg{secrets.token_hex(4)}"
            if not _ip("netns", "add", own):
                break
            made[name] = own
            if not _ip("-n", own, "link", "set", "lo", "up"):
                break
        else:
            yield made
            return
        yield dict.fromkeys(names, "")
    finally:
        for own in made.values():
            _ip("netns", "del", own)


def what_they_share(database: str, folder: Path) -> dict[str, str]:
    """The environment that makes several machines one clinic."""
    for name in ("files", "keys"):
        (folder / name).mkdir(mode=0o700)
    return {
        "DATABASE_URL": database,
        "DERMOGRAPH_FILES": str(folder / "files"),
        "DERMOGRAPH_KEYS": str(folder / "keys"),
        "DERMOGRAPH_SECRET_KEY": secrets.token_urlsafe(48),
        "DERMOGRAPH_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DERMOGRAPH_SECOND_FACTOR": "optional",
    }


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def below(pid: int) -> list[int]:
    """Every process below one, with itself, the deepest last."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    while more := [one for one, parent in parents.items() if parent in found and one not in found]:
        found += more
    return found


def measuring_below(pid: int) -> int:
    """The process that measures for a worker."""
    found = [one for one in below(pid) if b"gallery.measuring" in (Path("/proc") / str(one) / "cmdline").read_bytes()]
    assert len(found) == 1, found
    return found[0]


def power_cut(one: subprocess.Popen[str]) -> None:
    """End a worker and everything below it in one moment, as if its machine had lost power."""
    every = below(one.pid)
    for pid in every:
        os.kill(pid, signal.SIGSTOP)  # none may notice that another is gone
    for pid in every:
        os.kill(pid, signal.SIGKILL)
    one.wait()


def eventually(look: Callable[[], Any], within: float) -> Any:  # noqa: ANN401 (whatever is looked for)
    """Look until there is something."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)
    return found


def _ip(*arguments: str) -> bool:
    try:
        return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _drain(stream: TextIO) -> None:
    with stream:
        for _ in stream:
            pass
