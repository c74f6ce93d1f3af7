"""Statistics of a handful of paired differences, one per seed: interval, p-value, effect size, further seeds needed.

Seeds split the same data anew, so their test parts overlap and their training parts more so. `overlap` is the number
of test samples over that of training samples, 0 where the parts are fixed. The variance of a mean over n seeds is
taken as s² (1/n + overlap) instead of s²/n, as Nadeau & Bengio (2003, Inference for the generalization error) derive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import exp, inf, isfinite, isnan, lgamma, nan, sqrt
from statistics import NormalDist, fmean, stdev
from typing import Any

import numpy as np

from softknee.support.extras import need

CONFIDENCE = 0.95
LEVEL = 1 - CONFIDENCE
POWER = 0.8
# The most further seeds that are considered; an estimate from a few seeds says nothing beyond.
MOST_SEEDS = 100
_RESAMPLES = 4999

Interval = tuple[float, float]
UNKNOWN: Interval = (nan, nan)


def intervals(samples: Sequence[Sequence[float]], overlap: float = 0.0) -> list[Interval]:
    """The 95% bootstrap interval of each sample's mean; NaN where fewer than two values, or no spread, say nothing.

    SciPy's percentile bootstrap, stretched around the mean by the factor by which it is too narrow for normal values:
    Student's quantile over the normal one, √(n/(n−1)) for the spread of resamples, and √(1 + n·overlap).
    """
    found = [UNKNOWN] * len(samples)
    by_length: dict[int, list[int]] = defaultdict(list)
    for at, values in enumerate(samples):
        if len(values) > 1 and stdev(values) > 0:
            by_length[len(values)].append(at)
    for length, places in by_length.items():
        block = np.array([samples[at] for at in places])
        stretch = _stretch(length, overlap)
        means, ends = block.mean(axis=1), _bootstrap(block)
        low, high = (means + (end - means) * stretch for end in ends)
        for at, *interval in zip(places, low, high):
            found[at] = (float(interval[0]), float(interval[1]))
    return found


def _bootstrap(values: np.ndarray[Any, Any]) -> Any:
    found = _stats().bootstrap(
        (values,), np.mean, axis=-1, vectorized=True, n_resamples=_RESAMPLES, batch=500, method="percentile",
        confidence_level=CONFIDENCE, rng=np.random.default_rng(0),
    )  # fmt: skip
    return found.confidence_interval


def _stretch(n: int, overlap: float) -> float:
    students = float(_stats().t.ppf(1 - LEVEL / 2, n - 1))
    return students / NormalDist().inv_cdf(1 - LEVEL / 2) * sqrt(n / (n - 1)) * sqrt(1 + n * overlap)


def half_width(values: Sequence[float], overlap: float = 0.0) -> float:
    """Half of Student's 95% interval of the mean, which is symmetric; NaN for fewer than two values."""
    return float(_stats().t.ppf(1 - LEVEL / 2, len(values) - 1)) * _error(values, overlap) if len(values) > 1 else nan


def _error(values: Sequence[float], overlap: float) -> float:
    return stdev(values) * sqrt(1 / len(values) + overlap)


def p_value(differences: Sequence[float], overlap: float = 0.0) -> float:
    """The two-sided p-value of paired differences under "no difference", by Student's t; NaN where nothing can be said.

    That is with fewer than two pairs, or differences that are all the same: three seeds that agree on a test part
    of a few hundred samples show no spread to judge by.
    """
    if len(differences) < 2 or stdev(differences) == 0:
        return nan
    return float(2 * _stats().t.sf(abs(fmean(differences)) / _error(differences, overlap), len(differences) - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values, corrected by Holm for making several comparisons; NaN stays NaN and does not count."""
    order = sorted((p, at) for at, p in enumerate(p_values) if isfinite(p))
    corrected = list(p_values)
    highest = 0.0
    for done, (p, at) in enumerate(order):
        highest = max(highest, min(1.0, p * (len(order) - done)))
        corrected[at] = highest
    return corrected


def effect(differences: Sequence[float]) -> float:
    """Hedges' g of paired differences: the mean in units of their spread, corrected for the bias of few values."""
    if len(differences) < 2 or stdev(differences) == 0:
        return nan
    free = len(differences) - 1
    unbiased = exp(lgamma(free / 2) - lgamma((free - 1) / 2)) / sqrt(free / 2) if free > 1 else nan
    return fmean(differences) / stdev(differences) * unbiased


def further_seeds(differences: Sequence[float], overlap: float, level: float) -> float:
    """The number of further seeds that would show the difference at this level four times in five, were it just as it
    seems.

    Infinite beyond `MOST_SEEDS`; NaN where there is no spread to judge by.
    """
    if len(differences) < 2 or stdev(differences) == 0:
        return nan
    now, standardised = len(differences), abs(fmean(differences)) / stdev(differences)

    def enough(more: int) -> bool:
        return power(standardised, now + more, overlap, level) >= POWER

    if not enough(MOST_SEEDS):
        return inf
    low, high = 0, MOST_SEEDS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def power(standardised: float, n: int, overlap: float, level: float) -> float:
    """The share of cases in which n seeds show a difference of so many standard deviations at this level."""
    stats = _stats()
    beyond, shift = stats.t.ppf(1 - level / 2, n - 1), standardised / sqrt(1 / n + overlap)
    found = float(stats.nct.sf(beyond, n - 1, shift))
    # SciPy's noncentral t is NaN far out, where the power is nearly 1 or nearly 0.
    return float(shift > beyond) if isnan(found) else found


def _stats() -> Any:
    return need("scipy.stats", "compare")
