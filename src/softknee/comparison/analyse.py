"""From results to statements: means with intervals over seeds, and which activations the data cannot tell apart.

Seeds split the same data anew, so their test parts overlap and their training parts more so. All intervals and
tests here are Student's t with the correction of Nadeau & Bengio (2003, Inference for the generalization error):
the variance of a mean over n seeds is taken as s² (1/n + tested/trained) instead of s²/n.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, nan, sqrt
from statistics import fmean, stdev
from typing import Any

from softknee.extras import need

from .problem import Problem
from .result import Result

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Row:
    """One activation on one task.

    `behind` is the mean paired difference of its score to the best one's, `p` the chance of such a difference by
    seeds alone, corrected by Holm over the task's comparisons. `leads`: not told apart from the best.
    """

    task: str
    activation: str
    rank: int
    seeds: int
    failed: int
    score: float
    half_width: float
    behind: float
    behind_half_width: float
    p: float
    leads: bool
    epoch_seconds: float
    dead_share: float
    gradient_ratio: float
    gradient_ratio_start: float
    gain: float
    parameters: int
    rate: float
    reason: str
    percent: bool = False


def half_width(values: Sequence[float], overlap: float = 0.0) -> float:
    """Half the 95% interval of the mean of `values`, one per seed; NaN for fewer than two.

    `overlap` is the number of test samples over that of training samples; 0 gives the plain t interval.
    """
    if len(values) < 2:
        return nan
    return float(_students_t().ppf((1 + CONFIDENCE) / 2, len(values) - 1) * _error(values, overlap))


def p_value(differences: Sequence[float], overlap: float = 0.0) -> float:
    """The two-sided p of paired differences under "no difference"; NaN where nothing can be said.

    That is with fewer than two pairs, or differences that are all the same: three seeds that agree on a test part
    of a few hundred samples show no spread to judge by.
    """
    if len(differences) < 2:
        return nan
    error = _error(differences, overlap)
    if error == 0:
        return nan
    return float(2 * _students_t().sf(abs(fmean(differences)) / error, len(differences) - 1))


def _students_t() -> Any:
    return need("scipy.stats", "compare").t


def _error(values: Sequence[float], overlap: float) -> float:
    return stdev(values) * sqrt(1 / len(values) + overlap)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's correction for making several comparisons; NaN stays NaN and does not count."""
    order = sorted((p, at) for at, p in enumerate(p_values) if isfinite(p))
    corrected = list(p_values)
    highest = 0.0
    for done, (p, at) in enumerate(order):
        highest = max(highest, min(1.0, p * (len(order) - done)))
        corrected[at] = highest
    return corrected


def analyse(results: Iterable[Result], problems: Mapping[str, Problem]) -> list[Row]:
    """A row for each task and activation: tasks in order of appearance, the best activation first."""
    groups: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        groups[result.task][result.activation].append(result)
    return [row for task, activations in groups.items() for row in _rows(problems[task], activations)]


def _rows(problem: Problem, activations: dict[str, list[Result]]) -> list[Row]:
    overlap, sign = problem.overlap, problem.metric.sign
    scores = {name: {r.seed: r.score for r in runs if not r.failed} for name, runs in activations.items()}
    done = {name: fmean(by_seed.values()) for name, by_seed in scores.items() if by_seed}
    most = max((len(by_seed) for by_seed in scores.values()), default=0)
    # One that failed on some seed may have been spared the hard ones: it cannot be the mark for the others.
    best = max((name for name in done if len(scores[name]) == most), key=lambda name: sign * done[name], default="")
    differences = {name: _paired(scores[name], scores[best]) for name in done}
    others = [name for name in done if name != best]
    p_values = dict(zip(others, holm([p_value(differences[name], overlap) for name in others])))
    ranked = sorted(done, key=lambda name: (name != best, -sign * done[name]))
    ranked += [name for name in activations if name not in done]
    rows: list[Row] = []
    for at, name in enumerate(ranked):
        runs = activations[name]
        tied = rows and name in done and done[name] == rows[-1].score
        fine = [r for r in runs if not r.failed]
        pairs = differences.get(name, [])
        p = p_values.get(name, nan)
        rows.append(
            Row(
                task=problem.name,
                activation=name,
                rank=rows[-1].rank if tied else at + 1,
                seeds=len(fine),
                failed=len(runs) - len(fine),
                score=done.get(name, nan),
                half_width=half_width([r.score for r in fine], overlap),
                behind=fmean(pairs) if pairs else nan,
                behind_half_width=nan if name == best else half_width(pairs, overlap),
                p=p,
                leads=name in done and not p < 1 - CONFIDENCE,
                epoch_seconds=_mean(r.epoch_seconds for r in fine),
                dead_share=_mean(r.dead_share for r in fine),
                gradient_ratio=_geometric(r.gradient_ratio for r in fine),
                gradient_ratio_start=_geometric(r.gradient_ratio_start for r in fine),
                gain=runs[0].gain,
                parameters=runs[0].parameters,
                rate=runs[0].rate,
                reason=next((r.reason for r in runs if r.failed), ""),
                percent=problem.metric.percent,
            )
        )
    return rows


def _paired(one: dict[int, float], other: dict[int, float]) -> list[float]:
    return [one[seed] - other[seed] for seed in sorted(one.keys() & other.keys())]


def _mean(values: Iterable[float]) -> float:
    finite = [value for value in values if isfinite(value)]
    return fmean(finite) if finite else nan


def _geometric(values: Iterable[float]) -> float:
    """The geometric mean, as fits ratios."""
    finite = [value for value in values if isfinite(value) and value > 0]
    return exp(fmean(map(log, finite))) if finite else nan


def overview(rows: Sequence[Row]) -> list[tuple[str, float, dict[str, Row]]]:
    """Each activation with its mean rank over the tasks and its row on each, best mean rank first."""
    by_name: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        by_name[row.activation][row.task] = row
    found = [(name, fmean(row.rank for row in of.values()), of) for name, of in by_name.items()]
    return sorted(found, key=lambda entry: entry[1])


def verdict(rows: Sequence[Row]) -> str:
    """What may be said about one task's rows, in a sentence."""
    judged = [row for row in rows if row.seeds]
    if not judged:
        return "No run finished."
    best, leading = judged[0], [row for row in judged if row.leads]
    if len(judged) == 1:
        return f"Only {best.activation} finished; there is nothing to compare it with."
    if best.seeds < 2:
        return "One seed cannot tell them apart: use at least three."
    if len(leading) == len(judged):
        return f"No significant difference: {best.seeds} seeds cannot tell these {len(judged)} apart."
    if len(leading) == 1:
        return f"{best.activation} leads; all others are measurably behind."
    behind = len(judged) - len(leading)
    return (
        f"{best.activation} scores highest, but {best.seeds} seeds cannot tell the {len(leading)} marked ● apart; "
        f"the other {'one is' if behind == 1 else f'{behind} are'} measurably behind."
    )
