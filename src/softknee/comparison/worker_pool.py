"""Runs carried out, here or by worker processes, in whichever order they finish."""

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

# A worker takes seconds to start: it does not pay for less work than this.
RUNS_WORTH_A_WORKER = 6

Problems = Mapping[str, Problem]

_NOTHING = pickle.dumps({})


def suitable_workers(runs: int) -> int:
    """How many processes to use: one per available core where there is work enough for it."""
    return max(1, min(available_cores(), runs // RUNS_WORTH_A_WORKER))


class Here:
    """Trains one run after the other in this process, on one thread."""

    slots = 1

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def train(self, runs: Iterator[Run], problems: Problems) -> Iterator[tuple[Run, Result]]:
        """Results in the order of the runs."""
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
    """Worker processes, started at once; use it as a context, which ends them."""

    def __init__(self, workers: int) -> None:
        self._processes: dict[int, subprocess.Popen[bytes]] = {at: _start() for at in range(workers)}
        self._known: dict[int, set[str]] = {at: set() for at in self._processes}  # the problems that a process has
        self._closing = False

    @property
    def slots(self) -> int:
        """How many processes there are."""
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
        """Results as they come; a run whose process dies is recorded as failed."""
        parcels = {name: packed({name: problem}) for name, problem in problems.items()}
        done: SimpleQueue[tuple[int, Run, Result]] = SimpleQueue()
        todo: dict[int, SimpleQueue[Run | None]] = {at: SimpleQueue() for at in self._processes}
        for at in self._processes:
            Thread(target=self._serve, args=(at, todo[at], done, parcels), daemon=True).start()
        # The next run is taken when somebody is free for it: till then another comparison may have it.
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
        except Exception as error:  # whatever it is, the next run gets a fresh process
            # A process that has closed its pipes is about to end by itself, and then its code tells more.
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
    # Ctrl-C goes to a whole process group: in one of their own, workers leave it to the parent.
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
            with suppress(OSError):  # what could not be written to it is lost anyway
                pipe.close()


def _next(done: SimpleQueue[tuple[int, Run, Result]]) -> tuple[int, Run, Result]:
    while True:
        try:
            return done.get(timeout=0.5)  # a wait without end is deaf to Ctrl-C on Windows
        except Empty:
            continue


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def reducer_override(self, obj: Any) -> Any:
        """An activation that is not in the catalogue goes as it is: its module need not be importable there."""
        if isinstance(obj, Function) and not obj.is_catalogued:
            return copyreg.__newobj__, (type(obj),), obj.__getstate__()  # type: ignore[attr-defined]
        return super().reducer_override(obj)


def packed(value: Any) -> bytes:
    """The value as bytes, which `pickle.loads` reads."""
    buffer = BytesIO()
    _Pickler(buffer).dump(value)
    return buffer.getvalue()
