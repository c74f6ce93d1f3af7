"""The network that is ranked for, built with one activation or another."""

from __future__ import annotations

import copy
import inspect
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from softknee.functions.elementwise import Activation
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.nn.occurrences import occurrences
from softknee.nn.swap import swap

from .sites import Sites, Watched


@dataclass(frozen=True)
class Network:
    """A model, a function that makes one, or one that makes one with an activation."""

    given: nn.Module | Callable[..., Any]

    @property
    def is_fixed(self) -> bool:
        """True where the weights are given, and no seed changes them."""
        return isinstance(self.given, nn.Module)

    def build(self, sites: Sites, seed: int) -> nn.Module:
        """The network with the activation of `sites`, never the one that was given."""
        with seeded(seed):
            if takes_activation(self.given):
                return _module(self.given(Watched(sites)))
            model = self._copy() if isinstance(self.given, nn.Module) else _module(self.given())
            swap(model, self._usual(model), sites)
            return model

    def _copy(self) -> nn.Module:
        try:
            made: nn.Module = copy.deepcopy(self.given)  # type: ignore[assignment]
        except Exception as error:
            raise self._error(f"cannot be copied: {error}") from error
        return made

    def _usual(self, model: nn.Module) -> Activation:
        """The element-wise activation that the model has most of: that one is exchanged, others stay."""
        if isinstance(model, torch.jit.ScriptModule):
            raise self._error("is TorchScript, in which nothing can be exchanged")
        found = occurrences(model)
        there = [slot.activation for slot in found.slots]
        there += [activation for _, called in found.callers.values() for activation in called]
        counts = Counter(each for each in there if isinstance(each, Activation))
        if not counts:
            raise self._error("has no element-wise activation that could be exchanged")
        return counts.most_common(1)[0][0]

    def _error(self, reason: str) -> ArgumentError:
        return ArgumentError("suggest", "make_model", Shown(named(self.given)), reason)


def takes_activation(given: Any) -> bool:
    """True of a function that has to be told the activation."""
    if isinstance(given, nn.Module):
        return False
    if not callable(given):
        raise ArgumentTypeError("suggest", "make_model", given, "must be a torch.nn.Module or make one")
    parameters = inspect.signature(given).parameters
    needed = [
        p
        for p in parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    return bool(needed) or "activation" in parameters


def named(given: Any) -> str:
    """The name of a model or function in a message."""
    return type(given).__name__ if isinstance(given, nn.Module) else str(getattr(given, "__name__", repr(given)))


def _module(made: Any) -> nn.Module:
    if not isinstance(made, nn.Module):
        raise ArgumentTypeError("suggest", "make_model", Shown(type(made).__name__), "is what it made, no Module")
    return made


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed the random numbers within, and leave them as they were before."""
    ours, numpys = random.getstate(), np.random.get_state()  # noqa: NPY002  (what a user's function may draw from)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        try:
            yield
        finally:
            random.setstate(ours)
            np.random.set_state(numpys)  # noqa: NPY002
