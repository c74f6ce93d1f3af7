"""The results of `benchmarks/suggest.py`, and the rule that the package keeps of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from suggest_judges import JUDGES, OURS, Array, Problem, Verdict, quality
from suggest_problems import ACTIVATIONS

from softknee.suggestion.domain import Setting, doubts
from softknee.suggestion.features import MEANINGS
from softknee.suggestion.rule import Quality, rule_of

# The judge "at random" is no rival; it is printed to show how far chance gets.
RIVALS = tuple(name for name in JUDGES if name not in (OURS, "at random"))


@dataclass(frozen=True)
class Line:
    """A problem, and by judge the verdict on its ranking there."""

    problem: Problem
    verdicts: dict[str, Verdict]

    @property
    def name(self) -> str:
        """The names of data and architecture."""
        return self.problem.case.name

    @property
    def is_final(self) -> bool:
        """True where nothing was chosen by the problem."""
        return self.problem.case.final

    def of(self, judge: str) -> float:
        """A judge's correlation with training."""
        return self.verdicts[judge].correlation


@dataclass(frozen=True)
class Results:
    """All problems, each judged by a rule learned on others."""

    lines: list[Line]

    @property
    def final(self) -> list[Line]:
        """The problems that nothing was chosen by."""
        return [line for line in self.lines if line.is_final]

    @property
    def bent(self) -> list[Line]:
        """The problems whose targets need a non-linear model."""
        return [line for line in self.lines if line.problem.is_bent]

    def by(self, key: Callable[[Line], str], among: Iterable[Line]) -> dict[str, Quality]:
        """The quality of the rule by group of problems."""
        groups: dict[str, list[float]] = {}
        for line in among:
            groups.setdefault(key(line), []).append(line.of(OURS))
        return {name: quality(found) for name, found in groups.items()}


def rule_from(results: Results, weights: Array, validated: Iterable[Line] | None = None) -> dict[str, Any]:
    """The rule as the package keeps it.

    `validated` are the problems that say where the rule may be relied on, by default all.
    """
    lines = results.lines if validated is None else list(validated)
    bent = [line for line in lines if line.problem.is_bent]
    features = [f for line in lines for name in ACTIVATIONS for f in line.problem.seen.features[name]]
    depths = [line.problem.seen.depth for line in lines]
    groups = {
        # By kind and output on non-linear problems only, so that a group's share of linear ones does not count.
        "kinds": results.by(lambda line: line.problem.seen.kind, bent),
        "outputs": results.by(lambda line: line.problem.seen.outputs, bent),
        "targets": results.by(lambda line: line.problem.seen.targets, lines),
        "quality": {name: quality(line.of(name) for line in results.final) for name in (OURS, *RIVALS)},
    }
    return {
        "activations": ACTIVATIONS,
        "terms": {
            name: {
                "weight": round(float(weight), 3),
                "low": round(min(f[name] for f in features) - 0.001, 3),
                "high": round(max(f[name] for f in features) + 0.001, 3),
            }
            for name, weight in zip(MEANINGS, weights)
        },
        "depth": [min(depths), max(depths)],
        **{group: {name: _listed(each) for name, each in found.items()} for group, found in groups.items()},
    }


def doubted(results: Results, weights: Array) -> dict[str, list[str]]:
    """By name of a problem kept for the end: the doubts that the design alone would raise about it."""
    rule = rule_of(rule_from(results, weights, [line for line in results.lines if not line.is_final]))
    found = {}
    for line in results.final:
        seen = line.problem.seen
        setting = Setting(seen.kind, seen.depth, seen.outputs, seen.targets)
        features = {
            name: {f: sum(each[f] for each in seen.features[name]) / len(seen.features[name]) for f in rule.terms}
            for name in ACTIVATIONS
        }
        found[line.name] = list(doubts(rule, setting, features))
    return found


def _listed(found: Quality) -> list[float | int | None]:
    low, high = (each if isfinite(each) else None for each in (found.low, found.high))
    return [found.spearman, low, high, found.problems]
