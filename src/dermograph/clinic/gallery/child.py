"""The runner's side of the process that measures: started when needed, ended when it hangs, replaced when it dies."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from dermograph.clinic.gallery.frames import BadFrame, Header, receive, send

_MODULE = "dermograph.clinic.gallery.measuring"
_TICK_S = 2.0
_LAST = None

Alive = Callable[[str, float], bool]


class Refused(Exception):  # noqa: N818 (an answer)
    """The photographs or the outline cannot be used; trying again gives the same.

    Attributes:
        words: Why, ``{"en", "es"}``.
    """

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words
        super().__init__(words.get("en", ""))


class Died(Exception):  # noqa: N818 (what happened)
    """The process ended, hung or broke; another attempt may do."""


class Child:
    """One process that measures, one task at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._came: queue.Queue[tuple[Header, list[bytes]] | None] = queue.Queue()
        self._one_at_a_time = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process; None while there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process, if it is not running: it takes a second, in which others can do something else."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        command = [sys.executable, "-m", _MODULE]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (ours)
        self._came = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._came), daemon=True).start()

    def ask(
        self, header: Header, files: list[bytes], alive: Alive, longest_s: float
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Have one task done.

        Args:
            header: The task, as ``measuring.TASKS`` has it.
            files: Photographs that go with it.
            alive: Called every two seconds at least with the step and the share that is done; False gives the task up.
            longest_s: After so many seconds the process is ended.

        Returns:
            The answer, and files by name.

        Raises:
            Refused: If what was given cannot be used.
            Died: If the process did not answer.
        """
        with self._one_at_a_time:
            self.start()
            try:
                return self._asked(header, files, alive, time.monotonic() + longest_s)
            except Refused:
                raise
            except BaseException:
                # Whatever it was still to say belongs to nobody: the next task must not take it for its own answer.
                self.stop()
                raise

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # first: a pipe that somebody still writes to cannot be closed while its reader hangs
        process.wait()
        with suppress(OSError, ValueError):
            if process.stdin is not None:
                process.stdin.close()

    def _asked(
        self, header: Header, files: list[bytes], alive: Alive, until: float
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        process = self._process
        assert process is not None  # noqa: S101 (just started)
        assert process.stdin is not None  # noqa: S101 (asked for)
        stdin = process.stdin
        task = uuid.uuid4().hex
        # Two large photographs are more than a pipe holds: writing must not wait for a process that hangs.
        threading.Thread(target=_say, args=(stdin, {**header, "task": task}, files), daemon=True).start()
        step, share = "", 0.0
        while True:
            try:
                came = self._came.get(timeout=_TICK_S)
            except queue.Empty:
                came = ({}, [])
            if came is _LAST:
                raise Died("it ended")
            said, made = came
            if said.get("task") != task:
                said = {}
            if "answer" in said:
                return said["answer"], dict(zip(said["files"], made, strict=True))
            if "refused" in said:
                raise Refused(said["refused"])
            if "broke" in said:
                raise Died(str(said["broke"]))
            if "step" in said:
                step, share = str(said["step"]), float(said["share"] or 0)
            if time.monotonic() > until:
                raise Died("it took too long")
            if not alive(step, share):
                raise Died("it was given up")


def _say(stdin: Any, header: Header, files: list[bytes]) -> None:  # noqa: ANN401 (a pipe)
    with suppress(OSError, ValueError):
        send(stdin, header, files)


def _listen(process: subprocess.Popen[bytes], came: queue.Queue[tuple[Header, list[bytes]] | None]) -> None:
    assert process.stdout is not None  # noqa: S101 (asked for)
    with process.stdout as stream, suppress(BadFrame, OSError, ValueError):
        while (frame := receive(stream)) is not None:
            came.put(frame)
    came.put(_LAST)
