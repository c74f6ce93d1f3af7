"""The short way of a call: a plan, made once for the exact types of its arrays and its plain parameters.

All other calls, and those that a plan declines, are bound and evaluated by the target; the numbers are the same.
"""

from __future__ import annotations

from typing import Any, Protocol

from softknee.language.definition import Definition
from softknee.targets.arguments import UFUNC_KEYWORDS, bind
from softknee.targets.dispatch import is_traced, target_of
from softknee.targets.protocol import Plan

from .base import chosen

# In place of a second array's type: the call is of the halves of the first, along an axis that stands beside it.
HALVES = "halves"
_MANY = 256


class Planned(Protocol):
    """A function that has plans: an activation or a gate."""

    definition: Definition
    plans: dict[Any, Any]


def no_plan(*call: Any, **keywords: Any) -> None:
    """The plan of calls that have none."""


def planned(
    function: Planned, kinds: Any, data: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """The value of a call, None where it has no plan, or the plan declines it.

    `kinds` is the type of the one array, as the C module looks for it, or a tuple of two types, or of one and HALVES.
    """
    if is_traced():
        return None
    if args or keywords:
        if not args and not UFUNC_KEYWORDS.isdisjoint(keywords):
            return _with_numpys(function, kinds, data, keywords)
        plan, arrays = find(function, kinds, data, args, keywords)
        return plan(*data, *arrays)
    return _usual(function, kinds, data)(*data)


def find(
    function: Planned, kinds: Any, data: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[Plan, list[Any]]:
    """The plan of a call with parameters, and those of them that are arrays.

    Such a call has a plan from the second time on: some parameters change with every call.
    """
    plans: dict[Any, Plan | None] = function.plans
    arrays: list[Any] = []
    key: list[Any] = [kinds]
    for given in (*args, *keywords.values()):
        kind = type(given)
        if kind is float or kind is int or kind is str:
            key.append(given or repr(given))  # zero has two signs
        else:
            arrays.append(given)
            key.append(kind)
    known = (*key, *keywords)
    plan = plans.get(known)
    if plan is not None:
        return plan, arrays
    if known not in plans:
        _make_room(plans)
        plans[known] = None
        return no_plan, []
    return _made(function, kinds, known, data, arrays, args, keywords), arrays


def _usual(function: Planned, kinds: Any, data: tuple[Any, ...]) -> Plan:
    """The plan at the default parameters."""
    return function.plans.get(kinds) or _made(function, kinds, kinds, data, [], (), {})


def _with_numpys(function: Planned, kinds: Any, data: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The value at the default parameters, by the plan of calls without NumPy's own keywords; maybe None."""
    try:
        return _usual(function, kinds, data)(*data, **keywords)
    except (TypeError, ValueError):
        return None  # which says in its own words what is wrong


def _made(
    function: Planned,
    kinds: Any,
    key: Any,
    data: tuple[Any, ...],
    arrays: list[Any],
    args: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Plan:
    bound = bind(function.definition, args, keywords, UFUNC_KEYWORDS)
    numbers = tuple(float(value) if isinstance(value, (int, float)) else None for value in bound.values)
    found = None
    if not bound.rest and numbers.count(None) == len(arrays):
        is_halves = isinstance(kinds, tuple) and kinds[1] is HALVES
        whole = data[:1] if is_halves else data
        form: Any = "halves" if is_halves else "inputs"
        definition = chosen(function.definition, bound.choices)
        found = target_of(data[0]).plan(definition, form, tuple(map(type, (*whole, *arrays))), numbers)
    _make_room(function.plans)
    plan = function.plans[key] = found or no_plan
    return plan


def _make_room(plans: dict[Any, Any]) -> None:
    if len(plans) >= _MANY:
        plans.clear()
