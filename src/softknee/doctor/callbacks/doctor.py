"""What the callbacks of all trainers take, and what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from softknee.doctor.report import Report
from softknee.doctor.watch import BUDGET

from .session import Session


class Doctor:
    """A callback's options; what a probe finds is named after `prefix`, and goes to `writer`, if one is given, too.

    `writer` is anything with `add_scalar`. At the end the report is printed if `show`, and written as HTML to the path
    `html`. `every` and `budget` are those of `softknee.watch`.
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
        """What the last probes showed that was not asked for yet; it is written at this step, too."""
        scalars = self._session.fresh(self._prefix)
        if self._writer is not None:
            for tag, value in scalars.items():
                self._writer.add_scalar(tag, value, step)
        return scalars
