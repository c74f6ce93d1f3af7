"""The pool of a run's worker processes, and which libraries share one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from softknee.language.errors import SoftkneeError

from .clock import Batch, LostError
from .libraries import environment
from .paused_process import PausedProcess
from .plan import BenchmarkCase

# The libraries that share a process. Two pools of threads never do: those together have the same pool, or none, as
# torch's compiler links its code to the OpenMP of torch, and NumPy and SciPy compute in the calling thread.
FAMILIES = (
    ("softknee", "softknee_out"),
    ("softknee_torch",),
    ("softknee_nodes",),
    ("softknee_high",),
    ("torch", "compile", "torch_activation"),
    ("jax",),
    ("numpy", "scipy", "copyto"),
    ("numexpr",),
    ("onnxruntime",),
    ("copy",),
)
_FAMILY_OF = {library: family for family in FAMILIES for library in family}

MAKE_WITHIN = 600.0  # seconds for importing and compiling
TURN_WITHIN = 300.0  # seconds for a turn

Family = tuple[str, ...]


def started(threads: int, scale: float) -> PausedProcess:
    """A worker, started as a process that can be paused; raises SoftkneeError where the system cannot pause one."""
    if not hasattr(signal, "SIGSTOP"):
        raise SoftkneeError("bench: this system cannot stop and continue a process, which fair turns need")
    command = [sys.executable, "-m", "softknee.lab.bench.worker", str(threads), str(scale)]
    return PausedProcess(command, {**os.environ, **environment(threads)})


class WorkerPool:
    """The workers of a run: each is started when it is first needed, and never again once it is lost."""

    def __init__(self, start: Callable[[], PausedProcess]) -> None:
        self._start = start
        self._workers: dict[Family, PausedProcess] = {}
        self._lost: dict[Family, str] = {}

    def make(self, case: BenchmarkCase) -> tuple[dict[str, Batch], dict[str, str]]:
        """The contestants of a case, made in their workers all at the same time; and, by library, why others are
        absent.
        """
        asked: dict[Family, list[str]] = {}
        for library in case.libraries:
            asked.setdefault(_FAMILY_OF[library], []).append(library)
        absent = self._all("make", {family: (case, libraries) for family, libraries in asked.items()})
        reasons: dict[str, str] = {}
        for family, libraries in asked.items():
            found = absent.get(family, {})
            reasons.update(dict.fromkeys(libraries, self._lost[family]) if family in self._lost else found)
        here = [library for library in case.libraries if library not in reasons]
        return {library: partial(self._turn, library) for library in here}, reasons

    def clear(self) -> None:
        """Have all workers release the memory of the last case."""
        self._all("clear", dict.fromkeys(self._workers, ()))

    def lost(self, libraries: Sequence[str]) -> dict[str, str]:
        """The reasons by library, of those of `libraries` whose worker was lost."""
        return {library: self._lost[_FAMILY_OF[library]] for library in libraries if _FAMILY_OF[library] in self._lost}

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()

    def _turn(self, library: str, count: int) -> float:
        family = _FAMILY_OF[library]
        if family in self._lost:
            raise LostError(self._lost[family])
        try:
            seconds: float = self._workers[family].ask("turn", library, count, within=TURN_WITHIN)
        except LostError as reason:
            self._lose(family, reason)
            raise
        return seconds

    def _all(self, what: str, given: dict[Family, tuple[Any, ...]]) -> dict[Family, Any]:
        """Ask several workers at the same time; gives the answers of those that answered."""
        begun, answers = [], {}
        for family, about in given.items():
            if family in self._lost:
                continue
            if family not in self._workers:
                self._workers[family] = self._start()
            try:
                self._workers[family].begin(what, *about)
                begun.append(family)
            except LostError as reason:
                self._lose(family, reason)
        for family in begun:
            try:
                answers[family] = self._workers[family].answer(MAKE_WITHIN)
            except LostError as reason:
                self._lose(family, reason)
        return answers

    def _lose(self, family: Family, reason: LostError) -> None:
        self._lost[family] = str(reason)
        del self._workers[family]
