"""The error of the gradient that `save="output"` recovers, for every function that allows it, printed as a table."""

from __future__ import annotations

import math

import torch

import softknee as knee
from softknee.nn.recovery import allowed, measured_error, recovery

DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)


def row(name: str) -> str:
    """The line of one function, or "" for a function that is refused or learns a parameter."""
    function = knee.get(name)
    if not isinstance(function, knee.Activation) or any(p.learnable for p in function.parameters.values()):
        return ""
    if function.definition.randomized:
        return ""
    definition = function.definition
    numbers = tuple(float(p.default) for p in definition.numeric_parameters.values())
    try:
        way = recovery(definition, numbers)
    except knee.ArgumentError:
        return ""
    errors = [measured_error(definition, numbers, dtype) for dtype in DTYPES]
    shown = [f"{e:.0e}" if e <= allowed(dtype) else "refused" for e, dtype in zip(errors, DTYPES)]
    if set(shown) == {"refused"}:
        return ""
    kept = "output" if way.turn is None or not math.isfinite(way.turn) else "output, 1 bit"
    return f"| {name} | {kept} | {' | '.join(shown)} |"


def main() -> None:
    """Print the table."""
    print("| function | kept |", " | ".join(str(dtype).removeprefix("torch.") for dtype in DTYPES), "|")
    print("|---|---|" + "---|" * len(DTYPES))
    print("| *allowed* | |", " | ".join(f"{allowed(dtype):.0e}" for dtype in DTYPES), "|")
    for name in knee.names():
        line = row(name)
        if line:
            print(line)


if __name__ == "__main__":
    main()
