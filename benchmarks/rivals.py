"""Published rules for broken trainings, on what softknee's doctor has read off the same runs.

Each tells whether it would have raised an alarm. Thresholds: Amazon SageMaker Debugger's documentation of its built-in
rules; AutoTrainer (Zhang et al. 2021); the share of zeros is what many tools and courses call dead units.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np

from softknee.doctor.evidence import Evidence

_TANH_END, _SIGMOID_END, _SATURATED = 9.4999, 23.0, 0.5
_TINY_GRADIENT = 1e-7
_RATIO_LOW, _RATIO_HIGH, _DYING, _SLOW = 1e-3, 70.0, 0.7, 0.03


def sagemaker(e: Evidence) -> bool:
    """Exploding tensor, vanishing gradient, dead relu, saturated tanh and sigmoid, loss not decreasing."""
    if _broken(e):
        return True
    for site in e.hidden:
        last = e.last(site)
        gradient = last.get("gradient")
        if gradient is not None and float(np.mean(gradient)) < _TINY_GRADIENT:
            return True
        z = np.abs(last.get("z_shown", np.zeros(1)))
        end = {"tanh": _TANH_END, "sigmoid": _SIGMOID_END}.get(site.name)
        if end is not None and float(np.mean(z > end)) > _SATURATED:
            return True
        if site.name == "relu" and "steepest" in last and float(np.mean(last["steepest"] == 0)) > _SATURATED:
            return True
    return not e.drop > 0.0


def autotrainer(e: Evidence) -> bool:
    """Exploding and vanishing gradient by the ratio of first to last layer, dying relu, slow convergence."""
    if _broken(e):
        return True
    norms = [norm for _, norm in e.gradient_norms(e.last)]
    if len(norms) > 1 and norms[-1] > 0 and not _RATIO_LOW <= norms[0] / norms[-1] <= _RATIO_HIGH:
        return True
    zeros = [e.last(site).get("gradient_zero", 0.0) for site in e.hidden if site.name == "relu"]
    return any(share > _DYING for share in zeros) or not e.drop > _SLOW


def zeros(e: Evidence) -> bool:
    """More than half of a layer's outputs are zero."""
    shown = [e.last(site).get("shown") for site in e.hidden]
    return any(values is not None and float(np.mean(values == 0)) > 0.5 for values in shown)


def _broken(e: Evidence) -> bool:
    return any(not isfinite(loss) for _, loss in e.losses)


RIVALS: dict[str, Callable[[Evidence], bool]] = {
    "SageMaker Debugger's": sagemaker,
    "AutoTrainer's": autotrainer,
    "share of zeros over one half": zeros,
}
