"""Results of runs turned into rows and pairs: means with 95% intervals over seeds, and differences with p-values.

The statistics themselves are in `paired_statistics`; sentences about them are in `statements`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp, isfinite, log, nan
from statistics import fmean

from .letter_groups import letters
from .paired_statistics import LEVEL, UNKNOWN, Interval, effect, further_seeds, holm, intervals, p_value
from .problem import Problem
from .result import Result

_Scores = dict[str, dict[int, float]]


@dataclass(frozen=True)
class Row:
    """One activation on one task, summarised over its seeds.

    Attributes:
        task, activation: The names.
        rank: The place by mean score, 1 for the best.
        groups: Letters; two activations of a task that share one are not told apart.
        leads: True where it is not told apart from the best.
        seeds, failed: The number of runs that finished, and that failed.
        score: The mean score over seeds on the test part, in the metric's own units.
        low, high: The ends of the score's 95% interval.
        behind: The mean paired difference of the score to the best one's, in the metric's own units.
        behind_low, behind_high: The ends of its 95% interval.
        p: The corrected p-value of that difference, as in `Pair`.
        rate: The learning rate.
        step_seconds, epoch_seconds: The mean seconds of a training step and of an epoch.
        peak_bytes: The most bytes that the tensors of a step take.
        dead_share: The share of dead units after training, 0 to 1.
        gradient_ratio, gradient_ratio_start: The RMS gradient at the first activation over that at the last, after and
            before training.
        gain: The gain of the initial weights.
        parameters: The number of the network's parameters.
        reason: The error of a failed run, "" where none failed.
        percent: True where the score is a share, to be shown in percent.
    """

    task: str
    activation: str
    rank: int
    groups: str
    leads: bool
    seeds: int
    failed: int
    score: float
    low: float
    high: float
    behind: float
    behind_low: float
    behind_high: float
    p: float
    rate: float
    step_seconds: float
    epoch_seconds: float
    peak_bytes: float
    dead_share: float
    gradient_ratio: float
    gradient_ratio_start: float
    gain: float
    parameters: int
    reason: str
    percent: bool = False


@dataclass(frozen=True)
class Pair:
    """Two activations on one task, compared seed by seed: `activation` scores better than `other` by `difference`.

    Attributes:
        task, activation, other: The names.
        seeds: The number of seeds that both have.
        wins: The number of seeds on which `activation` is ahead.
        difference: The mean paired difference of the scores, in the metric's own units.
        low, high: The ends of its 95% interval.
        effect: Hedges' g, the difference in units of its spread over seeds.
        p_alone: The chance of such a difference by seeds alone.
        p: The same, corrected by Holm for all pairs on all tasks.
        further_seeds: The number of seeds more that would tell them apart, if the difference is what it seems: 0 where
            they are told apart, infinite where too many.
        percent: True where the score is a share, to be shown in percent.
    """

    task: str
    activation: str
    other: str
    seeds: int
    wins: int
    difference: float
    low: float
    high: float
    effect: float
    p_alone: float
    p: float
    further_seeds: float
    percent: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of both activations, without order."""
        return frozenset((self.activation, self.other))

    @property
    def told_apart(self) -> bool:
        """True where seeds alone would show such a difference in fewer than one case of twenty, after correction."""
        return self.p < LEVEL


@dataclass(frozen=True)
class Analysis:
    """The rows, best first, and the pairs, better and more different ones first; task by task."""

    rows: list[Row]
    pairs: list[Pair]


def analyse(results: Iterable[Result], problems: Mapping[str, Problem]) -> Analysis:
    """The rows and pairs of all results, tasks in order of appearance."""
    by_task: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        by_task[result.task][result.activation].append(result)
    orders = {task: _ranked(problems[task], runs) for task, runs in by_task.items()}
    pairs = _corrected(
        [pair for task, runs in by_task.items() for pair in _pairs(problems[task], orders[task], _scores(runs))]
    )
    rows: list[Row] = []
    for task, runs in by_task.items():
        rows += _rows(problems[task], orders[task], runs, [pair for pair in pairs if pair.task == task])
    return Analysis(rows, pairs)


def finished(result: Result) -> bool:
    """True for a run that did not fail and has a finite score."""
    return not result.failed and isfinite(result.score)


def _scores(runs: dict[str, list[Result]]) -> _Scores:
    found = {name: {r.seed: r.score for r in of if finished(r)} for name, of in runs.items()}
    return {name: by_seed for name, by_seed in found.items() if by_seed}


def _ranked(problem: Problem, runs: dict[str, list[Result]]) -> list[str]:
    """The names of a task's activations, the best first; those without any score last."""
    scores, sign = _scores(runs), problem.metric.sign
    means = {name: sign * fmean(by_seed.values()) for name, by_seed in scores.items()}
    most = max((len(by_seed) for by_seed in scores.values()), default=0)
    # An activation that failed on some seeds may have missed the hard ones: it cannot be the best.
    best = max((name for name in means if len(scores[name]) == most), key=means.__getitem__, default="")
    ranked = sorted(means, key=lambda name: (name != best, -means[name]))
    return ranked + [name for name in runs if name not in means]


def _pairs(problem: Problem, order: Sequence[str], scores: _Scores) -> list[_Measured]:
    """All pairs of a task's activations that have scores, each with its better one first."""
    sign = problem.metric.sign
    measured: list[tuple[str, str, list[float]]] = []
    for one, other in combinations([name for name in order if name in scores], 2):
        differences = _paired(scores[one], scores[other])
        if differences and sign * fmean(differences) < 0:  # on the seeds that both have, the lower ranked is better
            one, other, differences = other, one, [-each for each in differences]
        measured.append((one, other, differences))
    ends = intervals([differences for _, _, differences in measured], problem.overlap)
    return [
        _Measured(one, other, differences, interval, problem)
        for (one, other, differences), interval in zip(measured, ends)
    ]


@dataclass(frozen=True)
class _Measured:
    """A pair with its differences, before the correction, which takes all pairs at once."""

    activation: str
    other: str
    differences: list[float]
    interval: Interval
    problem: Problem


def _corrected(measured: Sequence[_Measured]) -> list[Pair]:
    alone = [p_value(each.differences, each.problem.overlap) for each in measured]
    corrected = holm(alone)
    # The level that Holm's correction demands of the next pair to be told apart.
    level = LEVEL / max(1, sum(p >= LEVEL for p in corrected))
    return [_pair(each, p_alone, p, level) for each, p_alone, p in zip(measured, alone, corrected)]


def _pair(measured: _Measured, p_alone: float, p: float, level: float) -> Pair:
    differences, metric, (low, high) = measured.differences, measured.problem.metric, measured.interval
    overlap = measured.problem.overlap
    return Pair(
        task=measured.problem.name,
        activation=measured.activation,
        other=measured.other,
        seeds=len(differences),
        wins=sum(metric.sign * each > 0 for each in differences),
        difference=fmean(differences) if differences else nan,
        low=low,
        high=high,
        effect=metric.sign * effect(differences),
        p_alone=p_alone,
        p=p,
        further_seeds=0 if p < LEVEL else further_seeds(differences, overlap, level),
        percent=metric.percent,
    )


def _rows(problem: Problem, order: Sequence[str], runs: dict[str, list[Result]], pairs: Sequence[Pair]) -> list[Row]:
    scores, sign, best = _scores(runs), problem.metric.sign, order[0]
    judged = [name for name in order if name in scores]
    of_best = {pair.other if pair.activation == best else pair.activation: pair for pair in pairs if best in pair.names}
    lettered = letters(judged, {pair.names for pair in pairs if pair.told_apart})
    ends = dict(zip(judged, intervals([list(scores[name].values()) for name in judged], problem.overlap)))
    rows: list[Row] = []
    for at, name in enumerate(order):
        fine = [result for result in runs[name] if finished(result)]
        score = _mean(result.score for result in fine)
        pair = of_best.get(name)
        behind = _behind(pair, best) if pair else (nan, *UNKNOWN)
        low, high = ends.get(name, UNKNOWN)
        rows.append(
            Row(
                task=problem.name,
                activation=name,
                rank=rows[-1].rank if rows and score == rows[-1].score else at + 1,
                groups=lettered.get(name, ""),
                leads=bool(fine) and not (pair and pair.told_apart and sign * behind[0] < 0),
                seeds=len(fine),
                failed=len(runs[name]) - len(fine),
                score=score,
                low=low,
                high=high,
                behind=0.0 if name == best and fine else behind[0],
                behind_low=behind[1],
                behind_high=behind[2],
                p=pair.p if pair else nan,
                rate=runs[name][0].rate,
                step_seconds=_mean(r.step_seconds for r in fine),
                epoch_seconds=_mean(r.epoch_seconds for r in fine),
                peak_bytes=_mean(r.peak_bytes for r in fine),
                dead_share=_mean(r.dead_share for r in fine),
                gradient_ratio=_geometric(r.gradient_ratio for r in fine),
                gradient_ratio_start=_geometric(r.gradient_ratio_start for r in fine),
                gain=runs[name][0].gain,
                parameters=runs[name][0].parameters,
                reason=next((_reason(r) for r in runs[name] if not finished(r)), ""),
                percent=problem.metric.percent,
            )
        )
    return rows


def _behind(pair: Pair, best: str) -> tuple[float, float, float]:
    """The pair's difference and interval with the sign of the activation that is not the best."""
    if pair.other == best:
        return pair.difference, pair.low, pair.high
    return -pair.difference, -pair.high, -pair.low


def _reason(result: Result) -> str:
    return result.reason or f"the score is {result.score}"


def _paired(one: dict[int, float], other: dict[int, float]) -> list[float]:
    return [one[seed] - other[seed] for seed in sorted(one.keys() & other.keys())]


def _mean(values: Iterable[float]) -> float:
    finite = [value for value in values if isfinite(value)]
    return fmean(finite) if finite else nan


def _geometric(values: Iterable[float]) -> float:
    """The geometric mean of positive numbers, as suits ratios; NaN where there is none."""
    finite = [value for value in values if isfinite(value) and value > 0]
    return exp(fmean(map(log, finite))) if finite else nan
