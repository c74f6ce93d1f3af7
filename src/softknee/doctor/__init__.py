"""The doctor: finds dead, saturated and vanishing units, names the cause, and proves the remedy."""

from __future__ import annotations

from importlib.util import find_spec

from .diagnose import diagnose
from .finding import Finding
from .report import Report
from .rules import RULES

__all__ = ["RULES", "Finding", "Report", "Watch", "diagnose", "watch"]

# A function of JAX is diagnosed where there is no torch, too.
if find_spec("torch") is not None:
    from .watch import Watch, watch
