"""The networks that `benchmarks/suggest.py` trains: each takes a maker of activations, and is initialised by torch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor, nn

Make = Callable[[], nn.Module]


def mlp(
    act: Make, inputs: int, outputs: int, width: int, depth: int, norm: type[nn.Module] | None = None
) -> nn.Sequential:
    """An MLP of `depth` hidden layers, each a linear map, perhaps a normalisation, and the activation."""
    layers: list[nn.Module] = [nn.Flatten()]
    for at in range(depth):
        layers.append(nn.Linear(inputs if at == 0 else width, width))
        layers += [] if norm is None else [norm(width)]
        layers.append(act())
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def gained(model: nn.Module, gain: float) -> nn.Module:
    """The model with weights drawn from N(0, gain² / fan_in), in the first and last layer with gain 1, and biases 0."""
    layers = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    for at, layer in enumerate(layers):
        nn.init.normal_(layer.weight, std=(gain if 0 < at < len(layers) - 1 else 1.0) / sqrt(layer.weight[0].numel()))
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return model


def conv(act: Make, channels: int, outputs: int, widths: tuple[int, ...], norm: bool = False) -> nn.Sequential:
    """A convolutional net: 3 × 3 convolutions, pooling by 2 after the second, and a mean over places."""
    layers: list[nn.Module] = []
    for at, width in enumerate(widths):
        layers.append(nn.Conv2d(channels, width, 3, padding=1))
        layers += [nn.BatchNorm2d(width)] if norm else []
        layers.append(act())
        layers += [nn.MaxPool2d(2)] if at == 1 else []
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * channels, outputs))


class Residual(nn.Module):
    """A block that adds a branch of x to x."""

    def __init__(self, *branch: nn.Module) -> None:
        super().__init__()
        self.branch = nn.Sequential(*branch)

    def forward(self, x: Tensor) -> Tensor:
        """The sum of x and its branch."""
        out: Tensor = x + self.branch(x)
        return out


def residual_mlp(act: Make, inputs: int, outputs: int, width: int, blocks: int) -> nn.Sequential:
    """A residual MLP: blocks of LayerNorm, linear map, activation and linear map, each added to its input."""
    body = [
        Residual(nn.LayerNorm(width), nn.Linear(width, 2 * width), act(), nn.Linear(2 * width, width))
        for _ in range(blocks)
    ]
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, width), *body, nn.LayerNorm(width), nn.Linear(width, outputs))


def residual_conv(act: Make, channels: int, outputs: int, width: int, blocks: int) -> nn.Sequential:
    """A residual convolutional net: blocks of batch norm, activation and 3 × 3 convolution, each added to its input."""
    body = [
        Residual(nn.BatchNorm2d(width), act(), nn.Conv2d(width, width, 3, padding=1, bias=False)) for _ in range(blocks)
    ]
    head = [nn.BatchNorm2d(width), act(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * width, outputs)]
    return nn.Sequential(nn.Conv2d(channels, width, 3, stride=2, padding=1), *body, *head)


class Patches(nn.Module):
    """A layer from images of 8 × 8 pixels to 16 tokens of 2 × 2 pixels, each mapped to `width` features."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embed = nn.Conv2d(1, width, 2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """The tokens, of shape (n, 16, width)."""
        tokens: Tensor = self.embed(x).flatten(2).transpose(1, 2)
        return tokens


class Transposed(nn.Module):
    """A layer that applies a module along tokens instead of features."""

    def __init__(self, *inner: nn.Module) -> None:
        super().__init__()
        self.inner = nn.Sequential(*inner)

    def forward(self, x: Tensor) -> Tensor:
        """The module's output, with tokens and features in their places."""
        out: Tensor = self.inner(x.transpose(1, 2)).transpose(1, 2)
        return out


class MeanToken(nn.Module):
    """A layer that takes the mean over tokens."""

    def forward(self, x: Tensor) -> Tensor:
        """The mean, of shape (n, width)."""
        return x.mean(1)


def mixer(act: Make, outputs: int, width: int, blocks: int) -> nn.Sequential:
    """An MLP-mixer (Tolstikhin 2021, arXiv:2105.01601) on patches."""
    body: list[nn.Module] = []
    for _ in range(blocks):
        body += [
            Residual(nn.LayerNorm(width), Transposed(nn.Linear(16, 32), act(), nn.Linear(32, 16))),
            Residual(nn.LayerNorm(width), nn.Linear(width, 2 * width), act(), nn.Linear(2 * width, width)),
        ]
    return nn.Sequential(Patches(width), *body, nn.LayerNorm(width), MeanToken(), nn.Linear(width, outputs))


class Attention(nn.Module):
    """Self-attention of four heads."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """The attended tokens, of x's shape."""
        out: Tensor = self.attention(x, x, x, need_weights=False)[0]
        return out


class Position(nn.Module):
    """Learned positions, added to the tokens."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.at = nn.Parameter(0.02 * torch.randn(16, width))

    def forward(self, x: Tensor) -> Tensor:
        """The tokens with their positions, of x's shape."""
        return x + self.at


def transformer(act: Make, outputs: int, width: int, blocks: int) -> nn.Sequential:
    """A pre-norm transformer encoder on patches."""
    body: list[nn.Module] = []
    for _ in range(blocks):
        body += [
            Residual(nn.LayerNorm(width), Attention(width)),
            Residual(nn.LayerNorm(width), nn.Linear(width, 2 * width), act(), nn.Linear(2 * width, width)),
        ]
    head = [nn.LayerNorm(width), MeanToken(), nn.Linear(width, outputs)]
    return nn.Sequential(Patches(width), Position(width), *body, *head)


def autoencoder(act: Make, inputs: int, widths: tuple[int, ...]) -> nn.Sequential:
    """An autoencoder that narrows to the last of `widths` and widens again; the code and the output are linear."""
    sizes = [inputs, *widths, *reversed(widths[:-1]), inputs]
    layers: list[nn.Module] = [nn.Flatten()]
    for at, (before, after) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(before, after))
        layers += [act()] if at not in (len(widths) - 1, len(sizes) - 2) else []
    return nn.Sequential(*layers)
