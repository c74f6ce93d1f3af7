"""The page of each function and the index of all, in Markdown, read off the registry."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any

from pictures import sparkline
from words import word

import softknee as knee
from softknee.atlas.formulas import formulas, source
from softknee.atlas.snippets import snippets
from softknee.display.describe import number, promise_row, property_rows
from softknee.display.notes import chinese_name, family
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.targets.latex import name_latex

LANGUAGES = ("en", "zh")


def folder(language: str) -> str:
    """The folder in which the pages of a language lie."""
    return "catalogue" if language == "en" else "zh/catalogue"


def functions() -> list[Any]:
    """All functions of the catalogue, family by family."""
    return sorted((knee.get(name) for name in knee.names()), key=lambda f: f.family)


def function_page(function: Any, language: str) -> str:
    """The page of one function."""
    own = function.name
    title = own if language == "en" else chinese_name(function.definition)
    other = f"../zh/catalogue/{own}.md" if language == "en" else f"../../catalogue/{own}.md"
    picture = f"{own}.svg" if language == "en" else f"../../catalogue/{own}.svg"
    atlas = "../atlas/index.html" if language == "en" else "../../atlas/index.html"
    parts = [
        f"---\ntitle: {title}\n---",
        f"# {title}",
        f"[{'简体中文' if language == 'en' else 'English'}]({other}){{ .language }}",
        _linked(function.notes(language).summary, function, language, everywhere=False),
        *_formulas(function, language),
        f"![{_alt(function, language)}]({picture}){{ .plot }}",
        f"[{word('Move it in the atlas', language)}]({atlas}#/{language}/f/{own})",
        *_notes(function, language),
        *_properties(function, language),
        *_parameters(function, language),
        *_code(function, language),
        *_definition(function, language),
    ]
    return "\n\n".join(parts) + "\n"


def index_page(language: str) -> str:
    """The index of all functions by family, each with a small curve."""
    found = functions()
    intro = (
        f"{len(found)} functions. The curve is drawn from x = -4 to 4 (for a gate a = 1; along an axis x = (t, 0))."
        if language == "en"
        else f"共 {len(found)} 个函数。小图画出 x 从 -4 到 4 的曲线（门控单元取 a = 1；沿轴函数取 x = (t, 0)）。"
    )
    other = "../zh/catalogue/index.md" if language == "en" else "../../catalogue/index.md"
    title = word("Functions", language) if language == "zh" else "Functions"
    parts = [
        f"# {title}",
        f"[{'简体中文' if language == 'en' else 'English'}]({other}){{ .language }}",
        intro,
    ]
    for group in dict.fromkeys(f.family for f in found):
        rows = "".join(_row(f, language) for f in found if f.family == group)
        parts += [f"## {family(group, language)}", f'<table class="functions"><tbody>{rows}</tbody></table>']
    return "\n\n".join(parts) + "\n"


def _row(function: Any, language: str) -> str:
    # HTML links need the address that mkdocs gives the page, not the name of its source.
    name = f'<a href="{function.name}/"><code>{function.name}</code></a>'
    if language == "zh" and chinese_name(function.definition) != function.name:
        name += f"<br><small>{escape(chinese_name(function.definition))}</small>"
    summary = re.sub("`([^`]*)`", r"<code>\1</code>", escape(function.notes(language).summary))
    return f"<tr><td>{sparkline(function)}</td><td>{name}</td><td>{summary}</td></tr>"


# -- formulas ---------------------------------------------------------------------------
def _formulas(function: Any, language: str) -> list[str]:
    shown = []
    for text in formulas(function):
        if text:
            shown.append(f"$$\n{text}\n$$")
        else:
            shown.append(word("The slope is too long to print; `derivative` computes it.", language))
    if isinstance(function, Gate):
        shown.append(word("The first half of x along the axis is a, the second half b.", language))
    if isinstance(function, Activation) and function.kinks:
        guide = "../guide/derivatives.md" if language == "en" else "../../guide/derivatives.md"
        text = word("At a kink the slope is the limit from the left", language)
        link = word("what that means", language)
        shown.append(f"{text} ([{link}]({guide}))." if language == "en" else f"{text}（[{link}]({guide})）。")
    return shown


def _alt(function: Any, language: str) -> str:
    if isinstance(function, Axiswise):
        lead = word("outputs and slopes for x = (t, 0):", language)
    else:
        lead = word("f, f′ and f″ of", language)
    return f"{lead} {function.name}"


# -- notes ------------------------------------------------------------------------------
def _notes(function: Any, language: str) -> list[str]:
    notes = function.notes(language)
    rows = []
    for heading, key in (
        ("For", "purpose"), ("Strengths", "strengths"), ("Weaknesses", "weaknesses"), ("Instead", "instead")
    ):  # fmt: skip
        text = getattr(notes, key)
        if text:
            colon = ":" if language == "en" else "："
            linked = _linked(text, function, language, everywhere=heading == "Instead")
            rows.append(f"**{word(heading, language)}{colon}** {linked}")
    if function.paper:
        rows.append(f"**{word('Origin', language)}{':' if language == 'en' else '：'}** {_with_arxiv(function.paper)}")
    if function.aliases:
        names = ", ".join(f"`{a}`" for a in function.aliases)
        rows.append(f"**{word('Aliases', language)}{':' if language == 'en' else '：'}** {names}")
    return [f"## {word('Notes', language)}", *rows]


def _with_arxiv(text: str) -> str:
    return re.sub(r"arXiv:(\d{4}\.\d{4,5})", r"[arXiv:\1](https://arxiv.org/abs/\1)", _plain(text))


def _plain(text: str) -> str:
    """Text with everything but `code` escaped, so that Markdown sees no markup in it."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"([*_\[\]$])", r"\\\1", escape(p, quote=False)) for p in pieces)


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    ordered = sorted(knee.names(), key=len, reverse=True)
    # After an article the word is no function's name: "an exponential".
    return re.compile(rf"(?<!\ba )(?<!\ban )(?<![A-Za-z0-9_])({'|'.join(map(re.escape, ordered))})(?![A-Za-z0-9_])")


def _linked(text: str, function: Any, language: str, everywhere: bool) -> str:
    """Text with the names of other functions as links, where it is about other functions."""
    if not everywhere:
        return _plain(text)
    pieces = []
    at = 0
    for match in _names().finditer(text):
        pieces.append(_plain(text[at : match.start()]))
        name = match[1]
        pieces.append(f"`{name}`" if name == function.name else f"[`{name}`]({name}.md)")
        at = match.end()
    return "".join(pieces) + _plain(text[at:])


# -- tables -----------------------------------------------------------------------------
def _properties(function: Any, language: str) -> list[str]:
    if not isinstance(function, Activation):
        return []
    return [
        f"## {word('Computed properties', language)}",
        word("Computed from the definition at the default parameters.", language),
        table([word("property", language), word("value", language)], property_rows(function, language)),
        word("The errors that tests allow, at default and at unusual parameters:", language),
        table(["", ""], [promise_row(function.definition.ulp, language)]),
    ]


def _parameters(function: Any, language: str) -> list[str]:
    if isinstance(function, Axiswise):
        if not function.options:
            return []
        rows = [(f"`{name}`", f"`{value!r}`") for name, value in function.options.items()]
        return [
            f"## {word('Parameters', language)}",
            table([word("name", language), word("default", language)], rows, raw=True),
        ]
    if not function.parameters:
        return []
    headings = [word(h, language) for h in ("name", "symbol", "default", "domain", "learned", "about")]
    rows = []
    for name, p in function.parameters.items():
        if p.choices:
            choices = ", ".join(f'`"{c}"`' for c in p.choices)
            rows.append((f"`{name}`", "", f'`"{p.default}"`', f"{word('one of', language)} {choices}", "", ""))
            continue
        learned = word("yes" if p.learnable else "no", language)
        domain = _domain(p.domain)
        rows.append((f"`{name}`", f"${name_latex(name)}$", number(float(p.default)), domain, learned, _plain(p.about)))
    if not any(row[5] for row in rows):
        headings, rows = headings[:5], [row[:5] for row in rows]  # type: ignore[misc]
    return [f"## {word('Parameters', language)}", table(headings, rows, raw=True)]


def _domain(domain: Any) -> str:
    low = "(" if domain.open_low or domain.low == float("-inf") else "["
    high = ")" if domain.open_high or domain.high == float("inf") else "]"
    return f"{low}{number(domain.low)}, {number(domain.high)}{high}".replace("[", "\\[")


def table(headings: list[str], rows: Any, raw: bool = False) -> str:
    """A Markdown table; cells are plain text unless `raw`."""
    cell: Callable[[str], str] = (lambda text: text) if raw else (lambda text: _plain(text).replace("|", "\\|"))
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return "\n".join(lines)


# -- code -------------------------------------------------------------------------------
def _code(function: Any, language: str) -> list[str]:
    tabs = []
    for title, code in snippets(function).items():
        block = f"```python\n{code}\n```"
        tabs.append(f'=== "{word(title, language)}"\n\n{textwrap.indent(block, "    ")}')
    return [f"## {word('Use', language)}", *tabs]


def _definition(function: Any, language: str) -> list[str]:
    sentence = "All of this page but its notes is read off this definition."
    if isinstance(function, Axiswise):
        sentence = "The gradient by x, for g that of the result, stands beside it."
    return [f"## {word('Definition', language)}", word(sentence, language), f"```python\n{source(function)}\n```"]
