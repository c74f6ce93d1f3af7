"""The option `save="output"`: a module keeps its output, which the next layer keeps anyway, and not its input."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from softknee.functions.elementwise import Activation
from softknee.language.definition import Definition
from softknee.language.errors import ArgumentError, SoftkneeError
from softknee.language.kept_slope import keeps_output
from softknee.targets.torch.fast_call import READY, direct_from_output
from softknee.targets.torch.state import is_plain

from .recovery import check, pack, recovery


def check_saving(activation: Any, save: object, values: dict[str, Any]) -> None:
    """Raise ArgumentError unless `save` is "input", or "output" for a function whose slope the output determines."""
    if save not in ("input", "output"):
        raise ArgumentError(activation.name, "save", save, 'must be "input" or "output"')
    if save == "output":
        recovery(*_meant(activation, values))


def from_output(activation: Activation, x: Tensor, values: tuple[Any, ...]) -> Tensor | None:
    """The value, with a backward that reads the output alone; None where no gradient is recorded or torch records it.

    Raises ArgumentError for a dtype in which the error of the recovered slope is too large.
    """
    if not (isinstance(x, Tensor) and x.requires_grad and torch.is_grad_enabled() and x.is_floating_point()):
        return None
    if not is_plain() or torch.overrides.has_torch_function_unary(x):
        return None
    run = _ready(activation, x.dtype, *values)
    return None if run is None else run(x)


@lru_cache(maxsize=256, typed=True)
def _ready(activation: Activation, dtype: torch.dtype, *values: Any) -> Callable[[Tensor], Tensor] | None:
    """A function that computes and records a call at these parameters; None where the output is kept by default."""
    definition, numbers = _meant(activation, dict(zip(activation.parameters, values)))
    if keeps_output(definition, numbers):
        return None
    slope = check(definition, numbers, dtype).slope
    function = _function(activation, definition, numbers)
    if slope is None or not READY:
        return function.apply  # type: ignore[no-any-return]
    plan = direct_from_output(definition, numbers, slope, function.general)

    def run(x: Tensor) -> Tensor:
        found = plan(x)
        result: Tensor = function.apply(x) if found is None else found
        return result

    return run


def _meant(activation: Activation, values: dict[str, Any]) -> tuple[Definition, tuple[float, ...]]:
    choices = {name: value for name, value in values.items() if activation.parameters[name].choices}
    definition = activation.chosen(choices)
    return definition, tuple(float(values[name]) for name in definition.numeric_parameters)


@lru_cache(maxsize=256)
def _function(activation: Activation, definition: Definition, numbers: tuple[float, ...]) -> Any:
    way = recovery(definition, numbers)
    given = dict(zip(definition.numeric_parameters, numbers))
    if definition is not activation.definition:
        choice = next(name for name, p in activation.parameters.items() if p.choices)
        words = activation.parameters[choice].choices
        given[choice] = next(word for word, name in words.items() if name == definition.name)  # type: ignore[assignment]

    class FromOutput(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y: Tensor = activation(x, **given)
            ctx.save_for_backward(y, *([] if way.turn is None else [pack(x > way.turn)]))
            return y

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Tensor:
            return FromOutput.general(ctx, ctx.saved_tensors, gradient)

        @staticmethod
        def general(ctx: Any, saved: tuple[Tensor, ...], gradient: Tensor) -> Tensor:
            if torch.is_grad_enabled():
                raise SoftkneeError(
                    f'{definition.name}: with save="output" there is no second derivative (create_graph)'
                )
            y, *bits = saved
            return way.gradient(y, bits[0] if bits else None, gradient)

    return FromOutput
