"""The part of the benchmark that measures the clinic: its start, its pages, an upload and its comparison."""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.measuring import Row, Target
from bench.photographs import write_pair
from bench.report import Page, table

ROOT = Path(__file__).resolve().parent.parent
CLINIC_PAGE = Page(
    "benchmarks-clinic.md",
    "Benchmarks of the clinic",
    """\
## What is measured

On the data of `dermograph demo`, in SQLite, everything on one machine over loopback.

- **Start**: from `make demo` in a fresh clone without an environment until the site answers, and once more.
- **Pages**: queries and compressed bytes (HTML, CSS and JavaScript, without fonts and photographs) of each staff
  page; the 95th percentile of its time in the server alone, over that of an empty view for the same signed-in person,
  in turn. How long a full collection of cycles stops the process, settled as each process of a site is
  (`clinic/wsgi.py`), and unsettled.
- **Photograph**: a 12 MP JPEG is uploaded over HTTP as a follow-up of a baseline that is outlined: until it is
  answered, and from there until its comparison is done.

## Reproduce

```text
make bench ARGS="--part clinic"            # some minutes
make bench ARGS="--part clinic --quick"    # without the fresh clone, fewer turns
make bench ARGS="--part clinic --write"    # and write this page
```
""",
)
START, PAGES, PHOTOGRAPH = "Start", "Staff pages", "A photograph of 12 MP"
READY, AGAIN = Target(180), Target(5)
QUERIES, KILOBYTES, TIMES_EMPTY = Target(12), Target(120), Target(6)
STORED, COMPARED = Target(1), Target(5)
LONGEST = 400.0  # seconds that anything is waited for


def measure_clinic(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on the clinic, each section shown by ``say`` as soon as it is there."""
    rows: list[Row] = []

    def add(found: Sequence[Row]) -> None:
        rows.extend(found)
        say(table(found[0].section, list(found)))

    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name:
        folder = Path(name)
        add(start_rows(folder, bare=not chosen.quick))
        add(page_rows(folder / "demo", turns=20 if chosen.quick else 100))
        add(photograph_rows(folder, turns=1 if chosen.quick else 5))
    return rows


def start_rows(folder: Path, *, bare: bool) -> list[Row]:
    """Seconds until the site answers: of ``make demo`` in a fresh clone, of a first and of a later start."""
    rows = []
    if bare:
        clone = folder / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        port = free_port()
        command = ["make", "demo", f"ARGS=--no-browser --port {port}"]
        with running(command, port, cwd=clone) as took:
            rows.append(Row(START, "make demo in a bare clone", "s", [took], READY))
        shutil.rmtree(clone)
    times = []
    for _ in range(2):
        with demo(folder / "demo") as (took, _port):
            times.append(took)
    rows.append(Row(START, "dermograph demo, the first time", "s", times[:1]))
    rows.append(Row(START, "dermograph demo, later", "s", times[1:], AGAIN))
    return rows


def page_rows(data: Path, *, turns: int) -> list[Row]:
    """Queries, bytes and time of each page."""
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / "clinic_pages.py", data, str(turns)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    floor = float(np.quantile(found["empty"]["signed_in"], 0.95))
    bare = float(np.quantile(found["empty"]["nobody"], 0.95))
    rows = [
        Row(PAGES, "an empty view, signed in: p95", "ms", [1000 * floor]),
        Row(PAGES, "an empty view, nobody: p95", "ms", [1000 * bare]),
    ]
    rows += [
        Row(PAGES, f"a full collection of cycles, {how}", "ms", [1000 * one for one in took])
        for how, took in found["collections"].items()
    ]
    for name, page in found["pages"].items():
        slow = float(np.quantile(page["seconds"], 0.95))
        rows += [
            Row(PAGES, f"{name}: queries", "", [float(page["queries"])], QUERIES),
            Row(PAGES, f"{name}: compressed", "kB", [page["bytes"] / 1000], KILOBYTES),
            Row(PAGES, f"{name}: p95 over the empty view", "×", [slow / floor], TIMES_EMPTY),
        ]
        if page["status"] != 200:
            rows.append(Row(PAGES, f"{name}: answered {page['status']}", "", [0.0], stated=("200", False)))
    return rows


def photograph_rows(folder: Path, *, turns: int) -> list[Row]:
    """Seconds of an upload and of its comparison."""
    pair = folder / "pair"
    pair.mkdir()
    write_pair(pair, 12)
    stored, compared = [], []
    with demo(folder / "demo") as (_took, port):
        browser = Browser(port, *sign_in_data(folder / "demo"))
        for turn in range(turns):
            course = outlined_course(folder / "demo", pair)
            photograph = (pair / "after.jpg").read_bytes() + bytes([turn])
            started = time.perf_counter()
            answer = browser.upload(f"/courses/{course}/photographs/upload", photograph)
            stored.append(time.perf_counter() - started)
            if answer not in (200, 201, 302):
                msg = f"the upload was answered with {answer}"
                raise RuntimeError(msg)
            until(partial(done, folder / "demo", course))
            compared.append(time.perf_counter() - started - stored[-1])
    return [
        Row(PHOTOGRAPH, "stored and answered", "s", stored, STORED),
        Row(PHOTOGRAPH, "compared after that", "s", compared, COMPARED),
    ]


class Browser:
    """As much of a browser as an upload needs: cookies, the token against forgery, forms."""

    def __init__(self, port: int, address: str, password: str) -> None:
        self.site = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.open(f"{self.site}/account/login/").read()
        form = f"login={address}&password={password}&csrfmiddlewaretoken={self.token}"
        self.opener.open(f"{self.site}/account/login/", form.encode()).read()

    @property
    def token(self) -> str:
        """What every form carries."""
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken")

    def upload(self, path: str, content: bytes) -> int:
        """Post a photograph; the status of the answer."""
        edge = uuid.uuid4().hex
        fields = {"entry": str(uuid.uuid4()), "taken_on": time.strftime("%Y-%m-%d"), "note": "", "session": ""}
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (fields | {"csrfmiddlewaretoken": self.token}).items()
        ]
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="after.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = "".join(parts).encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json"}
        request = urllib.request.Request(f"{self.site}{path}", body, kind)  # noqa: S310 (loopback)
        with self.opener.open(request) as answer:
            return int(answer.status)


def in_the_clinic(data: Path, script: str, *arguments: object) -> Any:  # noqa: ANN401 (JSON)
    """What a script prints that runs on the clinic's rows."""
    setup = "import django; django.setup()\n"
    environment = os.environ | {"DERMOGRAPH_DATA": str(data), "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    command = [sys.executable, "-c", setup + script, *map(str, arguments)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT)
    return json.loads(shown.stdout.splitlines()[-1])


def sign_in_data(data: Path) -> tuple[str, str]:
    """The address and a new password of the practitioner of the demonstration."""
    script = """
import json
from dermograph.clinic.people.models import Membership
person = Membership.objects.filter(role="medical_lead").select_related("user").first().user
person.set_password("a bench of twelve"); person.save()
print(json.dumps(person.email))
"""
    return in_the_clinic(data, script), "a bench of twelve".replace(" ", "+")


def outlined_course(data: Path, pair: Path) -> str:
    """A new course with a baseline of 12 MP that is outlined, and the consent that photographs need."""
    script = (ROOT / "bench" / "clinic_course.py").read_text(encoding="utf-8")
    return str(in_the_clinic(data, script, pair))


def done(data: Path, course: str) -> bool:
    """Whether the one comparison of a course is done."""
    database = data / "clinic.sqlite3"

    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as rows:
        found = rows.execute(
            "select stage from gallery_comparison where course_id = ?", (course.replace("-", ""),)
        ).fetchall()
    if any(stage == "failed" for (stage,) in found):
        msg = "the comparison failed"
        raise RuntimeError(msg)
    return bool(found) and all(stage == "done" for (stage,) in found)


@contextlib.contextmanager
def demo(data: Path) -> Iterator[tuple[float, int]]:
    """The demonstration, running on a free port: the seconds until it answered, and the port."""
    port = free_port()
    program = Path(sys.executable).with_name("dermograph")
    command = [str(program), "demo", "--no-browser", "--port", str(port), "--data", str(data)]
    with running(command, port) as took:
        yield took, port


@contextlib.contextmanager
def running(command: Sequence[str], port: int, cwd: Path = ROOT) -> Iterator[float]:
    """A server that is running: the seconds until it answered; it is ended at the end."""
    started = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until(lambda: answers(port) or ended(server))
        yield time.perf_counter() - started
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def answers(port: int) -> bool:
    """Whether the site answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthy", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def ended(server: subprocess.Popen[bytes]) -> bool:
    """Stops the benchmark where the server has ended by itself."""
    if server.poll() is not None:
        msg = f"the server ended with {server.returncode}"
        raise RuntimeError(msg)
    return False


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: If it is not after ``LONGEST`` seconds.
    """
    started = time.perf_counter()
    while not true():
        if time.perf_counter() - started > LONGEST:
            raise TimeoutError
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
