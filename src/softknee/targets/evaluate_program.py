"""A program over a table of ops: what every target that spells expressions in a framework's own functions does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.program import Program, linearise

Ops = Mapping[str, Callable[..., Any]]


@lru_cache(maxsize=4096)
def program_of(definition: Definition, spec: DerivativeSpec, spelled: frozenset[str]) -> Program:
    """The program of a spec in the ops that a target spells; its arguments are the definition's, in order."""
    return linearise(spec.expression(definition), definition.arguments, spelled)


def run(program: Program, arguments: Sequence[Any], ops: Ops, number: Callable[[Decimal], Any]) -> Any:
    """The result of a program at `arguments`.

    Args:
        program: Instructions in order.
        arguments: One value for each of the program's arguments.
        ops: By the name of an op, what computes it.
        number: What makes a value of a constant, which has 80 digits.
    """
    named = dict(zip(program.arguments, arguments))
    found: list[Any] = []
    for made in program.instructions:
        if made.op == "symbol":
            found.append(named[made.name])
        elif made.value is not None:
            found.append(number(made.value))
        else:
            found.append(ops[made.op](*(found[arg] for arg in made.args)))
    return found[-1]
