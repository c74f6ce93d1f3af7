"""Dead units and the gradient ratio, on networks where they are known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import softknee as knee
from softknee.comparison.measures import dead_units, probe
from softknee.comparison.models import make_layer
from softknee.comparison.plan import choice_of


def squared(out: Tensor, y: Tensor) -> Tensor:
    return (out - y).square().mean()


def test_dead_units_of_a_constructed_net() -> None:
    first, second = knee.nn.ReLU(), knee.nn.ReLU()
    model = nn.Sequential(nn.Linear(2, 4), first, nn.Linear(4, 2), second)
    with torch.no_grad():
        model[0].bias.copy_(torch.tensor([-1e3, 1e3, -1e3, 0.0]))  # two dead, one always on, one now and then
        model[2].bias.copy_(torch.tensor([1e4, 1e4]))
    x = torch.randn(64, 2, generator=torch.Generator().manual_seed(0))
    seen = probe(model, [first, second], squared, x, torch.zeros(64, 2))
    assert (seen.dead, seen.units) == ((2, 0), (4, 2))
    assert seen.dead_share == pytest.approx(2 / 6)


def test_zero_output_is_not_death() -> None:
    # leaky_relu's slope below zero is small, not zero; softshrink's inner part is flat.
    z = torch.tensor([[-3.0, 0.1], [-2.0, -0.2]])
    assert dead_units(knee.nn.LeakyReLU(), z).tolist() == [False, False]
    assert dead_units(knee.nn.Softshrink(), z).tolist() == [False, True]
    # tanh outputs 1 here, and relu6 outputs 6: both saturated, whatever the output.
    assert dead_units(knee.nn.ReLU6(), torch.tensor([[7.0, 5.0]])).tolist() == [True, False]


def test_a_channel_is_dead_only_where_all_its_places_are() -> None:
    z = -torch.ones(3, 2, 4, 4)
    z[1, 1, 2, 3] = 1.0
    assert dead_units(knee.nn.ReLU(), z).tolist() == [True, False]


def test_functions_along_an_axis() -> None:
    z = torch.randn(8, 6, generator=torch.Generator().manual_seed(1))
    assert not dead_units(make_layer(choice_of("softmax")), z).any()
    # Of each pair the second never wins.
    pairs = torch.stack([z.abs() + 1, -z.abs()], dim=2).flatten(1)
    assert dead_units(make_layer(choice_of("maxout")), pairs).tolist() == [False, True] * 6


def test_agrees_with_the_derivative() -> None:
    z = torch.linspace(-4, 4, 41).repeat(2, 1)
    for name in ("relu", "hardtanh", "softshrink", "hardswish", "relu6"):
        slopes = knee.get(name).derivative(z)
        assert torch.equal(dead_units(make_layer(choice_of(name)), z), (slopes == 0).all(dim=0))


def test_gradient_ratio_of_a_chain() -> None:
    # dL/da at the first activation is three times that at the last.
    first, last = knee.nn.Identity(), knee.nn.Identity()
    scale = nn.Linear(1, 1, bias=False)
    nn.init.constant_(scale.weight, 3.0)
    model = nn.Sequential(first, scale, last)
    seen = probe(model, [first, last], squared, torch.ones(4, 1, requires_grad=True), torch.zeros(4, 1))
    assert seen.gradient_ratio == pytest.approx(3.0)


def test_no_gradient_at_all_is_no_ratio() -> None:
    layer = knee.nn.Identity()
    seen = probe(nn.Sequential(layer), [layer], squared, torch.zeros(2, 1, requires_grad=True), torch.zeros(2, 1))
    assert seen.gradient_ratio != seen.gradient_ratio


def test_the_model_is_left_as_it_was() -> None:
    layer = knee.nn.RReLU()
    model = nn.Sequential(nn.Linear(2, 2), layer).train()
    probe(model, [layer], squared, torch.ones(2, 2), torch.zeros(2, 2))
    assert model.training and layer.training
    assert not layer._forward_hooks
    assert all(p.grad is None for p in model.parameters())
