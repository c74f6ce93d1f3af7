"""How each library takes part: a call without arguments that computes one case, made of the text in `peers`."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import ml_dtypes
import numpy as np

from softknee.public import get

from .clock import Call
from .peers import spelling
from .plan import Case

Array = np.ndarray[Any, Any]

_DTYPES = {"bfloat16": np.dtype(ml_dtypes.bfloat16)}
_SEED = 20_261
_FRACTION = re.compile(r"\d+\.\d+")
_OPSET = 20
_THREADS = ("NPROC", "OMP_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMEXPR_MAX_THREADS")


class AbsentError(Exception):
    """A library takes no part in a case, and why."""


def sample(case: Case, scale: float) -> Array:
    """The case's input: normal numbers, the same in every run."""
    x = np.random.default_rng(_SEED).standard_normal(case.size, dtype=np.float32) * np.float32(scale)
    return x.astype(_DTYPES.get(case.dtype, case.dtype))


@contextmanager
def threads_set(threads: int) -> Iterator[None]:
    """Give every library the same number of threads; XLA and NumExpr read theirs when they are first imported."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    import torch

    import softknee

    torch_before = torch.get_num_threads()
    torch.set_num_threads(threads)
    own = getattr(softknee, "set_num_threads", None)
    own_before = softknee.get_num_threads() if own else None
    if own:
        own(threads)
    try:
        yield
    finally:
        torch.set_num_threads(torch_before)
        if own:
            own(own_before)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def tensor(x: Array, **about: Any) -> Any:
    """A torch tensor with a copy of x."""
    import torch

    dtype = getattr(torch, x.dtype.name)
    return torch.from_numpy(x.astype(np.float32 if x.dtype.name == "bfloat16" else x.dtype)).to(dtype, **about)


def call_of(library: str, case: Case, x: Array, threads: int) -> Call:
    """The call of `library` in a case; raises AbsentError where it takes no part."""
    if library in _OURS:
        return _OURS[library](case, x)
    if library == "copyto":
        return partial(np.copyto, np.empty_like(x), x)
    if library == "copy":
        source, target = tensor(x), tensor(np.zeros_like(x))
        return partial(target.copy_, source)
    text = spelling(case.function, library)
    if text is None:
        raise AbsentError("has no such function")
    if library == "onnxruntime":
        return _onnxruntime(text, case, x, threads)
    try:
        return _PEERS[library](text, case, x)
    except ModuleNotFoundError as error:
        raise AbsentError(f"{error.name} is not installed") from None


def _fresh(case: Case, x: Array) -> Call:
    return partial(get(case.function), x)


def _existing(case: Case, x: Array) -> Call:
    function = get(case.function)
    if not hasattr(function, "parameters"):
        raise AbsentError("takes no out=")
    return partial(function, x, out=np.zeros_like(function(x)))


def _ours_in_torch(case: Case, x: Array) -> Call:
    return _in_torch(get(case.function), case, x)


_OURS: dict[str, Callable[[Case, Array], Call]] = {
    "softknee": _fresh,
    "softknee_out": _existing,
    "softknee_torch": _ours_in_torch,
}


def _in_torch(function: Callable[[Any], Any], case: Case, x: Array) -> Call:
    return training(function, tensor(x)) if case.kind == "both" else partial(function, tensor(x))


def training(function: Callable[[Any], Any], x: Any) -> Call:
    """Forward and backward of `function` at the tensor x, for a gradient of ones."""
    import torch

    x.requires_grad_()
    g = torch.ones_like(function(x))

    def call() -> Any:
        x.grad = None
        function(x).backward(g)
        return x.grad

    return call


def _written(text: str, **names: Any) -> Callable[[Any], Any]:
    made: Callable[[Any], Any] = eval(f"lambda x: {text}", names)
    return made


def in_words_of_torch(text: str, x: Array) -> Callable[[Any], Any]:
    """The function of tensors of the dtype of x that a text in `peers` describes."""
    import torch
    from torch.nn import functional

    return _written(text, torch=torch, F=functional, weight=tensor(np.full(1, 0.25, x.dtype)))


def _torch(text: str, case: Case, x: Array) -> Call:
    return _in_torch(in_words_of_torch(text, x), case, x)


def _compile(text: str, case: Case, x: Array) -> Call:
    import torch

    # For this very size: code for any size would be parallel, or not, as suited the first one.
    function: Callable[[Any], Any] = torch.compile(in_words_of_torch(text, x), dynamic=False)
    return _in_torch(function, case, x)


def _torch_activation(text: str, case: Case, x: Array) -> Call:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the modules of its own that it fails to import
        package = import_module("torch_activation")
    try:
        module = eval(text, vars(package))
    except NameError:
        raise AbsentError("lacks it here: some of its modules cannot be imported") from None
    return _in_torch(module, case, x)


def _jax(text: str, case: Case, x: Array) -> Call:
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    function = _written(text, jnp=jax.numpy, nn=jax.nn, special=import_module("jax.scipy.special"))
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


def _numpy(text: str, case: Case, x: Array) -> Call:
    return partial(_written(text, np=np), x)


def _scipy(text: str, case: Case, x: Array) -> Call:
    return partial(_written(text, special=import_module("scipy.special")), x)


def _numexpr(text: str, case: Case, x: Array) -> Call:
    numexpr = import_module("numexpr")
    if case.dtype not in ("float32", "float64"):
        raise AbsentError(f"knows no {case.dtype}")
    # A fraction in the text would be float64, and all that meets it with it.
    numbers = {f"c{at}": np.asarray(value, x.dtype) for at, value in enumerate(_FRACTION.findall(text))}
    for name, value in zip(numbers, _FRACTION.findall(text)):
        text = text.replace(value, name, 1)
    return partial(numexpr.evaluate, text, {"x": x, **numbers}, {})


_PEERS: dict[str, Callable[[str, Case, Array], Call]] = {
    "torch": _torch,
    "compile": _compile,
    "jax": _jax,
    "numpy": _numpy,
    "scipy": _scipy,
    "numexpr": _numexpr,
    "torch_activation": _torch_activation,
}


def _onnxruntime(text: str, case: Case, x: Array, threads: int) -> Call:
    """A model of one node, whose input and output stay bound to the same memory."""
    try:
        onnx, runtime = import_module("onnx"), import_module("onnxruntime")
    except ModuleNotFoundError as error:
        raise AbsentError(f"{error.name} is not installed") from None
    if case.dtype == "bfloat16":
        raise AbsentError("takes no bfloat16 arrays")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    try:
        model = _model(onnx, text, x).SerializeToString()
        session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its own hierarchy of errors derives from nothing narrower
        raise AbsentError(f"has no kernel of it for {case.dtype}: {type(error).__name__}") from None
    return _Bound(session, *map(runtime.OrtValue.ortvalue_from_numpy, (x.copy(), np.zeros_like(x))))


class _Bound:
    """A session bound to its memory, which it keeps alive; the result is fetched only where somebody looks at it."""

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


def _model(onnx: Any, text: str, x: Array) -> Any:
    """`Op(x, constant, ..., attribute=...)` as a model."""
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise ValueError(f"{text!r} is no call of an op")
    operator = node.func.id
    helper, kind = onnx.helper, onnx.helper.np_dtype_to_tensor_dtype(x.dtype)
    inputs = ["x"]
    constants = []
    for at, given in enumerate(node.args[1:]):
        shape: tuple[int, ...] = (1,) if operator == "PRelu" else ()
        value = np.full(shape, ast.literal_eval(given), x.dtype)
        inputs.append(f"c{at}")
        constants.append(onnx.numpy_helper.from_array(value, f"c{at}"))
    attributes = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in node.keywords}
    domain = "com.microsoft" if operator == "QuickGelu" else ""
    made = helper.make_node(operator, inputs, ["y"], domain=domain, **attributes)
    values = [helper.make_tensor_value_info(name, kind, [x.size]) for name in ("x", "y")]
    graph = helper.make_graph([made], "one", [values[0]], [values[1]], constants)
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def result_of(call: Call) -> Any:
    """What a call gives, as a tensor or an array."""
    return call.result() if isinstance(call, _Bound) else call()


def dtype_of(result: Any) -> str:
    """The name of a result's dtype in any library."""
    return str(result.dtype).removeprefix("torch.")
