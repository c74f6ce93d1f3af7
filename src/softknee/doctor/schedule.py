"""The schedule of probes: often in the beginning, then as seldom as the budget asks for."""

from __future__ import annotations

from time import perf_counter

# The share of training time that probes may take.
BUDGET = 0.02
# The first steps tell how training starts, and show every rule enough batches.
FIRST = 5
# A step may exceed the budget where the number of steps has grown by this since the last probe.
GROWTH = 2


class Schedule:
    """Decides at each training step whether it is probed; `every` is a fixed period instead.

    The time that probes take, `spent`, is kept to `budget`, a share of all the time since the start, except for the
    first steps and for one probe each time the number of steps has doubled.
    """

    def __init__(self, every: int | None, budget: float) -> None:
        self.every = every
        self.budget = budget
        self.spent = 0.0
        self._started = perf_counter()
        self._last = 0

    def is_due(self, step: int) -> bool:
        """True where this step is probed."""
        if self.every is not None:
            return step % self.every == 0
        affordable = self.spent <= self.budget * (perf_counter() - self._started)
        due = step < FIRST or affordable or step >= GROWTH * self._last
        self._last = step if due else self._last
        return due
