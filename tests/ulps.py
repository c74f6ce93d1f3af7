"""ULP error: |computed - exact| / ulp(exact), the ulp below the normal range being the subnormal spacing."""

from __future__ import annotations

import ml_dtypes
import mpmath
import numpy as np


def ulp_error(computed: float, exact: mpmath.mpf, dtype: np.dtype) -> float:
    """The error in ulps of `dtype`; 0 where both overflow alike, inf where one is NaN or infinite and the other not."""
    info = ml_dtypes.finfo(dtype)
    with mpmath.workprec(2200):
        if mpmath.isnan(exact):
            return 0.0 if np.isnan(computed) else np.inf
        bits = info.nmant
        largest = mpmath.mpf(float(info.max))
        # From half an ulp above the largest number on, the right result is infinite.
        edge = largest + mpmath.ldexp(1, int(np.floor(np.log2(float(info.max)))) - bits - 1)
        if abs(exact) >= edge:
            return 0.0 if computed == np.inf * float(mpmath.sign(exact)) else np.inf
        if not np.isfinite(computed):
            return 1.0 if abs(exact) > largest else np.inf
        if exact == 0:
            return 0.0 if computed == 0 else np.inf
        exponent = max(mpmath.frexp(abs(exact))[1] - 1, int(info.minexp))
        return float(abs(mpmath.mpf(float(computed)) - exact) / mpmath.ldexp(1, exponent - bits))
