"""The numbers at which rules fire, where more than one file needs them, with their sources.

A number that one rule alone needs stands in the file of that rule. How they were found: docs/decisions/doctor.md.

[SM] Amazon SageMaker Debugger, [TDC] TheDeepChecker, [AT] AutoTrainer, [K] Karpathy's lectures; the others were tuned
on healthy models of the suite.
"""

from __future__ import annotations

DEAD_CRITICAL = 0.5  # [SM, TDC]
DEAD_SAMPLES = 1000  # so many are looked at where there are so many
DEAD_BATCHES = 5
VANISHING = 1e-3  # [AT]
STEP_HIGH = -1.0  # log10 of the relative step [TDC]
STEP_LOW = -4.0  # [TDC]; healthy near -3 [K]
LAYER_GROWTH = 2.0  # factor of the second moment from layer to layer
TOTAL_GROWTH = 30.0  # and in all
DATA_LARGE = 10.0  # root mean square of the input
DATA_SMALL = 0.05
STILL = 30  # steps that have changed no weight
STUCK = 30  # losses that show that none has fallen
UNDERFLOW = 0.2
FALLING = 0.05  # share of the loss that is gone
