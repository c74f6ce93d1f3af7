"""The error in ulps: |computed - exact| / ulp(exact), where below the normal range the ulp is the subnormal spacing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import mpmath
import numpy as np

Array = np.ndarray[Any, Any]
DType = np.dtype[Any]
Wide = np.longdouble

finfo: Callable[[DType], Any] = ml_dtypes.finfo

DTYPES: dict[str, DType] = {
    "float16": np.dtype(np.float16),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "float32": np.dtype(np.float32),
    "float64": np.dtype(np.float64),
}


def ulp_error(computed: float, exact: mpmath.mpf, dtype: DType) -> float:
    """The error of one value in ulps of `dtype`; 0 where both overflow alike, inf where only one of them is finite."""
    info = finfo(dtype)
    with mpmath.workprec(2200):
        if mpmath.isnan(exact):
            return 0.0 if np.isnan(computed) else np.inf
        bits = info.nmant
        largest = mpmath.mpf(float(info.max))
        # Numbers from half an ulp above the largest one on round to infinity.
        edge = largest + mpmath.ldexp(1, int(np.floor(np.log2(float(info.max)))) - bits - 1)
        if abs(exact) >= edge:
            return 0.0 if computed == np.inf * float(mpmath.sign(exact)) else np.inf
        if not np.isfinite(computed):
            return 1.0 if abs(exact) > largest else np.inf
        if exact == 0:
            return 0.0 if computed == 0 else np.inf
        exponent = max(mpmath.frexp(abs(exact))[1] - 1, int(info.minexp))
        return float(abs(mpmath.mpf(float(computed)) - exact) / mpmath.ldexp(1, exponent - bits))


def ulp_errors(computed: Array, exact: Array, dtype: DType) -> Array:
    """The errors in ulps of arrays, the exact values being long doubles; as `ulp_error` for each element."""
    info = finfo(dtype)
    found = computed.astype(np.float64)
    largest = float(info.max)
    edge = Wide(largest) + np.ldexp(Wide(1), int(np.floor(np.log2(largest))) - int(info.nmant) - 1)
    with np.errstate(all="ignore"):
        error = (np.abs(found.astype(Wide) - exact) / spacing(exact, dtype)).astype(np.float64)
        size = np.abs(exact)
        error = np.where(np.isfinite(found), error, np.where(size > largest, 1.0, np.inf))
        error = np.where((exact == 0) & (found != 0), np.inf, error)
        beyond = np.where(found == np.copysign(np.inf, exact.astype(np.float64)), 0.0, np.inf)
        error = np.where(size >= edge, beyond, error)
        return np.where(np.isnan(exact), np.where(np.isnan(found), 0.0, np.inf), error)


def spacing(values: Array, dtype: DType) -> Array:
    """The distance between neighbours of `dtype` at finite `values`; the subnormal one below the normal range."""
    info = finfo(dtype)
    _, exponent = np.frexp(values)
    lowest = int(info.minexp)
    exponent = np.maximum(np.where(values == 0, lowest, exponent - 1), lowest)
    found: Array = np.ldexp(np.ones_like(values), exponent - info.nmant)
    return found
