"""The C conversions `native/arithmetic/half_types.h`: every 16-bit pattern, and hard doubles."""

from __future__ import annotations

import ctypes
import math
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from . import INCLUDES

HERE = Path(__file__).resolve().parent
# Name: stored mantissa bits, exponent bias.
FORMATS = {"half": (10, 15), "bfloat": (7, 127)}
PATTERNS = np.arange(65536, dtype=np.uint16)


@pytest.fixture(scope="module", params=["-O1", "-O3"])
def library(request, tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    target = tmp_path_factory.mktemp("half") / "half.so"
    subprocess.run(
        ["cc", "-std=c11", request.param, "-ffp-contract=off", "-fno-trapping-math", "-Wall", "-Wextra", "-Werror",
         "-shared", "-fPIC", *INCLUDES, str(HERE / "half_types_under_test.c"), "-o", str(target)],
        check=True,
    )  # fmt: skip
    return ctypes.CDLL(str(target))


def convert(library: ctypes.CDLL, name: str, values: np.ndarray, to: type) -> np.ndarray:
    out = np.empty(values.shape, to)
    getattr(library, f"array_{name}")(
        ctypes.c_void_p(values.ctypes.data), ctypes.c_void_p(out.ctypes.data), ctypes.c_ssize_t(values.size)
    )
    return out


def widened(name: str) -> np.ndarray:
    """The value of every pattern, from the definition of the format."""
    stored, bias = FORMATS[name]
    exponent = (PATTERNS.astype(np.int64) & 0x7FFF) >> stored
    mantissa = (PATTERNS & ((1 << stored) - 1)).astype(np.float64)
    significand = np.where(exponent > 0, mantissa + 2.0**stored, mantissa)
    value = np.ldexp(significand, np.maximum(exponent, 1) - bias - stored)
    special = exponent == 2 * bias + 1
    value = np.where(special, np.where(mantissa == 0, np.inf, np.nan), value)
    return np.where(PATTERNS >> 15, -value, value)


def narrowed(x: float, name: str) -> int:
    """The pattern nearest to x, ties to even, in exact arithmetic."""
    stored, bias = FORMATS[name]
    sign = 0x8000 if math.copysign(1, x) < 0 else 0
    infinity = (2 * bias + 1) << stored
    if math.isinf(x):
        return sign | infinity
    a = Fraction(abs(x))
    exponent = max(math.frexp(x)[1] - 1, 1 - bias) if x else 1 - bias
    units = round(a / Fraction(2) ** (exponent - stored))
    # A significand of 2^(stored + 1) carries into the exponent field by itself.
    return sign | min(((exponent + bias - 1) << stored) + units, infinity)


@pytest.mark.parametrize("name", FORMATS)
def test_every_pattern_widens(library, name):
    values, expected = convert(library, f"{name}_to_double", PATTERNS, np.float64), widened(name)
    nan = np.isnan(expected)
    assert np.array_equal(values.view(np.uint64)[~nan], expected.view(np.uint64)[~nan])
    assert np.isnan(values[nan]).all()
    if name == "half":
        assert np.array_equal(values[~nan], PATTERNS.view(np.float16).astype(np.float64)[~nan])


@pytest.mark.parametrize("name", FORMATS)
def test_every_pattern_survives_a_round_trip(library, name):
    exact = widened(name)
    back = convert(library, f"double_to_{name}", exact, np.uint16)
    nan = np.isnan(exact)
    assert np.array_equal(back[~nan], PATTERNS[~nan])
    assert np.isnan(convert(library, f"{name}_to_double", back, np.float64)[nan]).all()


@pytest.mark.parametrize("name", FORMATS)
def test_doubles_round_once_to_nearest_even(library, name):
    rng = random.Random(11)
    finite = np.unique(np.abs(widened(name)[np.isfinite(widened(name))]))
    above = np.append(finite[1:], 2 * finite[-1] - finite[-2])
    # Ties and their neighbours: the neighbours are ties again after a first rounding to float32.
    ties = (finite + above) / 2
    values = np.concatenate([finite, ties, np.nextafter(ties, 0), np.nextafter(ties, np.inf)]).tolist()
    low, high = FORMATS[name][1] + 20, FORMATS[name][1] + 2
    values += [math.ldexp(rng.uniform(1, 2), rng.randint(-low, high)) for _ in range(4000)]
    values += [5e-324, 2.0**-1022, 1e-310, 1.7976931348623157e308, math.inf, 0.0]
    values = [sign * v for v in values for sign in (1.0, -1.0)]
    got = convert(library, f"double_to_{name}", np.array(values), np.uint16)
    expected = [narrowed(v, name) for v in values]
    assert got.tolist() == expected
    if name == "half":
        with np.errstate(over="ignore"):
            assert np.array_equal(got, np.array(values).astype(np.float16).view(np.uint16))


@pytest.mark.parametrize("name", FORMATS)
def test_nan_stays_nan_with_its_sign(library, name):
    bits = np.array([0x7FF8 << 48, 0xFFF8 << 48, (0x7FF0 << 48) | 1, (0xFFFF << 48) | 0xFFFFFFFFFFFF], dtype=np.uint64)
    got = convert(library, f"double_to_{name}", bits.view(np.float64), np.uint16)
    assert np.isnan(convert(library, f"{name}_to_double", got, np.float64)).all()
    assert (got >> 15).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("name", FORMATS)
def test_by_way_of_float_it_is_the_same(library, name):
    exact = widened(name)
    nan = np.isnan(exact)
    by_float = convert(library, f"{name}_to_float", PATTERNS, np.float32)
    assert np.array_equal(by_float[~nan].astype(np.float64), exact[~nan])
    assert np.array_equal(np.isnan(by_float), nan)
    # Floats, ties of the narrow type and their neighbours among them, round as doubles do.
    rng = np.random.default_rng(3)
    finite = np.unique(exact[np.isfinite(exact)])
    ties = ((finite[1:] + finite[:-1]) / 2).astype(np.float32)
    anything = rng.integers(0, 2**32, 100_000, dtype=np.uint32).view(np.float32)
    near = [np.nextafter(ties, np.float32(side * np.inf)) for side in (-1, 1)]
    values = np.concatenate([ties, *near, anything, np.float32([0.0, -0.0, np.inf, -np.inf, 3.4028235e38])])
    got = convert(library, f"float_to_{name}", values, np.uint16)
    with np.errstate(invalid="ignore"):
        wide = values.astype(np.float64)
    expected = convert(library, f"double_to_{name}", wide, np.uint16)
    missing = np.isnan(values)
    assert np.array_equal(got[~missing], expected[~missing])
    assert np.isnan(convert(library, f"{name}_to_double", got, np.float64)[missing]).all()
