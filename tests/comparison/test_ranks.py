"""Ranks over tasks and seeds, and which of them are told apart."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy import stats

from softknee.comparison.analyse import analyse
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.ranks import Ranking, critical_difference, ranking
from softknee.comparison.result import Result
from softknee.comparison.statements import on_ranks
from softknee.comparison.tasks import TASKS

PROBLEMS = {name: problem_of(task) for name, task in TASKS.items()}


def results(task: str, scores: dict[str, list[float | None]]) -> list[Result]:
    return [
        Result(task, name, seed, reason="failed") if score is None else Result(task, name, seed, score=score)
        for name, of in scores.items()
        for seed, score in enumerate(of)
    ]


def ranked(found: list[Result]) -> Ranking:
    return ranking(found, PROBLEMS, analyse(found, PROBLEMS).pairs)


def test_ranks_of_seeds_are_averaged_by_task_and_then_over_tasks() -> None:
    found = ranked(
        [
            *results("wine", {"a": [0.9, 0.7], "b": [0.8, 0.8], "c": [0.1, 0.1]}),
            *results("diabetes", {"a": [0.1], "b": [0.2], "c": [0.2]}),
        ]
    )
    assert found.by_task == {"wine": {"a": 1.5, "b": 1.5, "c": 3.0}, "diabetes": {"a": 3.0, "b": 1.5, "c": 1.5}}
    assert found.means == {"b": 1.5, "a": 2.25, "c": 2.25}
    assert (found.over, found.blocks) == ("tasks", 2)


def test_where_lower_is_better_the_lowest_is_first() -> None:
    lower = replace(PROBLEMS["wine"], metric=replace(PROBLEMS["wine"].metric, sign=-1))
    found = ranking(results("wine", {"a": [3.0, 2.0], "b": [1.0, 1.5]}), {"wine": lower}, [])
    assert found.means == {"b": 1.0, "a": 2.0}


def test_a_failed_run_comes_last() -> None:
    found = ranked(results("wine", {"lucky": [0.99, None, None], "sound": [0.8, 0.8, 0.8], "lost": [None] * 3}))
    assert found.means == pytest.approx({"sound": 4 / 3, "lucky": (1 + 2.5 + 2.5) / 3, "lost": (3 + 2.5 + 2.5) / 3})


def test_only_complete_seeds_count_and_it_is_said() -> None:
    found = ranked(results("wine", {"a": [0.9, 0.9, 0.9], "b": [0.8, 0.8]}))
    assert (found.complete, found.begun) == (2, 3)
    assert "Only seeds on which all activations were run count: 2 of 3." in on_ranks(found)


def test_on_one_task_the_pairs_tell_apart() -> None:
    found = ranked(results("wine", {"a": [0.91, 0.92, 0.93], "b": [0.9101, 0.9198, 0.9303], "c": [0.11, 0.12, 0.1303]}))
    assert found.over == "seeds"
    assert found.told_apart == {frozenset("ac"), frozenset("bc")}
    assert found.groups == {"b": "a", "a": "a", "c": "b"}


def test_for_many_blocks_it_is_nemenyis_critical_difference() -> None:
    for k, blocks in ((3, 40), (6, 60)):
        nemenyi = stats.studentized_range.ppf(0.95, k, 1e6) * np.sqrt(k * (k + 1) / 12 / blocks)
        assert critical_difference([range(1, k + 1)] * blocks) == pytest.approx(nemenyi, rel=0.05)


@pytest.mark.parametrize(("blocks", "expected"), [(4, inf), (5, inf), (6, 1.0)])
def test_two_are_told_apart_as_by_the_sign_test(blocks: int, expected: float) -> None:
    assert (stats.binomtest(0, blocks).pvalue < 0.05) == (expected < inf)
    assert critical_difference([[1, 2]] * blocks) == expected


def test_few_tasks_are_said_to_be_few() -> None:
    scores = {"a": [0.9], "b": [0.8]}
    found = ranked([*results("wine", scores), *results("diabetes", scores)])
    assert on_ranks(found).startswith("With 2 tasks, not even being ahead on all would be significant")


def test_alike_activations_are_rarely_told_apart() -> None:
    """At most one in twenty times any two of five that are alike, over four tasks."""
    random, wrong, cases = np.random.default_rng(0), 0, 200
    for _ in range(cases):
        blocks = stats.rankdata(random.normal(size=(4, 5)), axis=1)
        wrong += np.ptp(blocks.mean(axis=0)) >= critical_difference(blocks.tolist()) - 1e-9
    assert wrong / cases < 0.09
