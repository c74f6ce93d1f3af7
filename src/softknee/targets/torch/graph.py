"""An expression as torch ops: what traces, compiles, exports, batches, and runs on any device."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, fx

from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.program import linearise, split
from softknee.targets.limits import ends, mended

from .ops import TORCH_OPS
from .state import is_traced


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
    result: Tensor = mended(torch, _scalar, _graph(definition, spec), inputs, numbers, ends(definition, spec, plain))
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
    program = linearise(spec.expression(definition), definition.arguments, TORCH_OPS)
    graph = fx.Graph()
    arguments = {name: graph.placeholder(name) for name in definition.arguments}
    like = arguments[definition.inputs[0]]
    values: list[Any] = []
    for made in program.instructions:
        if made.op == "symbol":
            values.append(arguments[made.name])
        elif made.value is not None:
            values.append(graph.call_function(_scalar, (like, split(made.value)[0])))
        else:
            values.append(graph.call_function(TORCH_OPS[made.op], tuple(values[arg] for arg in made.args)))
    graph.output(values[-1])
    return fx.GraphModule(torch.nn.Module(), graph).forward
