"""Bounds of errors, `native/arithmetic/error_bounded.h`: wherever the argument is, the true result lies within."""

from __future__ import annotations

import ctypes
import math
import random
import shutil
import subprocess
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from softknee.targets.c import kernels as c

from . import INCLUDES
from .test_reals import FLAGS, INF, LOWEST, REFERENCE, call

HERE = Path(__file__).resolve().parent
KINDS = ("double", "dd", "long")
BINARY = {"add": mp.mpf.__add__, "sub": mp.mpf.__sub__, "mul": mp.mpf.__mul__, "div": mp.mpf.__truediv__}


@pytest.fixture(scope="module", params=KINDS)
def library(request, tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("known")
    (folder / "ops.inc").write_text(c.op_list())
    target = folder / "known.so"
    command = ["cc", *FLAGS, "-Wall", "-Wextra", "-Werror", *INCLUDES, f"-I{folder}"]
    command += [
        f'-DHEADER="real_{request.param}.h"',
        str(HERE / "error_bounded_under_test.c"),
        "-o",
        str(target),
        "-lm",
    ]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(target))


def uncertain(name, count=400):
    """Arguments of all sizes, and errors from a part of them to the last bits of double-double."""
    rng = random.Random(name)
    found = []
    for _ in range(count):
        x = rng.choice((-1, 1)) * math.exp(rng.choice((rng.uniform(-30, 5), rng.uniform(-3, 3), rng.uniform(3, 12))))
        if x > LOWEST.get(name, -INF):
            found.append((x, abs(x) * 2.0 ** -rng.uniform(3, 105)))
    return found


@pytest.mark.parametrize("name", REFERENCE)
def test_functions(library, name):
    xs, errors = (np.array(column) for column in zip(*uncertain(name), strict=True))
    values, bounds = call(library, name, xs, errors)
    loose = 0
    with mp.workprec(400):
        for x, error, y, bound in zip(xs, errors, values, bounds, strict=True):
            if not math.isfinite(y) or not bound < INF:
                # It may only be at a loss where little is known, and a bell multiplies that by 2 x.
                much = error * (2 * abs(x) + 2) > 0.4 or error > 2.0**-5 * abs(x)
                assert much or not math.isfinite(y) or abs(x) > 600, (x, error, y)
                continue
            for side in (-1, 0, 1):
                at = mp.mpf(x) + side * mp.mpf(error)
                if at <= LOWEST.get(name, -INF):
                    continue
                true = REFERENCE[name](at)
                # y is read as a double: what rounding to it took is not the bound's.
                assert abs(true - mp.mpf(y)) <= bound * (1 + 2.0**-40) + abs(y) * 2.0**-52 + 1e-288, (
                    x,
                    error,
                    y,
                    bound,
                )
            loose += bound > 1000 * max(error * max(abs(y / x), 1), abs(y) * 2.0**-51) + 1e-280
    # Bounds that are far too wide would send too much to the wider arithmetics.
    assert loose < len(xs) / 10


@pytest.mark.parametrize("name", BINARY)
def test_arithmetic(library, name):
    a, b = uncertain("a"), uncertain("b")
    (ax, ae), (bx, be) = ((np.array(column) for column in zip(*side, strict=True)) for side in (a, b[::-1][: len(a)]))
    values, bounds = call(library, name, ax, ae, bx, be)
    with mp.workprec(400):
        for x, xe, z, ze, y, bound in zip(ax, ae, bx, be, values, bounds, strict=True):
            for side, other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                true = BINARY[name](mp.mpf(x) + side * mp.mpf(xe), mp.mpf(z) + other * mp.mpf(ze))
                assert abs(true - y) <= bound * (1 + 2.0**-40) + abs(y) * 2.0**-52, (x, z)
            assert bound < 10 * (xe / abs(x) + ze / abs(z) + 2.0**-50) * (abs(x) + abs(z)) * max(1, abs(z), 1 / abs(z))


def test_exact_numbers_compare_exactly_and_others_where_they_are_apart(library):
    cases = [
        (1.0, 0.0, 1.0, 0.0, 0.0),
        (1.0, 0.1, 1.05, 0.0, INF),
        (1.0, 0.1, 1.05, 0.1, INF),
        (1.0, 0.1, 1.3, 0.1, 0.0),
    ]
    cases += [(1.0, math.nan, 9.0, 0.0, INF), (INF, 0.0, 3.0, 0.0, 0.0), (1.0, INF, 9.0, 0.0, INF)]
    a, ae, b, be, error = (np.array(column) for column in zip(*cases, strict=True))
    for name in ("gt", "ge", "lt", "le", "eq"):
        assert call(library, name, a, ae, b, be)[1].tolist() == error.tolist(), name


def test_an_exact_zero_stays_exact(library):
    zero, some, error = np.array([0.0, -0.0]), np.array([3.0, 3.0]), np.array([1e-20, 1e-20])
    exact = np.zeros(2)
    for name in ("mul", "div"):
        values, bounds = call(library, name, zero, exact, some, error)
        assert bounds.tolist() == [0.0, 0.0]
        assert np.signbit(values).tolist() == [False, True]
    for name in ("sin", "tanh", "expm1", "log1p", "atan", "asinh", "erf", "sqrt"):
        assert call(library, name, zero, exact)[1].tolist() == [0.0, 0.0], name


def test_a_result_is_given_where_its_error_does_not_show(library):
    values = np.array([1.0, 1.0, 0.0, 0.0, 1.0, INF, INF, 1.0])
    errors = np.array([2.0**-61, 2.0**-59, 0.0, 1e-300, math.nan, 0.0, INF, INF])
    found = call(library, "result", values, errors)[0]
    assert [not math.isnan(y) for y in found] == [True, False, True, False, False, True, False, False]
