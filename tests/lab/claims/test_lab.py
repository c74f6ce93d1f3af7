"""The networks and measures of the experiments, on cases known exactly and with planted effects."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from softknee.lab.claims import data
from softknee.lab.claims.effects import effect, line, speedup
from softknee.lab.claims.lab import Setup, dead_by_layer, fit, layers_of, network, ran, tuned
from softknee.lab.claims.scale import SCALES

QUICK = Setup(data="wine", width=16, epochs=3)


def test_a_seed_gives_the_same_run_and_another_another():
    one, again, other = (fit(QUICK, seed) for seed in (3, 3, 4))
    assert one.train_loss == again.train_loss
    assert one.result.score == again.result.score
    assert one.train_loss != other.train_loss


def test_all_activations_start_from_the_same_draws():
    relu, tanh = (network(replace(QUICK, activation=name, init="lecun"), 0) for name in ("relu", "tanh"))
    for one, other in zip(relu.parameters(), tanh.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(
    "init, deviation", [("he", (2 / 64) ** 0.5), ("xavier", (2 / 320) ** 0.5), ("lecun", 1 / 8), ("unit", 1.0)]
)
def test_initialisations_have_the_deviation_of_their_formula(init, deviation):
    first = network(Setup(data="digits", width=256, init=init), 0).linear_maps[0]
    assert float(first.weight.detach().std()) == pytest.approx(deviation, rel=0.02)


def test_a_planted_effect_is_found():
    scores = [
        [ran(Setup(name, "circles", width=16, rate=1e-2, epochs=15), seed).score for seed in range(2)]
        for name in ("relu", "identity")
    ]
    assert all(one - other > 0.2 for one, other in zip(*scores))


def test_a_planted_null_is_not():
    """Leaky ReLU without a leak is ReLU."""
    for seed in range(2):
        relu = ran(replace(QUICK, activation="relu", init="he"), seed)
        same = ran(replace(QUICK, activation="leaky_relu:negative_slope=0.0", init="he"), seed)
        assert relu.score == same.score
        assert relu.train_loss == pytest.approx(same.train_loss, rel=1e-6)


def test_dead_units_are_those_without_a_slope_on_any_sample():
    model = network(QUICK, 0)
    x = data.parts("wine", 0).train.x
    with torch.no_grad():
        model.linear_maps[0].bias[:5] = -1000.0
    first, second = dead_by_layer(model, QUICK.choice, x)
    assert first[:5].all()
    assert not first[5:].any()
    assert second.shape == (16,)
    maxout = replace(QUICK, activation="maxout")
    assert not torch.cat(dead_by_layer(network(maxout, 0), maxout.choice, x)).any()


def test_a_divergence_is_lost_not_a_number():
    found = fit(Setup("identity", "diabetes", optimiser="sgd", rate=1e6, epochs=2, width=8), 0)
    assert found.result.failed
    assert np.isnan(found.result.score)
    assert effect("p", {}, [found.result.score, 1.0]).values == (1.0,)
    assert effect("p", {}, [found.result.score, 1.0]).lost == 1


def test_layers_are_seen_in_order():
    model = network(QUICK, 0)
    x = data.parts("wine", 0).train.x
    (z, first), (_, second) = layers_of(model, x)
    assert torch.equal(first, z.relu())
    assert torch.allclose(model.head(second), model(x))


def test_the_rate_is_the_one_that_works():
    scale = SCALES["full"]
    rates = (1e-6, 1e-2, 1e3)
    assert tuned(replace(QUICK, optimiser="sgd"), rates, scale, "training").rate == 1e-2
    assert tuned(replace(QUICK, optimiser="sgd"), rates, scale).rate == 1e-2
    assert tuned(QUICK, rates, SCALES["quick"]).rate == 1e-2


def test_the_unit_range_is_reached_by_the_training_part():
    for name in ("digits", "wine"):
        x = data.parts(name, 0, "unit").train.x
        assert (float(x.min()), float(x.max())) == pytest.approx((0.0, 1.0), abs=1e-6)


@pytest.mark.parametrize("name", data.SHAPES)
def test_shapes_are_drawn_by_seed_with_both_classes(name):
    one, again, other = (data.parts(name, seed).train for seed in (0, 0, 1))
    assert torch.equal(one.x, again.x)
    assert not torch.equal(one.x, other.x)
    assert 0.4 < float(one.y.double().mean()) < 0.6


def test_speedup_counts_epochs_to_where_the_slower_ends():
    slow = [2.0**-k for k in range(9)]
    fast = [4.0**-k for k in range(9)]
    # The slower ends at 2^-8 in epoch 9, where the faster is in epoch 5.
    assert speedup(fast, slow) == pytest.approx(np.log2(9 / 5), abs=1e-3)
    assert speedup(slow, fast) == pytest.approx(-np.log2(9 / 5), abs=1e-3)
    assert speedup(slow, slow) == 0.0
    assert np.isnan(speedup([], slow))


def test_a_curve_that_rises_again_counts_as_its_lowest():
    assert speedup([1.0, 0.1, 5.0], [1.0, 0.5, 0.1]) > 0


def test_a_line_is_the_median_with_quartiles():
    found = line("a", [0, 1], [[1.0, 2.0], [3.0, 4.0], [5.0, np.nan]])
    assert found.y == (3.0, 3.0)
    assert found.low[0] == 2.0
    assert found.high[0] == 4.0
