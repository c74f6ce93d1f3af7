"""Remedies, as a sentence and as something that can be done to a copy of the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from softknee.language.errors import SoftkneeError

from .messages import message

Deed = Literal[
    "init", "rate", "swap", "standardise", "drop-output", "sigmoid-output", "insert", "normalise", "dtype", "none"
]


@dataclass(frozen=True)
class Prescription:
    """What to do: `text` completes the sentence "Remedy: ..."; `deed` and what it takes are for `trial`."""

    text: str
    deed: Deed = "none"
    about: dict[str, Any] = field(default_factory=dict)


class CannotTreatError(SoftkneeError):
    """A prescription that cannot be carried out on this model."""


def initialise(text: str) -> Prescription:
    """Draw all weights again, each layer with the gain of the activation that it reads from; biases 0."""
    return Prescription(text, "init")


def rate(factor: float) -> Prescription:
    """Multiply the learning rate."""
    shown = f"{1 / factor:.4g} times lower" if factor < 1 else f"{factor:.4g} times higher"
    return Prescription(f"a learning rate {shown}", "rate", {"factor": factor})


def swap(old: str, new: str, *, redraw: bool = False) -> Prescription:
    """Another activation; with `redraw` the weights are drawn again, with its gain."""
    text = message("remedy-swap", new=new, old=old) if redraw else f"{new} instead of {old}"
    return Prescription(text, "swap", {"old": old, "new": new, "redraw": redraw})


def standardise() -> Prescription:
    """Inputs of mean 0 and standard deviation 1."""
    return Prescription("standardise the inputs to mean 0 and standard deviation 1", "standardise")


def widen(dtype: str) -> Prescription:
    """Numbers with more digits or range."""
    return Prescription(f"compute in {dtype}, or scale the loss", "dtype", {"dtype": dtype})


def drop_output(text: str) -> Prescription:
    """Take the activation at the output away."""
    return Prescription(text, "drop-output")


def sigmoid_output(text: str) -> Prescription:
    """Sigmoid in the place of the activation at the output."""
    return Prescription(text, "sigmoid-output")


def insert(name: str) -> Prescription:
    """An activation after each linear layer but the last."""
    return Prescription(f"put an activation between the layers, such as {name}", "insert", {"name": name})


def normalise() -> Prescription:
    """Normalisation before each activation."""
    return Prescription(message("remedy-normalise"), "normalise")
