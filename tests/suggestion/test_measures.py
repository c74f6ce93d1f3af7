"""Measures against closed forms."""

import math

import numpy as np
import pytest
import torch

import softknee as knee
from softknee.functions.quadrature import expectation
from softknee.suggestion.domain import NON_LINEAR, linear_excess
from softknee.suggestion.measures import effective_rank, left_out_error, non_linear_share, numbers
from softknee.suggestion.rule import place


@pytest.fixture
def normal():
    return torch.randn(400_000, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "softplus", "sigmoid", "softshrink", "leaky_relu"])
def test_the_non_linear_share_is_that_of_the_moments(name, normal):
    f = getattr(knee, name)
    known = f.properties()
    exact = 1 - expectation(f.derivative, known.breaks) ** 2 / known.variance
    assert non_linear_share(normal, f(normal)) == pytest.approx(exact, abs=4e-3)


def test_the_share_of_relu(normal):
    assert non_linear_share(normal, torch.relu(normal)) == pytest.approx(1 - 0.25 / (0.5 - 1 / (2 * math.pi)), abs=3e-3)


def test_what_is_linear_has_no_share(normal):
    assert non_linear_share(normal, 3 * normal - 2) == pytest.approx(0, abs=1e-12)
    assert non_linear_share(normal, torch.ones_like(normal)) == 0
    assert non_linear_share(normal, normal.square()) == pytest.approx(1, abs=1e-3)


def test_the_share_is_taken_unit_by_unit(normal):
    slopes = torch.tensor([[1.0, -5.0]], dtype=torch.float64)
    assert non_linear_share(normal.repeat(1, 2), normal * slopes) == pytest.approx(0, abs=1e-12)


def test_effective_ranks_that_are_known():
    assert effective_rank(torch.eye(7)) == pytest.approx(7)
    assert effective_rank(torch.ones(5, 3)) == pytest.approx(1)
    assert effective_rank(torch.zeros(5, 3)) == 0
    # Shares 3/4 and 1/4.
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert effective_rank(torch.diag(torch.tensor([3.0, 1.0]))) == pytest.approx(math.exp(entropy))


def test_what_is_below_the_floor_is_no_rank():
    assert effective_rank(torch.diag(torch.tensor([1.0, 1.0, 1e-7])), floor=1e-5) == pytest.approx(2)


def test_the_left_out_error_is_that_of_leaving_out():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(12, 3)), random.normal(size=(12, 2))
    kernel, ridge = x @ x.T, 0.1
    scale = np.trace(kernel) / 12
    whole = kernel / scale + 1e3
    missed, mean_missed = [], []
    for out in range(12):
        rest = np.delete(np.arange(12), out)
        weights = np.linalg.solve(whole[np.ix_(rest, rest)] + ridge * np.eye(11), y[rest])
        missed.append(y[out] - whole[out, rest] @ weights)
        mean_missed.append(y[out] - y[rest].mean(0))
    expected = np.square(missed).sum() / np.square(mean_missed).sum()
    assert left_out_error(torch.tensor(kernel), torch.tensor(y), ridge) == pytest.approx(expected, rel=1e-6)


def test_a_kernel_of_nothing_explains_nothing():
    assert left_out_error(torch.zeros(4, 4).double(), torch.arange(4.0).double()[:, None], 0.1) == 1


def test_the_bend_of_a_line_and_of_a_parabola():
    x = torch.linspace(-1, 1, 64, dtype=torch.float64)[:, None]
    noise = 0.1 * torch.randn(64, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert linear_excess(x, 2 * x + noise) < NON_LINEAR < linear_excess(x, x.square() + noise)


def test_classes_become_ones_at_their_places():
    assert numbers(torch.tensor([2, 4, 2])).tolist() == [[1, 0, 0], [0, 0, 1], [1, 0, 0]]
    assert numbers(torch.ones(2, 3, 4)).shape == (2, 12)


def test_a_place_depends_on_the_marks_only():
    marks = [1.0, 2.0, 3.0, 4.0]
    assert [place(v, marks) for v in (0.0, 1.0, 2.5, 4.0, 9.0)] == [-0.5, -0.375, 0, 0.375, 0.5]
