"""A doctest in a docstring is code, not a quotation thrice nested."""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor


class Doctests(Extension):
    """Puts a fence around each run of lines that begins with `>>>`, up to an empty line."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Come before the fences are read, at 25."""
        md.preprocessors.register(_Fences(md), "doctests", 28)


class _Fences(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        made: list[str] = []
        inside = False
        for line in lines:
            if not inside and line.startswith(">>>"):
                made.append("```pycon")
                inside = True
            elif inside and not line.strip():
                made.append("```")
                inside = False
            made.append(line)
        return [*made, "```"] if inside else made
