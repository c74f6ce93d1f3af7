"""`Outcome`: the findings of a comparison as data and tables, for reports and terminals, while it runs and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from math import nan
from typing import Any

from .analyse import Analysis, Pair, Row, analyse
from .frames import frame, ranking_frame, runs_frame
from .plan import Plan
from .problem import Problem
from .ranks import Ranking, ranking
from .result import Result


@dataclass
class Outcome:
    """The plan, the results so far, and the tables made of them.

    Attributes:
        plan: The runs that are planned.
        results: The results of the runs that are compared.
        tried: The results of the runs that chose the learning rates.
        done_before: The number of runs whose results an earlier call had left.
        notes: Sentences on what was left out, and why.
        interrupted: True after Ctrl-C.
        running: True while it is under way.
        workers: The number of runs at a time.
        seconds: The time it took.
        started: The time at which it began.
        command: The call or command that repeats it.
    """

    plan: Plan
    results: list[Result] = field(default_factory=list)
    tried: list[Result] = field(default_factory=list)
    done_before: int = 0
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False
    running: bool = False
    workers: int = 1
    seconds: float = 0.0
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    command: str = ""
    _analysed: tuple[int, Analysis] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def problems(self) -> dict[str, Problem]:
        """The problems by name."""
        return {problem.name: problem for problem in self.plan.problems}

    @property
    def remaining(self) -> float:
        """The estimated seconds of the runs that are left, by those done so far; NaN where none is done."""
        done = len(self.results) + len(self.tried)
        here = done - self.done_before
        return self.elapsed / here * (self.plan.size - done) if here > 0 else nan

    @property
    def elapsed(self) -> float:
        """The seconds it took, or has taken by now."""
        now = datetime.now(timezone.utc)
        return (now - self.started).total_seconds() if self.running else self.seconds

    @property
    def analysis(self) -> Analysis:
        """The rows and pairs of the results so far."""
        if self._analysed is None or self._analysed[0] != len(self.results):
            tasks = {name: at for at, name in enumerate(self.problems)}
            labels = {choice.label: at for at, choice in enumerate(self.plan.choices)}
            ordered = sorted(self.results, key=lambda r: (r.seed, tasks[r.task], labels[r.activation]))
            self._analysed = len(self.results), analyse(ordered, self.problems)
        return self._analysed[1]

    @property
    def rows(self) -> list[Row]:
        """A row for each task and activation, best first."""
        return self.analysis.rows

    @property
    def ranks(self) -> Ranking:
        """The mean ranks of the activations over all tasks."""
        return ranking(self.results, self.problems, self.analysis.pairs)

    @property
    def table(self) -> Any:
        """A pandas frame with a row for each task and activation, whose columns are the fields of `Row`."""
        return frame(Row, self.rows)

    @property
    def pairs(self) -> Any:
        """A pandas frame with a row for each pair on each task, whose columns are the fields of `Pair`."""
        return frame(Pair, self.analysis.pairs)

    @property
    def ranking(self) -> Any:
        """A pandas frame with a row for each activation: mean rank, groups, the rank on each task; best first."""
        return ranking_frame(self.ranks)

    @property
    def runs(self) -> Any:
        """A pandas frame with a row for each run, those that chose learning rates first."""
        return runs_frame([*self.tried, *self.results], self.problems)
