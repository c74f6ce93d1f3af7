"""Timing that is fair: the contestants take turns, and medians are compared within a turn."""

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
Batch = Callable[[int], float]  # so many calls one after the other: the seconds that they took
Clock = Callable[[], float]

LEAST_ROUNDS = 3
_WARM_UP = 8


class LostError(Exception):
    """A contestant will answer no more, and why."""


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


def measure(contestants: Mapping[str, Batch], pace: Pace, clock: Clock = perf_counter) -> dict[str, Timing]:
    """Time the contestants in turns, round after round; each round begins with another one. Who is lost is left out."""
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
    """How many calls take about `span` seconds, seen on a batch that is long enough to tell."""
    count, taken = 1, batch(1)
    while taken < span / 8:
        count *= 8
        taken = batch(count)
    return max(1, ceil(count * span / taken))


def timed(call: Call, count: int, clock: Clock = perf_counter) -> float:
    """The seconds of `count` calls, without collecting garbage.

    Some calls go before that do not count: who has slept has to wake its threads and fill the caches.
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
