"""The short way on the CPU: it gives what the general way gives, and steps aside wherever torch looks on."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import softknee as knee
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.targets.torch import evaluate as general
from softknee.targets.torch import fast_call as torch_direct

DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
SOME = ["relu", "elu", "softplus", "mish", "gelu", "silu", "hardtanh", "logsigmoid"]


def sample(*shape: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> Tensor:
    """Normal numbers, recorded from here on."""
    made = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (2 * made).to(dtype).requires_grad_()


def plan(name: str) -> Any:
    """The plan of a function at its defaults."""
    function = knee.get(name)
    value = function(torch.zeros(2))
    assert value is not None
    return function.plans[Tensor]


def by_general(name: str, x: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """Value and gradient by the autograd function that can be transformed."""
    definition = knee.get(name).definition
    if definition.name == "gelu":
        numbers: tuple[Any, ...] = ()
    else:
        numbers = tuple(p.default for p in definition.numeric_parameters.values())
    y = general.apply(definition, VALUE, x, *numbers)
    slope = general.apply(definition, DerivativeSpec(("x",)), x.detach(), *numbers)
    return y.detach(), gradient.to(slope.dtype) * slope


def tolerance(dtype: torch.dtype) -> dict[str, float]:
    """The short way rounds gradient * slope once, the general way twice."""
    eps = torch.finfo(dtype).eps
    return {"rtol": 2 * eps, "atol": 4 * torch.finfo(dtype).tiny}


@contextmanager
def counted(function: str) -> Iterator[list[int]]:
    """How often the general way is gone."""
    calls: list[int] = []
    original = getattr(general, function)

    def counting(*args: Any, **keywords: Any) -> Any:
        calls.append(1)
        return original(*args, **keywords)

    setattr(general, function, counting)
    try:
        yield calls
    finally:
        setattr(general, function, original)


def test_the_short_way_is_gone_forward_and_backward() -> None:
    x = sample(7)
    plan("mish")
    with counted("evaluate") as evaluated, counted("apply") as applied:
        knee.mish(x).sum().backward()
        knee.mish(x.detach())
        knee.nn.Mish()(x)
    assert torch_direct.READY and not evaluated and not applied


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", SOME)
def test_value_and_gradient_are_the_general_ways(name: str, dtype: torch.dtype) -> None:
    plan(name)
    x, gradient = sample(4099, dtype=dtype), sample(4099, dtype=dtype, seed=1).detach()
    y = knee.get(name)(x)
    (found,) = torch.autograd.grad(y, x, gradient)
    expected, slope = by_general(name, x, gradient)
    assert torch.equal(y.detach(), expected)
    assert found.dtype == dtype
    torch.testing.assert_close(found, slope, **tolerance(dtype))


def layouts(x: Tensor) -> dict[str, Tensor]:
    """Views and copies of the numbers of an image in every kind of layout."""
    return {
        "contiguous": x.contiguous(),
        "channels last": x.contiguous(memory_format=torch.channels_last),
        "turned": x.transpose(1, 3).contiguous().transpose(1, 3),
        "every second": torch.stack([x, x], -1).flatten(-2)[..., ::2],
        "every second row": torch.stack([x, x], -2).flatten(-3, -2)[..., ::2, :],
        "inner part": torch.nn.functional.pad(x, (1, 2, 1, 2))[..., 1:-2, 1:-2],
        "spread": x[..., :1].expand(x.shape),
        "one number": x[:1, :1, :1, :1].expand(x.shape),
    }


@pytest.mark.parametrize("kind", list(layouts(torch.zeros(1, 1, 2, 2))))
@pytest.mark.parametrize("gradient_kind", list(layouts(torch.zeros(1, 1, 2, 2))))
@pytest.mark.parametrize("width", [5, 70])
def test_every_layout_of_x_and_gradient(kind: str, gradient_kind: str, width: int) -> None:
    plan("elu")
    x = layouts(sample(2, 3, 4, width).detach())[kind].detach().requires_grad_()
    gradient = layouts(sample(2, 3, 4, width, seed=1).detach())[gradient_kind]
    y = knee.elu(x)
    (found,) = torch.autograd.grad(y, x, gradient)
    expected, slope = by_general("elu", x.contiguous(), gradient.contiguous())
    assert torch.equal(y.detach(), expected)
    torch.testing.assert_close(found, slope, **tolerance(torch.float32))
    if kind in ("contiguous", "channels last", "turned"):
        assert y.stride() == x.stride()


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (1, 1, 1)])
def test_small_and_empty_shapes(shape: tuple[int, ...]) -> None:
    plan("mish")
    x = sample(*shape)
    y = knee.mish(x)
    y.sum().backward()
    assert y.shape == x.shape and x.grad is not None and x.grad.shape == x.shape


@pytest.mark.parametrize("name", SOME)
def test_double_backward_after_the_short_forward(name: str) -> None:
    plan(name)
    x = sample(24, dtype=torch.float64)
    assert torch.autograd.gradcheck(knee.get(name), x) and torch.autograd.gradgradcheck(knee.get(name), x)
    (slope,) = torch.autograd.grad(knee.get(name)(x).sum(), x, create_graph=True)
    (curve,) = torch.autograd.grad(slope.sum(), x)
    torch.testing.assert_close(curve, knee.get(name).derivative(x.detach(), order=2))


def test_gradients_in_a_batch() -> None:
    x = sample(5, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(knee.mish, x.detach(), vectorize=True)
    torch.testing.assert_close(jacobian, torch.diag(knee.mish.derivative(x.detach())))


def test_hooks_on_tensors_and_on_what_is_saved() -> None:
    plan("mish")
    x = sample(6)
    seen: list[Tensor] = []
    x.register_hook(lambda g: 2 * g)
    y = knee.mish(x)
    y.register_hook(seen.append)
    y.sum().backward()
    torch.testing.assert_close(x.grad, 2 * knee.mish.derivative(x.detach()))
    assert len(seen) == 1
    unpacked = []

    def unpack(packed: Tensor) -> Tensor:
        unpacked.append(1)
        return packed.double().float()

    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.detach().half(), lambda t: unpack(t)):
        z = knee.mish(x)
    (found,) = torch.autograd.grad(z.sum(), x)
    torch.testing.assert_close(found, 2 * knee.mish.derivative(x.detach().half().float()))
    assert len(unpacked) == 1


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoint(reentrant: bool) -> None:
    plan("mish")
    x = sample(6)
    checkpoint(lambda t: knee.mish(knee.elu(t)), x, use_reentrant=reentrant).sum().backward()
    again = sample(6)
    knee.mish(knee.elu(again)).sum().backward()
    assert torch.equal(x.grad, again.grad)


def test_anomaly_mode_names_the_call() -> None:
    x = sample(3)
    with pytest.warns(UserWarning, match="Anomaly Detection|mishBackward"), torch.autograd.detect_anomaly():
        y = knee.mish(x)
        with pytest.raises(RuntimeError, match="nan"):
            y.backward(torch.full((3,), torch.nan))


def test_modes_without_gradients() -> None:
    plan("mish")
    x = sample(5)
    with torch.no_grad():
        assert not knee.mish(x).requires_grad
    with torch.inference_mode():
        assert knee.mish(x).is_inference()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert knee.mish(x).dtype == torch.float32
    assert knee.mish(nn.Parameter(x.detach())).requires_grad


def test_forward_mode() -> None:
    plan("mish")
    x = sample(5).detach()
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x, torch.ones(5))
        tangent = torch.autograd.forward_ad.unpack_dual(knee.mish(dual)).tangent
    torch.testing.assert_close(tangent, knee.mish.derivative(x))


def test_transforms_see_the_function() -> None:
    plan("mish")
    x = sample(3, 4).detach()
    slope = knee.mish.derivative(x)
    torch.testing.assert_close(torch.func.grad(lambda t: knee.mish(t).sum())(x), slope)
    torch.testing.assert_close(torch.func.vmap(torch.func.vmap(torch.func.grad(knee.mish)))(x), slope)
    torch.testing.assert_close(torch.func.jvp(knee.mish, (x,), (torch.ones_like(x),))[1], slope)


def test_tracing_records_the_call() -> None:
    plan("mish")
    with pytest.warns(DeprecationWarning):
        traced = torch.jit.trace(lambda t: knee.mish(t), torch.zeros(3))
    torch.testing.assert_close(traced(torch.ones(3)), knee.mish(torch.ones(3)))


def test_fake_and_meta_tensors() -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    plan("mish")
    assert knee.mish(torch.empty(3, device="meta")).device.type == "meta"
    with FakeTensorMode() as mode:
        assert type(knee.mish(mode.from_tensor(torch.zeros(3)))).__name__ == "FakeTensor"


def test_a_negated_view_is_read_as_it_shows() -> None:
    plan("mish")
    x = torch.randn(6, dtype=torch.complex64, generator=torch.Generator().manual_seed(0)).conj().imag
    assert x.is_neg()
    assert torch.equal(knee.mish(x), knee.mish(x.resolve_neg()))
    y = sample(6)
    (found,) = torch.autograd.grad(knee.mish(y), y, x)
    torch.testing.assert_close(found, x.resolve_neg() * knee.mish.derivative(y.detach()))


def test_x_that_changed_is_refused() -> None:
    x = sample(4)
    inner = x * 1.0
    y = knee.mish(inner)
    with torch.no_grad():
        inner.add_(1.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_backward_twice_needs_the_graph() -> None:
    x = sample(4)
    y = knee.mish(x).sum()
    y.backward(retain_graph=True)
    y.backward()
    torch.testing.assert_close(x.grad, 2 * knee.mish.derivative(x.detach()))
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()


def test_threads_go_backward_side_by_side() -> None:
    plan("mish")
    expected = knee.mish.derivative(sample(20000).detach())
    failures: list[int] = []

    def work() -> None:
        for _ in range(20):
            x = sample(20000)
            knee.mish(x).sum().backward()
            if not torch.equal(x.grad, expected):
                failures.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


@pytest.mark.parametrize("make", [lambda: knee.nn.ELU(0.5), lambda: knee.nn.PReLU(3), lambda: knee.nn.GELU("tanh")])
def test_modules_copy_and_pickle_after_a_call(make: Callable[[], nn.Module]) -> None:
    module = make()
    x = sample(2, 3, 4)
    for _ in range(3):
        y = module(x)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(other(x), y)


@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 40, 40), (2, 3, 5)])
@pytest.mark.parametrize("count", [1, 3])
def test_learned_slopes(shape: tuple[int, ...], count: int) -> None:
    if count == 3 and len(shape) < 2:
        count = 1
    x, gradient = sample(*shape, dtype=torch.float64), sample(*shape, dtype=torch.float64, seed=1).detach()
    weight = (0.1 + 0.1 * torch.arange(count, dtype=torch.float64)).requires_grad_()
    expected = torch.autograd.grad(torch.prelu(x, weight), (x, weight), gradient)
    for _ in range(3):  # the third time by its plan
        y = knee.prelu(x, weight)
        found = torch.autograd.grad(y, (x, weight), gradient, retain_graph=True)
        torch.testing.assert_close(y, torch.prelu(x, weight))
        torch.testing.assert_close(found, expected)
    small = x.detach()[(slice(2), slice(3), slice(2), slice(2))[: x.ndim]].requires_grad_()
    assert torch.autograd.gradgradcheck(knee.prelu, (small, weight))
    assert torch.autograd.grad(knee.prelu(x.detach(), weight).sum(), weight)[0].shape == weight.shape


def test_parameters_keep_their_type_and_sign() -> None:
    x = -torch.ones(3)
    for _ in range(3):
        assert knee.leaky_relu(x, 0.0).signbit().all()
        assert not knee.leaky_relu(x, -0.0).signbit().any()
        assert torch.equal(knee.elu(x, 1), knee.elu(x))
        with pytest.raises(knee.ArgumentError, match="True"):
            knee.elu(x, True)
        with pytest.raises(knee.ArgumentError, match="positive"):
            knee.softplus(x, -1.0)
        with pytest.raises(TypeError, match="beta"):
            knee.elu(x, beta=1.0)


@pytest.mark.parametrize("name", ["swiglu", "geglu", "reglu", "glu"])
@pytest.mark.parametrize(("shape", "axis"), [((6, 8), -1), ((2, 4, 9, 9), 1), ((4, 3), 0), ((3, 512), 1)])
def test_gates(name: str, shape: tuple[int, ...], axis: int) -> None:
    gate = knee.get(name)
    x = sample(*shape, dtype=torch.float64)
    a, b = (half.detach().requires_grad_() for half in x.chunk(2, axis))
    for _ in range(3):
        y = gate(x, axis)
        gradient = sample(*y.shape, dtype=torch.float64, seed=1).detach()
        (found,) = torch.autograd.grad(y, x, gradient)
        parts = torch.autograd.grad(gate.combine(a, b), (a, b), gradient)
        torch.testing.assert_close(found, torch.cat(parts, axis), rtol=1e-14, atol=1e-300)
    small = x.detach()[(slice(4), slice(4), slice(2), slice(2))[: x.ndim]]
    assert torch.autograd.gradgradcheck(lambda t: gate(t, axis), small.requires_grad_())


def test_in_place_without_a_second_tensor() -> None:
    module = knee.nn.ELU(0.5, inplace=True)
    expected = knee.elu(torch.linspace(-2, 2, 5), 0.5)
    for _ in range(3):
        x = torch.linspace(-2, 2, 5)
        address, version = x.data_ptr(), x._version
        with torch.no_grad():
            assert module(x) is x
        assert x.data_ptr() == address and x._version > version and torch.equal(x, expected)
    with torch.inference_mode():
        y = torch.linspace(-2, 2, 5)
        assert torch.equal(module(y), expected)


def test_in_place_does_not_slip_past_what_was_saved() -> None:
    module = knee.nn.ReLU(inplace=True)
    x = sample(4)
    inner = 1.0 * x
    y = inner.square()
    for _ in range(3):
        with torch.no_grad():
            module(inner)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
