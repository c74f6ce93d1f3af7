"""A Markdown extension that shows the doctests of docstrings as code, where Markdown would see nested quotations."""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor


class Doctests(Extension):
    """An extension that puts a fence around each run of lines that begins with `>>>`, up to an empty line."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the preprocessor at priority 28, before the one at 25 that reads fences."""
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
