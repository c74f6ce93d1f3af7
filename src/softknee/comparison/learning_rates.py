"""The learning rate of each activation, chosen by validation score among as many candidates for all."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isfinite

from softknee.language.errors import ArgumentError

from .plan import Plan
from .result import Result

# The ratio of neighbouring learning rates: half a decade.
_STEP = 10**0.5


def factors(count: int) -> tuple[float, ...]:
    """The factors by which the problem's learning rate is multiplied, around 1 and evenly spread on a log scale.

    >>> [round(each, 2) for each in factors(3)]
    [0.32, 1.0, 3.16]
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ArgumentError("compare", "rates", count, "must be a number of learning rates to try, at least 1")
    return tuple(_STEP ** (at - (count - 1) // 2) for at in range(count))


def chosen(plan: Plan, tried: Iterable[Result]) -> dict[tuple[str, str], float]:
    """By problem and activation, the best of the learning rates that were tried; the problem's own where none
    worked.
    """
    rates = {(problem.name, choice.label): problem.rate for problem in plan.problems for choice in plan.choices}
    best: dict[tuple[str, str], tuple[float, float]] = {}
    for result in tried:
        key = (result.task, result.activation)
        reached = _reached(plan, result)
        # Between rates that score the same, the lower training loss decides.
        second = -result.train_loss[result.best_epoch - 1] if result.train_loss else 0.0
        if isfinite(reached) and (reached, second) > best.get(key, (-inf, 0.0)):
            best[key], rates[key] = (reached, second), result.rate
    return rates


def said(plan: Plan, tried: Iterable[Result]) -> list[str]:
    """A sentence for each problem on the activations for which no learning rate worked."""
    worked: dict[str, dict[str, bool]] = {}
    for result in tried:
        of = worked.setdefault(result.task, {})
        of[result.activation] = of.get(result.activation, False) or isfinite(_reached(plan, result))
    notes = []
    for problem in plan.problems:
        names = [name for name, has_worked in worked.get(problem.name, {}).items() if not has_worked]
        if names:
            notes.append(
                f"None of the learning rates tried on {problem.name} worked for {', '.join(names)}: trained at "
                f"{problem.rate:g}, the problem's own."
            )
    return notes


def _reached(plan: Plan, result: Result) -> float:
    """The best validation score with the sign that makes higher better; minus infinity where there is none."""
    sign = next(problem.metric.sign for problem in plan.problems if problem.name == result.task)
    return sign * result.validation[result.best_epoch - 1] if result.validation and not result.failed else -inf
