"""The PyTorch backend, over the whole catalogue: autograd to second order, torch.func, tensor subclasses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.overrides import TorchFunctionMode

import softknee as knee

# torch's own forward mode scripts a function when it is first used.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script")
NAMES = knee.names()


def points() -> Tensor:
    """Numbers away from every kink, of a shape that each gate and pool divides."""
    return torch.linspace(-3.1, 3.3, 24, dtype=torch.float64).reshape(2, 6, 2)


def case(name: str) -> tuple[Callable[..., Tensor], tuple[Tensor, ...]]:
    """A function of tensors alone, and its arguments: x and the learnable parameters, one value per channel."""
    activation = knee.get(name)
    learnable = {key: p.default for key, p in getattr(activation, "parameters", {}).items() if p.learnable}
    spread = torch.linspace(0.9, 1.1, 6, dtype=torch.float64)
    x = points()
    options = {}
    if name == "softmax2d":
        x = x.unsqueeze(0)
    elif not isinstance(activation, knee.Activation):
        options = {"axis": 1}

    def function(x: Tensor, *values: Tensor) -> Tensor:
        return activation(x, **options, **dict(zip(learnable, values)))

    return function, (x, *(default * spread for default in learnable.values()))


@pytest.mark.parametrize("name", NAMES)
def test_first_and_second_order_gradients(name: str) -> None:
    function, arguments = case(name)
    for argument in arguments:
        argument.requires_grad_()
    assert gradcheck(function, arguments)
    assert gradgradcheck(function, arguments)


@pytest.mark.parametrize("name", NAMES)
def test_forward_mode_agrees_with_reverse_mode(name: str) -> None:
    function, arguments = case(name)
    tangents = tuple(torch.cos(argument) for argument in arguments)
    value, tangent = torch.func.jvp(function, arguments, tangents)
    _, pull = torch.func.vjp(function, *arguments)
    cotangent = torch.sin(torch.arange(value.numel(), dtype=torch.float64)).reshape(value.shape)
    reverse = sum((grad * t).sum() for grad, t in zip(pull(cotangent), tangents))
    torch.testing.assert_close((tangent * cotangent).sum(), reverse)


@pytest.mark.parametrize("name", NAMES)
def test_vmap_is_a_loop(name: str) -> None:
    function, (x, *values) = case(name)
    batch = torch.stack([x, -x, 0.5 * x])
    expected = torch.stack([function(one, *values) for one in batch])
    mapped = torch.func.vmap(function, in_dims=(0, *(None for _ in values)))(batch, *values)
    torch.testing.assert_close(mapped, expected)


@pytest.mark.parametrize("name", NAMES)
def test_per_sample_gradients(name: str) -> None:
    function, (x, *values) = case(name)
    batch = torch.stack([x, -x, 0.5 * x])

    def loss(one: Tensor) -> Tensor:
        return function(one, *values).square().sum()

    together = torch.func.vmap(torch.func.grad(loss))(batch)
    batch.requires_grad_()
    sum(loss(one) for one in batch).backward()
    torch.testing.assert_close(together, batch.grad)


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(knee.get(n), knee.Activation)])
def test_hessian_is_the_second_derivative(name: str) -> None:
    activation = knee.get(name)
    x = points().flatten()
    hessian = torch.func.hessian(lambda t: activation(t).sum())(x)
    torch.testing.assert_close(hessian.diagonal(), activation.derivative(x, order=2))
    assert torch.equal(hessian - torch.diag(hessian.diagonal()), torch.zeros(24, 24, dtype=torch.float64))


@pytest.mark.parametrize("name", NAMES)
def test_traced_ops_agree_with_the_compiled_loops(name: str) -> None:
    """Under a tracer the same function is spelled in torch's ops."""
    from torch.fx.experimental.proxy_tensor import make_fx

    function, arguments = case(name)
    traced = make_fx(function)(*arguments)
    torch.testing.assert_close(traced(*arguments), function(*arguments), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_layout_and_size_do_not_matter(name: str) -> None:
    function, (x, *values) = case(name)
    turned = x.transpose(-1, -2).contiguous().transpose(-1, -2)
    assert not turned.is_contiguous()
    assert torch.equal(function(turned, *values), function(x, *values))
    assert function(x[:0], *values).shape == function(x, *values)[:0].shape


@pytest.mark.parametrize("name", NAMES)
def test_values_are_numpys(name: str) -> None:
    function, (x, *_) = case(name)
    axis = {} if isinstance(knee.get(name), knee.Activation) or name == "softmax2d" else {"axis": 1}
    expected = knee.get(name)(x.numpy(), **axis)
    np.testing.assert_allclose(knee.get(name)(x, **axis).numpy(), expected, rtol=1e-14, atol=1e-15)


def test_tensor_subclasses_come_through() -> None:
    class Marked(Tensor):
        pass

    x = points().as_subclass(Marked)
    assert type(knee.mish(x)) is Marked
    assert type(knee.softmax(x)) is Marked
    torch.testing.assert_close(knee.mish(x).as_subclass(Tensor), knee.mish(points()))


def test_function_modes_see_the_call() -> None:
    seen = []

    class Watch(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(function.__name__)
            return function(*args, **(kwargs or {}))

    x = points()
    with Watch():
        result = knee.mish(x)
    assert seen == ["evaluate"]
    assert torch.equal(result, knee.mish(x))


def test_integers_become_the_default_dtype() -> None:
    assert knee.relu(torch.tensor([-1, 2])).dtype == torch.get_default_dtype()
    with pytest.raises(knee.ArgumentError, match="complex64"):
        knee.relu(torch.zeros(2, dtype=torch.complex64))


@pytest.mark.parametrize("name", ["mish", "gelu", "elu", "snake", "softplus"])
def test_forward_over_forward_is_no_silent_zero(name: str) -> None:
    x = torch.tensor([-1.3, 0.4, 2.0], dtype=torch.float64)
    twice = torch.func.vmap(torch.func.jacfwd(torch.func.jacfwd(knee.get(name))))(x)
    torch.testing.assert_close(twice, torch.from_numpy(knee.get(name).derivative(x.numpy(), order=2)))
