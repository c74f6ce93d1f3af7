"""torch.compile without graph breaks and torch.export, forward and backward, over the whole catalogue at once."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import Tensor, nn

import softknee as knee

pytestmark = pytest.mark.filterwarnings(
    # What torch's own compiler and exporter say of themselves.
    "ignore::DeprecationWarning:torch.*",
    "ignore::FutureWarning",
    "ignore:.torch.jit.script",
)
NAMES = [name for name in knee.names() if name != "rrelu"]  # random in training; tested on its own
# One of each kind: kinked, exponential, self-gated, learnable, a gate, along an axis, periodic.
SOME = ["leaky_relu", "elu", "mish", "gelu", "prelu", "swiglu", "sparsemax", "maxout", "snake"]


class Many(nn.Module):
    """Modules side by side, each called on the same x."""

    def __init__(self, names: list[str], inplace: bool = False) -> None:
        super().__init__()
        self.parts = nn.ModuleDict({name: self.make(name, inplace) for name in names})

    @staticmethod
    def make(name: str, inplace: bool) -> nn.Module:
        cls = knee.nn.class_of(name)
        takes = inspect.signature(cls).parameters
        arguments: dict[str, object] = {"dim": 1} if "dim" in takes else {}
        arguments |= {"threshold": 0.1, "value": -1.0} if name == "threshold" else {}
        arguments |= {"inplace": True} if inplace and "inplace" in takes else {}
        return cls(**arguments)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {name: part(x * 1.0) for name, part in self.parts.items()}


def image() -> Tensor:
    return torch.linspace(-4.1, 4.3, 2 * 6 * 3 * 4).reshape(2, 6, 3, 4)


def check(plain: nn.Module, compiled: object, names: list[str]) -> None:
    """The same values and gradients, by name."""
    results = []
    for function in (plain, compiled):
        plain.zero_grad()
        x = image().requires_grad_()
        values = function(x)
        gradients = {name: torch.autograd.grad(values[name].square().sum(), x, retain_graph=True)[0] for name in names}
        results.append((values, gradients))
    for name in names:
        for ours, theirs in zip(results[0], results[1]):
            torch.testing.assert_close(
                theirs[name], ours[name], rtol=2e-5, atol=2e-5, msg=lambda text, name=name: f"{name}: {text}"
            )


def test_the_whole_catalogue_traces_into_one_graph() -> None:
    torch.compiler.reset()
    model = Many(NAMES)
    check(model, torch.compile(model, fullgraph=True, backend="aot_eager"), NAMES)


def test_generated_code_agrees() -> None:
    torch.compiler.reset()
    model = Many(SOME)
    check(model, torch.compile(model, fullgraph=True), SOME)


def test_inplace_modules_compile() -> None:
    torch.compiler.reset()
    names = [name for name in SOME if hasattr(Many.make(name, True), "inplace")]
    model = Many(names, inplace=True)
    check(model, torch.compile(model, fullgraph=True, backend="aot_eager"), names)


def test_functions_compile_with_changing_shapes() -> None:
    torch.compiler.reset()

    def function(x: Tensor) -> Tensor:
        return knee.softplus(knee.mish(x), beta=2.0) + knee.elu.derivative(x, alpha=0.5)

    compiled = torch.compile(function, fullgraph=True, dynamic=True, backend="aot_eager")
    for size in (3, 5, 8):
        x = torch.linspace(-2, 2, size)
        torch.testing.assert_close(compiled(x), function(x))


def test_ones_own_activation_compiles() -> None:
    torch.compiler.reset()

    @knee.activation(k=knee.Parameter(2.0))
    def own(x: object, k: object) -> object:
        """One's own function."""
        return knee.where(x > 0, k * x, x)

    compiled = torch.compile(lambda x: own(x, k=3.0), fullgraph=True, backend="aot_eager")
    x = image().requires_grad_()
    (gradient,) = torch.autograd.grad(compiled(x).sum(), x)
    assert torch.equal(gradient, torch.where(image() > 0, 3.0, 1.0))


def test_export_holds_the_whole_catalogue() -> None:
    model = Many(knee.names()).eval()
    program = torch.export.export(model, (image(),))
    values, expected = program.module()(image()), model(image())
    for name in knee.names():
        torch.testing.assert_close(
            values[name], expected[name], rtol=2e-5, atol=2e-5, msg=lambda text, name=name: f"{name}: {text}"
        )


def test_rrelu_compiles_in_training() -> None:
    torch.compiler.reset()
    compiled = torch.compile(knee.nn.RReLU(0.1, 0.3), fullgraph=True, backend="aot_eager")
    result = compiled(-torch.ones(1000))
    assert ((result <= -0.0999) & (result >= -0.3001)).all()
    assert result.std() > 0.03
