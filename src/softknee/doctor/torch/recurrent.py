"""The calls of torch's recurrent functions, taken apart into one cell for each layer and direction.

The gates of a cell over all its steps are computed again, from the weights and the states that the call gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from softknee.doctor.reference import Reference, reference_of
from softknee.functions.public import get

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
        """The names of the weights for inputs and for states within their module, as torch has them."""
        end = f"_{self.place}" if self.place else ""
        return f"weight_ih{end}", f"weight_hh{end}"

    def gates(self) -> Iterator[tuple[str, Tensor, Reference]]:
        """The gates' names, inputs of shape (..., hidden) and reference values."""
        gates = _GATES[self.kind]
        by_input = F.linear(self.x, self.input_weight, self.input_bias).chunk(len(gates), -1)
        by_state = F.linear(self.h, self.state_weight, self.state_bias).chunk(len(gates), -1)
        reset: Tensor | float = 1.0
        for (gate, activation), ours, theirs in zip(gates, by_input, by_state):
            z = ours + (reset * theirs if gate == "candidate" else theirs)
            if gate == "reset gate":
                reset = z.sigmoid()
            yield gate, z, reference_of(get(activation), {})


def is_recurrent(function: Any) -> bool:
    """True of torch's recurrent functions."""
    name = getattr(function, "__name__", "")
    return not isinstance(function, FunctionType) and name.removesuffix("_cell") in KINDS


def cells_of(function: Any, args: Any, out: Any) -> Iterator[Cell]:
    """The cells of a recurrent call; not those behind dropout, which is drawn within the call."""
    name = function.__name__
    if name.endswith("_cell"):
        x, state, *weights = args
        yield Cell(name.removesuffix("_cell"), "", x, _hidden(state), *weights)
    elif len(args) == 9 and isinstance(out, tuple):
        yield from _Call.of(name, args, out[0]).cells()


def layers_unseen(function: Any, args: Any, out: Any) -> str:
    """The layers of a recurrent call that `cells_of` leaves out, in words; "" for none."""
    if function.__name__ not in KINDS or len(args) != 9 or not isinstance(out, tuple):
        return ""
    call = _Call.of(function.__name__, args, out[0])
    if not call.has_dropout or call.layers == 1:
        return ""
    return "layer 1" if call.layers == 2 else f"layers 1 to {call.layers - 1}"


@dataclass(frozen=True)
class _Call:
    """A call of several layers; `sizes` are those of the batch at each step of packed sequences."""

    name: str
    x: Tensor
    out: Tensor
    state: Any
    weights: Sequence[Tensor]
    has_biases: bool
    layers: int
    has_dropout: bool
    directions: int
    batch_first: bool
    sizes: Tensor | None

    @staticmethod
    def of(name: str, args: Any, out: Tensor) -> _Call:
        is_packed = isinstance(args[3], (tuple, list))
        x, *args = args
        sizes = args.pop(0) if is_packed else None
        batch_first = False if is_packed else args.pop()
        state, weights, has_biases, layers, dropout, training, is_bidirectional = args
        directions = 2 if is_bidirectional else 1
        has_dropout = training and dropout > 0
        return _Call(name, x, out, state, weights, has_biases, layers, has_dropout, directions, batch_first, sizes)

    def cells(self) -> Iterator[Cell]:
        x = self.x
        for layer in range(self.layers):
            out = self.out if layer == self.layers - 1 else self._again(layer, x)
            width = out.shape[-1] // self.directions
            for direction in range(self.directions):
                k = layer * self.directions + direction
                states = out[..., direction * width : (direction + 1) * width]
                weights = self._weights(k)
                biases = weights[2:4] if self.has_biases else []
                place = f"l{layer}_reverse" if direction else f"l{layer}"
                h = self._before(states, _hidden(self.state)[k], backwards=direction == 1)
                yield Cell(self.name, place, x, h, *weights[:2], *biases)
            if self.has_dropout:
                return
            x = out

    def _weights(self, k: int) -> Sequence[Tensor]:
        count = len(self.weights) // (self.layers * self.directions)
        return self.weights[k * count : (k + 1) * count]

    def _again(self, layer: int, x: Tensor) -> Tensor:
        """The output of a layer that is not the last, which the call keeps to itself."""
        here = slice(layer * self.directions, (layer + 1) * self.directions)
        weights = [w for k in range(here.start, here.stop) for w in self._weights(k)]
        wide = weights[0].dtype
        states = [s[here].to(wide) for s in (self.state if isinstance(self.state, (tuple, list)) else [self.state])]
        given: list[Any] = [x.to(wide), *([] if self.sizes is None else [self.sizes])]
        given += [states if len(states) > 1 else states[0], weights, self.has_biases, 1, 0.0, False]
        given += [self.directions == 2, *([self.batch_first] if self.sizes is None else [])]
        # cuDNN wants the weights of all layers in one piece.
        with torch.autocast(x.device.type, enabled=False), torch.backends.cudnn.flags(enabled=False):
            out: Tensor = getattr(torch, self.name)(*given)[0]
        return out.to(x.dtype)

    def _before(self, states: Tensor, first: Tensor, *, backwards: bool) -> Tensor:
        """The state that each step starts from, for the states that they end in."""
        if self.sizes is not None:
            return torch.cat([states, first.to(states.dtype)])[_steps_before(self.sizes, backwards)]
        time = 1 if self.batch_first else 0
        start = first.to(states.dtype).unsqueeze(time)
        count = states.shape[time] - 1
        if backwards:
            return torch.cat([states.narrow(time, 1, count), start], time)
        return torch.cat([start, states.narrow(time, 0, count)], time)


def _hidden(state: Any) -> Any:
    """The state that gates read; an LSTM's cells are beside it."""
    return state[0] if isinstance(state, (tuple, list)) else state


def _steps_before(sizes: Tensor, backwards: bool) -> Tensor:
    """For each row of packed sequences, the row of the step before; the sequences' first states stand behind all."""
    counts = sizes.tolist()
    ends = torch.cumsum(sizes, 0).tolist()
    rows = []
    for t, count in enumerate(counts):
        other = t + 1 if backwards else t - 1
        known = min(count, counts[other]) if 0 <= other < len(counts) else 0
        at = ends[other] - counts[other] if known else 0
        rows += [torch.arange(at, at + known), torch.arange(ends[-1] + known, ends[-1] + count)]
    return torch.cat(rows)
