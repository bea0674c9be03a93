"""A child that stops on SIGTERM, and also when its supervisor is gone without having told it."""

from __future__ import annotations

import os
import signal
import threading

_LOOK_EVERY_S = 1.0


def stopping() -> threading.Event:
    """An event that is set on SIGTERM and SIGINT, and once the parent has died."""
    stop = threading.Event()
    parent = os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def watch() -> None:
        while not stop.wait(_LOOK_EVERY_S):
            if os.getppid() != parent:
                stop.set()

    threading.Thread(target=watch, name="watch", daemon=True).start()
    return stop


def end_without_parent() -> None:
    """End this process by SIGTERM, which it handles itself, once its parent has died."""
    parent = os.getppid()

    def watch() -> None:
        never = threading.Event()
        while os.getppid() == parent:
            never.wait(_LOOK_EVERY_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch", daemon=True).start()
