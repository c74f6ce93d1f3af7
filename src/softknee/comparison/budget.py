"""A plan that fits into a time: runs are timed, the plan is cut where it must be, and sentences say what was cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from time import perf_counter

from softknee.language.errors import ArgumentError

from .formatting import duration
from .plan import TUNING_SEED, Plan, Run
from .problem import Problem

# The smallest number of seeds that a plan is cut to, for fewer say nothing.
LEAST_SEEDS = 3
# The share of the time that is planned for runs: they differ in length, and writing the report takes time.
_PLANNED = 0.9
# A run that takes longer, in seconds, is not timed twice.
_LONG = 15.0
_UNITS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def seconds_of(budget: str | float) -> float:
    """The seconds of a time as a user writes it, or of a number of seconds.

    >>> seconds_of("10min"), seconds_of("1h30m"), seconds_of(90)
    (600.0, 5400.0, 90.0)
    """
    found = 0.0
    if isinstance(budget, (int, float)) and not isinstance(budget, bool):
        found = float(budget)
    elif isinstance(budget, str):
        parts = re.findall(r"(\d+(?:\.\d+)?)\s*([a-z]*)\s*", budget)
        is_all = "".join(map("".join, parts)) == re.sub(r"\s", "", budget)
        if is_all and all(unit in _UNITS or not unit for _, unit in parts):
            found = sum(float(number) * _UNITS[unit or "s"] for number, unit in parts)
    if not 0 < found < float("inf"):
        raise ArgumentError("compare", "budget", budget, 'must be a time such as "10min", "1h30m" or seconds')
    return found


def costs(plan: Plan) -> dict[str, float]:
    """The seconds that one run takes, by problem: one epoch is timed, the others are estimated by it."""
    return {problem.name: _cost(plan, problem) for problem in plan.problems}


def _cost(plan: Plan, problem: Problem) -> float:
    from .train import train

    for _ in range(2):
        start = perf_counter()
        result = train(Run(problem.name, plan.choices[0], TUNING_SEED, 1, problem.rate, "tune"), problem)
        spent = perf_counter() - start
        if spent > _LONG:
            break  # else once more, for the first run of a process loads libraries
    epoch = result.epoch_seconds if result.epoch_seconds > 0 else spent
    return spent + (plan.epochs_of(problem) - 1) * epoch


def fitted(plan: Plan, seconds: float, workers: int, each: Mapping[str, float]) -> tuple[Plan, list[str]]:
    """The plan, cut until it fits into the seconds, and a sentence for each thing that is left out.

    First further seeds go, down to three, then own learning rates, then tasks and activations from the end.
    Raises ArgumentError where not even two activations on one task fit.
    """
    for smaller in _smaller(plan):
        if _needs(smaller, workers, each) <= seconds * _PLANNED:
            return smaller, _left_out(plan, smaller, seconds)
    least = duration(_needs(smaller, workers, each) / _PLANNED)
    raise ArgumentError("compare", "budget", duration(seconds), f"is too short: the least takes about {least}")


def _needs(plan: Plan, workers: int, each: Mapping[str, float]) -> float:
    runs = len(plan.choices) * (len(plan.seeds) + (len(plan.factors) if len(plan.factors) > 1 else 0))
    total = sum(runs * each[problem.name] for problem in plan.problems)
    # In the last round of runs not all workers are busy.
    return max(total / workers, max(each[p.name] for p in plan.problems) * ceil(runs / workers))


def _smaller(plan: Plan) -> Iterator[Plan]:
    yield plan
    least = min(LEAST_SEEDS, len(plan.seeds))
    for count in range(len(plan.seeds) - 1, least - 1, -1):
        yield replace(plan, seeds=plan.seeds[:count])
    plan = replace(plan, seeds=plan.seeds[:least])
    if len(plan.factors) > 1:
        plan = replace(plan, factors=(1.0,))
        yield plan
    while len(plan.problems) > 1:
        plan = replace(plan, problems=plan.problems[:-1])
        yield plan
    while len(plan.choices) > 2:
        plan = replace(plan, choices=plan.choices[:-1])
        yield plan


def _left_out(asked: Plan, fits: Plan, seconds: float) -> list[str]:
    said = []
    if len(fits.seeds) < len(asked.seeds):
        said.append(f"{len(fits.seeds)} seeds instead of {len(asked.seeds)}")
    if len(fits.factors) < len(asked.factors):
        said.append("one learning rate for all instead of each its own")
    if tasks := [problem.name for problem in asked.problems[len(fits.problems) :]]:
        said.append(f"without {', '.join(tasks)}")
    if choices := [choice.label for choice in asked.choices[len(fits.choices) :]]:
        said.append(f"without {', '.join(choices)}")
    return [f"To fit into {duration(seconds)}: {each}." for each in said]
