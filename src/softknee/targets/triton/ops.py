"""How Triton spells each op: float32 and float64 in their own arithmetic, tails kept, no branch.

Only what IEEE rounds correctly is used (sums, products, fma, quotients, roots, shifts), so that the
numbers of the interpreter, where this is tested, are those of a device; sine and cosine are the
toolkit's. The algorithms are those of `native/arithmetic/real_double.h`, which tells why they are so.
"""

from __future__ import annotations

import triton
import triton.language as tl

from .arithmetic import clamped, div, power_of_two, scale, sqrt, two_prod, two_sum, with_sign
from .polynomials import (
    atan_rest,
    density_hi,
    density_lo,
    erf_rest,
    erfc_first,
    erfc_rest,
    exp_rest,
    half_pi_hi,
    half_pi_lo,
    ln2_hi,
    ln2_lo,
    log2e,
    log_rest,
    magic,
    quarter_pi_hi,
    quarter_pi_lo,
    sqrt2_hi,
    sqrt2_lo,
)


@triton.jit
def floor(x):
    """The greatest whole number at or below x."""
    return tl.floor(x)


# -- exponentials -----------------------------------------------------------------------
@triton.jit
def exp_parts(x):
    """r, q and k with e^x = (1 + r + q) 2^k, |r| <= ln(2)/2."""
    whole = tl.fma(x, log2e(x), magic(x)) - magic(x)
    exact = tl.fma(-whole, ln2_hi(x), x)
    r = tl.fma(-whole, ln2_lo(x), exact)
    lost = tl.fma(-whole, ln2_lo(x), exact - r)
    # The conversion of a NaN is undefined; r carries it.
    k = tl.where(whole == whole, whole, 0.0).to(tl.int32)
    return r, tl.fma(r * r, exp_rest(r), lost), k


@triton.jit
def exp_range(x):
    """x, or where e^x is 0 or infinite a number where it is that already."""
    if x.dtype == tl.float64:
        y = clamped(x, -746.0, 710.0)
    else:
        y = clamped(x, -104.5, 88.9)
    return y


@triton.jit
def exp(x):
    """e^x."""
    r, q, k = exp_parts(exp_range(x))
    return scale(1.0 + (r + q), k)


@triton.jit
def expm1(x):
    """e^x - 1 as 2 ((h - 1/2) + h r + h q), h = 2^(k-1), which never overflows."""
    r, q, k = exp_parts(tl.where(x < -50.0, -50.0, exp_range(x)))
    h = power_of_two(k - 1, x)
    s, lost = two_sum(h - 0.5, h * r)
    y = 2.0 * (s + tl.fma(h, q, lost))
    return tl.where(tl.abs(x) < 1e-17, x, y)


@triton.jit
def sigmoid(x):
    """1/(1 + t) or t/(1 + t), t = e^-|x| = m 2^k in two parts: one quotient, its remainder, and last 2^k."""
    r, q, k = exp_parts(exp_range(-tl.abs(x)))
    y = r + q
    m = 1.0 + y
    m_low = ((1.0 - m) + y) + ((r - y) + q)
    t = scale(m, k)
    d = 1.0 + t
    d_low = ((1.0 - d) + t) + scale(m_low, k)
    left = x < 0.0
    top = tl.where(left, m, 1.0)
    inverse = div(tl.full(d.shape, 1.0, d.dtype), d)
    whole = top * inverse
    rest = tl.fma(-whole, d, top) + tl.fma(-whole, d_low, tl.where(left, m_low, 0.0))
    return scale(tl.fma(rest, inverse, whole), tl.where(left, k, 0))


@triton.jit
def tanh(x):
    """m/(m + 2) with m = e^(2a) - 1, from 1/2 on 1 - 2/(m + 2), which halves the quotient's error."""
    m = expm1(2.0 * tl.abs(x))
    big = tl.abs(x) > 0.5493
    q = div(tl.where(big, -2.0, m), m + 2.0)
    # A NaN's sign may be set.
    return with_sign(tl.where(big, 1.0 + q, q), x)


# -- logarithms -------------------------------------------------------------------------
@triton.jit
def log_split(a):
    """m, k with a = m 2^k and m in [sqrt(1/2), sqrt(2)), for positive normal a."""
    if a.dtype == tl.float64:
        bits = a.to(tl.int64, bitcast=True)
        k = ((bits + (0x3FF0000000000000 - 0x3FE6A09E667F3BCD)) >> 52) - 1023
        m = (bits - (k << 52)).to(tl.float64, bitcast=True)
    else:
        bits = a.to(tl.int32, bitcast=True)
        k = ((bits + (0x3F800000 - 0x3F3504F3)) >> 23) - 127
        m = (bits - (k << 23)).to(tl.float32, bitcast=True)
    return m, k.to(tl.int32)


@triton.jit
def log_join(k, f, d):
    """k ln 2 + log(1 + f + d), for |d| far below |f|."""
    s = div(f, 2.0 + f)
    z = s * s
    half = 0.5 * f * f
    rest = half - tl.fma(s, half + z * log_rest(z), tl.fma(k, ln2_lo(f), d))
    return tl.fma(k, ln2_hi(f), -(rest - f))


@triton.jit
def log_ends(x, y):
    """y, the logarithm of x, where x is positive and finite; else what the logarithm is there."""
    y = tl.where(x == float("inf"), x, y)
    y = tl.where(x == 0.0, float("-inf"), y)
    return tl.where(x >= 0.0, y, float("nan"))


@triton.jit
def log(x):
    """The natural logarithm."""
    if x.dtype == tl.float64:
        tiny = x < 2.2250738585072014e-308
        lifted = tl.where(tiny, x * 18014398509481984.0, x)
        down = tl.where(tiny, 54.0, 0.0).to(tl.float64)
    else:
        tiny = x < 1.1754943508222875e-38
        lifted = tl.where(tiny, x * 33554432.0, x)
        down = tl.where(tiny, 25.0, 0.0)
    m, k = log_split(lifted)
    return log_ends(x, log_join(k.to(x.dtype) - down, m - 1.0, tl.zeros(x.shape, x.dtype)))


@triton.jit
def log1p(x):
    """log(1 + x): 1 + x = u + c exactly."""
    u, c = two_sum(tl.full(x.shape, 1.0, x.dtype), x)
    m, k = log_split(u)
    # Where u is no positive finite number, its parts are nothing.
    c = tl.where((u > 0.0) & (u < float("inf")), scale(c, -clamped(k, -1000, 1000)), 0.0)
    f = (m - 1.0) + c
    y = log_ends(u, log_join(k.to(x.dtype), f, c - (f - (m - 1.0))))
    y = tl.where(x == float("inf"), x, y)
    return tl.where(tl.abs(x) < 1e-17, x, y)


@triton.jit
def softplus(x):
    """log(1 + e^x), without a threshold."""
    return tl.where(x > 0.0, x, 0.0) + log1p(exp(-tl.abs(x)))


@triton.jit
def asinh(x):
    """log1p(a + a^2/(1 + sqrt(1 + a^2))); far out, log(a) + ln 2."""
    a = tl.abs(x)
    if x.dtype == tl.float64:
        big = a > 1e18
    else:
        big = a > 1e9
    near = tl.where(big, 1.0, a)
    y = log1p(tl.where(big, a, near + div(near * near, 1.0 + sqrt(1.0 + near * near))))
    return with_sign(tl.where(big, y + (ln2_hi(x) + ln2_lo(x)), y), x)


# -- trigonometric ----------------------------------------------------------------------
@triton.jit
def sin(x):
    """The sine."""
    return tl.sin(x)


@triton.jit
def cos(x):
    """The cosine."""
    return tl.cos(x)


@triton.jit
def atan(x):
    """atan(a) = atan(c) + atan((a - c)/(1 + a c)), c = 0, 1 or infinity."""
    a = tl.abs(x)
    far = a > 2.414213562373095
    middle = a > 0.41421356237309503
    top = tl.where(far, -1.0, tl.where(middle, a - 1.0, a))
    bottom = tl.where(far, a, tl.where(middle, a + 1.0, 1.0))
    z = div(top, bottom)
    w = z * z
    high = tl.where(far, half_pi_hi(x), tl.where(middle, quarter_pi_hi(x), 0.0))
    low = tl.where(far, half_pi_lo(x), tl.where(middle, quarter_pi_lo(x), 0.0))
    return with_sign(high + (z + tl.fma(z * w, atan_rest(w), low)), x)


# -- the normal distribution and its kin ------------------------------------------------
@triton.jit
def tail(x, narrow, wide):
    """|x|, no larger than where the results have long been 0."""
    a = tl.abs(x)
    if x.dtype == tl.float64:
        a = tl.where(a > wide, wide, a)
    else:
        a = tl.where(a > narrow, narrow, a)
    return a


@triton.jit
def bell(a, s, c, c_low):
    """(c + c_low) e^-(s a^2), s = 1 or 1/2: a^2 exactly, and c comes in before the scaling, which alone rounds."""
    square, square_low = two_prod(a, a)
    r, q, k = exp_parts(-s * square)
    y = r + q
    y = tl.fma(-s * square_low, 1.0 + y, y)
    return scale(c + tl.fma(c, y, tl.fma(c_low, y, c_low)), k)


@triton.jit
def gauss(x):
    """e^(-x^2)."""
    a = tail(x, 10.5, 28.0)
    return bell(a, 1.0, tl.full(a.shape, 1.0, a.dtype), tl.zeros(a.shape, a.dtype))


@triton.jit
def normal_pdf(x):
    """The density of N(0, 1)."""
    return bell(tail(x, 14.6, 39.0), 0.5, density_hi(x), density_lo(x))


@triton.jit
def erfc_factor(t, w, w_low):
    """S/(1 + w + w_low) in two parts, S the scaled erfc at t: S >= 1, so its quotient can divide the remainder."""
    rest = t * erfc_rest(t)
    first = erfc_first(t)
    f = first + rest
    f_low = (first - f) + rest
    d, d_low = two_sum(tl.full(t.shape, 1.0, t.dtype), w)
    q = div(f, d)
    p, p_low = two_prod(q, d)
    return q, q * (((f - p) - p_low) + (f_low - q * (d_low + w_low)))


@triton.jit
def erfc_positive(a):
    """erfc(a) for 0 <= a."""
    c, c_low = erfc_factor(div(a - 4.0, a + 4.0), 2.0 * a, tl.zeros(a.shape, a.dtype))
    return bell(a, 1.0, c, c_low)


@triton.jit
def erf_small(a):
    """erf(a) for a <= 1/2."""
    return tl.fma(a, erf_rest(a * a), a)


@triton.jit
def erfc(x):
    """1 - erf(x), its right tail kept."""
    a = tail(x, 10.5, 28.0)
    far = erfc_positive(a)
    small = 1.0 - with_sign(erf_small(a), x)
    return tl.where(a < 0.4769, small, tl.where(x < 0.0, 2.0 - far, far))


@triton.jit
def erf(x):
    """The error function."""
    a = tail(x, 10.5, 28.0)
    return with_sign(tl.where(a < 0.5, erf_small(a), 1.0 - erfc_positive(a)), x)


@triton.jit
def normal_cdf(x):
    """The distribution function of N(0, 1), its left tail kept; a/sqrt(2) is not rounded on the way."""
    a = tail(x, 14.6, 39.0)
    k = 4.0 * sqrt2_hi(x)
    w, w_low = two_prod(sqrt2_hi(x), a)
    c, c_low = erfc_factor(div(a - k, a + k), w, tl.fma(sqrt2_lo(x), a, w_low))
    far = bell(a, 0.5, 0.5 * c, 0.5 * c_low)
    small = 0.5 + with_sign(0.5 * erf_small(0.5 * (a * sqrt2_hi(x))), x)
    return tl.where(a < 0.6744, small, tl.where(x > 0.0, 1.0 - far, far))


# -- the ends ---------------------------------------------------------------------------
@triton.jit
def limit(near, far, growth):
    """The limit of a result that is `near` far out and `far` further out; see `limits.py`."""
    grows = (tl.abs(far) >= growth * tl.abs(near)) & (tl.abs(far) > 1.0)
    fades = tl.abs(far) * growth <= tl.abs(near)
    endless = tl.where(far > 0.0, float("inf"), float("-inf"))
    return tl.where(grows, endless, tl.where(fades, far * 0.0, far))
