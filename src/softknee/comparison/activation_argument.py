"""`ActivationArgument`: the activation as the user's function `make_model(activation)` receives it."""

from __future__ import annotations

from math import ceil
from typing import Any

from torch import nn

from .choice import Choice
from .models import make_layer


class ActivationArgument(nn.Module):
    """An activation that a user's model can call, instantiate or hold.

    `activation()` is a new module of softknee.nn, with learnable parameters of its own where it has some, as a class of
    torch.nn would give; `activation(x)` is its value, and it is itself a module, whose parameters all its places share.
    Functions along an axis work along axis 1, or `activation(dim=-1)`.

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
        """The label of the activation in the comparison, such as "leaky_relu(negative_slope=0.2)"."""
        return self._choice.label

    def wide(self, features: int) -> int:
        """The number of input features from which the activation makes at least `features`: twice as many for a
        gate.
        """
        width = self._choice.width
        return ceil(features / width.numerator) * width.denominator

    def __call__(self, *inputs: Any, dim: int = 1, inplace: bool = False) -> Any:
        """A new module without arguments; the value at a tensor with one."""
        if inputs:
            return super().__call__(*inputs)
        made = make_layer(self._choice, dim)
        if inplace:
            made.inplace = True  # type: ignore[assignment]
        return made

    def forward(self, x: Any) -> Any:
        """The activation's value at x."""
        return self.layer(x)
