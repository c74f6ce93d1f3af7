"""The case "compiled MLP": a multilayer perceptron compiled as a whole, with softknee's gelu or torch's."""

from __future__ import annotations

from .clock import Call
from .libraries import training
from .plan import BenchmarkCase

_WIDTH = 128


def mlp_call(library: str, case: BenchmarkCase) -> Call:
    """A call of Linear, gelu, Linear, forward and backward; `case.size` is the number of elements that gelu sees."""
    import torch
    from torch import nn

    import softknee

    rows = max(1, case.size // (4 * _WIDTH))
    x = torch.randn(rows, _WIDTH, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    activation = softknee.nn.GELU() if library == "softknee_torch" else nn.GELU()
    model = nn.Sequential(nn.Linear(_WIDTH, 4 * _WIDTH), activation, nn.Linear(4 * _WIDTH, _WIDTH))
    return training(torch.compile(model), x)
