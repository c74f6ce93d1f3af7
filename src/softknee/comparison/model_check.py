"""The user's own model tried on one batch with each activation, before any time is spent on training."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook

from softknee.language.errors import ArgumentError, Shown, SoftkneeError
from softknee.nn.modules import ActivationModule

from .choice import Choice
from .data_split import ArrayPart, Batch, Split, first_batch
from .devices import device_of, moved, placed
from .metrics import binary_cross_entropy, cross_entropy, squared_error
from .model_outputs import called, outputs
from .problem import Problem
from .random_streams import RandomStream


class _FailedError(Exception):
    """An error that the user's code raised, which is its cause."""


def check(problem: Problem, choices: Sequence[Choice]) -> dict[str, int]:
    """The number of parameters by the activation's label, found by passing a batch forward and back.

    Raises ArgumentError that names what does not fit: the data, the model, the loss, the metric or an activation.
    """
    counts: dict[str, int] = {}
    troubles: dict[str, BaseException | None] = {}
    with RandomStream(0)():
        try:
            parts = problem.split(0)
            batch = first_batch(parts.train, problem.batch)
        except Exception as error:
            raise _bad("data", "(what is given)", f"gives no batch: {_told(error)}") from error
        for choice in choices:
            try:
                counts[choice.label] = _tried(problem, parts, batch, choice)
            except _FailedError as error:
                troubles[choice.label] = error.__cause__
    for label, trouble in troubles.items():
        if len(troubles) == len(choices):
            raise _bad("model", problem.title, f"does not run: {_told(trouble)}") from trouble
        why = f"does not fit the model: {_told(trouble)}"
        raise ArgumentError("compare", "activations", label, why) from trouble
    return counts


def _tried(problem: Problem, parts: Split, batch: Batch, choice: Choice) -> int:
    """The number of the model's parameters; raises ArgumentError where the model or the loss returns something
    unusable.
    """
    uses: list[nn.Module] = []

    def seen(module: nn.Module, inputs: Any) -> None:
        if isinstance(module, ActivationModule) and module.activation is choice.function:
            uses.append(module)

    try:
        model = placed(problem.build(choice, parts, 0), problem)
        x, y = (moved(each, device_of(model)) for each in batch)
        hook = register_module_forward_pre_hook(seen)
        try:
            given = called(model, x)
        finally:
            hook.remove()
    except Exception as error:
        raise _FailedError from error
    _check_model(problem, choice, model, uses)
    try:
        out = outputs(given)
    except TypeError as error:
        raise _bad("model", problem.title, str(error)) from None
    _check_out(problem, parts, out, y)
    value = _loss(problem, out, y)
    try:
        value.backward()  # type: ignore[no-untyped-call]
    except Exception as error:
        raise _FailedError from error
    _check_metric(problem, out.detach(), y)
    return sum(weight.numel() for weight in model.parameters())


def _check_model(problem: Problem, choice: Choice, model: nn.Module, uses: Sequence[nn.Module]) -> None:
    if not uses:
        raise _bad("model", problem.title, f"makes no use of its activation, {choice.label}")
    weights = list(model.parameters())
    if not any(weight.requires_grad for weight in weights):
        raise _bad("model", problem.title, "has no parameters to train")
    held = {id(weight) for weight in weights}
    if any(id(weight) not in held for module in uses for weight in module.parameters()):
        why = f"calls {choice.label}, which has parameters, without holding it: self.activation = activation()"
        raise _bad("model", problem.title, why)


def _check_out(problem: Problem, parts: Split, out: Tensor, y: Tensor) -> None:
    shapes = f"gives shape {tuple(out.shape)} for targets of shape {tuple(y.shape)}"
    if not out.ndim or len(out) != len(y):
        raise _bad("model", problem.title, shapes)
    if problem.loss in (squared_error, binary_cross_entropy) and out.numel() != prod(y.shape):
        raise _bad("model", problem.title, f"{shapes}: it is to give one number for each")
    if problem.loss is binary_cross_entropy:
        _check_labels(parts, y, 1, "bce takes 0 and 1")
    elif problem.loss is cross_entropy and not y.is_floating_point():  # else shares of classes, which torch takes too
        if out.ndim < 2 or out.shape[2:] != y.shape[1:]:
            raise _bad("model", problem.title, f"{shapes}: it is to give one number for each class, along axis 1")
        _check_labels(parts, y, out.shape[1] - 1, f"the model gives {out.shape[1]} outputs")


def _check_labels(parts: Split, y: Tensor, most: int, why: str) -> None:
    """Raise ArgumentError for labels outside of 0 to `most`: of all samples in memory, else of the first batch."""
    known = [part.y for part in (parts.train, parts.validation, parts.test) if isinstance(part, ArrayPart)]
    low, high = min(float(each.min()) for each in [*known, y]), max(float(each.max()) for each in [*known, y])
    if low < 0 or high > most:
        raise _bad("data", "targets", f"has labels out of range, {low:g} to {high:g}: {why}")


def _loss(problem: Problem, out: Tensor, y: Tensor) -> Tensor:
    name = _name(problem.loss)
    try:
        value = problem.loss(out, y)
    except Exception as error:
        why = f"fails for outputs of shape {tuple(out.shape)} and targets of shape {tuple(y.shape)}: {_told(error)}"
        raise _bad("loss", name, why) from error
    if not isinstance(value, Tensor) or value.numel() != 1:
        got = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise _bad("loss", name, f"gives {got}, not one number")
    return value


def _check_metric(problem: Problem, out: Tensor, y: Tensor) -> None:
    try:
        with torch.no_grad():
            float(problem.metric.of(out, y))
    except SoftkneeError:
        raise
    except Exception as error:
        why = f"gives no number for outputs of shape {tuple(out.shape)}: {_told(error)}"
        raise _bad("metric", problem.metric.name, why) from error


def _bad(argument: str, value: str, why: str) -> ArgumentError:
    return ArgumentError("compare", argument, Shown(value), why)


def _told(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
