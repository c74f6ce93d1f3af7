"""The features of an activation in a network at its initial weights, from one step on one batch.

Not here: the measures of matrices that they are made of (measures.py, tangent.py), and the score (rule.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from softknee.comparison.model_outputs import called, outputs
from softknee.functions.elementwise import Activation
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .domain import kind_of
from .measures import effective_rank, non_linear_share, numbers
from .network import Network, seeded
from .sites import Site, Sites
from .tangent import tangent_error

Loss = Callable[[Any, Any], Any]

# Singular values below this share of the whole are rounding.
_ROUNDING = 1e-5

MEANINGS = {
    "tangent": "error of regression with the network's tangent kernel on samples left out, 1 being that of the mean",
    "rank": "log10 of the effective rank of how the last activations differ between samples",
    "gradient": "powers of ten between the gradient at the first activation and at the last",
    "share": "non-linear share of the variance of an activation, mean over layers",
}


class NotFiniteError(ArithmeticError):
    """A network whose first step leaves the finite numbers."""


def features(model: nn.Module, sites: Sites, x: Any, y: Tensor, loss_fn: Loss) -> dict[str, float]:
    """The features, by the names of `MEANINGS`, of a network whose activations `sites` has made.

    Raises NotFiniteError, or ArgumentError where the network and the batch do not go together.
    """
    model.train()
    with torch.enable_grad(), sites:
        out = _outputs(model, x)
        loss = _loss(loss_fn, out, y)
        if not sites.seen:
            raise ArgumentError("suggest", "make_model", Shown(type(model).__name__), "never calls the activation")
        if not (bool(torch.isfinite(loss)) and bool(torch.isfinite(out).all())):
            raise NotFiniteError("the outputs at the initial weights are not finite")
        tangent = tangent_error(out, sites.seen, numbers(y))
        torch.autograd.backward(loss, inputs=[p for p in model.parameters() if p.requires_grad])
    seen = [site for site in sites.seen if site.gradient is not None]
    if not seen:
        raise ArgumentError("suggest", "loss_fn", Shown(float(loss).__repr__()), "depends on no activation")
    first, last = _size(seen[0]), _size(seen[-1])
    if not math.isfinite(first):
        raise NotFiniteError("the gradient at the initial weights is not finite")
    return {
        "tangent": tangent,
        "rank": _log(_rank_of_differences(by_unit(seen[-1].y))),
        "gradient": abs(_log(first) - _log(last)),
        "share": sum(non_linear_share(by_unit(site.x), by_unit(site.y)) for site in seen) / len(seen),
    }


@dataclass
class Look:
    """The features of one network on one batch, with many activations; `kind` and `depth` are known after the first.

    `found` has the features by activation, a dict for each seed; `failed` has the reasons where there are none.
    """

    network: Network
    x: Any
    y: Tensor
    loss_fn: Loss
    seeds: int
    kind: str = ""
    depth: int = 0
    found: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def at(self, function: Activation) -> None:
        """Build the network with this activation, once for each seed, and take its features."""
        try:
            self.found[function.name] = [self._features(function, seed) for seed in range(self.seeds)]
        except NotFiniteError as error:
            self.failed[function.name] = str(error)

    def _features(self, function: Activation, seed: int) -> dict[str, float]:
        sites = Sites(function)
        model = self.network.build(sites, seed)
        self.kind = kind_of(model)
        with seeded(seed):
            found = features(model, sites, self.x, self.y, self.loss_fn)
        self.depth = len(sites.seen)
        return found


def by_unit(x: Tensor) -> Tensor:
    """The values as a matrix: samples and places down, units across; channels are units where places follow them."""
    units = 1 if x.ndim > 3 else -1
    return x.movedim(units, -1).reshape(-1, x.shape[units]).double()


def _outputs(model: nn.Module, x: Any) -> Tensor:
    try:
        out = model(*x) if isinstance(x, (tuple, list)) else called(model, x)
    except Exception as error:
        raise ArgumentError("suggest", "batch", Shown("inputs"), f"do not go through the model: {error}") from error
    try:
        return outputs(out)
    except TypeError as error:
        raise ArgumentTypeError("suggest", "make_model", Shown(type(model).__name__), str(error)) from None


def _loss(loss_fn: Loss, out: Tensor, y: Tensor) -> Tensor:
    name = Shown(getattr(loss_fn, "__name__", repr(loss_fn)))
    try:
        loss = loss_fn(out, y)
    except Exception as error:
        shapes = f"outputs of shape {list(out.shape)} and targets of shape {list(y.shape)}"
        raise ArgumentError("suggest", "loss_fn", name, f"failed on {shapes}: {error}") from error
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        raise ArgumentError("suggest", "loss_fn", name, "must give a tensor of one number")
    if not loss.requires_grad:
        raise ArgumentError("suggest", "loss_fn", name, "gave what depends on no parameter")
    return loss


def _size(site: Site) -> float:
    return float(site.gradient.double().square().mean().sqrt()) if site.gradient is not None else math.nan


def _log(value: float) -> float:
    return math.log10(min(max(value, 1e-12), 1e12))


def _rank_of_differences(y: Tensor) -> float:
    # Some rows are enough, and are taken from all over the batch.
    some = y[:: max(1, len(y) // 256)]
    return effective_rank(some - some.mean(0), floor=_ROUNDING * float(some.norm()))
