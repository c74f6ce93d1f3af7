"""Write src/softknee/targets/triton/polynomials.py: the constants and polynomials behind the Triton kernels' ops.

Run `python tools/make_triton_polynomials.py` after changing a degree or an interval, and `--check`
to see whether the committed file is what this script writes. Needs mpmath and NumPy.

Each stands there twice, with few terms for float32 and with those of the C library for float64.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import mpmath as mp
import numpy as np
from make_real_polynomials import LARGEST, K, atan_rest, erf_rest, exp_rest, interpolate, log_rest, scaled_erfc

MODULE = Path(__file__).resolve().parents[1] / "src/softknee/targets/triton/polynomials.py"
# erfc(10.1) is below every float32.
LARGEST_FLOAT32 = 10.2

HEAD = '''"""Constants and polynomials of the Triton kernels, in the dtype of x.

Written by tools/make_triton_polynomials.py: change that, not this.
"""

from __future__ import annotations

import triton
import triton.language as tl
'''


def literal(value: object, wide: bool) -> str:
    """A number as Python reads it back, rounded to the format it is meant for."""
    return repr(float(value) if wide else float(np.float32(float(value))))


def branches(lines_of: Callable[[bool], list[str]]) -> list[str]:
    """The body of a function that stands once per dtype."""
    return [
        "    if x.dtype == tl.float64:",
        *(f"        {line}" for line in lines_of(True)),
        "    else:",
        *(f"        {line}" for line in lines_of(False)),
    ]


def constant(name: str, about: str, narrow: object, wide: object) -> list[str]:
    """A function that gives a constant."""

    def lines(is_wide: bool) -> list[str]:
        return [f"c = tl.full((), {literal(wide if is_wide else narrow, is_wide)}, x.dtype)"]

    return ["", "", "@triton.jit", f"def {name}(x):", f'    """{about}"""', *branches(lines), "    return c"]


def polynomial(name: str, about: str, narrow: list, wide: list) -> list[str]:
    """A function that evaluates a polynomial by Horner."""

    def lines(is_wide: bool) -> list[str]:
        first, *rest = [literal(c, is_wide) for c in reversed(wide if is_wide else narrow)]
        steps = [f"p = tl.fma(p, x, tl.full((), {c}, x.dtype))" for c in rest]
        return [f"p = tl.full(x.shape, {first}, x.dtype)", *steps]

    return ["", "", "@triton.jit", f"def {name}(x):", f'    """{about}"""', *branches(lines), "    return p"]


def rounded(value: mp.mpf, bits: int) -> mp.mpf:
    """`value` to so many bits."""
    unit = mp.mpf(2) ** (mp.floor(mp.log(abs(value), 2)) + 1 - bits)
    return mp.nint(value / unit) * unit


def in_two(name: str, about: str, value: mp.mpf, narrow_bits: int = 24, wide_bits: int = 53) -> list[str]:
    """A constant as the sum of two, the first of them of so many bits."""
    high = [rounded(value, narrow_bits), rounded(value, wide_bits)]
    return [
        *constant(f"{name}_hi", f"{about}, its leading part.", *high),
        *constant(f"{name}_lo", f"{about}, what the leading part leaves.", *(value - part for part in high)),
    ]


def text() -> str:
    """The whole module."""
    reduced = mp.log(2) / 2 * (1 + mp.mpf(2) ** -12)
    s, t = (3 - 2 * mp.sqrt(2)) ** 2 * mp.mpf(1.0001), (mp.sqrt(2) - 1) ** 2 * mp.mpf(1.0001)

    def mapped(a: float) -> mp.mpf:
        return (mp.mpf(a) - K) / (mp.mpf(a) + K)

    erfc_coefficients = (
        interpolate(scaled_erfc, -1, mapped(LARGEST_FLOAT32), 12),
        interpolate(scaled_erfc, -1, mapped(LARGEST), 25),
    )
    lines = [
        HEAD.rstrip("\n"),
        # Adding it to a moderate number leaves the nearest whole number in the low bits.
        *constant("magic", "1.5 times the number from which on every float is whole.", 1.5 * 2**23, 1.5 * 2**52),
        *constant("log2e", "1 / ln 2.", 1 / mp.log(2), 1 / mp.log(2)),
        # A whole number up to 1100 times the leading part is exact.
        *in_two("ln2", "ln 2", mp.log(2), 15, 40),
        *in_two("half_pi", "pi / 2", mp.pi / 2),
        *in_two("quarter_pi", "pi / 4", mp.pi / 4),
        *in_two("sqrt2", "The square root of 2", mp.sqrt(2)),
        *in_two("density", "1 / sqrt(2 pi)", 1 / mp.sqrt(2 * mp.pi)),
        *polynomial(
            "exp_rest",
            "(e^x - 1 - x)/x^2 for |x| <= ln(2)/2.",
            interpolate(exp_rest, -reduced, reduced, 6),
            interpolate(exp_rest, -reduced, reduced, 11),
        ),
        *polynomial(
            "log_rest",
            "R/x where log((1+s)/(1-s)) = s (2 + R), x = s^2 <= (3 - 2 sqrt 2)^2.",
            interpolate(log_rest, 0, s, 4),
            interpolate(log_rest, 0, s, 7),
        ),
        *polynomial(
            "atan_rest",
            "(atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8).",
            interpolate(atan_rest, 0, t, 6),
            interpolate(atan_rest, 0, t, 12),
        ),
        *polynomial(
            "erf_rest",
            "erf(z)/z - 1 where x = z^2, |z| <= 1/2.",
            interpolate(erf_rest, 0, mp.mpf(1) / 4, 6),
            interpolate(erf_rest, 0, mp.mpf(1) / 4, 10),
        ),
        *(constant("erfc_first", "The first coefficient for `erfc_rest`.", *(c[0] for c in erfc_coefficients))),
        *polynomial(
            "erfc_rest",
            f"(S - S_0)/x where S = (1 + 2a) e^(a^2) erfc(a), x = (a - {K})/(a + {K}), S_0 its first coefficient.",
            *(c[1:] for c in erfc_coefficients),
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if MODULE.read_text() == text() else f"{MODULE.name} is not what {Path(__file__).name} writes")
    MODULE.write_text(text())
