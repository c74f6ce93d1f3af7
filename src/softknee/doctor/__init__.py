"""The doctor: finds dead, saturated and vanishing units, names the cause, and proves the cure."""

from __future__ import annotations

from importlib.util import find_spec

from .diagnose import diagnose
from .finding import RULES, Finding
from .report import Report

__all__ = ["RULES", "Finding", "Report", "Watch", "diagnose", "watch"]

# A function of JAX is diagnosed where there is no torch, too.
if find_spec("torch") is not None:
    from .watch import Watch, watch
