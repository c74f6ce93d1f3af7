"""A multilayer perceptron compiled as a whole, with our gelu and with torch's."""

from __future__ import annotations

from .clock import Call
from .libraries import training
from .plan import Case

_WIDTH = 128


def mlp_calls(case: Case) -> dict[str, Call]:
    """Linear, gelu, Linear, forward and backward; `case.size` is the number of elements that gelu sees."""
    import torch
    from torch import nn

    import softknee

    calls = {}
    rows = max(1, case.size // (4 * _WIDTH))
    x = torch.randn(rows, _WIDTH, generator=torch.Generator().manual_seed(0))
    for library, activation in (("softknee_torch", softknee.nn.GELU()), ("torch", nn.GELU())):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(_WIDTH, 4 * _WIDTH), activation, nn.Linear(4 * _WIDTH, _WIDTH))
        calls[library] = training(torch.compile(model), x.clone())
        calls[library]()
    return calls
