"""The call of `softknee.compare` that repeats a comparison, as text for the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .plan import Plan
from .problem import OWN, Metric


def called(plan: Plan, how: Mapping[str, Any], tries: int) -> str:
    """The call as text; of the arguments `how` those that are not the defaults, functions by their names.

    `tries` is the default of the argument of that name.
    """
    names = [repr(each.asked) if each.function.is_catalogued else each.function.name for each in plan.choices]
    built_in = [problem.name for problem in plan.problems if problem.name != OWN]
    parts = ["make_model", "data"] if len(built_in) < len(plan.problems) else []
    parts.append(f"activations=[{', '.join(names)}]")
    if built_in:
        parts.append(f"tasks={built_in!r}")
    parts.append(f"seeds={len(plan.seeds)}")
    usual = (None, False, "gain")
    given = {name: value for name, value in how.items() if not any(value is each or value == each for each in usual)}
    given = {name: value for name, value in given.items() if (name, value) not in (("tries", tries), ("scale", 1.0))}
    if "rate" in given:
        given.pop("tries", None)  # nothing is tried
    parts += [f"{name}={_written(value)}" for name, value in given.items()]
    return f"softknee.compare({', '.join(parts)})"


def _written(value: Any) -> str:
    if isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, float):
        return f"{value:g}"
    name = value.name if isinstance(value, Metric) else getattr(value, "__name__", type(value).__name__)
    return str(name)
