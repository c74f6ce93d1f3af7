"""`PausedProcess`: a process that runs while it has something to answer, and is paused at all other times.

The threads of a pool go on polling for milliseconds, or for ever, after the last call, on the cores of whoever comes
next. SIGSTOP keeps them from it, whatever library they belong to, and leaves each library's own way of waiting as users
have it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from time import monotonic, sleep
from typing import Any

from .clock import LostError

_STOP_WITHIN = 10.0
_END_WITHIN = 5.0
_GLANCE = 5e-5


class PausedProcess:
    """A command that gets the descriptor of a connection as its last argument, and answers there.

    It must put itself into a process group of its own before its first answer.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._link, theirs = Pipe()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._process = subprocess.Popen(
            [*command, str(theirs.fileno())],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=self._said,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._stopped = False

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ask(self, *message: Any, within: float) -> Any:
        """Continue the process, wait for its answer and pause it; raises LostError, after which it is gone."""
        self.begin(*message)
        return self.answer(within)

    def begin(self, *message: Any) -> None:
        """Continue the process with a question; `answer` must follow."""
        try:
            if self._stopped:
                os.killpg(self.pid, signal.SIGCONT)
                self._stopped = False
            self._link.send(message)
        except OSError:
            raise self._lost() from None

    def answer(self, within: float) -> Any:
        """The process's answer, after which it is paused; raises LostError after `within` seconds without one."""
        try:
            if not self._link.poll(within):
                self.close()
                raise LostError(f"gave no answer for {within:g} s")
            found = self._link.recv()
            self._stop()
        except (EOFError, OSError):
            raise self._lost() from None
        return found

    def close(self) -> None:
        """Kill the process, and all that it started."""
        if self._process.returncode is None:
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()  # as before its first answer it may have no group of its own yet
            self._process.wait()
        self._link.close()
        self._said.close()

    def _stop(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)
        until = monotonic() + _STOP_WITHIN
        while monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WUNTRACED | os.WNOHANG)
            if pid and os.WIFSTOPPED(status):
                self._stopped = True
                return
            if pid:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                raise EOFError
            sleep(_GLANCE)
        self.close()
        raise LostError("could not be stopped")

    def _lost(self) -> LostError:
        """The error that tells how the process ended, by its exit code and its last line of output."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_WITHIN)
        code = self._process.returncode
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        self.close()
        if code is not None and code < 0:
            return LostError(f"crashed with {signal.Signals(-code).name}")
        return LostError(f"ended: {last}" if last else "ended without a word")
