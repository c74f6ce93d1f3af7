"""Write src/softknee/native/arithmetic/real_polynomials.h: the polynomials behind the real_*.h headers.

Run `python tools/make_real_polynomials.py` after changing a degree or an interval, and
`--check` to see whether the committed header is what this script writes. Needs mpmath.

Every polynomial is either a Taylor sum with exact rational coefficients, or the
interpolant at Chebyshev nodes (close to minimax), rewritten in powers of the variable.
"""

from __future__ import annotations

import sys
from pathlib import Path

import mpmath as mp
from polynomials import atan_rest, erf_rest, exp_rest, interpolate, log_rest, taylor

HEADER = Path(__file__).resolve().parents[1] / "src/softknee/native/arithmetic/real_polynomials.h"

# Moebius map t = (a - K)/(a + K) of a >= 0: flattens (1 + 2a) e^(a^2) erfc(a) into a
# function with quickly falling coefficients. Beyond 27.3 erfc(a) is below every double.
K, LARGEST = 4, 28


def scaled_erfc(t: mp.mpf) -> mp.mpf:
    """(1 + 2a) e^(a^2) erfc(a) by t."""
    a = K * (1 + t) / (1 - t)
    return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)


def parts(c: mp.mpf) -> tuple[float, float]:
    """Split c into the nearest double and what that leaves."""
    hi = float(c)
    return hi, float(c - hi)


def double_polynomial(name: str, comment: str, coefficients: list, *, exact_sum: bool = False) -> list[str]:
    """C code of a polynomial in doubles, by Horner; its last sum as a double or, exactly, as two."""
    first, *rest, last = [float(c) for c in coefficients]
    lines = [f"/* {comment} */", f"REAL_FN {'rdd' if exact_sum else 'double'} {name}(double x) {{"]
    lines.append(f"    double p = {last.hex()};")
    lines += [f"    p = rd_fma(p, x, {c.hex()});" for c in reversed(rest)]
    end = f"rdd_fast_sum({first.hex()}, p * x)" if exact_sum else f"rd_fma(p, x, {first.hex()})"
    return [*lines, f"    return {end};", "}", ""]


def dd_polynomial(name: str, comment: str, coefficients: list, reach: float, step: str) -> list[str]:
    """Horner in double while what is added to the result is below 2^-55 of it, then in dd."""
    small = 2.0**-55 * abs(float(coefficients[0]))
    sizes = [abs(float(c)) * reach**i for i, c in enumerate(coefficients)]
    switch = max(i for i, size in enumerate(sizes) if size > small) + 1
    *rest, last = [float(c) for c in coefficients[switch:]]
    lines = [f"/* {comment} */", f"REAL_FN rdd {name}(rdd x) {{"]
    lines.append(f"    double h = {last.hex()};")
    lines += [f"    h = rd_fma(h, x.hi, {c.hex()});" for c in reversed(rest)]
    lines.append("    rdd p = {h, 0.0};")
    for c in reversed(coefficients[:switch]):
        hi, lo = parts(c)
        lines.append(f"    p = {step}(p, x, {hi.hex()}, {lo.hex()});")
    return [*lines, "    return p;", "}", ""]


def constant_lines() -> list[str]:
    """Cut ln 2 and pi/2 into pieces short enough that a whole number times a piece is exact."""
    lines = []

    def pieces(prefix: str, value: mp.mpf, bits: int, count: int) -> None:
        rest = value
        for i in range(count):
            unit = mp.mpf(2) ** (mp.floor(mp.log(abs(rest), 2)) + 1 - bits)
            piece = mp.nint(rest / unit) * unit
            lines.append(f"#define {prefix}_{i + 1} {float(piece).hex()}")
            rest -= piece
        hi, lo = parts(rest)
        lines.append(f"#define {prefix}_REST_HI {hi.hex()}")
        lines.append(f"#define {prefix}_REST_LO {lo.hex()}")

    pieces("RD_LN2", mp.log(2), 40, 2)
    pieces("RD_HALF_PI", mp.pi / 2, 32, 3)
    named = {
        "RD_LOG2E": 1 / mp.log(2),
        "RD_TWO_OVER_PI": 2 / mp.pi,
        "RD_LN2": mp.log(2),
        "RD_PI_2": mp.pi / 2,
        "RD_PI_4": mp.pi / 4,
        "RD_SQRT2": mp.sqrt(2),
        "RD_SQRT_HALF": 1 / mp.sqrt(2),
        "RD_1_SQRT_2PI": 1 / mp.sqrt(2 * mp.pi),
    }
    for name, value in named.items():
        hi, lo = parts(value)
        lines += [f"#define {name}_HI {hi.hex()}", f"#define {name}_LO {lo.hex()}"]
    return [*lines, f"#define RD_ERFC_K {float(K)}", ""]


def text() -> str:
    """The whole header."""
    end = mp.mpf(LARGEST - K) / (LARGEST + K)
    reduced = mp.log(2) / 2 * (1 + mp.mpf(2) ** -20)
    erf_factor = 2 / mp.sqrt(mp.pi)
    lines = [
        "/* Written by tools/make_real_polynomials.py: change that, not this. */",
        "#ifndef SOFTKNEE_REAL_POLYNOMIALS_H",
        "#define SOFTKNEE_REAL_POLYNOMIALS_H",
        '#include "real_base.h"',
        "",
        *constant_lines(),
        *double_polynomial(
            "rd_exp_rest",
            "(e^x - 1 - x)/x^2 for |x| <= ln(2)/2",
            interpolate(exp_rest, -reduced, reduced, 11),
        ),
        *double_polynomial(
            "rd_log_rest",
            "R/x where log((1+s)/(1-s)) = s (2 + R), x = s^2 <= (3 - 2 sqrt 2)^2",
            interpolate(log_rest, 0, (3 - 2 * mp.sqrt(2)) ** 2 * mp.mpf(1.0001), 7),
        ),
        *double_polynomial(
            "rd_atan_rest",
            "(atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8)",
            interpolate(atan_rest, 0, (mp.sqrt(2) - 1) ** 2 * mp.mpf(1.0001), 12),
        ),
        *double_polynomial(
            "rd_erf_rest",
            "erf(z)/z - 1 where x = z^2, |z| <= 1/2",
            interpolate(erf_rest, 0, mp.mpf(1) / 4, 10),
        ),
        *double_polynomial(
            "rd_erfc_scaled",
            f"(1 + 2a) e^(a^2) erfc(a), x = (a - {K})/(a + {K}), 0 <= a <= {LARGEST}",
            interpolate(scaled_erfc, -1, end, 25),
            exact_sum=True,
        ),
        *dd_polynomial(
            "rdd_expm1_ratio",
            "(e^x - 1)/x for |x| <= ln(2)/2",
            taylor(lambda n: 1 / mp.factorial(n + 1), 23),
            0.3466,
            "rdd_step",
        ),
        *dd_polynomial(
            "rdd_sin_ratio",
            "sin(z)/z where x = z^2, |z| <= pi/4",
            taylor(lambda n: (-1) ** n / mp.factorial(2 * n + 1), 15),
            0.617,
            "rdd_step",
        ),
        *dd_polynomial(
            "rdd_cos",
            "cos(z) where x = z^2, |z| <= pi/4",
            taylor(lambda n: (-1) ** n / mp.factorial(2 * n), 15),
            0.617,
            "rdd_step",
        ),
        *dd_polynomial(
            "rdd_erf_ratio",
            "erf(z)/z where x = z^2, |z| <= 1/2",
            taylor(lambda n: erf_factor * (-1) ** n / (mp.factorial(n) * (2 * n + 1)), 22),
            0.25,
            "rdd_step",
        ),
        *dd_polynomial(
            "rdd_erfc_scaled",
            f"(1 + 2a) e^(a^2) erfc(a), x = (a - {K})/(a + {K}), 0 <= a <= {LARGEST}",
            interpolate(scaled_erfc, -1, end, 46),
            1.0,
            "rdd_step_any",
        ),
        "#endif",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if HEADER.read_text() == text() else f"{HEADER.name} is not what {Path(__file__).name} writes")
    HEADER.write_text(text())
