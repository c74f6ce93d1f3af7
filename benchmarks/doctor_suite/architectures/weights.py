"""Initial weights as the field draws them."""

from __future__ import annotations

from math import sqrt

import torch
from torch import nn

_LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d)


def layers_of(model: nn.Module) -> list[nn.Module]:
    """The linear and convolutional layers, from the first to the head."""
    return [module for module in model.modules() if isinstance(module, _LAYERS)]


def he(model: nn.Module, gain: float) -> None:
    """Draw weights from N(0, gain² / fan_in), biases 0.

    The first layer reads standardised data and the head gives standardised numbers: their gain is 1.
    """
    layers = layers_of(model)
    for at, layer in enumerate(layers):
        draw(layer, gain if 0 < at < len(layers) - 1 else 1.0)


def draw(layer: nn.Module, gain: float) -> None:
    """Draw one layer's weights from N(0, gain² / fan_in), biases 0."""
    with torch.no_grad():
        for parameter in layer.parameters():
            if parameter.ndim < 2:
                parameter.zero_()
            else:
                parameter.normal_(0.0, gain / sqrt(parameter[0].numel()))


def as_built(model: nn.Module, gain: float) -> None:
    """Leave the weights as the network's own constructor drew them."""
