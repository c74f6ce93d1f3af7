"""How a network is inside, by the doctor: dead units, and how gradients pass from last to first layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan

import numpy as np
import torch
from torch import Tensor, nn

from softknee.doctor import watch
from softknee.doctor.evidence import Evidence

from .answers import answer
from .parts import Batch


@dataclass(frozen=True)
class Health:
    """Share of dead units by layer and in all, and a sample's gradient at the first activation over the last's."""

    dead_by_layer: dict[str, float] = field(default_factory=dict)
    dead_share: float = nan
    gradient_ratio: float = nan


def look(model: nn.Module, loss: Callable[[Tensor, Tensor], Tensor], batch: Batch) -> Health:
    """Pass one batch forward and back as in evaluation; model, gradients and random state stay as they were."""
    x, y = batch
    modes = [(module, module.training) for module in model.modules()]
    gradients = [(p, p.grad) for p in model.parameters()]
    model.eval()
    try:
        with torch.random.fork_rng(), watch(model, every=1) as seen:
            loss(answer(model, x), y).backward()  # type: ignore[no-untyped-call]
    finally:
        for parameter, gradient in gradients:
            parameter.grad = gradient
        for module, mode in modes:
            module.training = mode
    evidence = Evidence(seen.history)
    dead = {site.key: units.dead for site in evidence.hidden if (units := evidence.units(site)) is not None}
    ratios = evidence.gradient_ratios()
    return Health(
        {key: float(np.mean(each)) for key, each in dead.items()},
        float(np.mean(np.concatenate(list(dead.values())))) if dead else nan,
        float(ratios[-1][1]) if ratios else nan,
    )
