"""The process of some contestants: `python -m softknee.lab.bench.worker THREADS SCALE LINK`.

It answers one message after the other on the connection with the file descriptor LINK, and ends when that closes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, for Linux's prctl


def end_with_parent() -> None:
    """Arrange that this process ends when its parent does, also while it is paused.

    A process that waits on the connection sees it closed; one that is paused sees nothing. Linux kills it on
    request. Elsewhere it is POSIX that helps: a group of processes that has lost its parent and has stopped members
    is sent SIGHUP. Hence a group of its own, which is also what Ctrl-C at the terminal does not reach.
    """
    os.setpgid(0, 0)
    parent = os.getppid()
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the parent is gone")


def serve(link: Connection[Any, Any], threads: int, scale: float) -> None:
    """Answer messages until the other end closes."""
    from .prepared_case import PreparedCase

    stage = PreparedCase(threads, scale)
    answers: dict[str, Callable[..., Any]] = {"make": stage.make, "turn": stage.turn, "clear": stage.clear}
    while True:
        try:
            what, *given = link.recv()
        except EOFError:
            return
        link.send(answers[what](*given))


if __name__ == "__main__":
    end_with_parent()
    serve(Connection(int(sys.argv[3])), int(sys.argv[1]), float(sys.argv[2]))
