"""The activation as a person's own `make_model` gets it."""

from __future__ import annotations

from math import ceil
from typing import Any

from torch import nn

from .choice import Choice
from .models import make_layer


class ActivationArgument(nn.Module):
    """An activation for one's own model.

    `activation()` is a new module of softknee.nn, with learnable parameters of its own where it has some, as a class of
    torch.nn would give; `activation(x)` is its value, and it is itself a module, whose parameters all its places share.
    What works along an axis does so along axis 1, or `activation(dim=-1)`.

    >>> from .choice import choice_of
    >>> activation = ActivationArgument(choice_of("swiglu"))
    >>> activation(dim=-1), activation.wide(64)
    (SwiGLU(dim=-1), 128)
    """

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self.layer = make_layer(choice)

    @property
    def name(self) -> str:
        """As it is called in the comparison."""
        return self._choice.label

    def wide(self, features: int) -> int:
        """How many features it takes to give at least so many: twice as many for a gate."""
        width = self._choice.width
        return ceil(features / width.numerator) * width.denominator

    def __call__(self, *inputs: Any, dim: int = 1, inplace: bool = False) -> Any:
        """A new module, or the value at a tensor."""
        if inputs:
            return super().__call__(*inputs)
        made = make_layer(self._choice, dim)
        if inplace:
            made.inplace = True  # type: ignore[assignment]
        return made

    def forward(self, x: Any) -> Any:
        """The value at x."""
        return self.layer(x)
