"""Triton kernels under PyTorch, for CUDA tensors in eager mode: built, kept and launched.

A value is one kernel; so is the gradient by all inputs, the incoming one times the slope.
"""

from __future__ import annotations

import linecache
import math
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

from softknee.language.definition import Definition, define
from softknee.language.derivative import partial
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import Expr, symbols
from softknee.targets.limits import FAR_OUT, GROWTH, corrections, limit
from softknee.targets.triton.source import Correction, Kernel, source

from .state import is_plain

# Where the kernels are used; in Triton's interpreter they run on the CPU, too.
DEVICE_TYPES = {"cuda"}

_DTYPES = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
_PLAIN_TYPES = (Tensor, torch.nn.Parameter)
# A block is two loads of 16 bytes for each of its threads.
_BLOCK_BYTES, _WARPS = 4096, 4
# Shorter rows leave too much of a block empty.
_SHORTEST_ROW = 128

Numbers = tuple[float | None, ...]


def _identity(x: Expr) -> Expr:
    return x


PROBE = define(_identity)


def takes(definition: Definition, arguments: tuple[Any, ...]) -> bool:
    """True where the kernels can compute: plain device tensors alike, each parameter one number, nothing watching."""
    x, count = arguments[0], len(definition.inputs)
    if x.device.type not in DEVICE_TYPES or not is_plain():
        return False
    tensors = [p for p in arguments[count:] if isinstance(p, Tensor)]
    alike = all(_is_plain(a, x) and a.shape == x.shape and a.dtype == x.dtype for a in arguments[:count])
    # The limits of a gate are not computed from parameters in memory: the catalogue has no such gate.
    single = all(_is_plain(p, x) and p.ndim == 0 and count == 1 for p in tensors)
    return alike and single and _is_ready(x.device)


def _is_plain(tensor: Any, x: Tensor) -> bool:
    known = type(tensor) in _PLAIN_TYPES and tensor.layout == torch.strided and tensor.dtype in _DTYPES
    return known and tensor.device == x.device and not tensor.is_neg()


@lru_cache(maxsize=64)
def _is_ready(device: torch.device) -> bool:
    """True where Triton is there and runs on the device: it needs a driver and a C compiler, too."""
    if find_spec("triton") is None:
        return False
    try:
        x = torch.ones(16, device=device)
        _run(PROBE, (VALUE,), (x,), None)
    except Exception as error:  # whatever Triton's own tools raise: torch's operations always compute
        message = f"softknee: Triton does not run on {device} ({error}); torch's own operations are used there"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return False
    return True


def evaluate(definition: Definition, spec: DerivativeSpec, arguments: tuple[Any, ...]) -> Tensor:
    """A spec at device tensors, in one kernel."""
    return _run(definition, (spec,), arguments, None)[0]


def gradients(
    definition: Definition, spec: DerivativeSpec, arguments: tuple[Any, ...], needed: Sequence[bool], grad: Tensor
) -> dict[str, Tensor]:
    """The incoming gradient times the slope by each input that needs it, in one kernel; empty where none can do it.

    Where the gradient is to be differentiated again, it is left to the graph.
    """
    names = [name for name, is_needed in zip(definition.inputs, needed) if is_needed]
    if not names or torch.is_grad_enabled() or not takes(definition, arguments):
        return {}
    x = arguments[0]
    if not _is_plain(grad, x) or grad.dtype != x.dtype or grad.shape != x.shape:
        return {}
    return dict(zip(names, _run(definition, tuple(spec.then(name) for name in names), arguments, grad)))


def _run(
    definition: Definition, specs: tuple[DerivativeSpec, ...], arguments: tuple[Any, ...], grad: Tensor | None
) -> list[Tensor]:
    count = len(definition.inputs)
    read = [*arguments[:count]] if grad is None else [*arguments[:count], grad]
    first = torch.empty_like(read[0])
    outputs = [first, *(torch.empty_like(first) for _ in specs[1:])]
    if not first.numel():
        return outputs
    rows = find_rows(read, first, is_gradient=grad is not None)
    if rows is None:
        # The copies lie as the output does: one row.
        read = [x if x.stride() == first.stride() else torch.empty_like(first).copy_(x) for x in read]
        rows = Rows(1, first.numel(), (0,) * (len(read) + 1))
    parameters = [p.detach() if isinstance(p, Tensor) else float(p) for p in arguments[count:]]
    numbers = tuple(None if isinstance(p, Tensor) else p for p in parameters)
    made = _built(definition, specs, numbers, grad is not None, first.dtype == torch.float64)
    block = min(_BLOCK_BYTES // first.element_size(), 1 << (rows.length - 1).bit_length())
    blocks = -(-rows.length // block)
    placed = zip([*read, *outputs], [*rows.steps[:-1], *(rows.steps[-1] for _ in outputs)])
    steps = [] if grad is None else [_inner_step(read[-1], first)]
    launched = [*(item for pair in placed for item in pair), *steps, rows.length, blocks, *parameters, *made.limits]
    elsewhere = first.is_cuda and first.device.index != torch.cuda.current_device()
    with torch.cuda.device(first.device) if elsewhere else nullcontext():
        # Sums and products stay apart but where an fma is written: a device computes what the interpreter does.
        made.kernel[(rows.count * blocks,)](
            *launched, BLOCK=block, SINGLE=rows.count == 1, num_warps=_WARPS, enable_fp_fusion=False
        )
    return outputs


def _inner_step(x: Tensor, like: Tensor) -> int:
    """The step of x along the dimension in which `like` is contiguous; 0 for a gradient expanded from one number."""
    return next((s for s, along, size in zip(x.stride(), like.stride(), x.shape) if along == 1 and size > 1), 1)


@dataclass(frozen=True)
class Rows:
    """Memory as rows of contiguous elements: how many, how long, and each tensor's step from row to row."""

    count: int
    length: int
    steps: tuple[int, ...]


def find_rows(read: Sequence[Tensor], written: Tensor, *, is_gradient: bool) -> Rows | None:
    """All tensors as the same rows, in the order in which `written` lies in memory; None where there are none.

    The halves of a split tensor are such rows, and a transposed tensor is one row. The last tensor read, if it is an
    incoming gradient, may be expanded from one number.
    """
    tensors = [*read, written]
    merged: list[tuple[int, tuple[int, ...]]] = []  # sizes and steps, the innermost first
    for d in sorted((d for d in range(written.ndim) if written.shape[d] > 1), key=written.stride):
        size, steps = written.shape[d], tuple(x.stride(d) for x in tensors)
        if merged and all(step == merged[-1][0] * inner for step, inner in zip(steps, merged[-1][1])):
            merged[-1] = merged[-1][0] * size, merged[-1][1]
        else:
            merged.append((size, steps))
    if not merged:
        return Rows(1, 1, (0,) * len(tensors))
    (length, inner), outer = merged[0], merged[1:]
    expanded = len(read) - 1 if is_gradient else None
    if any(step != 1 and not (step == 0 and at == expanded) for at, step in enumerate(inner)):
        return None
    if not outer:
        return Rows(1, length, (0,) * len(tensors))
    return Rows(outer[0][0], length, outer[0][1]) if len(outer) == 1 and length >= _SHORTEST_ROW else None


@dataclass(frozen=True)
class _Built:
    """A compiled kernel and the limits that it is to be given."""

    kernel: Any
    limits: tuple[float, ...]


@lru_cache(maxsize=4096)
def _built(
    definition: Definition, specs: tuple[DerivativeSpec, ...], numbers: Numbers, gradient: bool, wide: bool
) -> _Built:
    """The kernel for these specs, with the limits that belong to these parameters."""
    kernel = kernel_of(definition, specs, numbers, gradient=gradient, wide=wide)
    limits = []
    if kernel.limits:
        for spec, correction in zip(specs, kernel.corrections):
            given = tuple(float(number) for number in numbers if number is not None)
            before = (1.0,) * (len(definition.inputs) - 1)
            root = spec.expression(definition)
            limits_at = [(correction.right, math.inf), (correction.left, -math.inf)]
            limits += [
                limit(root, definition.arguments, (*before, end, *given), len(before) + 1)
                for needed, end in limits_at
                if needed
            ]
    return _Built(load(kernel), tuple(limits))


def kernel_of(
    definition: Definition, specs: tuple[DerivativeSpec, ...], numbers: Numbers, *, gradient: bool, wide: bool
) -> Kernel:
    """The kernel to be printed: specs, and how they are corrected at these parameters, None for a tensor."""
    names = [name for name in definition.arguments if name not in definition.inputs]
    corrections = tuple(_correction(definition, spec, numbers) for spec in specs)
    far_out = FAR_OUT["float64" if wide else "float32"]
    tensors = frozenset(name for name, number in zip(names, numbers) if number is None)
    return Kernel(definition, specs, corrections, gradient, wide, tensors, far_out, GROWTH)


def _correction(definition: Definition, spec: DerivativeSpec, numbers: Numbers) -> Correction:
    found = corrections(definition, spec, numbers)
    if len(definition.inputs) == 1:
        return Correction(found.right, found.left, found.nan)
    # A gate is a g(b): its limits for a huge b are a times those at a = 1.
    first = definition.inputs[0]
    expression = spec.expression(definition)
    factor = first if first in symbols(expression) else ""
    if factor and first in symbols(partial(expression, first)):
        return Correction(nan=found.nan)  # not linear in a; gtu, whose both sides saturate
    return Correction(found.right, found.left, found.nan, factor)


@lru_cache(maxsize=4096)
def load(kernel: Kernel) -> Any:
    """The kernel as a function of Triton's."""
    import triton
    import triton.language as tl

    from softknee.targets.triton import ops as triton_ops

    text = source(kernel)
    digest = sha256(text.encode()).hexdigest()[:16]
    # Triton reads a function's source where `inspect` finds it.
    filename = f"<softknee {kernel.definition.name} {' '.join(map(str, kernel.specs))} {digest}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    names: dict[str, Any] = {"triton": triton, "tl": tl, "__name__": __name__, **vars(triton_ops)}
    exec(compile(text, filename, "exec"), names)
    return names["kernel"]
