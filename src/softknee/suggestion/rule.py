"""The rule that makes a score of features, and its quality, from the file that `benchmarks/suggest.py` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("rule.json")
# The least correlation to rely on, and on how many problems it has to be seen.
TARGET, PROBLEMS = 0.6, 3

Features = Mapping[str, float]


@dataclass(frozen=True)
class Term:
    """A feature's weight in the score, and the range in which it was fitted."""

    weight: float
    low: float
    high: float


@dataclass(frozen=True)
class Quality:
    """The mean Spearman correlation with training on held-out problems, its 95 % interval, and on how many."""

    spearman: float
    low: float
    high: float
    problems: int

    @property
    def is_enough(self) -> bool:
        """True where the target is reached, on problems enough."""
        return self.spearman >= TARGET and self.problems >= PROBLEMS

    def __str__(self) -> str:
        interval = f"{self.low:.2f} to {self.high:.2f}, " if isfinite(self.low) and isfinite(self.high) else ""
        problems = f"{self.problems} problem{'s' if self.problems > 1 else ''}"
        return f"{self.spearman:.2f} ({interval}{problems})".replace("-", "−")


@dataclass(frozen=True)
class Rule:
    """The weights of a score, which is the sum of weights times places; the problems it was tried on, and its quality.

    A feature's place is its rank among those of `activations` in the same network. `quality` is that of the rule and
    of its rivals on the problems that nothing was chosen by; `kinds`, `outputs` and `targets` have that of the rule on
    all held-out problems by architecture, by what is predicted, and by whether it takes a non-linear model.
    """

    terms: Mapping[str, Term]
    activations: tuple[str, ...]
    depth: tuple[int, int]
    quality: Mapping[str, Quality]
    kinds: Mapping[str, Quality]
    outputs: Mapping[str, Quality]
    targets: Mapping[str, Quality]

    def score(self, features: Features, others: Sequence[Features]) -> float:
        """The score of an activation's features; `others` are those of `activations`."""
        return sum(term.weight * place(features[f], [o[f] for o in others]) for f, term in self.terms.items())


def place(value: float, marks: Sequence[float]) -> float:
    """The share of the marks that are lower, those that are equal counted half, less 1/2.

    >>> place(2.0, [1.0, 2.0, 3.0, 4.0])
    -0.125
    """
    lower = sum(mark < value for mark in marks) + sum(mark == value for mark in marks) / 2
    return lower / max(1, len(marks)) - 0.5


@lru_cache(maxsize=1)
def rule() -> Rule:
    """The rule that comes with the package."""
    return rule_of(json.loads(FILE.read_text(encoding="utf-8")))


def rule_of(kept: dict[str, Any]) -> Rule:
    """The rule that the file's contents describe."""
    groups = ("quality", "kinds", "outputs", "targets")
    return Rule(
        terms={name: Term(**each) for name, each in kept["terms"].items()},
        activations=tuple(kept["activations"]),
        depth=(kept["depth"][0], kept["depth"][1]),
        **{group: {name: _quality(*each) for name, each in kept[group].items()} for group in groups},
    )


def _quality(spearman: float, low: float | None, high: float | None, problems: int) -> Quality:
    nan = float("nan")
    return Quality(spearman, nan if low is None else low, nan if high is None else high, problems)
