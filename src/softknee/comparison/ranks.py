"""Mean ranks over tasks, or over seeds where there is one task, and those that differ by more than chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf
from statistics import fmean
from typing import Any, Literal

import numpy as np

from softknee.support.extras import need

from .analyse import Pair, finished
from .letter_groups import letters
from .paired_statistics import LEVEL
from .problem import Problem
from .result import Result

_PERMUTATIONS = 9999


@dataclass(frozen=True)
class Ranking:
    """Mean ranks of the activations, 1 for the best.

    Ranks are taken among the runs of one seed on one task, where one that failed comes last, and averaged over seeds.

    Attributes:
        over: "tasks", or "seeds" where there is one task.
        blocks: The number of tasks or seeds averaged over.
        means: The mean rank by activation, best first.
        by_task: The mean rank over seeds by task and activation.
        told_apart: The pairs whose mean ranks differ by more than chance; on one task, those of `Pair.told_apart`.
        critical: The difference of mean ranks that chance alone would show, anywhere among all pairs, in fewer than one
            case of twenty; infinite where there are too few tasks for that.
        begun: The number of seeds of all tasks that were begun.
        complete: The number of those on which all activations were run; the others do not count.
    """

    over: Literal["tasks", "seeds"]
    blocks: int
    means: dict[str, float]
    by_task: dict[str, dict[str, float]]
    told_apart: frozenset[frozenset[str]] = frozenset()
    critical: float = inf
    begun: int = 0
    complete: int = 0

    @property
    def groups(self) -> dict[str, str]:
        """The letters of each activation; those that share one are not told apart."""
        return letters(list(self.means), self.told_apart)


def ranking(results: Iterable[Result], problems: Mapping[str, Problem], pairs: Sequence[Pair]) -> Ranking:
    """The mean ranks of all activations that were run, over the seeds on which all were."""
    scores: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    names: dict[str, None] = {}
    for result in results:
        names[result.activation] = None
        better = problems[result.task].metric.sign * result.score
        scores[result.task][result.seed][result.activation] = better if finished(result) else -inf
    complete = {task: [of for of in by_seed.values() if len(of) == len(names)] for task, by_seed in scores.items()}
    by_task = {task: _mean_ranks(list(names), blocks) for task, blocks in complete.items() if blocks}
    means = {name: fmean(ranks[name] for ranks in by_task.values()) for name in names} if by_task else {}
    means = {name: means[name] for name in sorted(means, key=means.__getitem__)}
    begun, whole = sum(map(len, scores.values())), sum(map(len, complete.values()))
    if len(by_task) < 2:
        apart = frozenset(pair.names for pair in pairs if pair.told_apart and pair.task in by_task)
        return Ranking("seeds", whole, means, by_task, apart, begun=begun, complete=whole)
    critical = critical_difference([list(ranks.values()) for ranks in by_task.values()])
    apart = frozenset(
        frozenset(two) for two in combinations(means, 2) if abs(means[two[0]] - means[two[1]]) > critical - 1e-9
    )
    return Ranking("tasks", len(by_task), means, by_task, apart, critical, begun, whole)


def _mean_ranks(names: Sequence[str], blocks: Sequence[Mapping[str, float]]) -> dict[str, float]:
    rankdata = need("scipy.stats", "compare").rankdata
    ranks = rankdata([[-block[name] for name in names] for block in blocks], axis=1).mean(axis=0)
    return dict(zip(names, map(float, ranks)))


def critical_difference(blocks: Sequence[Sequence[float]]) -> float:
    """The smallest difference of mean ranks that is rarer than one in twenty, were all activations alike.

    As Nemenyi's, but from SciPy's permutations of each block's ranks instead of their limit for many blocks: with four
    blocks of two activations, that limit calls one case of eight rare. Infinite where even the largest is not rare.
    """
    ranks = np.array(blocks, dtype=float)
    if ranks.shape[1] < 2:
        return inf
    found = need("scipy.stats", "compare").permutation_test(
        tuple(ranks.T), _widest, permutation_type="samples", vectorized=True, n_resamples=_PERMUTATIONS, batch=500,
        alternative="greater", rng=np.random.default_rng(0),
    )  # fmt: skip
    spans, counts = np.unique(np.round(found.null_distribution, 9), return_counts=True)
    rarer = counts[::-1].cumsum()[::-1] / counts.sum()
    rare = spans[rarer < LEVEL]
    return float(rare[0]) if rare.size else inf


def _widest(*samples: np.ndarray[Any, Any], axis: int = -1) -> np.ndarray[Any, Any]:
    """The difference between the highest and the lowest mean rank."""
    return np.asarray(np.ptp(np.stack([each.mean(axis=axis) for each in samples]), axis=0))
