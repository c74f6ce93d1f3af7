"""The plan of a comparison: the runs of problems x activations x seeds, as plain data."""

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

# The seed on which learning rates are tuned, which is none of those that are compared.
TUNING_SEED = 1 << 20


@dataclass(frozen=True)
class Run:
    """One training run: the problem's name, the activation, the seed, the epochs and the learning rate.

    `stage` is "tune" for a run that helps to choose a learning rate, "final" for one that is compared.
    """

    problem: str
    choice: Choice
    seed: int
    epochs: int
    rate: float
    stage: Stage = "final"


@dataclass(frozen=True)
class Plan:
    """The problems, activations and seeds of a comparison.

    Attributes:
        problems: The problems.
        choices: The activations.
        seeds: The seeds of the runs that are compared.
        epochs: The number of epochs, None for each problem's own.
        factors: The factors times the problem's learning rate that are tried for each activation; one means no trial.
    """

    problems: tuple[Problem, ...]
    choices: tuple[Choice, ...]
    seeds: tuple[int, ...]
    epochs: int | None = None
    factors: tuple[float, ...] = (1.0,)

    def epochs_of(self, problem: Problem) -> int:
        """The number of epochs on a problem."""
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
        """The runs that are compared, at the learning rates by problem and activation.

        `alive` restricts a problem's activations. Seed by seed, so that an interrupted comparison still holds complete
        pairs.
        """
        return [
            Run(problem.name, choice, seed, self.epochs_of(problem), rates[problem.name, choice.label])
            for seed in (self.seeds if seeds is None else seeds)
            for problem in self.problems
            for choice in (self.choices if alive is None else alive[problem.name])
        ]

    @property
    def size(self) -> int:
        """The number of runs, those that choose learning rates included."""
        return len(self.tuning) + len(self.problems) * len(self.choices) * len(self.seeds)


def make_plan(
    problems: Iterable[Problem],
    activations: Iterable[str | Function] | None = None,
    seeds: int = 3,
    epochs: int | None = None,
    factors: tuple[float, ...] = (1.0,),
) -> Plan:
    """The plan of the arguments of `softknee.compare`, checked.

    None stands for the fourteen founding activations, or each problem's own epochs. Raises UnknownActivationError, or
    ArgumentError for anything else that cannot be run.
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
    """The argument as a list, a single item as a list of one; raises ArgumentError for an empty list."""
    if isinstance(value, (str, Function)):
        value = [value]
    if not isinstance(value, Iterable):
        raise ArgumentTypeError("compare", argument, value, "must be a list")
    items = list(value)
    if not items:
        raise ArgumentError("compare", argument, Shown("[]"), "must name at least one")
    return items


def counted(argument: str, value: object) -> int:
    """The argument, checked to be an integer of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentTypeError("compare", argument, value, "must be an integer")
    if value < 1:
        raise ArgumentError("compare", argument, value, "must be at least 1")
    return value
