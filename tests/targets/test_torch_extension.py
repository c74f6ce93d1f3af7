"""Nodes of autograd in C++ give what those in Python give, bit for bit, whatever torch does around them."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import cpp_extension
from torch.utils._python_dispatch import TorchDispatchMode

import softknee as knee
from softknee import _native
from softknee.targets.torch import extension as torch_extension
from softknee.targets.torch.extension import TorchExtensionError, load_torch_extension

from ..needed import from_torch_2_10

pytestmark = from_torch_2_10

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


ONE_INPUT = [name for name in knee.names() if isinstance(knee.get(name), knee.Activation)]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> Iterator[None]:
    load_torch_extension()
    yield
    _native.set_torch_node(None)


@pytest.fixture
def in_python() -> Iterator[Any]:
    """Calls a function with the nodes in Python."""

    def call(function: Any, *args: Any) -> Any:
        _native.set_torch_node(None)
        try:
            return function(*args)
        finally:
            load_torch_extension()

    yield call
    load_torch_extension()


def points(dtype: torch.dtype) -> Tensor:
    positive = torch.tensor([0.0, 1e-30, 0.5, 1.0, 6.0, 1e30, torch.inf, torch.nan])
    random = torch.randn(3_000, generator=torch.Generator().manual_seed(1)) * 4
    return torch.cat([positive, -positive, random]).to(dtype)


def bits(x: Tensor) -> Tensor:
    return x.detach().contiguous().view({2: torch.int16, 4: torch.int32, 8: torch.int64}[x.dtype.itemsize])


def same(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and bool(((bits(a) == bits(b)) | (a.isnan() & b.isnan())).all())


def in_cpp(y: Tensor) -> bool:
    """Whether it was recorded by a node in C++, which torch shows as it does its own."""
    return type(y.grad_fn).__name__ == "CppFunction"


def once(function: Any, x: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """The value and the gradient."""
    x = x.detach().requires_grad_()
    y = function(x)
    (found,) = torch.autograd.grad(y, x, gradient)
    return y, found


def warmed(name: str, dtype: torch.dtype = torch.float32) -> Any:
    """The function, after the calls that make its plan."""
    function = knee.get(name)
    for _ in range(3):
        function(torch.ones(2, dtype=dtype, requires_grad=True))
    return function


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ONE_INPUT)
def test_values_and_gradients_are_those_of_the_nodes_in_python(name: str, dtype: torch.dtype, in_python: Any) -> None:
    function, x = warmed(name, dtype), points(dtype)
    gradient = torch.linspace(-2, 3, x.numel(), dtype=torch.float64).to(dtype)
    y, slope = once(function, x, gradient)
    expected_y, expected = in_python(once, function, x, gradient)
    assert in_cpp(y) and not in_cpp(expected_y) and y.grad_fn.name() == expected_y.grad_fn.name()
    assert same(y, expected_y) and same(slope, expected)


@pytest.mark.parametrize("name", ["gelu", "softplus", "relu", "mish"])
def test_a_gradient_can_be_differentiated_again(name: str) -> None:
    function = warmed(name, torch.float64)
    x = torch.tensor([-1.3, -0.2, 0.4, 2.5], dtype=torch.float64, requires_grad=True)
    assert in_cpp(function(x))
    assert torch.autograd.gradcheck(function, (x,)) and torch.autograd.gradgradcheck(function, (x,))


def layouts() -> dict[str, Tensor]:
    base = torch.randn(4, 6, 8, 10, generator=torch.Generator().manual_seed(2))
    return {
        "transposed": base.transpose(0, 2),
        "every other": base[..., ::2],
        "channels last": base.to(memory_format=torch.channels_last),
        "no dimensions": torch.tensor(-0.7),
        "nothing": torch.empty(3, 0),
        "large": torch.randn(1 << 17, generator=torch.Generator().manual_seed(3)),
        "offset": torch.randn(1_001)[1:],
    }


@pytest.mark.parametrize("kind", [*layouts()])
def test_any_memory(kind: str, in_python: Any) -> None:
    x, function = layouts()[kind], warmed("gelu")
    for gradient in (torch.ones(()).expand(x.shape), torch.randn(x.shape[::-1]).permute([*range(x.ndim)][::-1])):
        y, slope = once(function, x, gradient)
        expected_y, expected = in_python(once, function, x, gradient)
        assert same(y, expected_y) and same(slope, expected) and y.stride() == expected_y.stride()


def test_what_is_changed_in_place_after_the_call_is_noticed() -> None:
    for name, keeps_output in (("gelu", False), ("relu", True)):
        x = torch.randn(5, requires_grad=True) * 1
        y = warmed(name)(x)
        with torch.no_grad():
            (y if keeps_output else x).add_(1)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()


def test_one_tensor_is_kept_and_hooks_see_it() -> None:
    for name in ("gelu", "relu"):
        kept: list[Tensor] = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
            y = warmed(name)(torch.randn(5, requires_grad=True))
            before = len(kept)
            y = knee.get(name)(torch.randn(5, requires_grad=True))
        assert len(kept) == before + 1
        y.sum().backward()


def test_a_graph_is_gone_after_backward_unless_it_is_retained() -> None:
    x = torch.randn(5, requires_grad=True)
    y = warmed("silu")(x).sum()
    y.backward(retain_graph=True)
    first = x.grad.clone()
    y.backward()
    assert torch.equal(x.grad, 2 * first)
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_a_gradient_that_is_not_there_stays_away() -> None:
    class Nothing(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> None:
            return None

    x = torch.randn(5, requires_grad=True)
    Nothing.apply(warmed("gelu")(x)).sum().backward()
    assert x.grad is None


def test_transforms_go_the_general_way() -> None:
    function, x = warmed("tanh"), torch.linspace(-2, 2, 7)
    each = torch.func.vmap(torch.func.grad(function))(x)
    assert torch.allclose(each, 1 - torch.tanh(x) ** 2, atol=1e-6)
    _, tangent = torch.func.jvp(function, (x,), (torch.ones_like(x),))
    assert torch.allclose(tangent, each)
    x.requires_grad_()
    batch = torch.eye(7)
    (jacobian,) = torch.autograd.grad(function(x), x, batch, is_grads_batched=True)
    assert torch.allclose(jacobian, torch.diag(each))


def test_a_dispatch_mode_sees_what_backward_does() -> None:
    class Seen(TorchDispatchMode):
        def __init__(self) -> None:
            super().__init__()
            self.ops: list[str] = []

        def __torch_dispatch__(self, op: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            self.ops.append(str(op))
            return op(*args, **(kwargs or {}))

    x = torch.randn(5, requires_grad=True)
    y = warmed("gelu")(x)
    with Seen() as seen:
        y.backward(torch.ones(5))
    assert any("mul" in op for op in seen.ops)
    assert torch.allclose(x.grad, once(knee.gelu, x, torch.ones(5))[1])


def test_modules_that_keep_their_output() -> None:
    x = torch.randn(50, requires_grad=True)
    module = knee.nn.Softplus(save="output")
    for _ in range(3):
        y = module(x)
    assert in_cpp(y)
    (found,) = torch.autograd.grad(y.sum(), x)
    assert torch.allclose(found, torch.sigmoid(x), rtol=1e-5)


def test_nodes_own_their_plans_and_let_them_go() -> None:
    function = warmed("mish")
    plan = function.plans[Tensor]
    before = sys.getrefcount(plan)
    kept = [function(torch.randn(3, requires_grad=True)) for _ in range(10)]
    assert sys.getrefcount(plan) == before + 10
    for y in kept:
        y.sum().backward()
    del kept, y
    gc.collect()
    assert sys.getrefcount(plan) == before


def test_several_threads_at_once() -> None:
    function = warmed("gelu")
    x = [torch.randn(70_000, generator=torch.Generator().manual_seed(k)) for k in range(4)]
    expected = [once(function, each, torch.ones_like(each))[1] for each in x]
    wrong: list[int] = []

    def work(k: int) -> None:
        for _ in range(10):
            if not same(once(function, x[k], torch.ones_like(x[k]))[1], expected[k]):
                wrong.append(k)

    threads = [Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("Ninja is required to load C++ extensions"), "Ninja is required to load C++ extensions"),
        (
            RuntimeError("Error building: [1/2] c++ -o node.o\n/bin/sh: c++: not found\nstopped"),
            "/bin/sh: c++: not found",
        ),
        (RuntimeError("Error building: [1/2] c++\nnode.cpp:3:1: error: no Node\nx"), "node.cpp:3:1: error: no Node"),
        (OSError("no space"), "no space"),
        (OSError(), "OSError"),
    ],
)
def test_a_machine_that_cannot_build_says_so(error: Exception, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*args: Any, **about: Any) -> None:
        raise error

    monkeypatch.setattr(cpp_extension, "load", load)
    torch_extension._built.cache_clear()
    try:
        with pytest.raises(TorchExtensionError, match=f"^load_torch_extension: .* build it: {re.escape(told)} "):
            load_torch_extension()
    finally:
        monkeypatch.undo()
        load_torch_extension()


def test_a_build_that_was_killed_holds_up_no_other() -> None:
    """torch marks a folder in which somebody builds, and waits as long as it finds the mark."""
    folder = Path(torch_extension._built(False).__file__).parent
    (folder / "lock").touch()
    torch_extension._built.cache_clear()
    load_torch_extension()
    assert not (folder / "lock").exists()


def test_it_takes_no_other_objects() -> None:
    node = torch_extension._built(False)
    with pytest.raises(TypeError, match="a plan and a tensor"):
        node.record(None, 1.0)
    with pytest.raises(ValueError, match="PyCapsule"):
        node.start(object())
