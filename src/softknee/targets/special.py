"""Functions that array libraries lack, over any namespace with the names of the array API standard, in float64.

erf and erfc are those of FreeBSD's msun/src/s_erf.c (Sun Microsystems 1993): rational functions on four intervals, with
its coefficients; erf is within 1 ulp of the exact value, the others within 2.5.
"""

from __future__ import annotations

import math
from typing import Any

_ERX = 8.45062911510467529297e-01  # erf(1) rounded to float32
_EFX = 1.28379167095512586316e-01  # 2 / sqrt(pi) - 1
_PP = (
    1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02, -5.77027029648944159157e-03,
    -2.37630166566501626084e-05,
)  # fmt: skip
_QQ = (
    1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03, 1.32494738004321644526e-04,
    -3.96022827877536812320e-06,
)  # fmt: skip
_PA = (
    -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01,
    -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03,
)  # fmt: skip
_QA = (
    1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02, 1.26171219808761642112e-01,
    1.36370839120290507362e-02, 1.19844998467991074170e-02,
)  # fmt: skip
_RA = (
    -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01, -6.23753324503260060396e01,
    -1.62396669462573470355e02, -1.84605092906711035994e02, -8.12874355063065934246e01, -9.81432934416914548592e00,
)  # fmt: skip
_SA = (
    1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02, 6.45387271733267880336e02,
    4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00, -6.04244152148580987438e-02,
)  # fmt: skip
_RB = (
    -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01, -1.60636384855821916062e02,
    -6.37566443368389627722e02, -1.02509513161107724954e03, -4.83519191608651397019e02,
)  # fmt: skip
_SB = (
    1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03, 3.19985821950859553908e03,
    2.55305040643316442583e03, 4.74528541206955367215e02, -2.24409524465858183362e01,
)  # fmt: skip
_SPLIT = 134217729.0  # 2^27 + 1: a product with it tells the upper half of a double's digits
_ERFC_GONE = 28.0  # erfc is 0 from there on


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    result = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        result = result * x + coefficient
    return result


def _upper_half(x: Any) -> Any:
    scaled = x * _SPLIT
    return scaled - (scaled - x)


def exp_of_square(xp: Any, x: Any, factor: float) -> Any:
    """e^(factor x^2), for a factor that is a power of two with its sign: x is split, or x^2 would lose digits."""
    size = xp.where(xp.abs(x) < 64.0, x, 64.0 * xp.ones_like(x))
    head = _upper_half(size)
    found = xp.exp(factor * head * head) * xp.exp(factor * ((size - head) * (size + head)))
    return xp.where(x == x, found, x)


def _tail(xp: Any, size: Any, r: tuple[float, ...], s: tuple[float, ...]) -> Any:
    """erfc(size) by its asymptotic form, for 1.25 <= size < _ERFC_GONE."""
    t = 1 / (size * size)
    head = _upper_half(size)
    rest = (head - size) * (head + size) + _polynomial(r, t) / _polynomial(s, t)
    return xp.exp(-head * head - 0.5625) * xp.exp(rest) / size


def _parts(xp: Any, x: Any) -> tuple[Any, Any, Any, Any]:
    """|x|; erf(|x|) / |x| - 1 below 0.84375; erf(|x|) - _ERX below 1.25; erfc(|x|) above."""
    size = xp.abs(x)
    small = xp.where(size < 0.84375, size, 0 * size)
    z = small * small
    near = _polynomial(_PP, z) / _polynomial(_QQ, z)
    s = xp.where(size < 1.25, size, 0 * size + 1.25) - 1
    middle = _polynomial(_PA, s) / _polynomial(_QA, s)
    far = xp.where(size > 1.25, size, 0 * size + 1.25)
    far = xp.where(far < _ERFC_GONE, far, 0 * far + _ERFC_GONE)
    split = 1 / 0.35
    tail = xp.where(far < split, _tail(xp, far, _RA, _SA), _tail(xp, far, _RB, _SB))
    return size, near, middle, tail


def erf(xp: Any, x: Any) -> Any:
    """The error function."""
    x = _finite(xp, x)
    size, near, middle, tail = _parts(xp, x)
    sign = xp.where(x < 0, -1.0 + 0 * x, 1.0 + 0 * x)
    beyond = sign * xp.where(size < 1.25, _ERX + middle, 1 - tail)
    return xp.where(size < 0.84375, x + x * near, beyond)


def erfc(xp: Any, x: Any) -> Any:
    """1 - erf(x), with all digits where it is small."""
    x = _finite(xp, x)
    size, near, middle, tail = _parts(xp, x)
    tail = xp.where(size < _ERFC_GONE, tail, 0 * tail)
    beyond = xp.where(size < 1.25, 1 - _ERX - middle, tail)
    mirrored = xp.where(size < 1.25, 1 + (_ERX + middle), 2 - tail)
    inside = xp.where(x < 0.25, 1 - (x + x * near), 0.5 - (x - 0.5 + x * near))
    return xp.where(size < 0.84375, inside, xp.where(x < 0, mirrored, beyond))


def _finite(xp: Any, x: Any) -> Any:
    """The same x, infinities being numbers where both functions have reached their limits; NaN stays."""
    x = xp.where(x > 64.0, 0 * xp.ones_like(x) + 64.0, x)
    return xp.where(x < -64.0, 0 * xp.ones_like(x) - 64.0, x)


def normal_cdf(xp: Any, x: Any) -> Any:
    """The distribution function of N(0, 1): the rounding of x / sqrt(2), which the tail magnifies, is put right."""
    x = _finite(xp, x)
    y = x * _ROOT_HALF
    # x / sqrt(2) - y, by products without rounding.
    head, root = _upper_half(x), _ROOT_HALF_HEAD
    error = (head * root - y) + head * (_ROOT_HALF - root) + (x - head) * _ROOT_HALF + x * _ROOT_HALF_REST
    whole = 0.5 * erfc(xp, -y)
    return whole + error * exp_of_square(xp, y, -1.0) * (1 / math.sqrt(math.pi))


_ROOT_HALF = math.sqrt(0.5)
_ROOT_HALF_HEAD = _upper_half(_ROOT_HALF)
_ROOT_HALF_REST = -4.833646656726457e-17  # sqrt(1/2) less the double nearest to it


def normal_pdf(xp: Any, x: Any) -> Any:
    """The density of N(0, 1)."""
    return exp_of_square(xp, x, -0.5) * (1 / math.sqrt(2 * math.pi))


def sigmoid(xp: Any, x: Any) -> Any:
    """1 / (1 + e^-x), by the exponential that does not overflow."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x < 0, small, 0 * small + 1.0) / (1.0 + small)


def softplus(xp: Any, x: Any) -> Any:
    """log(1 + e^x), by the exponential that does not overflow."""
    return xp.where(x > 0, x, xp.zeros_like(x)) + xp.log1p(xp.exp(-xp.abs(x)))


def power(xp: Any, base: Any, exponent: Any) -> Any:
    """The power; NaN where the base is negative, whatever the exponent."""
    return xp.where(base >= 0, xp.pow(xp.abs(base), exponent), xp.nan + 0 * base)
