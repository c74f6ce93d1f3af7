"""The networks: widths, gains, and draws that all activations share."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import softknee as knee
from softknee.catalogue import FOUNDING
from softknee.comparison.choice import choice_of
from softknee.comparison.models import Network, build, gain_of, make_layer
from softknee.comparison.tasks import TASKS


def made(name: str, task: str = "digits-mlp", seed: int = 0) -> tuple[Network, list[nn.Module]]:
    inputs = (64,) if task == "digits-mlp" else (1, 8, 8)
    model = build(TASKS[task], inputs, 10, choice_of(name), seed)
    return model, [layer for layer in model.hidden if isinstance(layer, knee.nn.ActivationModule)]


@pytest.mark.parametrize("name", FOUNDING)
def test_pre_activations_start_with_second_moment_one(name: str) -> None:
    moments: list[list[float]] = [[], [], []]
    for seed in range(4):
        model, layers = made(name, seed=seed)
        for at, layer in enumerate(layers):
            layer.register_forward_pre_hook(
                lambda _, inputs, at=at: moments[at].append(float(inputs[0].square().mean()))
            )
        with torch.no_grad():
            model(torch.randn(512, 64, generator=torch.Generator().manual_seed(seed)))
    assert [np.mean(of) for of in moments] == pytest.approx([1.0, 1.0, 1.0], rel=0.25)


@pytest.mark.parametrize("task", ["digits-mlp", "digits-conv"])
def test_draws_are_shared(task: str) -> None:
    one, _ = made("relu", task)
    other, _ = made("tanh", task)
    ratio = knee.tanh.gain("forward") / knee.relu.gain("forward")
    for at, (a, b) in enumerate(zip(one.linear_maps, other.linear_maps)):
        scale = 1.0 if at in (0, len(one.linear_maps) - 1) else ratio
        torch.testing.assert_close(a.weight * scale, b.weight)
        assert not a.bias.any()


def test_other_seed_other_draws() -> None:
    one, other = made("relu", seed=0)[0], made("relu", seed=1)[0]
    assert not torch.equal(one.head.weight, other.head.weight)


@pytest.mark.parametrize("name", ["maxout", "maxout:pool_size=5", "glu", "crelu", "softmax"])
@pytest.mark.parametrize("task", ["digits-mlp", "digits-conv"])
def test_layers_are_as_wide_behind_any_activation(name: str, task: str) -> None:
    model, layers = made(name, task)
    seen: list[Tensor] = []
    for layer in layers:
        layer.register_forward_hook(lambda _, inputs, output: seen.append(output))
    x = torch.randn(3, 64) if task == "digits-mlp" else torch.randn(3, 1, 8, 8)
    assert model(x).shape == (3, 10)
    assert tuple(output.shape[1] for output in seen) == TASKS[task].widths


def test_gain_of_functions_along_an_axis() -> None:
    # The larger of two standard normal numbers has second moment 1.
    assert gain_of(choice_of("maxout")) == pytest.approx(1.0, abs=0.01)
    assert gain_of(choice_of("leaky_relu:negative_slope=0.2")) == knee.leaky_relu.gain(negative_slope=0.2)


def test_parameters_reach_the_layer() -> None:
    x = torch.tensor([[-1.0, 2.0]])
    assert make_layer(choice_of("leaky_relu:negative_slope=0.5"))(x).tolist() == [[-0.5, 2.0]]
    assert make_layer(choice_of("prelu:weight=0.5"))(x).tolist() == [[-0.5, 2.0]]
    assert [p.requires_grad for p in make_layer(choice_of("prelu")).parameters()] == [True]


def test_every_activation_makes_a_layer() -> None:
    for name in knee.names():
        assert isinstance(make_layer(choice_of(name)), nn.Module)
