"""The functions of torch that compute an activation: found by names of the catalogue, proved by their values."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from softknee.functions.axiswise import Axiswise
from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.public import get, names

_HOLDERS: tuple[Any, ...] = (torch, torch.nn.functional, torch.special, Tensor)


@dataclass
class TorchFunctions:
    """Torch's functions by the activation they compute, those that work in place, and the names by which code calls
    them.
    """

    activations: dict[Any, Function] = field(default_factory=dict)
    in_place: set[Any] = field(default_factory=set)
    spellings: dict[str, Function] = field(default_factory=dict)


class _Recorder(TorchFunctionMode):
    """A mode that notes the first function it sees: `F.threshold` shows itself as `_threshold`."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Any = None

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.seen = function if self.seen is None else self.seen
        return function(*args, **(kwargs or {}))


@lru_cache(maxsize=1)
def torch_functions() -> TorchFunctions:
    """The functions of torch, torch.nn.functional, torch.special and Tensor that are activations.

    A name proves nothing (`Tensor.exponential_` draws random numbers), so each candidate has to
    give the activation's values.
    """
    found = TorchFunctions()
    # The trials must not change the program's random numbers, nor show warnings.
    with torch.random.fork_rng(devices=[]), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names():
            activation = get(name)
            for holder in _HOLDERS:
                for spelling in _spellings(activation):
                    candidate = getattr(holder, spelling, None)
                    if callable(candidate) and not isinstance(candidate, type):
                        _try(found, activation, spelling, candidate)
    return found


def _spellings(activation: Function) -> Iterable[str]:
    plain = dict.fromkeys((activation.name, *activation.aliases))
    return [spelling for name in plain for spelling in (name, f"{name}_")]


def _try(found: TorchFunctions, activation: Function, spelling: str, candidate: Callable[..., Any]) -> None:
    probe = torch.tensor([[-3.0, -0.7, -0.2, 0.3, 1.1, 4.0], [0.1, -1.5, 2.0, -0.4, 0.6, -2.5]], dtype=torch.float64)
    if isinstance(activation, Axiswise) and "axis" not in activation.options:
        return  # softmax2d: torch has no function of it
    expected = activation(probe)  # type: ignore[operator]
    canonical = spelling.removesuffix("_") == activation.name
    for extra in _extra_arguments(activation, canonical):
        recorder = _Recorder()
        written = probe.clone()
        try:
            with recorder:
                result = candidate(written, *extra)
        except Exception:  # a function that shares the name alone may raise anything
            continue
        if not isinstance(result, Tensor) or result.shape != expected.shape:
            continue
        if recorder.seen is not None and torch.allclose(result, expected, rtol=1e-6, atol=1e-9):
            for function in (candidate, recorder.seen):
                found.activations.setdefault(function, activation)
                if result is written:
                    found.in_place.add(function)
            found.spellings.setdefault(spelling, activation)
            return


def _extra_arguments(activation: Function, canonical: bool) -> list[tuple[Any, ...]]:
    if isinstance(activation, (Axiswise, Gate)):
        return [(-1,), ()]
    # With fitting numbers torch.clip computes hardtanh; that does not make each clip an activation.
    if not isinstance(activation, Activation) or not canonical:
        return [()]
    numbers = activation.definition.numeric_parameters.values()
    return [(), tuple(torch.tensor([p.default], dtype=torch.float64) if p.learnable else p.default for p in numbers)]
