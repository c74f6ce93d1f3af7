"""Networks for sequences, here the eight rows of a digit: an LSTM and a transformer encoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..activations import Spelling
from .architecture import Architecture
from .weights import as_built


class LSTMClassifier(nn.Module):
    """An LSTM over the rows, and a small perceptron on its last state."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 48, batch_first=True)
        self.fc1 = nn.Linear(48, 48)
        self.act = act.layer()
        self.fc2 = nn.Linear(48, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """The logits, of shape (n, outputs)."""
        states, _ = self.lstm(x)
        out: Tensor = self.fc2(self.act(self.fc1(states[:, -1])))
        return out


class EncoderLayer(nn.Module):
    """Attention and a feed-forward block, each normalised before and added to its input."""

    def __init__(self, act: Spelling, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 2 * width)
        self.fc2 = nn.Linear(2 * width, width)
        self.act = act.function

    def forward(self, x: Tensor) -> Tensor:
        """The encoded sequence, of the input's shape (n, length, width)."""
        n, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, length, width)
        x = x + self.out(attended)
        out: Tensor = x + self.fc2(self.act(self.fc1(self.norm2(x))))
        return out


class Transformer(nn.Module):
    """Two encoder layers over the rows with learned positions; the mean over the rows goes to the head."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.embed = nn.Linear(8, 32)
        self.position = nn.Parameter(0.02 * torch.randn(8, 32))
        self.layers = nn.Sequential(*[EncoderLayer(act, 32, 4) for _ in range(2)])
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(32, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """The logits, of shape (n, outputs)."""
        x = self.layers(self.embed(x) + self.position)
        out: Tensor = self.head(self.norm(x).mean(dim=1))
        return out


SEQUENCES = (
    Architecture(
        name="lstm",
        about="an LSTM of 48 over the rows of digits, and a head with a module of torch.nn",
        half="tuning",
        dataset="digits",
        shape=(8, 8),
        activations=("relu", "tanh", "elu"),
        network=LSTMClassifier,
        initialise=as_built,
        rate=5e-3,
        steps=200,
    ),
    Architecture(
        name="transformer",
        about="two encoder layers of 32 over the rows of digits, functional",
        half="reporting",
        dataset="digits",
        shape=(8, 8),
        activations=("gelu", "relu", "silu"),
        network=Transformer,
        initialise=as_built,
        optimizer="adamw",
        rate=3e-3,
        steps=200,
    ),
)
