"""Fingerprints of code, data and versions, by which results kept in a folder are recognised as belonging to a call."""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from .choice import Choice

_UNKNOWN_TO_NUMPY = ("torch.bfloat16",)
# The files of this package that decide how a run comes out.
_DECISIVE = (
    "activation_argument.py", "array_data.py", "builtin_problem.py", "characters_problem.py", "data_split.py",
    "devices.py", "layer_sizes.py", "metrics.py", "model_builder.py", "model_outputs.py", "models.py",
    "photograph_problem.py", "random_streams.py", "train.py", "transformer.py",
)  # fmt: skip


def versions() -> dict[str, str]:
    """The versions that a run's numbers depend on: softknee's, with a hash of the deciding files, and torch's."""
    here = Path(__file__).parent
    code = hashlib.sha256(b"".join((here / name).read_bytes() for name in _DECISIVE)).hexdigest()[:12]
    return {"softknee": f"{version('softknee')} {code}", "torch": version("torch")}


def of_choice(choice: Choice) -> str:
    """The fingerprint of an activation's definition and parameters."""
    return digest(
        [choice.asked, None if choice.function.is_catalogued else of_code(choice.function.definition.function)]
    )


def digest(value: Any) -> str:
    """The fingerprint of plain data, arrays and tensors, and of functions and classes by their code."""
    found = hashlib.sha256()
    _feed(found, value)
    return found.hexdigest()[:16]


def _feed(found: Any, value: Any) -> None:
    if hasattr(value, "detach"):  # a tensor
        value = value.detach().cpu().contiguous()
        value = (value.float() if str(value.dtype) in _UNKNOWN_TO_NUMPY else value).numpy()
    if isinstance(value, np.ndarray):
        found.update(f"array {value.dtype} {value.shape}".encode())
        found.update(np.ascontiguousarray(value).tobytes() if value.dtype != object else repr(value.tolist()).encode())
    elif isinstance(value, dict):
        found.update(b"dict")
        for key in sorted(value, key=repr):
            _feed(found, key)
            _feed(found, value[key])
    elif isinstance(value, (list, tuple)):
        found.update(f"list {len(value)}".encode())
        for each in value:
            _feed(found, each)
    elif isinstance(value, (FunctionType, type)) or inspect.ismethod(value):
        found.update(of_code(value).encode())
    else:
        found.update(f"{type(value).__qualname__} {value!r}".encode())


def of_code(value: Any) -> str:
    """The fingerprint of a function or class: its source, with what it closes over, its defaults and its own globals.

    Where there is no source, as at a prompt, the byte code stands for it.
    """
    found = hashlib.sha256()
    _feed_code(found, value, set())
    return found.hexdigest()[:16]


def _feed_code(found: Any, value: Any, seen: set[int]) -> None:
    if id(value) in seen:
        return
    seen.add(id(value))
    if hasattr(value, "func") and hasattr(value, "keywords"):  # functools.partial
        _feed_code(found, value.func, seen)
        _feed(found, [repr(value.args), repr(value.keywords)])
        return
    value = inspect.unwrap(value) if callable(value) else value
    try:
        found.update(inspect.getsource(value).encode())
    except (OSError, TypeError):
        code = getattr(value, "__code__", None)
        found.update(repr((code.co_code, code.co_names, _plain(code.co_consts)) if code else type(value)).encode())
    function = getattr(value, "__func__", value)
    if not isinstance(function, FunctionType):
        return
    used = set(function.__code__.co_names)
    around = {name: each for name, each in function.__globals__.items() if name in used}
    inner = inspect.getclosurevars(function).nonlocals.values() if function.__closure__ else ()
    for each in [*around.values(), *inner, *(function.__defaults__ or ())]:
        if isinstance(each, (FunctionType, type)) and _is_own(each):
            _feed_code(found, each, seen)
        elif isinstance(each, (int, float, str, bytes, bool, type(None), tuple, np.ndarray)):
            _feed(found, each)


def _plain(constants: tuple[Any, ...]) -> list[Any]:
    return [each.co_code if inspect.iscode(each) else repr(each) for each in constants]


def _is_own(value: Any) -> bool:
    """True for code of the user's program, False for that of an installed package."""
    module = inspect.getmodule(value)
    place = getattr(module, "__file__", None)
    name = str(getattr(module, "__name__", ""))
    return place is None or not ("site-packages" in place or name.startswith("softknee."))
