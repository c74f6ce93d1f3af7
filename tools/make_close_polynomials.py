"""Write src/softknee/native/kernels/close_polynomials.h: what native/kernels/close.h is built from.

Run `python tools/make_close_polynomials.py` after changing an interval, and `--check` to see whether the committed
header is what this script writes. Needs mpmath and NumPy.

Coefficients are rounded from the first on, and those that follow are fitted again to what the rounding left.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import mpmath as mp
import numpy as np
from polynomials import exp_rest, guarded, log_rest

HEADER = Path(__file__).resolve().parents[1] / "src/softknee/native/kernels/close_polynomials.h"
TITLE = "/* Written by tools/make_close_polynomials.py: change that, not this. */"
MORE = 1 + mp.mpf(2) ** -20
CDF_K, CDF_END = mp.mpf("1.5"), mp.mpf("12.01")
# How far from a root of a slope its own polynomial goes.
REACH = mp.mpf("0.25")


def text(c: mp.mpf) -> str:
    digits, _, exponent = float(np.float32(float(c))).hex().partition("p")
    return f"{digits.rstrip('0') if '.' in digits else digits}p{exponent}f"


def rounded(c: mp.mpf) -> mp.mpf:
    return mp.mpf(float(np.float32(float(c))))


def fitted(f: Callable, lo: mp.mpf, hi: mp.mpf, terms: int, apart: bool) -> list[mp.mpf]:
    """Coefficients of float32, each by least squares at Chebyshev's nodes of what those before it leave."""
    count = 4 * terms
    nodes = [(lo + hi) / 2 + (hi - lo) / 2 * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count) for i in range(count)]
    left = [f(x) for x in nodes]
    found: list[mp.mpf] = []
    if apart:
        # The first stays in two parts.
        found.append(mp.lu_solve(mp.matrix([[x**j for j in range(terms)] for x in nodes]), mp.matrix(left))[0])
        left = [y - found[0] for y in left]
    while len(found) < terms:
        powers = mp.matrix([[x**j for j in range(len(found), terms)] for x in nodes])
        solution = mp.lu_solve(powers, mp.matrix(left))
        found.append(rounded(solution[0]))
        left = [y - found[-1] * x ** (len(found) - 1) for x, y in zip(nodes, left, strict=True)]
    return found


def polynomial(
    name: str,
    comment: str,
    f: Callable,
    lo: object,
    hi: object,
    weight: object,
    bits: int,
    *,
    apart: str = "",
    second: bool = False,
) -> list[str]:
    """The shortest that is good to `bits` of a result in which it has the `weight`.

    With a name in `apart` the constant term is left to the caller in two parts, and with `second` the next term too.
    """
    lo, hi, weight = mp.mpf(lo), mp.mpf(hi), mp.mpf(weight)
    places = [lo + (hi - lo) * (i + mp.mpf(1) / 3) / 60 for i in range(60)]
    true = [f(x) for x in places]
    for terms in range(2, 20):
        c = fitted(f, lo, hi, terms, bool(apart))
        worst = max(abs(mp.polyval(c[::-1], x) - y) / abs(y) for x, y in zip(places, true, strict=True))
        if worst * weight <= mp.mpf(2) ** -bits:
            break
    else:
        raise ValueError(f"{name} needs more terms")
    print(name, terms, "terms, good to", mp.nstr(-mp.log(worst * weight, 2), 4), "bits")
    lines = []
    if apart:
        lines, c = parts(f"{apart}_0", c[0]), c[1:]
    if second:
        lines, c = [*lines, f"#define {apart}_1 {text(c[0])}"], c[1:]
    lines += [f"/* {comment} */", f"CLOSE_FN float close_{name}(float x, float square)", "{"]
    return [*lines, *halved(c), "    return p;", "}", ""]


def halved(c: list[mp.mpf]) -> list[str]:
    """Pairs of terms side by side, so that a chain of steps waits half as long (Estrin)."""
    pairs = [c[i : i + 2] for i in range(0, len(c), 2)]
    steps = [text(pair[0]) if len(pair) == 1 else f"close_fma({text(pair[1])}, x, {text(pair[0])})" for pair in pairs]
    lines = [f"    const float p{i} = {step};" for i, step in enumerate(steps)]
    lines.append(f"    float p = p{len(pairs) - 1};")
    lines += [f"    p = close_fma(p, square, p{i});" for i in reversed(range(len(pairs) - 1))]
    return lines


def scaled_cdf(t: mp.mpf) -> mp.mpf:
    """(a + K) e^(a^2/2) Phi(-a) by t = (a - K)/(a + K)."""
    a = CDF_K * (1 + t) / (1 - t)
    return (a + CDF_K) / 2 * mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2))


def parts(name: str, number: mp.mpf) -> list[str]:
    high = rounded(number)
    return [f"#define {name}_1 {text(high)}", f"#define {name}_2 {text(number - high)}"]


def about(root: mp.mpf, f: Callable) -> Callable:
    """f(root + d)/d by d."""

    def ratio(d: mp.mpf) -> mp.mpf:
        return f(root + d) / d if abs(d) > mp.mpf(10) ** -30 else mp.diff(f, root)

    return ratio


def silu_sum(a: mp.mpf) -> mp.mpf:
    return 1 + mp.exp(-a) - a


def gelu_sum(a: mp.mpf) -> mp.mpf:
    return mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2 - a / mp.sqrt(2 * mp.pi)


CUBIC = mp.mpf("0.044715")


def gelu_tanh_sum(a: mp.mpf) -> mp.mpf:
    c = mp.sqrt(8 / mp.pi)
    return 1 + mp.exp(-c * (a + CUBIC * a**3)) - c * (a + 3 * CUBIC * a**3)


def mish_sum(a: mp.mpf) -> mp.mpf:
    t = mp.exp(-a)
    return (2 + t) * (2 + t * (2 + t)) - 4 * a * (1 + t)


# What a slope changes its sign with, at minus the argument.
SUMS = {
    "silu": (silu_sum, 1.28),
    "gelu": (gelu_sum, 0.75),
    "gelu_tanh": (gelu_tanh_sum, 0.75),
    "mish": (mish_sum, 1.19),
}


def header() -> str:
    r, third, end = mp.log(2) / 2 * MORE, MORE / 3, (CDF_END - CDF_K) / (CDF_END + CDF_K)
    lines = [f"#define CLOSE_LOG2E {text(1 / mp.log(2))}", *parts("CLOSE_LN2", mp.log(2))]
    lines += [*parts("CLOSE_1_SQRT_2PI", 1 / mp.sqrt(2 * mp.pi)), f"#define CLOSE_CDF_K {text(CDF_K)}"]
    lines += [*parts("CLOSE_CUBIC_1", mp.sqrt(8 / mp.pi)), *parts("CLOSE_CUBIC_3", mp.sqrt(8 / mp.pi) * CUBIC)]
    lines += parts("CLOSE_CUBIC_SLOPE_3", 3 * mp.sqrt(8 / mp.pi) * CUBIC)
    lines += [f"#define CLOSE_REACH {text(REACH)}", ""]
    lines += polynomial("exp_rest", "(e^x - 1 - x)/x^2, |x| <= ln(2)/2", exp_rest, -r, r, r * r / 2, 26)
    lines += polynomial("expm1_rest", "the same, closer", exp_rest, -r, r, r * r / 2, 28)
    comment = "R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9"
    lines += polynomial("log1p_rest", comment, log_rest, 0, third**2, third**2 / 3, 28)
    comment = "(a + K) e^(a^2/2) Phi(-a) = C_0 + C_1 x + x^2 times this, x = (a - K)/(a + K), 0 <= a <= 12"
    lines += polynomial("cdf_rest", comment, scaled_cdf, -1, end, 1, 28, apart="CLOSE_CDF", second=True)
    for name, (f, near) in SUMS.items():
        root = mp.findroot(f, near)
        lines += parts(f"CLOSE_{name.upper()}_ROOT", root)
        comment = f"what changes its sign in the slope of {name} = x (C_0 + x times this), x the distance from the root"
        lines += polynomial(
            f"{name}_root", comment, about(root, f), -REACH, REACH, 1, 27, apart=f"CLOSE_{name.upper()}"
        )
    return guarded(TITLE, HEADER, "close_base.h", lines)


if __name__ == "__main__":
    content = header()
    if "--check" in sys.argv[1:]:
        if HEADER.read_text() != content:
            sys.exit(f"{HEADER.name} is not what {Path(__file__).name} writes")
    else:
        HEADER.write_text(content)
