"""The judges that rank activations on a problem, `softknee.suggest` and its rivals, and the quality of their
rankings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.stats import bootstrap, rankdata, spearmanr
from sklearn.linear_model import Ridge
from suggest_looks import Seen
from suggest_problems import ACTIVATIONS, Case
from suggest_truth import Truth

from softknee.suggestion.features import MEANINGS
from softknee.suggestion.rule import Quality, place

Array = np.ndarray[Any, Any]
PENALTY = 30.0
OURS = "suggest"


@dataclass(frozen=True)
class Problem:
    """A case with the results of training on it and the features seen at the start."""

    case: Case
    truth: Truth
    seen: Seen

    @property
    def data(self) -> str:
        """The name of the data set; one whose inputs are copied counts as the same."""
        return self.case.data.removesuffix("-copy")

    @property
    def is_bent(self) -> bool:
        """True where the targets need a non-linear model, as far as can be seen without training."""
        return self.seen.targets == "non-linear"

    @cached_property
    def places(self) -> Array:
        """The mean over seeds of each activation's place by each feature, of shape (activations, features)."""
        features = self.seen.features
        found = np.zeros((len(ACTIVATIONS), len(MEANINGS)))
        for at, name in enumerate(ACTIVATIONS):
            for f, feature in enumerate(MEANINGS):
                for seed, own in enumerate(features[name]):
                    marks = [features[other][seed][feature] for other in ACTIVATIONS]
                    found[at, f] += place(own[feature], marks) / len(features[name])
        return found


Judge = Callable[[Problem, Sequence[Problem]], Array]
Others = Callable[[Problem], Sequence[Problem]]


def fitted(problems: Sequence[Problem]) -> Array:
    """The weights of the features: ridge regression of the ranks in training on places."""
    x = np.concatenate([p.places for p in problems])
    y = np.concatenate([p.truth.ranks - p.truth.ranks.mean() for p in problems])
    weights: Array = Ridge(alpha=PENALTY / len(ACTIVATIONS), fit_intercept=False).fit(x, y).coef_
    return weights


# The judges: each rates the activations on a problem, given others to learn from; the best has the highest number.
JUDGES: dict[str, Judge] = {
    OURS: lambda p, others: p.places @ fitted(others),
    "NEAR": lambda p, _: np.array([p.seen.near[name] for name in ACTIVATIONS]),
    "the usual order": lambda _, others: np.mean([other.truth.ranks for other in others], axis=0),
    "always gelu": lambda *_: np.array([name == "gelu" for name in ACTIVATIONS], float),
    "5 % of the training": lambda p, _: p.truth.early,
    "at random": lambda p, _: np.random.default_rng(list(p.case.name.encode())).permutation(len(ACTIVATIONS)),
}


@dataclass(frozen=True)
class Verdict:
    """The quality of a judge's ranking on a problem: its correlation with training, and the place of its first choice.

    Places are counted from 1, the best; of a choice of several the mean.
    """

    correlation: float
    place: float


def judged(judge: Judge, p: Problem, others: Sequence[Problem]) -> Verdict:
    """The verdict on the judge's ranking on p, learned from others, against training."""
    ranking, places = judge(p, others), rankdata(-p.truth.ranks)
    return Verdict(spearman(ranking, p.truth.ranks), float(places[ranking == ranking.max()].mean()))


def spearman(one: Array, other: Array) -> float:
    """The rank correlation; 0 where one side is constant."""
    return 0.0 if np.ptp(one) == 0 or np.ptp(other) == 0 else float(spearmanr(one, other).statistic)


def quality(found: Iterable[float]) -> Quality:
    """The mean correlation, its 95 % bootstrap interval over problems, and their number."""
    r = np.array(list(found))
    nan = float("nan")
    if len(r) < 3 or np.ptp(r) == 0:
        return Quality(round(float(r.mean()), 3) if len(r) else nan, nan, nan, len(r))
    interval = bootstrap((r,), np.mean, n_resamples=5000, rng=np.random.default_rng(0)).confidence_interval
    return Quality(round(float(r.mean()), 3), round(float(interval.low), 3), round(float(interval.high), 3), len(r))
