"""The short way of a call: a plan, made once for the exact types of its arrays and its plain parameters.

All other calls, and those that a plan declines, are bound and evaluated by the target; the numbers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from softknee.targets.arguments import UFUNC_KEYWORDS, bind
from softknee.targets.dispatch import is_traced, target_of
from softknee.targets.protocol import Form, Plan

from .base import chosen

if TYPE_CHECKING:
    from .elementwise import Activation
    from .gate import Gate

_MANY = 256


def no_plan(*call: Any) -> None:
    """The plan of calls that have none."""


def planned(
    function: Activation | Gate,
    form: Form,
    data: tuple[Any, ...],
    args: tuple[Any, ...],
    keywords: dict[str, Any],
    *more: Any,
) -> Any:
    """The value of a call whose arrays are `data`; None where it has no plan, or the plan declines it.

    `more` goes to the plan after the data: the axis of halves.
    """
    plan, arrays = find(function, form, data, args, keywords)
    return plan(*data, *more, *arrays)


def find(
    function: Activation | Gate, form: Form, data: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[Plan, list[Any]]:
    """The plan of a call, and those of its parameters that are arrays.

    Parameters other than the defaults have a plan from the second call on: some change with every call.
    """
    if is_traced():
        return no_plan, []
    plans: dict[Any, Plan | None] = function.plans
    if not (args or keywords or len(data) > 1 or form != "inputs"):
        kind = type(data[0])  # alone, as the C module looks for it
        plan = plans.get(kind)
        return _made(function, form, data, [], kind, args, keywords) if plan is None else plan, []
    arrays: list[Any] = []
    key: list[Any] = [form, *map(type, data)]
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
    if (args or keywords) and known not in plans:
        _make_room(plans)
        plans[known] = None
        return no_plan, []
    return _made(function, form, data, arrays, known, args, keywords), arrays


def _made(
    function: Activation | Gate,
    form: Form,
    data: tuple[Any, ...],
    arrays: list[Any],
    key: Any,
    args: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Plan:
    if not UFUNC_KEYWORDS.isdisjoint(keywords):
        return no_plan
    bound = bind(function.definition, args, keywords, frozenset())
    numbers = tuple(float(value) if isinstance(value, (int, float)) else None for value in bound.values)
    found = None
    if numbers.count(None) == len(arrays):
        kinds = tuple(map(type, (*data, *arrays)))
        found = target_of(data[0]).plan(chosen(function.definition, bound.choices), form, kinds, numbers)
    _make_room(function.plans)
    plan = function.plans[key] = found or no_plan
    return plan


def _make_room(plans: dict[Any, Any]) -> None:
    if len(plans) >= _MANY:
        plans.clear()
