"""Straight pieces at every number of 16 bits, which are mostly selected by their bits: against float64, rounded."""

import ml_dtypes
import numpy as np
import pytest

import softknee as knee

LIMITS = [0.5, 0.1, 0.0, 1e-30, 1 + 2.0**-30, 6.0, 2.0**90]
SIGNED = [*LIMITS, -0.0, *(-limit for limit in LIMITS)]
BOUNDS = [(-1, 1), (-0.1, 0.1), (1, 1 + 2.0**-30), (-(2.0**90), 0)]
CASES = [
    *((name, {}) for name in ("relu", "relu6", "absolute", "hardsigmoid")),
    *(("leaky_relu", {"negative_slope": s}) for s in (0.01, -0.25)),
    *(("hardtanh", {"min_val": a, "max_val": b}) for a, b in BOUNDS),
    *(("threshold", {"threshold": t, "value": v}) for t in SIGNED for v in (0.0, -0.1)),
    *((name, {"lambd": s}) for name in ("softshrink", "hardshrink") for s in LIMITS),
    *(("clipped_relu", {"ceiling": c}) for c in LIMITS if c),
]


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16], ids=["float16", "bfloat16"])
@pytest.mark.parametrize("spec", ["value", "slope"])
@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_every_number_of_16_bits_is_selected_as_it_should_be(name, parameters, spec, dtype):
    f = knee.get(name)
    evaluate = f if spec == "value" else f.derivative
    x = np.arange(1 << 16, dtype=np.uint16).view(dtype)
    with np.errstate(all="ignore"):
        y, exact = evaluate(x, **parameters), evaluate(x.astype(np.float64), **parameters).astype(dtype)
    assert y.dtype == dtype
    missing = np.isnan(x.astype(np.float32))
    np.testing.assert_array_equal(np.isnan(y.astype(np.float32)), np.isnan(exact.astype(np.float32)))
    bits, expected = (a.view(np.int16).astype(np.int32)[~missing] for a in (y, exact))
    # Where it does more than select, a product or sum is rounded to float first.
    assert np.abs(bits - expected).max() <= (spec == "value" and name in ("leaky_relu", "softshrink", "hardsigmoid"))
    spread = evaluate(np.repeat(x, 2)[::2], **parameters)
    np.testing.assert_array_equal(spread.view(np.int16)[~missing], bits)
    np.testing.assert_array_equal(evaluate(x[1:], **parameters).view(np.int16)[~missing[1:]], bits[1:])
