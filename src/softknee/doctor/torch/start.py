"""A torch model and its data before a training run, and the remedies carried out on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from softknee.doctor.evidence import Evidence
from softknee.doctor.remedy import CannotApplyError
from softknee.doctor.start import Start, draws
from softknee.functions.public import get
from softknee.init import NORMS
from softknee.nn.modules import class_of
from softknee.nn.swap import swap

from .lineage import tensors_in

Batch = tuple[Any, Any]


@dataclass(frozen=True)
class TorchStart(Start):
    """A model in training, which is changed in place, and its batches."""

    model: nn.Module
    batches: Sequence[Batch]

    def drawn(self, evidence: Evidence, gains: Mapping[str, float]) -> TorchStart:
        """The model with drawn weights; norms as they start out, too."""
        parameters = dict(self.model.named_parameters())
        with torch.no_grad():
            for name, deviation in draws(evidence, gains, parameters):
                parameters[name].normal_(0.0, deviation)
                owner, _, own = name.rpartition(".")
                bias = parameters.get(".".join(filter(None, (owner, own.replace("weight", "bias")))))
                if bias is not None:
                    bias.zero_()
        for module in self.model.modules():
            if isinstance(module, NORMS):
                module.reset_parameters()
        return self

    def swapped(self, old: str, new: str) -> TorchStart:
        """Exchange modules and functional calls alike."""
        swap(self.model, old, new)
        return self

    def do_standardise(self, evidence: Evidence) -> TorchStart:
        """Give the inputs mean 0 and deviation 1."""
        change = standardiser(self.batches)
        return replace(self, batches=[(_map(x, change), y) for x, y in self.batches])

    def do_dtype(self, evidence: Evidence, dtype: str) -> TorchStart:
        """Compute all in float32, whichever wider dtype is advised."""
        return replace(self, model=self.model.float(), batches=[_map(batch, _widened) for batch in self.batches])

    def do_drop_output(self, evidence: Evidence) -> TorchStart:
        """Take the activation at the output away."""
        paths = [site.path for site in evidence.sites if site.is_output and site.is_module]
        return self._with_modules(paths, lambda _: nn.Identity())

    def do_sigmoid_output(self, evidence: Evidence) -> TorchStart:
        """Put sigmoid where softmax is over one number."""
        paths = [site.path for site in evidence.sites if site.axis_size == 1 and site.is_module]
        return self._with_modules(paths, lambda _: nn.Sigmoid())

    def do_insert(self, evidence: Evidence, name: str) -> TorchStart:
        """Put an activation after each linear layer but the last."""
        paths = [node.path for node in evidence.nodes if node.kind == "linear"][:-1]
        return self._with_modules(paths, lambda layer: nn.Sequential(layer, class_of(get(name))()))

    def do_normalise(self, evidence: Evidence) -> TorchStart:
        """Normalise the input of each activation."""
        return self._with_modules([site.path for site in evidence.hidden if site.is_module], _Normalised)

    def _with_modules(self, paths: Sequence[str], make: Callable[[nn.Module], nn.Module]) -> TorchStart:
        """The model with other modules in the place of those at these paths."""
        done = 0
        for path in filter(None, dict.fromkeys(paths)):
            holder, _, name = path.rpartition(".")
            owner = self.model.get_submodule(holder)
            setattr(owner, name, make(getattr(owner, name)))
            done += 1
        if not done:
            raise CannotApplyError("the activation is a call in the code, not a module that can be exchanged")
        return self


def standardiser(batches: Sequence[Batch]) -> Callable[[Tensor], Tensor]:
    """The map of inputs to mean 0 and deviation 1: per column of a table, of images per channel."""
    first = [[t for t in tensors_in(x) if t.is_floating_point()] for x, _ in batches]
    if not first or not first[0] or any(t.shape[1:] != first[0][0].shape[1:] for each in first for t in each):
        raise CannotApplyError("the inputs are not all of one shape")
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
    """A structure of tuples, lists and dicts with each of its tensors changed."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: _map(each, change) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_map(each, change) for each in value)
    return value


class _Normalised(nn.Module):
    """An activation after normalisation over all the features of a sample."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """The activation of the normalised x, in the shape of x."""
        y: Tensor = self.activation(F.layer_norm(x, x.shape[1:]) if x.ndim > 1 else x)
        return y
