"""The built-in networks: an MLP and a small convolutional net, initialised with the activation's own gain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod, sqrt
from typing import Any

import torch
from torch import Tensor, nn

from softknee.nn import class_of

from .choice import Choice, call
from .layer_sizes import LayerSize, fitted
from .random_streams import generator
from .tasks import Task

_KERNEL = 3
# The index of the convolution after which convolutional nets pool.
_POOLED = 1


def make_layer(choice: Choice, dim: int = 1) -> nn.Module:
    """A layer of softknee.nn for the activation, along axis `dim`; its learnable parameters are learned."""
    made = class_of(choice.function)
    takes = made.own_signature.parameters
    arguments: dict[str, Any] = {"dim": dim} if "dim" in takes else {}
    defaults = {name: p.default for name, p in getattr(choice.function, "parameters", {}).items()}
    for name, value in {**defaults, **choice.parameters}.items():
        # torch.nn.PReLU calls the start of its weight `init`.
        arguments[name if name in takes else "init"] = value
    return made(**arguments)


class Network(nn.Module):
    """A network of hidden layers, each a linear map and an activation, with a linear layer on top."""

    def __init__(self, hidden: nn.Sequential, head: nn.Linear) -> None:
        super().__init__()
        self.hidden = hidden
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """The outputs, of shape (n, outputs)."""
        return self.head(self.hidden(x).flatten(1))  # type: ignore[no-any-return]

    @property
    def linear_maps(self) -> list[nn.Linear | nn.Conv2d]:
        """The layers with weights, from the first to the last."""
        return [m for m in self.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]


def build(task: Task, inputs: tuple[int, ...], outputs: int, choice: Choice, seed: int) -> Network:
    """The task's network for samples of shape `inputs`, initialised.

    With an activation that changes the number of features its layers have other widths, so that it has as many
    parameters, within what whole numbers allow.
    """
    is_conv = task.network == "conv"

    def parameters(sizes: Sequence[LayerSize]) -> int:
        features, area, weights = inputs[0], _area(inputs[1:], len(sizes)), 0
        for size in sizes:
            weights += (features * (_KERNEL**2 if is_conv else 1) + 1) * size.made
            features = size.after
        return weights + (features * area + 1) * outputs

    sizes = fitted(task.widths, choice.width, parameters)
    layers: list[nn.Module] = []
    features = inputs[0]
    for at, size in enumerate(sizes):
        made = (
            nn.Conv2d(features, size.made, _KERNEL, padding=_KERNEL // 2) if is_conv else nn.Linear(features, size.made)
        )
        layers += [made, make_layer(choice)]
        if is_conv and at == _POOLED:
            layers.append(nn.MaxPool2d(2))
        features = size.after
    network = Network(nn.Sequential(*layers), nn.Linear(features * _area(inputs[1:], len(sizes)), outputs))
    # Gain 1 for the first layer, which reads standardised data, and for the last, whose outputs should start small.
    maps = network.linear_maps
    initialise([(layer, 0 < at < len(maps) - 1) for at, layer in enumerate(maps)], gain_of(choice), seed)
    return network


def _area(image: tuple[int, ...], layers: int) -> int:
    """The number of pixels of an image after `layers` convolutions; 1 where inputs are no images."""
    return prod(side // 2 if layers > _POOLED else side for side in image)


def initialise(maps: Iterable[tuple[nn.Linear | nn.Conv2d, bool]], gain: float, seed: int) -> None:
    """Draw weights from N(0, gain² / fan_in), or N(0, 1 / fan_in) for layers marked False, and set biases to 0.

    The gain is that of the activation a layer reads from: every hidden layer then starts with pre-activations of
    second moment 1. The draws depend on seed and layer only: the same for all activations.
    """
    for at, (layer, reads_activation) in enumerate(maps):
        draws = generator(seed, 1, at).standard_normal(tuple(layer.weight.shape))
        scale = gain if reads_activation else 1.0
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(draws * (scale / sqrt(layer.weight[0].numel()))))
            if layer.bias is not None:
                layer.bias.zero_()


def gain_of(choice: Choice) -> float:
    """The "forward" gain 1 / sqrt(E f(z)²) for z ~ N(0, 1), of functions along an axis by sampling.

    It keeps the second moment of the pre-activations, so that each unit works where the function is meant to.
    For functions with a mean, like sigmoid, part of that moment is an offset common to all samples: the gain
    that keeps the spread between samples instead ("variance", 4.8 for sigmoid) would drive the units into
    saturation, and the biases can take the offset away.
    """
    found = getattr(choice.function, "gain", None)
    if found is not None:
        return float(found("forward", **choice.parameters))
    features = 4 * choice.parameters.get("pool_size", 3)
    z = generator(0).standard_normal(((1 << 18) // features, features, 2, 2))
    return float(1 / sqrt((call(choice.function, choice.parameters, z) ** 2).mean()))
