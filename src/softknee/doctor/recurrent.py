"""The gates inside fused recurrent layers: computed again, from the weights and what the layer gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from softknee.public import get

from .reference import Reference, reference_of

# In the order in which torch stacks them.
_LSTM = (("input gate", "sigmoid"), ("forget gate", "sigmoid"), ("cell", "tanh"), ("output gate", "sigmoid"))
_GRU = (("reset gate", "sigmoid"), ("update gate", "sigmoid"))


def gates_of(name: str, args: Any, out: Any) -> Iterator[tuple[str, Tensor, Reference]]:
    """The gates' names, inputs of shape (..., hidden) and yardsticks; of a fused layer those of its first layer."""
    with torch.no_grad():
        if name.endswith("_cell"):
            x, state, w, u, *biases = args
            h = state[0] if isinstance(state, (tuple, list)) else state
            yield from _split(name, F.linear(x, w, _bias(biases, 0)) + F.linear(h, u, _bias(biases, 1)))
            return
        if not (len(args) == 9 and isinstance(args[2], (list, tuple)) and isinstance(out, tuple)):
            return  # packed sequences
        x, state, weights, has_biases, layers, _, _, bidirectional, batch_first = args
        if layers != 1 or bidirectional or not weights:
            return
        first = state[0] if isinstance(state, (list, tuple)) else state
        time = 1 if batch_first else 0
        start = first.movedim(0, time)
        h = torch.cat([start, out[0].narrow(time, 0, out[0].shape[time] - 1)], time)
        biases = weights[2:4] if has_biases else []
        if weights[1].shape[1] == h.shape[-1]:
            yield from _split(
                name, F.linear(x, weights[0], _bias(biases, 0)) + F.linear(h, weights[1], _bias(biases, 1))
            )


def _bias(biases: Any, k: int) -> Tensor | None:
    return biases[k] if len(biases) > k else None


def _split(name: str, z: Tensor) -> Iterator[tuple[str, Tensor, Reference]]:
    gates = _LSTM if name.startswith("lstm") else _GRU
    for (gate, activation), part in zip(gates, z.chunk(4 if name.startswith("lstm") else 3, -1)):
        yield gate, part, reference_of(get(activation), {})
