"""The tangent kernel against gradients of single samples."""

import pytest
import torch
from torch import nn

from softknee.suggestion import tangent
from softknee.suggestion.measures import left_out_error
from softknee.suggestion.sites import Site
from softknee.suggestion.tangent import tangent_error


def error_by_single_samples(head, y, targets):
    """The gradient of each sample's output by a map W = 1 after the activation, one backward pass each."""
    rows = []
    for each in y:
        mapping = torch.eye(y.shape[1], requires_grad=True)
        moved = torch.einsum("ou,u...->o...", mapping, each)
        rows.append(torch.autograd.grad(head(moved[None]).sum(), mapping)[0].flatten().double())
    each = torch.stack(rows)
    return left_out_error(each @ each.T, targets, 0.1)


@pytest.mark.parametrize("shape", [(5,), (3, 4, 4)])
def test_it_is_the_kernel_of_maps_after_the_activation(shape):
    torch.manual_seed(0)
    y = torch.tanh(torch.randn(12, *shape)).requires_grad_()
    size = y[0].numel()
    head = nn.Sequential(nn.Flatten(), nn.Linear(size, 8), nn.Tanh(), nn.Linear(8, 1))
    with torch.no_grad():
        head[1].weight *= 6  # so that the samples' gradients differ in sign
    targets = torch.randn(12, 1, dtype=torch.float64)
    found = tangent_error(head(y), [Site(y.detach(), y.detach(), y)], targets)
    assert found == pytest.approx(error_by_single_samples(head, y.detach(), targets), rel=1e-4)


def test_many_units_are_mixed_without_changing_much(monkeypatch):
    torch.manual_seed(0)
    x = torch.randn(48, 2)
    y = torch.tanh(x @ torch.randn(2, 1800)).reshape(48, 6, 300).requires_grad_()
    head = nn.Sequential(nn.Flatten(), nn.Linear(1800, 16), nn.Tanh(), nn.Linear(16, 1))
    site = Site(y.detach(), y.detach(), y)
    targets = (x[:, :1] * x[:, 1:]).double()
    mixed = tangent_error(head(y), [site], targets)
    monkeypatch.setattr(tangent, "_UNITS", 300)
    exact = tangent_error(head(y), [site], targets)
    assert mixed != exact
    assert mixed == pytest.approx(exact, rel=0.25)


def test_what_the_outputs_do_not_depend_on_explains_nothing():
    y = torch.randn(8, 4).requires_grad_()
    out = nn.Linear(2, 1)(torch.randn(8, 2))
    assert tangent_error(out, [Site(y.detach(), y.detach(), y)], torch.randn(8, 1).double()) == 1
