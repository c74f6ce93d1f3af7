"""The outputs of a model as one tensor, although it may return them in a dict or an object."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any

from torch import Tensor, nn

# The names of the outputs in dicts and objects that models of Hugging Face and torchvision return.
_NAMES = ("logits", "out")


def answer(model: nn.Module, x: Any) -> Tensor:
    """The model's outputs for inputs `x`; raises TypeError where it is not clear which they are."""
    return outputs(called(model, x))


def called(model: nn.Module, x: Any) -> Any:
    """The model's return value; inputs in a dict are passed by name if its forward has these names, else as the
    dict.
    """
    if isinstance(x, Mapping) and set(x) <= set(signature(model.forward).parameters):
        return model(**x)
    return model(x)


def outputs(given: Any) -> Tensor:
    """The tensor itself; of a dict or an object its `logits`, its `out`, or the only tensor of a dict."""
    if isinstance(given, Tensor):
        return given
    found = [_named(given, name) for name in _NAMES]
    if (
        isinstance(given, Mapping)
        and len(tensors := [each for each in given.values() if isinstance(each, Tensor)]) == 1
    ):
        found += tensors
    for each in found:
        if isinstance(each, Tensor):
            return each
    what = (
        f"{type(given).__name__} with {', '.join(map(str, given)) or 'nothing'}"
        if isinstance(given, Mapping)
        else (f"{type(given).__name__} of {len(given)}" if isinstance(given, (tuple, list)) else type(given).__name__)
    )
    raise TypeError(f"gives {what}: return a tensor, or a dict or object whose {' or '.join(_NAMES)} is one")


def _named(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)
