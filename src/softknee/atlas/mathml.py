"""LaTeX turned into MathML when pages are built, which browsers show without a script or a network."""

from __future__ import annotations

import re
from html import unescape

from latex2mathml.converter import convert

_ARITHMATEX = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<block>.*?)\\\])</(?P=tag)>', re.DOTALL
)
# A function's name needs a space after it in "ln x", and none in "ln(x)".
_FUNCTION = re.compile(r"(<m[io]>(?:ln|sin|cos|tanh|arctan|arsinh|erf|erfc|log)</m[io]>)(?!<mo[^>]*>(?:&#x00028;|\())")
# Without a font for mathematics a brace does not stretch, so the style sheet draws it.
_CASES = re.compile(r'<mo stretchy="true" fence="true" form="prefix">&#x0007B;</mo><mtable>')
_UPRIGHT = re.compile(r'(?:<mi mathvariant="normal">[^<]+</mi>){2,}')
_PRIME = re.compile(r"<msup><mi>(\w)</mi><mi>&#x02032;</mi></msup>")
# A minus behind a parenthesis is a sign, and has no space around it.
_SIGN = re.compile(r"(<mo[^>]*>&#x00028;</mo>)<mo>&#x02212;</mo>")


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as a `<math>` element; `display` is "inline" or "block"."""
    made = convert(latex, display=display)
    made = _FUNCTION.sub(r'\1<mspace width="0.17em"></mspace>', made)
    made = _CASES.sub('<mtable class="cases">', made)
    made = _PRIME.sub(r'<mi>\1</mi><mo lspace="0" rspace="0.1em">&#x02032;</mo>', made)
    made = _SIGN.sub(r'\1<mo form="prefix" lspace="0" rspace="0">&#x02212;</mo>', made)
    # Neighbouring upright letters are one word, not a product.
    return _UPRIGHT.sub(lambda run: f"<mi>{''.join(re.findall('>([^<]+)<', run[0]))}</mi>", made)


def in_page(html: str) -> str:
    """A page whose formulas, marked by Markdown, have become MathML."""

    def replace(match: re.Match[str]) -> str:
        inline = match["inline"]
        if inline is not None:
            return mathml(unescape(inline))
        return f'<div class="formula">{mathml(unescape(match["block"]), "block")}</div>'

    return _ARITHMATEX.sub(replace, html)
