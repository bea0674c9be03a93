"""`dermograph serve` as a real process: it answers, keeps its folder private and its runner alive, leaves nothing."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dermograph.cli import main
from dermograph.clinic.serve.options import Options
from dermograph.clinic.serve.safety import alone_at, check_address, check_folder, free_port
from dermograph.core.errors import InputError

NEW = ("--create-clinic", "Clínica de Prueba", "--admin", "ada@example.org")
WORD = "a made-up sentence 7"
LATER_START_S = 15.0  # the benchmark holds it to 5 s on a quiet machine


class Served:
    """A server in a process of its own.

    Attributes:
        lines: What it has printed.
        took: Seconds from the start to the address.
    """

    def __init__(self, *arguments: str, within: float = 300) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DERMOGRAPH"))
        }
        environment.pop("DATABASE_URL", None)
        began = time.monotonic()
        command = [sys.executable, "-m", "dermograph", *arguments, "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.lines: list[str] = []
        self.address = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            found = re.search(r"http://\S+/$", line.strip())
            if found and not self.address:
                self.address = found[0]
            if "Ctrl+C" in line or time.monotonic() - began > within:
                break
        self.took = time.monotonic() - began
        if not self.address:  # else the next test is told of a process that nobody waited for
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
        assert self.address, self.lines

    def children(self) -> dict[int, str]:
        """Every process below it, with its command line."""
        found: dict[int, str] = {}
        parents: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError):
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        below = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        for pid in below - {self.process.pid}:
            with contextlib.suppress(OSError):
                found[pid] = (Path("/proc") / str(pid) / "cmdline").read_text().replace("\0", " ")
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end."""
        self.process.send_signal(number)
        code = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


def crowd() -> float:
    """How many times longer everything takes since others work on this machine too; 1 where nobody does."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def alive(pids: set[int]) -> set[int]:
    """Those that still run."""
    return {pid for pid in pids if (Path("/proc") / str(pid)).exists() and "Z" not in _state(pid)}


def _state(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "data"


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    """A clinic that was just made, with its first administrator."""
    one = Served("serve", "--data", str(folder), *NEW)
    yield one
    if one.process.poll() is None:
        one.stop()


@pytest.mark.slow
@pytest.mark.xdist_group("served")
def test_it_answers_and_its_first_administrator_signs_in(served: Served) -> None:
    with urllib.request.urlopen(f"{served.address}healthy") as answer:  # noqa: S310 (our own server)
        assert answer.read() == b"ok"
    link = next(line for line in served.lines if "/password/reset/key/" in line)
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def post(where: str, **fields: str) -> tuple[str, str]:
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token or "", **fields}).encode()
        with browser.open(where, data) as page:
            return page.url, page.read().decode()

    with browser.open(link) as page:
        form = page.url
    post(form, password1=WORD, password2=WORD)
    with browser.open(f"{served.address}account/login/") as page:
        page.read()
    where, text = post(f"{served.address}account/login/", login="ada@example.org", password=WORD)
    assert where == f"{served.address}account/2fa/", "staff set up a second factor first"
    style = re.search(r'href="(/static/[^"]+\.css)"', text)
    assert style is not None
    with browser.open(f"{served.address.rstrip('/')}{style[1]}") as page:
        assert page.status == 200


@pytest.mark.slow
@pytest.mark.xdist_group("served")
def test_nobody_else_can_read_its_folder(served: Served, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    there = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert {"clinic.sqlite3", "master.key", "secret.key"} <= set(there)
    assert not {name: oct(mode) for name, mode in there.items() if mode & 0o077}


@pytest.mark.slow
@pytest.mark.xdist_group("served")
def test_a_runner_that_is_killed_is_started_again(served: Served) -> None:
    [runner] = [pid for pid, line in served.children().items() if "serve.jobs" in line]
    os.kill(runner, signal.SIGKILL)
    until = time.monotonic() + 90
    again: list[int] = []
    while time.monotonic() < until and not again:
        again = [pid for pid, line in served.children().items() if "serve.jobs" in line and pid != runner]
        time.sleep(0.2)
    assert again
    assert served.process.poll() is None


@pytest.mark.slow
@pytest.mark.xdist_group("served")
def test_how_far_the_audit_trail_goes_is_noted_without_anybody_asking(served: Served, folder: Path) -> None:
    until = time.monotonic() + 60
    while not (folder / "audit.anchor").exists():
        assert time.monotonic() < until, "the daily job did not run"
        time.sleep(0.2)
    assert served.address
    assert '"heads"' in (folder / "audit.anchor").read_text()


@pytest.mark.slow
@pytest.mark.xdist_group("served")
def test_a_second_server_is_told_that_the_port_is_taken(served: Served, tmp_path: Path) -> None:
    port = served.address.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "dermograph", "serve", "--data", str(tmp_path / "x"), "--port", port]
    for language, words in (("en", "is taken"), ("es", "ocupado")):
        done = subprocess.run([*command, "--lang", language], check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert words in done.stderr
        assert not (tmp_path / "x").exists()


@pytest.mark.slow
@pytest.mark.xdist_group("served")
def test_it_ends_with_everything_it_started_and_a_later_start_is_quick(served: Served, folder: Path) -> None:
    below = set(served.children())
    assert len(below) >= 3
    assert served.stop() == 0
    assert not alive(below)
    again = Served("serve", "--data", str(folder))
    below = set(again.children())
    assert again.took < LATER_START_S * crowd()
    assert again.stop(signal.SIGINT) == 0
    assert not alive(below)


@pytest.mark.slow
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    one = Served("serve", "--data", str(tmp_path / "data"), *NEW)
    below = set(one.children())
    one.process.kill()
    one.process.wait()
    assert one.process.stdout is not None
    one.process.stdout.close()
    until = time.monotonic() + 90
    while time.monotonic() < until and alive(below):
        time.sleep(0.3)
    assert not alive(below)


def refused(*arguments: str | Path) -> str:
    """What a start that is refused says, one line, status 2."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("D")}
    command = [sys.executable, "-m", "dermograph", "serve", "--port", "0", *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize(("language", "words"), [("en", "Other people"), ("es", "Otras personas")])
def test_a_folder_that_others_can_read_is_refused(tmp_path: Path, language: str, words: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "master.key").write_text("x")
    (folder / "master.key").chmod(0o644)
    said = refused("--data", folder, "--lang", language)
    assert words in said
    assert "chmod 600" in said
    (folder / "master.key").chmod(0o600)
    folder.chmod(0o755)
    assert "chmod 700" in refused("--data", folder, "--lang", language)


@pytest.mark.parametrize("name", ["DERMOGRAPH_FILES", "DERMOGRAPH_KEYS"])
def test_a_shared_folder_that_others_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setenv(name, str(shared))
    shared.chmod(0o750)
    with pytest.raises(InputError, match="Other people"):
        check_folder(tmp_path / "data")
    shared.chmod(0o700)
    check_folder(tmp_path / "data")


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    assert "holds other things" in refused("--data", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "no folder" in refused("--data", tmp_path / "file")
    below = refused("--data", tmp_path / "file" / "below", "--create-clinic", "A", "--admin", "a@example.org")
    assert "cannot be made" in below


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--host", "0.0.0.0"), "unencrypted"),  # noqa: S104 (it is refused)
        (("--host", "192.0.2.7"), "unencrypted"),
        (("--port", "70000"), "whole number"),
        (("--port", "x"), "whole number"),
        (("--workers", "999"), "whole number"),
        (("--create-clinic", "A"), "--admin"),
        (("--admin", "a@example.org"), "--create-clinic"),
    ],
)
def test_arguments_that_cannot_be_are_refused(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    assert words in refused("--data", tmp_path / "data", *arguments)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("address", ["rubbish", "mysql://clinic:hidden@host/name", "sqlite:////srv/clinic.sqlite3"])
@pytest.mark.parametrize("command", ["serve", "check"])
def test_an_address_of_no_postgresql_database_is_refused_and_not_shown(
    command: str, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert main([command, "--data", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().err
    assert "DATABASE_URL" in said
    assert "postgresql://user:password@host/name" in said
    assert address not in said
    assert not (tmp_path / "data").exists()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    for name in ("secret.key", "master.key"):
        (folder / name).touch(mode=0o600)
    (folder / "secret.key").write_text("x" * 50)
    (folder / "master.key").write_text("A" * 43 + "=")
    (folder / "clinic.sqlite3").touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(folder / "clinic.sqlite3")) as database:
        database.execute(
            "CREATE TABLE django_migrations "
            "(id integer PRIMARY KEY, app varchar(255), name varchar(255), applied datetime)"
        )
        database.execute("INSERT INTO django_migrations VALUES (1, 'people', '9999_later', '2030-01-01')")
        database.commit()
    assert "newer Dermograph" in refused("--data", folder)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "clinic.sqlite3").touch(mode=0o600)
    (folder / "clinic.sqlite3").write_text("not a database at all" * 100)
    assert "database cannot be opened" in refused("--data", folder)


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dermograph.cli import clinic_extra, main

    monkeypatch.setattr(clinic_extra, "_NEEDED", ("json", "no_such_package"))
    assert main(["serve", "--data", "nowhere"]) == 2
    assert "no_such_package is missing" in capsys.readouterr().err
    assert main(["serve", "--data", "nowhere", "--lang", "es"]) == 2
    assert "falta no_such_package" in capsys.readouterr().err


def test_a_free_port_is_free() -> None:
    port = free_port("127.0.0.1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        assert probe.getsockname()[1] == port


#: A supervisor whose web server listens late and shares its port with any other of this user, as granian does.
RACER = """
import sys
from pathlib import Path
from dermograph.clinic.serve import supervisor
from dermograph.clinic.serve.options import Options
from dermograph.core.errors import InputError
WEB = '''
import http.server, socket, sys, time
class Shared(http.server.HTTPServer):
    allow_reuse_port = True
time.sleep(1.5)
Shared((sys.argv[2], int(sys.argv[3])), http.server.SimpleHTTPRequestHandler).serve_forever()
'''
supervisor._PYTHON = (sys.executable, "-c", WEB)
options = Options(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), jobs=False)
try:
    supervisor.serve(options, print, ready=lambda at: print("ready", at, flush=True), prepared=True)
except InputError as error:
    print("refused", error.what.en, flush=True)
"""


def test_of_two_servers_that_start_at_once_at_one_address_one_is_refused(tmp_path: Path) -> None:
    port = str(free_port("127.0.0.1"))
    started = [
        subprocess.Popen([sys.executable, "-c", RACER, tmp_path, host, port], stdout=subprocess.PIPE, text=True)
        for host in ("127.0.0.1", "localhost")
    ]
    try:
        lines = sorted(one.stdout.readline().split()[0] for one in started if one.stdout is not None)
        assert lines == ["ready", "refused"]
    finally:
        for one in started:
            one.terminate()
            one.communicate(timeout=30)


def test_an_address_is_free_again_when_its_server_has_ended() -> None:
    options = Options(Path(), port=free_port("127.0.0.1"))
    for _ in range(2):
        with alone_at(options):
            with pytest.raises(InputError, match="is taken"), alone_at(options):
                pass
            with alone_at(replace(options, port=free_port("127.0.0.1"))):
                check_address(options)


def test_an_address_that_is_shared_is_taken() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError, match="is taken"):
            check_address(Options(Path(), port=other.getsockname()[1]))


def test_a_folder_in_which_no_clinic_was_made_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "mistyped", tmp_path / "empty"):
        said = refused("--data", folder)
        assert "No clinic was ever made in this folder" in said
        assert "--create-clinic" in said
    assert not (tmp_path / "mistyped").exists()
    assert "no se ha creado" in refused("--data", tmp_path / "empty", "--lang", "es")
