"""The numbers at which rules fire, with their sources; see docs/doctor for how they were found.

[SM] Amazon SageMaker Debugger, [TDC] TheDeepChecker, [AT] AutoTrainer, [DR] Sokar et al. 2023, arXiv:2302.12902,
[K] Karpathy's lectures; the others were tuned on healthy models of the suite.
"""

from __future__ import annotations

DEAD_WARNING = 0.1
DEAD_LEARNING = 0.3  # a warning also where the loss falls
DEAD_CRITICAL = 0.5  # [SM, TDC]
DEAD_SAMPLES = 1000  # so many are looked at where there are so many,
DEAD_LEAST = 300  # and so many at least: none of 300 is less than 1 % with 95 % confidence
DEAD_BATCHES = 5
DORMANT_SHARE = 0.5
SATURATED_SHARE = 0.5  # [TDC]
VANISHING = 1e-3  # [AT]
EXPLODING = 70.0  # [AT]
BEYOND = 5.0  # times further out, they are warnings also where the loss falls
STEP_HIGH = -1.0  # log10 of the relative step [TDC]
STEP_LEARNING = -0.5  # a warning also where the loss falls
STEP_LOW = -4.0  # [TDC]; healthy near -3 [K]
LAYER_GROWTH = 2.0  # factor of the second moment from layer to layer
TOTAL_GROWTH = 30.0  # and in all;
TOTAL_LEARNING = 300.0  # also where the loss falls
DATA_LARGE = 10.0  # root mean square of the input
DATA_SMALL = 0.05
STILL = 30  # steps that have changed no weight
STUCK = 30  # losses that show that none has fallen
SCALE_LOW, SCALE_HIGH = 0.5, 2.0  # [TDC], of the function's own
MEAN_SHIFT = 1.5  # times the function's own
LIKENESS = 0.95
UNDERFLOW = 0.2
FALLING = 0.05  # share of the loss that is gone
LEARNING_WELL = 0.5
