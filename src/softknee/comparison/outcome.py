"""What a comparison has found, for those who show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from .analyse import Row, analyse
from .plan import Plan
from .problem import Problem
from .result import Result


@dataclass
class Outcome:
    """What a comparison has found: the plan, the results so far, and the tables made of them.

    `tried` are the runs that chose the learning rates, `done_before` how many runs an earlier call had left, `notes` what was left out and why,
    in sentences.
    """

    plan: Plan
    results: list[Result] = field(default_factory=list)
    tried: list[Result] = field(default_factory=list)
    done_before: int = 0
    interrupted: bool = False
    workers: int = 1
    seconds: float = 0.0
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    command: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def problems(self) -> dict[str, Problem]:
        """The problems by name."""
        return {problem.name: problem for problem in self.plan.problems}

    @property
    def rows(self) -> list[Row]:
        """A row for each task and activation, best first."""
        tasks = {name: at for at, name in enumerate(self.problems)}
        labels = {choice.label: at for at, choice in enumerate(self.plan.choices)}
        return analyse(sorted(self.results, key=lambda r: (r.seed, tasks[r.task], labels[r.activation])), self.problems)

    @property
    def table(self) -> list[dict[str, Any]]:
        """The rows as dicts, as `pandas.DataFrame` takes them."""
        return [asdict(row) for row in self.rows]
