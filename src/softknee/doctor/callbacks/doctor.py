"""The options and the report that the callbacks of all trainers have.

Not here: the events of a trainer, which each library's module has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from softknee.doctor.report import Report
from softknee.doctor.schedule import BUDGET

from .session import Session


class Doctor:
    """The base of the callbacks: their options, and the report.

    Args:
        every: The count of steps from probe to probe, as of `softknee.watch`.
        budget: The share of the training time that probes may take, as of `softknee.watch`.
        show: Print the report at the end.
        html: The path of a file that the report is written to at the end, as HTML.
        prefix: The first part of the names of the numbers that are logged.
        writer: An object with TensorBoard's `add_scalar`, which gets the numbers, too.
    """

    def __init__(
        self,
        *,
        every: int | None = None,
        budget: float = BUDGET,
        show: bool = True,
        html: str | Path | None = None,
        prefix: str = "softknee",
        writer: Any = None,
    ) -> None:
        self._session = Session(every, budget, show, html)
        self._prefix = prefix
        self._writer = writer

    @property
    def report(self) -> Report | None:
        """The report of the last training; None before its end, and of a training without a step."""
        return self._session.report

    def _fresh(self, step: int) -> dict[str, float]:
        """The numbers of the last probes that were not asked for yet; `writer` gets them at this step, too."""
        scalars = self._session.fresh(self._prefix)
        if self._writer is not None:
            for tag, value in scalars.items():
                self._writer.add_scalar(tag, value, step)
        return scalars
