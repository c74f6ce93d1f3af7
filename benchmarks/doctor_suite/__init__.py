"""A suite of healthy and of faulty trainings, with the truth about them, to measure a doctor on.

>>> from benchmarks.doctor_suite import Case
>>> setup = Case("shallow_mlp", "relu", "high_rate", seed=0).build()
>>> round(setup.rate, 6)
1.5
"""

from __future__ import annotations

from .architectures import ARCHITECTURES, Architecture, Half
from .cases import SEEDS, Case, cases
from .faults import FAULTS, Cause, Fault, Rule
from .setup import Setup
from .training import Outcome, train
from .truth import HURT, LEARNED, Truth, truth

__all__ = [
    "ARCHITECTURES", "FAULTS", "HURT", "LEARNED", "SEEDS", "Architecture", "Case", "Cause", "Fault", "Half",
    "Outcome", "Rule", "Setup", "Truth", "cases", "train", "truth",
]  # fmt: skip
