"""What a comparison has found, for those who show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .analyse import Row, analyse
from .plan import Plan, Run

if TYPE_CHECKING:
    from .train import Result


@dataclass
class Outcome:
    """What a comparison has found: the plan, the results so far, and the tables made of them."""

    plan: Plan
    results: list[Result] = field(default_factory=list)
    interrupted: bool = False
    workers: int = 1
    seconds: float = 0.0
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    command: str = ""

    @property
    def rows(self) -> list[Row]:
        """A row for each task and activation, best first."""
        order = {run_key(run): at for at, run in enumerate(self.plan.runs)}
        return analyse(sorted(self.results, key=lambda r: order[r.task, r.activation, r.seed]))

    @property
    def table(self) -> list[dict[str, Any]]:
        """The rows as dicts, as `pandas.DataFrame` takes them."""
        return [asdict(row) for row in self.rows]


def run_key(run: Run) -> tuple[str, str, int]:
    """What a run and its result share."""
    return run.task.name, run.choice.label, run.seed
