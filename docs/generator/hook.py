"""The functions that mkdocs calls: they add the pages of the catalogue, fill in tables, and turn formulas into MathML.

Nothing is written into the source tree; the pages exist in the site only.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from doctests import Doctests
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pages import LANGUAGES, folder, function_page, functions, index_page
from pictures import picture
from tables import TABLES

from softknee.atlas.build import NotBuiltError, contents
from softknee.atlas.mathml import in_page
from softknee.display.notes import family
from softknee.lab.claims.claim import claims

_TABLE = re.compile(r"<!-- table: ([a-z ]+) -->")


ATLAS = "atlas"
_UNBUILT = (
    b"<!doctype html><title>atlas</title><p>This documentation was built without the atlas: make atlas builds it.</p>"
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the doctest extension, and put the pages of functions and decisions into the navigation."""
    config.markdown_extensions.append(Doctests())
    for language in LANGUAGES:
        index = f"{folder(language)}/index.md"
        config.nav = _filled(config.nav, index, [index, *_navigation(language)])
        folklore = _claims("zh/claims" if language == "zh" else "claims")
        config.nav = _filled(config.nav, folklore[0], folklore)
    records = sorted(path.name for path in Path(config.docs_dir, "decisions").glob("*.md") if path.name != "index.md")
    decisions = [f"decisions/{name}" for name in ("index.md", *records)]
    config.nav = _filled(config.nav, decisions[0], decisions)
    return config


def _navigation(language: str) -> list[dict[str, list[str]]]:
    families: dict[str, list[str]] = {}
    for function in functions():
        families.setdefault(family(function.family, language), []).append(f"{folder(language)}/{function.name}.md")
    return [{title: pages} for title, pages in families.items()]


def _claims(where: str) -> list[str]:
    """The pages of the claims: the index, then the others by number."""
    return [f"{where}/index.md", *(f"{where}/{claim.name}.md" for claim in claims())]


def _filled(nav: Any, index: str, members: list[Any]) -> Any:
    if isinstance(nav, list):
        return [_filled(item, index, members) for item in nav]
    if isinstance(nav, dict):
        return {title: members if item == index else _filled(item, index, members) for title, item in nav.items()}
    return nav


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and pictures."""
    for language in LANGUAGES:
        files.append(File.generated(config, f"{folder(language)}/index.md", content=index_page(language)))
        for function in functions():
            source = f"{folder(language)}/{function.name}.md"
            files.append(File.generated(config, source, content=function_page(function, language)))
    for function in functions():
        files.append(File.generated(config, f"catalogue/{function.name}.svg", content=_picture(function)))
    for name, content in _atlas(config).items():
        files.append(File.generated(config, f"{ATLAS}/{name}", content=content))
    return files


def _atlas(config: MkDocsConfig) -> dict[str, bytes]:
    """The files of the atlas, with links to the sections of this documentation."""
    try:
        return contents(docs={language: _sections(config.nav, language) for language in LANGUAGES})
    except NotBuiltError:
        return {"index.html": _UNBUILT}


def _sections(nav: Any, language: str) -> list[tuple[str, str]]:
    """The titles of the navigation's sections with the addresses of their first pages, relative to the atlas."""
    titled = [(title, members) for section in nav for title, members in section.items()]
    chinese = next(members for title, members in titled if title == "中文")
    if language == "zh":
        titled = [(title, page) for each in chinese if isinstance(each, dict) for title, page in each.items()]
        titled.insert(0, ("文档首页", chinese[0]))
    else:
        titled = [(title, members) for title, members in titled if title not in ("中文", "Atlas")]
    return [(title, f"../{_address(_first(members))}") for title, members in titled]


def _first(members: Any) -> str:
    """The first page below a place in the navigation."""
    while not isinstance(members, str):
        members = next(iter(members.values())) if isinstance(members, dict) else members[0]
    return members


def _address(source: str) -> str:
    """The address that mkdocs gives to a page's source."""
    return re.sub(r"(?:(?<=/)|^)index\.md$", "", source) if source.endswith("index.md") else f"{source[:-3]}/"


@cache
def _picture(function: Any) -> str:
    return picture(function)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page's Markdown with its tables filled in."""
    return _TABLE.sub(lambda match: TABLES[match[1]](), markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page's HTML with its formulas as MathML."""
    return in_page(html)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """The page with its language set, by which browsers choose the shapes of Chinese characters."""
    if page.file.src_uri.startswith("zh/"):
        output = output.replace('<html lang="en"', '<html lang="zh-Hans"', 1)
        return output.replace("Table of contents", "目录")
    return output
