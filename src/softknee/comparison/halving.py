"""Successive halving: further seeds are spent only on activations that did best on the seeds before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, isfinite
from statistics import fmean

from .choice import Choice
from .problem import Problem
from .result import Result

# The number of seeds before the first activations are dropped.
FIRST = 2
# The number of activations that always remain, for something must be compared.
LEAST = 2


def rungs(seeds: Sequence[int]) -> Iterator[Sequence[int]]:
    """The seeds in portions, each as many as all before it.

    >>> list(rungs(range(10)))
    [range(0, 2), range(2, 4), range(4, 8), range(8, 10)]
    """
    start, end = 0, FIRST
    while start < len(seeds):
        yield seeds[start:end]
        start, end = end, end * 2


def survivors(problem: Problem, alive: Sequence[Choice], results: Iterable[Result]) -> tuple[Choice, ...]:
    """The better half of the activations on a problem, by mean validation score; one with a failed run ranks behind
    others.
    """
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
    """A sentence for the report on the activations that were dropped, the runs saved, and the risk of it."""
    names = ", ".join(choice.label for choice in dropped)
    return (
        f"Successive halving on {problem.name}: {names} dropped after {seeds} seeds by validation score, which saved "
        f"{saved} runs; what is said of them rests on those seeds alone, and one of them may have been the best."
    )
