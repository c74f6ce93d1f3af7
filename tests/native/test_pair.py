"""The arithmetic of generated kernels, `native/arithmetic/pair.h`, in all its grades.

The truth is `native/arithmetic/real_dd.h`, which test_reals.py holds to mpmath. `python
-m tests.native.test_pair` prints errors and times instead of judging them.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import operator
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from . import INCLUDES
from . import test_reals as reals

HERE = Path(__file__).resolve().parent
INF, NAN = math.inf, math.nan
FLAGS = [
    "-std=gnu11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-thread-jumps",
    "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
]  # fmt: skip
FUNCTIONS = list(reals.REFERENCE)
ODD = ("sqrt", "expm1", "log1p", "sin", "tanh", "atan", "asinh", "erf")


@dataclass(frozen=True)
class Grade:
    """What a grade of pair.h promises."""

    number: type
    part: type  # of what the functions under test give
    bits: float  # results are within 2^-bits of themselves
    lo_bits: float  # |lo| <= 2^-lo_bits |hi|
    tiny: float  # what truly is below comes out below
    huge: float
    sine_end: float
    two_parts: bool


GRADES = {
    "wide": Grade(np.float32, np.float64, 36.0, 24.0, 2.0**-150, 2.0**1000, 2.0**20, True),
    "loose": Grade(np.float32, np.float32, 21.0, 24.0, 2.0**-100, 2.0**120, 2.0**10, False),
    "double": Grade(np.float64, np.float64, 60.0, 44.0, 2.0**-900, 2.0**1000, 2.0**20, True),
}
FUSED = ("double",)


def instruction_sets() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"baseline": []}
    try:
        has = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return found
    if {"avx2", "fma"} <= has:
        found["avx2"] = ["-mavx2", "-mfma"]
    if {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= has:
        found["avx512"] = [
            *("-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma", "-mprefer-vector-width=512")
        ]
    return found


SETS = instruction_sets()
X86 = platform.machine() in ("x86_64", "AMD64")
VARIANTS = [(g, s) for g in GRADES for s in SETS if not (g in FUSED and s == "baseline" and X86)]


def build(folder: Path, grade: str, instructions: str) -> ctypes.CDLL:
    target = folder / f"{grade}-{instructions}.so"
    subprocess.run(
        ["cc", *FLAGS, *SETS[instructions], *INCLUDES, f"-DPAIR_{grade.upper()}",
         str(HERE / "pair_under_test.c"), "-o", str(target), "-lm"],
        check=True,
    )  # fmt: skip
    return ctypes.CDLL(str(target))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    return tmp_path_factory.mktemp("pair")


@pytest.fixture(scope="module")
def dd(folder):
    return reals.build(folder, "dd")


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def variant(request, folder):
    grade, instructions = request.param
    return GRADES[grade], build(folder, grade, instructions)


def pointers(*arrays: np.ndarray) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(a.ctypes.data) for a in arrays]


def call(library: ctypes.CDLL, grade: Grade, name: str, arrays: list[np.ndarray], outputs: int = 2) -> list[np.ndarray]:
    found = [np.empty(len(arrays[0]), dtype=grade.part) for _ in range(outputs)]
    getattr(library, f"array_{name}")(*pointers(*arrays, *found), ctypes.c_ssize_t(len(arrays[0])))
    return found


@cache
def points(grade: Grade, name: str, form: int) -> tuple[np.ndarray, np.ndarray]:
    """Dense where networks live, and of every magnitude the grade promises; hi and lo."""
    rng = np.random.default_rng(11)
    n, reach = 4000, -math.log(grade.tiny)
    signs = rng.choice([-1.0, 1.0], n)
    x = np.concatenate([
        rng.uniform(-1, 1, n), rng.uniform(-6, 6, n), rng.uniform(-40, 40, n), rng.uniform(-reach, reach, n),
        signs * 10 ** rng.uniform(-20, 18, n), 1 + signs * 2 ** rng.uniform(-23, -1, n),
        np.outer(np.arange(-60, 61), [math.pi / 2, math.log(2), math.log(2) / 2, math.pi / 8]).ravel(),
    ])  # fmt: skip
    if name in ("log", "sqrt"):
        x = np.abs(x[x != 0])
    elif name == "log1p":
        x = np.concatenate([np.abs(x), x[np.abs(x) < 0.999999]])
    hi = x.astype(grade.number)
    lo = np.zeros_like(hi)
    if form == 2:
        lo = hi * 2.0 ** -(np.finfo(grade.number).nmant + 2) * rng.uniform(-1, 1, len(hi)).astype(grade.number)
        if grade.number is np.float32:
            # What one double holds: there pairs may be held so.
            lo = (np.float64(hi) + lo - hi).astype(np.float32)
    return hi, lo


def truth(dd: ctypes.CDLL, name: str, hi: np.ndarray, lo: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return reals.call(dd, name, hi.astype(np.float64), lo.astype(np.float64))


def evaluate(
    variant: tuple[Grade, ctypes.CDLL], name: str, form: int, hi: np.ndarray, lo: np.ndarray
) -> list[np.ndarray]:
    grade, library = variant
    found = call(library, grade, f"{name}_{form}", [hi] if form == 1 else [hi, lo])
    return [a.astype(np.float64) for a in found]


def measured(variant: tuple[Grade, ctypes.CDLL], dd: ctypes.CDLL, name: str, form: int) -> dict[str, np.ndarray]:
    grade = variant[0]
    hi, lo = points(grade, name, form)
    y, less = evaluate(variant, name, form, hi, lo)
    true, rest = truth(dd, name, hi, lo)
    keep = np.isfinite(true) & (np.abs(true) < grade.huge) & (true != 0)
    if name in ("sin", "cos"):
        keep &= np.abs(hi) <= grade.sine_end
    x, y, less, true, rest = (a[keep] for a in (hi, y, less, true, rest))
    usual = np.abs(true) > grade.tiny
    return {
        "x": x[usual], "y": y[usual], "lo": less[usual], "tail": y[~usual],
        "error": np.abs((y - true) + (less - rest))[usual] / np.abs(true[usual]),
    }  # fmt: skip


@pytest.mark.parametrize("form", [1, 2])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_within_their_bounds(variant, dd, name, form):
    grade = variant[0]
    if form == 2 and not grade.two_parts:
        hi, lo = points(grade, name, 1)
        one, two = evaluate(variant, name, 1, hi, lo), evaluate(variant, name, 2, hi, lo)
        assert np.array_equal(one, two, equal_nan=True)
        return
    found = measured(variant, dd, name, form)
    assert len(found["x"]) > 10_000
    worst = int(np.argmax(np.where(np.isnan(found["error"]), INF, found["error"])))
    where = f"{name}_{form}({found['x'][worst]!r}): {found['error'][worst]}"
    assert found["error"][worst] <= 2.0**-grade.bits, where
    assert np.all(np.abs(found["lo"]) <= 2.0**-grade.lo_bits * np.abs(found["y"]))
    assert np.all(np.abs(found["tail"]) <= grade.tiny)


@pytest.mark.parametrize("form", [1, 2])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_at_the_ends_it_is_the_limit_or_nothing(variant, name, form):
    grade = variant[0]
    ends = np.array([0.0, -0.0, INF, -INF, NAN], dtype=grade.number)
    y, lo = evaluate(variant, name, form, ends, np.zeros_like(ends))
    with np.errstate(invalid="ignore"):
        total = y + lo
    assert math.isnan(y[4])
    for value, limit in zip(total[:4].tolist(), reals.SPECIAL[name], strict=True):
        # What overflows a float need not be infinite in a double.
        overflow = math.isinf(limit) and value * math.copysign(1.0, limit) > 1e300
        close = math.isfinite(limit) and abs(value - limit) <= 1e-6 * abs(limit) + grade.tiny
        assert math.isnan(value) or value == limit or overflow or close, (name, total)
    if name in ODD:
        assert math.copysign(1.0, y[0]) == 1.0
        assert math.copysign(1.0, y[1]) == -1.0
    assert not np.isnan(y[:2]).any() or name == "log"


@pytest.mark.parametrize("form", [1, 2])
def test_saturated_results_are_given(variant, form):
    grade = variant[0]
    x = np.array([30.0, 1e3, 1e9, 1e18], dtype=grade.number)
    x = np.concatenate([x, -x])
    limits = {"sigmoid": (1, 0), "tanh": (1, -1), "erf": (1, -1), "normal_cdf": (1, 0), "erfc": (0, 2), "gauss": (0, 0)}
    for name, (above, below) in limits.items():
        y, _ = evaluate(variant, name, form, x, np.zeros_like(x))
        assert y == pytest.approx([above] * 4 + [below] * 4, abs=1e-12), name
    y, lo = evaluate(variant, "softplus", form, x, np.zeros_like(x))
    assert y + lo == pytest.approx([*x[:4].astype(float), 0, 0, 0, 0], rel=1e-6, abs=1e-12)
    y, _ = evaluate(variant, "exp", form, x[4:], np.zeros_like(x[4:]))
    assert np.all(np.abs(y[1:]) <= grade.tiny)


def operands(grade: Grade) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    high = [(rng.choice([-1.0, 1.0], 400) * 2 ** rng.uniform(-12, 12, 400)).astype(grade.number) for _ in "ab"]
    high[1][:60] = high[0][:60] * grade.number(1.001)
    high[1][60:120] = -high[0][60:120]
    unit = 2.0 ** -(np.finfo(grade.number).nmant + 2)
    low = [h * grade.number(unit) * rng.uniform(-1, 1, 400).astype(grade.number) for h in high]
    if not grade.two_parts:
        low = [np.zeros_like(h) for h in high]
    elif grade.number is np.float32:
        low = [(np.float64(h) + less - h).astype(np.float32) for h, less in zip(high, low, strict=True)]
    return [high[0], low[0], high[1], low[1]]


@pytest.mark.parametrize("form", ["11", "12", "21", "22"])
@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_arithmetic_reads_what_its_form_says(variant, name, form):
    grade, library = variant
    arrays = operands(grade)
    hi, lo = call(library, grade, f"{name}_{form}", arrays)
    apply = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}[name]
    with mp.workprec(200):
        for ah, al, bh, bl, h, low in zip(*(v.tolist() for v in [*arrays, hi, lo]), strict=True):
            a = mp.mpf(ah) + (mp.mpf(al) if form[0] == "2" else 0)
            b = mp.mpf(bh) + (mp.mpf(bl) if form[1] == "2" else 0)
            size = abs(a) + abs(b) if name in ("add", "sub") else abs(apply(a, b))
            assert abs(mp.mpf(h) + mp.mpf(low) - apply(a, b)) <= size * mp.mpf(2) ** -(grade.bits + 2), (ah, al, bh, bl)


@pytest.mark.parametrize("form", ["11", "12", "21", "22"])
def test_comparisons_read_both_parts_and_select(variant, form):
    grade, library = variant
    unit = 2.0 ** -(np.finfo(grade.number).nmant + 3) if grade.two_parts else 0.0
    values = [(h, low) for h in (1.0, -1.0, 3.5) for low in (0.0, unit, -unit)] + [(0.0, 0.0), (-0.0, 0.0), (NAN, 0.0)]
    pairs = [(*a, *b) for a, b in itertools.product(values, values)]
    arrays = [np.array(column, dtype=grade.number) for column in zip(*pairs, strict=True)]
    for name in ("gt", "ge", "lt", "le", "eq"):
        result, chosen = call(library, grade, f"{name}_{form}", arrays)
        a = [(ah, al if form[0] == "2" else 0.0) for ah, al, _, _ in pairs]
        b = [(bh, bl if form[1] == "2" else 0.0) for _, _, bh, bl in pairs]
        compare = getattr(operator, name)
        # 1 + 2^-80 compares as 1 where the two are one number: all of unit is above that.
        expected = [
            1.0 if not math.isnan(x[0] + y[0]) and compare((x[0] - y[0]) + (x[1] - y[1]), 0.0) else 2.0
            for x, y in zip(a, b, strict=True)
        ]
        assert result.tolist() == expected, name
        assert chosen.tolist() == expected, name


def test_negation_rounding_and_cancellation(variant):
    grade, library = variant
    ah = np.array([1.0, -1.0, 0.0, -0.0, 1.0, 2.0**-8, -(2.0**-8)], dtype=grade.number)
    al = np.array([0.0, 0.0, 0.0, 0.0, 2.0**-40, 0.0, 0.0], dtype=grade.number)
    if not grade.two_parts:
        al[:] = 0
    against = np.array([1.0, 2.0, 0.0, 1.0, 64.0, 64.0, -64.0], dtype=grade.number)
    one, hi, lo, rounded, cancels = call(library, grade, "exact", [ah, al, against], outputs=5)
    assert np.array_equal(one, -ah)
    assert np.array_equal(np.signbit(one), ~np.signbit(ah))
    assert np.array_equal(np.float64(hi) + lo, -(np.float64(ah) + al))
    assert np.array_equal(rounded, ah + al)
    assert np.array_equal(np.signbit(rounded), np.signbit(ah))
    assert cancels.tolist() == [0, 0, 0, 1, 0, 1, 1]  # nothing is lost where both are zero


def nanoseconds(library: ctypes.CDLL, grade: Grade, name: str, form: int) -> float:
    """Per element, of arrays in cache."""
    n, repeats = 2048, 200
    x = (np.random.default_rng(0).standard_normal(n) * 2).astype(grade.number)
    x = np.abs(x) if name in ("log", "log1p", "sqrt") else x
    y, best = np.empty_like(x), INF
    arrays = [x, y] if form == 1 else [x, x * grade.number(2.0 ** -(np.finfo(grade.number).nmant + 3)), y]
    for _ in range(9):
        start = time.perf_counter()
        getattr(library, f"rounded_{name}_{form}")(*pointers(*arrays), ctypes.c_ssize_t(n), repeats)
        best = min(best, time.perf_counter() - start)
    return best / repeats / n * 1e9


def main(folder: Path) -> None:
    truths = reals.build(folder, "dd")
    libraries = {v: build(folder, *v) for v in VARIANTS}
    for name in FUNCTIONS:
        for grade_name, grade in GRADES.items():
            row = [f"{name:11} {grade_name:7}"]
            sets = {s: library for (g, s), library in libraries.items() if g == grade_name}
            for form in (1, 2) if grade.two_parts else (1,):
                found = measured((grade, list(sets.values())[-1]), truths, name, form)
                worst = int(np.argmax(found["error"]))
                size = math.log2(found["error"][worst]) if found["error"][worst] else -INF
                times = ", ".join(
                    f"{s} {nanoseconds(library, grade, name, form):.2f} ns" for s, library in sets.items()
                )
                row.append(f"_{form}: 2^{size:.1f} at {found['x'][worst]:.9g}, {times};")
            print(" ".join(row), flush=True)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        main(Path(temporary))
