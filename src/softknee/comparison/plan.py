"""What is to be run: problems x activations x seeds, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from softknee.catalogue import FOUNDING
from softknee.functions.base import Function
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .choice import Choice, choice_of, distinct
from .problem import Problem
from .result import Stage
from .tasks import TASKS, Task

# The seed on which learning rates are tuned: none of those that are compared.
TUNING_SEED = 1 << 20


@dataclass(frozen=True)
class Run:
    """One training; `problem` is its name."""

    problem: str
    choice: Choice
    seed: int
    epochs: int
    rate: float
    stage: Stage = "final"


@dataclass(frozen=True)
class Plan:
    """What is to be compared: each activation with its own learning rate, of those in `factors` times the problem's."""

    problems: tuple[Problem, ...]
    choices: tuple[Choice, ...]
    seeds: tuple[int, ...]
    epochs: int | None = None
    factors: tuple[float, ...] = (1.0,)

    def epochs_of(self, problem: Problem) -> int:
        """How long a network is trained."""
        return self.epochs or problem.epochs

    @property
    def tuning(self) -> list[Run]:
        """The runs that choose learning rates; none where there is nothing to choose."""
        if len(self.factors) == 1:
            return []
        return [
            Run(problem.name, choice, TUNING_SEED, self.epochs_of(problem), problem.rate * factor, "tune")
            for problem in self.problems
            for factor in self.factors
            for choice in self.choices
        ]

    def final(
        self,
        rates: Mapping[tuple[str, str], float],
        seeds: Sequence[int] | None = None,
        alive: Mapping[str, Sequence[Choice]] | None = None,
    ) -> list[Run]:
        """The runs that are compared, at the rates by problem and activation; `alive` are a problem's activations.

        Seed by seed, so that an interrupted comparison still holds complete pairs.
        """
        return [
            Run(problem.name, choice, seed, self.epochs_of(problem), rates[problem.name, choice.label])
            for seed in (self.seeds if seeds is None else seeds)
            for problem in self.problems
            for choice in (self.choices if alive is None else alive[problem.name])
        ]

    @property
    def size(self) -> int:
        """How many runs it takes."""
        return len(self.tuning) + len(self.problems) * len(self.choices) * len(self.seeds)


def make_plan(
    problems: Iterable[Problem],
    activations: Iterable[str | Function] | None = None,
    seeds: int = 3,
    epochs: int | None = None,
    factors: tuple[float, ...] = (1.0,),
) -> Plan:
    """Check what was asked and spell it out; None means the founding fourteen, or each problem's own epochs.

    Raises UnknownActivationError, or ArgumentError for anything else that cannot be run.
    """
    chosen = [choice_of(each) for each in listed("activations", FOUNDING if activations is None else activations)]
    return Plan(
        problems=tuple(problems),
        choices=distinct(chosen),
        seeds=tuple(range(counted("seeds", seeds))),
        epochs=None if epochs is None else counted("epochs", epochs),
        factors=factors,
    )


def tasks_named(names: Iterable[str] | None = None) -> list[Task]:
    """The built-in tasks of these names, or those that are run by default."""
    defaults = [name for name, task in TASKS.items() if task.is_default]
    wanted = listed("tasks", defaults if names is None else names)
    for name in wanted:
        if not isinstance(name, str) or name not in TASKS:
            raise ArgumentError("compare", "tasks", name, f"is not known; the tasks are {', '.join(TASKS)}")
    return [TASKS[name] for name in dict.fromkeys(wanted)]


def listed(argument: str, value: Any) -> list[Any]:
    """What was given as a list, or alone."""
    if isinstance(value, (str, Function)):
        value = [value]
    if not isinstance(value, Iterable):
        raise ArgumentTypeError("compare", argument, value, "must be a list")
    items = list(value)
    if not items:
        raise ArgumentError("compare", argument, Shown("[]"), "must name at least one")
    return items


def counted(argument: str, value: object) -> int:
    """A number of things, at least one."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentTypeError("compare", argument, value, "must be an integer")
    if value < 1:
        raise ArgumentError("compare", argument, value, "must be at least 1")
    return value
