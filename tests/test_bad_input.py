"""Bad input gets a clear error that names function, argument and value."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch

import softknee as knee
from softknee.language.errors import ArgumentError, ArgumentTypeError, UnknownActivationError


@pytest.mark.parametrize("name", ["relu", "mish", "elu", "softplus"])
@pytest.mark.parametrize(
    "x",
    [np.ones(2, complex), np.array(["a"]), np.array([object()]), "text", 1j, None, np.ones(2, "M8[s]"), [[1], [1, 2]]],
)
def test_wrong_dtypes(name, x):
    with pytest.raises(ArgumentTypeError, match=f"{name}: x = "):
        knee.get(name)(x)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize <= 8, reason="no extended precision here")
def test_long_double_is_refused_rather_than_narrowed():
    with pytest.raises(ArgumentTypeError, match="relu"):
        knee.relu(np.ones(2, np.longdouble))


@pytest.mark.parametrize("value", ["0.1", None, True, 1j, [["a"]]])
def test_parameters_of_a_wrong_type(value):
    with pytest.raises(ArgumentTypeError, match="leaky_relu: negative_slope = "):
        knee.leaky_relu(1.0, negative_slope=value)


def test_unknown_surplus_and_doubled_parameters():
    with pytest.raises(TypeError, match=r"elu has no parameter 'slope' = 0\.1"):
        knee.elu(1.0, slope=0.1)
    with pytest.raises(TypeError, match="elu takes at most 1"):
        knee.elu(1.0, 1.0, 2.0)
    with pytest.raises(TypeError, match="elu got parameter 'alpha' twice"):
        knee.elu(1.0, 1.0, alpha=2.0)


def test_numpys_keywords_are_numpys():
    with pytest.raises(TypeError, match="out"):
        knee.relu(torch.ones(2), out=torch.ones(2))
    with pytest.raises(ArgumentError, match="out: float64"):
        knee.relu(np.ones(3), out=np.ones(2))
    with pytest.raises(ArgumentTypeError, match="out: int32"):
        knee.relu(np.ones(3), out=np.ones(3, np.int32))


def test_derivative_arguments():
    with pytest.raises(ArgumentError, match="relu: at_kink = 'up'"):
        knee.relu.derivative(1.0, at_kink="up")
    with pytest.raises(ArgumentError, match="relu: order = 3"):
        knee.relu.derivative(1.0, order=3)


def test_unknown_names():
    with pytest.raises(UnknownActivationError, match="did you mean mish"):
        knee.get("misch")
    with pytest.raises(UnknownActivationError, match=r"softknee\.names"):
        knee.get("qqqqqqqq")


def test_constraints_hold_element_by_element():
    found = knee.hardtanh(np.full(2, 9.0), 2.0, np.array([3.0, 4.0]))
    np.testing.assert_array_equal(found, [3.0, 4.0])
    with pytest.raises(ArgumentError, match=r"hardtanh: .*min_val < max_val"):
        knee.hardtanh(np.ones(2), np.array([0.0, 2.0]), np.array([1.0, 1.0]))


@pytest.mark.parametrize("value", [torch.tensor(1j), torch.tensor(True), jnp.asarray(1j), jnp.asarray(True)])
def test_parameter_arrays_of_a_wrong_dtype(value):
    x = torch.ones(2) if isinstance(value, torch.Tensor) else jnp.ones(2)
    with pytest.raises(ArgumentTypeError, match="elu: alpha = "):
        knee.elu(x, value)


@pytest.mark.parametrize("value", [torch.tensor(-1.0), jnp.asarray(-1.0)])
def test_parameter_arrays_outside_their_domain(value):
    x = torch.ones(2) if isinstance(value, torch.Tensor) else jnp.ones(2)
    with pytest.raises(ArgumentError, match="elu: alpha = "):
        knee.elu(x, value)


def test_arrays_of_two_frameworks():
    with pytest.raises(ArgumentTypeError, match="elu: alpha = "):
        knee.elu(np.ones(2), torch.tensor(0.5))
    with pytest.raises(ArgumentTypeError, match="glu: b = "):
        knee.glu.combine(torch.ones(2), np.ones(2))


def test_numbers_and_choices_that_cannot_be():
    with pytest.raises(ArgumentError, match="elu: alpha = "):
        knee.elu(1.0, 10**400)
    with pytest.raises(ArgumentError, match="gelu: approximate = "):
        knee.gelu(1.0, ["tanh"])
    with pytest.raises(ArgumentError, match="relu: order = "):
        knee.relu.derivative(1.0, order=np.array([1, 2]))
    with pytest.raises(ArgumentTypeError, match="elu: alpha = "):
        knee.elu.gain(alpha=[1.0, 2.0])
    for name in (None, 3, ["relu"]):
        with pytest.raises(UnknownActivationError):
            knee.get(name)


def test_a_sparse_tensor_is_named():
    with pytest.raises(ArgumentTypeError, match="relu: x = torch.sparse_coo"):
        knee.relu(torch.ones(2).to_sparse())
