"""Learning rates: each activation's own, chosen by the validation score, by the same budget for all."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from softknee.language.errors import ArgumentError

from .plan import Plan
from .result import Result

# Half a decade apart.
_STEP = 10**0.5


def factors(count: int) -> tuple[float, ...]:
    """So many factors around 1, evenly spread on a log scale.

    >>> [round(each, 2) for each in factors(3)]
    [0.32, 1.0, 3.16]
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ArgumentError("compare", "rates", count, "must be a number of learning rates to try, at least 1")
    return tuple(_STEP ** (at - (count - 1) // 2) for at in range(count))


def chosen(plan: Plan, tried: Iterable[Result]) -> dict[tuple[str, str], float]:
    """By problem and activation: of the rates that were tried the best, or the problem's own where none worked."""
    signs = {problem.name: problem.metric.sign for problem in plan.problems}
    rates = {(problem.name, choice.label): problem.rate for problem in plan.problems for choice in plan.choices}
    best: dict[tuple[str, str], tuple[float, float]] = {}
    for result in tried:
        if result.failed or not result.validation or result.stage != "tune":
            continue
        key = (result.task, result.activation)
        reached = signs[result.task] * result.validation[result.best_epoch - 1]
        # Of rates that score the same, the one with the lower training loss.
        second = -result.train_loss[result.best_epoch - 1] if result.train_loss else 0.0
        if isfinite(reached) and key in rates and (reached, second) > best.get(key, (float("-inf"), 0.0)):
            best[key], rates[key] = (reached, second), result.rate
    return rates
