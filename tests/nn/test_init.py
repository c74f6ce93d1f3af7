"""softknee.init: weights whose signals or gradients keep their size through the activation at hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

import softknee as knee

METHODS = ["kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "orthogonal"]


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(300, 200), (64, 32, 3, 3)])
def test_relu_is_torchs(method: str, shape: tuple[int, ...]) -> None:
    """For relu the gain is sqrt(2), and torch.nn.init fills the same numbers from the same generator."""
    ours = knee.init.gain_(method, torch.empty(shape), "relu", generator=seeded())
    fill = getattr(nn.init, f"{method}_")
    keywords = {"nonlinearity": "relu"} if method.startswith("kaiming") else {"gain": math.sqrt(2)}
    theirs = fill(torch.empty(shape), generator=seeded(), **keywords)
    torch.testing.assert_close(ours, theirs)


def test_it_is_in_place_and_outside_autograd() -> None:
    weight = nn.Parameter(torch.empty(20, 30))
    result = knee.init.gain_("orthogonal", weight, "tanh")
    assert result is weight
    assert weight.grad_fn is None
    torch.testing.assert_close(weight @ weight.T, knee.tanh.gain() ** 2 * torch.eye(20), rtol=1e-4, atol=1e-4)


def test_modes_kinds_and_parameters() -> None:
    shape = (400, 100)
    cases = [
        ({}, knee.elu.gain("forward"), 100),
        ({"mode": "fan_out"}, knee.elu.gain("backward"), 400),
        ({"kind": "variance"}, knee.elu.gain("variance"), 100),
        ({"alpha": 0.5}, knee.elu.gain("forward", alpha=0.5), 100),
    ]
    for keywords, gain, fan in cases:
        weight = knee.init.gain_("kaiming_normal", torch.empty(shape), "elu", generator=seeded(1), **keywords)
        # The standard deviation of 40,000 normal numbers is known to 1 / sqrt(80,000) of itself.
        assert weight.std().item() == pytest.approx(gain / math.sqrt(fan), rel=5 / math.sqrt(80_000))


@pytest.mark.parametrize("name", ["mish", "tanh", "selu", "gelu", "softplus"])
def test_signals_keep_their_second_moment_through_twenty_layers(name: str) -> None:
    torch.manual_seed(0)
    layers = [module for _ in range(20) for module in (nn.Linear(512, 512), knee.nn.class_of(name)())]
    model = nn.Sequential(*layers[:-1])
    report = knee.init.init_model_(model, generator=seeded())
    with torch.no_grad():
        moment = model(torch.randn(256, 512, generator=seeded(2))).square().mean().item()
    assert 0.5 < moment < 2
    assert [entry.activation for entry in report] == [""] + [name] * 19
    assert all(entry.gain == knee.get(name).gain() for entry in report[1:])


def test_each_layer_takes_the_activation_before_it() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.LeakyReLU(0.2), nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8), nn.GELU(approximate="tanh"),
        nn.Conv2d(8, 8, 3), nn.ReLU(), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8, 4), knee.nn.PReLU(4),
        nn.Linear(4, 2),
    )  # fmt: skip
    report = knee.init.init_model_(model)
    assert [(entry.path, entry.activation) for entry in report] == [
        ("0", ""), ("2", "leaky_relu"), ("5", "gelu_tanh"), ("9", ""), ("11", "prelu"),
    ]  # fmt: skip
    assert report[1].gain == pytest.approx(math.sqrt(2 / (1 + 0.2**2)))
    assert report[4].gain == pytest.approx(math.sqrt(2 / (1 + 0.25**2)))
    assert "2: gain 1.3868, after leaky_relu" in str(report)
    assert all(not layer.bias.any() for layer in (model[0], model[2], model[9]))


def test_a_named_activation_follows_every_layer() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4, bias=False), nn.Linear(4, 4))
    report = knee.init.init_model_(model, "elu", kind="backward", alpha=2.0, method="uniform")
    assert [entry.activation for entry in report] == ["", "elu", "elu"]
    assert report[2].gain == knee.elu.gain("backward", alpha=2.0)
    bound = report[2].gain * math.sqrt(3 / 4)
    assert model[2].weight.abs().max() <= bound


def test_bad_arguments_leave_the_weights_alone() -> None:
    weight = torch.full((2, 2), 7.0)
    bad = [
        (("lecun", weight, "relu"), {}, "method = 'lecun' must be one of"),
        (("orthogonal", weight, "relu"), {"mode": "fan"}, "mode = 'fan'"),
        (("orthogonal", weight, "softmax"), {}, "'softmax' is not element-wise"),
        (("orthogonal", weight, "elu"), {"alpha": -1.0}, "alpha = -1.0"),
        (("orthogonal", torch.ones(3), "elu"), {}, r"shape \[3\] has no fan"),
        (("orthogonal", torch.ones(3, 3, dtype=torch.int64), "elu"), {}, "must be a floating tensor"),
    ]
    for arguments, keywords, message in bad:
        with pytest.raises(knee.ArgumentError, match=message):
            knee.init.gain_(*arguments, **keywords)
    assert torch.equal(weight, torch.full((2, 2), 7.0))
    with pytest.raises(knee.ArgumentError, match="no linear or convolutional layer"):
        knee.init.init_model_(nn.Sequential(nn.ReLU()))
    with pytest.raises(knee.ArgumentError, match="no activation among its modules: name it"):
        knee.init.init_model_(nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(knee.ArgumentError, match="kind = 'both'"):
        knee.init.init_model_(nn.Sequential(nn.Linear(2, 2)), "relu", kind="both")
