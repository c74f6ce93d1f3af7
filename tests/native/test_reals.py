"""The C arithmetics `native/real_*.h` against mpmath, function by function.

`python tests/native/test_reals.py` prints the worst errors instead of judging them.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import operator
import platform
import random
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from . import INCLUDES

HERE = Path(__file__).resolve().parent
INF, NAN = math.inf, math.nan
KINDS = {"double": 0, "dd": 1, "long": 2}
FLAGS = ["-std=c11", "-O1", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC"]
X86 = platform.machine() in ("x86_64", "AMD64")
LONG_IS_WIDER = np.finfo(np.longdouble).nmant > 52

# Worst error allowed: in ulps of the double (0.51 unless listed) ...
ULPS = {
    "exp": 0.9, "expm1": 1.2, "log": 0.9, "log1p": 0.9, "tanh": 2.4, "atan": 1.8, "asinh": 1.8, "erf": 1.4, "erfc": 2.4,
    "sigmoid": 2.4, "softplus": 1.7, "normal_cdf": 2.6, "normal_pdf": 1.3, "gauss": 1.2,
}  # fmt: skip
SINE_ULPS = 0.6  # sin and cos are libm's
# ... and relative, of hi + lo, where the result is neither tiny nor near overflow.
DD_ERROR = 2.0**-102
LONG_ERROR = 2.0**-61
# Below 2^-960 the lo part may be gone, and a subnormal hi is then rounded twice.
DD_TINY_ULPS = 1.01
# An operand below this may have lost its lo part: NaN, should the result not be as small.
TINY = 2.0**-960


def has_fma() -> bool:
    try:
        return " fma " in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


VARIANTS = [*KINDS, *(["double-fma", "dd-fma"] if X86 and has_fma() else [])]


def build(folder: Path, variant: str) -> ctypes.CDLL:
    kind, _, fma = variant.partition("-")
    target = folder / f"{variant}.so"
    subprocess.run(
        ["cc", *FLAGS, *(["-mavx2", "-mfma"] if fma else []), "-Wall", "-Wextra", "-Werror", *INCLUDES,
         f'-DHEADER="real_{kind}.h"', f"-DKIND={KINDS[kind]}", str(HERE / "reals_under_test.c"), "-o", str(target),
         "-lm"],
        check=True,
    )  # fmt: skip
    return ctypes.CDLL(str(target))


def call(library: ctypes.CDLL, name: str, *arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    arrays = tuple(np.ascontiguousarray(a, dtype=np.float64) for a in arrays)
    out = np.empty_like(arrays[0]), np.empty_like(arrays[0])
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in (*arrays, *out)]
    getattr(library, f"array_{name}")(*pointers, ctypes.c_ssize_t(len(arrays[0])))
    return out


@pytest.fixture(scope="module", params=VARIANTS)
def variant(request, tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    return request.param, build(tmp_path_factory.mktemp("reals"), request.param)


def clipped(f: Callable) -> Callable:
    """Beyond +-2000 these are as 0, infinite or constant as they get."""
    return lambda x: f(max(min(x, mp.mpf(2000)), mp.mpf(-2000)))


REFERENCE: dict[str, Callable] = {
    "sqrt": mp.sqrt,
    "exp": clipped(mp.exp),
    "expm1": clipped(mp.expm1),
    "log": mp.log,
    "log1p": mp.log1p,
    "sin": mp.sin,
    "cos": mp.cos,
    "tanh": clipped(mp.tanh),
    "atan": mp.atan,
    "asinh": mp.asinh,
    "erf": clipped(mp.erf),
    "erfc": clipped(mp.erfc),
    "sigmoid": clipped(lambda x: 1 / (1 + mp.exp(-x))),
    "softplus": lambda x: x if x > 2000 else clipped(lambda x: mp.log1p(mp.exp(x)))(x),
    "normal_cdf": clipped(lambda x: mp.erfc(-x / mp.sqrt(2)) / 2),
    "normal_pdf": clipped(lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)),
    "gauss": clipped(lambda x: mp.exp(-x * x)),
}
LOWEST = {"sqrt": 0.0, "log": 0.0, "log1p": -1.0}

# At 0, -0, inf, -inf.
SPECIAL: dict[str, tuple[float, float, float, float]] = {
    "sqrt": (0.0, -0.0, INF, NAN),
    "exp": (1.0, 1.0, INF, 0.0),
    "expm1": (0.0, -0.0, INF, -1.0),
    "log": (-INF, -INF, INF, NAN),
    "log1p": (0.0, -0.0, INF, NAN),
    "sin": (0.0, -0.0, NAN, NAN),
    "cos": (1.0, 1.0, NAN, NAN),
    "tanh": (0.0, -0.0, 1.0, -1.0),
    "atan": (0.0, -0.0, math.pi / 2, -math.pi / 2),
    "asinh": (0.0, -0.0, INF, -INF),
    "erf": (0.0, -0.0, 1.0, -1.0),
    "erfc": (1.0, 1.0, 0.0, 2.0),
    "sigmoid": (0.5, 0.5, 1.0, 0.0),
    "softplus": (math.log(2), math.log(2), INF, 0.0),
    "normal_cdf": (0.5, 0.5, 1.0, 0.0),
    "normal_pdf": (1 / math.sqrt(2 * math.pi), 1 / math.sqrt(2 * math.pi), 0.0, 0.0),
    "gauss": (1.0, 1.0, 0.0, 0.0),
}


@cache
def points() -> list[float]:
    """Both signs of: all magnitudes, edges of the implementations, dense spots, random."""
    rng = random.Random(7)
    spots = [1.0, 0.5, math.log(2) / 2, math.log(2), 1.5 * math.log(2), math.sqrt(0.5), math.sqrt(2), 2.0, 4.0, 5.65685]
    spots += [math.sqrt(2) - 1, math.sqrt(2) + 1, math.pi / 4, math.pi / 2, math.pi, 355.0, 18.714973875118524, 36.7]
    spots += [27.2, 28.0, 38.4, 39.0, 26.5, 37.5, 37.04, 708.39, 709.78, 710.0, 745.13, 746.0, 50.0, 200.0]
    spots += [2.0**-54, 2.0**-27, 2.0**-200, 2.0**-500, 2.0**-800, 2.0**-1022, 2.0**60, 2.0**53, 2.0**120, 2.0**20]
    found = [5e-324, 1e-320, 1.7976931348623157e308, 1e308, 1e154, 1.4e154]
    for s in spots:
        found += [s, math.nextafter(s, 0), math.nextafter(s, INF)]
        found += [s * (1 + d * 2.0**-k) for k in (50, 30, 8) for d in (1, -1)]
    found += [math.exp(rng.uniform(math.log(1e-320), math.log(1e308))) for _ in range(160)]
    found += [math.exp(rng.uniform(math.log(1e-5), math.log(50))) for _ in range(100)]
    for end, count in ((1, 120), (6, 160), (40, 140), (750, 100)):
        found += [rng.uniform(0, end) for _ in range(count)]
    return sorted({x for f in found for x in (f, -f) if abs(x) <= 1.7976931348623157e308})


@cache
def exact(name: str, x: float, low: float = 0.0) -> mp.mpf:
    """f(x + low) to 130 bits: the precision doubles until two answers agree."""
    before, precision = None, 180
    while True:
        with mp.workprec(precision):
            now = REFERENCE[name](mp.mpf(x) + mp.mpf(low))
            if before is not None and abs(now - before) <= abs(now) * mp.mpf(2) ** -130:
                return now
        before, precision = now, precision * 2


def ulps(y: float, low: float, true: mp.mpf) -> float:
    """|y + low - true| in ulps of double, infinity where the kinds differ."""
    rounded = float(true)
    if math.isinf(rounded) or math.isinf(y) or math.isnan(y):
        return 0.0 if y == rounded else INF
    return float(abs(mp.mpf(y) + mp.mpf(low) - true) / mp.mpf(math.ulp(rounded)))


def domain(name: str) -> list[float]:
    return [x for x in points() if x > LOWEST.get(name, -INF)]


def errors(library: ctypes.CDLL, kind: str, name: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Worst error of the leading double in ulps, and of hi + lo relative, each with where."""
    xs = domain(name)
    hi, lo = call(library, name, np.array(xs), np.zeros(len(xs)))
    worst_ulps, worst_relative = (0.0, NAN), (0.0, NAN)
    with mp.workprec(240):
        for x, h, low in zip(xs, hi.tolist(), lo.tolist(), strict=True):
            if kind == "dd" and (
                (name in ("sin", "cos") and abs(x) > 2**20) or (name in ("log", "sqrt") and abs(x) < TINY)
            ):
                assert math.isnan(h), (name, x)
                continue
            true = exact(name, x)
            worst_ulps = max(worst_ulps, (ulps(h, low if kind == "dd" and math.isfinite(low) else 0.0, true), x))
            if math.isfinite(h) and abs(h) > TINY and abs(true) < 1e308:
                error = float(abs(mp.mpf(h) + mp.mpf(low) - true) / abs(true))
                worst_relative = max(worst_relative, (error, x))
    return worst_ulps, worst_relative


@pytest.mark.parametrize("name", REFERENCE)
def test_elementary_functions_are_within_their_bounds(variant, name):
    kind, library = variant[0].partition("-")[0], variant[1]
    (worst, at), (relative, where) = errors(library, kind, name)
    if kind == "double":
        bound = SINE_ULPS if name in ("sin", "cos") else ULPS.get(name, 0.51)
    elif kind == "dd":
        bound = DD_TINY_ULPS
        assert relative <= DD_ERROR, f"{name}({where!r}): relative error 2^{math.log2(relative):.1f}"
    else:
        bound = 0.51 if LONG_IS_WIDER else 4
        if LONG_IS_WIDER:
            assert relative <= LONG_ERROR, f"{name}({where!r}): relative error 2^{math.log2(relative):.1f}"
    assert worst <= bound, f"{name}({at!r}): {worst} ulp"


@pytest.mark.parametrize("name", REFERENCE)
def test_special_values(variant, name):
    kind, library = variant[0].partition("-")[0], variant[1]
    xs = np.array([0.0, -0.0, INF, -INF, NAN])
    hi, lo = call(library, name, xs, np.zeros(5))
    for x, y, low, expected in zip(xs, hi.tolist(), lo.tolist(), (*SPECIAL[name], NAN), strict=True):
        where = f"{name}({x!r}) = {y!r} + {low!r}"
        if math.isnan(expected):
            assert math.isnan(y), where
            continue
        if expected in (0.0, INF, -INF):
            assert y == expected and (kind != "dd" or low == 0.0), where
            assert math.copysign(1, y) == math.copysign(1, expected), where
        else:
            assert abs(y - expected) <= 2 * math.ulp(expected), where
    beyond = {"log": [-1.0, -5e-324, -1e300], "sqrt": [-1.0, -5e-324, -1e300], "log1p": [-1.0000000000000002, -7.0]}
    if name in beyond:
        y, _ = call(library, name, np.array(beyond[name]), np.zeros(len(beyond[name])))
        assert np.isnan(y).all(), name
    if name == "log1p":
        assert call(library, name, np.array([-1.0]), np.zeros(1))[0][0] == -INF


def dd_pairs(count: int, seed: int, spread: int) -> tuple[np.ndarray, np.ndarray]:
    rng = random.Random(seed)
    hi = [rng.choice((-1, 1)) * math.ldexp(rng.uniform(1, 2), rng.randint(-spread, spread)) for _ in range(count)]
    lo = [rng.choice((0.0, math.ulp(h) * rng.uniform(-0.5, 0.5), math.ulp(h) * 2.0**-30)) for h in hi]
    return np.array(hi), np.array(lo)


EXACT = {"add": Fraction.__add__, "sub": Fraction.__sub__, "mul": Fraction.__mul__, "div": Fraction.__truediv__}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("spread", [2, 40, 300])
def test_arithmetic_against_fractions(variant, name, spread):
    kind, library = variant[0].partition("-")[0], variant[1]
    ah, al = dd_pairs(400, 1, spread)
    bh, bl = dd_pairs(400, 2, spread)
    # A third nearly cancel under add or sub: to the last bits of hi, of lo, and altogether.
    for i in range(0, 400, 3):
        bh[i], bl[i] = (-1) ** i * ah[i], (-1) ** i * al[i]
        if i % 9 == 3:
            bl[i] += math.ulp(ah[i]) * 2.0**-40
        elif i % 9 == 6:
            bh[i] += math.ulp(ah[i])
    if kind != "dd":
        al[:], bl[:] = 0, 0
    hi, lo = call(library, name, ah, al, bh, bl)
    for *given, h, low in zip(ah, al, bh, bl, hi, lo, strict=True):
        a, b = Fraction(given[0]) + Fraction(given[1]), Fraction(given[2]) + Fraction(given[3])
        true = EXACT[name](a, b)
        error = abs(Fraction(h) + Fraction(low if kind != "double" else 0.0) - true)
        bits = {"double": 53, "dd": 102, "long": 63 if LONG_IS_WIDER else 52}[kind]
        assert error * 2**bits <= abs(true), (name, given, h, low)


@pytest.mark.parametrize("name", [*EXACT, "neg"])
def test_arithmetic_at_special_values_is_that_of_double(variant, name):
    kind, library = variant[0].partition("-")[0], variant[1]
    values = [0.0, -0.0, 1.0, -1.5, INF, -INF, NAN, 5e-324, -3e-310, 1.7976931348623157e308, -1e300, 1e-200]
    pairs = list(itertools.product(values, values)) if name != "neg" else [(v, 0.0) for v in values]
    a, b = (np.array(column) for column in zip(*pairs, strict=True))
    zero = np.zeros(len(pairs))
    inputs = (a, zero, b, zero) if name != "neg" else (a, zero)
    hi, lo = call(library, name, *inputs)
    with np.errstate(all="ignore"):
        expected = {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b, "neg": -a}[name]
    for pair, y, low, true in zip(pairs, hi.tolist(), lo.tolist(), expected.tolist(), strict=True):
        where = (name, pair, y, low, true)
        if math.isnan(true):
            assert math.isnan(y), where
        elif true == 0.0 or math.isinf(true):
            assert y == true and math.copysign(1, y) == math.copysign(1, true), where
            assert kind == "long" or low == 0.0, where
        elif kind == "dd" and name in ("mul", "div") and min(map(abs, pair)) < TINY <= abs(true):
            assert math.isnan(y), where
        elif kind == "dd" and max(map(abs, pair)) > 2.0**1020:
            assert y == true or math.isnan(y), where
        else:
            assert y == true, where


def test_comparisons_read_both_parts_and_select(variant):
    kind, library = variant[0].partition("-")[0], variant[1]
    lows = [0.0, 2.0**-70, -(2.0**-70)] if kind == "dd" else [0.0]
    values = [(h, low) for h in (1.0, -1.0, 3.5) for low in lows]
    values += [(0.0, 0.0), (-0.0, 0.0), (INF, 0.0), (-INF, 0.0), (NAN, 0.0)]
    pairs = list(itertools.product(values, values))
    inputs = [np.array(column) for column in zip(*((*a, *b) for a, b in pairs), strict=True)]
    for name in ("gt", "ge", "lt", "le", "eq"):
        result, chosen = call(library, name, *inputs)
        expected = []
        for a, b in pairs:
            key = (a, b) if a[0] == b[0] else ((a[0],), (b[0],))
            number = not (math.isnan(a[0]) or math.isnan(b[0]))
            left, right = tuple(v + 0.0 for v in key[0]), tuple(v + 0.0 for v in key[1])
            expected.append(float(number and getattr(operator, name)(left, right)))
        assert result.tolist() == expected, name
        assert chosen.tolist() == [1.0 if c else 2.0 for c in expected], name


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v.startswith("dd")], indirect=True)
@pytest.mark.parametrize("name", REFERENCE)
def test_dd_functions_read_the_low_part(variant, name):
    library = variant[1]
    rng = random.Random(5)
    xs = [rng.uniform(-1, 1) * 10.0 ** rng.uniform(-8, 1.4) for _ in range(60)]
    xs += [1 - 1e-9, 1 + 2.0**-50, 1.0, 0.5, 0.25, 1e-3, -1 + 1e-9]
    xs = [abs(x) if name in ("log", "sqrt") else x for x in xs if x > LOWEST.get(name, -INF)]
    lows = [math.ulp(x) * rng.uniform(-0.49, 0.49) for x in xs]
    hi, lo = call(library, name, np.array(xs), np.array(lows))
    with mp.workprec(240):
        for x, low, h, less in zip(xs, lows, hi.tolist(), lo.tolist(), strict=True):
            true = exact(name, x, low)
            error = float(abs(mp.mpf(h) + mp.mpf(less) - true) / abs(true)) if true else abs(h)
            assert error <= DD_ERROR, f"{name}({x!r} + {low!r}): 2^{math.log2(error):.1f}"
            assert h + less == h, f"{name}({x!r} + {low!r}) is not normalised"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        libraries = {v: build(Path(folder), v) for v in VARIANTS}
        for name in REFERENCE:
            row = [f"{name:11}"]
            for v, library in libraries.items():
                (u, at), (e, where) = errors(library, v.partition("-")[0], name)
                row.append(f"{v}: {u:7.3g} ulp @{at:.17g}, 2^{math.log2(e) if e else -999:.1f} @{where:.17g};  ")
            print(" ".join(row), flush=True)
