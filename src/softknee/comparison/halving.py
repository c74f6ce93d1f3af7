"""Successive halving: seeds are spent on those that did best on the seeds before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, isfinite
from statistics import fmean

from .choice import Choice
from .problem import Problem
from .result import Result

# Nobody is dropped after fewer seeds.
FIRST = 2
# Nor are there ever fewer left, for something must be compared.
LEAST = 2


def rungs(seeds: Sequence[int]) -> Iterator[Sequence[int]]:
    """The seeds in parts, each as many as all before it.

    >>> list(rungs(range(10)))
    [range(0, 2), range(2, 4), range(4, 8), range(8, 10)]
    """
    start, end = 0, FIRST
    while start < len(seeds):
        yield seeds[start:end]
        start, end = end, end * 2


def survivors(problem: Problem, alive: Sequence[Choice], results: Iterable[Result]) -> tuple[Choice, ...]:
    """The better half on a problem, by the mean of the validation scores; who failed on a seed is behind the others."""
    found = [r for r in results if r.task == problem.name]
    kept = max(LEAST, ceil(len(alive) / 2))

    def standing(choice: Choice) -> tuple[int, float]:
        own = [r for r in found if r.activation == choice.label]
        scores = [problem.metric.sign * r.validation[r.best_epoch - 1] for r in own if not r.failed and r.validation]
        scores = [score for score in scores if isfinite(score)]
        return len(scores), fmean(scores) if scores else float("-inf")

    best = sorted(alive, key=standing, reverse=True)[:kept]
    return tuple(choice for choice in alive if choice in best)


def said(problem: Problem, seeds: int, dropped: Sequence[Choice], saved: int) -> str:
    """What was done, and what it means."""
    names = ", ".join(choice.label for choice in dropped)
    return (
        f"Successive halving on {problem.name}: {names} dropped after {seeds} seeds by validation score, which saved "
        f"{saved} runs; what is said of them rests on those seeds alone, and one of them may have been the best."
    )
