"""`bench`: case by case, the contestants made, warmed up and measured in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from .clock import Call, measure
from .libraries import AbsentError, call_of, dtype_of, result_of, sample, threads_set
from .machine import this_machine
from .mlp import mlp_calls
from .plan import COPIES, FORWARD_ONLY, MLP, OURS, Case, Plan
from .results import Outcome, Result, results_of

Progress = Callable[[Iterator[tuple[Case, list[Result]]], Plan], Iterator[tuple[Case, list[Result]]]]


def run(plan: Plan, progress: Progress = lambda cases, plan: cases, command: str = "softknee bench") -> Outcome:
    """Measure all cases; an interrupt keeps what is done."""
    outcome = Outcome(this_machine(), plan.threads, plan.scale, [], {}, command)
    started = perf_counter()
    try:
        with threads_set(plan.threads):
            for _, results in progress(_measured(plan, outcome), plan):
                outcome.results += results
    except KeyboardInterrupt:
        outcome.interrupted = True
    outcome.seconds = perf_counter() - started
    return outcome


def _measured(plan: Plan, outcome: Outcome) -> Iterator[tuple[Case, list[Result]]]:
    for case in plan.cases:
        calls = mlp_calls(case) if case.function == MLP else contestants(case, plan, outcome.absent)
        yield case, results_of(case, measure(calls, plan.pace)) if calls else []


def contestants(case: Case, plan: Plan, absent: dict[str, dict[str, list[str]]]) -> dict[str, Call]:
    """The calls of all who take part, each tried once; who does not is noted in `absent`."""
    x = sample(case, plan.scale)
    calls = {}
    for library in (*OURS, *case.peers, *COPIES):
        if case.kind == "both" and library in FORWARD_ONLY:
            continue
        try:
            call = call_of(library, case, x, plan.threads)
            found = dtype_of(result_of(call)) if library not in COPIES else case.dtype
            if found != case.dtype:
                raise AbsentError(f"gives {found} for {case.dtype}")
        except AbsentError as reason:
            functions = absent.setdefault(library, {}).setdefault(str(reason), [])
            if case.function not in functions:
                functions.append(case.function)
        else:
            calls[library] = call
    return calls
