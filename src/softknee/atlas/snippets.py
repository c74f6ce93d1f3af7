"""How to call a function: Python code for each backend, ready to be copied."""

from __future__ import annotations

from typing import Any

import softknee as knee
from softknee.elementwise import Activation
from softknee.gate import Gate


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


def _has_axis(function: Any) -> bool:
    return "axis" in getattr(function, "options", {}) or isinstance(function, Gate)


def _keywords(function: Any) -> str:
    if _has_axis(function):
        return ", axis=-1"
    return "".join(f", {name}={p.default!r}" for name, p in getattr(function, "parameters", {}).items())


def _numpy(function: Any, shape: str) -> list[str]:
    name = function.name
    lines = ["import numpy as np", "import softknee as knee", ""]
    lines += [f"x = np.random.default_rng(0).normal(size={shape})", f"y = knee.{name}(x{_keywords(function)})"]
    if isinstance(function, Gate):
        return [*lines, f"by_a, by_b = knee.{name}.derivative(x)"]
    if not isinstance(function, Activation):
        return [*lines, f"gradient = knee.{name}.vjp(x, np.ones_like(y))"]
    lines.append(f"slope = knee.{name}.derivative(x)")
    if function.definition.inverse is not None:
        lines.append(f"back = knee.{name}.inverse(y)")
    return lines


def _torch(function: Any, shape: str) -> list[str]:
    lines = ["import torch", "import softknee as knee", "", f"x = torch.randn({shape[1:-1]}, requires_grad=True)"]
    return [*lines, f"y = knee.{function.name}(x{_keywords(function)})", "y.sum().backward()"]


def _layer(function: Any) -> str:
    arguments = "dim=-1" if _has_axis(function) else _required(function)
    return f"layer = knee.nn.{function.definition.module}({arguments})"


def _module(function: Any, shape: str) -> list[str]:
    return ["import torch", "import softknee as knee", "", _layer(function), f"y = layer(torch.randn({shape[1:-1]}))"]


def _jax(function: Any, shape: str) -> list[str]:
    name = function.name
    lines = ["import jax", "import softknee as knee", ""]
    lines += [f"x = jax.random.normal(jax.random.key(0), {shape})", f"y = jax.jit(knee.{name})(x)"]
    return [*lines, f"gradient = jax.grad(lambda x: knee.{name}(x).sum())(x)"]


def _onnx(function: Any, shape: str) -> list[str]:
    lines = [
        "import torch",
        "import softknee as knee",
        "",
        f"{_layer(function)}.eval()",
        f"x = torch.randn({shape[1:-1]})",
    ]
    return [*lines, f'torch.onnx.export(layer, (x,), "{function.name}.onnx", dynamo=True)']


def _required(function: Any) -> str:
    """The arguments without which the module cannot be made, as torch has it for threshold."""
    signature = knee.nn.class_of(function).own_signature.parameters
    needed = getattr(function, "parameters", {})
    missing = [name for name, argument in signature.items() if argument.default is argument.empty and name in needed]
    return ", ".join(f"{name}={needed[name].default!r}" for name in missing)
