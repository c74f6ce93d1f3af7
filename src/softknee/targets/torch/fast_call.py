"""The short way for plain tensors on the CPU: the C module reads and makes them itself, value and gradient.

A *plan* is a definition at some parameters, made once. It declines, by returning None, whatever is not plain: the
autograd functions of `evaluate.py` are the general way, and what they give is what this gives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from softknee import _native
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import Expr
from softknee.language.kept_slope import keeps_output
from softknee.targets.arguments import bind
from softknee.targets.dispatch import Quick, enter_quick
from softknee.targets.numpy.evaluate import native_spec, native_spec_of

from .state import exchange_capsule, flags, function_class, hasten, openmp_team, watchers

Apply = Callable[..., Tensor]

_PLAIN_TYPES = (Tensor, torch.nn.Parameter)

_capsule = exchange_capsule()
READY: bool = _capsule is not None and _native.setup_torch(
    _capsule,
    Tensor,
    torch.nn.Parameter,
    torch.overrides.has_torch_function_unary,
    watchers(),
    flags(),
    torch.is_grad_enabled,
    Tensor.is_neg,
    torch.empty_like,
    torch.get_num_threads,
)

_native.adopt_openmp(openmp_team())


def direct(definition: Definition, numbers: tuple[float | None, ...]) -> _native.Direct:
    """The plan of a definition; a parameter that is None comes with each call, as a tensor."""

    def spec_of(by: int) -> Any:
        return native_spec(definition, VALUE if by < 0 else DerivativeSpec((definition.arguments[by],)))

    name = f"softknee_{definition.name}"
    plan = _native.Direct(spec_of, len(definition.inputs), numbers, keeps_output(definition, numbers), name)
    count = len(definition.inputs)
    given = [k for k in range(len(definition.arguments)) if k < count or numbers[k - count] is None]
    function = _recorded(name, definition, plan, numbers, given)
    # Not Function.apply: what that looks for, transforms of torch.func, the plan has looked for.
    plan.bind(super(torch.autograd.Function, function).apply, function.general)
    return plan


def direct_from_output(
    definition: Definition, numbers: tuple[float, ...], slope: Expr, general: Callable[..., Any]
) -> _native.Direct:
    """A plan that keeps the output, of which `slope` is an expression; `general` is backward where this declines."""

    def spec_of(by: int) -> Any:
        return native_spec(definition) if by < 0 else native_spec_of(slope, definition.arguments, 1)

    name = f"softknee_{definition.name}_from_output"
    plan = _native.Direct(spec_of, 1, numbers, True, name)
    function = function_class(name, {"forward": plan.forward, "backward": plan.backward})
    hasten(function, plan.backward_method())
    plan.bind(super(torch.autograd.Function, function).apply, general)
    return plan


def _recorded(
    name: str, definition: Definition, plan: _native.Direct, numbers: tuple[float | None, ...], given: list[int]
) -> Any:
    """The autograd function of a plan."""
    names = definition.arguments
    count = len(definition.inputs)

    def general(ctx: Any, saved: tuple[Tensor, ...], gradient: Tensor) -> Any:
        """Backward in ops that record themselves and can be transformed; an output has the slope of its input."""
        from .evaluate import apply

        tensors = iter(saved)
        arguments: list[Any] = [
            next(tensors) if k < count or numbers[k - count] is None else numbers[k - count] for k in range(len(names))
        ]
        shaped = [_along_channels(a, arguments[0]) if k >= count else a for k, a in enumerate(arguments)]
        found = [
            _summed(gradient * apply(definition, DerivativeSpec((names[at],)), *shaped), arguments[at], at < count)
            if ctx.needs_input_grad[k]
            else None
            for k, at in enumerate(given)
        ]
        return tuple(found)

    def backward(ctx: Any, gradient: Tensor) -> Any:
        saved = ctx.saved_tensors
        if torch.is_grad_enabled():
            return general(ctx, saved, gradient)
        found: list[Tensor | None] = []
        for k, at in enumerate(given):
            product = plan.product(at, None, gradient, *saved) if ctx.needs_input_grad[k] else None
            if product is None and ctx.needs_input_grad[k]:
                return general(ctx, saved, gradient)
            found.append(None if product is None else _summed(product, saved[k], at < count))
        return tuple(found)

    about = {"forward": plan.forward, "backward": plan.backward if len(given) == 1 else staticmethod(backward)}
    function = function_class(name, about)
    function.general = staticmethod(general)
    if len(given) == 1:
        hasten(function, plan.backward_method())
    return function


def _along_channels(parameter: Any, x: Tensor) -> Any:
    if not isinstance(parameter, Tensor) or parameter.numel() == 1:
        return parameter.reshape(()) if isinstance(parameter, Tensor) else parameter
    return parameter.reshape((-1,) + (1,) * (x.ndim - 2))


def _summed(product: Tensor, argument: Tensor, is_data: bool) -> Tensor:
    """The gradient of an argument: a parameter's is summed where it was spread."""
    if is_data:
        return product
    if argument.numel() == 1:
        return product.sum().reshape(argument.shape).to(argument.dtype)
    return product.sum([d for d in range(product.ndim) if d != 1]).to(argument.dtype)


def value(function: Any, x: Tensor, args: tuple[Any, ...], keywords: dict[str, Any]) -> Tensor | None:
    """The value of an `Activation` at x, recorded where a gradient is wanted; None where that needs the general way."""
    if torch.compiler.is_dynamo_compiling():
        return None
    plan, tensors = _plan(function, args, keywords)
    return plan(x, *tensors) if plan else None


def pair(function: Any, a: Tensor, b: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Tensor | None:
    """A `Gate` of two tensors, as `value`."""
    if torch.compiler.is_dynamo_compiling():
        return None
    plan, tensors = _plan(function, args, keywords)
    return plan(a, b, *tensors) if plan and type(b) in _PLAIN_TYPES else None


def overwrite(function: Any, x: Tensor, args: tuple[Any, ...]) -> bool:
    """Write the value at x into x, where no gradient is recorded; False where that needs the general way."""
    if torch.compiler.is_dynamo_compiling() or type(x) not in _PLAIN_TYPES or torch.is_grad_enabled():
        return False
    plan, tensors = _plan(function, args, {})
    # Where an element shows at two places torch has something to say.
    if not plan or not x.is_contiguous() or plan.value(x, x, *tensors) is None:
        return False
    if not x.is_inference():
        torch.autograd.graph.increment_version(x)
    return True


def _plan(function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, list[Tensor]]:
    """The plan of a call, None or False where there is none, and the parameters that are tensors."""
    tensors: list[Tensor] = []
    if not (args or keywords):
        return _plans.get(function) or _made(function, function, (), {}), tensors
    key: list[Any] = [function]
    for given in (*args, *keywords.values()):
        kind = type(given)
        if kind in _PLAIN_TYPES:
            if not given.requires_grad:
                return None, tensors  # its numbers have to be looked at
            tensors.append(given)
            key.append(None)
        elif kind is float or kind is int or kind is str:
            key.append(given or repr(given))  # zero has two signs
        else:
            return None, tensors
    known = (*key, *keywords)
    plan = _plans.get(known)
    return _made(function, known, args, keywords) if plan is None else plan, tensors


_plans: dict[Any, Any] = {}
_MANY = 4096


def _made(function: Any, key: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The plan of a call that had none, False for one that cannot have one.

    Parameters other than the defaults have one from the second call on: some change with every call.
    """
    if len(_plans) >= _MANY:
        _plans.clear()
        _halvings.clear()
    if (args or keywords) and key not in _plans:
        _plans[key] = None
        return None
    bound = bind(function.definition, args, keywords, frozenset())
    definition = function.chosen(bound.choices) if bound.choices else function.definition
    learned = [isinstance(given, Tensor) for given in bound.values]
    known = all(p.learnable or not is_one for p, is_one in zip(definition.numeric_parameters.values(), learned))
    numbers = tuple(None if is_one else float(given) for given, is_one in zip(bound.values, learned))
    plan = _plans[key] = known and direct(definition, numbers)
    if plan and key is function:
        function.plans.update(dict.fromkeys(_PLAIN_TYPES, plan))
    if plan and len(definition.inputs) == 2:
        _halvings[plan] = _halving(definition, numbers, plan)
    return plan


def halves(function: Any, x: Tensor, axis: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Tensor | None:
    """A `Gate` of the halves of x along an axis, as `value`; for backward it keeps x alone."""
    if torch.compiler.is_dynamo_compiling() or not _native.is_readable(x):
        return None
    if type(axis) is not int or not -x.ndim <= axis < x.ndim or x.shape[axis] % 2:
        return None
    plan, tensors = _plan(function, args, keywords)
    if not plan or tensors:
        return None
    if torch.is_grad_enabled() and x.requires_grad:
        return _halvings[plan](x, axis)
    return plan(*_split(x, axis))  # type: ignore[no-any-return]


def _split(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    size = x.shape[axis] // 2
    return x.narrow(axis, 0, size), x.narrow(axis, size, size)


_halvings: dict[_native.Direct, Apply] = {}


def _halving(definition: Definition, numbers: tuple[float | None, ...], plan: _native.Direct) -> Apply:
    """What records a gate of the halves of one tensor."""
    first, second = (DerivativeSpec((name,)) for name in definition.inputs)

    class Halving(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, axis: int) -> Tensor:
            from .evaluate import compute

            parts = _split(x, axis)
            ctx.save_for_backward(x)
            ctx.axis = axis
            found = plan.value(None, *parts)
            return compute(definition, VALUE, (*parts, *numbers)) if found is None else found

        @staticmethod
        def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
            (x,), (gradient,) = ctx.saved_tensors, gradients
            if not torch.is_grad_enabled() and _native.is_readable(x):
                made = torch.empty_like(x)
                a, b = _split(x, ctx.axis)
                targets = _split(made, ctx.axis)
                if all(plan.product(k, target, gradient, a, b) is not None for k, target in enumerate(targets)):
                    return made, None
            from .evaluate import apply

            parts = _split(x, ctx.axis)
            slopes = (apply(definition, spec, *parts, *numbers) for spec in (first, second))
            return torch.cat([gradient * slope for slope in slopes], ctx.axis), None

    record: Apply = super(torch.autograd.Function, Halving).apply
    return record


if READY:
    enter_quick(_PLAIN_TYPES, Quick(value, halves, pair))
