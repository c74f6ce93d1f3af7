"""An activation by name, as people write it: a module or a function, torch's or this library's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from softknee.functions.public import get
from softknee.nn import class_of

Library = Literal["torch", "softknee"]

_TORCH_FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "softplus": F.softplus,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "sine": torch.sin,
}


@dataclass(frozen=True)
class Spelling:
    """An activation in one library's spelling; the name "identity" stands for one that was forgotten."""

    name: str
    library: Library

    def layer(self) -> nn.Module:
        """Make a module of the activation, of this library."""
        found: Any = class_of(get(self.name))
        if self.library == "torch":
            found = getattr(nn, found.__name__, found)
        made: nn.Module = found()
        return made

    def function(self, x: Tensor) -> Tensor:
        """The function called on a tensor."""
        if self.library == "torch" and self.name in _TORCH_FUNCTIONS:
            return _TORCH_FUNCTIONS[self.name](x)
        called: Any = get(self.name)
        made: Tensor = x if self.name == "identity" else called(x)
        return made

    @property
    def gain(self) -> float:
        """The factor for initial weights that keeps the second moment from layer to layer."""
        known: Any = get(self.name)
        return float(known.gain("forward"))
