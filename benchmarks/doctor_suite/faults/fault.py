"""A fault of the suite: a mistake, the networks that it hurts, its cause, and the rules that should name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..architectures import ARCHITECTURES
from ..setup import Setup

Cause = Literal["init", "learning rate", "data scale", "structure", "precision"]
Rule = Literal[
    "non_finite", "dead", "dormant", "saturated", "vanishing", "exploding", "step_size",
    "init", "scale", "mean_shift", "collapse", "structure", "underflow",
]  # fmt: skip


def unchanged(setup: Setup) -> Setup:
    """The setup as it is: for faults that lie in the activation alone."""
    return setup


def everywhere(but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """All architectures except those that the fault does not hurt."""
    return tuple(name for name in ARCHITECTURES if name not in but)


@dataclass(frozen=True)
class Fault:
    """A mistake that people make, the true cause, and the doctor's rules of which one or more should name it.

    `where` are the architectures in which it was found to hurt, `activations` those it needs, if not any;
    `instead` is the activation that it puts in the place of all.
    """

    name: str
    about: str
    cause: Cause
    rules: tuple[Rule, ...]
    where: tuple[str, ...]
    inject: Callable[[Setup], Setup] = unchanged
    activations: tuple[str, ...] = ()
    instead: str = ""
