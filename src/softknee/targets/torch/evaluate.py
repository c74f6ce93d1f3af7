"""PyTorch: the compiled loops on CPU, the framework's own ops everywhere else, one derivative for both.

On plain CPU tensors the ufuncs of `targets.numpy` compute, on plain CUDA tensors the kernels of
`torch_triton`. Under torch.compile, torch.export, torch.func and on other devices the expression is
spelled in torch ops, which trace and fuse. All carry the symbolic derivative, to any order, so no
gradient is left to autograd's masks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.language.kept_slope import keeps_output
from softknee.targets.arguments import channelwise, check_array
from softknee.targets.numpy.evaluate import ufunc, ufunc_of_both
from softknee.targets.triton import launch as torch_triton

from . import fast_call  # noqa: F401  (enters itself for plain tensors)
from .axiswise import axiswise_vjp, evaluate_axiswise
from .graph import evaluate_graph
from .state import is_forward_over_forward, is_plain

__all__ = ["apply", "as_array", "axiswise_vjp", "evaluate", "evaluate_axiswise", "evaluate_both", "implicit"]

Solver = Callable[[Any], Any]

_NATIVE_DTYPES = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
_PLAIN_TYPES = (Tensor, torch.nn.Parameter)


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
    if recorded or not plain or torch.compiler.is_dynamo_compiling() or not _is_native(arguments):
        first, second = (evaluate(definition, spec, data, values, keywords) for spec in specs)
    else:
        named = zip(definition.numeric_parameters, values)
        parameters = tuple(_placed(definition, name, value, data[0]) for name, value in named)
        first, second = _computed(definition, ufunc_of_both(definition, *specs), data, parameters)
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
        if not value.requires_grad and _is_native((value,)):
            check_array(definition, name, value.double().numpy())
    if isinstance(value, Tensor) and definition.parameters[name].learnable:
        if value.numel() == 1:
            return value.reshape(())  # one value for all adds no dimension to a scalar x
        shape = channelwise(definition.name, name, tuple(value.shape), tuple(x.shape))
        return value if shape is None else value.reshape(shape)
    return value


def apply(definition: Definition, spec: DerivativeSpec, *arguments: Any) -> Tensor:
    """The spec at `arguments`, differentiable to any order."""
    if is_forward_over_forward():
        count = len(definition.inputs)
        return evaluate_graph(definition, spec, arguments[:count], arguments[count:])
    function: Callable[..., Tensor] = _function(definition, spec).apply
    return function(*arguments)


@lru_cache(maxsize=4096)
def _function(definition: Definition, spec: DerivativeSpec) -> type[torch.autograd.Function]:
    """The autograd function of a spec; its backward is the function of the next spec."""
    names = definition.arguments

    class Elementwise(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments: Any) -> Tensor:
            return compute(definition, spec, arguments)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
            tensors = [a for a in inputs if isinstance(a, Tensor)]
            if spec == VALUE and len(tensors) == 1 and keeps_output(definition, inputs[1:]):
                tensors = [output]  # which the next layer keeps anyway
            ctx.save_for_backward(*tensors)
            ctx.save_for_forward(*tensors)
            ctx.numbers = [None if isinstance(a, Tensor) else a for a in inputs]
            ctx.shape = output.shape

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
            arguments = _restore(ctx)
            fused = torch_triton.gradients(definition, spec, tuple(arguments), ctx.needs_input_grad, grad)
            grads: list[Tensor | None] = []
            for at, name in enumerate(names):
                if name in fused or not ctx.needs_input_grad[at]:
                    grads.append(fused.get(name))
                    continue
                argument = arguments[at]
                slope = apply(definition, spec.then(name), *arguments)
                # A parameter may be narrower than x; its gradient is summed where it was broadcast.
                grads.append((grad * slope).sum_to_size(argument.shape).to(argument.dtype))
            return tuple(grads)

        @staticmethod
        def jvp(ctx: Any, *tangents: Tensor | None) -> Tensor | None:
            arguments = _restore(ctx)
            total: Tensor | None = None
            for name, tangent in zip(names, tangents):
                if tangent is None:
                    continue
                term = apply(definition, spec.then(name), *arguments) * tangent.to(arguments[0].dtype)
                total = term if total is None else total + term
            return total if total is None else total.expand(ctx.shape)

    Elementwise.__name__ = Elementwise.__qualname__ = f"softknee_{definition.name}"
    return Elementwise


def _restore(ctx: Any) -> list[Any]:
    tensors = iter(ctx.saved_tensors)
    return [next(tensors) if number is None else number for number in ctx.numbers]


def compute(definition: Definition, spec: DerivativeSpec, arguments: tuple[Any, ...]) -> Tensor:
    """The spec's numbers, without derivative: by the compiled loops where they can be used."""
    data = arguments[: len(definition.inputs)]
    if _is_native(arguments):
        return _computed(definition, ufunc(definition, spec), data, arguments[len(data) :])[0]
    if torch_triton.takes(definition, arguments):
        return torch_triton.evaluate(definition, spec, arguments)
    return evaluate_graph(definition, spec, data, arguments[len(data) :])


def _is_native(arguments: tuple[Any, ...]) -> bool:
    if not is_plain():
        return False
    return all(
        not isinstance(a, Tensor) or (type(a) in _PLAIN_TYPES and a.device.type == "cpu" and a.layout == torch.strided)
        for a in arguments
    )


def _computed(
    definition: Definition, made: np.ufunc, data: tuple[Tensor, ...], parameters: tuple[Any, ...]
) -> tuple[Tensor, ...]:
    """The results of a ufunc, one or more."""
    arrays = [_to_numpy(x) for x in data]
    numbers = [p.detach().double().numpy() if isinstance(p, Tensor) else p for p in parameters]
    try:
        results = made(*arrays, *numbers)
    except ValueError as error:
        shapes = ", ".join(f"{n}: {list(np.shape(v))}" for n, v in zip(definition.arguments, (*arrays, *numbers)))
        raise ArgumentError(definition.name, "arguments", Shown(f"({shapes})"), f"do not fit: {error}") from None
    found = (np.asarray(result) for result in (results if made.nout > 1 else (results,)))
    if data[0].dtype == torch.bfloat16:
        return tuple(torch.from_numpy(result.view(np.uint16)).view(torch.bfloat16) for result in found)
    return tuple(torch.from_numpy(result) for result in found)


def _to_numpy(x: Tensor) -> np.ndarray[Any, Any]:
    x = x.detach().resolve_neg()
    if x.dtype == torch.bfloat16:
        return x.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
    return x.numpy()


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
