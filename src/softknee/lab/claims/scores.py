"""The learning rates, texts and scores shared by the claims that something is better."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from statistics import fmean

from .bilingual import Text
from .evidence import Line
from .lab import Setup, ran, tuned
from .scale import Scale

RATES = {"sgd": (0.03, 0.1, 0.3), "adam": (1e-3, 3e-3, 1e-2)}

# The smallest difference of accuracy that matters: one sample in a hundred.
POINT = 0.01

TUNED = Text(
    "Networks of 64 units per layer, initialised with each function's own gain and trained with Adam unless another "
    "optimiser is named; the weights of the best validation loss are kept. Each function has its own learning rate of "
    "three, that of the lowest validation loss on seeds of which nothing else is used. Eight to ten seeds.",
    "每层 64 个单元，按各函数自己的增益初始化，（除非另有说明）用 Adam 训练，保留验证损失最低时的权重。"
    "每个函数从三个学习率中各选其一：在另外的随机种子上验证损失最低的那个。八到十个随机种子。",
)


def scores(setup: Setup, scale: Scale, seeds: int = 10) -> list[float]:
    """The test accuracies by seed, at the setting's best learning rate."""
    best = tuned(replace(setup, best=True), RATES[setup.optimiser], scale)
    return [ran(best, seed).score for seed in scale.seeds(seeds)]


def minus(one: Iterable[float], other: Iterable[float]) -> list[float]:
    """The paired differences of two series."""
    return [a - b for a, b in zip(one, other)]


def dots(label: str, groups: Iterable[list[float]]) -> Line:
    """A line of means over seeds, side by side, with the lowest and highest seed."""
    found = [[value for value in group if value == value] or [float("nan")] for group in groups]
    places = tuple(float(at) for at in range(len(found)))
    return Line(
        label,
        places,
        tuple(round(fmean(group), 5) for group in found),
        tuple(round(min(group), 5) for group in found),
        tuple(round(max(group), 5) for group in found),
    )
