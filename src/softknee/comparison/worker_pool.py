"""Runs carried out in this process or by a pool of worker processes, with results in whichever order they finish.

The worker's side is `worker`; objects travel pickled by value, so that a user's own code need not be importable.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from softknee.functions.base import Function
from softknee.targets.numpy.threads import available_cores

from .plan import Run
from .problem import Problem
from .result import Result

# The number of runs for which a further worker, which takes seconds to start, pays.
RUNS_WORTH_A_WORKER = 6

Problems = Mapping[str, Problem]

_NOTHING = pickle.dumps({})


def suitable_workers(runs: int) -> int:
    """The number of processes to use: one per available core, where there are runs enough for it."""
    return max(1, min(available_cores(), runs // RUNS_WORTH_A_WORKER))


class Here:
    """A trainer that does one run after the other in this process, on one thread."""

    slots = 1

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def train(self, runs: Iterator[Run], problems: Problems) -> Iterator[tuple[Run, Result]]:
        """Pairs of run and result in the order of the runs."""
        import torch

        from .train import train

        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            for run in runs:
                yield run, train(run, problems[run.problem])
        finally:
            torch.set_num_threads(threads)


class Pool:
    """A pool of worker processes, started at once; as a context it ends them."""

    def __init__(self, workers: int) -> None:
        self._processes: dict[int, subprocess.Popen[bytes]] = {at: _start() for at in range(workers)}
        self._known: dict[int, set[str]] = {at: set() for at in self._processes}  # the problems sent to each process
        self._closing = False

    @property
    def slots(self) -> int:
        """The number of worker processes."""
        return len(self._processes)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            _bury(process)

    def train(self, runs: Iterator[Run], problems: Problems) -> Iterator[tuple[Run, Result]]:
        """Pairs of run and result as they come; a run whose process dies is recorded as failed."""
        parcels = {name: packed({name: problem}) for name, problem in problems.items()}
        done: SimpleQueue[tuple[int, Run, Result]] = SimpleQueue()
        todo: dict[int, SimpleQueue[Run | None]] = {at: SimpleQueue() for at in self._processes}
        for at in self._processes:
            Thread(target=self._serve, args=(at, todo[at], done, parcels), daemon=True).start()
        # A run is taken only when a worker is free: until then another process may take it from the store.
        free, busy = list(todo), 0
        try:
            while True:
                while free and (run := next(runs, None)) is not None:
                    todo[free.pop()].put(run)
                    busy += 1
                if not busy:
                    return
                at, run, result = _next(done)
                free.append(at)
                busy -= 1
                yield run, result
        finally:
            for queue in todo.values():
                queue.put(None)

    def _serve(
        self,
        at: int,
        todo: SimpleQueue[Run | None],
        done: SimpleQueue[tuple[int, Run, Result]],
        parcels: Mapping[str, bytes],
    ) -> None:
        while (run := todo.get()) is not None and not self._closing:
            result = self._ask(at, run, parcels)
            if not self._closing:
                done.put((at, run, result))

    def _ask(self, at: int, run: Run, parcels: Mapping[str, bytes]) -> Result:
        process = self._processes[at]
        try:
            if not self._known[at]:
                pickle.dump(sys.path, process.stdin)  # type: ignore[arg-type]
            new = _NOTHING if run.problem in self._known[at] else parcels[run.problem]
            process.stdin.write(packed((run, new)))  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            self._known[at].add(run.problem)
            return pickle.load(process.stdout)  # type: ignore[arg-type, no-any-return]
        except Exception as error:  # of whatever kind, after which the next run gets a fresh process
            # A process that has closed its pipes is about to end by itself, and then its exit code tells more.
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1.0)
            ended = process.poll()
            process.kill()
            if not self._closing:
                _bury(process)
                self._processes[at], self._known[at] = _start(), set()
            reason = f"{type(error).__name__}: {error}" if ended is None else f"its process ended with code {ended}"
            return Result(run.problem, run.choice.label, run.seed, reason, run.stage, run.rate)


def _start() -> subprocess.Popen[bytes]:
    # Ctrl-C goes to a whole process group: workers have groups of their own, so that only the parent sees it.
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, "-m", "softknee.comparison.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        **apart,
    )


def _bury(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # closing flushes, which fails where the process has ended
                pipe.close()


def _next(done: SimpleQueue[tuple[int, Run, Result]]) -> tuple[int, Run, Result]:
    while True:
        try:
            return done.get(timeout=0.5)  # on Windows a wait without a limit ignores Ctrl-C
        except Empty:
            continue


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def reducer_override(self, obj: Any) -> Any:
        """Pickle an activation outside of the catalogue by value: its module need not be importable elsewhere."""
        if isinstance(obj, Function) and not obj.is_catalogued:
            return copyreg.__newobj__, (type(obj),), obj.__getstate__()  # type: ignore[attr-defined]
        return super().reducer_override(obj)


def packed(value: Any) -> bytes:
    """The value as bytes that `pickle.loads` reads in another process, the user's own code by value."""
    buffer = BytesIO()
    _Pickler(buffer).dump(value)
    return buffer.getvalue()
