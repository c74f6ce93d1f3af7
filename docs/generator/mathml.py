"""LaTeX -> MathML when the pages are built: browsers show it by themselves, without a script or a network."""

from __future__ import annotations

import re
from html import unescape

from latex2mathml.converter import convert

_ARITHMATEX = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<block>.*?)\\\])</(?P=tag)>', re.DOTALL
)
# "ln x" needs its space; "ln(x)" needs none.
_FUNCTION = re.compile(r"(<m[io]>(?:ln|sin|cos|tanh|arctan|arsinh|erf|erfc|log)</m[io]>)(?!<mo[^>]*>(?:&#x00028;|\())")


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as a `<math>` element; `display` is "inline" or "block"."""
    made = convert(latex, display=display)
    return _FUNCTION.sub(r'\1<mspace width="0.17em"></mspace>', made)


def in_page(html: str) -> str:
    """A page with its `$...$`, which Markdown has marked, as MathML."""

    def replace(match: re.Match[str]) -> str:
        inline = match["inline"]
        if inline is not None:
            return mathml(unescape(inline))
        return f'<div class="formula">{mathml(unescape(match["block"]), "block")}</div>'

    return _ARITHMATEX.sub(replace, html)
