"""The faults: each changes what it says, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import pytest
import torch
from benchmarks.doctor_suite import ARCHITECTURES, FAULTS, Case, Setup, train
from benchmarks.doctor_suite.architectures.weights import layers_of
from torch import Tensor, nn
from torch.nn import functional as F

Check = Callable[[Setup, Setup], None]


def weights(setup: Setup) -> list[Tensor]:
    return [parameter.detach() for parameter in setup.model.parameters() if parameter.ndim > 1]


def biases(setup: Setup) -> list[Tensor]:
    """Those of all layers but the head."""
    return [layer.get_parameter("bias").detach() for layer in layers_of(setup.model)[:-1]]


def hidden_gains(setup: Setup) -> Tensor:
    """The deviation of the hidden layers' weights over 1 / sqrt(fan_in)."""
    layers = [layer.get_parameter("weight").detach() for layer in layers_of(setup.model)[1:-1]]
    return torch.stack([weight.std() * sqrt(weight[0].numel()) for weight in layers])


def scaled(factor: float) -> Check:
    def check(faulty: Setup, healthy: Setup) -> None:
        for one, other in zip(weights(faulty), weights(healthy), strict=True):
            torch.testing.assert_close(one, factor * other)

    return check


def drawn(gain: float) -> Check:
    def check(faulty: Setup, healthy: Setup) -> None:
        assert (hidden_gains(faulty) / gain - 1).abs().max() < 0.1
        assert (hidden_gains(healthy) / gain - 1).abs().min() > 0.2

    return check


def rate(factor: float) -> Check:
    def check(faulty: Setup, healthy: Setup) -> None:
        assert faulty.rate == pytest.approx(factor * healthy.rate)
        parameters = list(faulty.model.parameters())
        assert faulty.optimizer(parameters).param_groups[0]["lr"] == faulty.rate

    return check


def raw(faulty: Setup, healthy: Setup) -> None:
    data = faulty.data
    if data.is_image:
        assert data.x.min() >= -1e-3 and 200 < data.x.max() <= 255.1
    else:
        assert data.x.std(dim=0).max() > 10
    flat = [setup.data.x_validation.flatten(1).T for setup in (faulty, healthy)]
    # A line through the healthy inputs: only the unit has changed.
    varied = flat[1].std(dim=1) > 0
    together = torch.stack([torch.corrcoef(torch.stack(pair))[0, 1] for pair in zip(flat[0][varied], flat[1][varied])])
    assert together.min() > 0.999


def inputs(factor: float, offset: float) -> Check:
    def check(faulty: Setup, healthy: Setup) -> None:
        torch.testing.assert_close(faulty.data.x, factor * healthy.data.x + offset)
        torch.testing.assert_close(faulty.data.x_validation, factor * healthy.data.x_validation + offset)

    return check


def ends_in(function: Callable[[Tensor], Tensor]) -> Check:
    def check(faulty: Setup, healthy: Setup) -> None:
        x, _ = next(healthy.batches())
        torch.testing.assert_close(faulty.model(x), function(healthy.model(x)))

    return check


def softmax_of_one(faulty: Setup, healthy: Setup) -> None:
    x, y = next(healthy.batches())
    assert torch.equal(faulty.model(x), torch.ones_like(y))
    assert faulty.loss_fn is F.binary_cross_entropy


def is_affine(faulty: Setup, healthy: Setup) -> None:
    x, _ = next(healthy.batches())

    def bend(setup: Setup) -> float:
        """The distance of the output at a mean from the mean of outputs."""
        one, other = x[0::2], x[1::2]
        f = setup.model
        return float((f((one + other) / 2) - (f(one) + f(other)) / 2).detach().abs().max())

    assert bend(faulty) < 1e-4 < 1e-2 < bend(healthy)


def squashes(faulty: Setup, healthy: Setup) -> None:
    """The units that the head reads are sigmoids: none leaves (0, 1)."""
    found: list[list[Tensor]] = []
    for setup in (faulty, healthy):
        found.append([])
        layers_of(setup.model)[-1].register_forward_pre_hook(lambda module, given: found[-1].append(given[0]))
        setup.model(next(setup.batches())[0])
    assert found[0][0].min() > 0 and found[0][0].max() < 1 < found[1][0].max()


def default_init(faulty: Setup, healthy: Setup) -> None:
    for layer in layers_of(faulty.model):
        weight = layer.get_parameter("weight").detach()
        assert weight.abs().max() <= 1.000001 / sqrt(weight[0].numel())
        assert weight.std() == pytest.approx(1 / sqrt(3 * weight[0].numel()), rel=0.2)


def negative_biases(faulty: Setup, healthy: Setup) -> None:
    has_biases = all(layer.bias is not None for layer in layers_of(faulty.model))
    shifted = biases(faulty) if has_biases else []
    norms = [m.bias for m in faulty.model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    assert shifted or norms
    assert all(bool((bias == -10).all()) for bias in (*shifted, *norms))
    head = layers_of(faulty.model)[-1].get_parameter("bias")
    assert (head > -1).all()


def is_in(dtype: torch.dtype, bias: float | None = None) -> Check:
    def check(faulty: Setup, healthy: Setup) -> None:
        x, y = next(faulty.batches())
        assert {parameter.dtype for parameter in faulty.model.parameters()} == {x.dtype} == {dtype}
        assert faulty.data.x_validation.dtype == dtype
        assert y.dtype in (dtype, torch.int64)
        assert faulty.model(x).dtype == dtype
        if bias is not None:
            assert all(bool((b == bias).all()) for b in biases(faulty))

    return check


def small_loss(faulty: Setup, healthy: Setup) -> None:
    """A loss so much smaller, a rate so much higher; and most of the slopes round to zero."""
    is_in(torch.float16)(faulty, healthy)
    losses = []
    for setup in (faulty, healthy):
        x, y = next(setup.batches())
        losses.append(setup.loss_fn(setup.model(x), y))
    assert float(losses[0].detach()) == pytest.approx(1e-6 * float(losses[1].detach()), rel=0.1)
    assert faulty.rate == pytest.approx(1e6 * healthy.rate)
    losses[0].backward()  # type: ignore[no-untyped-call]
    zero = torch.cat([p.grad.flatten() == 0 for p in faulty.model.parameters() if p.grad is not None])
    assert zero.double().mean() > 0.8


CHECKS: dict[str, Check] = {
    "small_init": scaled(0.1),
    "large_init": scaled(5.0),
    "zero_init": scaled(0.0),
    "lecun_gain": drawn(1.0),
    "he_gain": drawn(sqrt(2.0)),
    "default_init": default_init,
    "negative_biases": negative_biases,
    "high_rate": rate(30.0),
    "very_high_rate": rate(300.0),
    "low_rate": rate(1e-3),
    "raw_inputs": raw,
    "far_inputs": inputs(1000.0, 3000.0),
    "tiny_inputs": inputs(1e-3, 0.0),
    "softmax_over_one": softmax_of_one,
    "sigmoid_before_logits": ends_in(torch.sigmoid),
    "softmax_before_logits": ends_in(lambda out: out.softmax(dim=1)),
    "relu_output": ends_in(torch.relu),
    "no_activations": is_affine,
    "deep_sigmoids": squashes,
    "float16_small_loss": small_loss,
    "float16_adam": is_in(torch.float16),
    "bfloat16_tanhs": is_in(torch.bfloat16, 5.0),
    "bfloat16_sigmoids": is_in(torch.bfloat16, 8.0),
}


def test_every_fault_is_checked() -> None:
    assert set(CHECKS) == set(FAULTS)


@pytest.mark.parametrize("fault, name", [(fault.name, name) for fault in FAULTS.values() for name in fault.where])
def test_it_changes_what_it_says(fault: str, name: str) -> None:
    known = ARCHITECTURES[name].activations
    needed = FAULTS[fault].activations
    case = Case(name, next(each for each in known if not needed or each in needed), fault)
    faulty, healthy = case.build(), case.twin.build()
    CHECKS[fault](faulty, healthy)
    changed = {
        "weights": any(not torch.equal(a.float(), b) for a, b in zip(weights(faulty), weights(healthy), strict=True)),
        "rate": faulty.rate != healthy.rate,
        "inputs": not torch.equal(faulty.data.x.to(torch.float32), healthy.data.x),
        "loss": faulty.loss_fn is not healthy.loss_fn,
    }
    allowed = {
        "init": {"weights"},
        "learning rate": {"rate"},
        "data scale": {"inputs"},
        "structure": {"weights", "loss"},
        "precision": {"weights", "inputs", "rate", "loss"},
    }
    assert {what for what, is_other in changed.items() if is_other} <= allowed[FAULTS[fault].cause]
    assert faulty.steps == healthy.steps and faulty.batch == healthy.batch


@pytest.mark.parametrize("fault", ["low_rate", "zero_init", "negative_biases", "far_inputs", "tiny_inputs"])
def test_it_hurts(fault: str) -> None:
    case = Case("shallow_mlp", "relu", fault)
    found, twin = train(case), train(case.twin)
    assert found.failed or found.score < twin.score - 0.3


@pytest.mark.parametrize("fault, value", [("bfloat16_tanhs", 5.0)])
def test_precision_is_the_cause(fault: str, value: float) -> None:
    """In float32 the same saturated start still learns."""
    case = Case("lstm", "tanh", fault)
    setup = case.build()
    exact = case.twin.build()
    with torch.no_grad():
        for parameter, other in zip(exact.model.parameters(), setup.model.parameters(), strict=True):
            parameter.copy_(other)
    optimizer = exact.optimizer(exact.model.parameters())
    for _, (x, y) in zip(range(exact.steps), exact.batches()):
        optimizer.zero_grad()
        exact.loss_fn(exact.model(x), y).backward()
        optimizer.step()
    assert exact.score(exact.model) > 0.8 > 0.3 > train(case).score
