"""A person's own problem tried once with each activation, on one batch, before any time is spent."""

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
from .draws import Draws
from .metrics import LOSSES, squared_error
from .parts import Arrays, Batch, Split, first_batch
from .problem import Problem


def check(problem: Problem, choices: Sequence[Choice]) -> None:
    """Pass a batch forward and back with each activation.

    Raises ArgumentError that names what does not fit: the data, the model, the loss, the metric or an activation.
    """
    with Draws(0)():
        try:
            parts = problem.split(0)
            batch = first_batch(parts.train, problem.batch)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ArgumentError("compare", "data", Shown("(what is given)"), f"gives no batch: {error}") from error
        troubles = {choice.label: _trouble(problem, parts, batch, choice) for choice in choices}
    found = {label: trouble for label, trouble in troubles.items() if trouble is not None}
    for label, trouble in found.items():
        why = f"{type(trouble).__name__}: {trouble}"
        if len(found) == len(choices):
            raise ArgumentError("compare", "model", Shown(problem.title), f"does not run: {why}") from trouble
        raise ArgumentError("compare", "activations", label, f"does not fit the model: {why}") from trouble


def _trouble(problem: Problem, parts: Split, batch: Batch, choice: Choice) -> Exception | None:
    """What a person's code raises; what it returns that is wrong is raised here."""
    uses: list[nn.Module] = []

    def seen(module: nn.Module, inputs: Any) -> None:
        if isinstance(module, ActivationModule) and module.activation is choice.function:
            uses.append(module)

    x, y = batch
    try:
        model = problem.build(choice, parts, 0)
        hook = register_module_forward_pre_hook(seen)
        try:
            out = model(x)
        finally:
            hook.remove()
    except Exception as error:
        return error
    if not uses:
        raise _bad("model", problem.title, f"makes no use of its activation, {choice.label}")
    weights = list(model.parameters())
    if not any(weight.requires_grad for weight in weights):
        raise _bad("model", problem.title, "has no parameters to train")
    held = {id(weight) for weight in weights}
    if any(id(weight) not in held for module in uses for weight in module.parameters()):
        why = f"calls {choice.label}, which has parameters, without holding it: self.activation = activation()"
        raise _bad("model", problem.title, why)
    _check_out(problem, parts, out, y)
    try:
        value = problem.loss(out, y)
    except Exception as error:
        return error
    if not isinstance(value, Tensor) or value.numel() != 1:
        got = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise _bad("loss", _name(problem.loss), f"gives {got}, not one number")
    try:
        value.backward()  # type: ignore[no-untyped-call]
    except Exception as error:
        return error
    _check_metric(problem, out.detach(), y)
    return None


def _check_out(problem: Problem, parts: Split, out: Any, y: Tensor) -> None:
    if not isinstance(out, Tensor):
        raise _bad("model", problem.title, f"gives {type(out).__name__}, not a tensor")
    shapes = f"gives shape {tuple(out.shape)} for targets of shape {tuple(y.shape)}"
    if not out.ndim or len(out) != len(y):
        raise _bad("model", problem.title, shapes)
    if problem.loss is squared_error and out.numel() != prod(y.shape):
        raise _bad("model", problem.title, f"{shapes}: it is to give one number for each")
    if problem.loss is LOSSES["cross-entropy"]:
        if y.is_floating_point():
            return  # shares of classes, which torch takes too
        if out.ndim < 2 or out.shape[2:] != y.shape[1:]:
            raise _bad("model", problem.title, f"{shapes}: it is to give one number for each class, along axis 1")
        known = [part.y for part in (parts.train, parts.validation, parts.test) if isinstance(part, Arrays)]
        low, high = min(int(each.min()) for each in [*known, y]), max(int(each.max()) for each in [*known, y])
        if low < 0 or high >= out.shape[1]:
            why = f"has labels out of range, {low} to {high}: the model gives {out.shape[1]} outputs"
            raise _bad("data", "targets", why)


def _check_metric(problem: Problem, out: Tensor, y: Tensor) -> None:
    try:
        with torch.no_grad():
            float(problem.metric.of(out, y))
    except SoftkneeError:
        raise
    except Exception as error:
        why = f"gives no number for outputs of shape {tuple(out.shape)}: {type(error).__name__}: {error}"
        raise _bad("metric", problem.metric.name, why) from error


def _bad(argument: str, value: str, why: str) -> ArgumentError:
    return ArgumentError("compare", argument, Shown(value), why)


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
