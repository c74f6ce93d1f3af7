"""The measured choice: the same networks trained with different activations, and statistics on which differ.

`softknee.compare` is the entrance. The command line is in `softknee.cli.compare`.
"""

from __future__ import annotations

from .problem import Metric
from .run import Comparison, compare

__all__ = ["Comparison", "Metric", "compare"]
