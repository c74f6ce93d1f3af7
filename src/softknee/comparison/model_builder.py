"""The user's own model with each activation: made by their function, or their module with its activation swapped."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from softknee import init
from softknee.functions.elementwise import Activation
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.nn.modules import ActivationModule
from softknee.nn.occurrences import occurrences
from softknee.nn.swap import swap

from .activation_argument import ActivationArgument
from .choice import Choice
from .data_split import Split, first_batch
from .devices import device_of
from .model_outputs import called
from .models import gain_of, make_layer
from .random_streams import RandomStream

Init = Literal["gain", "own"]

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


@dataclass(frozen=True)
class ModelBuilder:
    """A factory of the user's model with a given activation, its weights drawn by a seed.

    With `init="gain"` the linear and convolutional layers are drawn at the activation's gain, from the same draws for
    all activations, and other layers by themselves from the same seed. With "own" all are as the model has them.

    Attributes:
        model: The user's function, or their module.
        old: The activation that is swapped in a module; "" for a function.
        init: "gain" or "own".
    """

    model: Any
    old: str
    init: Init

    def __call__(self, choice: Choice, parts: Split, seed: int) -> nn.Module:
        """The model with an activation, its weights drawn by seed."""
        with RandomStream(seed)():
            model, is_called = self._swapped(choice) if isinstance(self.model, nn.Module) else self._made(choice)
            device = device_of(model)
            if device.type != "cpu":
                model.to("cpu")  # on which the draws are the same for every machine
            if any(map(is_lazy, model.parameters())):
                with torch.no_grad():
                    called(model, first_batch(parts.train, 2)[0])
        if self.init == "gain" and any(isinstance(module, init.LAYERS) for module in model.modules()):
            init.init_model_(
                model,
                choice.function if is_called else None,
                generator=torch.Generator().manual_seed(seed % (1 << 63)),
                gains={choice.function.name: gain_of(choice)},
            )
        return model if device.type == "cpu" else model.to(device)

    def _made(self, choice: Choice) -> tuple[nn.Module, bool]:
        """The user's model, and True where the activation is used elsewhere than in modules of its own."""
        model = self.model(ActivationArgument(choice))
        if not isinstance(model, nn.Module):
            raise TypeError(f"it returned {type(model).__name__}, not a torch.nn.Module")
        own = [m for m in model.modules() if isinstance(m, ActivationModule) and m.activation is choice.function]
        shared = {id(m.layer) for m in model.modules() if isinstance(m, ActivationArgument)}
        return model, not any(id(m) not in shared for m in own)

    def _swapped(self, choice: Choice) -> tuple[nn.Module, bool]:
        model = copy.deepcopy(self.model)
        if self.init == "gain":
            for module in model.modules():
                if callable(reset := getattr(module, "reset_parameters", getattr(module, "_reset_parameters", None))):
                    reset()
        # Features lie along axis 1 in convolutional nets, and along the last axis in others.
        dim = 1 if any(isinstance(module, _CONVOLUTIONS) for module in model.modules()) else -1
        done = swap(model, self.old, partial(make_layer, choice, dim))
        return model, not done.modules


def model_builder(model: Any, old: str | None, how: Init) -> ModelBuilder:
    """The builder of a user's model; raises ArgumentError where nothing in it can be swapped."""
    if how not in ("gain", "own"):
        raise ArgumentError("compare", "init", how, 'must be "gain" or "own"')
    if isinstance(model, nn.Module):
        return ModelBuilder(model, _old(model, old), how)
    if not callable(model):
        raise ArgumentTypeError("compare", "model", model, "must be make_model(activation), or a torch.nn.Module")
    if old is not None:
        raise ArgumentError("compare", "old", old, "has a meaning only for a model that is made already")
    return ModelBuilder(model, "", how)


def _old(model: nn.Module, old: str | None) -> str:
    shown = Shown(type(model).__name__)
    found = occurrences(model)
    known = {slot.activation.name for slot in found.slots if isinstance(slot.activation, Activation)}
    known |= {each.name for _, called in found.callers.values() for each in called if isinstance(each, Activation)}
    if old is not None:
        try:
            swap(copy.deepcopy(model), old, "relu")
        except ArgumentError:
            raise ArgumentError("compare", "old", old, f"is not in {shown}: there is {found.summary()}") from None
        return old
    if not known:
        why = f"has no activation that could be swapped: {found.summary() or 'none is known'}"
        raise ArgumentError("compare", "model", shown, why)
    if len(known) > 1:
        why = f"is to say which activation of {shown} is swapped: {found.summary()}"
        raise ArgumentError("compare", "old", old, why)
    return known.pop()
