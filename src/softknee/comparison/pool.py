"""Runs carried out, here or by worker processes, in whichever order they finish."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from softknee.threads import available_cores

from .plan import Run
from .tasks import Data

if TYPE_CHECKING:
    from .train import Result

# A worker takes seconds to start: it does not pay for less work than this.
RUNS_WORTH_A_WORKER = 6


def suitable_workers(runs: Sequence[Run]) -> int:
    """How many processes to use: one per available core where there is work enough for it.

    One's own activations stay in this process: their Python functions need not be importable in another.
    """
    if not can_travel(runs):
        return 1
    return max(1, min(available_cores(), len(runs) // RUNS_WORTH_A_WORKER))


def can_travel(runs: Sequence[Run]) -> bool:
    """Whether another process can know all the activations: those of the catalogue go by name."""
    return all(run.choice.function.is_catalogued for run in runs)


def train_here(runs: Sequence[Run], data: Mapping[str, Data]) -> Iterator[Result]:
    """Train one after the other in this process, on one thread."""
    import torch

    from .train import train

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for run in runs:
            yield train(run, data[run.task.name])
    finally:
        torch.set_num_threads(threads)


class Pool:
    """Worker processes, started at once; use it as a context, which ends them."""

    def __init__(self, workers: int) -> None:
        self._processes: dict[int, subprocess.Popen[bytes]] = {at: _start() for at in range(workers)}
        self._closing = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            _bury(process)

    def train(self, runs: Sequence[Run], data: Mapping[str, Data]) -> Iterator[Result]:
        """Results as they come; a run whose process dies is recorded as failed."""
        todo: SimpleQueue[Run] = SimpleQueue()
        for run in runs:
            todo.put(run)
        done: SimpleQueue[Result] = SimpleQueue()
        for at in self._processes:
            Thread(target=self._serve, args=(at, todo, done, data), daemon=True).start()
        for _ in runs:
            yield _next(done)

    def _serve(self, at: int, todo: SimpleQueue[Run], done: SimpleQueue[Result], data: Mapping[str, Data]) -> None:
        while not self._closing:
            try:
                run = todo.get_nowait()
            except Empty:
                return
            result = self._ask(at, run, data[run.task.name])
            if not self._closing:
                done.put(result)

    def _ask(self, at: int, run: Run, data: Data) -> Result:
        process = self._processes[at]
        try:
            pickle.dump((run, data), process.stdin)  # type: ignore[arg-type]
            process.stdin.flush()  # type: ignore[union-attr]
            return pickle.load(process.stdout)  # type: ignore[arg-type, no-any-return]
        except Exception as error:  # whatever it is, the next run gets a fresh process
            # A process that has closed its pipes is about to end by itself, and then its code tells more.
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1.0)
            ended = process.poll()
            process.kill()
            if not self._closing:
                _bury(process)
                self._processes[at] = _start()
            from .train import Result

            reason = f"{type(error).__name__}: {error}" if ended is None else f"its process ended with code {ended}"
            return Result(run.task.name, run.choice.label, run.seed, reason)


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


def _next(done: SimpleQueue[Result]) -> Result:
    while True:
        try:
            return done.get(timeout=0.5)  # a wait without end is deaf to Ctrl-C on Windows
        except Empty:
            continue
