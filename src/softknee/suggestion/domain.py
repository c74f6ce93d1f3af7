"""The domain of the rule: the networks and targets on which it was tried, and so may be relied on.

Rankings agreed less with training where targets need no non-linear model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .batch import tensors
from .measures import left_out_error, numbers
from .rule import TARGET, Quality, Rule

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
# Decades of error from which on targets need a non-linear model. Fixed on the problems that the rule was designed on.
NON_LINEAR = 0.28
_RIDGES = (1e-3, 1e-2, 1e-1, 1.0)
# An error this small counts as none.
_FLOOR = 1e-3


@dataclass(frozen=True)
class Setting:
    """The kind of a network, its activations in a row, "classes" or "numbers" as its outputs, and its targets' kind."""

    kind: str
    depth: int
    outputs: str
    targets: str


def kind_of(model: nn.Module) -> str:
    """The kind of layer that a network mostly has: attention, recurrent, convolutional, dense, dense and normalised."""
    modules = list(model.modules())
    names = [type(module).__name__ for module in modules]
    if any(isinstance(module, _RECURRENT) for module in modules):
        return "recurrent"
    if any("Attention" in name for name in names):
        return "attention"
    convolutions = sum(isinstance(module, _CONVOLUTIONS) for module in modules)
    if convolutions > sum(isinstance(module, nn.Linear) for module in modules):
        return "convolutional"
    return "dense, normalised" if any("Norm" in name for name in names) else "dense"


def kind_of_targets(x: Any, y: Tensor) -> str:
    """The kind of targets: "linear enough" where a linear model explains them nearly as well as others.

    Else "non-linear"; nothing is known of inputs that are no numbers.
    """
    found = [tensor for tensor in tensors(x) if tensor.is_floating_point()]
    if not found:
        return "of inputs that are no numbers"
    inputs = torch.cat([tensor.reshape(len(tensor), -1) for tensor in found], 1)
    return "non-linear" if linear_excess(inputs, numbers(y)) >= NON_LINEAR else "linear enough"


def linear_excess(x: Tensor, targets: Tensor) -> float:
    """log10 of the error of the best linear regression over that of the best non-linear one, on samples left out.

    The non-linear ones are kernel regressions: Gaussian, and the arc-cosine kernel of wide ReLU networks
    (Cho & Saul 2009).

    >>> x = torch.linspace(-1, 1, 64)[:, None].double()
    >>> linear_excess(x, 2 * x + 1) < NON_LINEAR < linear_excess(x, torch.cos(3 * x))
    True
    """
    x = x.reshape(len(x), -1).double()
    x = x / x.square().sum(1).mean().sqrt().clamp_min(1e-30)
    linear = x @ x.T
    sizes = linear.diagonal().sqrt()
    product = sizes[:, None] * sizes
    cosine = (linear / product.clamp_min(1e-30)).clamp(-1, 1)
    angle = torch.arccos(cosine)
    arc_cosine = product * (angle.sin() + (math.pi - angle) * cosine) / math.pi
    distance = torch.cdist(x, x).square()
    gaussian = torch.exp(-distance / distance.median().clamp_min(1e-30))
    linear_error, *other_errors = (_error(kernel, targets) for kernel in (linear, arc_cosine, gaussian))
    return math.log10(max(linear_error, _FLOOR) / max(min(other_errors), _FLOOR))


def _error(kernel: Tensor, targets: Tensor) -> float:
    return min(left_out_error(kernel, targets, ridge) for ridge in _RIDGES)


def doubts(rule: Rule, setting: Setting, features: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Sentences on why the ranking is not to be relied on; none where it held in the validation."""
    yield from _of_group("networks", setting.kind, rule.kinds)
    yield from _of_group("outputs", setting.outputs, rule.outputs)
    yield from _of_group("targets", setting.targets, rule.targets)
    low, high = rule.depth
    if not low <= setting.depth <= high:
        yield f"{setting.depth} activations in a row: it was tried with {low} to {high}."
    new = [name for name in features if name not in rule.activations]
    if new:
        yield f"It was never tried with {', '.join(new)}."
    for name, each in features.items():
        beyond = [f"{f} {each[f]:.2f}" for f, term in rule.terms.items() if not term.low <= each[f] <= term.high]
        if beyond:
            yield f"{name} is beyond all that it was tried on: {', '.join(beyond)}.".replace("-", "−")


def _of_group(group: str, kind: str, known: Mapping[str, Quality]) -> Iterator[str]:
    if kind not in known:
        yield f"It was never tried on {group} of this kind: {kind}."
    elif not known[kind].is_enough:
        less = f"less than {TARGET}" if known[kind].spearman < TARGET else "too few to tell"
        yield f"On {group} of this kind ({kind}) it correlated {known[kind]} with training: {less}."
