"""The short way for plain tensors on the CPU: the C module reads and makes them itself, value and gradient.

A *plan* is a definition at some parameters, made once. It declines, by returning None, whatever is not plain: the
autograd functions of `backends.torch` are the general way, and what they give is what this gives.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from softknee import _native
from softknee.arguments import bind
from softknee.dispatch import QUICK
from softknee.language.definition import Definition
from softknee.language.face import VALUE, Face

from .numpy import native_face
from .torch_state import exchange_capsule, flags, hasten, watchers

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


@lru_cache(maxsize=4096)
def direct(definition: Definition, numbers: tuple[float | None, ...]) -> _native.Direct:
    """The plan of a definition; a parameter that is None comes with each call, as a tensor."""

    def face_of(by: int) -> Any:
        return native_face(definition, VALUE if by < 0 else Face((definition.arguments[by],)))

    plan = _native.Direct(face_of, len(definition.inputs), numbers)
    count = len(definition.inputs)
    given = [k for k in range(len(definition.arguments)) if k < count or numbers[k - count] is None]
    function = _recorded(definition, plan, numbers, given)
    # Not Function.apply: what that looks for, transforms of torch.func, the plan has looked for.
    plan.bind(super(torch.autograd.Function, function).apply, function.general)
    return plan


def _recorded(
    definition: Definition, plan: _native.Direct, numbers: tuple[float | None, ...], given: list[int]
) -> Any:
    """The autograd function of a plan."""
    names = definition.arguments
    count = len(definition.inputs)

    def general(ctx: Any, saved: tuple[Tensor, ...], gradient: Tensor) -> Any:
        """Backward in ops that record themselves and can be transformed."""
        from .torch import apply

        tensors = iter(saved)
        arguments = [
            next(tensors) if k < count or numbers[k - count] is None else numbers[k - count] for k in range(len(names))
        ]
        shaped = [_along_channels(a, arguments[0]) if k >= count else a for k, a in enumerate(arguments)]
        found = [
            _summed(gradient * apply(definition, Face((names[at],)), *shaped), arguments[at], at < count)
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
    function: Any = type(f"softknee_{definition.name}", (torch.autograd.Function,), about)
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


def quick(function: Any, x: Tensor, args: tuple[Any, ...], keywords: dict[str, Any]) -> Tensor | None:
    """The value of an `Activation` at x, recorded where a gradient is wanted; None where that needs the general way."""
    if torch.compiler.is_dynamo_compiling():
        return None
    if not (args or keywords):
        plan = _plans.get(function)
        return (plan or _plan(function, function, (), {}))(x)  # type: ignore[no-any-return]
    key: list[Any] = [function]
    tensors = [x]
    for value in (*args, *keywords.values()):
        kind = type(value)
        if kind in _PLAIN_TYPES:
            if not value.requires_grad:
                return None  # its numbers have to be looked at
            tensors.append(value)
            key.append(None)
        elif kind is float or kind is int or kind is str:
            key.append(value or repr(value))  # zero has two signs
        else:
            return None
    known = (*key, *keywords)
    plan = _plans.get(known)
    if plan is None:
        plan = _plan(function, known, args, keywords)
    return plan(*tensors) if plan else None


_plans: dict[Any, Any] = {}
_MANY = 4096


def _plan(function: Any, key: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The plan of a call, False for a call that has none.

    Parameters other than the defaults have one from the second call on: some change with every call.
    """
    if len(_plans) >= _MANY:
        _plans.clear()
    if key is not function and key not in _plans:
        _plans[key] = None
        return False
    bound = bind(function.definition, args, keywords, frozenset())
    definition = function.chosen(bound.choices)
    learned = [isinstance(value, Tensor) for value in bound.values]
    known = all(p.learnable or not is_one for p, is_one in zip(definition.numeric_parameters.values(), learned))
    numbers = tuple(None if is_one else float(value) for value, is_one in zip(bound.values, learned))
    _plans[key] = known and direct(definition, numbers)
    return _plans[key]


if READY:
    QUICK.update(dict.fromkeys(_PLAIN_TYPES, quick))
