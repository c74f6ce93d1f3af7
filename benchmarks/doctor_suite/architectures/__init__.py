"""The networks of the suite, by name; each belongs to one of two halves, one to tune on and one to report."""

from __future__ import annotations

from .architecture import Architecture, Half
from .convolutions import CONVOLUTIONS
from .images import IMAGES
from .perceptrons import PERCEPTRONS
from .sequences import SEQUENCES

ARCHITECTURES = {made.name: made for made in (*PERCEPTRONS, *CONVOLUTIONS, *SEQUENCES, *IMAGES)}

__all__ = ["ARCHITECTURES", "Architecture", "Half"]
