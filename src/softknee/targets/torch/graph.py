"""An expression as torch ops: what traces, compiles, exports, batches, and runs on any device."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, fx

from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.targets.evaluate_program import program_of, run
from softknee.targets.limits import corrected, corrections

from .ops import TORCH_OPS
from .state import is_traced

_SPELLED = frozenset(TORCH_OPS)


def evaluate_graph(
    definition: Definition, spec: DerivativeSpec, data: tuple[Tensor, ...], parameters: tuple[Any, ...]
) -> Tensor:
    """The spec in torch ops, on any device and under any tracer: computed wider and rounded once."""
    dtype = data[0].dtype
    wide = _working_dtype(data[0])
    inputs = [x.to(wide) for x in data]
    numbers = [
        p.to(wide) if isinstance(p, Tensor) else torch.full((), float(p), dtype=wide, device=data[0].device)
        for p in parameters
    ]
    plain = tuple(None if isinstance(p, Tensor) else float(p) for p in parameters)
    result: Tensor = corrected(
        torch, _scalar, _graph(definition, spec), inputs, numbers, corrections(definition, spec, plain)
    )
    result = result.to(dtype)
    # An autograd function may not hand an input back as its output.
    return result.clone() if any(result is x for x in data) else result


def _working_dtype(x: Tensor) -> torch.dtype:
    """float64 where it is cheap; in compiled and exported code and on accelerators at least float32."""
    narrow = is_traced() or x.device.type not in ("cpu", "meta")
    return torch.float32 if narrow and x.dtype != torch.float64 else torch.float64


def _scalar(like: Tensor, value: float) -> Tensor:
    return torch.full((), value, dtype=like.dtype, device=like.device)


@lru_cache(maxsize=4096)
def _graph(definition: Definition, spec: DerivativeSpec) -> Any:
    """The spec as a module of torch ops; torch.fx writes its code."""
    graph = fx.Graph()
    arguments = [graph.placeholder(name) for name in definition.arguments]

    def called(op: Callable[..., Any]) -> Callable[..., fx.Node]:
        return lambda *args: graph.call_function(op, args)

    ops = {name: called(op) for name, op in TORCH_OPS.items()}
    constant = called(_scalar)
    graph.output(
        run(program_of(definition, spec, _SPELLED), arguments, ops, lambda v: constant(arguments[0], float(v)))
    )
    return fx.GraphModule(torch.nn.Module(), graph).forward
