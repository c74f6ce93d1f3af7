"""The gates of one recurrent cell over all its steps: computed again, from the weights and the states that it gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from softknee.functions.public import get

from .reference import Reference, reference_of

# In the order in which torch stacks their weights.
_GATES = {
    "lstm": (("input gate", "sigmoid"), ("forget gate", "sigmoid"), ("cell", "tanh"), ("output gate", "sigmoid")),
    "gru": (("reset gate", "sigmoid"), ("update gate", "sigmoid"), ("candidate", "tanh")),
    "rnn_tanh": (("state", "tanh"),),
    "rnn_relu": (("state", "relu"),),
}
KINDS = tuple(_GATES)


@dataclass(frozen=True)
class Cell:
    """One layer in one direction: `place` is the end of its weights' names, "l1_reverse"; "" of a cell by itself.

    At each step it reads `x`, inputs of shape (..., features), and `h`, the states before of shape (..., hidden).
    """

    kind: str
    place: str
    x: Tensor
    h: Tensor
    input_weight: Tensor
    state_weight: Tensor
    input_bias: Tensor | None = None
    state_bias: Tensor | None = None

    @property
    def weight_names(self) -> tuple[str, str]:
        """As torch names them within their module."""
        end = f"_{self.place}" if self.place else ""
        return f"weight_ih{end}", f"weight_hh{end}"

    def gates(self) -> Iterator[tuple[str, Tensor, Reference]]:
        """The gates' names, inputs of shape (..., hidden) and yardsticks."""
        gates = _GATES[self.kind]
        by_input = F.linear(self.x, self.input_weight, self.input_bias).chunk(len(gates), -1)
        by_state = F.linear(self.h, self.state_weight, self.state_bias).chunk(len(gates), -1)
        reset: Tensor | float = 1.0
        for (gate, activation), ours, theirs in zip(gates, by_input, by_state):
            z = ours + (reset * theirs if gate == "candidate" else theirs)
            if gate == "reset gate":
                reset = z.sigmoid()
            yield gate, z, reference_of(get(activation), {})
