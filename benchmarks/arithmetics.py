"""The cost of each rung of the ladder of arithmetics in native/README.md: `python benchmarks/arithmetics.py`.

One thread, arrays that stay in the cache, all rungs in turns, the best of many rounds each: nanoseconds an element, and
the ratio to the first rung. The function is x sigmoid(b x), unless a rung takes others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import ml_dtypes
import numpy as np

import softknee as knee
from softknee.language.expression import symbol
from softknee.language.ops import exp, sigmoid
from softknee.targets.numpy.evaluate import ufunc_of

ROUNDS = 40
MANY, FEW = 1 << 16, 1 << 8  # elements of the fast rungs, and of those that take microseconds each
X = symbol("x")
# No definition of the catalogue: there is no kernel, so the interpreter computes them.
PRODUCT = ufunc_of(X * sigmoid(1.375 * X), ("x",))
swish = partial(knee.swish, beta=1.375)
CANCELLING = ufunc_of((1 + exp(X)) - 1, ("x",))


def column(low: float, high: float, dtype: Any, count: int = MANY) -> Any:
    """Numbers drawn evenly from an interval, all different where the type has so many."""
    return np.random.default_rng(0).uniform(low, high, count).astype(dtype)


SLOPES = np.linspace(0.1, 0.2, 512)
ROWS = column(-4, 4, np.float32).reshape(-1, SLOPES.size)


def rungs() -> dict[str, tuple[Callable[..., Any], Any]]:
    """A function and its argument for each rung."""
    bfloat16 = ml_dtypes.bfloat16
    return {
        "selections on 16 bits (relu)": (knee.relu, column(-4, 4, np.float16)),
        "piecewise linear, 16 bits (leaky_relu)": (knee.leaky_relu, column(-4, 4, np.float16)),
        "parameters by column (leaky_relu)": (partial(knee.leaky_relu, negative_slope=SLOPES), ROWS),
        "float32 in two parts, 16 bits": (knee.silu, column(-4, 4, bfloat16)),
        "float32 in two parts": (knee.silu, column(-4, 4, np.float32)),
        "pairs, loose (bfloat16)": (swish, column(-4, 4, bfloat16)),
        "pairs, wide (float32)": (swish, column(-4, 4, np.float32)),
        "pairs, double (float64)": (swish, column(-4, 4, np.float64)),
        "interpreter, double (float32)": (PRODUCT, column(-4, 4, np.float32)),
        "interpreter, double-double (float64)": (PRODUCT, column(-4, 4, np.float64)),
        "long double": (knee.silu, column(-720, -700, np.float64, FEW)),
        "many digits": (CANCELLING, column(-300, -50, np.float64, FEW)),
    }


def main() -> int:
    """Print the table."""
    knee.set_num_threads(1)
    measured = rungs()
    results = {name: np.empty_like(x) for name, (_, x) in measured.items()}
    best = dict.fromkeys(measured, float("inf"))
    for _ in range(ROUNDS):
        for name, (function, x) in measured.items():
            function(x, out=results[name])  # its arrays are in the cache from here on
            start = perf_counter()
            function(x, out=results[name])
            best[name] = min(best[name], (perf_counter() - start) / x.size * 1e9)
    first = next(iter(best.values()))
    for name, time in best.items():
        print(f"{name:38} {time:10.2f} ns {time / first:10.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
