"""The architectures: each builds with each of its activations, starts well, and learns."""

from __future__ import annotations

import pytest
import torch
from benchmarks.doctor_suite import ARCHITECTURES, Case, train
from benchmarks.doctor_suite.activations import Spelling
from torch import nn

from softknee.nn import ActivationModule

PAIRS = [(name, activation) for name, found in ARCHITECTURES.items() for activation in found.activations]


def test_there_are_many_and_half_of_them_for_reports() -> None:
    halves = [found.half for found in ARCHITECTURES.values()]
    assert len(halves) >= 12
    assert abs(halves.count("tuning") - halves.count("reporting")) <= 2


@pytest.mark.parametrize("name, activation", PAIRS)
def test_it_starts_well(name: str, activation: str) -> None:
    """Outputs of the targets' size, and a slope in every parameter."""
    setup = Case(name, activation).build()
    x, y = next(setup.batches())
    out = setup.model(x)
    assert out.shape[0] == len(x) == ARCHITECTURES[name].batch
    assert 0.03 < out.double().square().mean().sqrt() < 10
    loss = setup.loss_fn(out, y)
    loss.backward()  # type: ignore[no-untyped-call]
    for parameter in setup.model.parameters():
        assert parameter.grad is not None and bool(parameter.grad.isfinite().all())
        assert parameter.grad.any()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_it_learns(name: str) -> None:
    found = train(Case(name, ARCHITECTURES[name].activations[0]))
    assert not found.failed
    way = (found.score - found.constant_score) / (1 - found.constant_score)
    # Of the progression of diabetes the ten measurements tell no more.
    assert way > (0.25 if name == "regression_mlp" else 0.7)


def test_modules_and_functions_of_both_libraries_are_among_them() -> None:
    seen = set()
    for name, found in ARCHITECTURES.items():
        modules = list(Case(name, "relu").build().model.modules())
        ours = any(isinstance(module, ActivationModule) for module in modules)
        as_modules = ours or any(isinstance(module, nn.ReLU) for module in modules)
        assert not as_modules or ours == (found.library == "softknee")
        seen.add((found.library, as_modules))
    assert len(seen) == 4


@pytest.mark.parametrize("name", sorted({activation for _, activation in PAIRS}))
def test_all_spellings_are_one_function(name: str) -> None:
    x = torch.linspace(-3, 3, 61)
    expected = Spelling(name, "softknee").function(x)
    for library in ("torch", "softknee"):
        torch.testing.assert_close(Spelling(name, library).layer()(x), expected)
        torch.testing.assert_close(Spelling(name, library).function(x), expected)
