"""A benchmark run: case by case, the contestants made, warmed up and measured in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter

from .clock import measure
from .machine import this_machine
from .plan import BenchmarkCase, Plan
from .results import Outcome, Result, results_of
from .worker_pool import WorkerPool, started

Progress = Callable[[Iterator[tuple[BenchmarkCase, list[Result]]], Plan], Iterator[tuple[BenchmarkCase, list[Result]]]]


def run(
    plan: Plan,
    progress: Progress = lambda cases, plan: cases,
    command: str = "softknee bench",
    pool: WorkerPool | None = None,
) -> Outcome:
    """The outcome of all cases; an interrupt keeps what is done."""
    outcome = Outcome(this_machine(), plan.threads, plan.scale, [], {}, command)
    pool = pool or WorkerPool(partial(started, plan.threads, plan.scale))
    begun = perf_counter()
    try:
        for _, results in progress(_measured(plan, pool, outcome), plan):
            outcome.results += results
    except KeyboardInterrupt:
        outcome.interrupted = True
    finally:
        pool.close()
    outcome.seconds = perf_counter() - begun
    return outcome


def _measured(plan: Plan, pool: WorkerPool, outcome: Outcome) -> Iterator[tuple[BenchmarkCase, list[Result]]]:
    for case in plan.cases:
        contestants, absent = pool.make(case)
        timings = measure(contestants, plan.pace)
        pool.clear()
        for library, reason in {**absent, **pool.lost(tuple(contestants))}.items():
            functions = outcome.absent.setdefault(library, {}).setdefault(reason, [])
            if case.function not in functions:
                functions.append(case.function)
        yield case, results_of(case, timings)
