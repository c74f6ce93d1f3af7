"""Faults of the initial weights and biases."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
from torch import nn

from ..architectures.weights import draw, layers_of
from ..setup import Setup
from .fault import Fault, everywhere

# The layers whose bias shifts what an activation reads, in the networks here.
_SHIFTING = (nn.Linear, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d)


def scaled(factor: float) -> Callable[[Setup], Setup]:
    """A fault that multiplies all weights, but no bias, by a factor."""

    def inject(setup: Setup) -> Setup:
        with torch.no_grad():
            for parameter in setup.model.parameters():
                if parameter.ndim > 1:
                    parameter.mul_(factor)
        return setup

    return inject


def drawn(gain: float) -> Callable[[Setup], Setup]:
    """A fault that draws the weights of the layers between the first and the head anew, with this gain."""

    def inject(setup: Setup) -> Setup:
        for layer in layers_of(setup.model)[1:-1]:
            draw(layer, gain)
        return setup

    return inject


def left_as_built(setup: Setup) -> Setup:
    """Draw all layers as their constructors do, which knows nothing of the activation."""
    for layer in layers_of(setup.model):
        drawing: Any = layer
        drawing.reset_parameters()
    return setup


def biased(value: float) -> Callable[[Setup], Setup]:
    """A fault that fills the biases of all layers but the head, and those of batch norms, with a value."""

    def inject(setup: Setup) -> Setup:
        head = layers_of(setup.model)[-1]
        with torch.no_grad():
            for module in setup.model.modules():
                if isinstance(module, _SHIFTING) and module is not head and module.bias is not None:
                    module.bias.fill_(value)
        return setup

    return inject


INIT = (
    Fault(
        name="small_init",
        about="all weights a tenth of what they should be",
        cause="init",
        rules=("init", "vanishing", "scale", "collapse"),
        where=("deep_mlp", "convnet", "autoencoder", "deep_functional_mlp"),
        inject=scaled(0.1),
    ),
    Fault(
        name="large_init",
        about="all weights five times what they should be",
        cause="init",
        rules=("init", "exploding", "saturated", "scale", "non_finite"),
        where=(
            "deep_mlp",
            "regression_mlp",
            "convnet",
            "autoencoder",
            "deep_functional_mlp",
            "residual_mlp",
            "residual_convnet",
            "siren",
        ),
        inject=scaled(5.0),
    ),
    Fault(
        name="zero_init",
        about="all weights zero",
        cause="init",
        rules=("init", "vanishing", "dead", "collapse"),
        where=everywhere(but=("batchnorm_convnet", "residual_convnet", "siren")),
        inject=scaled(0.0),
    ),
    Fault(
        name="lecun_gain",
        about="gain 1, right for a linear net, in a deep one of rectifiers",
        cause="init",
        rules=("init", "vanishing", "collapse"),
        where=("deep_mlp", "deep_functional_mlp"),
        activations=("relu", "leaky_relu", "mish"),
        inject=drawn(1.0),
    ),
    Fault(
        name="he_gain",
        about="gain sqrt(2), right for ReLU, in a deep net of SELU",
        cause="init",
        rules=("init", "exploding", "scale"),
        where=("deep_mlp", "deep_functional_mlp"),
        activations=("selu",),
        inject=drawn(sqrt(2.0)),
    ),
    Fault(
        name="default_init",
        about="the weights as torch's layers draw them, in a net that is too deep for that",
        cause="init",
        rules=("init", "vanishing", "collapse"),
        where=("deep_mlp", "deep_functional_mlp", "siren"),
        inject=left_as_built,
    ),
    Fault(
        name="negative_biases",
        about="biases of -10, below all that the weights can lift over zero",
        cause="init",
        rules=("dead", "saturated", "mean_shift", "vanishing"),
        where=everywhere(but=("layernorm_mlp", "residual_mlp", "gated_mlp", "siren")),
        inject=biased(-10.0),
    ),
)
