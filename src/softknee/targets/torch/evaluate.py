"""PyTorch's entrance: what the calls of a function on tensors come to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.errors import ArgumentTypeError
from softknee.targets.arguments import channelwise, check_array
from softknee.targets.numpy.evaluate import ufunc_of_both

from . import fast_call  # noqa: F401  (enters itself for plain tensors)
from .axiswise import axiswise_vjp, evaluate_axiswise
from .fast_call import plan
from .node import apply, computed, is_native

__all__ = ["as_array", "axiswise_vjp", "evaluate", "evaluate_axiswise", "evaluate_both", "implicit", "plan"]

Solver = Callable[[Any], Any]

_NATIVE_DTYPES = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})


def evaluate(
    definition: Definition,
    spec: DerivativeSpec,
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Tensor:
    """Evaluate a spec on tensors; parameters are numbers or tensors.

    Tensor subclasses and torch function modes see the call, as they see torch's own functions.
    """
    if has_torch_function(data):
        seen: Tensor = handle_torch_function(evaluate, data, definition, spec, data, values, keywords)
        return seen
    if keywords:
        name = next(iter(keywords))
        raise TypeError(f"{definition.name}: {name!r} is NumPy's own argument; a tensor takes none")
    for name, x in zip(definition.inputs, data):
        if not isinstance(x, Tensor):
            raise ArgumentTypeError(definition.name, name, x, "must be a tensor, as the other input is")
        if x.layout not in (torch.strided, torch.jagged):
            raise ArgumentTypeError(definition.name, name, x.layout, "is no layout that is known here: make it dense")
    if data[0].is_nested:
        parts = [evaluate(definition, spec, part, values, keywords) for part in zip(*(x.unbind() for x in data))]
        return torch.nested.as_nested_tensor(parts, layout=data[0].layout)
    inputs = tuple(as_array(definition.name, x, name) for name, x in zip(definition.inputs, data))
    parameters = tuple(
        _placed(definition, name, value, inputs[0]) for name, value in zip(definition.numeric_parameters, values)
    )
    if torch.compiler.is_dynamo_compiling():
        from .dynamo import in_graph

        return in_graph(definition.token, spec.by, spec.side, spec.base, *inputs, *parameters)
    return apply(definition, spec, *inputs, *parameters)


def evaluate_both(
    definition: Definition,
    specs: tuple[DerivativeSpec, DerivativeSpec],
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: Any,
) -> tuple[Tensor, Tensor]:
    """Evaluate two specs, on plain CPU tensors without gradient in one pass."""
    arguments = (*data, *values)
    recorded = torch.is_grad_enabled() and any(isinstance(a, Tensor) and a.requires_grad for a in arguments)
    plain = not keywords and all(isinstance(x, Tensor) and x.dtype in _NATIVE_DTYPES for x in data)
    if recorded or not plain or torch.compiler.is_dynamo_compiling() or not is_native(arguments):
        first, second = (evaluate(definition, spec, data, values, keywords) for spec in specs)
    else:
        named = zip(definition.numeric_parameters, values)
        parameters = tuple(_placed(definition, name, value, data[0]) for name, value in named)
        first, second = computed(definition, ufunc_of_both(definition, *specs), data, parameters)
    return first, second


def as_array(function: str, x: Tensor, name: str = "x") -> Tensor:
    """`x` as a tensor of a real floating dtype; integers become the default one."""
    if x.dtype in _NATIVE_DTYPES:
        return x
    if x.is_complex() or x.is_quantized or x.is_floating_point():
        raise ArgumentTypeError(function, name, x.dtype, "is not a real dtype that is known here")
    return x.to(torch.get_default_dtype())


def _placed(definition: Definition, name: str, value: Any, x: Tensor) -> Any:
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value).to(x.device) if value.ndim else float(value)
    if isinstance(value, Tensor):
        if value.is_complex() or value.dtype == torch.bool:
            raise ArgumentTypeError(definition.name, name, value.dtype, "is no dtype of a parameter")
        # One that is learned may step outside for a moment; one on a device would have to be waited for.
        if not value.requires_grad and is_native((value,)):
            check_array(definition, name, value.double().numpy())
    if isinstance(value, Tensor) and definition.parameters[name].learnable:
        if value.numel() == 1:
            return value.reshape(())  # one value for all adds no dimension to a scalar x
        shape = channelwise(definition.name, name, tuple(value.shape), tuple(x.shape))
        return value if shape is None else value.reshape(shape)
    return value


def implicit(solve: Solver, definition: Definition, y: Tensor, numbers: tuple[float, ...]) -> Tensor:
    """`solve(y)`, where solve takes and gives float64 arrays; differentiable, its slope being 1 / f'(x)."""
    run: Callable[..., Tensor] = _inverse(solve, definition, numbers).apply
    return run(y)


@lru_cache(maxsize=256)
def _inverse(solve: Solver, definition: Definition, numbers: tuple[float, ...]) -> type[torch.autograd.Function]:
    def slope_at(y: Tensor) -> Tensor:
        # Solved again on the graph, so that the slope has its derivative, too.
        x = implicit(solve, definition, y, numbers)
        return 1 / apply(definition, DerivativeSpec(definition.inputs), x, *numbers)

    class Inverse(torch.autograd.Function):
        @staticmethod
        def forward(y: Tensor) -> Tensor:
            return torch.from_numpy(solve(y.detach().double().cpu().numpy())).to(y)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            return grads[0] * slope_at(ctx.saved_tensors[0])

        @staticmethod
        def jvp(ctx: Any, *tangents: Tensor) -> Tensor:
            return tangents[0] * slope_at(ctx.saved_tensors[0])

        @staticmethod
        def vmap(info: Any, in_dims: tuple[Any, ...], y: Tensor) -> tuple[Tensor, Any]:
            return implicit(solve, definition, y, numbers), in_dims[0]  # element by element, the batch is no matter

    return Inverse
