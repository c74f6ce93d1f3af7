"""Convolutional networks for images of 8 x 8 pixels: plain, normalised, residual."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from ..activations import Spelling
from .architecture import Architecture


class PlainConvnet(nn.Module):
    """Two convolutions with pooling and two linear layers, activations called in the forward pass."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc1 = nn.Linear(16 * 2 * 2, 64)
        self.fc2 = nn.Linear(64, outputs)
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The logits, of shape (n, outputs)."""
        x = F.max_pool2d(self.act(self.conv1(x)), 2)
        x = F.max_pool2d(self.act(self.conv2(x)), 2)
        out: Tensor = self.fc2(self.act(self.fc1(x.flatten(1))))
        return out


def _batch_normalised(act: Spelling, outputs: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        act.layer(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        act.layer(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, outputs),
    )


class ConvBlock(nn.Module):
    """Two convolutions in a shortcut, the second starting small, as networks without normalisation need it."""

    def __init__(self, act: Spelling, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The input and what the block adds, of the input's shape."""
        out: Tensor = x + 0.5 * self.conv2(self.act(self.conv1(self.act(x))))
        return out


class ResidualConvnet(nn.Module):
    """A strided stem, three residual blocks, the mean over the pixels and a head."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.blocks = nn.Sequential(*[ConvBlock(act, 16) for _ in range(3)])
        self.head = nn.Linear(16 * 4 * 4, outputs)
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The logits, of shape (n, outputs)."""
        x = self.act(self.blocks(self.stem(x)))
        out: Tensor = self.head(x.flatten(1))
        return out


CONVOLUTIONS = (
    Architecture(
        name="convnet",
        about="two convolutions and two linear layers, functional; digits",
        half="tuning",
        dataset="digits",
        shape=(1, 8, 8),
        activations=("relu", "leaky_relu", "tanh", "silu"),
        network=PlainConvnet,
        optimizer="sgd",
        rate=0.02,
    ),
    Architecture(
        name="batchnorm_convnet",
        about="two convolutions with batch norm, modules of torch.nn; digits",
        half="reporting",
        dataset="digits",
        shape=(1, 8, 8),
        activations=("relu", "elu", "gelu"),
        network=_batch_normalised,
        rate=3e-3,
        steps=200,
    ),
    Architecture(
        name="residual_convnet",
        about="three residual blocks of two convolutions, functions of softknee; digits",
        half="reporting",
        dataset="digits",
        shape=(1, 8, 8),
        activations=("relu", "silu", "tanh"),
        network=ResidualConvnet,
        library="softknee",
        optimizer="sgd",
        rate=0.02,
        steps=200,
    ),
)
