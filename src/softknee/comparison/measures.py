"""What is measured in a network besides its score: dead units, and how gradients pass from last to first layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Probe:
    """Dead units and all units, layer by layer, and RMS of dL/da of the first activation over the last's."""

    dead: tuple[int, ...]
    units: tuple[int, ...]
    gradient_ratio: float

    @property
    def dead_share(self) -> float:
        """The share of dead units in the whole network."""
        return sum(self.dead) / max(1, sum(self.units))


def probe(model: nn.Module, activations: Sequence[nn.Module], loss: Loss, x: Tensor, y: Tensor) -> Probe:
    """Pass one batch forward and back, and look at the activation layers; leaves model and gradients untouched."""
    before: dict[int, Tensor] = {}
    after: dict[int, Tensor] = {}

    def keep(at: int) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            before[at], after[at] = inputs[0].detach(), output

        return hook

    handles = [layer.register_forward_hook(keep(at)) for at, layer in enumerate(activations)]
    was_training = model.training
    model.eval()
    try:
        result = loss(model(x), y)
        outputs = [after[at] for at in range(len(activations))]
        gradients = torch.autograd.grad(result, outputs)
    finally:
        for handle in handles:
            handle.remove()
        model.train(was_training)
    dead = [dead_units(layer, before[at]) for at, layer in enumerate(activations)]
    return Probe(
        dead=tuple(int(each.sum()) for each in dead),
        units=tuple(each.numel() for each in dead),
        gradient_ratio=_rms(gradients[0]) / (_rms(gradients[-1]) or float("nan")),
    )


def dead_units(layer: nn.Module, z: Tensor) -> Tensor:
    """Whether each unit (axis 1) has slope 0 on every sample and position of the pre-activations z.

    The slope is the layer's own derivative, from the left at a kink, weighted so that functions along an axis
    cannot cancel: softmax's outputs always sum to 1, so its unweighted slope would be 0 everywhere.
    """
    z = z.detach().requires_grad_()
    out = layer(z)
    weights = 1 + torch.rand(out.shape, generator=torch.Generator().manual_seed(0), dtype=out.dtype)
    (slope,) = torch.autograd.grad((out * weights).sum(), z)
    return (slope == 0).movedim(1, 0).flatten(1).all(dim=1)


def _rms(x: Tensor) -> float:
    return float(x.double().square().mean().sqrt())
