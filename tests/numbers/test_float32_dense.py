"""The kernels by hand over float32, every 4,099th of its numbers: against float64, which other kernels compute."""

import numpy as np
import pytest

import softknee as knee
from softknee.accuracy.points import roots
from softknee.accuracy.truth import FACES, Truth
from softknee.language.promise import NEAR
from softknee.printers.close_table import CLOSE, GATES

NAMES = sorted({title.split()[0] for title in CLOSE} - GATES.keys())
STEP = 4099  # prime, so that low bits come in all patterns
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


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", NAMES)
def test_float32_keeps_its_promise_everywhere(name, face):
    f = knee.get(name)
    evaluate = f if face == "value" else f.derivative
    x = numbers()
    error = ulps(evaluate(x), evaluate(x.astype(np.float64)))
    near = np.zeros(len(x), bool)
    for root in roots(Truth(f.definition, face)):
        near |= np.abs(x.astype(np.float64) - root) < NEAR
    bound = np.where(near, f.definition.ulp.bound("float32", True), f.definition.ulp.bound("float32"))
    worst = (error - bound).argmax()
    assert error[worst] <= bound[worst], (float(x[worst]), float(error[worst]))


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", NAMES)
def test_a_column_and_its_elements_agree(name, face):
    """Blocks, strips and their ends: an element's result does not depend on where it stands."""
    f = knee.get(name)
    evaluate = f if face == "value" else f.derivative
    rng = np.random.default_rng(0)
    x = (rng.normal(0, 1, 700) * 10 ** rng.uniform(-3, 3, 700)).astype(np.float32)
    x[rng.integers(0, 700, 60)] = rng.choice([np.nan, np.inf, -np.inf, -90.0, -73.0, 1e-42, -0.0, 3e38], 60)
    whole = evaluate(x)
    for start, stop in [(0, 1), (0, 7), (3, 16), (1, 257), (255, 513), (17, 700)]:
        np.testing.assert_array_equal(evaluate(x[start:stop]), whole[start:stop])
    np.testing.assert_array_equal(evaluate(x[::3]), whole[::3])
