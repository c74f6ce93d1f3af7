"""Parts of the tests of Triton kernels, run in a process where Triton interprets, or compiles for a device."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch import Tensor

import softknee as knee
from softknee.language.definition import define
from softknee.language.derivative_spec import VALUE
from softknee.language.expression import Expr
from softknee.language.program import linearise
from softknee.targets.torch import evaluate as backend
from softknee.targets.torch import node
from softknee.targets.torch import triton_launch as torch_triton


@contextmanager
def process(monkeypatch: Any, **environment: str) -> Iterator[Any]:
    """Calls of functions in one other process with these environment variables, which Triton reads when imported."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=begin) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


def begin() -> None:
    """Let the kernels compute on the CPU; infinities are not worth a warning."""
    torch_triton.DEVICE_TYPES.add("cpu")
    backend.is_native = node.is_native = lambda arguments: False
    np.seterr(all="ignore")


def tensor(array: np.ndarray) -> Tensor:
    """A NumPy array, bfloat16 among them, as a tensor."""
    if array.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(array.view(np.uint16).copy()).view(torch.bfloat16)
    return torch.from_numpy(array.copy())


def array(result: Tensor) -> np.ndarray:
    """A tensor as a NumPy array of float64."""
    return result.detach().double().numpy()


def value_and_slopes(
    name: str, data: list[np.ndarray], numbers: tuple[float, ...]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The value and the gradient by each input, from the kernels themselves."""
    definition = knee.get(name).definition
    arguments = (*map(tensor, data), *numbers)
    value = torch_triton.evaluate(definition, VALUE, arguments)
    with torch.no_grad():
        ones = torch.ones_like(arguments[0])
        slopes = torch_triton.gradients(definition, VALUE, arguments, [True] * len(data), ones)
    return array(value), {key: array(slope) for key, slope in slopes.items()}


def op_at(name: str, x: np.ndarray) -> np.ndarray:
    """One op alone, as the value of a function that is nothing else."""
    return array(torch_triton.evaluate(define(lambda x: Expr(name, (x,))), VALUE, (tensor(x),)))


# -- through the backend ----------------------------------------------------------------
def call(name: str, *data: Tensor, values: tuple[Any, ...] | None = None) -> Tensor:
    """A function by the way that CUDA tensors take; the shorter one of CPU tensors is left aside."""
    definition = knee.get(name).definition
    if values is None:
        values = tuple(float(p.default) for p in definition.numeric_parameters.values())
    return backend.evaluate(definition, VALUE, data, values, {})


LAYOUTS = {
    "contiguous": lambda x: x,
    "one number": lambda x: x.flatten()[0],
    "empty": lambda x: x[:0],
    "channels last": lambda x: x.to(memory_format=torch.channels_last),
    "transposed": lambda x: x.transpose(0, 3),
    "rows of a wider array": lambda x: x.flatten(1)[:, 7:300],
    "every second": lambda x: x.flatten()[::2],
    "expanded": lambda x: x[:1].expand(3, -1, -1, -1),
    **{f"{n} elements": lambda x, n=n: x.flatten()[:n] for n in (1, 7, 1023, 1025)},
}


def in_layout(layout: str) -> dict[str, Any]:
    """Mish of an array in some layout, and its gradient for a contiguous, an equally laid out and an expanded one."""
    x = LAYOUTS[layout](torch.linspace(-6, 6, 4 * 10 * 8 * 8).reshape(4, 10, 8, 8))
    found: dict[str, Any] = {"x": array(x)}
    y = call("mish", x)
    found["y"] = array(y)
    # The tensor that torch itself makes from this one shows which order of memory is due.
    found["strides kept"] = y.stride() == torch.empty_like(x).stride()
    grads = {
        "contiguous": torch.linspace(1, 2, x.numel()).reshape(x.shape),
        "alike": torch.empty_like(x).copy_(torch.linspace(1, 2, x.numel()).reshape(x.shape)),
        "expanded": torch.full((), 1.5).expand(x.shape),
    }
    for key, grad in grads.items():
        leaf = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(call("mish", leaf), leaf, grad)
        found[f"by {key}"] = array(grad), array(slope)
    return found


@contextmanager
def launches_counted() -> Iterator[list[str]]:
    """The kernels launched meanwhile."""
    run, seen = torch_triton._run, []

    def counted(definition: Any, specs: Any, arguments: Any, grad: Any) -> Any:
        if definition is not torch_triton.PROBE:
            seen.append(f"{definition.name} {' '.join(map(str, specs))}{' gradient' if grad is not None else ''}")
        return run(definition, specs, arguments, grad)

    torch_triton._run = counted
    try:
        yield seen
    finally:
        torch_triton._run = run


def launches(name: str) -> tuple[list[str], int]:
    """The kernels that forward and backward launch, and how many tensors are kept between them."""
    kept: list[Tensor] = []
    x = torch.linspace(-3, 3, 64).requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
        call(name, x).sum()
    with launches_counted() as seen:
        call(name, x).sum().backward()
    return seen, len(kept)


def halves(name: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """A gate of a split tensor, whose halves are rows that do not touch; its gradient; and what was launched."""
    x = torch.linspace(-4, 4, 6 * 512).reshape(6, 512).requires_grad_()
    with launches_counted() as seen:
        y = call(name, *knee.get(name).split(x))
        y.sum().backward()
    return seen, array(y), array(x.grad)


def learned_weight(weight: float, channels: int) -> tuple[list[str], dict[str, np.ndarray]]:
    """Prelu with its weight in a tensor, one or one per channel: value and both gradients."""
    x = torch.tensor([[-torch.inf, -2.0], [0.5, torch.inf]]).requires_grad_()
    a = torch.full((channels,), weight).requires_grad_()
    with launches_counted() as seen:
        y = call("prelu", x, values=(a,))
        by_x, by_a = torch.autograd.grad(y.sum(), (x, a))
    return seen, {"y": array(y), "x": array(by_x), "a": array(by_a)}


def second_derivative(x: np.ndarray) -> np.ndarray:
    """Gelu differentiated twice by autograd."""
    leaf = tensor(x).requires_grad_()
    (slope,) = torch.autograd.grad(call("gelu", leaf).sum(), leaf, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), leaf)
    return array(curvature)


def far_apart() -> tuple[np.ndarray, np.ndarray]:
    """Two rows whose second begins beyond the reach of 32 bits: only the pages that are touched take memory."""
    wide = torch.empty(2**31 + 256, dtype=torch.bfloat16).as_strided((2, 256), (2**31, 1))
    wide.copy_(torch.linspace(-3, 3, 512).reshape(2, 256))
    return array(wide), array(call("relu", wide))


def batched(x: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Under vmap no kernel may be launched."""
    with launches_counted() as seen:
        return seen, array(torch.func.vmap(lambda row: call("mish", row))(tensor(x)))


# -- compiled for a device --------------------------------------------------------------
def undefined_ops() -> set[str]:
    """The ops that the printer calls and the library lacks."""
    from softknee.targets.triton import ops as triton_ops
    from softknee.targets.triton.source import CALLED

    return {name for name in CALLED | {"div"} if not hasattr(triton_ops, name)}


def ptx(
    name: str, gradient: bool, dtype: str = "fp32", n: str = "i32", learned: bool = False, single: bool = True
) -> str:
    """The PTX of a function's kernel for compute capability 9.0, with aligned pointers and sizes as is usual."""
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource, compile

    definition = knee.get(name).definition
    numbers = tuple(None if learned else float(p.default) for p in definition.numeric_parameters.values())
    specs = tuple(VALUE.then(key) for key in definition.inputs) if gradient else (VALUE,)
    printed = torch_triton.kernel_of(definition, specs, numbers, gradient=gradient, wide=dtype == "fp64")
    kernel = torch_triton.load(printed)
    signature, aligned, constants = {}, {}, {"BLOCK": BLOCK, "SINGLE": single, "grad_step": 1}
    for at, key in enumerate(kernel.arg_names):
        if key in constants:
            signature[key] = "constexpr"
        elif key.endswith("_number"):
            signature[key] = "fp64" if printed.wide else "fp32"
        else:
            signature[key] = f"*{dtype}" if key.endswith("_ptr") else n
            aligned[(at,)] = [["tt.divisibility", 16]]
    constants = {key: value for key, value in constants.items() if key in signature}
    source = ASTSource(kernel, signature, constants, aligned)
    options = {"num_warps": torch_triton._WARPS, "enable_fp_fusion": False}
    text: str = compile(source, target=GPUTarget("cuda", 90, 32), options=options).asm["ptx"]
    return text


BLOCK = 1024
PER_THREAD = BLOCK // (32 * torch_triton._WARPS)


def accesses(text: str, instruction: str) -> int:
    """How many elements a thread loads from or stores to memory; what a library reads from its own tables is aside."""
    widths = re.findall(rf"\b{instruction}\.global(?:\.v(\d))?\.b\d+", text)
    return sum(int(width or 1) for width in widths)


def ops_of(name: str) -> frozenset[str]:
    """The ops of a function and of its slopes."""
    definition = knee.get(name).definition
    specs = (VALUE, *(VALUE.then(key) for key in definition.inputs))
    return frozenset().union(*(linearise(f.expression(definition), definition.arguments).ops for f in specs))


def without_a_driver() -> tuple[str, np.ndarray]:
    """The work: what is said, and computed, where Triton is installed and cannot run."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y = call("mish", torch.linspace(-2, 2, 9))
        call("mish", torch.linspace(-2, 2, 9))
    return "; ".join(str(w.message) for w in caught), array(y)
