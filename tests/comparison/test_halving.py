"""Successive halving: the activations that are dropped, those that stay, and the sentence on it."""

from __future__ import annotations

from collections import Counter

import softknee as knee
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.choice import choice_of
from softknee.comparison.halving import rungs, survivors
from softknee.comparison.result import Result
from softknee.comparison.tasks import TASKS

WINE = problem_of(TASKS["wine"])


def result(name: str, seed: int, validation: float, reason: str = "") -> Result:
    return Result("wine", name, seed, reason, validation=[0.0, validation], best_epoch=2)


def test_rungs_double() -> None:
    assert [list(part) for part in rungs((0, 1, 2, 3, 4))] == [[0, 1], [2, 3], [4]]
    assert [list(part) for part in rungs((0,))] == [[0]]


def test_the_better_half_stays_in_order() -> None:
    alive = [choice_of(name) for name in ("relu", "mish", "tanh", "elu", "selu")]
    scores = {"relu": 0.1, "mish": 0.5, "tanh": 0.3, "elu": 0.4, "selu": 0.2}
    found = [result(name, seed, score) for name, score in scores.items() for seed in (0, 1)]
    assert [choice.label for choice in survivors(WINE, alive, found)] == ["mish", "tanh", "elu"]


def test_two_are_always_left_and_failures_go_first() -> None:
    alive = [choice_of(name) for name in ("relu", "mish", "tanh")]
    found = [result("relu", 0, 0.99), result("relu", 1, 0.0, "diverged")]
    found += [result(name, seed, 0.2) for name in ("mish", "tanh") for seed in (0, 1)]
    assert [choice.label for choice in survivors(WINE, alive, found)] == ["mish", "tanh"]
    assert len(survivors(WINE, alive[:2], found)) == 2


def test_a_halved_comparison() -> None:
    names = ["relu", "mish", "tanh", "sigmoid"]
    found = knee.compare(
        activations=names, tasks=["wine"], seeds=4, epochs=2, rate=1e-3, progress=False, workers=1, halved=True
    )
    counts = Counter(r.activation for r in found.results)
    assert sorted(counts.values()) == [2, 2, 4, 4]
    (note,) = found.notes
    dropped = [name for name in names if counts[name] == 2]
    assert f"{', '.join(dropped)} dropped after 2 seeds" in note and "saved 4 runs" in note
