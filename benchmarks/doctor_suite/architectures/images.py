"""Networks that give images: an autoencoder, and a field of sines that maps coordinates to brightness."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor, nn

from ..activations import Spelling
from .architecture import Architecture
from .weights import as_built


class Autoencoder(nn.Module):
    """Down to a code of 12 numbers and up again."""

    def __init__(self, act: Spelling, outputs: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(outputs, 64), act.layer(), nn.Linear(64, 32), act.layer())
        self.code = nn.Linear(32, 12)
        self.decoder = nn.Sequential(nn.Linear(12, 32), act.layer(), nn.Linear(32, 64), act.layer())
        self.pixels = nn.Linear(64, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """The pixels again, of the input's shape."""
        out: Tensor = self.pixels(self.decoder(self.code(self.encoder(x))))
        return out


class SIREN(nn.Module):
    """Sines of scaled linear maps, initialised as its authors do (Sitzmann et al. 2020, arXiv:2006.09661)."""

    def __init__(self, act: Spelling, outputs: int, omega: float = 15.0) -> None:
        super().__init__()
        first, *others = nn.Linear(2, 64), nn.Linear(64, 64), nn.Linear(64, 64)
        self.layers = nn.ModuleList([first, *others])
        self.head = nn.Linear(64, outputs)
        self.act = act.function
        self.omega = omega
        with torch.no_grad():
            # Coordinates here have deviation 1, so reach 1.7 where the paper's reach 1.
            first.weight.uniform_(-1 / 3.4, 1 / 3.4)
            for layer in (*others, self.head):
                bound = sqrt(6 / layer.in_features) / omega
                layer.weight.uniform_(-bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """The brightness at coordinates of shape (n, 2)."""
        for layer in self.layers:
            x = self.act(self.omega * layer(x))
        out: Tensor = self.head(x)
        return out


IMAGES = (
    Architecture(
        name="autoencoder",
        about="64-32-12-32-64, modules of torch.nn; digits to themselves",
        half="tuning",
        dataset="digits_themselves",
        shape=(64,),
        activations=("relu", "elu", "tanh", "gelu"),
        network=Autoencoder,
        rate=3e-3,
    ),
    Architecture(
        name="siren",
        about="three layers of 64 sines from coordinates to the brightness of a photograph, functional",
        half="reporting",
        dataset="photo",
        shape=(2,),
        activations=("sine",),
        network=SIREN,
        initialise=as_built,
        rate=1e-3,
        batch=256,
        steps=400,
    ),
)
