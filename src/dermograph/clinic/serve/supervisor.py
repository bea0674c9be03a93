"""The supervisor: starts the web server and the runner, keeps both alive, and ends both with itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace

from dermograph.clinic.serve.options import Options, Say
from dermograph.clinic.serve.ready import prepare
from dermograph.clinic.serve.safety import alone_at, check_address, free_port
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_TICK_S, _PATIENCE_S, _READY_WITHIN_S = 0.2, 10.0, 120.0
_STEADY_S, _LONGEST_PAUSE_S = 30.0, 30.0
_PYTHON = (sys.executable, "-P", "-m")


@dataclass(slots=True)
class Child:
    """A process of its own group, so that Ctrl+C reaches the supervisor alone and a group can be ended whole.

    Attributes:
        arguments: What to run.
        process: None before it was started.
        started: When, in seconds of the monotonic clock.
        pause: Seconds to wait before the next start; grows while it dies young.
        again_at: When it is started again, by the monotonic clock; 0 while it runs.
    """

    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    again_at: float = 0.0

    def start(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(self.arguments, start_new_session=True)  # noqa: S603 (our own modules)
        self.started = time.monotonic()

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs or was never started."""
        return None if self.process is None else self.process.poll()

    def keep_alive(self, say: Say) -> None:
        """Start it again where it has died, after a pause; to be called again and again."""
        if self.code is None:
            return
        now = time.monotonic()
        if self.again_at:
            if now >= self.again_at:
                self.again_at = 0.0
                self.start()
            return
        self.pause = 0.5 if now - self.started > _STEADY_S else min(self.pause * 2, _LONGEST_PAUSE_S)
        self.again_at = now + self.pause
        say(
            Text(
                f"The runner of the measurements ended ({self.code}); it is started again.",
                f"El proceso que mide ha terminado ({self.code}); se inicia de nuevo.",
            )
        )

    def tell_to_stop(self) -> None:
        """Ask it to end in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, within: float) -> None:
        """Wait for its end; after so many seconds end it and everything that it started."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(within, 0.1))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def serve(options: Options, say: Say, *, ready: Callable[[str], None] | None = None, prepared: bool = False) -> int:
    """Serve until Ctrl+C or SIGTERM.

    Args:
        options: What to serve.
        say: Tells the person at the terminal something.
        ready: Called with the address once pages are answered.
        prepared: Whether ``prepare`` has been called for this folder just now.

    Returns:
        0 if it was asked to stop; 1 if the web server ended by itself.

    Raises:
        InputError: If something stands in the way; nothing is left running.
    """
    check_address(options)
    if not prepared:
        prepare(options, say)
    options = replace(options, port=options.port or free_port(options.host))
    with alone_at(options):
        check_address(options)  # again: what listened before the address was ours
        return _serve(options, say, ready)


def _serve(options: Options, say: Say, ready: Callable[[str], None] | None) -> int:
    """The same at an address that is nobody else's."""
    web = Child((*_PYTHON, "dermograph.clinic.serve.web", options.host, str(options.port), str(options.workers)))
    jobs = [Child((*_PYTHON, "dermograph.clinic.serve.jobs"))] if options.jobs else []
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        web.start()
        for one in jobs:
            one.start()
        address = f"http://{_shown(options.host)}:{options.port}/"
        _await(web, address, stop)
        if not stop.is_set() and ready is not None:
            ready(address)
        while not stop.wait(_TICK_S):
            if web.code is not None:
                say(Text(f"The web server ended ({web.code}).", f"El servidor web ha terminado ({web.code})."))
                return 1
            for one in jobs:
                one.keep_alive(say)
        return 0
    finally:
        _end_all([web, *jobs])
        for number, handler in before.items():
            signal.signal(number, handler)


def work(processes: int, say: Say, *, ready: Callable[[], None] | None = None) -> int:
    """Work without a server until Ctrl+C or SIGTERM; the site has been set up for a database that holds a queue.

    Args:
        processes: That take jobs, each with one that measures.
        say: Tells the person at the terminal something.
        ready: Called once they are started.

    Returns:
        0, as it was asked to stop.
    """
    children = [Child((*_PYTHON, "dermograph.clinic.serve.jobs")) for _ in range(processes)]
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for one in children:
            one.start()
        if ready is not None:
            ready()
        while not stop.wait(_TICK_S):
            for one in children:
                one.keep_alive(say)
        return 0
    finally:
        _end_all(children)
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_all(children: list[Child]) -> None:
    for child in children:
        child.tell_to_stop()
    until = time.monotonic() + _PATIENCE_S
    for child in children:
        child.end(until - time.monotonic())


def _await(web: Child, address: str, stop: threading.Event) -> None:
    """Wait until pages are answered.

    Raises:
        InputError: If the server ends before, or takes too long.
    """
    until = time.monotonic() + _READY_WITHIN_S
    while not stop.wait(_TICK_S / 2):
        if web.code is not None or time.monotonic() > until:
            raise InputError(
                Text("The web server did not start.", "El servidor web no ha arrancado."),
                todo=Text("See what it wrote above.", "Vea lo que ha escrito arriba."),
            )
        with contextlib.suppress(OSError):
            request = urllib.request.Request(f"{address}healthy", headers={"X-Forwarded-Proto": "https"})  # noqa: S310 (our own server)
            try:
                with urllib.request.urlopen(request, timeout=5):  # noqa: S310 (the same)
                    return
            except urllib.error.HTTPError:
                return  # it answers, even if it does not know this name for itself


def _shown(host: str) -> str:
    """An address that one can open: any address is this machine's own."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 (only shown)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
