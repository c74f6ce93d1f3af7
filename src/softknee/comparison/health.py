"""The inner state of a network, measured by the doctor: dead units, and gradients at the first and the last layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan

import numpy as np
import torch
from torch import Tensor, nn

from softknee.doctor import watch
from softknee.doctor.evidence import Evidence

from .data_split import Batch
from .model_outputs import answer


@dataclass(frozen=True)
class Health:
    """The inner state of a network on one batch.

    Attributes:
        dead_by_layer: The share of dead units, 0 to 1, by the path of the activation.
        dead_share: The share of dead units of the whole network.
        gradient_ratio: The RMS gradient at the first activation over that at the last.
    """

    dead_by_layer: dict[str, float] = field(default_factory=dict)
    dead_share: float = nan
    gradient_ratio: float = nan


def look(model: nn.Module, loss: Callable[[Tensor, Tensor], Tensor], batch: Batch) -> Health:
    """The inner state for one batch, passed forward and back in evaluation mode.

    The model, its gradients and the random state stay as they were.
    """
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
