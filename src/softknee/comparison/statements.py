"""Sentences on what the statistics of a comparison allow to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isnan, nan

from . import formatting
from .analyse import Pair, Row
from .paired_statistics import MOST_SEEDS
from .problem import Problem
from .ranks import Ranking
from .result import Result

_PAIR = "other pair"
# The relative difference up to which numbers of parameters count as equal.
_EVEN = 0.05


def verdict(rows: Sequence[Row], pairs: Sequence[Pair]) -> str:
    """A sentence on which activations of one task can be told apart."""
    judged = [row for row in rows if row.seeds]
    if not judged:
        return "No run finished."
    best, leading = judged[0], [row for row in judged if row.leads]
    if len(judged) == 1:
        return f"Only {best.activation} finished; there is nothing to compare it with."
    if best.seeds < 2:
        return "One seed cannot tell them apart: use at least three."
    if not any(pair.told_apart for pair in pairs):
        return f"No significant difference: {best.seeds} seeds cannot tell these {len(judged)} apart."
    if len(leading) == 1:
        return f"{best.activation} leads; all others are measurably behind."
    if len(leading) == len(judged):
        return f"{best.activation} scores best, and none is measurably behind it; but some differ from one another."
    behind = len(judged) - len(leading)
    return (
        f"{best.activation} scores best, but {best.seeds} seeds cannot tell the {len(leading)} marked ● apart from it; "
        f"the other {'one is' if behind == 1 else f'{behind} are'} measurably behind."
    )


def outlook(pairs: Sequence[Pair]) -> str:
    """A sentence on the further seeds that would tell the next two apart; "" where all are, or none can be judged."""
    unknown = [pair for pair in pairs if not pair.told_apart and not isnan(pair.further_seeds)]
    if not unknown:
        return ""
    nearest = min(unknown, key=lambda pair: (pair.further_seeds, pair.p_alone))
    if nearest.further_seeds == inf:
        return f"To tell any further two apart would take more than {MOST_SEEDS} more seeds, or more data."
    said = (
        f"{formatting.further_seeds(nearest.further_seeds)} would tell {nearest.activation} from {nearest.other}, "
        "if the difference is what it seems"
    )
    others = len(unknown) - 1
    return formatting.sentence(
        f"{said}{f'; {formatting.count(others, _PAIR)} would take as many or more' if others else ''}."
    )


def edges(rows: Sequence[Row], tried: Iterable[Result]) -> str:
    """A sentence on activations whose best learning rate is the highest or lowest tried; "" where there are none."""
    rates: dict[tuple[str, str], dict[float, float]] = defaultdict(dict)
    for result in tried:
        reached = result.validation[result.best_epoch - 1] if result.validation else nan
        rates[result.task, result.activation][result.rate] = reached
    at_the = {}
    for which, end in (("highest", max), ("lowest", min)):
        names = [row.activation for row in rows if row.rate in _ends(rates[row.task, row.activation], end)]
        if names:
            at_the[which] = listed(names)
    if not at_the:
        return ""
    said = ", and ".join(f"the {which} was best for {names}" for which, names in at_the.items())
    return f"Of the learning rates tried, {said}: theirs may lie beyond."


def _ends(rates: Mapping[float, float], end: Callable[[Iterable[float]], float]) -> set[float]:
    """A set of the rate at an end, if there are several and no other one reached the same score; else the empty set."""
    if len(rates) < 2:
        return set()
    last = end(rates)
    return set() if any(reached == rates[last] for rate, reached in rates.items() if rate != last) else {last}


def uneven(counts: Mapping[str, int]) -> str:
    """A sentence where numbers of parameters by activation differ by more than 5 %; "" where they do not.

    >>> uneven({"relu": 100, "mish": 100, "swiglu": 150})
    'Parameters differ by more than 5 %, 100 with relu and mish, 150 with swiglu: those with more have an advantage.'
    >>> uneven({"relu": 1000, "prelu": 1002})
    ''
    """
    if not counts or max(counts.values()) <= (1 + _EVEN) * min(counts.values()):
        return ""
    names: dict[int, list[str]] = defaultdict(list)
    for name, count in counts.items():
        names[count].append(name)
    said = ", ".join(f"{count:,} with {listed(names[count])}" for count in sorted(names))
    return f"Parameters differ by more than 5 %, {said}: those with more have an advantage."


def on_ranks(ranking: Ranking) -> str:
    """Sentences on the mean ranks and on seeds that do not count."""
    said = _on_mean_ranks(ranking) if len(ranking.means) > 1 else ""
    if ranking.complete < ranking.begun:
        said += f" Only seeds on which all activations were run count: {ranking.complete} of {ranking.begun}."
    return said.strip()


def _on_mean_ranks(ranking: Ranking) -> str:
    many = formatting.count(ranking.blocks, ranking.over[:-1])
    if ranking.over == "seeds":
        return f"Mean ranks over {many}."
    if ranking.critical == inf:
        return f"With {many}, not even being ahead on all would be significant: it takes more tasks to compare ranks."
    said = f"Over {many}, two mean ranks are told apart if they differ by {ranking.critical:.2g} or more"
    if not ranking.told_apart:
        return f"{said}: no significant difference."
    return f"{said}; that holds for {formatting.count(len(ranking.told_apart), 'pair')}."


def lead(rows: Sequence[Row], pairs: Sequence[Pair], problems: Mapping[str, Problem]) -> str:
    """A sentence or two on the outcome over all tasks, which begin the report."""
    tasks = list(dict.fromkeys(row.task for row in rows))
    behind: dict[str, list[str]] = {row.activation: [] for row in rows if row.seeds}
    for row in rows:
        if row.activation in behind and not row.leads:
            behind[row.activation].append(problems[row.task].title)
    if not behind:
        return "No run was finished."
    if len(behind) == 1:
        return f"{next(iter(behind))} alone: nothing to compare it with."
    seeds = formatting.count(max(row.seeds for row in rows), "seed")
    ahead = [name for name, where in behind.items() if not where]
    if not any(pair.told_apart for pair in pairs):
        return f"No significant difference: {seeds} cannot tell these {len(behind)} activations apart."
    if not ahead:
        return "Each activation is measurably behind on some task: the choice depends on the task."
    if len(ahead) == len(behind):
        where = " on any task" if len(tasks) > 1 else ""
        return (
            f"None of the {len(behind)} activations is measurably behind the best{where}; "
            f"with {seeds} only large differences are."
        )
    if len(ahead) <= len(behind) / 2:
        return f"Never measurably behind the best: {listed(ahead)}."
    lagging = "; ".join(
        f"{name} on {listed(where)}" if len(tasks) > 1 else name for name, where in behind.items() if where
    )
    return (
        f"{formatting.sentence(seeds)} cannot tell {len(ahead)} of {len(behind)} activations from the best "
        f"{'on any task' if len(tasks) > 1 else 'here'}. Measurably behind: {lagging}."
    )


def listed(items: Sequence[str]) -> str:
    """Items as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
