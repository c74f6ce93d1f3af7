"""The memory and objects left over after ten thousand calls: a program that test_leaks.py runs in its own process."""

from __future__ import annotations

import gc
import json
import resource
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

CALLS, TRACED = 10_000, 3000


def numpy_call() -> Callable[[], object]:
    import softknee as knee

    xs = [np.linspace(-5, 5, 1000).astype(dtype) for dtype in (np.float16, np.float32, np.float64)]
    out, mask = np.empty(1000), np.arange(1000) % 2 > 0

    def call() -> None:
        for x in xs:
            knee.mish(x)
            knee.elu(x, alpha=0.5)
            knee.gelu.derivative(x)
        knee.swiglu.combine(xs[1], xs[1])
        knee.relu(xs[2], out=out, where=mask)

    return call


def large_call() -> Callable[[], object]:
    import softknee as knee

    knee.set_num_threads(4)
    x, out = np.linspace(-5, 5, 70_000).astype(np.float32), np.empty(70_000, np.float32)
    return lambda: knee.relu(x, out=out)


def error_call() -> Callable[[], object]:
    import softknee as knee

    x, short = np.zeros(1000, np.float32), np.empty(3, np.float32)
    wrong = [{"out": short}, {"casting": "none such"}, {"alpha": -1.0}, {"alpha": np.ones(7)}, {"beta": 1.0}]

    def call() -> None:
        for keywords in wrong:
            try:
                knee.elu(x, **keywords)
            except (ValueError, TypeError):
                continue
            raise AssertionError(keywords)

    return call


def torch_call() -> Callable[[], object]:
    import torch

    import softknee as knee

    torch.set_num_threads(1)
    x = torch.linspace(-5, 5, 1000, requires_grad=True)
    half = x.detach().bfloat16().requires_grad_()
    slope = torch.full((1,), 0.25, requires_grad=True)

    def call() -> None:
        for tensor in (x, half):
            knee.mish(tensor).sum().backward()
        knee.prelu(x, slope).sum().backward()
        with torch.no_grad():
            knee.gelu(x)

    return call


def leaking_call() -> Callable[[], object]:
    """Keeps one small array in twenty, so as to be seen."""
    import softknee as knee

    x, kept, count = np.zeros(1000, np.float32), [], iter(range(10**9))

    def call() -> None:
        y = knee.mish(x)
        if next(count) % 20 == 0:
            kept.append(y)

    return call


KINDS = {
    "numpy": numpy_call,
    "large": large_call,
    "errors": error_call,
    "torch": torch_call,
    "leaking": leaking_call,
}


def resident() -> int:
    """The bytes of memory that this process occupies now, or its peak where only that is told."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def growth(call: Callable[[], object]) -> dict[str, int]:
    """What many calls add to the process's memory, to what Python's allocators hold, and to the count of objects."""
    for _ in range(1000):
        call()
    gc.collect()
    before = resident()
    for _ in range(CALLS):
        call()
    gc.collect()
    memory = resident() - before
    # Tracing takes time and memory itself: afterwards, and less. Python's lists of free tuples fill first.
    tracemalloc.start()
    for _ in range(500):
        call()
    gc.collect()
    held, objects = tracemalloc.get_traced_memory()[0], len(gc.get_objects())
    for _ in range(TRACED):
        call()
    gc.collect()
    held, objects = tracemalloc.get_traced_memory()[0] - held, len(gc.get_objects()) - objects
    return {"memory": memory, "held": held, "objects": objects}


if __name__ == "__main__":
    print(json.dumps(growth(KINDS[sys.argv[1]]())))
