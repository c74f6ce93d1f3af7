"""The doctor: finds dead, saturated and vanishing units, names the cause, and proves the cure."""

from __future__ import annotations

from .diagnose import diagnose
from .finding import RULES, Finding
from .report import Report
from .watch import Watch, watch

__all__ = ["RULES", "Finding", "Report", "Watch", "diagnose", "watch"]
