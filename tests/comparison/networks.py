"""Models and data as users write them, importable by worker processes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

FEATURES = 5


def table(count: int = 120, seed: int = 0) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Inputs, and labels that a small network can learn."""
    x = np.random.default_rng(seed).standard_normal((count, FEATURES))
    return x, (x[:, 0] + x[:, 1] > 0).astype(np.int64)


def make_model(activation: Any) -> nn.Module:
    return nn.Sequential(nn.Linear(FEATURES, activation.wide(16)), activation(), nn.Linear(16, 2))


class Functional(nn.Module):
    """Calls its activation as a function."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(FEATURES, 16)
        self.second = nn.Linear(16, 16)
        self.head = nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(F.relu(self.second(torch.relu(self.first(x)))))  # type: ignore[no-any-return]


class Pairs(Dataset[Any]):
    """A data set whose items draw at random."""

    def __init__(self, count: int = 60, noise: float = 0.1) -> None:
        self.x, self.y = (torch.from_numpy(each) for each in table(count))
        self.noise = noise

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, at: int) -> tuple[Tensor, Tensor]:
        moved = self.x[at].float() + self.noise * torch.randn(FEATURES) + self.noise * float(np.random.rand())  # noqa: NPY002
        return moved, self.y[at]
