"""How weights start and how far a step moves them, by samples of them."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .motion import Motion
from .node import Node

# Numbers of a parameter that are looked at, at most.
_SAMPLE = 4096


class WeightSample:
    """Some numbers of each weight matrix at one moment."""

    def __init__(self, model: nn.Module) -> None:
        # Biases move where a gradient is 0 for weights alone, as in a network of zeros.
        self._biases = [(p, p.detach().clone()) for p in model.parameters() if p.requires_grad and p.ndim == 1]
        self._kept = {name: (p, _sample(p)) for name, p in model.named_parameters() if p.requires_grad and p.ndim > 1}

    def stand_still(self) -> bool:
        """Whether nothing has changed, biases included; ask where there is no motion."""
        return bool(self._kept) and all(torch.equal(p, then) for p, then in self._biases)

    def motion(self) -> dict[str, Motion]:
        """What has changed since; empty while nothing has, as between the parts of an accumulated gradient."""
        if not self._kept:
            return {}
        with torch.no_grad():
            moved = [(_sample(p) - then).abs().mean() for p, then in self._kept.values()]
            sizes = [then.abs().mean() for _, then in self._kept.values()]
            numbers = torch.stack([n.cpu() for n in (*moved, *sizes)]).tolist()
        found = {
            name: Motion(change, size) for name, change, size in zip(self._kept, numbers, numbers[len(self._kept) :])
        }
        return found if any(m.change > 0 for m in found.values()) else {}


def _sample(p: Tensor) -> Tensor:
    flat = p.detach().reshape(-1) if p.is_contiguous() else p.detach().flatten()
    return flat[:: max(1, flat.numel() // _SAMPLE)].float().clone()


def name_weights(model: nn.Module, nodes: Iterable[Node]) -> None:
    """Tell each node the name of its weight in the model; a layer of several is called by it, too."""
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
