"""The kernels by hand over float32, every 4,099th of its numbers: against float64, which other kernels compute."""

import csv
from pathlib import Path

import numpy as np
import pytest

import softknee as knee
from softknee.catalogue import FOUNDING
from softknee.lab.accuracy.points import roots
from softknee.lab.accuracy.truth import SPECS, Truth
from softknee.language.promise import NEAR
from softknee.targets.c.close_table import CLOSE, GATES

NAMES = sorted({title.split()[0] for title in CLOSE} - GATES.keys())
STEP = 4099  # prime, so that low bits come in all patterns
RECORD = Path(__file__).resolve().parents[2] / "docs" / "records" / "float32-exhaustive.csv"
LEAST = float(np.finfo(np.float32).smallest_normal)


def numbers():
    x = np.arange(0, 2**32, STEP, dtype=np.uint32).view(np.float32)
    return x[np.isfinite(x)]


def ulps(y, exact):
    """How far off y is, in ulps of float32 at the exact value; infinite where one of them alone is."""
    with np.errstate(over="ignore"):
        rounded = exact.astype(np.float32)
    beyond = np.isinf(rounded)
    exponent = np.frexp(np.maximum(np.abs(exact), LEAST))[1] - 24
    error = np.abs(y.astype(np.float64) - exact) * np.exp2(-exponent.astype(np.float64))
    return np.where(beyond, np.where(y == rounded, 0.0, np.inf), error)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("name", NAMES)
def test_float32_keeps_its_promise_everywhere(name, spec):
    f = knee.get(name)
    evaluate = f if spec == "value" else f.derivative
    x = numbers()
    error = ulps(evaluate(x), evaluate(x.astype(np.float64)))
    near = np.zeros(len(x), bool)
    for root in roots(Truth(f.definition, spec)):
        near |= np.abs(x.astype(np.float64) - root) < NEAR
    bound = np.where(near, f.definition.ulp.bound("float32", True), f.definition.ulp.bound("float32"))
    worst = (error - bound).argmax()
    assert error[worst] <= bound[worst], (float(x[worst]), float(error[worst]))


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("name", NAMES)
def test_a_column_and_its_elements_agree(name, spec):
    """Blocks, strips and their ends: an element's result does not depend on where it stands."""
    f = knee.get(name)
    evaluate = f if spec == "value" else f.derivative
    rng = np.random.default_rng(0)
    x = (rng.normal(0, 1, 700) * 10 ** rng.uniform(-3, 3, 700)).astype(np.float32)
    x[rng.integers(0, 700, 60)] = rng.choice([np.nan, np.inf, -np.inf, -90.0, -73.0, 1e-42, -0.0, 3e38], 60)
    whole = evaluate(x)
    for start, stop in [(0, 1), (0, 7), (3, 16), (1, 257), (255, 513), (17, 700)]:
        np.testing.assert_array_equal(evaluate(x[start:stop]), whole[start:stop])
    np.testing.assert_array_equal(evaluate(x[::3]), whole[::3])


def recorded():
    with RECORD.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", recorded(), ids=lambda row: f"{row['function']}-{row['spec']}")
def test_the_worst_of_all_numbers_and_its_neighbourhood_keep_the_promise(row):
    """What `tools/exhaustive_float32.py` found in all 2^32 numbers, and what is computed there today."""
    f = knee.get(row["function"])
    at = np.float32(row["at"])
    near = any(abs(float(at) - root) < NEAR for root in roots(Truth(f.definition, row["spec"])))
    bound = f.definition.ulp.bound("float32", near)
    assert float(row["max_ulp"]) <= bound
    x = (at.view(np.uint32) + np.arange(-500, 500, dtype=np.int64)).astype(np.uint32).view(np.float32)
    x = x[np.isfinite(x)]
    evaluate = f if row["spec"] == "value" else f.derivative
    assert (ulps(evaluate(x), evaluate(x.astype(np.float64))) <= bound).all()


def test_the_record_has_all_functions_that_it_is_to_have():
    found = {(row["function"], row["spec"]) for row in recorded()}
    names = {*FOUNDING, "gelu", "silu"} - {"maxout"}
    assert found >= {(name, spec) for name in names for spec in SPECS}
