"""The parts that `ops.py` is built from: correctly rounded arithmetic, exact sums and products, bits."""

from __future__ import annotations

import triton
import triton.language as tl


# -- arithmetic -------------------------------------------------------------------------
@triton.jit
def div(a, b):
    """a / b, rounded once."""
    if a.dtype == tl.float64:
        q = a / b
    else:
        q = tl.div_rn(a, b)
    return q


@triton.jit
def sqrt(x):
    """The square root, rounded once."""
    if x.dtype == tl.float64:
        y = tl.sqrt(x)
    else:
        y = tl.sqrt_rn(x)
    return y


@triton.jit
def two_sum(a, b):
    """a + b as its rounding and what that leaves."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@triton.jit
def two_prod(a, b):
    """a b as its rounding and what that leaves."""
    p = a * b
    return p, tl.fma(a, b, -p)


# -- bits -------------------------------------------------------------------------------
@triton.jit
def power_of_two(k, like):
    """2^k for the exponents of normal numbers."""
    if like.dtype == tl.float64:
        y = ((k.to(tl.int64) + 1023) << 52).to(tl.float64, bitcast=True)
    else:
        y = ((k + 127) << 23).to(tl.float32, bitcast=True)
    return y


@triton.jit
def scale(m, k):
    """m 2^k, rounded once: k is split so that neither factor leaves the exponent range."""
    half = k >> 1
    return m * power_of_two(half, m) * power_of_two(k - half, m)


@triton.jit
def with_sign(y, x):
    """y >= 0 with the sign of x, that of a zero too."""
    if x.dtype == tl.float64:
        bits = y.to(tl.int64, bitcast=True) | (x.to(tl.int64, bitcast=True) & -0x8000000000000000)
        z = bits.to(tl.float64, bitcast=True)
    else:
        bits = y.to(tl.int32, bitcast=True) | (x.to(tl.int32, bitcast=True) & -0x80000000)
        z = bits.to(tl.float32, bitcast=True)
    return z


@triton.jit
def clamped(x, low, high):
    """x within bounds; NaN passes, its comparisons being false."""
    x = tl.where(x > high, high, x)
    return tl.where(x < low, low, x)
