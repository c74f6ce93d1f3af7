"""The node that an activation has in torch's graph of derivatives, and the numbers it computes.

On plain CPU tensors the ufuncs of `targets.numpy` compute, on plain CUDA tensors the kernels of `targets.triton`.
Under torch.compile, torch.export, torch.func and on other devices the expression is spelled in torch ops, which trace
and fuse. All carry the symbolic derivative, to any order, so no gradient is left to autograd's masks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch import Tensor

from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.errors import ArgumentError, Shown
from softknee.language.kept_slope import keeps_output
from softknee.targets.numpy.evaluate import ufunc

from . import triton_launch
from .graph import evaluate_graph
from .state import is_forward_over_forward, is_plain

PLAIN_TYPES = (Tensor, torch.nn.Parameter)


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
            fused = triton_launch.gradients(definition, spec, tuple(arguments), ctx.needs_input_grad, grad)
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
    if is_native(arguments):
        return computed(definition, ufunc(definition, spec), data, arguments[len(data) :])[0]
    if triton_launch.takes(definition, arguments):
        return triton_launch.evaluate(definition, spec, arguments)
    return evaluate_graph(definition, spec, data, arguments[len(data) :])


def is_native(arguments: tuple[Any, ...]) -> bool:
    """Whether the tensors among the arguments are plain ones on the CPU, with nothing watching or transforming."""
    if not is_plain():
        return False
    return all(
        not isinstance(a, Tensor) or (type(a) in PLAIN_TYPES and a.device.type == "cpu" and a.layout == torch.strided)
        for a in arguments
    )


def computed(
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
