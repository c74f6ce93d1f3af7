"""The faults of the suite, by name, each with its true cause and the rules that should name it."""

from __future__ import annotations

from .fault import Cause, Fault, Rule
from .init import INIT
from .precision import PRECISION
from .structure import STRUCTURE
from .training import TRAINING

FAULTS = {made.name: made for made in (*INIT, *TRAINING, *STRUCTURE, *PRECISION)}

__all__ = ["FAULTS", "Cause", "Fault", "Rule"]
