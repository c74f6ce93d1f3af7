"""Where digits are lost: around roots down to the last bit, at kinks, at the ends of the range, with any parameters.

The bars are the same for all functions, whatever their own promises say; nothing is forgiven for being ill-conditioned,
since inputs and parameters are the doubles that they are.
"""

import math
import random

import numpy as np
import pytest

import softknee as knee
from softknee.lab.accuracy.points import roots
from softknee.lab.accuracy.truth import SPECS, Truth
from softknee.lab.accuracy.ulps import ulp_errors
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.promise import NEAR
from softknee.targets.numpy.evaluate import ufunc

from ..points import DTYPES, elementwise
from .parameters import parameter_sets

# Value; slope; slope near one of its roots.
BARS = {"float16": (0.501,) * 3, "bfloat16": (0.501,) * 3, "float32": (1.0, 1.0, 2.5), "float64": (2.0, 3.0, 4.0)}
FAR = {"float32": (3e38, 1e30, 1e10, 1e5, 300.0, 1e-4, 1e-10, 1e-38, 1e-45)}
FAR["float64"] = (
    1.7976931348623157e308,
    1e300,
    1e155,
    1e40,
    1e16,
    3e5,
    500.0,
    1e-5,
    1e-20,
    1e-155,
    1e-300,
    1e-310,
    5e-324,
)
FAR["float16"] = FAR["bfloat16"] = (6e4, 300.0, 12.0, 1e-4, 6e-8)
STEPS = range(-3, 4)


def near(at, dtype, rng):
    """The neighbours of a point in a dtype, and points at distances of 2^-3 of it to 2^-60."""
    centre = np.array(at).astype(dtype)
    found = [centre + np.spacing(centre) * dtype.type(k) for k in STEPS]
    scales = range(20, 61, 4) if dtype.itemsize == 8 else range(3, 24, 3)
    return [*found, *(at * (1 + rng.choice((-1, 1)) * 2.0**-k * rng.uniform(0.5, 1)) for k in scales)]


def adversarial(at, breaks, dtype, rng):
    """All points to try, sorted."""
    far = FAR[dtype.name]
    found = [0.0, *far, *(-x for x in far)]
    with np.errstate(over="ignore", invalid="ignore"):
        for each in [*at, *breaks]:
            found += near(each, dtype, rng)
        x = np.unique(np.array([float(each) for each in found]).astype(dtype))
    return x[np.isfinite(x.astype(np.float64))]


def drawn(definition, rng, reach):
    """Parameters drawn anywhere inside their domains, of sizes e^-reach to e^reach."""
    chosen = {}
    for name, p in definition.numeric_parameters.items():
        low, high = p.domain.low, p.domain.high
        value = float(p.default)
        for _ in range(20):
            if math.isfinite(low) and math.isfinite(high):
                tried = rng.choice((low, high, rng.uniform(low, high)))
            else:
                tried = math.exp(rng.uniform(-reach, reach)) * rng.choice((-1, 1))
                tried = low + abs(tried) if math.isfinite(low) else tried
            if tried in p.domain:
                value = tried
                break
        chosen[name] = value
    return chosen


def sets(name):
    """The usual parameters, ordinary ones, and ones that are far from it."""
    definition = knee.get(name).definition
    rng = random.Random(name)
    found = parameter_sets(name)
    if definition.numeric_parameters:
        found += [drawn(definition, rng, reach) for reach in (1.5, 1.5, 14, 90, 600)]
    return [p for p in found if definition.constraint is None or not p or definition.constraint(**p)]


def computed(f, spec, x, parameters, by_element):
    """The spec by one of the two ways: with one number for a parameter, or a number for each element."""
    if not by_element:
        return (f if spec == "value" else f.derivative)(x, **parameters)
    definition = f.definition
    made = ufunc(definition, VALUE if spec == "value" else DerivativeSpec(definition.inputs))
    numbers = {name: float(p.default) for name, p in definition.numeric_parameters.items()} | parameters
    return made(x, *(np.full(x.shape, number) for number in numbers.values()))


def error_at(truth, x, y, dtype, breaks):
    """The error in ulps; beside a kink that is no number of a short dtype, of the side that is nearer."""
    error = truth.error(x, y, dtype)
    if error > 0.5 and dtype.itemsize < 8 and any(abs(x - each) <= 2 * np.spacing(abs(each)) for each in breaks):
        error = min(error, *(truth.error(float(np.nextafter(x, side)), y, dtype) for side in (-np.inf, np.inf)))
    return error


@pytest.mark.parametrize("name", elementwise())
def test_no_digits_are_lost(name):
    f = knee.get(name)
    for parameters in sets(name):
        breaks = f.properties(**parameters).breaks if max(map(abs, parameters.values()), default=0) < 1e30 else ()
        for spec in SPECS:
            truth = Truth(f.definition, spec, parameters)
            at = roots(truth)
            for dtype, kind in DTYPES.items():
                x = adversarial(at, breaks, kind, random.Random(dtype))
                exact = truth.at(x, kind)
                bars = bars_at(x, at, spec, dtype)
                for by_element in (False, True) if f.definition.numeric_parameters else (False,):
                    y = computed(f, spec, x, parameters, by_element)
                    # The truth is known to a part of an ulp: those that come near the bar are measured by the oracle.
                    for k in np.flatnonzero(ulp_errors(y, exact, kind) > bars - (0.1 if kind.itemsize == 8 else 0.001)):
                        error = error_at(truth, float(x[k]), float(y[k]), kind, breaks)
                        assert error <= bars[k], f"{name} {spec}({x[k]!r}): {error} ulp, {parameters=}, {by_element=}"


def bars_at(x, at, spec, dtype):
    """The bar of each point, given the roots."""
    value, slope, slope_near_root = BARS[dtype]
    distance = np.min([np.abs(x.astype(np.float64) - root) for root in [*at, np.inf]], axis=0)
    return np.where((distance < NEAR) & (spec == "slope"), slope_near_root, value if spec == "value" else slope)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_of_all_elements_differ(dtype):
    """Each element with parameters of its own, some of them at roots that no other element has."""
    rng = np.random.default_rng(5)
    kind = DTYPES[dtype]
    for name in ("snake_beta", "swish", "dynamic_tanh", "srelu", "acon_c"):
        f = knee.get(name)
        definition = f.definition
        columns = {key: np.sort(rng.uniform(0.3, 3, 60)) for key in definition.numeric_parameters}
        x = np.concatenate([-rng.uniform(0, 2, 40), rng.uniform(0, 3, 20)]).astype(kind)
        if name == "snake_beta":  # 1 + (alpha/beta) sin(2 alpha x) = 0
            alpha, beta = columns["alpha"] + columns["beta"], columns["beta"]
            columns["alpha"] = alpha
            x = (-np.arcsin(beta / alpha) / (2 * alpha)).astype(kind)
        y = ufunc(definition, DerivativeSpec(definition.inputs))(x, *columns.values())
        for k, point in enumerate(x.tolist()):
            numbers = {key: float(column[k]) for key, column in columns.items()}
            if definition.constraint is None or definition.constraint(**numbers):
                error = Truth(definition, "slope", numbers).error(point, float(y[k]), kind)
                assert error <= BARS[dtype][2], (name, point, numbers)


def cancelling(x):
    """All but the last of its digits are lost, whatever their number: (1 + e^x) - 1."""
    return (1 + knee.exponential(x)) - 1


def deep(x):
    return 1 - knee.tanh(x) - 2 * knee.sigmoid(-2 * x) + x * x * x * 1e-30


@pytest.mark.parametrize("function", [cancelling, deep])
def test_a_function_of_a_user_may_cancel_to_any_depth(function):
    f = knee.activation(function)
    x = np.array([-1.0, -50.0, -200.0, -600.0, -700.0, 1e-3, 0.3, 5.0])
    for spec, evaluate in (("value", f), ("slope", f.derivative)):
        truth = Truth(f.definition, spec)
        for point, y in zip(x.tolist(), evaluate(x).tolist(), strict=True):
            assert truth.error(point, y, x.dtype) <= 1.0, (spec, point)


def test_what_cannot_be_told_from_zero_is_zero():
    f = knee.activation(lambda x: knee.tanh(x) ** 2 + 1 / knee.exponential(0.0) - 1 - knee.tanh(x) * knee.tanh(x))
    assert f(np.array([0.3, -7.0])).tolist() == [0.0, 0.0]


def test_infinite_only_where_the_truth_is():
    """Squares and powers that overflow on the way, in double and beyond the range of long double."""
    hypotenuse = knee.activation(lambda x: (1 + x**40) ** 0.5 / x**19)
    for dtype in (np.float32, np.float64):
        x = np.array([1e30, 1e38], dtype)
        np.testing.assert_allclose(hypotenuse(x), x, rtol=1e-6)
    np.testing.assert_allclose(hypotenuse(np.array([1e200, 1e300])), [1e200, 1e300], rtol=1e-15)
