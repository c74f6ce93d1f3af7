"""rrelu: a random slope for each element in training, the mean one otherwise."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import softknee as knee


def test_evaluation_takes_the_mean_slope() -> None:
    np.testing.assert_allclose(knee.rrelu([-1.0, 2.0], lower=0.1, upper=0.3), [-0.2, 2.0])


def test_numpy_draws_from_the_generator_given() -> None:
    x = np.full(10_000, -2.0, dtype=np.float32)
    result = knee.rrelu(x, 0.1, 0.3, training=True, rng=7)
    assert result.dtype == np.float32
    assert result.min() >= np.float32(-0.6)
    assert result.max() <= np.float32(-0.2)
    # The mean of 10,000 slopes has a standard deviation of 0.2 / sqrt(12 * 10,000).
    assert abs(result.mean() / -2.0 - 0.2) < 5 * 0.2 / np.sqrt(12 * 10_000)
    np.testing.assert_array_equal(result, knee.rrelu(x, 0.1, 0.3, training=True, rng=np.random.default_rng(7)))
    assert (result != knee.rrelu(x, 0.1, 0.3, training=True, rng=8)).any()
    np.testing.assert_array_equal(knee.rrelu(-x, training=True), -x)


def test_torch_draws_from_its_generator_and_keeps_the_gradient() -> None:
    x = torch.linspace(-3, 3, 101, requires_grad=True)
    result = knee.rrelu(x, 0.1, 0.3, training=True, rng=torch.Generator().manual_seed(3))
    again = knee.rrelu(x, 0.1, 0.3, training=True, rng=torch.Generator().manual_seed(3))
    assert torch.equal(result, again)
    result.sum().backward()
    negative = x.detach() < 0
    slopes = (result / x).detach()[negative]
    assert ((slopes > 0.099) & (slopes < 0.301)).all()
    assert slopes.std() > 0.03
    torch.testing.assert_close(x.grad[negative], slopes)
    assert (x.grad[x.detach() > 0] == 1).all()


def test_bounds_are_checked_in_training_too() -> None:
    with pytest.raises(knee.ArgumentError, match="rrelu"):
        knee.rrelu([1.0], 0.5, 0.1, training=True)


def test_lists_and_scalars() -> None:
    assert -1 < knee.rrelu(-1.0, training=True) < 0
    assert np.shape(knee.rrelu([-1.0, 1.0], training=True)) == (2,)
