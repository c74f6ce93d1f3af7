"""The texts of `table` as functions of a library's own arrays: NumPy arrays, torch's tensors, JAX's arrays."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from softknee.support.extras import need

from .onnx_node import session

# By library, the modules that the names in a text stand for, and others that the library needs.
_MODULES = {
    "torch": {"torch": "torch", "F": "torch.nn.functional"},
    "jax": {"jnp": "jax.numpy", "nn": "jax.nn", "special": "jax.scipy.special"},
    "numpy": {"np": "numpy"},
    "scipy": {"special": "scipy.special"},
    "numexpr": {"numexpr": "numexpr"},
    "onnxruntime": {"onnx": "onnx", "onnxruntime": "onnxruntime"},
    # Without plotly half of torch_activation is left out, with a warning.
    "torch_activation": {"plotly": "plotly", "torch_activation": "torch_activation"},
}
_FRACTION = re.compile(r"\d+\.\d+")


def modules(library: str) -> dict[str, Any]:
    """The modules that the library's texts name, by these names; raises MissingExtraError where one is missing."""
    extra = library if library in ("torch", "jax") else "bench"
    return {name: need(module, extra) for name, module in _MODULES[library].items()}


def peer(library: str, text: str, dtype: str) -> Callable[[Any], Any]:
    """The function of a library that a text spells, for one of its arrays of a dtype.

    Raises MissingExtraError without the library, and NotImplementedError where it is known not to take the dtype.

    >>> float(peer("numpy", "x / (1 + np.abs(x))", "float64")(3.0))
    0.75
    """
    given = modules(library)
    if library == "onnxruntime":
        return _run(session(text, dtype))
    if library == "numexpr":
        return _numexpr(given["numexpr"], text, dtype)
    if library == "torch_activation":
        return _module(text, given["torch_activation"])
    if library == "torch":
        given["weight"] = given["torch"].full((1,), 0.25, dtype=getattr(given["torch"], dtype))
    return _evaluated(f"lambda x: {text}", given)


def _evaluated(text: str, names: dict[str, Any]) -> Callable[[Any], Any]:
    made: Callable[[Any], Any] = eval(text, names)
    return made


def _module(text: str, package: Any) -> Callable[[Any], Any]:
    try:
        return _evaluated(text, vars(package))
    except NameError:
        raise NotImplementedError("lacks it in the version that is installed") from None


def _run(model: Any) -> Callable[[Any], Any]:
    return lambda x: model.run(None, {"x": x})[0]


def _numexpr(numexpr: Any, text: str, dtype: str) -> Callable[[Any], Any]:
    if dtype not in ("float32", "float64"):
        raise NotImplementedError(f"knows no {dtype}")
    # A fraction in the text would be float64, and would promote whatever it meets.
    numbers = {f"c{at}": np.asarray(value, dtype) for at, value in enumerate(_FRACTION.findall(text))}
    for name, value in zip(numbers, _FRACTION.findall(text)):
        text = text.replace(value, name, 1)
    return lambda x: numexpr.evaluate(text, {"x": x, **numbers}, {})
