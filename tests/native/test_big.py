"""The arithmetic of many digits, `native/arithmetic/big.h`, against mpmath: results lie within the error they state."""

from __future__ import annotations

import ctypes
import itertools
import math
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from . import INCLUDES, NATIVE
from .test_reals import INF, LOWEST, REFERENCE

HERE = Path(__file__).resolve().parent
PARTS = 12
WIDTHS = (4, 8, 16)
BINARY = {"add": mp.mpf.__add__, "sub": mp.mpf.__sub__, "mul": mp.mpf.__mul__, "div": mp.mpf.__truediv__}
Column = ctypes.c_double * PARTS


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    target = tmp_path_factory.mktemp("big") / "big.so"
    flags = ["-std=c11", "-O1", "-fsanitize=undefined", "-fno-sanitize-recover", "-shared", "-fPIC", "-Wall", "-Wextra"]
    sources = [str(NATIVE / "arithmetic" / name) for name in ("big.c", "big_functions.c")]
    subprocess.run(
        ["cc", *flags, "-Werror", *INCLUDES, *sources, str(HERE / "big_under_test.c"), "-o", str(target), "-lm"],
        check=True,
    )
    return ctypes.CDLL(str(target))


def call(library, name, *arguments, errors=(), limbs=8):
    """The value as an mpf and its bound, of arguments that are lists of doubles."""
    columns = [Column(*a) for a in arguments]
    given = [ctypes.c_double(e) for e in errors or [-INF] * len(columns)]
    parts, error = Column(), ctypes.c_double()
    function = getattr(library, f"call_{name}")
    function.restype = ctypes.c_double
    count = ctypes.c_int(len(arguments[0]))
    exponent = function(*columns, count, *given, ctypes.c_int(limbs), parts, ctypes.byref(error))
    total = mp.mpf(0)
    for part in parts:
        total += mp.mpf(part)
    return mp.ldexp(total, int(exponent)), error.value


def exactly(parts):
    return mp.fsum(mp.mpf(p) for p in parts)


def numbers(rng, count, spread):
    """Sums of three doubles that do not overlap."""
    found = []
    for _ in range(count):
        top = rng.choice((-1, 1)) * math.ldexp(rng.uniform(1, 2), rng.randint(-spread, spread))
        low = math.ulp(top) * rng.uniform(-0.5, 0.5)
        found.append([top, low, math.ulp(low) * rng.uniform(-0.5, 0.5)])
    return found


def holds(value, error, true, limbs, slack=0):
    """The truth is inside, and the bound is not far above what so many limbs can hold."""
    assert not mp.isnan(value), "no number"
    bound = mp.ldexp(1, int(error)) if math.isfinite(error) else mp.mpf(0)
    assert abs(value - true) <= bound
    assert error <= max(mp.mag(true), -5000) - 32 * limbs + 8 + slack


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("spread", [2, 90, 700])
@pytest.mark.parametrize("limbs", WIDTHS)
def test_arithmetic(library, name, spread, limbs):
    rng = random.Random(3)
    left, right = numbers(rng, 120, spread), numbers(rng, 120, spread)
    for i in range(0, 120, 3):  # cancelling to various depths
        right[i] = [-p if name == "add" else p for p in left[i]]
        right[i][i % 2 + 1] *= 1 + 2.0**-20
    with mp.workprec(6000):
        for a, b in zip(left, right, strict=True):
            value, error = call(library, name, a, b, limbs=limbs)
            holds(value, error, BINARY[name](exactly(a), exactly(b)), limbs)


def test_what_is_exact_is_known_to_be(library):
    with mp.workprec(6000):
        for name, a, b, expected in [
            ("add", 1.0, 2.0**-200, 1 + mp.ldexp(1, -200)), ("sub", 1.0, 1.0, 0), ("mul", 3.0, 0.125, 0.375),
            ("div", 21.0, 7.0, 3), ("div", 1.0, 8.0, 0.125), ("mul", 0.0, 5.0, 0),
        ]:  # fmt: skip
            assert call(library, name, [a], [b]) == (expected, -INF), name
        assert call(library, "sqrt", [2.25]) == (1.5, -INF)
        assert call(library, "sqrt", [1.0]) == (1, -INF)
        assert call(library, "sqrt", [2.0**-1022]) == (mp.ldexp(1, -511), -INF)
        assert call(library, "sqrt", [2.0])[1] > -INF
        assert call(library, "div", [1.0], [3.0])[1] > -INF


@pytest.mark.parametrize("name", BINARY)
def test_errors_of_operands_are_carried(library, name):
    rng = random.Random(4)
    with mp.workprec(3000):
        for a, b in zip(numbers(rng, 60, 40), numbers(rng, 60, 40), strict=True):
            errors = [math.frexp(x[0])[1] - rng.randint(3, 200) for x in (a, b)]
            value, error = call(library, name, a, b, errors=errors)
            for side, other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moved = BINARY[name](
                    exactly(a) + side * mp.ldexp(1, errors[0]), exactly(b) + other * mp.ldexp(1, errors[1])
                )
                assert abs(moved - value) <= mp.ldexp(1, int(error)) * (1 + mp.mpf(2) ** -20)


def points(name):
    rng = random.Random(name)
    found = [0.5, 1.0, 2.0, 3.0, 1e-5, 1e-30, 1e-300, 0.7, 20.0, 30.0, 54.0, 700.0, 1.0 - 2.0**-53, math.pi, 1e5]
    found += [math.exp(rng.uniform(-12, 6)) for _ in range(25)]
    found += [-x for x in found]
    if name in ("sin", "cos", "atan", "asinh", "sqrt", "log", "tanh", "softplus"):
        found += [1e22, 1.7976931348623157e308, 6381956970095103 * 2.0**797, 1e155]
    return [x for x in found if x > LOWEST.get(name, -INF)]


def exact(name, x, limbs):
    """REFERENCE clips: e^-2000 is what fixed formats call 0."""
    function = {
        "exp": mp.exp, "expm1": mp.expm1, "tanh": mp.tanh, "erf": mp.erf, "erfc": mp.erfc,
        "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)) if x < 1e4 else x,
        "normal_cdf": lambda x: mp.erfc(-x / mp.sqrt(2)) / 2, "normal_pdf": lambda x: mp.npdf(x),
        "gauss": lambda x: mp.exp(-x * x),
    }.get(name, REFERENCE[name])  # fmt: skip
    with mp.workprec(32 * limbs + 2400):
        return function(x)


# Beyond these mpmath computes no erfc: the value is 0 by any standard.
FARTHEST = {"erfc": 1e3, "erf": 1e3, "normal_cdf": 1e3}


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("limbs", WIDTHS)
def test_functions(library, name, limbs):
    with mp.workprec(32 * limbs + 2400):
        for x in points(name):
            if abs(x) > FARTHEST.get(name, INF):
                continue
            value, error = call(library, name, [x], limbs=limbs)
            true = exact(name, mp.mpf(x), limbs)
            # Beside a root, and where a value nears 1, the bound is absolute.
            slack = max(0, -mp.mag(true)) + 64 if name in ("sin", "cos", "atan") else 8
            bound = mp.ldexp(1, int(error)) if math.isfinite(error) else mp.mpf(0)
            assert abs(value - true) <= bound, (x, value, true)
            assert error <= mp.mag(true) - 32 * limbs + 8 + slack, (x, error)


@pytest.mark.parametrize("name", REFERENCE)
def test_functions_carry_the_error_of_their_argument(library, name):
    rng = random.Random(9)
    with mp.workprec(1200):
        for x in points(name):
            if abs(x) > min(FARTHEST.get(name, INF), 1e6):
                continue
            off = math.frexp(x)[1] - rng.randint(20, 150)
            value, error = call(library, name, [x], errors=[off])
            if error == INF:  # nothing is known; it may not say so where the argument is known well
                assert off > -10
                continue
            for side in (-1, 1):
                moved = mp.mpf(x) + side * mp.ldexp(1, off)
                true = exact(name, moved, 30)
                assert abs(true - value) <= mp.ldexp(1, int(error)) * (1 + mp.mpf(2) ** -20), x


def test_rounding_to_double_is_to_nearest_even(library):
    library.rounded.restype = ctypes.c_double
    rng = random.Random(1)
    cases = [
        [1.0, 2.0**-53],
        [1.0, 2.0**-53, 2.0**-200],
        [1.0 + 2.0**-52, 2.0**-53],
        [1.7976931348623157e308, 2.0**970],
    ]
    cases += [[5e-324], [2.2250738585072014e-308, -5e-324]]
    for _ in range(300):
        top = math.ldexp(rng.uniform(1, 2), rng.randint(-1074, 1020))
        cases.append([top, math.ulp(top) * rng.choice((0.5, -0.5, 0.25, 0.75)), rng.choice((0.0, 1e-320, -1e-320))])
    with mp.workprec(3000):
        for case in cases:
            found = library.rounded(Column(*case), ctypes.c_int(len(case)))
            total = sum(map(mp.mpf, case))
            if case[0] > 1.7e308:
                assert found == INF
            else:
                assert found == float(sum(map(Fraction, case))), (case, total)


def as_doubles(library, name, *arguments):
    """The result of doubles as the nearest double."""
    function = getattr(library, f"double_{name}")
    function.restype = ctypes.c_double
    return function(*map(ctypes.c_double, arguments), ctypes.c_int(8))


@pytest.mark.parametrize("name", BINARY)
def test_zeros_have_the_signs_of_doubles(library, name):
    """For every pair of a zero, an ordinary number and an infinity of either sign."""
    of_doubles = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}[name]
    for a, b in itertools.product((0.0, -0.0, 1.5, -1.5, INF, -INF), repeat=2):
        with np.errstate(all="ignore"):
            expected = of_doubles(np.float64(a), np.float64(b))
        found = as_doubles(library, name, a, b)
        assert repr(float(found)) == repr(float(expected)), (a, b)


@pytest.mark.parametrize("name", [*REFERENCE, "neg"])
def test_functions_of_zeros_have_the_signs_of_doubles(library, name):
    through_zero = {"neg", "sqrt", "expm1", "log1p", "sin", "tanh", "atan", "asinh", "erf"}
    for zero in (0.0, -0.0):
        found = as_doubles(library, name, zero)
        if name in through_zero:
            assert repr(found) == repr(math.copysign(0.0, -zero if name == "neg" else zero))
        else:
            assert found != 0


def test_what_underflows_keeps_its_sign(library):
    assert repr(as_doubles(library, "mul", -1e-200, 1e-200)) == "-0.0"
    assert repr(as_doubles(library, "div", -5e-324, 4.0)) == "-0.0"
    assert repr(as_doubles(library, "exp", -1e300)) == "0.0"
