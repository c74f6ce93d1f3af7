"""Fair timing: the contestants take turns, and medians are compared within a turn."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from math import ceil
from statistics import median, quantiles
from time import perf_counter

Call = Callable[[], object]
Batch = Callable[[int], float]  # the seconds that so many calls, one after the other, take
Clock = Callable[[], float]

LEAST_ROUNDS = 3
_WARM_UP = 8


class LostError(Exception):
    """An error for a contestant that answers no more; its text says why."""


@dataclass(frozen=True)
class Timing:
    """The seconds of one call in each round, each the mean over `calls` calls."""

    rounds: tuple[float, ...]
    calls: int

    @property
    def median(self) -> float:
        """The median of the rounds, in seconds a call."""
        return median(self.rounds)

    @property
    def fastest(self) -> float:
        """The fastest round, which was disturbed least, in seconds a call."""
        return min(self.rounds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The seconds a call between which the middle half of the rounds lies."""
        if len(self.rounds) == 1:
            return self.rounds[0], self.rounds[0]
        first, _, third = quantiles(self.rounds, method="inclusive")
        return first, third

    def ratio(self, other: Timing) -> float:
        """The time as a multiple of another's: the median over the rounds, in each of which both took their turn."""
        return median(mine / theirs for mine, theirs in zip(self.rounds, other.rounds, strict=True))


@dataclass(frozen=True)
class Pace:
    """The length of a measurement: `span` seconds a turn, at most `rounds` rounds and about `limit` seconds in all."""

    rounds: int = 5
    span: float = 0.015
    limit: float = 2.5


def measure(contestants: Mapping[str, Batch], pace: Pace, clock: Clock = perf_counter) -> dict[str, Timing]:
    """The timings of the contestants, which take turns round after round; lost contestants are left out.

    Each round begins with another contestant, so that none is always the first.
    """
    counts: dict[str, int] = {}
    for name, batch in contestants.items():
        with suppress(LostError):
            counts[name] = _calibrated(batch, pace.span)
    seconds: dict[str, list[float]] = {name: [] for name in counts}
    started = clock()
    for turn in range(pace.rounds):
        if turn >= LEAST_ROUNDS and (clock() - started) * (turn + 1) / turn > pace.limit:
            break
        names = list(seconds)
        shift = turn % max(1, len(names))
        for name in names[shift:] + names[:shift]:
            try:
                seconds[name].append(contestants[name](counts[name]) / counts[name])
            except LostError:
                del seconds[name]
    return {name: Timing(tuple(rounds), counts[name]) for name, rounds in seconds.items()}


def _calibrated(batch: Batch, span: float) -> int:
    """The number of calls that take about `span` seconds, estimated on a batch that is long enough to measure."""
    count, taken = 1, batch(1)
    while taken < span / 8:
        count *= 8
        taken = batch(count)
    return max(1, ceil(count * span / taken))


def timed(call: Call, count: int, clock: Clock = perf_counter) -> float:
    """The seconds of `count` calls, with the garbage collector off.

    Some calls before are not counted: a process that was paused has to wake its threads and fill the caches.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in repeat(None, count // _WARM_UP):
            call()
        started = clock()
        for _ in repeat(None, count):
            call()
        return clock() - started
    finally:
        if collecting:
            gc.enable()
