"""Remedies: a sentence for people, and an action that can be carried out on a copy of the model.

Not here: which remedies a finding has (advice.py), and how an action is carried out (start.py of each framework).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from softknee.language.errors import SoftkneeError

Action = Literal[
    "init", "rate", "swap", "standardise", "drop-output", "sigmoid-output", "insert", "normalise", "dtype", "none"
]

# The remedies that the atlas shows, too, in both of its languages.
TEMPLATES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "remedy-gain": {
            "en": "initialise with gain {gain} for {activation} and biases 0",
            "zh": "用 {activation} 的增益 {gain} 初始化，偏置取 0",
        },
        "remedy-swap": {
            "en": "{new} instead of {old}, initialised with its gain",
            "zh": "用 {new} 代替 {old}，并按其增益初始化",
        },
        "remedy-normalise": {
            "en": "normalisation (LayerNorm or BatchNorm) before the activations",
            "zh": "在激活函数之前加归一化（LayerNorm 或 BatchNorm）",
        },
    }
)


@dataclass(frozen=True)
class Remedy:
    """A change that may mend a fault: `text` completes "Remedy: ..."; `action`, with its arguments, carries it out."""

    text: str
    action: Action = "none"
    arguments: dict[str, Any] = field(default_factory=dict)


class CannotApplyError(SoftkneeError):
    """A remedy cannot be carried out on this model."""


def initialise(text: str) -> Remedy:
    """Draw all weights again, each layer with the gain of the activation that it reads from; biases 0."""
    return Remedy(text, "init")


def rate(factor: float) -> Remedy:
    """Multiply the learning rate by a factor."""
    shown = f"{1 / factor:.4g} times lower" if factor < 1 else f"{factor:.4g} times higher"
    return Remedy(f"a learning rate {shown}", "rate", {"factor": factor})


def swap(old: str, new: str, *, redraw: bool = False) -> Remedy:
    """Exchange an activation for another; with `redraw` the weights are drawn again, with the new one's gain."""
    text = TEMPLATES["remedy-swap"]["en"].format(new=new, old=old) if redraw else f"{new} instead of {old}"
    return Remedy(text, "swap", {"old": old, "new": new, "redraw": redraw})


def standardise() -> Remedy:
    """Give the inputs mean 0 and standard deviation 1."""
    return Remedy("standardise the inputs to mean 0 and standard deviation 1", "standardise")


def widen(dtype: str) -> Remedy:
    """Compute in a dtype with more digits or range."""
    return Remedy(f"compute in {dtype}, or scale the loss", "dtype", {"dtype": dtype})


def drop_output(text: str) -> Remedy:
    """Take the activation at the output away."""
    return Remedy(text, "drop-output")


def sigmoid_output(text: str) -> Remedy:
    """Put sigmoid in the place of the activation at the output."""
    return Remedy(text, "sigmoid-output")


def insert(name: str) -> Remedy:
    """Put an activation after each linear layer but the last."""
    return Remedy(f"put an activation between the layers, such as {name}", "insert", {"name": name})


def normalise() -> Remedy:
    """Normalise the input of each activation."""
    return Remedy(TEMPLATES["remedy-normalise"]["en"], "normalise")
