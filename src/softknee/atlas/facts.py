"""The facts on each function in the atlas: plain data, read off the catalogue and computed properties."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from softknee.display.describe import promise_row, property_rows
from softknee.display.notes import LANGUAGES, chinese_name
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.language.definition import Definition, Parameter
from softknee.language.expression import Expr, walk
from softknee.targets.latex import name_latex

from .curves import pair_curves
from .formulas import formulas, source
from .mathml import mathml
from .snippets import snippets

# The ops that a chip without an exponential unit has; it must emulate all others.
_CHEAP = frozenset({
    "constant", "symbol", "add", "sub", "mul", "div", "neg", "where", "gt", "ge", "lt", "le", "eq", "and", "or", "sqrt",
})  # fmt: skip


def entry(function: Any) -> dict[str, Any]:
    """The data of one function's page, without measurements."""
    definition = function.definition
    found: dict[str, Any] = {
        "name": function.name,
        "kind": _kind(function),
        "family": function.family,
        "year": function.year,
        "paper": function.paper,
        "module": definition.module,
        "aliases": list(function.aliases),
        "after": list(definition.after),
        "title": {"en": function.name, "zh": chinese_name(definition)},
        "notes": {language: asdict(function.notes(language)) for language in LANGUAGES},
        "formulas": [mathml(text, "block") if text else "" for text in formulas(function)],
        "code": snippets(function),
        "definition": source(function),
        "parameters": [],
        "inputs": [],
        "learnable": False,
    }
    if isinstance(definition, Definition):
        parameters = definition.parameters
        found["inputs"] = list(definition.inputs)
        found["parameters"] = [_parameter(name, each) for name, each in parameters.items()]
        found["requires"] = definition.requires
        found["learnable"] = any(each.learnable for each in parameters.values())
        found["exponential"] = not _ops(definition.textbook) <= _CHEAP
        found["promise"] = {language: list(promise_row(definition.ulp, language)) for language in LANGUAGES}
    else:
        found["parameters"] = [{"name": name, "default": value} for name, value in function.options.items()]
    if isinstance(function, Activation):
        found["rows"] = {language: property_rows(function, language) for language in LANGUAGES}
        found["facts"] = _facts(function)
    if isinstance(function, Axiswise):
        found["pair"] = pair_curves(function)
    return found


def _kind(function: Any) -> str:
    return "element" if isinstance(function, Activation) else "gate" if isinstance(function, Gate) else "axis"


def _ops(root: Expr) -> frozenset[str]:
    return frozenset(node.op for node in walk(root))


def _parameter(name: str, parameter: Parameter) -> dict[str, Any]:
    if parameter.choices:
        return {
            "name": name,
            "default": parameter.default,
            "choices": dict(parameter.choices),
            "about": parameter.about,
        }
    domain = parameter.domain
    return {
        "name": name,
        "symbol": mathml(name_latex(name)),
        "default": float(parameter.default),
        "low": domain.low,
        "high": domain.high,
        "openLow": domain.open_low,
        "openHigh": domain.open_high,
        "domain": domain.text,
        "learnable": parameter.learnable,
        "about": parameter.about,
    }


def _facts(function: Activation) -> Mapping[str, Any]:
    found = function.properties()
    moments = {"forward": found.second_moment, "variance": found.variance, "backward": found.slope_second_moment}
    return {
        "range": list(found.range),
        "limits": list(found.limits),
        "kinks": list(found.kinks),
        "dead": [list(zone) for zone in found.dead_zones],
        "saturation": list(found.saturation),
        "bounded": found.is_bounded,
        "smooth": found.smoothness == math.inf,
        "smoothness": found.smoothness,
        "monotone": found.is_monotone,
        "centred": found.is_zero_centred,
        "symmetry": found.symmetry,
        "lipschitz": found.lipschitz,
        "mean": found.mean,
        "std": math.sqrt(found.variance),
        "gains": {kind: 1 / math.sqrt(moment) for kind, moment in moments.items() if 0 < moment < math.inf},
        "chi": found.chi if found.second_moment else None,
    }
