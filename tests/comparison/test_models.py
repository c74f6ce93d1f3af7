"""The networks: widths, gains, and draws that all activations share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import softknee as knee
from softknee.catalogue import FOUNDING
from softknee.comparison import transformer
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.choice import choice_of
from softknee.comparison.data_split import first_batch
from softknee.comparison.layer_sizes import LayerSize, fitted
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


@pytest.mark.parametrize("name", ["maxout", "maxout:pool_size=5", "glu", "swiglu", "crelu", "softmax"])
@pytest.mark.parametrize("task", TASKS)
def test_networks_have_as_many_parameters_with_any_activation(name: str, task: str) -> None:
    problem = problem_of(TASKS[task])
    parts = problem.split(0)
    x, _ = first_batch(parts.train, 3)
    counts = []
    for asked in ("relu", name):
        model = problem.build(choice_of(asked), parts, 0)
        assert len(model(x)) == 3
        counts.append(sum(p.numel() for p in model.parameters()))
    assert counts[1] == pytest.approx(counts[0], rel=0.05)


def test_gates_of_a_transformer_are_two_thirds_as_wide() -> None:
    task = TASKS["characters"]
    model = transformer.build(task.widths, 97, 64, choice_of("swiglu"), 0)
    (made, after) = model.blocks[0].up.out_features, model.blocks[0].down.in_features
    assert made == 2 * after
    assert after == pytest.approx(task.widths[0] * 2 / 3, abs=1)


@given(
    st.lists(st.integers(8, 300), min_size=1, max_size=4),
    st.sampled_from([Fraction(1, 2), Fraction(2), Fraction(1, 5)]),
    st.integers(1, 50),
    st.integers(1, 50),
)
def test_sizes_come_as_near_as_one_unit(widths: list[int], ratio: Fraction, inputs: int, outputs: int) -> None:
    def count(sizes: Sequence[LayerSize]) -> int:
        befores = [inputs, *(size.after for size in sizes)]
        return sum(before * size.made for before, size in zip(befores, sizes)) + befores[-1] * outputs

    sizes = fitted(widths, ratio, count)
    assert all(Fraction(size.after, size.made) == ratio for size in sizes)
    wanted = count([LayerSize(width, width) for width in widths])
    # As many features more or fewer as an activation takes, in each layer, is what whole numbers leave.
    step = max(ratio.numerator, ratio.denominator)
    fewer = count([LayerSize(max(0, s.made - step), max(0, s.after - step)) for s in sizes])
    more = count([LayerSize(s.made + step, s.after + step) for s in sizes])
    assert fewer <= wanted <= more


def test_plain_networks_are_as_wide_as_asked() -> None:
    model, layers = made("relu")
    assert [m.out_features for m in model.hidden if isinstance(m, nn.Linear)] == list(TASKS["digits-mlp"].widths)


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
