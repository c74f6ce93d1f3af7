"""The cost of a recorded call by nodes in Python, in C++ and torch's own: `python benchmarks/torch_nodes.py [NAMES]`.

Forward and backward by the engine alone, without what `Tensor.backward` does before it, on one thread; the ways take
turns. Prints the median and the least microseconds, and the median of what each takes longer than torch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

import softknee as knee
from softknee import _native

NAMES = ("relu", "softplus", "elu", "logsigmoid", "mish")
SIZES = (10, 1_000)
ROUNDS, CALLS = 41, 1_000
_engine: Any = torch._C._ImperativeEngine()


def step(function: Callable[[Tensor], Tensor], x: Tensor, gradient: Tensor) -> None:
    """Run forward and backward once."""
    x.grad = None
    _engine.run_backward((function(x),), (gradient,), False, False, (), True, accumulate_grad=True)


def seconds(function: Callable[[Tensor], Tensor], x: Tensor, gradient: Tensor) -> float:
    """The seconds of one step."""
    started = perf_counter()
    for _ in range(CALLS):
        step(function, x, gradient)
    return (perf_counter() - started) / CALLS


def row(name: str, size: int) -> str:
    """The line of a function at a size."""
    ours, theirs = knee.get(name), torch.relu if name == "relu" else getattr(torch.nn.functional, name)
    x = torch.randn(size, generator=torch.Generator().manual_seed(0)).requires_grad_()
    gradient = torch.ones(size)
    times: dict[str, list[float]] = {"Python": [], "C++": [], "torch": []}
    for _ in range(ROUNDS):
        for way, found in times.items():
            if way == "C++":
                knee.load_torch_extension()
            else:
                _native.set_torch_node(None)
            function = theirs if way == "torch" else ours
            for _ in range(10):
                step(function, x, gradient)
            found.append(seconds(function, x, gradient) * 1e6)
    shown = [f"{median(found):7.1f} {min(found):5.1f}" for found in times.values()]
    over = [median(a - b for a, b in zip(times[way], times["torch"])) for way in ("Python", "C++")]
    return f"{name:12} {size:6} {' '.join(shown)}   {over[0]:+6.1f} {over[1]:+6.1f}"


def main(names: list[str]) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(f"{'µs':12} {'':6} {'Python':>13} {'C++':>13} {'torch':>13}   {'longer than torch':>13}")
    for name in names or NAMES:
        for size in SIZES:
            print(row(name, size), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
