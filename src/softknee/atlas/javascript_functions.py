"""The functions as JavaScript in one file that the pages load, printed from the same expressions as the C."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import CONDITIONS, Expr, depends_on, sub, walk
from softknee.language.program import linearise
from softknee.targets.javascript import SPELLED
from softknee.targets.javascript import function as javascript

# The pages call this function with the ops that JavaScript lacks, and get the activations by name.
_HEAD = "globalThis.softkneeFunctions=N=>({\n"
_TAIL = "\n});\n"


def specs(definition: Definition) -> dict[str, Expr]:
    """The expressions that the pages draw: the value, and by each input the first and second derivative, from both
    sides.
    """
    found = {"value": VALUE.expression(definition)}
    for name in definition.inputs:
        found[f"slope_{name}"] = DerivativeSpec((name,)).expression(definition)
        found[f"curvature_{name}"] = DerivativeSpec((name, name)).expression(definition)
        found[f"right_{name}"] = DerivativeSpec((name,), "right").expression(definition)
    return found


def differences(definition: Definition) -> list[Expr]:
    """The expressions at whose roots, in the last input, a condition of the definition changes."""
    active = depends_on([definition.textbook], definition.inputs[-1])
    comparisons = CONDITIONS - {"and", "or"}
    nodes = [node for node in walk(definition.textbook) if node in active and node.op in comparisons]
    return list(dict.fromkeys(sub(*node.args) for node in nodes))


def functions_file(functions: Iterable[Any]) -> str:
    """The text of the JavaScript file, with all functions that are expressions."""
    rows = [_row(each.definition) for each in functions if isinstance(each, (Activation, Gate))]
    return _HEAD + ",\n".join(rows) + _TAIL


def _row(definition: Definition) -> str:
    drawn = {spec: root for spec, root in specs(definition).items() if _is_drawn(spec, root, definition)}
    parts = [f"{spec}:{_printed(root, definition)}" for spec, root in drawn.items()]
    breaks = ",".join(_printed(root, definition) for root in differences(definition))
    return f'"{definition.name}":{{{",".join(parts)},breaks:[{breaks}]}}'


def _is_drawn(spec: str, root: Expr, definition: Definition) -> bool:
    """False for the slope from the right where it is the same as that from the left."""
    side, _, name = spec.partition("_")
    return side != "right" or root is not DerivativeSpec((name,)).expression(definition)


def _printed(root: Expr, definition: Definition) -> str:
    return javascript(linearise(root, definition.arguments, SPELLED))
