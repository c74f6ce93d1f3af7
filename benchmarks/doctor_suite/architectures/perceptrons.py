"""Multi-layer perceptrons: shallow, wide, deep, normalised, residual, gated."""

from __future__ import annotations

import itertools

from torch import Tensor, nn

from ..activations import Spelling
from .architecture import Architecture


def _stack(act: Spelling, *widths: int) -> nn.Sequential:
    """Linear layers of these widths, the activation between them."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(widths):
        layers += [nn.Linear(fan_in, fan_out), act.layer()]
    return nn.Sequential(*layers[:-1])


class Functional(nn.Module):
    """Linear layers in a list; the activation is called in the forward pass."""

    def __init__(self, act: Spelling, *widths: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(widths))
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The outputs, of shape (n, outputs)."""
        *hidden, head = self.layers
        for layer in hidden:
            x = self.act(layer(x))
        out: Tensor = head(x)
        return out


def _batch_normalised(act: Spelling, outputs: int) -> nn.Module:
    layers: list[nn.Module] = []
    for fan_in in (64, 96, 96, 96):
        layers += [nn.Linear(fan_in, 96, bias=False), nn.BatchNorm1d(96), act.layer()]
    return nn.Sequential(*layers, nn.Linear(96, outputs))


class LayerNormalised(nn.Module):
    """Six linear layers, each with a layer norm and an activation after it."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.linear = nn.ModuleList(nn.Linear(64, 64) for _ in range(6))
        self.norm = nn.ModuleList(nn.LayerNorm(64) for _ in range(6))
        self.head = nn.Linear(64, outputs)
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The logits, of shape (n, outputs)."""
        for linear, norm in zip(self.linear, self.norm):
            x = self.act(norm(linear(x)))
        out: Tensor = self.head(x)
        return out


class ResidualBlock(nn.Module):
    """A layer norm, two linear layers with an activation between, and the shortcut around them."""

    def __init__(self, act: Spelling, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 2 * width)
        self.act = act.layer()
        self.fc2 = nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """The input and what the block adds, of the input's shape."""
        out: Tensor = x + self.fc2(self.act(self.fc1(self.norm(x))))
        return out


def _residual(act: Spelling, outputs: int) -> nn.Module:
    blocks = [ResidualBlock(act, 32) for _ in range(4)]
    return nn.Sequential(nn.Linear(10, 32), *blocks, nn.LayerNorm(32), nn.Linear(32, outputs))


class GatedBlock(nn.Module):
    """The feed-forward block of today's language models: down(act(gate(x)) * up(x)), in a shortcut."""

    def __init__(self, act: Spelling, width: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width)
        self.gate = nn.Linear(width, 2 * width, bias=False)
        self.up = nn.Linear(width, 2 * width, bias=False)
        self.down = nn.Linear(2 * width, width, bias=False)
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The input and what the block adds, of the input's shape."""
        h = self.norm(x)
        out: Tensor = x + self.down(self.act(self.gate(h)) * self.up(h))
        return out


class Gated(nn.Module):
    """Three gated blocks between an embedding and a head."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.embed = nn.Linear(64, 48)
        self.blocks = nn.ModuleList(GatedBlock(act, 48) for _ in range(3))
        self.norm = nn.RMSNorm(48)
        self.head = nn.Linear(48, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """The logits, of shape (n, outputs)."""
        x = self.embed(x)
        for block in self.blocks:
            x = block(x)
        out: Tensor = self.head(self.norm(x))
        return out


PERCEPTRONS = (
    Architecture(
        name="shallow_mlp",
        about="one hidden layer of 64, modules of torch.nn; three growers of wine",
        half="tuning",
        dataset="wine",
        shape=(13,),
        activations=("relu", "tanh", "elu", "gelu"),
        network=lambda act, outputs: _stack(act, 13, 64, outputs),
        optimizer="sgd",
        rate=0.05,
        batch=16,
        steps=200,
    ),
    Architecture(
        name="circles_mlp",
        about="two hidden layers of 32, functional; two noisy rings, binary",
        half="tuning",
        dataset="circles",
        shape=(2,),
        activations=("relu", "leaky_relu", "tanh", "softplus"),
        network=lambda act, outputs: Functional(act, 2, 32, 32, outputs),
        rate=5e-3,
        batch=32,
    ),
    Architecture(
        name="deep_mlp",
        about="sixteen hidden layers of 64, modules of torch.nn; digits",
        half="tuning",
        dataset="digits",
        shape=(64,),
        activations=("relu", "leaky_relu", "tanh", "selu", "elu"),
        network=lambda act, outputs: _stack(act, *[64] * 17, outputs),
        optimizer="sgd",
        rate=0.01,
        steps=250,
    ),
    Architecture(
        name="batchnorm_mlp",
        about="four hidden layers of 96 with batch norm, modules of torch.nn; digits",
        half="tuning",
        dataset="digits",
        shape=(64,),
        activations=("relu", "silu", "sigmoid"),
        network=_batch_normalised,
        optimizer="sgd",
        rate=0.02,
    ),
    Architecture(
        name="regression_mlp",
        about="two hidden layers of 32, functional; progression of diabetes, a number",
        half="tuning",
        dataset="diabetes",
        shape=(10,),
        activations=("relu", "gelu", "tanh"),
        network=lambda act, outputs: Functional(act, 10, 32, 32, outputs),
        optimizer="sgd",
        rate=3e-3,
        batch=32,
        steps=150,
    ),
    Architecture(
        name="wide_mlp",
        about="two hidden layers of 512, modules of softknee.nn; benign or malignant, binary",
        half="reporting",
        dataset="breast_cancer",
        shape=(30,),
        activations=("relu", "mish", "sigmoid"),
        network=lambda act, outputs: _stack(act, 30, 512, 512, outputs),
        library="softknee",
        batch=32,
        steps=200,
    ),
    Architecture(
        name="moons_mlp",
        about="two hidden layers of 24, modules of softknee.nn; two noisy half moons, binary",
        half="reporting",
        dataset="moons",
        shape=(2,),
        activations=("tanh", "mish", "relu"),
        network=lambda act, outputs: _stack(act, 2, 24, 24, outputs),
        library="softknee",
        rate=5e-3,
        batch=32,
    ),
    Architecture(
        name="deep_functional_mlp",
        about="sixteen hidden layers of 64, functional; patches of a photograph to themselves",
        half="reporting",
        dataset="patches",
        shape=(64,),
        activations=("relu", "tanh", "selu", "mish"),
        network=lambda act, outputs: Functional(act, *[64] * 17, outputs),
        optimizer="sgd",
        rate=0.01,
    ),
    Architecture(
        name="layernorm_mlp",
        about="six hidden layers of 64 with layer norm, functions of softknee; digits",
        half="reporting",
        dataset="digits",
        shape=(64,),
        activations=("gelu", "relu", "tanh"),
        network=LayerNormalised,
        library="softknee",
        optimizer="adamw",
    ),
    Architecture(
        name="residual_mlp",
        about="four residual blocks of 32, modules of softknee.nn; Friedman's function, a number",
        half="reporting",
        dataset="friedman",
        shape=(10,),
        activations=("relu", "silu", "elu"),
        network=_residual,
        library="softknee",
        batch=32,
    ),
    Architecture(
        name="gated_mlp",
        about="three blocks act(gate) * up of 48 with RMS norm, functional; digits",
        half="reporting",
        dataset="digits",
        shape=(64,),
        activations=("silu", "gelu", "sigmoid"),
        network=Gated,
        optimizer="adamw",
    ),
)
