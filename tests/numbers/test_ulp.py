"""Every element-wise function against the adaptive oracle, in ulps, value and slope, all dtypes."""

import ml_dtypes
import mpmath
import numpy as np
import pytest

import softknee as knee
from softknee.backends.mpmath import exact
from softknee.language.derivative import derivative

from ..points import DTYPES, breaks_of, elementwise, points
from ..ulps import ulp_error

# What this library promises now; the measured errors are about half an ulp.
PROMISED = {"float64": 8.0, "float32": 2.0}


def unusual(name):
    """Parameters away from the defaults, inside their domains."""
    found = {}
    for key, p in knee.get(name).definition.numeric_parameters.items():
        shifted = float(p.default) * 1.3 + 0.05
        found[key] = shifted if shifted in p.domain else float(p.default)
    constraint = knee.get(name).definition.constraint
    return found if constraint is None or constraint(**found) else None


def defaults(name):
    """The default parameters, as numbers."""
    return {n: float(p.default) for n, p in knee.get(name).definition.numeric_parameters.items()}


def root_of(name, face):
    """The expression that the oracle evaluates."""
    textbook = knee.get(name).definition.textbook
    return textbook if face == "value" else derivative(textbook, "x")


def worst(name, face, dtype, parameters):
    f = knee.get(name)
    numbers, root = defaults(name) | parameters, root_of(name, face)
    x = points(dtype, breaks_of(name), per_decade=3)
    if parameters and f.family == "periodic":
        # omega * x is rounded before the sine, which no longer means anything where x is larger.
        x = x[np.abs(x) < 1e6]
    y = f(x, **parameters) if face == "value" else f.derivative(x, **parameters)
    errors = [error_at(root, float(a), float(b), numbers, dtype) for a, b in zip(x, y, strict=True)]
    at = int(np.argmax(errors))
    return errors[at], float(x[at])


def error_at(root, x, computed, numbers, dtype):
    error = ulp_error(computed, exact(root, {"x": x, **numbers}), dtype)
    if error <= 1 or dtype == np.float64:
        return error
    # A kink at a number that is no double, (1 - 0.5) / 0.2, may be taken for the nearest one.
    beside = (np.nextafter(x, side * np.inf) for side in (-1, 1))
    return min(error, *(ulp_error(computed, exact(root, {"x": float(b), **numbers}), dtype) for b in beside))


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("face", ["value", "slope"])
@pytest.mark.parametrize("dtype", PROMISED)
def test_default_parameters(name, face, dtype):
    error, at = worst(name, face, DTYPES[dtype], {})
    assert error <= PROMISED[dtype], f"{error} ulp at {at!r}"


@pytest.mark.parametrize("name", [n for n in elementwise() if knee.get(n).definition.numeric_parameters])
@pytest.mark.parametrize("face", ["value", "slope"])
def test_unusual_parameters_in_float64(name, face):
    parameters = unusual(name)
    assert parameters is not None
    error, at = worst(name, face, DTYPES["float64"], parameters)
    assert error <= PROMISED["float64"], f"{error} ulp at {at!r} with {parameters}"


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("face", ["value", "slope"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_over_every_bit_pattern(name, face, dtype):
    kind = DTYPES[dtype]
    x = np.arange(65536, dtype=np.uint16).view(kind)
    f = knee.get(name)
    evaluate = f if face == "value" else f.derivative
    computed = evaluate(x)
    assert computed.dtype == kind
    # float64 is within an ulp of the truth (above), so this rounds right but for ties of that ulp.
    with np.errstate(over="ignore", invalid="ignore"):  # the patterns hold signalling NaNs, too
        wide = x.astype(np.float64)
        reference, found = evaluate(wide), computed.astype(np.float64)
        beyond = float(ml_dtypes.finfo(kind).max) * (1 + 2.0 ** -(ml_dtypes.finfo(kind).nmant + 2))
    assert (np.isnan(found) == np.isnan(reference)).all()
    finite = np.abs(reference) < beyond
    assert (found[~finite & ~np.isnan(found)] == np.copysign(np.inf, reference[~finite & ~np.isnan(found)])).all()
    # float64 is within an ulp of the truth (above): it stands for the truth here.
    error = np.abs(found[finite] - reference[finite]) / spacing(reference[finite], kind)
    # A kink at a number that is no double, (1 - 0.5) / 0.2, may be taken for the nearest one.
    at_kink = np.isin(wide[finite], np.array(breaks_of(name)).astype(kind).astype(np.float64))
    assert error[~at_kink].max() <= 0.501, (
        f"{error[~at_kink].max()} ulp at {wide[finite][~at_kink][error[~at_kink].argmax()]}"
    )


def spacing(values, dtype):
    """The distance between neighbours of a narrow type at `values`, the subnormal one below the normal range."""
    info = ml_dtypes.finfo(dtype)
    _, exponent = np.frexp(values)
    return np.ldexp(1.0, np.maximum(exponent - 1, int(info.minexp)) - info.nmant)


def patterns(dtype):
    """Some finite numbers of a half type: any bit pattern, and those of everyday size."""
    rng = np.random.default_rng(6)
    anything = rng.integers(0, 65536, 150, dtype=np.uint16).view(dtype)
    everyday = rng.normal(0, 3, 150).astype(dtype)
    x = np.concatenate([anything, everyday])
    return x[np.isfinite(x.astype(np.float64))]


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("face", ["value", "slope"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_against_the_oracle(name, face, dtype):
    kind = DTYPES[dtype]
    f = knee.get(name)
    x = patterns(kind)
    assert len(x) > 200
    y = (f if face == "value" else f.derivative)(x).astype(np.float64)
    numbers, root = defaults(name), root_of(name, face)
    errors = [error_at(root, float(a), float(b), numbers, kind) for a, b in zip(x, y, strict=True)]
    assert max(errors) <= 0.501, f"{max(errors)} ulp at {float(x[int(np.argmax(errors))])!r}"


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("dtype", DTYPES)
def test_no_gradient_is_nan_or_infinite_where_the_truth_is_finite(name, dtype):
    kind = DTYPES[dtype]
    x = points(kind, breaks_of(name))
    slope = knee.get(name).derivative(x).astype(np.float64)
    numbers, root = defaults(name), root_of(name, "slope")
    largest = float(ml_dtypes.finfo(kind).max)
    for at, found in zip(x.astype(np.float64), slope, strict=True):
        truth = exact(root, {"x": float(at), **numbers})
        # One-sided slopes exist everywhere: a NaN would be the oracle's own failure.
        assert not mpmath.isnan(truth), f"no truth at {at!r}"
        assert np.isfinite(found) or abs(truth) > largest, f"{found} at {at!r}, where it is {mpmath.nstr(truth)}"


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_stays_nan(name, dtype):
    f = knee.get(name)
    x = np.array([np.nan], DTYPES[dtype])
    assert np.isnan(f(x).astype(np.float64)).all()
    assert np.isnan(f.derivative(x).astype(np.float64)).all()
    assert np.isnan(f.derivative(x, order=2).astype(np.float64)).all()


def limit(name, face, sign):
    """The truth at +-inf, read off three points far out: NaN where it oscillates or grows like a logarithm."""
    near = [exact(root_of(name, face), {"x": sign * x, **defaults(name)}) for x in (1e40, 3.7e40, 1.1e41)]
    if all(abs(v) > 1e19 for v in near) and len({v > 0 for v in near}) == 1:
        return np.copysign(np.inf, float(mpmath.sign(near[0])))
    return float(near[0]) if max(near) - min(near) < 1e-12 else np.nan


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_infinity_it_is_the_limit(name, sign, dtype):
    x = np.array([sign * np.inf], DTYPES[dtype])
    for face, evaluate in (("value", knee.get(name)), ("slope", knee.get(name).derivative)):
        found, expected = float(evaluate(x)[0]), limit(name, face, sign)
        if np.isnan(expected):
            assert np.isnan(found) or abs(found) == np.inf
        else:
            with np.errstate(over="ignore"):
                rounded = float(np.float64(expected).astype(x.dtype))
            assert found == pytest.approx(rounded, abs=1e-12), face


# A bias is added last, and 0 + -0 is 0.
@pytest.mark.parametrize("name", [n for n in elementwise() if "bias" not in knee.get(n).parameters])
def test_an_odd_function_keeps_the_sign_of_zero(name):
    f = knee.get(name)
    if f.properties().symmetry != "odd":
        assert float(f(0.0)) == float(f(-0.0))
        return
    assert np.signbit(f(-0.0))
    assert not np.signbit(f(0.0))
