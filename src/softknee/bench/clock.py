"""Timing that is fair: the contestants take turns, and medians are compared within a turn."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from math import ceil
from statistics import median, quantiles
from time import perf_counter

Call = Callable[[], object]
Clock = Callable[[], float]

LEAST_ROUNDS = 3


@dataclass(frozen=True)
class Timing:
    """The seconds of one call, once for each round; a round's is the mean over `calls` calls."""

    rounds: tuple[float, ...]
    calls: int

    @property
    def median(self) -> float:
        """The middle round."""
        return median(self.rounds)

    @property
    def fastest(self) -> float:
        """The least disturbed round."""
        return min(self.rounds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Between them lies the middle half of the rounds."""
        if len(self.rounds) == 1:
            return self.rounds[0], self.rounds[0]
        first, _, third = quantiles(self.rounds, method="inclusive")
        return first, third

    def ratio(self, other: Timing) -> float:
        """How many times as long as `other`: the median over the rounds, in each of which both took their turn."""
        return median(mine / theirs for mine, theirs in zip(self.rounds, other.rounds, strict=True))


@dataclass(frozen=True)
class Pace:
    """How long to measure: `span` seconds for each turn, at most `rounds` rounds and about `limit` seconds in all."""

    rounds: int = 5
    span: float = 0.015
    limit: float = 2.5


def measure(calls: Mapping[str, Call], pace: Pace, clock: Clock = perf_counter) -> dict[str, Timing]:
    """Time the calls in turns, round after round; each round begins with another one."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        counts = {name: _calibrated(call, pace.span, clock) for name, call in calls.items()}
        seconds: dict[str, list[float]] = {name: [] for name in calls}
        names = list(calls)
        started = clock()
        for turn in range(pace.rounds):
            if turn >= LEAST_ROUNDS and (clock() - started) * (turn + 1) / turn > pace.limit:
                break
            shift = turn % len(names)
            for name in names[shift:] + names[:shift]:
                seconds[name].append(_batch(calls[name], counts[name], clock) / counts[name])
    finally:
        if collecting:
            gc.enable()
    return {name: Timing(tuple(seconds[name]), counts[name]) for name in calls}


def _calibrated(call: Call, span: float, clock: Clock) -> int:
    """How many calls take about `span` seconds, seen on a batch that is long enough to tell."""
    count, taken = 1, _batch(call, 1, clock)
    while taken < span / 8:
        count *= 8
        taken = _batch(call, count, clock)
    return max(1, ceil(count * span / taken))


def _batch(call: Call, count: int, clock: Clock) -> float:
    started = clock()
    for _ in repeat(None, count):
        call()
    return clock() - started
