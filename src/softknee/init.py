"""Initial weights scaled by the gain of the model's own activation, after the manner of torch.nn.init.

>>> import torch
>>> weight = torch.empty(64, 128)
>>> _ = gain_("kaiming_normal", weight, "mish")
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from .functions.base import Function
from .functions.elementwise import Activation
from .functions.public import get
from .language.errors import ArgumentError, ArgumentTypeError, Shown
from .nn.occurrences import activation_of_module

Method = Literal["kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "orthogonal"]
Kind = Literal["forward", "backward", "variance"]

LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
NORMS = (
    nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm, nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm1d,
    nn.InstanceNorm2d, nn.InstanceNorm3d, nn.RMSNorm,
)  # fmt: skip


def gain_(
    method: Method,
    tensor: Tensor,
    activation: str | Activation,
    *,
    mode: Literal["fan_in", "fan_out"] = "fan_in",
    kind: Kind | None = None,
    generator: torch.Generator | None = None,
    **parameters: Any,
) -> Tensor:
    """Fill a weight in place, for a layer that takes the output of an activation.

    Args:
        method: A method of torch.nn.init: "kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform" or
            "orthogonal".
        tensor: The weight, a floating tensor of any dtype with at least two dimensions, of shape (out, in, ...).
        activation: A name or an element-wise activation; its own gain scales the weights.
        mode: "fan_in" for the gain that keeps the second moment of signals ("forward"), "fan_out" for the one that
            keeps that of gradients ("backward").
        kind: The kind of gain, "forward", "backward" or "variance", where it is not the one that `mode` implies.
        generator: The source of random numbers; torch's own without.
        **parameters: The activation's parameters by name, as plain numbers.

    Returns:
        The same tensor, filled.

    Raises:
        ArgumentError: for another method, mode or kind, a tensor of fewer than two dimensions, or an activation that
            has no gain.
        ArgumentTypeError: where `tensor` is not a floating tensor.

    >>> import torch
    >>> weight = gain_("kaiming_normal", torch.empty(400, 500), "relu", generator=torch.Generator().manual_seed(0))
    >>> round(float(weight.std() * 500**0.5), 2)
    1.41
    """
    if method not in _FILLS:
        raise ArgumentError("init.gain_", "method", method, f"must be one of {', '.join(_FILLS)}")
    if mode not in ("fan_in", "fan_out"):
        raise ArgumentError("init.gain_", "mode", mode, 'must be "fan_in" or "fan_out"')
    if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
        raise ArgumentTypeError("init.gain_", "tensor", type(tensor).__name__, "must be a floating tensor")
    if tensor.ndim < 2:
        raise ArgumentError("init.gain_", "tensor", Shown(f"tensor of shape {list(tensor.shape)}"), "has no fan")
    gain = _activation(activation).gain(kind or ("forward" if mode == "fan_in" else "backward"), **parameters)
    with torch.no_grad():
        return _FILLS[method](tensor, gain, mode, generator)


def _activation(activation: str | Activation) -> Activation:
    found = get(activation)
    if not isinstance(found, Activation):
        raise ArgumentError("init", "activation", found.name, "is not element-wise and has no gain")
    return found


def _fan(tensor: Tensor, mode: str) -> int:
    return math.prod(tensor.shape[1:]) if mode == "fan_in" else tensor.shape[0] * math.prod(tensor.shape[2:])


def _kaiming_normal(tensor: Tensor, gain: float, mode: str, generator: torch.Generator | None) -> Tensor:
    return tensor.normal_(0, gain / math.sqrt(_fan(tensor, mode)), generator=generator)


def _kaiming_uniform(tensor: Tensor, gain: float, mode: str, generator: torch.Generator | None) -> Tensor:
    bound = gain * math.sqrt(3 / _fan(tensor, mode))
    return tensor.uniform_(-bound, bound, generator=generator)


_FILLS: dict[str, Callable[[Tensor, float, str, torch.Generator | None], Tensor]] = {
    "kaiming_normal": _kaiming_normal,
    "kaiming_uniform": _kaiming_uniform,
    "xavier_normal": lambda tensor, gain, mode, generator: nn.init.xavier_normal_(tensor, gain, generator),
    "xavier_uniform": lambda tensor, gain, mode, generator: nn.init.xavier_uniform_(tensor, gain, generator),
    "orthogonal": lambda tensor, gain, mode, generator: nn.init.orthogonal_(tensor, gain, generator),
}


@dataclass(frozen=True)
class Initialised:
    """The record of one layer that `init_model_` has filled.

    Attributes:
        path: The layer's name in the model.
        activation: The name of the activation whose output the layer takes; "" for none.
        gain: The gain by which its weights were scaled.

    >>> print(Initialised("0", "relu", 2**0.5))
    0: gain 1.4142, after relu
    """

    path: str
    activation: str
    gain: float

    def __str__(self) -> str:
        source = f"after {self.activation}" if self.activation else "takes data, a normalised layer or no known gain"
        return f"{self.path}: gain {self.gain:.4f}, {source}"


class Report(tuple[Initialised, ...]):
    """The records of all layers that `init_model_` has filled, in the model's order; prints one a line.

    >>> Report([Initialised("0", "relu", 2**0.5)])
    0: gain 1.4142, after relu
    """

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__


def init_model_(
    model: nn.Module,
    activation: str | Function | None = None,
    kind: Kind = "forward",
    *,
    method: Literal["normal", "uniform"] = "normal",
    generator: torch.Generator | None = None,
    gains: Mapping[str, float] | None = None,
    **parameters: Any,
) -> Report:
    """Initialise every linear and convolutional layer for the activation whose output it takes; biases become 0.

    That keeps the second moment of the signals at 1 if it is so in the data (with `kind="backward"`, of
    the gradients). A layer with no activation before it, or with a normalising layer in between, takes gain 1.

    Args:
        model: The model, whose weights are filled in place.
        activation: The activation that follows each layer, by name or itself, for models that call it as a function.
            Without it each layer takes the last activation module before it in the order of `model.modules()`, which is
            the order of construction; functional calls are not seen.
        kind: The moment that is kept: "forward" for signals, "backward" for gradients, "variance" for outputs.
        method: "normal" or "uniform", the distribution of the weights.
        generator: The source of random numbers; torch's own without.
        gains: The gains to use for some activations, by their name, in place of their own; gates, which have none of
            their own, are seen where they are among them.
        **parameters: The parameters of `activation` by name, as plain numbers.

    Returns:
        The layers with the activation and the gain of each.

    Raises:
        ArgumentError: for another kind or method, where the model holds no such layer, or where no activation is given
            or found, or one has no gain.

    >>> from torch import nn
    >>> init_model_(nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2)))
    0: gain 1.0000, takes data, a normalised layer or no known gain
    2: gain 1.4142, after relu
    """
    if kind not in ("forward", "backward", "variance"):
        raise ArgumentError("init.init_model_", "kind", kind, "must be one of forward, backward, variance")
    if method not in ("normal", "uniform"):
        raise ArgumentError("init.init_model_", "method", method, 'must be "normal" or "uniform"')
    gains = gains or {}
    named = None if activation is None else (_source(activation, gains), parameters)
    found = _layers(model, named, gains)
    shown = Shown(type(model).__name__)
    if not found:
        raise ArgumentError("init.init_model_", "model", shown, "has no linear or convolutional layer")
    if named is None and not any(activation_of_module(module) for module in model.modules()):
        raise ArgumentError("init.init_model_", "model", shown, "has no activation among its modules: name it")
    # All gains are computed first: an activation that has none must not leave the model half initialised.
    used = [1.0 if source is None else _gain(source, kind, gains) for _, _, source in found]
    fill, mode = _FILLS[f"kaiming_{method}"], "fan_out" if kind == "backward" else "fan_in"
    with torch.no_grad():
        for (_, layer, _), gain in zip(found, used):
            fill(layer.weight, gain, mode, generator)
            if layer.bias is not None:
                layer.bias.zero_()
    return Report(
        Initialised(path, "" if source is None else source[0].name, gain)
        for (path, _, source), gain in zip(found, used)
    )


_Source = tuple[Function, dict[str, Any]]


def _source(activation: str | Function, gains: Mapping[str, float]) -> Function:
    found: Function = get(activation)
    return found if found.name in gains else _activation(found)  # type: ignore[arg-type]


def _gain(source: _Source, kind: Kind, gains: Mapping[str, float]) -> float:
    function, values = source
    return gains[function.name] if function.name in gains else float(function.gain(kind, **values))  # type: ignore[attr-defined]


def _layers(
    model: nn.Module, named: _Source | None, gains: Mapping[str, float]
) -> list[tuple[str, Any, _Source | None]]:
    """The layers in the model's order: name, module, and the activation whose output it takes, or None."""
    found = []
    current: _Source | None = None
    for path, module in model.named_modules():
        if isinstance(module, LAYERS):
            found.append((path, module, current))
            current = named  # an activation given by name is taken to follow each layer
        elif isinstance(module, NORMS):
            current = current if named is not None else None
        else:
            known = activation_of_module(module)
            if known is not None and named is None and (isinstance(known, Activation) or known.name in gains):
                current = (known, _values(module, known) if isinstance(known, Activation) else {})
    return found


def _values(module: nn.Module, activation: Activation) -> dict[str, Any]:
    """The numeric parameters that a module holds for its activation; the mean where there is one per channel."""
    values = {name: getattr(module, name) for name in activation.definition.numeric_parameters if hasattr(module, name)}
    return {name: float(v.detach().mean()) if isinstance(v, Tensor) else v for name, v in values.items()}
