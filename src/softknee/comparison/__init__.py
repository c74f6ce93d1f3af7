"""The measured choice: train the same networks with different activations, and say what can be told apart."""

from __future__ import annotations

from .problem import Metric
from .run import Comparison, compare

__all__ = ["Comparison", "Metric", "compare"]
