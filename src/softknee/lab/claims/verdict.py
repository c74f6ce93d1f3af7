"""Verdicts on claims, from measured effects by rules that are fixed before measuring.

Each condition has an effect: its mean over seeds with a 95% interval (Student's t over paired differences; corrected
for overlapping training parts as `comparison` does). A part names the smallest effect that matters. Where the interval
lies on one side of it, the condition is decided; where it straddles it, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite, nan
from statistics import fmean
from typing import Literal

from softknee.comparison.paired_statistics import half_width

from .claim import Claim, Kind, Part
from .evidence import Effect, Evidence

Word = Literal["holds", "does not hold", "depends", "cannot be told"]


@dataclass(frozen=True)
class Interval:
    """A mean with its 95% interval; NaN where there are fewer than two values."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """The effect under one condition, and the word on whether the part holds there."""

    effect: Effect
    interval: Interval
    word: Word


@dataclass(frozen=True)
class PartVerdict:
    """A part's verdict; `factors` are the factors it depends on, empty unless it does."""

    part: Part
    word: Word
    judged: tuple[Judged, ...]
    factors: tuple[str, ...] = ()

    def where(self, word: Word) -> list[dict[str, str]]:
        """The conditions with this word, without factors that do not matter; each once."""
        found: list[dict[str, str]] = []
        for each in self.judged:
            shown = {name: value for name, value in each.effect.condition.items() if name in self.factors}
            if each.word == word and shown not in found:
                found.append(shown)
        return found


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim's verdict: that of its parts where they agree, else it depends on the part."""

    claim: Claim
    word: Word
    parts: tuple[PartVerdict, ...]


def interval(values: Sequence[float], overlap: float = 0.0) -> Interval:
    """The mean over seeds with its 95% interval."""
    mean = fmean(values) if values else nan
    half = half_width(values, overlap)
    return Interval(mean, mean - half, mean + half)


def decide(found: Interval, kind: Kind, least: float) -> Word:
    """The word for an interval: "holds" on the claim's side of the smallest effect that matters, "does not hold"
    beyond.

    >>> decide(Interval(0.3, 0.2, 0.4), "more", 0.1), decide(Interval(0.3, 0.2, 0.4), "same", 0.1)
    ('holds', 'does not hold')
    >>> decide(Interval(0.1, -0.1, 0.3), "more", 0.2)
    'cannot be told'
    """
    if not (isfinite(found.low) and isfinite(found.high)):
        return "cannot be told"
    if kind == "more":
        return "holds" if found.low >= least else "does not hold" if found.high < least else "cannot be told"
    if kind == "no more":
        return "holds" if found.high < least else "does not hold" if found.low >= least else "cannot be told"
    if -least < found.low and found.high < least:
        return "holds"
    return "does not hold" if found.low >= least or found.high <= -least else "cannot be told"


def judge_part(part: Part, effects: Sequence[Effect]) -> PartVerdict:
    """A part's verdict over all conditions: it depends where they contradict, and half of them have to be decided."""
    judged = []
    for effect in effects:
        found = interval(effect.values, effect.overlap)
        judged.append(Judged(effect, found, decide(found, part.kind, part.least)))
    words = [each.word for each in judged]
    decided = [word for word in words if word != "cannot be told"]
    if len(set(decided)) == 2:
        return PartVerdict(part, "depends", tuple(judged), _factors(judged))
    word: Word = decided[0] if decided and 2 * len(decided) >= len(words) else "cannot be told"
    return PartVerdict(part, word, tuple(judged))


def _factors(judged: Sequence[Judged]) -> tuple[str, ...]:
    """The fewest factors whose values alone separate conditions under which it holds from others."""
    decided = [each for each in judged if each.word != "cannot be told"]
    names = list(dict.fromkeys(name for each in decided for name in each.effect.condition))
    for count in range(1, len(names)):
        for chosen in combinations(names, count):
            seen: dict[tuple[str, ...], set[Word]] = {}
            for each in decided:
                seen.setdefault(tuple(each.effect.condition.get(n, "") for n in chosen), set()).add(each.word)
            if all(len(words) == 1 for words in seen.values()):
                return chosen
    return tuple(names)


def judge(claim: Claim, evidence: Evidence) -> ClaimVerdict:
    """The verdict on a claim."""
    parts = tuple(judge_part(part, evidence.of(part.name)) for part in claim.parts)
    words = {part.word for part in parts}
    return ClaimVerdict(claim, words.pop() if len(words) == 1 else "depends", parts)
