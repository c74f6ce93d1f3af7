"""Statistics, held against SciPy's and against worked examples."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy import stats

from softknee.comparison import analyse as analysis
from softknee.comparison.analyse import Row, half_width, holm, overview, p_value, verdict
from softknee.comparison.builtin import TEST_TO_TRAIN, problem_of
from softknee.comparison.result import Result
from softknee.comparison.tasks import TASKS

SCORES = [0.91, 0.94, 0.96, 0.93, 0.95]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_half_width_is_scipys_t_interval(count: int) -> None:
    values = SCORES[:count]
    low, high = stats.t.interval(0.95, count - 1, loc=np.mean(values), scale=stats.sem(values))
    assert half_width(values, overlap=0) == pytest.approx((high - low) / 2)


def test_overlapping_splits_widen_the_interval() -> None:
    # Nadeau & Bengio: s² (1/n + tested/trained); here 1/3 + 1/3, twice the plain variance.
    assert half_width(SCORES[:3], TEST_TO_TRAIN) == pytest.approx(half_width(SCORES[:3], overlap=0) * sqrt(2))


def test_p_value_is_scipys_paired_test() -> None:
    other = [0.90, 0.95, 0.92, 0.91, 0.92]
    differences = [a - b for a, b in zip(SCORES, other)]
    assert p_value(differences, overlap=0) == pytest.approx(stats.ttest_rel(SCORES, other).pvalue)
    assert p_value(differences, TEST_TO_TRAIN) > p_value(differences, overlap=0)


def test_nothing_to_judge_by() -> None:
    assert isnan(half_width([0.9]))
    assert isnan(p_value([0.1]))
    assert isnan(p_value([0.1, 0.1, 0.1]))


def test_holm() -> None:
    # 0.01 x 4, 0.015 x 3, 0.03 x 2 and 0.03, which may not fall below the one before.
    assert holm([0.03, 0.01, 0.03, 0.015]) == pytest.approx([0.06, 0.04, 0.06, 0.045])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    corrected = holm([float("nan"), 0.02])
    assert isnan(corrected[0]) and corrected[1] == 0.02


def analyse(found: list[Result]) -> list[Row]:
    return analysis.analyse(found, {name: problem_of(TASKS[name]) for name in ("wine", "diabetes")})


def results(**scores: list[float | None]) -> list[Result]:
    """Results on one task; None is a failed run."""
    made = []
    for name, values in scores.items():
        for seed, score in enumerate(values):
            if score is None:
                made.append(Result("wine", name, seed, reason="the training loss became nan in epoch 1"))
            else:
                made.append(
                    Result("wine", name, seed, score=score, gradient_ratio=10.0**seed, dead_share=0.1 * seed, gain=1.0)
                )
    return made


def test_groups() -> None:
    rows = analyse(
        results(
            middling=[0.80, 0.86, 0.83],
            best=[0.90, 0.95, 0.91],
            close=[0.91, 0.92, 0.92],
            bad=[0.50, 0.552, 0.511],
        )
    )
    assert [row.activation for row in rows] == ["best", "close", "middling", "bad"]
    assert [row.rank for row in rows] == [1, 2, 3, 4]
    assert [row.leads for row in rows] == [True, True, False, False]
    assert rows[3].behind == pytest.approx(-0.399)
    assert rows[0].gradient_ratio == pytest.approx(10.0)
    assert rows[0].dead_share == pytest.approx(0.1)
    assert "cannot tell the 2 marked" in verdict(rows) and "other 2 are" in verdict(rows)


def test_no_significant_difference_is_said() -> None:
    rows = analyse(results(one=[0.8, 0.9, 0.7], other=[0.81, 0.85, 0.75]))
    assert verdict(rows) == "No significant difference: 3 seeds cannot tell these 2 apart."


def test_a_clear_leader_is_said() -> None:
    rows = analyse(results(one=[0.8, 0.9, 0.7], other=[0.301, 0.4, 0.199]))
    assert verdict(rows) == "one leads; all others are measurably behind."


def test_equal_scores_share_a_rank() -> None:
    rows = analyse(results(a=[0.9, 0.8], b=[0.8, 0.9], c=[0.1, 0.3]))
    assert [row.rank for row in rows] == [1, 1, 3]


def test_one_seed_says_nothing() -> None:
    rows = analyse(results(a=[0.9], b=[0.1]))
    assert all(row.leads and isnan(row.half_width) for row in rows)
    assert "One seed" in verdict(rows)


def test_failures() -> None:
    rows = analyse(results(lucky=[0.99, None, None], sound=[0.90, 0.91, 0.92], lost=[None, None, None]))
    assert [row.activation for row in rows] == ["sound", "lucky", "lost"]
    assert [(row.seeds, row.failed) for row in rows] == [(3, 0), (1, 2), (0, 3)]
    assert isnan(rows[2].score) and not rows[2].leads
    assert "nan in epoch 1" in rows[2].reason
    assert verdict(analyse(results(lost=[None]))) == "No run finished."


def test_overview() -> None:
    other = [Result("diabetes", name, 0, score=score) for name, score in (("a", 0.1), ("b", 0.2))]
    found = overview(analyse([*results(a=[0.9], b=[0.8], c=[0.7]), *other]))
    assert [(name, rank) for name, rank, _ in found] == [("a", 1.5), ("b", 1.5), ("c", 3.0)]
