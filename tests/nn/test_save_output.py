"""`save="output"`: exactly the output is kept, the gradient is as near as promised, and what is unsafe is refused."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import softknee as knee
from softknee.nn.recovery import allowed, measured_error, pack, recovery, unpack

DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
MONOTONE = ["softplus", "logsigmoid", "relu", "leaky_relu", "elu", "celu", "selu", "softsign", "tanh", "sigmoid"]
TURNING = ["silu", "gelu", "mish", "quick_gelu"]
REFUSED = ["hardswish", "square", "sine", "softshrink", "tanhshrink", "exponential", "relu_squared", "erf"]


def module(name: str, **arguments: Any) -> Any:
    """The module that keeps its output."""
    return knee.nn.class_of(name)(**arguments, save="output")


def points(dtype: torch.dtype) -> Tensor:
    """Every number of a half type with a finite image, or many of a wide one."""
    if dtype.itemsize == 2:
        x = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(dtype)
        return x[torch.isfinite(x)].clone()
    return torch.cat([torch.linspace(-30, 30, 100_003, dtype=torch.float64), torch.linspace(-2, -0.5, 50_001)]).to(
        dtype
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", [*MONOTONE, *TURNING])
def test_the_gradient_is_as_near_as_promised(name: str, dtype: torch.dtype) -> None:
    x = points(dtype).requires_grad_()
    if name in TURNING and dtype == torch.float64:
        with pytest.raises(knee.ArgumentError, match="largest slope in torch.float64"):
            module(name)(x)
        return
    y = module(name)(x)
    assert torch.equal(y, knee.get(name)(x.detach()))
    (found,) = torch.autograd.grad(y, x, torch.ones_like(y))
    exact = knee.get(name).derivative(x.detach().double())
    error = (found.double() - exact).abs().max() / exact.abs().max()
    assert error <= allowed(dtype)


def test_a_wrong_table_would_be_noticed() -> None:
    """The measure itself: a way that gives something else has a large error."""
    definition = knee.silu.definition
    right = measured_error(definition, (), torch.float32)
    assert 1e-7 < right < allowed(torch.float32)
    x = points(torch.float32)
    way = recovery(definition, ())
    bits = pack(x <= way.turn)  # the sides exchanged
    wrong = way.gradient(knee.silu(x), bits, torch.ones_like(x)).double() - knee.silu.derivative(x.double())
    assert wrong.abs().max() > 0.5


@pytest.mark.parametrize("name", [*MONOTONE, *TURNING])
def test_exactly_the_output_and_the_bits_are_kept(name: str) -> None:
    x = torch.linspace(-3, 3, 1000).requires_grad_()
    kept: list[Tensor] = []

    def pack_hook(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack_hook, lambda tensor: tensor):
        y = module(name)(x)
    assert kept[0].data_ptr() == y.data_ptr()
    assert [tensor.nbytes for tensor in kept[1:]] == ([125] if name in TURNING else [])


@pytest.mark.parametrize("name", ["softplus", "gelu"])
def test_an_output_that_changed_is_refused(name: str) -> None:
    y = module(name)(torch.linspace(-3, 3, 10).requires_grad_())
    with torch.no_grad():
        y.mul_(2.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unsafe_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(knee.ArgumentError, match=f"{name}: save = 'output' .{{20}}"):
        module(name)


def test_bad_words_and_in_place_are_refused() -> None:
    with pytest.raises(knee.ArgumentError, match='must be "input" or "output"'):
        knee.nn.GELU(save="both")
    with pytest.raises(knee.ArgumentError, match="inplace"):
        knee.nn.ReLU(inplace=True, save="output")
    with pytest.raises(TypeError, match="save"):
        knee.nn.PReLU(save="output")
    with pytest.raises(knee.ArgumentError, match="NaN where torch.bfloat16"):
        module("lecun_tanh")(torch.ones(2, dtype=torch.bfloat16, requires_grad=True))


def test_parameters_count() -> None:
    x = torch.linspace(-3, 3, 10, dtype=torch.float64)
    for layer, slope in (
        (knee.nn.Softplus(beta=2.0, save="output"), knee.softplus.derivative(x, 2.0)),
        (knee.nn.ELU(0.5, save="output"), knee.elu.derivative(x, 0.5)),
    ):
        leaf = x.clone().requires_grad_()
        (found,) = torch.autograd.grad(layer(leaf).sum(), leaf)
        torch.testing.assert_close(found, slope)
    leaf = x.float().requires_grad_()
    (found,) = torch.autograd.grad(knee.nn.GELU("tanh", save="output")(leaf).sum(), leaf)
    torch.testing.assert_close(found, knee.gelu.derivative(x.float(), "tanh"), rtol=0, atol=allowed(torch.float32))


def test_special_numbers() -> None:
    x = torch.tensor([math.nan, math.inf, -math.inf, 0.0, -1e30, 1e30]).requires_grad_()
    y = module("gelu")(x)
    (found,) = torch.autograd.grad(y, x, torch.ones_like(y))
    np.testing.assert_allclose(found.numpy(), [math.nan, 1.0, 0.0, 0.5, 0.0, 1.0], atol=1e-6)


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 1003])
def test_bits(count: int) -> None:
    condition = torch.rand(count, generator=torch.Generator().manual_seed(count)) > 0.5
    bits = pack(condition)
    assert bits.numel() == -(-count // 8) and torch.equal(unpack(bits, count), condition)


def test_any_layout() -> None:
    x = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    for image in (x.contiguous(memory_format=torch.channels_last), x.transpose(1, 3), x[..., ::2]):
        leaf = image.detach().requires_grad_()
        gradient = torch.linspace(-1, 1, image.numel()).reshape(image.shape)
        (found,) = torch.autograd.grad(module("gelu")(leaf), leaf, gradient)
        exact = gradient * knee.gelu.derivative(image)
        torch.testing.assert_close(found, exact, rtol=0, atol=2 * allowed(torch.float32))


def test_transforms_and_second_derivatives() -> None:
    layer = module("gelu")
    x = torch.linspace(-2, 2, 5)
    torch.testing.assert_close(torch.func.vmap(torch.func.grad(layer))(x), knee.gelu.derivative(x))
    leaf = x.requires_grad_()
    with pytest.raises(knee.SoftkneeError, match="no second derivative"):
        torch.autograd.grad(layer(leaf).sum(), leaf, create_graph=True)


def test_modules_remember_it() -> None:
    layer = knee.nn.GELU("tanh", save="output")
    assert repr(layer) == "GELU(approximate='tanh', save='output')"
    assert repr(knee.nn.GELU()) == "GELU(approximate='none')"
    assert copy.deepcopy(layer).save == pickle.loads(pickle.dumps(layer)).save == "output"
    assert "save" in inspect.signature(knee.nn.SiLU).parameters
