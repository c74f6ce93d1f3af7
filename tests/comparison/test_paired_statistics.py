"""Intervals, tests, effects and powers, held against SciPy, statsmodels and simulation."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from softknee.comparison.array_data import TEST_TO_TRAIN
from softknee.comparison.paired_statistics import effect, further_seeds, half_width, holm, intervals, p_value, power

SCORES = [0.91, 0.94, 0.96, 0.93, 0.95]
OTHER = [0.90, 0.95, 0.92, 0.91, 0.92]
DIFFERENCES = [a - b for a, b in zip(SCORES, OTHER)]
CASES = 2000


def covered(samples: np.ndarray, truth: float, overlap: float = 0.0) -> float:
    """How often the 95% interval holds the true mean."""
    found = intervals(samples.tolist(), overlap)
    return float(np.mean([low <= truth <= high for low, high in found]))


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
def test_intervals_cover_the_mean_of_normal_numbers(seeds: int) -> None:
    samples = np.random.default_rng(seeds).normal(0.3, 2.0, (CASES, seeds))
    assert 0.915 < covered(samples, 0.3) < 0.97
    # Without the stretch, they would not: this is why there is one.
    plain = stats.bootstrap(
        (samples,), np.mean, axis=-1, vectorized=True, n_resamples=500, method="percentile", batch=50
    )
    low, high = plain.confidence_interval
    assert np.mean((low <= 0.3) & (high >= 0.3)) < 0.92


@pytest.mark.parametrize(
    ("draw", "truth", "least"),
    [
        (lambda random, shape: random.exponential(size=shape), 1.0, 0.86),
        (lambda random, shape: random.standard_t(3, size=shape), 0.0, 0.93),
    ],
)
def test_intervals_of_numbers_that_are_not_normal(
    draw: Callable[[np.random.Generator, tuple[int, int]], np.ndarray], truth: float, least: float
) -> None:
    for seeds in (3, 5, 10):
        assert covered(draw(np.random.default_rng(seeds), (CASES, seeds)), truth) > least


def test_intervals_allow_for_splits_of_the_same_data() -> None:
    """Each seed tests on a fifth of the same 200 samples: the truth is the mean over all samples there could be."""
    random = np.random.default_rng(0)
    samples = random.normal(0.1, 1.0, (CASES, 200))
    tested = [
        np.take_along_axis(samples, random.random(samples.shape).argsort(axis=1)[:, :40], axis=1) for _ in range(10)
    ]
    scores = np.stack([each.mean(axis=1) for each in tested], axis=1)
    assert covered(scores, 0.1) < 0.8
    assert 0.93 < covered(scores, 0.1, TEST_TO_TRAIN) < 0.985


def test_overlap_stretches_by_nadeau_and_bengio() -> None:
    # s² (1/n + tested/trained); here 1/3 + 1/3, twice the plain variance.
    (plain,), (wider,) = intervals([SCORES[:3]]), intervals([SCORES[:3]], TEST_TO_TRAIN)
    assert wider[1] - wider[0] == pytest.approx((plain[1] - plain[0]) * sqrt(2))


def test_many_values_give_the_plain_bootstrap() -> None:
    values = np.random.default_rng(0).exponential(size=400)
    ((low, high),) = intervals([values.tolist()])
    plain = stats.bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(1)).confidence_interval
    assert (low, high) == pytest.approx(tuple(plain), rel=0.01)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_half_width_is_scipys_t_interval(count: int) -> None:
    values = SCORES[:count]
    low, high = stats.t.interval(0.95, count - 1, loc=np.mean(values), scale=stats.sem(values))
    assert half_width(values) == pytest.approx((high - low) / 2)
    assert isnan(half_width(values[:1]))


def test_p_value_is_scipys_paired_test() -> None:
    assert p_value(DIFFERENCES) == pytest.approx(stats.ttest_rel(SCORES, OTHER).pvalue)
    assert p_value(DIFFERENCES, TEST_TO_TRAIN) > p_value(DIFFERENCES)


def test_nothing_to_judge_by() -> None:
    for few in ([0.1], [0.1, 0.1, 0.1]):
        assert isnan(p_value(few)) and isnan(effect(few)) and isnan(further_seeds(few, 0.0, 0.05))
        assert all(map(isnan, intervals([few])[0]))


def test_holm() -> None:
    # 0.01 x 4, 0.015 x 3, 0.03 x 2 and 0.03, which may not fall below the one before.
    assert holm([0.03, 0.01, 0.03, 0.015]) == pytest.approx([0.06, 0.04, 0.06, 0.045])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    corrected = holm([float("nan"), 0.02])
    assert isnan(corrected[0]) and corrected[1] == 0.02


def test_effects_are_unbiased() -> None:
    samples = np.random.default_rng(0).normal(0.8, 1.0, (20_000, 5))
    assert np.mean([effect(each) for each in samples.tolist()]) == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(("standardised", "level"), [(0.5, 0.05), (1.0, 0.05), (1.0, 0.002), (3.0, 0.01)])
def test_further_seeds_are_statsmodels_sample_size(standardised: float, level: float) -> None:
    values = np.array([-1.0, 0.0, 1.0])  # of mean 0 and standard deviation 1
    wanted = TTestPower().solve_power(standardised, alpha=level, power=0.8)
    found = further_seeds((values + standardised).tolist(), 0.0, level)
    assert found == max(1, np.ceil(wanted) - 3)


def test_what_no_seeds_can_tell() -> None:
    values = [-0.9, 0.1, 1.1]
    assert further_seeds(values, 0.0, 0.05) == inf
    # Where seeds split the same data, the variance of a mean has a floor, and so this has a ceiling.
    assert power(0.5, 100_000, TEST_TO_TRAIN, 0.05) < 0.2


def test_power_far_out() -> None:
    assert power(1e3, 50, 0.0, 1e-6) == 1.0
