"""Rows, pairs and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from softknee.comparison import analyse as analysis
from softknee.comparison.analyse import Analysis
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.problem import Problem
from softknee.comparison.result import Result
from softknee.comparison.statements import edges, lead, outlook, verdict
from softknee.comparison.tasks import TASKS

PROBLEMS = {name: problem_of(TASKS[name]) for name in ("wine", "diabetes")}
WINE = PROBLEMS["wine"]
LOWER = replace(WINE, metric=replace(WINE.metric, sign=-1, percent=False))


def analyse(found: list[Result], wine: Problem = WINE) -> Analysis:
    return analysis.analyse(found, {**PROBLEMS, "wine": wine})


def said(found: Analysis) -> str:
    return verdict(found.rows, found.pairs)


def results(task: str = "wine", **scores: list[float | None]) -> list[Result]:
    """Results on one task; None is a failed run."""
    made = []
    for name, values in scores.items():
        for seed, score in enumerate(values):
            if score is None:
                made.append(Result(task, name, seed, reason="the training loss became nan in epoch 1"))
            else:
                made.append(
                    Result(task, name, seed, score=score, gradient_ratio=10.0**seed, dead_share=0.1 * seed, gain=1.0)
                )
    return made


FOUR = {
    "middling": [0.80, 0.86, 0.83],
    "best": [0.90, 0.95, 0.91],
    "close": [0.91, 0.92, 0.92],
    "bad": [0.50, 0.552, 0.511],
}


def test_groups() -> None:
    found = analyse(results(**FOUR))
    rows = found.rows
    assert [row.activation for row in rows] == ["best", "close", "middling", "bad"]
    assert [row.rank for row in rows] == [1, 2, 3, 4]
    assert [row.leads for row in rows] == [True, True, False, False]
    assert [row.groups for row in rows] == ["a", "ab", "b", "c"]
    assert rows[3].behind == pytest.approx(-0.399)
    assert rows[3].behind_low < -0.399 < rows[3].behind_high < 0
    assert rows[0].gradient_ratio == pytest.approx(10.0)
    assert rows[0].dead_share == pytest.approx(0.1)
    assert "cannot tell the 2 marked" in said(found) and "other 2 are" in said(found)


def test_pairs_are_scipys_paired_tests_corrected_by_holm() -> None:
    """With parts that are fixed, so without overlap; Holm as statsmodels has it, over both tasks."""
    fixed = {name: replace(problem, overlap=0.0) for name, problem in PROBLEMS.items()}
    other = {name: list(np.random.default_rng(at).normal(0.5, 0.1, 3)) for at, name in enumerate(FOUR)}
    found = analysis.analyse([*results(**FOUR), *results("diabetes", **other)], fixed)
    assert len(found.pairs) == 12
    for pair in found.pairs:
        scores = FOUR if pair.task == "wine" else other
        assert pair.p_alone == pytest.approx(stats.ttest_rel(scores[pair.activation], scores[pair.other]).pvalue)
        assert pair.difference == pytest.approx(np.mean(scores[pair.activation]) - np.mean(scores[pair.other]))
        assert pair.difference > 0 and pair.effect > 0
    expected = multipletests([pair.p_alone for pair in found.pairs], method="holm")[1]
    assert [pair.p for pair in found.pairs] == pytest.approx(expected)


def test_letters_are_shared_by_those_not_told_apart() -> None:
    random = np.random.default_rng(0)
    scores = {f"a{at}": list(0.02 * at + random.normal(0, 0.01, 6)) for at in range(8)}
    found = analyse(results(**scores))
    groups = {row.activation: set(row.groups) for row in found.rows}
    apart = [pair.told_apart for pair in found.pairs]
    assert any(apart) and not all(apart)
    assert [not groups[pair.activation] & groups[pair.other] for pair in found.pairs] == apart


def test_where_lower_is_better_the_lowest_leads() -> None:
    higher, lower = analyse(results(**FOUR)), analyse(
        results(**{name: [1 - value for value in of] for name, of in FOUR.items()}), LOWER
    )  # fmt: skip
    assert [row.activation for row in lower.rows] == [row.activation for row in higher.rows]
    assert [(row.leads, row.groups) for row in lower.rows] == [(row.leads, row.groups) for row in higher.rows]
    for up, down in zip(higher.pairs, lower.pairs):
        assert (down.activation, down.other, down.wins) == (up.activation, up.other, up.wins)
        assert down.difference == pytest.approx(-up.difference)
        assert (down.effect, down.p) == pytest.approx((up.effect, up.p))
    assert lower.rows[3].behind == pytest.approx(0.399)


def test_no_significant_difference_is_said() -> None:
    found = analyse(results(one=[0.8, 0.9, 0.7], other=[0.81, 0.85, 0.75]))
    assert said(found) == "No significant difference: 3 seeds cannot tell these 2 apart."
    assert lead(found.rows, found.pairs, PROBLEMS).startswith("No significant difference: 3 seeds")


def test_a_clear_leader_is_said() -> None:
    found = analyse(results(one=[0.8, 0.9, 0.7], other=[0.301, 0.4, 0.199]))
    assert said(found) == "one leads; all others are measurably behind."
    assert found.pairs[0].further_seeds == 0
    assert outlook(found.pairs) == ""


def test_further_seeds_are_said() -> None:
    one, other = [0.80, 0.90, 0.71], [0.71, 0.70, 0.66]
    found = analyse(results(one=one, other=other), replace(WINE, overlap=0.0))
    standardised = np.mean(np.subtract(one, other)) / np.std(np.subtract(one, other), ddof=1)
    more = int(np.ceil(TTestPower().solve_power(standardised, alpha=0.05, power=0.8))) - 3
    assert more > 1
    assert outlook(found.pairs) == (
        f"About {more} more seeds would tell one from other, if the difference is what it seems."
    )
    never = analyse(results(one=[0.80, 0.90, 0.71], other=[0.81, 0.89, 0.70]))
    assert never.pairs[0].further_seeds == inf
    assert outlook(never.pairs) == "To tell any further two apart would take more than 100 more seeds, or more data."


def test_rates_at_the_edge_of_what_was_tried_are_said() -> None:
    found = analyse(
        [Result("wine", name, 0, score=0.9, rate=rate) for name, rate in (("a", 1.0), ("b", 0.1), ("c", 0.3))]
    )
    tried = [Result("wine", name, -1, stage="tune", rate=rate) for name in "abc" for rate in (0.1, 0.3, 1.0)]
    assert edges(found.rows, tried) == (
        "Of the learning rates tried, the highest was best for a, and the lowest was best for b: theirs may lie beyond."
    )
    assert edges(found.rows, []) == ""
    # Where another rate did as well, the end is as good as the middle.
    for result in tried:
        result.validation, result.best_epoch = [0.9 if result.activation == "a" else result.rate], 1
    assert edges(found.rows, tried).startswith("Of the learning rates tried, the lowest was best for b: ")


def test_nobody_behind_is_said_as_such() -> None:
    """The best is uneven: nobody is behind it, though two others differ from each other."""
    found = analyse(results(best=[0.99, 0.80, 0.95], mid=[0.90, 0.901, 0.9025], bad=[0.80, 0.801, 0.802]))
    assert "but some differ from one another" in said(found)
    assert lead(found.rows, found.pairs, PROBLEMS) == (
        "None of the 3 activations is measurably behind the best; with 3 seeds only large differences are."
    )


def test_on_one_task_it_is_not_named() -> None:
    found = analyse(results(best=[0.99, 0.985, 0.99], near=[0.985, 0.99, 0.98], far=[0.5, 0.51, 0.505]))
    assert lead(found.rows, found.pairs, PROBLEMS).endswith("from the best here. Measurably behind: far.")


def test_equal_scores_share_a_rank() -> None:
    rows = analyse(results(a=[0.9, 0.8], b=[0.8, 0.9], c=[0.1, 0.3])).rows
    assert [row.rank for row in rows] == [1, 1, 3]


def test_one_seed_says_nothing() -> None:
    found = analyse(results(a=[0.9], b=[0.1]))
    assert all(row.leads and isnan(row.low) for row in found.rows)
    assert "One seed" in said(found)


def test_failures() -> None:
    found = analyse(results(lucky=[0.99, None, None], sound=[0.90, 0.91, 0.92], lost=[None, None, None]))
    rows = found.rows
    assert [row.activation for row in rows] == ["sound", "lucky", "lost"]
    assert [(row.seeds, row.failed) for row in rows] == [(3, 0), (1, 2), (0, 3)]
    assert isnan(rows[2].score) and not rows[2].leads
    assert "nan in epoch 1" in rows[2].reason
    assert [(pair.activation, pair.other, pair.seeds) for pair in found.pairs] == [("lucky", "sound", 1)]
    assert said(analyse(results(lost=[None]))) == "No run finished."


def test_a_score_that_is_no_number_is_a_failure() -> None:
    rows = analyse(results(sound=[0.9, 0.8], odd=[0.9, float("nan")])).rows
    assert [(row.activation, row.failed) for row in rows] == [("sound", 0), ("odd", 1)]
    assert rows[1].reason == "the score is nan"
