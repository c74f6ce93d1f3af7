"""The tensors that autograd keeps for backward, in bytes per element of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.public import get, names
from softknee.lab.peers.libraries import peer
from softknee.lab.peers.table import spelling
from softknee.language.errors import ArgumentError
from softknee.nn.modules import class_of

_SIZE = 4096


@dataclass(frozen=True)
class Saved:
    """The bytes per element that one implementation of a function keeps.

    `input` and `output` are those of tensors that its neighbours may hold anyway; `other` is nobody else's.
    """

    function: str
    variant: str
    input: float
    output: float
    other: float

    @property
    def total(self) -> float:
        """The sum of all three, in bytes per element."""
        return self.input + self.output + self.other


def saved_by(function: Callable[[Tensor], Tensor], x: Tensor) -> dict[str, float]:
    """The storages that autograd keeps of `function(x)`, each counted once, as bytes per element of x."""
    x = x.detach().clone().requires_grad_()
    kept: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        y = function(x)
    storages = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage() for tensor in kept}
    owners = {x.untyped_storage().data_ptr(): "input", y.untyped_storage().data_ptr(): "output"}
    found = {"input": 0.0, "output": 0.0, "other": 0.0}
    for address, storage in storages.items():
        found[owners.get(address, "other")] += storage.nbytes() / x.numel()
    return found


def everything() -> Iterator[Saved]:
    """The measurements of every element-wise function and gate: softknee's, torch's, and ours with `save="output"`."""
    x = torch.randn(_SIZE, generator=torch.Generator().manual_seed(0))
    for name in names():
        function = get(name)
        if isinstance(function, (Activation, Gate)):
            for variant, call in variants(function, x).items():
                yield Saved(name, variant, **saved_by(call, x))


def variants(function: Function, x: Tensor) -> dict[str, Callable[[Tensor], Tensor]]:
    """The implementations of a function by the variant's name."""
    calls: dict[str, Any] = {"softknee": function}
    from_output = saving_output(function.name)
    if from_output is not None:
        calls["save_output"] = from_output
    text = spelling(function.name, "torch")
    if text is not None:
        calls["torch"] = peer("torch", text, "float32")
    return calls


def saving_output(name: str) -> Any:
    """The module with `save="output"`, or None where it has no such choice or refuses it."""
    made = class_of(name)
    if "save" not in made.own_signature.parameters:
        return None
    try:
        return made(save="output")
    except ArgumentError:
        return None
