"""Faults of the network itself: outputs that cannot reach the targets, and activations that are missing or stacked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import nn
from torch.nn import functional as F

from ..setup import Setup
from .fault import Fault


def ending_in(layer: Callable[[], nn.Module]) -> Callable[[Setup], Setup]:
    """A fault that puts one more layer on top of the network."""

    def inject(setup: Setup) -> Setup:
        return replace(setup, model=nn.Sequential(setup.model, layer()))

    return inject


def _probabilities_of_one(setup: Setup) -> Setup:
    ended = ending_in(lambda: nn.Softmax(dim=1))(setup)
    return replace(ended, loss_fn=F.binary_cross_entropy)


STRUCTURE = (
    Fault(
        name="softmax_over_one",
        about="a softmax over the single unit of a binary head: always 1",
        cause="structure",
        rules=("structure",),
        where=("circles_mlp", "wide_mlp", "moons_mlp"),
        inject=_probabilities_of_one,
    ),
    Fault(
        name="sigmoid_before_logits",
        about="a sigmoid before a loss that takes logits and has its own",
        cause="structure",
        rules=("structure",),
        where=("circles_mlp", "wide_mlp", "moons_mlp"),
        inject=ending_in(nn.Sigmoid),
    ),
    Fault(
        name="softmax_before_logits",
        about="a softmax before the cross entropy, which has its own",
        cause="structure",
        rules=("structure",),
        where=("deep_mlp", "convnet", "residual_convnet"),
        inject=ending_in(lambda: nn.Softmax(dim=1)),
    ),
    Fault(
        name="relu_output",
        about="a ReLU on the output, where half of the targets are negative",
        cause="structure",
        rules=("structure", "dead"),
        where=("regression_mlp", "autoencoder", "residual_mlp", "deep_functional_mlp", "siren"),
        inject=ending_in(nn.ReLU),
    ),
    Fault(
        name="no_activations",
        about="the activations forgotten: linear after linear",
        cause="structure",
        rules=("structure",),
        where=("circles_mlp", "moons_mlp", "siren"),
        instead="identity",
    ),
    Fault(
        name="deep_sigmoids",
        about="sigmoids in a deep net without normalisation",
        cause="structure",
        rules=("vanishing", "saturated", "collapse"),
        where=("deep_mlp", "convnet", "autoencoder", "deep_functional_mlp"),
        instead="sigmoid",
    ),
)
