"""A small causal transformer, with the activation in the MLPs of its blocks; the network of the characters problem."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor, nn

from .choice import Choice
from .layer_sizes import LayerSize, fitted
from .models import gain_of, initialise, make_layer
from .random_streams import generator

_HEADS = 4
# The width of the MLPs over that of the residual stream.
_WIDER = 4


class _Block(nn.Module):
    """Attention to earlier places and an MLP, each added to the residual stream."""

    def __init__(self, width: int, size: LayerSize, choice: Choice) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, size.made)
        self.activation = make_layer(choice, dim=-1)
        self.down = nn.Linear(size.after, width)

    def forward(self, x: Tensor) -> Tensor:
        """Features of shape (n, length, width) to features of the same shape."""
        x = x + self.attended(self._attention(self.norm(x)))
        return x + self.down(self.activation(self.up(self.mlp_norm(x))))  # type: ignore[no-any-return]

    def _attention(self, x: Tensor) -> Tensor:
        n, length, width = x.shape
        projected = self.query_key_value(x).reshape(n, length, 3, _HEADS, width // _HEADS)
        query, key, value = projected.permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return mixed.transpose(1, 2).reshape(n, length, width)


class Transformer(nn.Module):
    """A network from symbols of shape (n, length) to outputs of shape (n, symbols, length)."""

    def __init__(self, symbols: int, context: int, width: int, sizes: Sequence[LayerSize], choice: Choice) -> None:
        super().__init__()
        self.symbol = nn.Embedding(symbols, width)
        self.place = nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(_Block(width, size, choice) for size in sizes))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, symbols)

    def forward(self, x: Tensor) -> Tensor:
        """The outputs for the next symbol at each place, with classes along axis 1 as torch's losses take them."""
        x = self.symbol(x) + self.place(torch.arange(x.shape[1], device=x.device))
        return self.head(self.norm(self.blocks(x))).transpose(1, 2)  # type: ignore[no-any-return]


def build(widths: Sequence[int], symbols: int, context: int, choice: Choice, seed: int) -> Transformer:
    """A transformer with one block for each of the widths, which are those of the MLPs, initialised.

    A gate's MLP is two thirds as wide, so that it has as many parameters.
    """
    width = _HEADS * max(1, round(widths[0] / (_WIDER * _HEADS)))

    def parameters(sizes: Sequence[LayerSize]) -> int:
        return sum((width + 1) * size.made + (size.after + 1) * width for size in sizes)

    model = Transformer(symbols, context, width, fitted(widths, choice.width, parameters), choice)
    maps = [(m, name.endswith("down")) for name, m in model.named_modules() if isinstance(m, nn.Linear)]
    initialise(maps, gain_of(choice), seed)
    with torch.no_grad():
        for at, table in enumerate((model.symbol, model.place)):
            table.weight.copy_(torch.from_numpy(generator(seed, 3, at).standard_normal(tuple(table.weight.shape))))
        for name, layer in model.named_modules():
            if isinstance(layer, nn.Linear) and name.endswith(("attended", "down")):
                layer.weight /= sqrt(2 * len(widths))  # the sum over all blocks is as large as their input
    return model
