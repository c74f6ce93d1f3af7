"""The weights of a model, by samples of them: their gains at the start, and the size of a step's update."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

from softknee.doctor.history import UpdateSize
from softknee.doctor.network import Node

from .transfer import arrays_of

# Numbers of a parameter that are looked at, at most.
_SAMPLE = 4096


class WeightSample:
    """Some numbers of each parameter at one moment."""

    def __init__(self, model: nn.Module) -> None:
        learnt = {name: p for name, p in model.named_parameters() if p.requires_grad and p.numel()}
        with torch.no_grad():
            self._kept = dict(zip(learnt, arrays_of([_sample(p) for p in learnt.values()])))
        self._matrices = [name for name, p in learnt.items() if p.ndim > 1]

    def is_as(self, then: WeightSample) -> bool:
        """Tell if nothing has changed since an earlier sample.

        Biases count as well: they alone move where the gradient of all weights is 0, as in a network of zeros.

        Args:
            then: The earlier sample of the same model.

        Returns:
            True where all numbers are the same.
        """
        pairs = [(now, then._kept[name]) for name, now in self._kept.items() if name in then._kept]
        return bool(self._matrices) and all(np.array_equal(*pair, equal_nan=True) for pair in pairs)

    def update_since(self, then: WeightSample) -> dict[str, UpdateSize]:
        """The sizes of the changes since an earlier sample, by weight.

        Args:
            then: The earlier sample of the same model.

        Returns:
            The update sizes by the weights' names; empty while none has changed, as while a gradient is accumulated.
        """
        found = {}
        for name in self._matrices:
            now, before = self._kept[name], then._kept.get(name)
            if before is not None and now.shape == before.shape:
                found[name] = UpdateSize(float(np.abs(now - before).mean()), float(np.abs(before).mean()))
        return found if any(m.change > 0 for m in found.values()) else {}


def _sample(p: Tensor) -> Tensor:
    step = p.numel() // _SAMPLE
    return p.reshape(-1)[::step] if step > 1 else p


def name_weights(model: nn.Module, nodes: Iterable[Node]) -> None:
    """Set each node's name of its weight in the model; a layer of several weights is called by it, too."""
    names = {id(p): name for name, p in model.named_parameters()}
    for node in nodes:
        if node.weight is not None:
            node.parameter = names.get(id(node.weight()), "")
            if node.parameter:
                node.path = node.parameter.removesuffix(".weight")


def gains(nodes: Iterable[Node]) -> dict[str, float]:
    """The standard deviation of each layer's weights times the root of its fan-in, by the layer's path."""
    found = {}
    for node in nodes:
        weight = node.weight() if node.weight is not None else None
        if weight is not None and weight.ndim > 1 and weight.numel() > 1:
            found[node.path] = _deviation(weight.detach().float()) * node.fan_in**0.5
    return found


def _deviation(weight: Tensor) -> float:
    """The standard deviation, exactly 0 of numbers that are all the same, whatever their mean rounds to."""
    least, largest = torch.aminmax(weight)
    return 0.0 if bool(least == largest) else float(weight.std())
