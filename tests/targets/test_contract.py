"""The promises of `softknee.targets.protocol`, for every function of the catalogue on the arrays of every target."""

from __future__ import annotations

import math
from functools import cache

import ml_dtypes
import mpmath
import numpy as np
import pytest

import softknee as knee
from softknee.language.derivative import derivative
from softknee.targets.mpmath import exact

from ..points import breaks_of, elementwise
from .kinds import DTYPES, KINDS

# Each is a number of every dtype, so that the truth is found once.
SIZES = (2.0**-8, 0.1875, 0.5, 0.75, 1.0, 1.25, 2.0, 2.75, 3.5, 6.0, 9.0, 14.0, 40.0, 200.0)
X = np.array([-size for size in reversed(SIZES)] + [0.0, *SIZES])
SIDES = ("left", "right")
GATES = [name for name in knee.names() if isinstance(knee.get(name), knee.Gate)]
AXISWISE = [name for name in knee.names() if isinstance(knee.get(name), knee.Axiswise)]

every_target = pytest.mark.parametrize("kind", KINDS, ids=str)


@pytest.fixture(autouse=True)
def setting(request):
    """The context of a target's calls: JAX has float64 only when asked."""
    kind = request.node.callspec.params.get("kind") if hasattr(request.node, "callspec") else None
    if kind is None:
        yield
    else:
        with kind.setting():
            yield


@cache
def root(name, order, side="left"):
    """The textbook's derivative of an order."""
    if order == 0:
        return knee.get(name).definition.textbook
    return derivative(root(name, order - 1, side), "x", side)


@cache
def truth(name, order, x, side="left"):
    """The textbook's derivative of an order at x, as mpmath's number."""
    return exact(root(name, order, side), {"x": x, **defaults(name)})


def defaults(name):
    return {key: float(p.default) for key, p in knee.get(name).definition.numeric_parameters.items()}


def check(kind, dtype, found, name, order, points, side="left"):
    """Each result is near the truth: as far off as the target may be, and as if x had been off by as much."""
    info = ml_dtypes.finfo(DTYPES[dtype])
    eps, tiny, largest = float(info.eps), float(info.smallest_subnormal), float(info.max)
    for x, got in zip(points, kind.read(found).astype(np.float64), strict=True):
        value, slope = (truth(name, k, float(x), side) for k in (order, order + 1))
        if mpmath.isnan(value):
            continue
        if abs(value) > largest:
            assert abs(got) >= largest * (1 - eps), (name, dtype, x, got, value)
            continue
        size = max(abs(value), mpmath.mpf(float(info.smallest_normal)))
        ulp = max(mpmath.ldexp(eps, int(mpmath.floor(mpmath.log(size, 2)))), mpmath.mpf(tiny))
        allowed = kind.ulps[dtype] * (
            ulp + (abs(x * slope) * np.finfo(np.float64).eps if mpmath.isfinite(slope) else 0)
        )
        if kind.flushes and abs(value) < info.smallest_normal and got == 0:
            continue
        assert abs(mpmath.mpf(float(got)) - value) <= allowed, (name, dtype, float(x), float(got), float(value))


def apart(name, points=X):
    """The points at which the definition does not switch."""
    return np.array([x for x in points if not any(abs(x - b) < 1e-9 for b in breaks_of(name))])


CASES = [(kind, dtype) for kind in KINDS for dtype in kind.ulps]


@pytest.mark.parametrize(("kind", "dtype"), CASES, ids=[f"{kind}-{dtype}" for kind, dtype in CASES])
@pytest.mark.parametrize("name", elementwise())
def test_values_and_slopes(name, kind, dtype, request):
    if (name == "tanhshrink" and kind.ulps[dtype] > 1) or (name == "rational" and kind.ulps[dtype] == 8):
        request.applymarker(pytest.mark.xfail(strict=True, reason="terms cancel; the C module computes them wider"))
    f = knee.get(name)
    check(kind, dtype, f(kind.of(X, dtype)), name, 0, X)
    points = apart(name)
    check(kind, dtype, f.derivative(kind.of(points, dtype)), name, 1, points)


@every_target
@pytest.mark.parametrize("name", elementwise())
def test_second_derivatives(name, kind):
    points = apart(name, X[np.abs(X) < 20])
    found = kind.read(knee.get(name).derivative(kind.of(points), order=2))
    expected = [float(truth(name, 2, float(x))) for x in points]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@every_target
@pytest.mark.parametrize("name", elementwise())
def test_both_in_one_pass_are_what_each_is_alone(name, kind):
    f = knee.get(name)
    for dtype in kind.ulps:
        x = kind.of([*X, *f.kinks, math.inf, -math.inf, math.nan], dtype)
        for side in (*SIDES, "mean"):
            value, slope = f.value_and_derivative(x, at_kink=side)
            np.testing.assert_array_equal(kind.read(value).astype(float), kind.read(f(x)).astype(float))
            alone = f.derivative(x, at_kink=side)
            np.testing.assert_array_equal(kind.read(slope).astype(float), kind.read(alone).astype(float))


@every_target
@pytest.mark.parametrize("name", [name for name in elementwise() if knee.get(name).kinks])
def test_kinks_have_two_sides_and_a_mean(name, kind):
    f = knee.get(name)
    # Where parameters are decimals the definition switches beside the kink's double.
    kinks = np.array([k for k in f.kinks if truth(name, 1, k) != truth(name, 1, k, "right")])
    at = kind.of(kinks)
    sides = {side: kind.read(f.derivative(at, at_kink=side)) for side in (*SIDES, "mean")}
    for side in SIDES:
        for k, got in zip(kinks, sides[side]):
            beside = float(truth(name, 1, float(np.nextafter(k, {"left": -np.inf, "right": np.inf}[side]))))
            assert got == pytest.approx(beside, rel=1e-9, abs=1e-9), (name, k, side)
    np.testing.assert_allclose(sides["mean"], (sides["left"] + sides["right"]) / 2, rtol=1e-12, atol=1e-15)


@every_target
@pytest.mark.parametrize("name", elementwise())
def test_infinities_are_limits_and_nan_stays_nan(name, kind):
    f = knee.get(name)
    for dtype in kind.ulps:
        x = kind.of([-math.inf, math.inf, math.nan, 0.5], dtype)
        for spec, limits in ((f, f.properties().limits), (f.derivative, f.properties().slope_limits)):
            found = kind.read(spec(x)).astype(np.float64)
            np.testing.assert_allclose(found[:2], limits, rtol=float(2.0**-7), atol=1e-9)
            assert math.isnan(found[2]) and not math.isnan(found[3])


@every_target
@pytest.mark.parametrize("name", elementwise())
def test_no_slope_is_nan(name, kind):
    """Where exponentials overflow or vanish, too."""
    for dtype in kind.ulps:
        ends = [88.7, 710.0, 1e4, 65000.0] + ([1e30] if dtype != "float16" else [])
        x = kind.of([sign * end for sign in (1, -1) for end in ends], dtype)
        assert not np.isnan(kind.read(knee.get(name).derivative(x)).astype(np.float64)).any()


@every_target
@pytest.mark.parametrize("name", knee.names())
def test_kind_dtype_and_shape_are_kept(name, kind):
    f = knee.get(name)
    shape = (2, 4, 2, 2)
    for dtype in kind.ulps:
        x = kind.of(np.linspace(-2, 2, math.prod(shape)).reshape(shape), dtype)
        y = f(x) if name == "softmax2d" or isinstance(f, knee.Activation) else f(x, axis=1)
        assert isinstance(y, kind.array)
        assert kind.read(y).dtype == DTYPES[dtype]
        sizes = {"maxout": 2, "crelu": 8, **dict.fromkeys(GATES, 2)}
        assert y.shape == (2, sizes.get(name, 4), 2, 2)


@every_target
@pytest.mark.parametrize("name", elementwise())
def test_no_dimension_and_no_element(name, kind):
    f = knee.get(name)
    alone = kind.of(0.5)
    expected = kind.read(f(kind.of([0.5])))[0]
    assert f(alone).shape == () and float(f(alone)) == expected
    for shape in ((0,), (3, 0)):
        empty = kind.of(np.empty(shape))
        assert f(empty).shape == f.derivative(empty).shape == shape


@every_target
@pytest.mark.parametrize("name", [name for name in elementwise() if defaults(name)])
def test_parameters_are_numbers_or_arrays_that_broadcast(name, kind):
    f = knee.get(name)
    x = np.linspace(-3, 3, 12).reshape(3, 4)
    plain = kind.read(f(kind.of(x)))
    for make in (kind.of, lambda value: value):
        given = {
            key: make(np.full((1, 4), float(p))) if make is kind.of else float(p) for key, p in defaults(name).items()
        }
        np.testing.assert_allclose(kind.read(f(kind.of(x), **given)), plain, rtol=1e-14)
    learned = [key for key, p in f.definition.numeric_parameters.items() if p.learnable]
    for key in learned:
        per_channel = kind.of(np.linspace(0.5, 1.0, 4))
        found = kind.read(f(kind.of(x), **{key: per_channel}))
        for column, value in enumerate(np.linspace(0.5, 1.0, 4)):
            one = kind.read(f(kind.of(x[:, column]), **{key: float(value)}))
            np.testing.assert_allclose(found[:, column], one, rtol=1e-13)


@every_target
def test_choices(kind):
    x = kind.of(X)
    np.testing.assert_array_equal(kind.read(knee.gelu(x, approximate="tanh")), kind.read(knee.gelu_tanh(x)))
    with pytest.raises(knee.ArgumentError, match="gelu: approximate = 'erf' must be one of"):
        knee.gelu(x, approximate="erf")


@every_target
@pytest.mark.parametrize("dtype", [np.int32, np.int64, bool])
def test_integers_become_floats(kind, dtype):
    x = kind.make(np.array([0, 1], dtype))
    usual = np.exp(np.zeros(1, dtype)).dtype if kind.name == "numpy" else np.dtype(kind.default)
    assert kind.read(knee.elu(x)).dtype == kind.read(knee.softmax(x)).dtype == usual
    np.testing.assert_array_equal(kind.read(knee.relu(x)), [0, 1])


@every_target
@pytest.mark.parametrize("name", ["erf", "mish", "softsign", "softplus", "elu", "serf", "logish", "tanhshrink"])
def test_inverses(name, kind):
    f = knee.get(name)
    x = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
    if not f.is_monotone:
        with pytest.raises(knee.ArgumentError, match=f"{name}: inverse"):
            f.inverse(kind.of(x))
        return
    y = f(kind.of(x))
    back = f.inverse(y)
    assert isinstance(back, kind.array)
    np.testing.assert_allclose(kind.read(back), x, rtol=1e-9, atol=1e-9)


@every_target
@pytest.mark.parametrize("name", AXISWISE)
def test_functions_along_an_axis(name, kind):
    """By NumPy's numbers, which tests/catalogue holds to the definitions; the gradient by differences."""
    f = knee.get(name)
    x = np.random.default_rng(0).normal(0, 2, (3, 4, 2))
    options = {} if name == "softmax2d" else {"axis": 1}
    y = kind.read(f(kind.of(x), **options))
    np.testing.assert_allclose(y, f(x, **options), rtol=1e-12, atol=1e-15)
    g = np.random.default_rng(1).normal(size=y.shape)
    found = kind.read(f.vjp(kind.of(x), kind.of(g), **options))
    step = 1e-6
    for at in np.ndindex(x.shape):
        moved = [np.where(np.arange(x.size).reshape(x.shape) == np.ravel_multi_index(at, x.shape), x + s, x)
                 for s in (step, -step)]  # fmt: skip
        difference = sum(s * (g * f(m, **options)).sum() for s, m in zip((1, -1), moved)) / (2 * step)
        assert found[at] == pytest.approx(difference, rel=1e-5, abs=1e-7)
    with pytest.raises(knee.ArgumentError, match=f"{name}: g = "):
        f.vjp(kind.of(x), kind.of(g[:1]), **options)
    if options:
        with pytest.raises(knee.ArgumentError, match=f"{name}: axis = 3"):
            f(kind.of(x), axis=3)


@every_target
@pytest.mark.parametrize("name", GATES)
def test_gates(name, kind):
    f = knee.get(name)
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 3, 4))
    whole = kind.of(np.concatenate([a, b], axis=1))
    g = knee.get({"glu": "sigmoid", "reglu": "relu", "geglu": "gelu", "geglu_tanh": "gelu_tanh", "swiglu": "silu",
                  "bilinear": "identity", "gtu": "sigmoid"}[name])  # fmt: skip
    first = np.tanh(a) if name == "gtu" else a
    np.testing.assert_allclose(kind.read(f(whole)), first * g(b), rtol=1e-13)
    np.testing.assert_array_equal(kind.read(f.combine(kind.of(a), kind.of(b))), kind.read(f(whole)))
    by_a, by_b = f.derivative(whole)
    np.testing.assert_allclose(kind.read(by_a), (1 - np.tanh(a) ** 2 if name == "gtu" else 1) * g(b), rtol=1e-12)
    np.testing.assert_allclose(kind.read(by_b), first * g.derivative(b), rtol=1e-12, atol=1e-15)
    with pytest.raises(knee.ArgumentError, match=f"{name}: x = .*must be even"):
        f(kind.of(np.ones((2, 3))))


OUTSIDE = [
    ("elu", {"alpha": 0.0}), ("elu", {"alpha": -1.0}), ("elu", {"alpha": math.nan}), ("elu", {"alpha": math.inf}),
    ("celu", {"alpha": 0}), ("softplus", {"beta": -1.0}), ("softshrink", {"lambd": -0.1}),
    ("hardshrink", {"lambd": -0.1}), ("squareplus", {"b": -1.0}), ("hardtanh", {"min_val": 1.0, "max_val": -1.0}),
    ("rrelu", {"lower": 0.5, "upper": 0.2}), ("elu", {"alpha": np.array([1.0, -1.0])}),
]  # fmt: skip


@every_target
@pytest.mark.parametrize(("name", "parameters"), OUTSIDE)
def test_parameters_outside_their_domain(name, parameters, kind):
    with pytest.raises(knee.ArgumentError, match=f"{name}: "):
        knee.get(name)(kind.of([1.0, 1.0]), **parameters)


@every_target
def test_what_does_not_fit_is_refused(kind):
    x = kind.of(np.ones((2, 3)))
    with pytest.raises(knee.ArgumentError, match=r"elu: arguments = \(x: .*3"):
        knee.elu(x, alpha=kind.of(np.ones(4)))
    with pytest.raises(knee.ArgumentError, match="prelu: weight = 5 values"):
        knee.prelu(kind.of(np.ones((2, 3, 4))), kind.of(np.ones(5)))
    with pytest.raises(knee.ArgumentError, match="complex"):
        knee.mish(kind.make(np.ones(2, np.complex64)))
    with pytest.raises(knee.ArgumentError, match="softmax: axis = 2"):
        knee.softmax(x, axis=2)
    with pytest.raises(knee.ArgumentError, match="glu: axis = -3"):
        knee.glu(x, axis=-3)
    with pytest.raises(knee.ArgumentError, match="maxout: pool_size = 2"):
        knee.maxout(x)
    with pytest.raises(knee.ArgumentError, match="maxout: pool_size = 0"):
        knee.maxout(x, pool_size=0)
    with pytest.raises(knee.ArgumentError, match="softmax: axis = 'last'"):
        knee.softmax(x, axis="last")
    with pytest.raises(TypeError, match="softmax has no further option 'dim'"):
        knee.softmax(x, dim=0)
    with pytest.raises(TypeError, match="relu has no parameter 'slope'"):
        knee.relu(x, slope=0.1)
    if not kind.takes_out:
        with pytest.raises(TypeError, match="relu: 'where' is NumPy's own argument"):
            knee.relu(x, where=True)
