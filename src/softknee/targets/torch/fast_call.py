"""The short way for plain tensors on the CPU: the C module reads and makes them itself, value and gradient.

A *plan* is a definition at some parameters, made once. It declines, by returning None, whatever is not plain: the
autograd functions of `evaluate.py` are the general way, and what they give is what this gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import Expr
from softknee.language.kept_slope import keeps_output
from softknee.targets.numpy.native import IS_COMPILED, native
from softknee.targets.protocol import Form, Plan

from .node import PLAIN_TYPES, apply, compute
from .state import exchange_capsule, flags, function_class, hasten, openmp_team, watchers

Apply = Callable[..., Tensor]

_capsule = exchange_capsule()
READY: bool = (
    IS_COMPILED
    and _capsule is not None
    and native.setup_torch(
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
)

if IS_COMPILED:
    from softknee.targets.numpy.compiled import native_face, native_face_of

    native.adopt_team(openmp_team())


def direct(definition: Definition, numbers: tuple[float | None, ...]) -> native.Direct:
    """The plan of a definition; a parameter that is None comes with each call, as a tensor."""

    def face_of(by: int) -> Any:
        return native_face(definition, VALUE if by < 0 else DerivativeSpec((definition.arguments[by],)))

    name = f"softknee_{definition.name}"
    plan = native.Direct(face_of, len(definition.inputs), numbers, keeps_output(definition, numbers), name)
    count = len(definition.inputs)
    given = [k for k in range(len(definition.arguments)) if k < count or numbers[k - count] is None]
    function = _recorded(name, definition, plan, numbers, given)
    # Not Function.apply: what that looks for, transforms of torch.func, the plan has looked for.
    plan.bind(super(torch.autograd.Function, function).apply, function.general)
    return plan


def direct_of(root: Expr, arguments: tuple[str, ...], numbers: tuple[float, ...]) -> native.Direct | None:
    """A plan of one input whose slope is `root`, for its products alone; None without the C module."""
    return native.Direct(lambda by: native_face_of(root, arguments, 1), 1, numbers) if IS_COMPILED else None


def direct_from_output(
    definition: Definition, numbers: tuple[float, ...], slope: Expr, general: Callable[..., Any]
) -> native.Direct:
    """A plan that keeps the output, of which `slope` is an expression; `general` is backward where this declines."""

    def face_of(by: int) -> Any:
        return native_face(definition) if by < 0 else native_face_of(slope, definition.arguments, 1)

    name = f"softknee_{definition.name}_from_output"
    plan = native.Direct(face_of, 1, numbers, True, name)
    function = function_class(name, {"forward": plan.forward, "backward": plan.backward})
    hasten(function, plan.backward_method())
    plan.bind(super(torch.autograd.Function, function).apply, general)
    return plan


def _recorded(
    name: str, definition: Definition, plan: native.Direct, numbers: tuple[float | None, ...], given: list[int]
) -> Any:
    """The autograd function of a plan."""
    names = definition.arguments
    count = len(definition.inputs)

    def general(ctx: Any, saved: tuple[Tensor, ...], gradient: Tensor) -> Any:
        """Backward in ops that record themselves and can be transformed; an output has the slope of its input."""
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


def plan(definition: Definition, form: Form, kinds: tuple[type, ...], numbers: tuple[float | None, ...]) -> Plan | None:
    """The plan of calls on plain tensors, learned parameters among them; None where there is none."""
    if not READY or any(kind not in PLAIN_TYPES for kind in kinds):
        return None
    if any(number is None and not p.learnable for number, p in zip(numbers, definition.numeric_parameters.values())):
        return None
    made = direct(definition, numbers)
    if None not in numbers:
        return made if form == "inputs" else _of_halves(definition, numbers, made)
    return WithLearned(made, len(definition.inputs)) if form == "inputs" else None


class WithLearned:
    """A plan of calls with parameters that are tensors: it declines one that is not learned, to be checked first."""

    def __init__(self, plan: native.Direct, n_inputs: int) -> None:
        self._plan = plan
        self._n_inputs = n_inputs

    def __call__(self, *tensors: Tensor) -> Any:
        """The value, recorded where a gradient is wanted."""
        return self._plan(*tensors) if self._are_learned(tensors) else None

    def value(self, out: Any, /, *tensors: Tensor) -> Any:
        """The value, written into `out`."""
        return self._plan.value(out, *tensors) if self._are_learned(tensors) else None

    def _are_learned(self, tensors: tuple[Tensor, ...]) -> bool:
        return all(tensor.requires_grad for tensor in tensors[self._n_inputs :])


def overwrite(plan: Any, x: Tensor, parameters: Sequence[Tensor]) -> bool:
    """Write the value that a plan gives at x into x, where no gradient is recorded; False where it cannot."""
    if not READY or type(x) not in PLAIN_TYPES or torch.is_grad_enabled():
        return False
    if not isinstance(plan, (native.Direct, WithLearned)):
        return False
    # Where an element shows at two places torch has something to say.
    if not x.is_contiguous() or plan.value(x, x, *parameters) is None:
        return False
    if not x.is_inference():
        torch.autograd.graph.increment_version(x)
    return True


def _of_halves(definition: Definition, numbers: tuple[float | None, ...], plan: native.Direct) -> Plan:
    """A gate of the halves of x along an axis; for backward it keeps x alone."""
    record = _halving(definition, numbers, plan)

    def of_halves(x: Tensor, axis: Any) -> Any:
        if type(axis) is not int or not native.is_readable(x) or not -x.ndim <= axis < x.ndim or x.shape[axis] % 2:
            return None
        if torch.is_grad_enabled() and x.requires_grad:
            return record(x, axis)
        return plan(*_split(x, axis))

    return of_halves


def _split(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    size = x.shape[axis] // 2
    return x.narrow(axis, 0, size), x.narrow(axis, size, size)


def _halving(definition: Definition, numbers: tuple[float | None, ...], plan: native.Direct) -> Apply:
    """What records a gate of the halves of one tensor."""
    first, second = (DerivativeSpec((name,)) for name in definition.inputs)

    class Halving(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, axis: int) -> Tensor:
            parts = _split(x, axis)
            ctx.save_for_backward(x)
            ctx.axis = axis
            found = plan.value(None, *parts)
            return compute(definition, VALUE, (*parts, *numbers)) if found is None else found

        @staticmethod
        def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
            (x,), (gradient,) = ctx.saved_tensors, gradients
            if not torch.is_grad_enabled() and native.is_readable(x):
                made = torch.empty_like(x)
                a, b = _split(x, ctx.axis)
                targets = _split(made, ctx.axis)
                if all(plan.product(k, target, gradient, a, b) is not None for k, target in enumerate(targets)):
                    return made, None
            parts = _split(x, ctx.axis)
            slopes = (apply(definition, spec, *parts, *numbers) for spec in (first, second))
            return torch.cat([gradient * slope for slope in slopes], ctx.axis), None

    record: Apply = super(torch.autograd.Function, Halving).apply
    return record
