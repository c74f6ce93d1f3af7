"""Write src/softknee/native/pair_polynomials_*.h: what native/arithmetic/pair.h is built from.

Run `python tools/make_pair_polynomials.py` after changing an interval, and `--check` to see
whether the committed headers are what this script writes. Needs mpmath and NumPy.

Each polynomial interpolates at Chebyshev nodes. It is as long as its precision needs, and
only the coefficients whose rounding would be felt are added in pairs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mpmath as mp
import numpy as np
from polynomials import atan_rest, guarded, interpolate, log_rest

NATIVE = Path(__file__).resolve().parents[1] / "src/softknee/native/arithmetic"
# The results of pair.h are good to 7 bits more than the type; each polynomial to 3 further.
EXTRA_BITS = 10
# A term may be added as a single number when it is below this part of the result.
SINGLE_TERM = mp.mpf(2) ** -9
# Moebius maps t = (a - K)/(a + K) of a >= 0 spread the coefficients of the two tails evenly.
ERFC_K, CDF_K = 2, 3
# Intervals are this much larger than what reaches them.
MORE = 1 + mp.mpf(2) ** -20
TITLE = "/* Written by tools/make_pair_polynomials.py: change that, not this. */"


@dataclass(frozen=True)
class Kind:
    """A floating-point type, and where e^-x may be called nothing in it."""

    name: str
    bits: int
    number: type
    suffix: str
    tail: int

    @property
    def path(self) -> Path:
        return NATIVE / f"pair_polynomials_{self.name}.h"

    def round(self, c: mp.mpf) -> float:
        return float(self.number(float(c)))

    def text(self, c: mp.mpf) -> str:
        digits, _, exponent = self.round(c).hex().partition("p")
        return f"{digits.rstrip('0') if '.' in digits else digits}p{exponent}{self.suffix}"

    def parts(self, c: mp.mpf) -> tuple[str, str]:
        return self.text(c), self.text(c - self.round(c))

    def pieces(self, name: str, number: mp.mpf, count: int, bits: int) -> list[str]:
        """Definitions of a constant in `count` parts, all but the last of so many bits."""
        found = []
        for i in range(count):
            unit = mp.mpf(2) ** (mp.floor(mp.log(abs(number), 2)) + 1 - bits)
            piece = mp.nint(number / unit) * unit if i < count - 1 else number
            found.append(f"#define {name}_{i + 1} {self.text(piece)}")
            number -= piece
        return found


@dataclass(frozen=True)
class Plain(Kind):
    """A type used by itself: how many bits its polynomials are good to, and the whole numbers
    of how many bits may multiply the parts of pi/2; how long the first part of ln 2 is."""

    good: int
    whole: int
    ln2: int


KINDS = (Kind("f64", 53, np.float64, "", 630),)
# e^-110 is below any float, and the tails need not go further.
PLAINS = (Plain("wide", 53, np.float64, "", 110, 37, 21, 53), Plain("loose", 24, np.float32, "f", 87, 24, 11, 16))


def scaled_erfc(t: mp.mpf) -> mp.mpf:
    """(1 + a/K)/2 e^(a^2) erfc(a) by t."""
    a = ERFC_K * (1 + t) / (1 - t)
    return (1 + a / ERFC_K) / 2 * mp.exp(a * a) * mp.erfc(a)


def scaled_cdf(t: mp.mpf) -> mp.mpf:
    """(1 + a/K)/2 e^(a^2/2) Phi(-a) by t."""
    a = CDF_K * (1 + t) / (1 - t)
    return (1 + a / CDF_K) / 4 * mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2))


def exp_rest(r: mp.mpf) -> mp.mpf:
    """W/r where e^r = 1 + r + r^2/2 (1 + W)."""
    if abs(r) < mp.mpf(10) ** -20:
        return mp.mpf(1) / 3 + r / 12 + r * r / 60
    return ((mp.expm1(r) - r) * 2 / (r * r) - 1) / r


def sin_rest(z: mp.mpf) -> mp.mpf:
    """(sin(r) - r)/r^3 where z = r^2."""
    if abs(z) < mp.mpf(10) ** -20:
        return mp.mpf(-1) / 6 + z / 120 - z * z / 5040
    r = mp.sqrt(z)
    return (mp.sin(r) / r - 1) / z


def cos_rest(z: mp.mpf) -> mp.mpf:
    """(cos(r) - 1 + r^2/2)/r^4 where z = r^2."""
    if abs(z) < mp.mpf(10) ** -20:
        return mp.mpf(1) / 24 - z / 720 + z * z / 40320
    return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / (z * z)


def erf_ratio(w: mp.mpf) -> mp.mpf:
    """Erf(z)/z where w = z^2."""
    if abs(w) < mp.mpf(10) ** -20:
        return 2 / mp.sqrt(mp.pi) * (1 - w / 3 + w * w / 10)
    z = mp.sqrt(w)
    return mp.erf(z) / z


def expm1_ratio(r: mp.mpf) -> mp.mpf:
    """(e^r - 1)/r."""
    return mp.expm1(r) / r if r else mp.mpf(1)


def value(coefficients: list, x: mp.mpf) -> mp.mpf:
    return mp.polyval(coefficients[::-1], x)


def shortest(f: Callable, lo: mp.mpf, hi: mp.mpf, weight: mp.mpf, bits: int) -> list:
    """The interpolant with the fewest terms that is good to `bits` of the result.

    The result is f times `weight` and something larger.
    """
    places = [lo + (hi - lo) * i / 60 for i in range(61)]
    true = [f(x) for x in places]
    for terms in range(2, 60):
        found = interpolate(f, lo, hi, terms)
        worst = max(abs(value(found, x) - y) / abs(y) for x, y in zip(places, true, strict=True))
        if worst * weight <= mp.mpf(2) ** -bits:
            return found
    raise ValueError(f"{f.__name__} needs 60 terms or more")


def polynomial(
    kind: Kind, name: str, comment: str, f: Callable, lo: object, hi: object, weight: object, *, single: bool = False
) -> list[str]:
    """C code: Horner in single numbers, then in pairs. `weight`: how large it is in the result."""
    lo, hi, weight = mp.mpf(lo), mp.mpf(hi), mp.mpf(weight)
    c = shortest(f, lo, hi, weight, kind.bits + EXTRA_BITS)
    reach, least = max(abs(lo), abs(hi)), min(abs(f(lo)), abs(f(hi)))
    sizes = [abs(a) * reach**i * weight / least for i, a in enumerate(c)]
    switch = max([0, *[i for i, size in enumerate(sizes) if size > SINGLE_TERM]]) + 1
    lines = [f"/* {comment} */", f"PAIR_FN pair {name}({'flt' if single else 'pair'} x)", "{"]
    at = "x" if single else "x.hi"
    lines.append(f"    flt h = {kind.text(c[-1])};")
    lines += [f"    h = pair_fma(h, {at}, {kind.text(a)});" for a in reversed(c[switch:-1])]
    for i in reversed(range(switch)):
        rest = sum(abs(a) * reach ** (j - i) for j, a in enumerate(c) if j > i)
        how = "" if rest <= abs(c[i]) else "_any"
        high, low = kind.parts(c[i])
        if i == switch - 1:
            lines.append(f"    pair p = pair_step_first{how}(h, {at}, {high}, {low});")
        else:
            lines.append(f"    p = pair_step_{1 if single else 2}{how}(p, x, {high}, {low});")
    return [*lines, "    return p;", "}", ""]


def constants(kind: Kind) -> list[str]:
    """ln 2 and pi/2 for the reductions, and what the functions multiply by."""

    lines = [
        *kind.pieces("PAIR_LN2", mp.log(2), 2, kind.bits),
        # Short enough that an exponent times it is exact.
        *kind.pieces("PAIR_LN2_SHORT", mp.log(2), 2, kind.bits - 11),
        *kind.pieces("PAIR_PI_2", mp.pi / 2, 3, kind.bits),
        *kind.pieces("PAIR_PI_4", mp.pi / 4, 2, kind.bits),
        *kind.pieces("PAIR_1_SQRT_2PI", 1 / mp.sqrt(2 * mp.pi), 2, kind.bits),
    ]
    for name, number in (
        ("PAIR_LOG2E", 1 / mp.log(2)),
        ("PAIR_2_PI", 2 / mp.pi),
        ("PAIR_SQRT_HALF", mp.sqrt(0.5)),
        ("PAIR_TAN_PI_8", mp.tan(mp.pi / 8)),
        ("PAIR_TAN_3PI_8", mp.tan(3 * mp.pi / 8)),
        ("PAIR_EXP_END", mp.mpf(kind.tail)),
        ("PAIR_GAUSS_END", mp.sqrt(kind.tail)),
        ("PAIR_CDF_END", mp.sqrt(2 * kind.tail)),
        ("PAIR_ERFC_K", mp.mpf(ERFC_K)),
        ("PAIR_CDF_K", mp.mpf(CDF_K)),
    ):
        lines.append(f"#define {name} {kind.text(number)}")
    return [*lines, ""]


def shared(tail: int) -> list[tuple[str, str, Callable, object, object, object]]:
    """The functions that every grade has: name, meaning, function, interval, weight."""
    s, third = (3 - 2 * mp.sqrt(2)) * MORE, MORE / 3
    eighth, quarter = (mp.sqrt(2) - 1) * MORE, mp.pi / 4 * MORE
    erfc_end, cdf_end = mp.sqrt(tail) * MORE, mp.sqrt(2 * tail) * MORE
    log = "R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2"
    erfc_t, cdf_t = f"x = (a - {ERFC_K})/(a + {ERFC_K})", f"x = (a - {CDF_K})/(a + {CDF_K})"
    sine, cosine = "(sin(r) - r)/r^3 where x = r^2", "(cos(r) - 1 + r^2/2)/r^4 where x = r^2"
    half_erfc = f"(1 + a/{ERFC_K})/2 e^(a^2) erfc(a), {erfc_t}, 0 <= a <= {float(erfc_end):.4}"
    half_cdf = f"(1 + a/{CDF_K})/2 e^(a^2/2) Phi(-a), {cdf_t}, 0 <= a <= {float(cdf_end):.4}"
    return [
        ("log_rest", f"{log} <= (3 - 2 sqrt 2)^2", log_rest, 0, s**2, s**2 / 3),
        ("log1p_rest", f"{log} <= 1/9", log_rest, 0, third**2, third**2 / 3),
        ("sin_rest", f"{sine}, r <= pi/4", sin_rest, 0, quarter**2, quarter**2 / 6),
        ("cos_rest", f"{cosine}, r <= pi/4", cos_rest, 0, quarter**2, quarter**4 / 24 * mp.sqrt(2)),
        ("atan_rest", "(atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8)", atan_rest, 0, eighth**2, eighth**2 / 3),
        ("erf_ratio", "erf(z)/z where x = z^2, |z| <= 1/2", erf_ratio, 0, MORE / 4, 1),
        ("erfc_scaled", half_erfc, scaled_erfc, -1, (erfc_end - ERFC_K) / (erfc_end + ERFC_K), 1),
        ("cdf_scaled", half_cdf, scaled_cdf, -1, (cdf_end - CDF_K) / (cdf_end + CDF_K), 1),
    ]


def text(kind: Kind) -> str:
    """The header of pairs."""
    r = mp.log(2) / 2 * MORE
    meaning = "W/x where e^x = 1 + x + x^2/2 (1 + W), |x| <= ln(2)/2"
    lines = constants(kind)
    lines += polynomial(kind, "pair_exp_rest", meaning, exp_rest, -r, r, r * r / 6, single=True)
    for name, *rest in shared(kind.tail):
        lines += polynomial(kind, f"pair_{name}", *rest)
    return guarded(TITLE, kind.path, "pair_base.h", lines)


def plain_text(plain: Plain) -> str:
    """The header of single numbers, each polynomial good to `plain.good` bits."""
    r = mp.log(2) / 2 * MORE
    # Short enough that a whole number times them is exact.
    lines = [*plain.pieces("PLAIN_LN2", mp.log(2), 2, plain.ln2)]
    lines += plain.pieces("PLAIN_PI_2", mp.pi / 2, 3, plain.bits - plain.whole)
    for name, number in (
        ("PLAIN_LN2", mp.log(2)),
        ("PLAIN_LOG2E", 1 / mp.log(2)),
        ("PLAIN_2_PI", 2 / mp.pi),
        ("PLAIN_PI_2", mp.pi / 2),
        ("PLAIN_PI_4", mp.pi / 4),
        ("PLAIN_1_SQRT_2PI", 1 / mp.sqrt(2 * mp.pi)),
        ("PLAIN_TAN_PI_8", mp.tan(mp.pi / 8)),
        ("PLAIN_TAN_3PI_8", mp.tan(3 * mp.pi / 8)),
        ("PLAIN_ERFC_END", mp.sqrt(plain.tail)),
        ("PLAIN_CDF_END", mp.sqrt(2 * plain.tail)),
        ("PLAIN_ERFC_K", mp.mpf(ERFC_K)),
        ("PLAIN_CDF_K", mp.mpf(CDF_K)),
    ):
        lines.append(f"#define {name} {plain.text(number)}")
    lines.append("")
    for name, comment, f, lo, hi, weight in (
        ("exp_sum", "e^x, |x| <= ln(2)/2", mp.exp, -r, r, 1),
        ("expm1_ratio", "(e^x - 1)/x, |x| <= ln(2)/2", expm1_ratio, -r, r, 1),
        *shared(plain.tail),
    ):
        *rest, last = shortest(f, mp.mpf(lo), mp.mpf(hi), mp.mpf(weight), plain.good)
        lines += [f"/* {comment} */", f"PAIR_FN plain plain_{name}(plain x)", "{", f"    plain p = {plain.text(last)};"]
        lines += [f"    p = plain_fma(p, x, {plain.text(c)});" for c in reversed(rest)]
        lines += ["    return p;", "}", ""]
    return guarded(TITLE, plain.path, "pair_plain_base.h", lines)


if __name__ == "__main__":
    headers = {kind.path: text(kind) for kind in KINDS} | {plain.path: plain_text(plain) for plain in PLAINS}
    for path, content in headers.items():
        if "--check" in sys.argv[1:]:
            if path.read_text() != content:
                sys.exit(f"{path.name} is not what {Path(__file__).name} writes")
        else:
            path.write_text(content)
