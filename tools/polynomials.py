"""Polynomials near a function, shared by the make_*_polynomials.py scripts. Needs mpmath."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import mpmath as mp

mp.mp.prec = 400


def guarded(title: str, header: Path, base: str, lines: list[str]) -> str:
    """The text of a header that includes `base`, which has the types and macros that its lines use."""
    name = f"SOFTKNEE_{header.stem.upper()}_H"
    body = "\n".join(lines).rstrip()
    return f'{title}\n#ifndef {name}\n#define {name}\n#include "{base}"\n\n{body}\n#endif\n'


def interpolate(f: Callable, lo: object, hi: object, terms: int) -> list:
    """The coefficients, in powers of the variable, of the interpolant on [lo, hi] at Chebyshev nodes."""
    lo, hi = mp.mpf(lo), mp.mpf(hi)
    middle, half = (hi + lo) / 2, (hi - lo) / 2
    angles = [mp.pi * (i + mp.mpf(1) / 2) / terms for i in range(terms)]
    values = [f(middle + half * mp.cos(angle)) for angle in angles]
    weights = [
        2 * sum(v * mp.cos(j * angle) for v, angle in zip(values, angles, strict=True)) / terms for j in range(terms)
    ]
    weights[0] /= 2
    # T_j in powers of the variable: T_j+1 = 2 u T_j - T_j-1 with u = (x - middle)/half.
    total = [mp.mpf(0)] * terms
    before, now = [mp.mpf(0)], [mp.mpf(1)]
    for j, weight in enumerate(weights):
        for i, c in enumerate(now):
            total[i] += weight * c
        factor = 1 if j == 0 else 2
        after = [mp.mpf(0)] * (len(now) + 1)
        for i, c in enumerate(now):
            after[i] -= factor * c * middle / half
            after[i + 1] += factor * c / half
        for i, c in enumerate(before):
            after[i] -= c if j else 0
        before, now = now, after
    return total


def taylor(f: Callable[[int], object], terms: int) -> list:
    """The first coefficients of a power series."""
    return [mp.mpf(1) * f(n) for n in range(terms)]


def log_rest(z: mp.mpf) -> mp.mpf:
    """The R/z with log((1+s)/(1-s)) = 2 s + s R and z = s^2."""
    if abs(z) < mp.mpf(10) ** -20:
        return mp.mpf(2) / 3 + 2 * z / 5 + 2 * z * z / 7
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) / s - 2) / z


def atan_rest(w: mp.mpf) -> mp.mpf:
    """The function (atan(z) - z)/z^3 of w = z^2."""
    if abs(w) < mp.mpf(10) ** -20:
        return mp.mpf(-1) / 3 + w / 5 - w * w / 7
    z = mp.sqrt(w)
    return (mp.atan(z) / z - 1) / w


def exp_rest(r: mp.mpf) -> mp.mpf:
    """The function (e^r - 1 - r)/r^2 of r."""
    if abs(r) < mp.mpf(10) ** -20:
        return mp.mpf(1) / 2 + r / 6 + r * r / 24
    return (mp.expm1(r) - r) / (r * r)


def erf_rest(w: mp.mpf) -> mp.mpf:
    """The function erf(z)/z - 1 of w = z^2."""
    if abs(w) < mp.mpf(10) ** -20:
        return 2 / mp.sqrt(mp.pi) * (1 - w / 3 + w * w / 10) - 1
    z = mp.sqrt(w)
    return mp.erf(z) / z - 1
