"""Python code that calls a function, for each backend, ready to be copied."""

from __future__ import annotations

from typing import Any

import softknee as knee
from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate


def snippets(function: Any) -> dict[str, str]:
    """The code by the backend's name."""
    shape = "(2, 4, 3, 3)" if function.name == "softmax2d" else "(2, 4)"
    return {
        "NumPy": "\n".join(_numpy(function, shape)),
        "PyTorch": "\n".join(_torch(function, shape)),
        "PyTorch module": "\n".join(_module(function, shape)),
        "JAX": "\n".join(_jax(function, shape)),
        "ONNX": "\n".join(_onnx(function, shape)),
    }


def _head(backend: str, function: Function) -> list[str]:
    """The imports, and an empty line; a user's own function is imported from the module that defines it."""
    own = "" if function.is_catalogued else f"from {function.__module__} import {function.name}"
    return [backend, own or "import softknee as knee", ""]


def _called(function: Function) -> str:
    return f"knee.{function.name}" if function.is_catalogued else function.name


def _has_axis(function: Any) -> bool:
    return "axis" in getattr(function, "options", {}) or isinstance(function, Gate)


def _keywords(function: Any) -> str:
    if _has_axis(function):
        return ", axis=-1"
    return "".join(f", {name}={p.default!r}" for name, p in getattr(function, "parameters", {}).items())


def _numpy(function: Any, shape: str) -> list[str]:
    called = _called(function)
    lines = _head("import numpy as np", function)
    lines += [f"x = np.random.default_rng(0).normal(size={shape})", f"y = {called}(x{_keywords(function)})"]
    if isinstance(function, Gate):
        return [*lines, f"by_a, by_b = {called}.derivative(x)"]
    if not isinstance(function, Activation):
        return [*lines, f"gradient = {called}.vjp(x, np.ones_like(y))"]
    lines.append(f"slope = {called}.derivative(x)")
    if function.definition.inverse is not None:
        lines.append(f"back = {called}.inverse(y)")
    return lines


def _torch(function: Any, shape: str) -> list[str]:
    lines = [*_head("import torch", function), f"x = torch.randn({shape[1:-1]}, requires_grad=True)"]
    return [*lines, f"y = {_called(function)}(x{_keywords(function)})", "y.sum().backward()"]


def _layer(function: Any) -> str:
    if not function.is_catalogued:
        return f"layer = knee.nn.class_of({function.name})({_required(function)})"
    arguments = "dim=-1" if _has_axis(function) else _required(function)
    return f"layer = knee.nn.{function.definition.module}({arguments})"


def _module_head(function: Any) -> list[str]:
    """The imports for a layer, which softknee makes also of a user's own function."""
    head = _head("import torch", function)
    return head if function.is_catalogued else ["import softknee as knee", *head]


def _module(function: Any, shape: str) -> list[str]:
    return [*_module_head(function), _layer(function), f"y = layer(torch.randn({shape[1:-1]}))"]


def _jax(function: Any, shape: str) -> list[str]:
    called = _called(function)
    lines = [*_head("import jax", function), f"x = jax.random.normal(jax.random.key(0), {shape})"]
    return [*lines, f"y = jax.jit({called})(x)", f"gradient = jax.grad(lambda x: {called}(x).sum())(x)"]


def _onnx(function: Any, shape: str) -> list[str]:
    lines = [*_module_head(function), f"{_layer(function)}.eval()", f"x = torch.randn({shape[1:-1]})"]
    return [*lines, f'torch.onnx.export(layer, (x,), "{function.name}.onnx", dynamo=True)']


def _required(function: Any) -> str:
    """The arguments without which the module cannot be made, as is so for torch's Threshold."""
    signature = knee.nn.class_of(function).own_signature.parameters
    needed = getattr(function, "parameters", {})
    missing = [name for name, argument in signature.items() if argument.default is argument.empty and name in needed]
    return ", ".join(f"{name}={needed[name].default!r}" for name in missing)
