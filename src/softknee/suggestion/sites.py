"""The places of a model where the activation stands, and the values that pass through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from softknee.comparison.activation_argument import ActivationArgument
from softknee.comparison.choice import choice_of
from softknee.comparison.models import make_layer
from softknee.functions.elementwise import Activation


@dataclass
class Site:
    """One call: its input, its output, the same with its graph as `out`, and the gradient of the loss by the output."""

    x: Tensor
    y: Tensor
    out: Tensor
    gradient: Tensor | None = None


class Sites:
    """The layers of one activation, which it makes, and the values that pass through them."""

    def __init__(self, function: Activation) -> None:
        self.function = function
        self.layers: list[nn.Module] = []
        self.seen: list[Site] = []
        self._is_open = False

    def __call__(self) -> nn.Module:
        """Make a new layer of the activation, which is watched."""
        return self.watched(make_layer(choice_of(self.function)))

    def watched(self, layer: nn.Module) -> nn.Module:
        """Watch a layer from now on; the layer."""
        layer.register_forward_hook(self._see)
        self.layers.append(layer)
        return layer

    def __enter__(self) -> Sites:
        for layer in self.layers:
            layer.inplace = False  # type: ignore[assignment]  # the input is read afterwards
        self.seen, self._is_open = [], True
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_open = False

    def _see(self, layer: nn.Module, args: tuple[Any, ...], out: Tensor) -> None:
        if not self._is_open:
            return
        site = Site(args[0].detach(), out.detach(), out)
        self.seen.append(site)
        if out.requires_grad:
            out.register_hook(lambda gradient: setattr(site, "gradient", gradient.detach()))  # type: ignore[no-untyped-call]


class Watched(ActivationArgument):
    """The argument of `make_model`: the activation as `softknee.compare` gives it, of layers that are watched."""

    def __init__(self, sites: Sites) -> None:
        super().__init__(choice_of(sites.function))
        self._sites = sites
        sites.watched(self.layer)

    def __call__(self, *inputs: Any, **setting: Any) -> Any:
        """Make a new layer, or compute the value at a tensor."""
        made = super().__call__(*inputs, **setting)
        return made if inputs else self._sites.watched(made)
