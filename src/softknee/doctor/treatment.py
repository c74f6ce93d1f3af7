"""A prescription carried out on a copy of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from softknee.init import NORMS
from softknee.nn.modules import class_of
from softknee.nn.swap import swap as swap_activation
from softknee.public import get

from .evidence import Evidence
from .levels import wanted_before
from .lineage import tensors_in
from .prescription import CannotTreatError, Prescription
from .site import Site

Batch = tuple[Any, Any]


@dataclass(frozen=True)
class Case:
    """A model in training: what a prescription changes."""

    model: nn.Module
    batches: Sequence[Batch]
    rate_factor: float = 1.0


def treat(case: Case, prescription: Prescription, evidence: Evidence) -> Case:
    """The case with the prescription carried out; its model is changed in place.

    Raises CannotTreatError where that cannot be done.
    """
    about = prescription.about
    if prescription.deed == "rate":
        return replace(case, rate_factor=case.rate_factor * about["factor"])
    if prescription.deed == "init":
        _initialise(case.model, evidence)
        return case
    if prescription.deed == "swap":
        swap_activation(case.model, about["old"], about["new"])
        if about["redraw"]:
            _initialise(case.model, evidence, {about["old"]: get(about["new"]).gain()})
        return case
    if prescription.deed == "standardise":
        change = standardiser(case.batches)
        return replace(case, batches=[(_map(x, change), y) for x, y in case.batches])
    if prescription.deed == "dtype":
        return Case(case.model.float(), [_map(batch, _widened) for batch in case.batches], case.rate_factor)
    if prescription.deed == "drop-output":
        _replace_sites(
            case.model, [s.path for s in evidence.sites if s.is_output and not s.place], lambda _: nn.Identity()
        )
        return case
    if prescription.deed == "sigmoid-output":
        _replace_sites(case.model, _modules(s for s in evidence.sites if s.axis_size == 1), lambda _: nn.Sigmoid())
        return case
    if prescription.deed == "insert":
        layers = [node.path for node in evidence.nodes if node.kind == "linear"][:-1]
        _replace_sites(case.model, layers, lambda layer: nn.Sequential(layer, class_of(get(about["name"]))()))
        return case
    if prescription.deed == "normalise":
        _replace_sites(case.model, _modules(evidence.hidden), _Normalised)
        return case
    raise CannotTreatError(f"{prescription.text} is no change that can be tried")


def _initialise(model: nn.Module, evidence: Evidence, gains: Mapping[str, float] | None = None) -> None:
    """Draw each layer's weights from N(0, gain^2 / fan-in), with the gain of the activation that it reads from.

    `gains` are those of activations that have been exchanged, by the name of the old one.
    """
    parameters = dict(model.named_parameters())
    drawn = 0
    for node in evidence.nodes:
        weight = parameters.get(node.parameter)
        if weight is None or node.kind not in ("linear", "recurrent"):
            continue
        gain = wanted_before(node, evidence, gains or {})
        with torch.no_grad():
            weight.normal_(0.0, gain / node.fan_in**0.5)
            owner, _, own = node.parameter.rpartition(".")
            bias = parameters.get(".".join(filter(None, (owner, own.replace("weight", "bias")))))
            if bias is not None:
                bias.zero_()
        drawn += 1
    for module in model.modules():
        if isinstance(module, NORMS):
            module.reset_parameters()
    if not drawn:
        raise CannotTreatError("no layer's weights are known")


def standardiser(batches: Sequence[Batch]) -> Callable[[Tensor], Tensor]:
    """What takes inputs less their mean over their deviation: per column of a table, of images per channel."""
    first = [[t for t in tensors_in(x) if t.is_floating_point()] for x, _ in batches]
    if not first or not first[0] or any(t.shape[1:] != first[0][0].shape[1:] for each in first for t in each):
        raise CannotTreatError("the inputs are not all of one shape")
    whole = torch.cat([t.float() for each in first for t in each])
    dims = [d for d in range(whole.ndim) if d != 1] if whole.ndim != 3 else [0, 1]
    mean, deviation = whole.mean(dims, keepdim=True), whole.std(dims, keepdim=True)
    deviation = torch.where(deviation > 1e-6 * whole.std(), deviation, whole.std().clamp_min(1e-30))

    def standardise(t: Tensor) -> Tensor:
        return ((t.float() - mean) / deviation).to(t.dtype) if t.is_floating_point() else t

    return standardise


def _widened(t: Tensor) -> Tensor:
    return t.float() if t.is_floating_point() else t


def _map(value: Any, change: Any) -> Any:
    """The same structure with each tensor changed."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: _map(each, change) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_map(each, change) for each in value)
    return value


def _modules(sites: Iterable[Site]) -> list[str]:
    """The paths of those that are modules, not calls."""
    return [site.path for site in sites if not site.place]


def _replace_sites(model: nn.Module, paths: Sequence[str], make: Any) -> None:
    done = 0
    for path in dict.fromkeys(paths):
        if not path:
            continue
        holder, _, name = path.rpartition(".")
        owner = model.get_submodule(holder)
        setattr(owner, name, make(getattr(owner, name)))
        done += 1
    if not done:
        raise CannotTreatError("the activation is a call in the code, not a module that can be exchanged")


class _Normalised(nn.Module):
    """An activation after normalisation over all the features of a sample."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """Of the same shape as x."""
        y: Tensor = self.activation(F.layer_norm(x, x.shape[1:]) if x.ndim > 1 else x)
        return y
