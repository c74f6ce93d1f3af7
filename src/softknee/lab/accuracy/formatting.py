"""Measured errors as text, the same in the terminal, the CSV file and the page."""

from __future__ import annotations

from math import isinf, isnan

from .measure import Flaw

NONE = "–"
CROSS = "✕"
SPEC_SIGNS = {"value": "f", "slope": "f′"}
SHORT = {
    "zero": "zero", "sign": "sign", "nan": "NaN", "range": "range", "nonzero": "not 0", "end": "at ±∞",
    "flushed": "flushed",
}  # fmt: skip


def ulps(value: float) -> str:
    """An error in ulps as text: two decimals as long as they say something.

    >>> ulps(0.49996), ulps(187.2), ulps(4.63e15)
    ('0.50', '187', '5e+15')
    """
    if isnan(value):
        return NONE
    if isinf(value):
        return "∞"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}" if value < 1e4 else f"{value:.0e}"


def point(value: float) -> str:
    """An input number as text."""
    return NONE if isnan(value) else f"{value:.6g}"


def flaw(found: Flaw) -> str:
    """A flaw as text: its kind, the number of points, and an example."""
    count = "" if found.kind == "end" else f" × {found.count}"
    return f"{SHORT[found.kind]}{count}, x = {found.at:.4g}: {found.computed:.4g}, not {found.exact:.4g}"
