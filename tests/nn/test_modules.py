"""softknee.nn: a module for every activation; torch.nn's own behaviour wherever torch has the class."""

from __future__ import annotations

import copy
import doctest
import inspect
import io
import pickle
import re

import pytest
import torch
from torch import nn

import softknee as knee
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.language.definition import CATALOGUE


def parameters_of(name: str) -> dict[str, knee.Parameter]:
    """The parameters of the activation of a class."""
    return getattr(getattr(knee.nn, name).activation, "parameters", {})


CLASSES = sorted(knee.get(name).definition.module for name in knee.names())
SHARED = [name for name in CLASSES if hasattr(nn, name)]
LEARNING = [name for name in CLASSES if any(p.learnable for p in parameters_of(name).values())]
# Arguments that differ from the defaults, for torch.nn's classes that take some.
GIVEN = {
    "CELU": {"alpha": 0.7},
    "ELU": {"alpha": 0.7},
    "GELU": {"approximate": "tanh"},
    "GLU": {"dim": 1},
    "Hardshrink": {"lambd": 0.3},
    "Hardtanh": {"min_val": -0.5, "max_val": 2.0},
    "LeakyReLU": {"negative_slope": 0.2},
    "LogSoftmax": {"dim": 1},
    "PReLU": {"num_parameters": 6, "init": 0.1},
    "RReLU": {"lower": 0.1, "upper": 0.2},
    "Softmax": {"dim": 1},
    "Softmin": {"dim": 1},
    "Softplus": {"beta": 2.0, "threshold": 15.0},
    "Softshrink": {"lambd": 0.3},
    "Threshold": {"threshold": 0.1, "value": -1.0},
}
REQUIRED = {"Threshold": {"threshold": 0.1, "value": -1.0}}


def make(name: str, holder: object = knee.nn, **arguments: object) -> nn.Module:
    """A module that can be called on `image()` without a warning."""
    cls = getattr(holder, name)
    parameters = inspect.signature(cls).parameters
    if "dim" in parameters:
        arguments.setdefault("dim", 1)
    needed = REQUIRED.get(name, {})
    return cls(**{**needed, **arguments}).eval()


def image(dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Twelve by six by four numbers around zero: any gate and any pool divides them."""
    return torch.linspace(-6, 6, 2 * 6 * 3 * 4).reshape(2, 6, 3, 4).sin().mul(4).to(dtype)


def test_every_activation_has_a_module_of_its_own() -> None:
    assert len(set(CLASSES)) == len(CATALOGUE)
    assert set(CLASSES) <= set(dir(knee.nn))


@pytest.mark.parametrize("name", CLASSES)
def test_a_module_computes_its_function(name: str) -> None:
    module = make(name)
    arguments = [1] if "dim" in inspect.signature(type(module)).parameters else []
    keywords = {"axis": 1} if arguments else {}
    keywords |= {k: REQUIRED[name][k] for k in REQUIRED.get(name, {})}
    # A module keeps its learnable parameters in float32, the function takes its defaults in double.
    torch.testing.assert_close(module(image()), module.activation(image(), **keywords), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", CLASSES)
def test_pickle_deepcopy_and_state_dict_keep_a_module(name: str) -> None:
    module = make(name)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.125)
    expected = module(image())
    buffer = io.BytesIO()
    torch.save(module, buffer)
    buffer.seek(0)
    fresh = make(name)
    fresh.load_state_dict(module.state_dict())
    for other in (
        copy.deepcopy(module),
        pickle.loads(pickle.dumps(module)),
        torch.load(buffer, weights_only=False),
        fresh,
    ):
        assert type(other) is type(module) is getattr(knee.nn, name)
        assert repr(other) == repr(module)
        assert torch.equal(other(image()), expected)
    assert pickle.loads(pickle.dumps(type(module))) is type(module)


@pytest.mark.parametrize("name", CLASSES)
def test_the_class_describes_itself(name: str) -> None:
    cls = getattr(knee.nn, name)
    assert cls.__name__ == cls.__qualname__ == name
    assert cls.__module__ == "softknee.nn"
    assert CATALOGUE[cls.activation.name].notes.summary in cls.__doc__
    assert f"softknee.{cls.activation.name}" in cls.__doc__
    assert next(iter(inspect.signature(cls.__init__).parameters)) == "self"


@pytest.mark.parametrize("name", CLASSES)
def test_the_docstring_names_each_argument_and_its_example_runs(name: str) -> None:
    cls = getattr(knee.nn, name)
    arguments = cls.__doc__.partition("Args:\n")[2].partition("\n\n")[0]
    described = re.findall(r"^    \*{0,2}(\w+): .", arguments, re.MULTILINE)
    assert described == list(inspect.signature(cls).parameters)
    example = doctest.DocTestParser().get_doctest(cls.__doc__, {}, name, None, None)
    assert len(example.examples) == 3
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_to_dtype(name: str, dtype: torch.dtype) -> None:
    module = make(name).to(dtype)
    assert all(parameter.dtype == dtype for parameter in module.parameters())
    result = module(image(dtype))
    assert result.dtype == dtype
    exact = make(name)(image(dtype).float())
    # A half has 8 or 11 bits; the softmaxes add up what they round.
    assert torch.allclose(result.float(), exact, rtol=2e-2 if dtype == torch.bfloat16 else 2e-3, atol=2e-3)


@pytest.mark.parametrize("name", CLASSES)
def test_to_meta(name: str) -> None:
    module = make(name).to("meta")
    result = module(image().to("meta"))
    assert result.device.type == "meta"
    assert result.shape == make(name)(image()).shape


@pytest.mark.parametrize("name", CLASSES)
def test_under_autocast_a_module_follows_its_input(name: str) -> None:
    module = make(name)
    layer = nn.Conv2d(6, 6, 1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inner = layer(image())
        result = module(inner)
        result.float().sum().backward()
    assert inner.dtype == result.dtype == torch.bfloat16
    assert layer.weight.grad is not None
    assert layer.weight.grad.dtype == torch.float32
    assert torch.isfinite(layer.weight.grad).all()


# -- drop-in for torch.nn ------------------------------------------------------------------


def plain_signature(cls: type) -> list[tuple[str, object]]:
    if cls.__init__ is nn.Module.__init__:
        return []  # torch shows Module's (*args, **kwargs), which takes nothing
    return [(p.name, p.kind, p.default) for p in inspect.signature(cls).parameters.values()]


@pytest.mark.parametrize("name", SHARED)
def test_signature_is_torchs(name: str) -> None:
    ours = [one for one in plain_signature(getattr(knee.nn, name)) if one[0] != "save"]  # by keyword only
    assert ours == plain_signature(getattr(nn, name))


@pytest.mark.parametrize("name", SHARED)
def test_isinstance_of_torchs_class(name: str) -> None:
    assert isinstance(make(name), getattr(nn, name))


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("given", [False, True])
def test_repr_state_dict_and_values_are_torchs(name: str, given: bool) -> None:
    arguments = GIVEN.get(name, {}) if given else {}
    if given and "inplace" in inspect.signature(getattr(nn, name)).parameters:
        arguments = {**arguments, "inplace": True}
    ours, theirs = make(name, **arguments), make(name, nn, **arguments)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(torch.linspace(0.1, 0.9, parameter.numel()))
    ours.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    x = image(torch.float64)
    # torch's softplus drops its tail at the threshold, 20 or 15 here: 2e-9 and 3e-7.
    tolerance = 1e-6 if name == "Softplus" else 1e-12
    torch.testing.assert_close(ours.double()(x.clone()), theirs.double()(x.clone()), rtol=tolerance, atol=1e-12)


@pytest.mark.parametrize("name", SHARED)
def test_gradient_is_torchs(name: str) -> None:
    ours, theirs = make(name).double(), make(name, nn).double()
    a, b = (image(torch.float64).requires_grad_() for _ in range(2))
    (ours(a) ** 2).sum().backward()
    (theirs(b) ** 2).sum().backward()
    # torch's softplus has its threshold, and its hardsigmoid's slope is 1/6 in float32.
    tolerance = 1e-6 if name in ("Softplus", "Hardsigmoid") else 1e-11
    torch.testing.assert_close(a.grad, b.grad, rtol=tolerance, atol=1e-11)
    for mine, torchs in zip(ours.parameters(), theirs.parameters()):
        torch.testing.assert_close(mine.grad, torchs.grad, rtol=1e-11, atol=1e-11)


# -- inplace ---------------------------------------------------------------------------------

INPLACE = [name for name in CLASSES if "inplace" in inspect.signature(getattr(knee.nn, name)).parameters]


@pytest.mark.parametrize("name", INPLACE)
def test_inplace_writes_into_its_argument(name: str) -> None:
    x = image()
    expected = make(name)(x)
    assert not torch.equal(x, expected) or name == "Identity"
    assert make(name, inplace=True)(x) is x
    assert torch.equal(x, expected)


@pytest.mark.parametrize("name", INPLACE)
def test_inplace_keeps_the_gradient(name: str) -> None:
    grads = []
    for inplace in (False, True):
        x = image(torch.float64).requires_grad_()
        middle = x * 1.5
        result = make(name, inplace=inplace)(middle)
        assert (result is middle) == inplace
        (result * result).sum().backward()
        grads.append(x.grad)
    assert torch.equal(*grads)


def test_inplace_refuses_what_cannot_hold_the_result() -> None:
    with pytest.raises(knee.ArgumentError, match=r"relu: x = torch\.int64"):
        knee.nn.ReLU(inplace=True)(torch.arange(3))
    with pytest.raises(RuntimeError, match="leaf"):
        knee.nn.Mish(inplace=True)(torch.zeros(3, requires_grad=True))


# -- learnable parameters --------------------------------------------------------------------


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.parametrize("count", [1, 6])
def test_learnable_parameters(name: str, count: int) -> None:
    cls = getattr(knee.nn, name)
    module = cls(num_parameters=count, dtype=torch.float64)
    learnable = {key: p.default for key, p in cls.activation.parameters.items() if p.learnable}
    assert list(module.state_dict()) == list(learnable)
    for key, default in learnable.items():
        assert torch.equal(getattr(module, key), torch.full((count,), default, dtype=torch.float64))
    x = image(torch.float64).requires_grad_()
    result = module(x)
    assert result.shape == x.shape
    result.square().sum().backward()
    for key in learnable:
        grad = getattr(module, key).grad
        assert grad.shape == (count,)
        assert torch.isfinite(grad).all()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1.0)
    module.reset_parameters()
    assert torch.equal(module(x), result)


@pytest.mark.parametrize("name", LEARNING)
def test_one_value_keeps_a_scalar_scalar(name: str) -> None:
    assert getattr(knee.nn, name)()(torch.tensor(-0.5)).shape == ()


@pytest.mark.parametrize("name", LEARNING)
def test_each_channel_has_its_own_value(name: str) -> None:
    """With the values permuted as the channels are, the result is permuted too."""
    module = getattr(knee.nn, name)(num_parameters=6)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(torch.linspace(0.5, 1.5, 6))
    expected = module(image())[:, order]
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(parameter[order])
    assert torch.equal(module(image()[:, order]), expected)
    with pytest.raises(knee.ArgumentError, match="6 values"):
        module(torch.zeros(2, 5))


def test_num_parameters_must_be_positive() -> None:
    with pytest.raises(knee.ArgumentError, match="num_parameters = 0 must be a positive integer"):
        knee.nn.Swish(num_parameters=0)


def test_attributes_can_be_changed_after_construction() -> None:
    module = knee.nn.ELU()
    module.alpha = 0.25
    assert torch.equal(module(image()), knee.elu(image(), alpha=0.25))


# -- bad input -------------------------------------------------------------------------------


def test_parameters_are_checked_at_construction() -> None:
    with pytest.raises(knee.ArgumentError, match=r"elu: alpha = -1.0 must be positive"):
        knee.nn.ELU(alpha=-1.0)
    with pytest.raises(knee.ArgumentError, match=r"squareplus: b = "):
        knee.nn.Squareplus(b=float("nan"))
    with pytest.raises(knee.ArgumentError, match=r"gelu: approximate = 'fast' must be one of none, tanh"):
        knee.nn.GELU(approximate="fast")
    with pytest.raises(knee.ArgumentError, match=r"maxout: pool_size = 0"):
        knee.nn.Maxout(0)
    with pytest.raises(knee.ArgumentError, match=r"swiglu: dim = 'last'"):
        knee.nn.SwiGLU("last")
    with pytest.raises(TypeError, match=r"Mish: .*'alpha'.*it takes \(inplace: bool = False\)"):
        knee.nn.Mish(alpha=1.0)
    with pytest.raises(AttributeError, match="no module 'Misch'; did you mean Mish"):
        knee.nn.Misch


# -- what only some have ---------------------------------------------------------------------


def test_softmax_without_dim_guesses_as_torch_does_and_warns() -> None:
    for shape in [(4,), (3, 4), (2, 3, 4), (2, 3, 4, 5)]:
        x = torch.linspace(-1, 1, torch.Size(shape).numel()).reshape(shape)
        with pytest.warns(UserWarning, match="mplicit"):
            theirs = nn.Softmax()(x)
        with pytest.warns(UserWarning, match="give dim=X"):
            ours = knee.nn.Softmax()(x)
        torch.testing.assert_close(ours, theirs)


def test_rrelu_is_random_in_training_and_the_mean_otherwise() -> None:
    module = knee.nn.RReLU(0.1, 0.3)
    x = -torch.ones(20_000)
    torch.manual_seed(1)
    first = module(x)
    assert -0.3 <= first.min() < -0.299
    assert -0.101 < first.max() <= -0.1
    assert abs(first.mean() + 0.2) < 2e-3
    assert not torch.equal(module(x), first)
    torch.manual_seed(1)
    assert torch.equal(module(x), first)
    torch.testing.assert_close(module.eval()(x), nn.RReLU(0.1, 0.3).eval()(x))
    positive = torch.linspace(0, 3, 7)
    assert torch.equal(module.train()(positive), positive)


def test_maxout_layer() -> None:
    layer = knee.nn.MaxoutLinear(5, 3, pool_size=4)
    x = torch.linspace(-1, 1, 10).reshape(2, 5)
    pieces = nn.functional.linear(x, layer.linear.weight, layer.linear.bias).reshape(2, 3, 4)
    assert torch.equal(layer(x), pieces.max(dim=2).values)
    assert "pool_size=4" in repr(layer)
    assert list(layer.state_dict()) == ["linear.weight", "linear.bias"]
    with pytest.raises(knee.ArgumentError, match="MaxoutLinear: pool_size = 0"):
        knee.nn.MaxoutLinear(5, 3, pool_size=0)


def test_maxout_takes_axis_as_another_word_for_dim() -> None:
    x = image()
    assert torch.equal(knee.nn.Maxout(3, axis=1)(x), knee.maxout(x, pool_size=3, axis=1))


@knee.activation(slope=knee.Parameter(0.5, learnable=True), lift=knee.Parameter(0.0))
def own(x: object, slope: object, lift: object) -> object:
    """One's own function."""
    return knee.where(x > 0, x, slope * x) + lift


def test_a_class_for_ones_own_activation() -> None:
    cls = knee.nn.class_of(own)
    module = cls(slope=0.25, num_parameters=6)
    assert cls is knee.nn.class_of(own)
    assert list(module.state_dict()) == ["slope"]
    assert torch.equal(module(image()), own(image(), torch.full((6,), 0.25)))
    assert torch.equal(copy.deepcopy(module)(image()), module(image()))


def test_base_classes_by_kind() -> None:
    for name in CLASSES:
        activation = getattr(knee.nn, name).activation
        assert isinstance(activation, (Activation, Axiswise, type(knee.swiglu)))
