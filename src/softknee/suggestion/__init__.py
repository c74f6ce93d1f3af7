"""A first guess: which activations a network is likely to train well with, from its first step alone."""

from __future__ import annotations

from .run import suggest
from .suggestion import Suggestion

__all__ = ["Suggestion", "suggest"]
