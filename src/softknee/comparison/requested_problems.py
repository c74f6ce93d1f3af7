"""The problems that a call asks for: the user's own, tried on a batch before any time is spent, and built-in tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from softknee.language.errors import ArgumentError

from .plan import Plan, tasks_named
from .problem import Problem
from .tasks import scaled


def problems_of(
    model: Any,
    data: Any,
    own: dict[str, Any],
    tasks: Iterable[str] | None,
    scale: float,
    rate: float | None,
    device: str | None,
) -> list[Problem]:
    """The problems of the arguments of `softknee.compare`, the user's own first."""
    from . import builtin_problem, user_problem
    from .devices import known_device

    if rate is not None and not (isinstance(rate, (int, float)) and 0 < rate < float("inf")):
        raise ArgumentError("compare", "rate", rate, "must be a positive learning rate")
    found = []
    if model is not None:
        found.append(user_problem.problem_of(model, data, **own))
    elif data is not None:
        raise ArgumentError("compare", "model", model, "must be given with data: make_model(activation), or a model")
    elif given := [name for name, value in own.items() if value not in (None, False, "gain")]:
        raise ArgumentError("compare", given[0], own[given[0]], "has a meaning only with a model and data of one's own")
    if model is None or tasks is not None:
        found += [builtin_problem.problem_of(scaled(task, scale)) for task in tasks_named(tasks)]
    where = known_device(device)
    if where:
        found = [replace(p, device=where, fingerprint={**p.fingerprint, "device": where}) for p in found]
    return found if rate is None else [replace(problem, rate=float(rate)) for problem in found]


def tried(problem: Problem, plan: Plan) -> list[str]:
    """Sentences on the user's model after each activation was tried on a batch: one if numbers of parameters differ."""
    from .model_check import check
    from .statements import uneven

    said = uneven(check(problem, plan.choices))
    return [said] if said else []
