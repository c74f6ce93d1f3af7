"""The tables of the guide: measured or computed when the pages are built, never typed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pages import functions, table

import softknee as knee
from softknee.display.describe import number, range_text
from softknee.display.notes import chinese_name
from softknee.functions.elementwise import Activation
from softknee.language.ops import op_names
from softknee.language.promise import USUAL


def _numbers(function: Activation) -> tuple[float, ...]:
    return tuple(float(p.default) for p in function.definition.numeric_parameters.values())


def _torch_slopes() -> dict[str, Callable[[float], float]]:
    """The functions that torch has, as functions that give their slope at a point by autograd."""
    try:
        import torch
    except ModuleNotFoundError:
        return {}
    from softknee.nn.torch_names import torch_functions

    found: dict[str, Callable[[float], float]] = {}
    for candidate, function in torch_functions().activations.items():
        if function.name in found or not isinstance(function, Activation):
            continue

        def slope(at: float, candidate: Any = candidate, function: Activation = function) -> float:
            x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
            try:
                y = candidate(x)
            except TypeError:  # its parameters have no defaults
                y = candidate(x, *(torch.tensor(v, dtype=torch.float64) for v in _numbers(function)))
            return float(torch.autograd.grad(y, x)[0])

        try:
            slope(0.5)
        except (RuntimeError, TypeError):  # not differentiable on a leaf (in place), or of another signature
            continue
        found[function.name] = slope
    return found


def _jax_slopes() -> dict[str, Callable[[float], float]]:
    """The functions of jax.nn that give our values, as functions that give their slope at a point by jax.grad."""
    try:
        import jax
    except ModuleNotFoundError:
        return {}
    import numpy as np

    x = np.linspace(-3, 3, 13, dtype=np.float32) + np.float32(0.1)
    found: dict[str, Callable[[float], float]] = {}
    for function in functions():
        for name in (function.name, *function.aliases):
            candidate = getattr(jax.nn, name, None)
            if function.name in found or not isinstance(function, Activation) or candidate is None:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                same = np.allclose(np.asarray(candidate(jax.numpy.asarray(x))), function(x), rtol=1e-4, atol=1e-5)
            if same:

                def slope(at: float, candidate: Any = candidate) -> float:
                    return float(jax.grad(candidate)(at))

                found[function.name] = slope
    return found


def kinks() -> str:
    """The table of slopes of softknee, torch and jax at each kink of the functions that torch or jax have."""
    torch, jax = _torch_slopes(), _jax_slopes()
    rows = []
    for function in functions():
        if not isinstance(function, Activation) or not (function.name in torch or function.name in jax):
            continue
        for kink in function.kinks:
            sides = [float(function.derivative(kink, at_kink=side)) for side in ("left", "right", "mean")]
            theirs = [number(slopes[function.name](kink)) if function.name in slopes else "" for slopes in (torch, jax)]
            rows.append(
                (f"[`{function.name}`](../catalogue/{function.name}.md)", number(kink), *map(number, sides), *theirs)
            )
    return table(["function", "kink", '"left" (default)', '"right"', '"mean"', "torch", "jax"], rows, raw=True)


def gains() -> str:
    """The table of the three gains and chi of all element-wise functions."""
    rows = []
    for function in functions():
        if not isinstance(function, Activation):
            continue
        found = function.properties()
        cells = []
        for kind in ("forward", "variance", "backward"):
            try:
                cells.append(f"{found.gain(kind):.4g}")
            except knee.ArgumentError:
                cells.append("–")
        chi = f"{found.chi:.3f}" if found.second_moment else "–"
        rows.append((f"[`{function.name}`](../catalogue/{function.name}.md)", *cells, chi))
    return table(["function", '"forward"', '"variance"', '"backward"', "χ"], rows, raw=True)


def variance_map() -> str:
    """The table of the variance map's slope at its fixed point, for some functions with their own forward gain."""
    rows = []
    for name in ("relu", "elu", "selu", "gelu", "silu", "mish", "tanh", "softplus"):
        function = knee.get(name)
        rows.append((f"[`{name}`](../catalogue/{name}.md)", f"{variance_slope(function):.3f}"))
    return table(["function", "slope at the fixed point"], rows, raw=True)


def variance_slope(function: Activation) -> float:
    """The derivative d log q_next / d log q at q = 1, where q_next = gain^2 E f(sqrt(q) z)^2.

    By Stein's lemma it is E f(z) f'(z) z / E f(z)^2.
    """
    from softknee.functions.quadrature import expectation

    found = function.properties()
    return expectation(lambda z: found.value(z) * found.slope(z) * z, found.breaks) / found.second_moment


def ops() -> str:
    """The table of the ops that a definition may use."""
    return ", ".join(f"`{name}`" for name in op_names())


def counts() -> str:
    """The number of functions, as text."""
    return str(len(knee.names()))


def _facts(function: Any, language: str) -> list[str]:
    if isinstance(function, Activation):
        found = function.properties()
        centred = {"en": ("yes", "no"), "zh": ("是", "否")}[language][0 if found.is_zero_centred else 1]
        dead = ", ".join(f"({number(a)}, {number(b)})" for a, b in found.dead_zones) or "–"
        return [range_text(found), number(found.lipschitz), centred, dead]
    return ["–"] * 4


def founding(language: str) -> str:
    """The table of the fourteen founding functions with computed facts and links."""
    from softknee.catalogue import FOUNDING

    headings = {
        "en": ["function", "range", "steepest slope", "zero-centred", "slope 0 on"],
        "zh": ["函数", "值域", "最大斜率", "以零为中心", "斜率为 0 的区间"],
    }[language]
    rows = []
    for name in FOUNDING:
        function = knee.get(name)
        label = f"`{name}`" if language == "en" else chinese_name(function.definition)
        link = f"../catalogue/{name}.md" if language == "en" else f"catalogue/{name}.md"
        rows.append((f"[{label}]({link})", *_facts(function, language)))
    return table(headings, rows, raw=True)


def decisions() -> str:
    """The list of the records of decisions, by title."""
    folder = Path(__file__).resolve().parents[1] / "decisions"
    titles = {path.name: path.read_text(encoding="utf-8").partition("\n")[0][2:] for path in folder.glob("*.md")}
    return "\n".join(f"- [{titles[name]}]({name})" for name in sorted(titles) if name != "index.md")


def promise() -> str:
    """The table of the errors that a definition promises where it does not say otherwise."""
    rows = [
        (dtype, f"{USUAL.bound(dtype):g} ulp", f"{USUAL.bound(dtype, near_root=True):g} ulp")
        for dtype in ("float16", "bfloat16", "float32", "float64")
    ]
    return table(["dtype", "error at most", "near a root"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "kinks": kinks,
    "gains": gains,
    "variance map": variance_map,
    "ops": ops,
    "promise": promise,
    "count": counts,
    "decisions": decisions,
    "founding": lambda: founding("en"),
    "founding zh": lambda: founding("zh"),
}
