"""What is to be run: tasks x activations x seeds, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from softknee.base import Function
from softknee.catalogue import FOUNDING
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.public import get

from .tasks import TASKS, Task


@dataclass(frozen=True)
class Choice:
    """An activation to be compared, with its parameters.

    `width` is how many features come out for each that goes in: 1/2 for gates and pairs, 2 for crelu.
    """

    label: str
    function: Function
    parameters: dict[str, Any] = field(default_factory=dict, hash=False)
    width: Fraction = Fraction(1)

    @property
    def asked(self) -> str:
        """As it is written to ask for it again."""
        given = ",".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.function.name}:{given}" if given else self.function.name


@dataclass(frozen=True)
class Run:
    """One training: what another process needs besides the data."""

    task: Task
    choice: Choice
    seed: int
    epochs: int


@dataclass(frozen=True)
class Plan:
    """All the runs of a comparison."""

    tasks: tuple[Task, ...]
    choices: tuple[Choice, ...]
    seeds: tuple[int, ...]
    epochs: int | None = None

    @property
    def runs(self) -> list[Run]:
        """Seed by seed, so that an interrupted comparison still holds complete pairs."""
        return [
            Run(task, choice, seed, self.epochs or task.epochs)
            for seed in self.seeds
            for task in self.tasks
            for choice in self.choices
        ]


def make_plan(
    activations: Iterable[str | Function] | None = None,
    tasks: Iterable[str] | None = None,
    seeds: int = 3,
    epochs: int | None = None,
) -> Plan:
    """Check what was asked and spell it out; None means the founding fourteen, the default tasks, each task's epochs.

    Raises UnknownActivationError, or ArgumentError for anything else that cannot be run.
    """
    chosen = [choice_of(each) for each in _listed("activations", FOUNDING if activations is None else activations)]
    defaults = [name for name, task in TASKS.items() if task.is_default]
    wanted = [_task(name) for name in _listed("tasks", defaults if tasks is None else tasks)]
    return Plan(
        tasks=tuple(dict.fromkeys(wanted)),
        choices=_distinct(chosen),
        seeds=tuple(range(_counted("seeds", seeds))),
        epochs=None if epochs is None else _counted("epochs", epochs),
    )


def choice_of(asked: str | Function) -> Choice:
    """The activation that `asked` names: an activation, a name or alias, or "leaky_relu:negative_slope=0.2".

    >>> choice_of("leaky_relu:negative_slope=0.2").label
    'leaky_relu(negative_slope=0.2)'
    """
    if isinstance(asked, Function):
        function, parameters = asked, {}
    elif isinstance(asked, str):
        name, _, rest = asked.partition(":")
        function, parameters = get(name.strip()), _parameters(asked, rest)
    else:
        raise ArgumentTypeError("compare", "activations", asked, "must be names or activations")
    label = function.name
    if parameters:
        label += f"({', '.join(f'{name}={value}' for name, value in parameters.items())})"
    return Choice(label, function, parameters, _width(asked, function, parameters))


def _parameters(asked: str, text: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise ArgumentError("compare", "activations", asked, "must read NAME or NAME:PARAMETER=VALUE,...")
        parameters[name.strip()] = _value(value.strip())
    return parameters


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def call(function: Function, parameters: dict[str, Any], x: Any) -> Any:
    """The activation at x, whose features lie along axis 1, as in torch.

    Element-wise functions have no axis, and softmax2d has its own.
    """
    keywords = dict(parameters)
    if len(getattr(function.definition, "inputs", ())) == 2 or "axis" in getattr(function, "options", {}):
        keywords.setdefault("axis", 1)
    return function(x, **keywords)  # type: ignore[operator]


def _width(asked: object, function: Function, parameters: dict[str, Any]) -> Fraction:
    """Features out per feature in, seen on a small array; this also meets bad parameters before any training."""
    pool = parameters.get("pool_size", 1)
    features = 12 * pool if isinstance(pool, int) and pool > 0 else 12
    try:
        out = call(function, parameters, np.linspace(-1.0, 1.0, features * 4).reshape(1, features, 2, 2))
    except (TypeError, ValueError) as error:
        if isinstance(error, ArgumentError):
            raise
        raise ArgumentError("compare", "activations", asked, f"cannot be called: {error}") from None
    if np.ndim(out) != 4 or out.shape[0] != 1 or out.shape[2:] != (2, 2):
        raise ArgumentError("compare", "activations", asked, f"turns shape (1, {features}, 2, 2) into {np.shape(out)}")
    return Fraction(out.shape[1], features)


def _distinct(chosen: Sequence[Choice]) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for choice in chosen:
        if found.setdefault(choice.label, choice).function is not choice.function:
            raise ArgumentError("compare", "activations", choice.label, "stands for two different functions")
    return tuple(found.values())


def _task(name: object) -> Task:
    if isinstance(name, str) and name in TASKS:
        return TASKS[name]
    raise ArgumentError("compare", "tasks", name, f"is not known; the tasks are {', '.join(TASKS)}")


def _listed(argument: str, value: Any) -> list[Any]:
    if isinstance(value, (str, Function)):
        value = [value]
    if not isinstance(value, Iterable):
        raise ArgumentTypeError("compare", argument, value, "must be a list")
    items = list(value)
    if not items:
        raise ArgumentError("compare", argument, Shown("[]"), "must name at least one")
    return items


def _counted(argument: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentTypeError("compare", argument, value, "must be an integer")
    if value < 1:
        raise ArgumentError("compare", argument, value, "must be at least 1")
    return value
