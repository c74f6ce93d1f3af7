"""The places of a model where the activation stands, and what passes through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from softknee.elementwise import Activation
from softknee.nn import class_of
from softknee.nn.modules import ActivationModule


@dataclass
class Site:
    """One call: what went in, what came out, and the gradient of the loss by that, of shape (n, ...)."""

    x: Tensor
    y: Tensor
    gradient: Tensor | None = None


class Sites:
    """Makes layers of one activation, and sees what passes through them.

    It is what `make_model` is called with: `activation()` is a layer.
    """

    def __init__(self, function: Activation) -> None:
        self.function = function
        self.__name__ = function.name
        self.layers: list[ActivationModule] = []
        self.seen: list[Site] = []
        self._is_open = False

    def __call__(self) -> ActivationModule:
        """A new layer."""
        layer: ActivationModule = class_of(self.function)()
        layer.register_forward_hook(self._see)
        self.layers.append(layer)
        return layer

    def __enter__(self) -> Sites:
        for layer in self.layers:
            layer.inplace = False  # swap takes it over from the old layer; what went in is looked at afterwards
        self.seen, self._is_open = [], True
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_open = False

    def _see(self, layer: nn.Module, args: tuple[Any, ...], out: Tensor) -> None:
        if not self._is_open:
            return
        site = Site(args[0].detach(), out.detach())
        self.seen.append(site)
        if out.requires_grad:
            out.register_hook(lambda gradient: setattr(site, "gradient", gradient.detach()))
