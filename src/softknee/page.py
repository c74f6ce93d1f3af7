"""What a notebook shows of a function: formula, picture, computed properties."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .describe import property_rows
from .extras import MissingExtraError
from .printers.latex import latex

if TYPE_CHECKING:
    from .elementwise import Activation


def formula(function: Activation) -> str:
    """f(x) = ... in LaTeX, without dollar signs."""
    return rf"\operatorname{{{function.name.replace('_', chr(92) + '_')}}}(x) = {latex(function.definition.textbook)}"


def html(function: Activation) -> str:
    """The page as a piece of HTML; without matplotlib it has no picture."""
    from .plotting import svg

    try:
        picture = svg(function)
    except MissingExtraError:
        picture = ""
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(label)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
        for label, text in property_rows(function)
    )
    return (
        f"<div><h4>{escape(function.name)}</h4><p>{escape(function.notes().summary)}</p>"
        f"<p>$${formula(function)}$$</p>{picture}<table>{rows}</table><p><small>{escape(function.paper)}</small></p></div>"
    )
