"""Names and numbers as text, the same in the terminal, on the page and in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from .plan import MLP

NONE = "–"

LABELS = {
    "softknee": "softknee NumPy",
    "softknee_out": "softknee NumPy, out=",
    "softknee_torch": "softknee torch",
    "softknee_nodes": "softknee torch, C++ nodes",
    "softknee_high": "softknee NumPy, out=, high",
    "torch": "torch eager",
    "compile": "torch.compile",
    "jax": "jax.jit",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "numexpr": "NumExpr",
    "onnxruntime": "ONNX Runtime",
    "torch_activation": "torch_activation",
    "copy": "copy",
    "copyto": "copy, one thread",
}
KINDS = {"forward": "forward", "both": "forward + backward"}


def number(value: float) -> str:
    """A number as text of three digits.

    >>> number(0.1234), number(1.234), number(12.34), number(1234.5), number(float("nan"))
    ('0.123', '1.23', '12.3', '1234', '–')
    """
    if not isfinite(value):
        return NONE
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def seconds(value: float) -> str:
    """A time in seconds as text with a fitting unit.

    >>> seconds(2.5e-7), seconds(1.5e-4), seconds(0.02)
    ('0.25 µs', '150 µs', '20.0 ms')
    """
    return f"{number(value * 1e6)} µs" if value < 1e-3 else f"{number(value * 1e3)} ms"


def count(size: int) -> str:
    """A number of elements as text.

    >>> count(10), count(1000), count(30_000_000)
    ('10', '1e3', '3e7')
    """
    mantissa, _, exponent = f"{size:e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}" if size >= 1000 else str(size)


def listed(libraries: Sequence[str]) -> str:
    """The names of libraries as a list in a Markdown sentence.

    >>> listed(["torch", "jax", "copy"])
    '*torch eager*, *jax.jit* and *copy*'
    """
    *first, last = (f"*{LABELS[library]}*" for library in libraries)
    return f"{', '.join(first)} and {last}" if first else last


def title(function: str, kind: str, dtype: str, size: int) -> str:
    """The pass, dtype and size of a case as text, with the function where it is the compiled MLP."""
    about = f"{KINDS[kind]}, {dtype}, {count(size)} elements"
    return f"{function}: {about}" if function == MLP else about
