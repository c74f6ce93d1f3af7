"""The page that a notebook shows of a function: formula, picture, computed properties."""

from __future__ import annotations

from html import escape
from typing import Any

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.support.extras import MissingExtraError
from softknee.targets.latex import latex

from .describe import property_rows


def formula(definition: Definition | AxiswiseDefinition) -> str:
    """The definition f(x) = ... in LaTeX, without dollar signs."""
    name = definition.name.replace("_", r"\_")
    if isinstance(definition, Definition):
        return rf"\operatorname{{{name}}}({', '.join(definition.inputs)}) = {latex(definition.textbook)}"
    return rf"\operatorname{{{name}}}(x)_i = {definition.latex}"


def html(function: Any) -> str:
    """The page of a function as a piece of HTML; it has no picture without matplotlib, or where there is no curve."""
    rows = _rows(function)
    table = "".join(
        f"<tr><th style='text-align:left'>{escape(label)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
        for label, text in rows
    )
    return (
        f"<div><h4>{escape(function.name)}</h4><p>{escape(function.notes().summary)}</p>"
        f"<p>$${formula(function.definition)}$$</p>{_picture(function)}<table>{table}</table>"
        f"<p><small>{escape(function.paper)}</small></p></div>"
    )


def _rows(function: Any) -> list[tuple[str, str]]:
    return property_rows(function) if _has_curve(function) else []


def _has_curve(function: Any) -> bool:
    return hasattr(function, "properties")


def _picture(function: Any) -> str:
    from .plotting import svg

    try:
        return svg(function) if _has_curve(function) else ""
    except MissingExtraError:
        return ""
