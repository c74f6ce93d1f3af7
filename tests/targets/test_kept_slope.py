"""Functions whose backward reads the output: the gradient is bit for bit the one that the input gives."""

from __future__ import annotations

from functools import cache
from itertools import islice, product

import pytest
import torch
from torch import Tensor

import softknee as knee
from softknee import _native
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.kept_slope import keeps_its_slope, keeps_output
from softknee.targets.numpy.compiled import native_spec
from softknee.targets.torch import evaluate as general
from softknee.targets.torch.fast_call import direct

from ..needed import from_torch_2_10

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
ONE_INPUT = [name for name in knee.names() if isinstance(knee.get(name), knee.Activation)]
SOME_NUMBERS = [-1.0, 0.0, 1e-310, 1e-20, 0.1, 0.7, 1.0, 3.0]


def claims() -> list[tuple[str, tuple[float, ...]]]:
    """Every function that claims to keep its slope, at every set of parameters out of some at which it does."""
    found: list[tuple[str, tuple[float, ...]]] = []
    for name in ONE_INPUT:
        definition = knee.get(name).definition
        count = len(definition.numeric_parameters)
        sets = list(islice(product(SOME_NUMBERS, repeat=count), len(SOME_NUMBERS) ** 2))
        sets.append(tuple(float(p.default) for p in definition.numeric_parameters.values()))
        found += [(name, numbers) for numbers in dict.fromkeys(sets) if keeps_its_slope(definition, numbers)]
    return found


CLAIMS = claims()


@cache
def points(dtype: torch.dtype) -> Tensor:
    """Every number of a half type; of a wider one these, their neighbours, and more beside some edges."""
    half = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16)
    if dtype.itemsize == 2:
        return half.view(dtype).clone()
    every = torch.cat([half.view(torch.bfloat16).to(dtype), half.view(torch.float16).to(dtype)])
    edges = torch.tensor([*SOME_NUMBERS, *(-n for n in SOME_NUMBERS)], dtype=torch.float64).to(dtype)
    random = torch.randn(20_000, generator=torch.Generator().manual_seed(0), dtype=dtype)
    tiny = torch.linspace(-1, 1, 2_001, dtype=dtype) * torch.finfo(dtype).tiny
    some = torch.cat([every, edges, random, tiny])
    up, down = torch.full((), torch.inf, dtype=dtype), torch.full((), -torch.inf, dtype=dtype)
    return torch.cat([some, some.nextafter(up), some.nextafter(down)])


def defaults_of(name: str) -> tuple[Definition, tuple[float, ...]]:
    definition: Definition = knee.get(name).definition
    return definition, tuple(float(p.default) for p in definition.numeric_parameters.values())


def bits(x: Tensor) -> Tensor:
    """The numbers as integers, any NaN as one."""
    whole = {2: torch.int16, 4: torch.int32, 8: torch.int64}[x.dtype.itemsize]
    return x.masked_fill(x.isnan(), torch.nan).view(whole)


def from_input(name: str, numbers: tuple[float, ...], x: Tensor, gradient: Tensor) -> Tensor:
    """Gradient * slope as a plan gives it that keeps x."""
    definition = knee.get(name).definition
    specs = lambda by: native_spec(definition, VALUE if by < 0 else DerivativeSpec(("x",)))
    found: Tensor = _native.Direct(specs, 1, numbers).product(0, None, gradient, x)
    return found


def test_the_rectifiers_claim_it_and_what_has_two_slopes_for_one_output_does_not() -> None:
    names = {name for name, _ in CLAIMS}
    assert {"relu", "leaky_relu", "rrelu", "thresholded_relu", "threshold", "shifted_relu"} <= names
    assert not names & {"relu6", "hardtanh", "clipped_relu", "absolute", "relu_squared", "hardsigmoid", "identity"}
    leaky, threshold = knee.leaky_relu.definition, knee.threshold.definition
    assert not any(keeps_its_slope(leaky, (slope,)) for slope in (0.0, -0.0, -0.01, 1e-310, 1.5, None))
    assert not keeps_its_slope(threshold, (0.0, 1.0)) and not keeps_its_slope(threshold, (0.1, 0.1))


@from_torch_2_10
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("name", "numbers"), CLAIMS, ids=lambda part: str(part).replace(" ", ""))
def test_the_gradient_is_bit_for_bit_that_of_the_input(
    name: str, numbers: tuple[float, ...], dtype: torch.dtype
) -> None:
    x = points(dtype).clone().requires_grad_()
    gradient = torch.randn(x.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(dtype)
    y = direct(knee.get(name).definition, numbers)(x)
    (found,) = torch.autograd.grad(y, x, gradient)
    assert torch.equal(bits(found), bits(from_input(name, numbers, x.detach(), gradient)))


@from_torch_2_10
def test_a_false_claim_would_be_noticed() -> None:
    """relu6 as if it kept its slope: at 7 the output is 6, where the slope from the left is 1."""
    definition = knee.relu6.definition
    specs = lambda by: native_spec(definition, VALUE if by < 0 else DerivativeSpec(("x",)))
    x = points(torch.float16)
    y = _native.Direct(specs, 1, ()).value(None, x)
    ones = torch.ones_like(x)
    wrong = _native.Direct(specs, 1, ()).product(0, None, ones, y)
    assert not torch.equal(bits(wrong), bits(from_input("relu6", (), x, ones)))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_relu_is_torchs(dtype: torch.dtype) -> None:
    x = points(dtype)
    leaf, other = (x[~x.isnan()].requires_grad_() for _ in range(2))
    gradient = torch.linspace(-3, 3, leaf.numel()).to(dtype)
    (found,) = torch.autograd.grad(knee.relu(leaf), leaf, gradient)
    (expected,) = torch.autograd.grad(torch.relu(other), other, gradient)
    assert torch.equal(found, expected)


@pytest.mark.parametrize("name", [n for n in sorted({n for n, _ in CLAIMS}) if keeps_output(*defaults_of(n))])
@pytest.mark.parametrize("way", [pytest.param("short", marks=from_torch_2_10), "general"])
def test_no_second_tensor_is_kept(name: str, way: str) -> None:
    definition, numbers = defaults_of(name)
    x = torch.linspace(-2, 2, 12).requires_grad_()
    kept: list[Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: (kept.append(t), t)[1], lambda t: t):
        y = direct(definition, numbers)(x) if way == "short" else general.apply(definition, VALUE, x, *numbers)
    assert [t.data_ptr() for t in kept] == [y.data_ptr()]


@pytest.mark.parametrize("way", ["short", "general"])
def test_an_output_that_changed_is_refused_as_torchs_is(way: str) -> None:
    for function in (torch.relu, knee.relu if way == "short" else _general_relu):
        y = function(torch.linspace(-3, 3, 10).requires_grad_())
        with torch.no_grad():
            y.mul_(-1.0)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()
        z = function(torch.linspace(-3, 3, 10).requires_grad_())
        z.add_(1.0)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            z.sum().backward()


def _general_relu(x: Tensor) -> Tensor:
    return general.apply(knee.relu.definition, VALUE, x)


def test_an_input_that_changed_is_no_matter() -> None:
    inner = torch.linspace(-3, 3, 10).requires_grad_() * 1.0
    y = knee.relu(inner)
    with torch.no_grad():
        inner.zero_()
    y.sum().backward()


@pytest.mark.parametrize("name", ["leaky_relu", "threshold", "prelu", "rrelu"])
def test_an_output_that_torch_lets_people_change_may_be_changed(name: str) -> None:
    x = torch.linspace(-2, 2, 9, requires_grad=True)
    arguments = {"threshold": (0.0, 0.0), "prelu": (0.25,)}.get(name, ())
    y = knee.get(name)(x, *arguments)
    y += 1
    (slope,) = torch.autograd.grad(y.sum(), x)
    assert torch.equal(slope, knee.get(name).derivative(x.detach(), *arguments))


@pytest.mark.parametrize("function", [knee.relu, _general_relu, lambda x: knee.leaky_relu(x, 0.25)])
def test_second_derivatives_hooks_and_transforms(function: object) -> None:
    assert callable(function)
    x = torch.tensor([-2.0, -0.5, 0.5, 3.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(function, x) and torch.autograd.gradgradcheck(function, x)
    (slope,) = torch.autograd.grad(function(x).square().sum(), x, create_graph=True)
    (curve,) = torch.autograd.grad(slope.sum(), x)
    plain = x.detach()
    slopes = torch.where(plain > 0, torch.ones_like(plain), function(-torch.ones_like(plain)).abs())
    torch.testing.assert_close(curve, 2 * slopes.square())
    torch.testing.assert_close(torch.func.vmap(torch.func.grad(function))(plain), slopes)
    torch.testing.assert_close(torch.func.jvp(function, (plain,), (2 * plain,))[1], 2 * plain * slopes)
    hessian = torch.func.hessian(lambda t: function(t).square().sum())(plain)
    torch.testing.assert_close(hessian, torch.diag(2 * slopes.square()))
    with torch.autograd.graph.saved_tensors_hooks(lambda t: 3 * t.detach(), lambda t: t / 3):
        y = function(x)
    torch.testing.assert_close(torch.autograd.grad(y.sum(), x)[0], slopes)


def test_save_output_adds_nothing_where_the_output_is_kept_anyway() -> None:
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    layer = knee.nn.ReLU(save="output")
    (slope,) = torch.autograd.grad(layer(x).square().sum(), x, create_graph=True)
    assert torch.equal(torch.autograd.grad(slope.sum(), x)[0], torch.tensor([0.0, 2.0]))
