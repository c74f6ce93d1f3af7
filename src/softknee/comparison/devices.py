"""The device on which a network is trained: the one that is asked for, or the one that a user's own model is on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from softknee.language.errors import ArgumentError

from .choice import Choice
from .data_split import Batch, Part, Split
from .problem import Problem


@dataclass(frozen=True)
class DevicePart:
    """A part of a data set whose batches are moved to a device."""

    part: Part
    device: torch.device

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """The batches of the part, on the device."""
        for x, y in self.part.batches(size, order):
            yield moved(x, self.device), y.to(self.device)


def ready(problem: Problem, choice: Choice, seed: int) -> tuple[nn.Module, Split]:
    """The network with an activation on its device, and the data's parts, whose batches come there."""
    parts = problem.split(seed)
    model = placed(problem.build(choice, parts, seed), problem)
    device = device_of(model)
    if device.type == "cpu":
        return model, parts
    return model, Split(*(DevicePart(part, device) for part in (parts.train, parts.validation, parts.test)))


def placed(model: nn.Module, problem: Problem) -> nn.Module:
    """The network, moved to the problem's device if it names one."""
    return model.to(problem.device) if problem.device else model


def device_of(model: nn.Module) -> torch.device:
    """The device of a model's first parameter or buffer; the CPU where it has none."""
    first = next(chain(model.parameters(), model.buffers()), None)
    return torch.device("cpu") if first is None else first.device


def moved(x: Any, device: torch.device) -> Any:
    """Inputs on a device: a tensor, or tensors in a dict, tuple or list."""
    if isinstance(x, Tensor):
        return x.to(device)
    if isinstance(x, Mapping):
        return {name: moved(each, device) for name, each in x.items()}
    if isinstance(x, (tuple, list)):
        return type(x)(moved(each, device) for each in x)
    return x


def wait_for(device: torch.device) -> None:
    """Wait until a device has finished its queued work, so that a clock measures it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def known_device(device: Any) -> str:
    """The device's name, "" for None; raises ArgumentError for a device that is not available here."""
    if device is None:
        return ""
    try:
        found = torch.device(device)
        torch.empty(1, device=found)
    except (RuntimeError, TypeError, AssertionError) as error:  # a torch built without CUDA raises AssertionError
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ArgumentError("compare", "device", str(device), f"cannot be trained on: {why}") from None
    if found.type == "meta":
        raise ArgumentError("compare", "device", str(device), "holds no numbers")
    return str(found)
