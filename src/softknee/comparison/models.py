"""The networks: an MLP and a small convolutional net, each initialised with its activation's own gain."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, sqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from softknee.nn import class_of

from .choice import Choice, call
from .tasks import Task


def make_layer(choice: Choice) -> nn.Module:
    """The activation as a layer of softknee.nn, along axis 1; its learnable parameters are learned."""
    made = class_of(choice.function)
    takes = made.own_signature.parameters
    arguments: dict[str, Any] = {"dim": 1} if "dim" in takes else {}
    defaults = {name: p.default for name, p in getattr(choice.function, "parameters", {}).items()}
    for name, value in {**defaults, **choice.parameters}.items():
        # torch.nn.PReLU calls the start of its weight `init`.
        arguments[name if name in takes else "init"] = value
    return made(**arguments)


class Network(nn.Module):
    """Hidden layers, each a linear map and an activation, and a linear layer on top."""

    def __init__(self, hidden: nn.Sequential, head: nn.Linear) -> None:
        super().__init__()
        self.hidden = hidden
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """The outputs, of shape (n, outputs)."""
        return self.head(self.hidden(x).flatten(1))  # type: ignore[no-any-return]

    @property
    def linear_maps(self) -> list[nn.Linear | nn.Conv2d]:
        """The layers with weights, from the first to the head."""
        return [m for m in self.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]


def build(task: Task, inputs: tuple[int, ...], outputs: int, choice: Choice, seed: int) -> Network:
    """The task's network for samples of shape `inputs`, initialised.

    An activation that halves the features gets linear maps twice as wide, so that the next layer sees as many.
    """
    make = _mlp if task.network == "mlp" else _conv
    layers, features = make(task.widths, inputs, choice)
    network = Network(nn.Sequential(*layers), nn.Linear(features, outputs))
    initialise(network, gain_of(choice), seed)
    return network


def _mlp(widths: tuple[int, ...], inputs: tuple[int, ...], choice: Choice) -> tuple[list[nn.Module], int]:
    layers: list[nn.Module] = []
    features = inputs[0]
    for width in widths:
        made, after = _widened(width, choice.width)
        layers += [nn.Linear(features, made), make_layer(choice)]
        features = after
    return layers, features


def _conv(widths: tuple[int, ...], inputs: tuple[int, ...], choice: Choice) -> tuple[list[nn.Module], int]:
    layers: list[nn.Module] = []
    features, height, width = inputs
    for at, channels in enumerate(widths):
        made, after = _widened(channels, choice.width)
        layers += [nn.Conv2d(features, made, 3, padding=1), make_layer(choice)]
        features = after
        if at == 1:
            layers.append(nn.MaxPool2d(2))
            height, width = height // 2, width // 2
    return layers, features * height * width


def _widened(width: int, ratio: Fraction) -> tuple[int, int]:
    """The features to compute so that about `width` come out of the activation, and how many do."""
    groups = max(1, ceil(Fraction(width) / ratio.numerator))
    return groups * ratio.denominator, groups * ratio.numerator


def initialise(model: Network, gain: float, seed: int) -> None:
    """Draw weights from N(0, gain² / fan_in) and set biases to 0.

    The gain is that of the activation a layer reads from: the first layer reads standardised data, so its gain
    is 1, and every hidden layer starts with pre-activations of second moment 1. The head takes 1 too, for
    small outputs to start from. The draws depend on seed and layer only: the same for all activations.
    """
    layers = model.linear_maps
    for at, layer in enumerate(layers):
        scale = gain if 0 < at < len(layers) - 1 else 1.0
        draws = np.random.default_rng((seed, 1, at)).standard_normal(tuple(layer.weight.shape))
        fan_in = layer.weight[0].numel()
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(draws * (scale / sqrt(fan_in))))
            if layer.bias is not None:
                layer.bias.zero_()


def gain_of(choice: Choice) -> float:
    """1 / sqrt(E f(z)²) for z ~ N(0, 1): the "forward" gain.

    It keeps the second moment of the pre-activations, so that each unit works where the function is meant to.
    For functions with a mean, like sigmoid, part of that moment is an offset common to all samples: the gain
    that keeps the spread between samples instead ("variance", 4.8 for sigmoid) would drive the units into
    saturation, and the biases can take the offset away.
    """
    found = getattr(choice.function, "gain", None)
    if found is not None:
        return float(found("forward", **choice.parameters))
    features = 4 * choice.parameters.get("pool_size", 3)
    z = np.random.default_rng(0).standard_normal(((1 << 18) // features, features, 2, 2))
    out: Any = np.asarray(call(choice.function, choice.parameters, z))
    return float(1 / sqrt(np.mean(out**2)))
