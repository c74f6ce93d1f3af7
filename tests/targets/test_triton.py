"""The Triton kernels: their numbers in Triton's interpreter, and their code, compiled without a device."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import softknee as knee
from softknee.lab.accuracy.ulps import ulp_error
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import Expr, symbol
from softknee.targets.mpmath import exact
from softknee.targets.numpy.evaluate import ufunc

from ..points import DTYPES
from . import triton_work as work

if sys.platform != "linux":
    pytest.skip("Triton is made for Linux alone", allow_module_level=True)

# A result is within so many ulps of the right one for arguments within so many ulps of those given.
ULPS = 6.0
NAMES = [name for name in knee.names() if isinstance(knee.get(name).definition, Definition)]
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def interpreted() -> Iterator[Call]:
    with pytest.MonkeyPatch.context() as patch, work.process(patch, TRITON_INTERPRET="1") as call:
        yield call


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    cache = str(tmp_path_factory.mktemp("triton"))
    with (
        pytest.MonkeyPatch.context() as patch,
        work.process(patch, TRITON_INTERPRET="0", TRITON_CACHE_DIR=cache) as call,
    ):
        yield call


def defaults(name: str) -> tuple[float, ...]:
    return tuple(float(p.default) for p in knee.get(name).definition.numeric_parameters.values())


def unusual(name: str) -> tuple[float, ...]:
    """Parameters away from the defaults, inside their domains."""
    found = []
    for parameter in knee.get(name).definition.numeric_parameters.values():
        shifted = float(parameter.default) * 1.3 + 0.05
        found.append(shifted if shifted in parameter.domain else float(parameter.default))
    return tuple(found)


def points(name: str, kind: str) -> list[np.ndarray]:
    """One block of numbers: the everyday ones densely, tails, tiny and large ones; for a gate pairs of them."""
    largest = 4.0 if kind == "float16" else 6.0
    decades = np.logspace(-6, largest, 100)
    spread = [np.linspace(-12, 12, 601), np.linspace(-110, 110, 221), decades, -decades, [0.0, -0.0]]
    x = np.concatenate(spread).astype(DTYPES[kind])
    if knee.get(name).family == "periodic":
        # omega x is rounded before the sine, which no longer means anything where x is large.
        x = x[np.abs(x.astype(float)) < 100]
    return [x] if len(knee.get(name).definition.inputs) == 1 else [np.roll(x, 211) % DTYPES[kind].type(5), x]


def spacing(values: np.ndarray, kind: str) -> np.ndarray:
    info = ml_dtypes.finfo(DTYPES[kind])
    _, exponent = np.frexp(values)
    return np.ldexp(1.0, np.maximum(exponent - 1, int(info.minexp)) - info.nmant)


# Ops of one argument, and where they are tried beyond the everyday numbers.
OPS_IN_ULPS = {
    "asinh": 1e38, "atan": 1e38, "cos": 1e3, "erf": 10, "erfc": 10, "exp": 88, "expm1": 88, "gauss": 10, "log": 1e38,
    "log1p": 1e38, "normal_cdf": 14, "normal_pdf": 14, "sigmoid": 100, "sin": 1e3, "softplus": 100, "sqrt": 1e38,
    "tanh": 20,
}  # fmt: skip


@pytest.mark.parametrize("op", OPS_IN_ULPS)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_ops_are_within_two_ulps(interpreted: Call, op: str, kind: str) -> None:
    far = OPS_IN_ULPS[op]
    positive = np.concatenate([np.linspace(0, min(far, 20), 160), np.logspace(-30, np.log10(far), 60)])
    lowest = {"log": 1e-45, "sqrt": 0.0, "log1p": -0.999}.get(op, -np.inf)
    x = np.concatenate([positive, -positive]).astype(kind)
    x = x[x >= lowest]
    y = interpreted(work.op_at, op, x)
    root = Expr(op, (symbol("x"),))
    errors = [ulp_error(float(b), exact(root, {"x": float(a)}), DTYPES[kind]) for a, b in zip(x, y)]
    assert max(errors) <= 2, f"{max(errors)} ulp at {float(x[int(np.argmax(errors))])!r}"


# Where more is subtracted than the arguments' own rounding shows: the size of what is subtracted.
TERMS = {
    "tanhshrink": lambda spec, x: 1.0 if spec.by else np.abs(x),
    "snake": lambda spec, x: 1.0 if spec.by else np.abs(x),
    "snake_beta": lambda spec, x: 1.0 if spec.by else np.abs(x),
}


def tolerance(
    name: str, spec: DerivativeSpec, data: list[np.ndarray], numbers: tuple[float, ...], kind: str
) -> np.ndarray:
    """An ulp of the result, and what an ulp of each argument changes; a subnormal on the way has absolute error."""
    definition, arithmetic = knee.get(name).definition, "float64" if kind == "float64" else "float32"
    info = ml_dtypes.finfo(DTYPES[arithmetic])
    unit = 2.0 ** -(info.nmant + 1)
    allowed = spacing(right(name, spec, data, numbers), arithmetic)
    for key, argument in zip(definition.arguments, (*data, *numbers)):
        change = argument * ufunc(definition, spec.then(key))(*data, *numbers)
        allowed = allowed + unit * np.where(np.isfinite(change), np.abs(change), 0)
    if name in TERMS:
        allowed = allowed + unit * TERMS[name](spec, data[0])
    scale = np.prod([1 + np.abs(x) for x in data], axis=0)
    return allowed + float(info.smallest_subnormal) * scale**2


def right(name: str, spec: DerivativeSpec, data: list[np.ndarray], numbers: tuple[float, ...]) -> np.ndarray:
    """What NumPy's float64 gives, which is held against the oracle elsewhere."""
    with np.errstate(all="ignore"):
        return np.asarray(ufunc(knee.get(name).definition, spec)(*data, *numbers), dtype=np.float64)


def hold(
    name: str, spec: DerivativeSpec, found: np.ndarray, given: list[np.ndarray], numbers: tuple[float, ...], kind: str
) -> None:
    """Assert that all of `found` is right to within the tolerance, and rounded once to a half type after that.

    Triton's interpreter cuts bfloat16 off where a device rounds, and loses its subnormal numbers.
    """
    data = [x.astype(np.float64) for x in given]
    expected = right(name, spec, data, numbers)
    with np.errstate(all="ignore"):
        allowed = ULPS * tolerance(name, spec, data, numbers, kind)
        if kind in ("float16", "bfloat16"):
            allowed = allowed + (0.5 if kind == "float16" else 1.0) * spacing(expected, kind)
        largest = float(ml_dtypes.finfo(DTYPES[kind]).max)
        off = np.abs(np.clip(found, -largest, largest) - np.clip(expected, -largest, largest)) > allowed
    if kind == "bfloat16":
        off &= np.abs(expected) > 1e-37
    wrong = off | (np.isnan(found) != np.isnan(expected))
    at = int(np.argmax(wrong))
    assert not wrong.any(), f"{spec} at {[float(x[at]) for x in given]} is {found[at]!r}, not {expected[at]!r}"


def hold_all(call: Call, name: str, kind: str, numbers: tuple[float, ...]) -> None:
    data = points(name, kind)
    value, slopes = call(work.value_and_slopes, name, data, numbers)
    hold(name, VALUE, value, data, numbers, kind)
    assert list(slopes) == list(knee.get(name).definition.inputs)
    for key, slope in slopes.items():
        hold(name, VALUE.then(key), slope, data, numbers, kind)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["float32", "float64", "float16", "bfloat16"])
def test_value_and_gradient(interpreted: Call, name: str, kind: str) -> None:
    hold_all(interpreted, name, kind, defaults(name))


@pytest.mark.parametrize("name", [name for name in NAMES if defaults(name)])
def test_value_and_gradient_with_unusual_parameters(interpreted: Call, name: str) -> None:
    hold_all(interpreted, name, "float32", unusual(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_ends(interpreted: Call, name: str, kind: str) -> None:
    ends = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], dtype=kind)
    data = [ends] if len(knee.get(name).definition.inputs) == 1 else [np.full_like(ends, 0.5), ends]
    value, slopes = interpreted(work.value_and_slopes, name, data, defaults(name))
    for spec, found in ((VALUE, value), *((VALUE.then(key), slope) for key, slope in slopes.items())):
        expected = right(name, spec, [x.astype(np.float64) for x in data], defaults(name)).astype(kind)
        # Parameters are rounded to the kernel's arithmetic.
        np.testing.assert_allclose(found, expected, rtol=8 * np.finfo(kind).eps, err_msg=str(spec))
        zero = expected == 0
        np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(expected[zero]), err_msg=str(spec))


@pytest.mark.parametrize("layout", work.LAYOUTS)
def test_layouts(interpreted: Call, layout: str) -> None:
    found = interpreted(work.in_layout, layout)
    x = found["x"].astype(np.float32)
    np.testing.assert_allclose(found["y"], knee.mish(x), rtol=1e-6, atol=1e-7)
    assert found["strides kept"]
    for key in ("contiguous", "alike", "expanded"):
        grad, slope = found[f"by {key}"]
        np.testing.assert_allclose(slope, grad * knee.mish.derivative(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["relu", "gelu", "mish", "rational"])
def test_one_kernel_forward_and_one_backward_that_keep_the_input_alone(interpreted: Call, name: str) -> None:
    seen, kept = interpreted(work.launches, name)
    assert seen == [f"{name} value", f"{name} value/x gradient"]
    assert kept == 1


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(knee.get(n), knee.Gate)])
def test_gates_read_the_halves_where_they_lie(interpreted: Call, name: str) -> None:
    seen, y, slope = interpreted(work.halves, name)
    assert seen == [f"{name} value", f"{name} value/a value/b gradient"]
    x = np.linspace(-4, 4, 6 * 512, dtype=np.float32).reshape(6, 512)
    np.testing.assert_allclose(y, knee.get(name)(x), rtol=1e-5, atol=1e-6)
    expected = np.concatenate(knee.get(name).derivative(x), axis=1)
    np.testing.assert_allclose(slope, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("weight", [0.25, 0.0, -0.5])
def test_a_learned_weight(interpreted: Call, weight: float) -> None:
    seen, found = interpreted(work.learned_weight, weight, 1)
    assert seen == ["prelu value", "prelu value/x gradient", "prelu value/weight"]
    np.testing.assert_array_equal(found["y"], [[-np.inf * weight if weight else 0, -2 * weight], [0.5, np.inf]])
    np.testing.assert_array_equal(found["x"], [[weight, weight], [1, 1]])


def test_a_weight_per_channel_is_left_to_torchs_operations(interpreted: Call) -> None:
    seen, found = interpreted(work.learned_weight, 0.25, 2)
    assert seen == []
    np.testing.assert_array_equal(found["y"], [[-np.inf, -0.5], [0.5, np.inf]])


def test_second_derivatives(interpreted: Call) -> None:
    x = np.linspace(-3, 3, 50, dtype=np.float32)
    np.testing.assert_allclose(interpreted(work.second_derivative, x), knee.gelu.derivative(x, order=2), atol=1e-6)


def test_rows_farther_apart_than_32_bits_reach(interpreted: Call) -> None:
    x, y = interpreted(work.far_apart)
    assert x.min() == -3
    np.testing.assert_array_equal(y, np.maximum(x, 0))


def test_transforms_see_torchs_operations(interpreted: Call) -> None:
    x = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)
    seen, y = interpreted(work.batched, x)
    assert seen == []
    np.testing.assert_allclose(y, knee.mish(x), rtol=1e-6)


# -- compiled, for a device that need not be there ---------------------------------------
def telling() -> list[str]:
    """Functions that have all ops among them, the gates and the founding ones."""
    found = ["relu", "gelu", "mish", "silu", *(n for n in NAMES if isinstance(knee.get(n), knee.Gate))]
    seen = frozenset().union(*map(work.ops_of, found))
    for name in NAMES:
        if not work.ops_of(name) <= seen:
            found.append(name)
            seen |= work.ops_of(name)
    return found


def test_the_library_has_all_ops(compiled: Call) -> None:
    assert compiled(work.undefined_ops) == set()


@pytest.mark.parametrize("name", telling())
@pytest.mark.parametrize("gradient", [False, True], ids=["value", "gradient"])
def test_code_for_a_device(compiled: Call, name: str, gradient: bool) -> None:
    text = compiled(work.ptx, name, gradient)
    inputs = len(knee.get(name).definition.inputs)
    # The toolkit's reduction of huge angles is in double precision, and keeps digits of pi in memory.
    if not work.ops_of(name) & {"sin", "cos"}:
        assert ".f64" not in text
        assert ".local" not in text
    assert work.accesses(text, "st") == work.PER_THREAD * (inputs if gradient else 1)
    # The gradient of a product of two lines reads neither more nor less than it uses.
    assert work.accesses(text, "ld") <= work.PER_THREAD * (inputs + gradient)
    assert work.accesses(text, "ld") % work.PER_THREAD == 0
    assert "ld.global.v4" in text


@pytest.mark.parametrize(("dtype", "bits"), [("fp16", 16), ("bf16", 16), ("fp64", 64)])
def test_code_for_other_dtypes(compiled: Call, dtype: str, bits: int) -> None:
    text = compiled(work.ptx, "gelu", True, dtype)
    rounds_to_nearest = {"fp16": "cvt.rn.f16", "bf16": "cvt.rn.bf16", "fp64": "fma.rn.f64"}[dtype]
    assert rounds_to_nearest in text
    assert (".f64" in text) == (bits == 64)
    words = work.PER_THREAD * 2 * bits // max(bits, 32)
    assert work.accesses(text, "ld") == words


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("n", ["i32", "i64"])
def test_code_counts_elements_in_64_bits(compiled: Call, n: str, single: bool) -> None:
    text = compiled(work.ptx, "silu", False, "fp32", n, False, single)
    assert work.accesses(text, "ld") == work.PER_THREAD
    # The number of a block times its size: shifted in 64 bits, or multiplied into 64.
    assert re.search(r"shl\.b64\s+\S+\s+\S+\s+10;|mul\.wide\.u32\s+\S+\s+\S+\s+1024;", text)
    assert ("div." in text.partition("ld.global")[0]) != single


def test_code_for_a_learned_weight_loads_it_once(compiled: Call) -> None:
    text = compiled(work.ptx, "swish", False, "fp32", "i32", True)
    assert work.accesses(text, "ld") == work.PER_THREAD + 1


def test_where_triton_does_not_run_torchs_operations_compute(compiled: Call) -> None:
    said, y = compiled(work.without_a_driver)
    assert said.count("Triton does not run on cpu") == 1
    np.testing.assert_allclose(y, knee.mish(np.linspace(-2, 2, 9)), rtol=1e-6, atol=1e-7)


def test_the_polynomials_are_those_of_the_tool() -> None:
    tool = Path(__file__).parents[2] / "tools" / "make_triton_polynomials.py"
    subprocess.run([sys.executable, tool, "--check"], check=True)
