"""The ops that ONNX lacks, in float32 as the exported model computes them, against mpmath."""

import mpmath
import numpy as np
import pytest
import torch

from softknee.targets.torch import onnx as onnx_ops

EPSILON = 2.0**-23
# Measured are 1.1, 1.4 and 2.3.
EXPM1, LOG1P, ERFC = 2.0, 2.0, 3.0


@pytest.fixture
def exporting(monkeypatch):
    monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: True)


def spread(low, high, count=700):
    """Points of both signs, log-spaced, as float32."""
    positive = np.logspace(np.log10(low), np.log10(high), count)
    return np.concatenate([positive, -positive]).astype(np.float32)


def around(*at):
    """Numbers and some 40 of their neighbours on both sides."""
    found = [np.float32(v) + np.arange(-40, 41) * np.spacing(np.float32(v)) for v in at]
    return np.concatenate(found).astype(np.float32)


def relative_errors(function, truth, x):
    y = function(torch.from_numpy(x)).numpy()
    assert y.dtype == np.float32
    errors = []
    for at, found in zip(x.astype(float), y.astype(float), strict=True):
        exact = truth(mpmath.mpf(at))
        assert np.isfinite(found), f"{found} at {at!r}"
        # Below the normal range digits run out.
        errors.append(float(abs(found - exact) / max(abs(exact), mpmath.mpf(2) ** -126)))
    return np.array(errors)


def test_expm1(exporting):
    x = np.concatenate([spread(1e-38, 88.7), around(1.0, -1.0, 0.5, 88.0), np.linspace(-3, 3, 1001, dtype=np.float32)])
    errors = relative_errors(onnx_ops.expm1, mpmath.expm1, x)
    assert errors.max() <= EXPM1 * EPSILON, f"{errors.max() / EPSILON} epsilon at {x[errors.argmax()]}"


def test_log1p(exporting):
    x = np.concatenate([spread(1e-38, 3e36), around(2.0**-24, 2.0**-23, 1.0), np.linspace(-0.9999, 3, 1001)])
    x = x[x > -1].astype(np.float32)
    errors = relative_errors(onnx_ops.log1p, mpmath.log1p, x)
    assert errors.max() <= LOG1P * EPSILON, f"{errors.max() / EPSILON} epsilon at {x[errors.argmax()]}"


def test_log1p_of_the_largest_numbers(exporting):
    x = np.array([1e37, 1e38, 3.4e38], np.float32)
    errors = relative_errors(onnx_ops.log1p, mpmath.log1p, x)
    assert errors.max() <= LOG1P * EPSILON


def test_erfc(exporting):
    x = np.concatenate([spread(1e-38, 9.0), around(1.0, 2.0, -1.0), np.linspace(-5, 9, 1401, dtype=np.float32)])
    # x^2 is rounded before the exponential, which makes its relative error x^2 times as large.
    errors = relative_errors(onnx_ops.erfc, mpmath.erfc, x) / (1 + np.maximum(x, 0) ** 2)
    assert errors.max() <= ERFC * EPSILON, f"{errors.max() / EPSILON} epsilon at {x[errors.argmax()]}"


def scaled_erfc(x):
    """erfc(x) e^(x^2) / t, where t = 2 / (2 + x)."""
    with mpmath.workdps(40):
        x = mpmath.mpf(x)
        return float(mpmath.erfc(x) * mpmath.exp(x * x) * (2 + x) / 2)


def polynomial_error(coefficients):
    """The polynomial's relative error where erfc is no zero in float32: x from 0 to 10.1, w from 1 to -0.67."""
    x = np.linspace(0, 10.1, 500)
    truth = np.array([scaled_erfc(v) for v in x])
    return np.abs(np.polynomial.polynomial.polyval(4 / (2 + x) - 1, coefficients) / truth - 1).max()


def test_the_polynomial_of_erfc_is_as_close_as_is_said():
    assert polynomial_error(onnx_ops._ERFC) < 1.4e-8


@pytest.mark.parametrize("at", range(len(onnx_ops._ERFC)))
@pytest.mark.parametrize("change", [1e-8, -1e-8])
def test_each_coefficient_counts(at, change):
    coefficients = list(onnx_ops._ERFC)
    coefficients[at] += change
    assert polynomial_error(coefficients) > 1.4e-8


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("expm1", [0.0, -0.0, np.inf, -np.inf, np.nan, 89.0, -200.0], [0.0, -0.0, np.inf, -1, np.nan, np.inf, -1]),
        ("log1p", [0.0, -0.0, np.inf, -1.0, -2.0, np.nan], [0.0, -0.0, np.inf, -np.inf, np.nan, np.nan]),
        ("erfc", [0.0, -0.0, np.inf, -np.inf, np.nan, 20.0, -20.0, 1e30], [1, 1, 0, 2, np.nan, 0, 2, 0]),
    ],
)
def test_ends(exporting, name, x, expected):
    found = getattr(onnx_ops, name)(torch.tensor(x, dtype=torch.float32)).numpy()
    np.testing.assert_allclose(found, np.array(expected, np.float32), rtol=2e-7)
    assert (np.signbit(found) == np.signbit(expected))[np.array(expected) == 0].all()


@pytest.mark.parametrize("name", ["expm1", "log1p", "erfc"])
def test_outside_of_an_export_they_are_torchs(name):
    x = torch.linspace(-0.9, 3, 50)
    torch.testing.assert_close(getattr(onnx_ops, name)(x), getattr(torch, name)(x), rtol=0, atol=0)
