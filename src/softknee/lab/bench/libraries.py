"""The contestants: for each library, a call without arguments that computes one benchmark case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ml_dtypes
import numpy as np

from softknee.functions.public import get
from softknee.lab.peers.libraries import peer
from softknee.lab.peers.onnx_node import session
from softknee.lab.peers.table import spelling
from softknee.support.extras import MissingExtraError, need
from softknee.targets.c.close_table import CLOSE
from softknee.targets.numpy.precision import set_float32_precision
from softknee.targets.numpy.threads import set_num_threads
from softknee.targets.torch.extension import TorchExtensionError, load_torch_extension

from .clock import Call
from .plan import HIGH, OURS, BenchmarkCase

Array = np.ndarray[Any, Any]

_DTYPES = {"bfloat16": np.dtype(ml_dtypes.bfloat16)}
_SEED = 20_261
_THREADS = ("NPROC", "OMP_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMEXPR_MAX_THREADS", "SOFTKNEE_NUM_THREADS")
_OF_TORCH = frozenset({"softknee_torch", "softknee_nodes", "torch", "compile", "torch_activation", "copy"})


class AbsentError(Exception):
    """An error for a library that takes no part in a case; its text says why."""


def sample(case: BenchmarkCase, scale: float) -> Array:
    """The case's input: normal numbers of deviation `scale`, the same in every run."""
    x = np.random.default_rng(_SEED).standard_normal(case.size, dtype=np.float32) * np.float32(scale)
    return x.astype(_DTYPES.get(case.dtype, case.dtype))


def environment(threads: int) -> dict[str, str]:
    """The environment variables that give every library the same number of threads.

    XLA and NumExpr read theirs when they are first imported, so a process must be started with them.
    """
    # One compiling thread, as torch's pool of compiling processes would outlive a worker that is killed.
    return {**dict.fromkeys(_THREADS, str(threads)), "TORCHINDUCTOR_COMPILE_THREADS": "1"}


def set_threads(library: str, threads: int) -> None:
    """Set a library's number of threads where it has a call for that."""
    if library in _OF_TORCH:
        import torch

        torch.set_num_threads(threads)
    if library in (*OURS, HIGH):
        set_num_threads(threads)


def tensor(x: Array, **about: Any) -> Any:
    """A torch tensor with a copy of the array x."""
    import torch

    dtype = getattr(torch, x.dtype.name)
    return torch.from_numpy(x.astype(np.float32 if x.dtype.name == "bfloat16" else x.dtype)).to(dtype, **about)


def call_of(library: str, case: BenchmarkCase, x: Array, threads: int) -> Call:
    """The call of `library` in a case; raises AbsentError where it takes no part."""
    if library in _OURS:
        return _OURS[library](case, x)
    if library == "copyto":
        return partial(np.copyto, np.empty_like(x), x)
    if library == "copy":
        source, target = tensor(x), tensor(np.zeros_like(x))
        return partial(target.copy_, source)
    theirs = "torch" if library == "compile" else library
    text = spelling(case.function, theirs)
    if text is None:
        raise AbsentError("has no such function")
    try:
        if library == "onnxruntime":
            return _onnxruntime(text, case, x, threads)
        return _PEERS[library](peer(theirs, text, case.dtype), case, x)
    except (MissingExtraError, NotImplementedError) as error:
        raise AbsentError(str(error)) from None


def _fresh(case: BenchmarkCase, x: Array) -> Call:
    return partial(get(case.function), x)


def _existing(case: BenchmarkCase, x: Array) -> Call:
    function = get(case.function)
    if not hasattr(function, "parameters"):
        raise AbsentError("takes no out=")
    return partial(function, x, out=np.zeros_like(function(x)))


def _ours_in_torch(case: BenchmarkCase, x: Array) -> Call:
    return _in_torch(get(case.function), case, x)


def _by_nodes(case: BenchmarkCase, x: Array) -> Call:
    """The call in torch with autograd nodes in C++, which stay loaded for the whole process."""
    try:
        load_torch_extension()
    except (TorchExtensionError, MissingExtraError) as error:
        raise AbsentError(str(error)) from None
    return _ours_in_torch(case, x)


def _high(case: BenchmarkCase, x: Array) -> Call:
    """The call at float32 precision "high", which stays set for the whole process."""
    if f"{get(case.function).name} value" not in CLOSE:
        raise AbsentError("has one precision")
    set_float32_precision("high")
    return _existing(case, x)


_OURS: dict[str, Callable[[BenchmarkCase, Array], Call]] = {
    "softknee": _fresh,
    "softknee_out": _existing,
    "softknee_torch": _ours_in_torch,
    "softknee_nodes": _by_nodes,
    HIGH: _high,
}


def _in_torch(function: Callable[[Any], Any], case: BenchmarkCase, x: Array) -> Call:
    return training(function, tensor(x)) if case.kind == "both" else partial(function, tensor(x))


def training(function: Callable[[Any], Any], x: Any) -> Call:
    """A call that runs forward and backward of `function` at the tensor x, for a gradient of ones."""
    import torch

    x.requires_grad_()
    g = torch.ones_like(function(x))

    def call() -> Any:
        x.grad = None
        function(x).backward(g)
        return x.grad

    return call


def _compiled(function: Callable[[Any], Any], case: BenchmarkCase, x: Array) -> Call:
    import torch

    # Compiled for this size alone: code for any size would be parallel, or not, as suited the first one.
    return _in_torch(torch.compile(function, dynamic=False), case, x)


def _in_jax(function: Callable[[Any], Any], case: BenchmarkCase, x: Array) -> Call:
    jax = need("jax", "jax")
    jax.config.update("jax_enable_x64", True)
    data = jax.device_put(x)
    if case.kind == "forward":
        compiled = jax.jit(function)
        return lambda: compiled(data).block_until_ready()

    def both(x: Any, g: Any) -> Any:
        y, pull = jax.vjp(function, x)
        return (y, *pull(g))

    compiled = jax.jit(both)
    g = jax.numpy.ones_like(function(data))
    return lambda: jax.block_until_ready(compiled(data, g))[1]


def _on_arrays(function: Callable[[Any], Any], case: BenchmarkCase, x: Array) -> Call:
    return partial(function, x)


_PEERS: dict[str, Callable[[Callable[[Any], Any], BenchmarkCase, Array], Call]] = {
    "torch": _in_torch,
    "compile": _compiled,
    "jax": _in_jax,
    "numpy": _on_arrays,
    "scipy": _on_arrays,
    "numexpr": _on_arrays,
    "torch_activation": _in_torch,
}


def _onnxruntime(text: str, case: BenchmarkCase, x: Array, threads: int) -> Call:
    """The call of a model whose input and output stay bound to the same memory."""
    model = session(text, case.dtype, x.size, threads)
    made = need("onnxruntime", "bench").OrtValue.ortvalue_from_numpy
    return _Bound(model, made(x.copy()), made(np.zeros_like(x)))


class _Bound:
    """A session bound to its memory, which it keeps alive; the result is fetched only where it is asked for."""

    def __init__(self, session: Any, x: Any, y: Any) -> None:
        self.session, self.x, self.y = session, x, y
        self.binding = session.io_binding()
        self.binding.bind_ortvalue_input("x", x)
        self.binding.bind_ortvalue_output("y", y)

    def __call__(self) -> None:
        self.session.run_with_iobinding(self.binding)

    def result(self) -> Array:
        self()
        found: Array = self.y.numpy().copy()
        return found


def result_of(call: Call) -> Any:
    """The result of a call, as a tensor or an array."""
    return call.result() if isinstance(call, _Bound) else call()


def dtype_of(result: Any) -> str:
    """The name of a result's dtype in any library."""
    return str(result.dtype).removeprefix("torch.")
