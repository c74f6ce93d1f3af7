"""Claims that mathematics decides: the experiments' measures on cases with a known result."""

import numpy as np
import pytest
import torch

import softknee as knee
from softknee.lab.claims.data import parts
from softknee.lab.claims.experiments.kink import Kinked
from softknee.lab.claims.experiments.linear import collapse_error, deep_linear, least_squares
from softknee.lab.claims.experiments.prevention import prevented
from softknee.lab.claims.experiments.tanh import bend
from softknee.lab.claims.experiments.zero_centred import raised, raised_tanh, sign_agreement
from softknee.lab.claims.lab import Setup, network


@pytest.mark.parametrize("depth", [1, 3])
def test_a_deep_linear_network_is_least_squares(depth):
    model = deep_linear(depth, 0, 1500)
    x = parts("diabetes", 0).test.x.double()
    with torch.no_grad():
        out = model(x)[:, 0].numpy()
    assert collapse_error(model, x) < 1e-12
    assert np.abs(out - least_squares(0)[0]).max() < 1e-4


def test_a_network_with_relu_is_no_linear_map():
    x = parts("diabetes", 0).test.x.double()
    assert collapse_error(network(Setup("relu", "diabetes"), 0).double(), x) > 1e-2


@pytest.mark.parametrize("side, slope", [("left", 0.0), ("right", 1.0)])
def test_the_slope_at_0_is_that_of_the_side(side, slope):
    x = torch.tensor([-1.0, 0.0, 1.0], requires_grad=True)
    (found,) = torch.autograd.grad(Kinked.apply(x, side).sum(), x)
    assert found.tolist() == [0.0, slope, 1.0]
    assert float(knee.relu.derivative(0.0, at_kink=side)) == slope


def test_tanh_bends_by_its_third_order():
    # tanh x = x - x³/3 + ...
    assert bend(1e-3) == pytest.approx(1e-6 / 3, rel=1e-4)
    assert bend(0.1) < bend(0.5) < bend(1.0)


def test_raised_tanh_starts_as_the_same_function():
    x = parts("digits", 0).train.x
    tanh = network(Setup("tanh", init="lecun", depth=3), 0)
    lifted = raised(Setup(raised_tanh, init="lecun", depth=3), 0)
    with torch.no_grad():
        assert torch.allclose(tanh(x), lifted(x), atol=1e-4)


def test_positive_inputs_give_a_units_gradients_one_sign():
    assert sign_agreement("sigmoid", 1, 0) == pytest.approx(1.0)
    assert sign_agreement("tanh", 1, 0) < 0.5


def test_the_share_prevented():
    assert prevented(0.4, 0.1) == pytest.approx(0.75)
    assert np.isnan(prevented(0.0, 0.0))
