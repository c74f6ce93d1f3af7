"""Gradients of straight pieces, made in one loop: against the slopes of float32, multiplied and rounded here."""

import ml_dtypes
import numpy as np
import pytest
import torch

import softknee as knee
from softknee import _native
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.targets.numpy.compiled import native_face

CASES = [
    *((name, ()) for name in ("relu", "relu6", "absolute", "hardsigmoid", "hardswish")),
    *(("leaky_relu", (slope,)) for slope in (0.25, 0.01, -0.3, 0.0, -0.0, 1e-30)),
    *((name, (shift,)) for name in ("softshrink", "hardshrink") for shift in (0.5, 0.1, 0.0)),
    *(("hardtanh", bounds) for bounds in ((-1, 1), (-0.1, 0.1))),
    *(("threshold", (limit, 0.3)) for limit in (0.0, 0.1)),
]
DTYPES = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32}
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-7, -6e4]


@pytest.fixture(autouse=True)
def _ready():
    knee.relu(torch.ones(1))  # tells the C module of torch


def tensor(a):
    """The same bits for torch."""
    if a.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(a.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(a)


def array(t, dtype):
    return (t.view(torch.int16).numpy() if t.dtype == torch.bfloat16 else t.numpy()).view(dtype)


def made(name, parameters, x, gradient=None):
    """The value, or the gradient times the slope."""
    definition = knee.get(name).definition
    specs = lambda by: native_face(definition, VALUE if by < 0 else DerivativeSpec(("x",)))
    plan = _native.Direct(specs, 1, tuple(map(float, parameters)))
    found = plan.value(None, tensor(x)) if gradient is None else plan.product(0, None, tensor(gradient), tensor(x))
    return array(found, x.dtype)


def numbers(dtype):
    """All of 16 bits, shuffled; of float32 the neighbours of these, and what is between."""
    every = np.random.default_rng(0).permutation(np.arange(1 << 16, dtype=np.uint32))
    if dtype != np.float32:
        return every.astype(np.uint16).view(dtype)
    high = every << 16
    return np.concatenate([high, high + 1, high - 1, high + 0x8000]).view(np.float32)


def gradients(n, dtype):
    g = np.random.default_rng(1).normal(size=n).astype(dtype)
    g[::3001] = np.resize(np.array(SPECIAL).astype(dtype), len(g[::3001]))
    return g


def assert_same(found, expected, most=0):
    """Bit for bit, or so many numbers apart; any NaN is one."""
    missing = np.isnan(expected.astype(np.float32))
    np.testing.assert_array_equal(np.isnan(found.astype(np.float32)), missing)
    whole = np.int16 if found.dtype.itemsize == 2 else np.int32
    apart = found.view(whole)[~missing].astype(np.int64) - expected.view(whole)[~missing]
    assert np.abs(apart).max(initial=0) <= most


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_the_gradient_is_the_slope_of_float32_times_it_rounded_once(name, parameters, dtype):
    x = numbers(DTYPES[dtype])
    for part in (x, x[np.isfinite(x.astype(np.float32))]):
        g = gradients(len(part), x.dtype)
        slope = knee.get(name).derivative(part.astype(np.float32), *parameters)
        with np.errstate(all="ignore"):
            expected = (slope * g.astype(np.float32)).astype(x.dtype)
        # The slope of hardswish between its kinks has fewer digits where the result has.
        most = 1 if name == "hardswish" and dtype != "float32" else 0
        assert_same(made(name, parameters, part, g), expected, most)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize(
    ("name", "parameters"), [("leaky_relu", (0.25,)), ("leaky_relu", (-3.0,)), ("softshrink", (0.5,))]
)
def test_one_operation_of_16_bits_is_that_of_float32_rounded(name, parameters, dtype):
    x = numbers(DTYPES[dtype])
    for part in (x, x[np.isfinite(x.astype(np.float32))]):
        with np.errstate(all="ignore"):
            expected = knee.get(name)(part.astype(np.float32), *parameters).astype(x.dtype)
        assert_same(made(name, parameters, part), expected)


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 4095, 4096, 4097, 8200])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "parameters"), [("leaky_relu", (0.1,)), ("softshrink", (0.1,)), ("hardswish", ())])
def test_an_element_does_not_depend_on_how_many_there_are(name, parameters, dtype, n):
    """With a NaN in some columns, which are then computed otherwise, and beside each other or not."""
    x = numbers(DTYPES[dtype])
    x = x[np.isfinite(x.astype(np.float32))][: 2 * n]
    x[1::4097] = np.nan
    g = gradients(2 * n, x.dtype)
    whole, values = made(name, parameters, x, g), made(name, parameters, x)
    for part in (slice(n), slice(n, None), slice(1, n + 1), slice(None, None, 2)):
        assert_same(made(name, parameters, x[part], g[part]), whole[part])
        assert_same(made(name, parameters, x[part]), values[part])
