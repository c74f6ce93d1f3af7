"""Under torch.compile a layer's activation is one pass that fuses with its neighbours, as torch's own does."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._inductor.utils import run_and_get_code

import softknee as knee

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:torch.*", "ignore::FutureWarning", "ignore:.torch.jit.script"
)


def kernels(activation: nn.Module) -> list[int]:
    """How many kernels torch generates for a small net's forward and backward, and for a scaled activation."""
    model = nn.Sequential(nn.Linear(16, 32), activation, nn.Linear(32, 16))
    x = torch.linspace(-2, 2, 8 * 16).reshape(8, 16)
    torch.compiler.reset()
    trained: Any = torch.compile(lambda t: model(t).sum(), fullgraph=True)
    scaled: Any = torch.compile(lambda t: (2.0 * activation(t + 1.0)).sum(-1), fullgraph=True)

    def step() -> None:
        trained(x).backward()

    found = []
    for run in (step, lambda: scaled(x)):
        _, codes = run_and_get_code(run)
        found += [len(re.findall(r"^cpp_fused\w* = ", code, re.MULTILINE)) for code in codes]
    return found


@pytest.mark.parametrize("name", ["GELU", "SiLU", "Mish", "Softplus"])
def test_as_many_kernels_as_torchs_own(name: str) -> None:
    ours, theirs = kernels(getattr(knee.nn, name)()), kernels(getattr(nn, name)())
    assert ours == theirs and sum(theirs) >= 3


@pytest.mark.parametrize("name", ["gelu", "silu", "mish", "softplus"])
def test_no_opaque_call_is_left_in_the_graph(name: str) -> None:
    from functorch.compile import make_boxed_func
    from torch._dynamo.backends.common import aot_autograd

    seen: list[str] = []

    def compiler(graph: torch.fx.GraphModule, example: list[Any]) -> Any:
        seen.extend(str(node.target) for node in graph.graph.nodes if node.op == "call_function")
        return make_boxed_func(graph.forward)

    torch.compiler.reset()
    x = torch.linspace(-2, 2, 8).requires_grad_()
    compiled: Any = torch.compile(knee.get(name), fullgraph=True, backend=aot_autograd(fw_compiler=compiler))
    result: Tensor = compiled(x)
    result.sum().backward()
    assert seen and all(target.startswith("aten.") for target in seen)


def test_compiled_gelu_keeps_its_left_tail() -> None:
    torch.compiler.reset()
    x = torch.linspace(-12, 6, 20_001).requires_grad_()
    compiled: Any = torch.compile(lambda t: knee.gelu(t), fullgraph=True)
    value = compiled(x)
    (slope,) = torch.autograd.grad(value.sum(), x)
    exact = knee.gelu(x.detach().double())
    torch.testing.assert_close(value.detach().double(), exact, rtol=8e-7, atol=0)
    torch.testing.assert_close(slope.double(), knee.gelu.derivative(x.detach().double()), rtol=2e-6, atol=2e-7)
