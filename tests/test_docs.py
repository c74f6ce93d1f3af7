"""The documentation: it builds without a warning, its code runs, and docstrings tell the truth."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import softknee as knee

from .needed import built_app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [path for path in (ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md") if path.is_file()]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MODULES = sorted(m.name for m in pkgutil.walk_packages(knee.__path__, "softknee.") if not m.name.endswith("_native"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site; strict: a dead link or a missing page fails."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    return folder


# A file of the project as pages name it: in backticks, from one of these folders.
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|c|h|cpp|md|ini|js|ts|csv|toml))`")
FROM = ("", "src/softknee/", "src/softknee/native/", "src/softknee/targets/", "src/", "docs/", "web/src/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page):
    named = set(NAMED.findall(page.read_text(encoding="utf-8"))) - TO_BE_ADDED
    assert [file for file in named if not any((ROOT / folder / file).exists() for folder in FROM)] == []


# Files of the examples of what to add.
TO_BE_ADDED = {"src/softknee/doctor/rules/one_sign.py", "tests/doctor/rules/test_one_sign.py"}


@pytest.mark.parametrize("where", ["catalogue", "zh/catalogue"])
def test_every_function_has_its_page_with_formula_and_picture(site, where):
    for name in knee.names():
        page = (site / where / name / "index.html").read_text(encoding="utf-8")
        assert "<math" in page, name
        assert f"{name}.svg" in page, name
        assert (site / "catalogue" / f"{name}.svg").stat().st_size > 1000, name


class _Links(HTMLParser):
    """What a page links to, and the places on it that can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.places |= {found[name] for name in ("id", "name") if found.get(name)}
        self.targets += [found[name] for name in ("href", "src") if found.get(name)]


def test_every_link_leads_somewhere(site):
    pages = {path: _Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert site / "atlas" / "index.html" in pages
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # its links are from the root of wherever the site lies
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            there = path if not parts.path else Path(os.path.normpath(path.parent / unquote(parts.path)))
            there = there / "index.html" if there.is_dir() else there
            assert there.exists(), (path.relative_to(site), target)
            if parts.fragment and there in pages and not parts.fragment.startswith("/"):
                assert unquote(parts.fragment) in pages[there].places, (path.relative_to(site), target)


def test_the_atlas_and_the_documentation_lead_to_each_other(site):
    built_app()
    data = (site / "atlas" / "data.js").read_text(encoding="utf-8")
    docs = json.loads(re.search(r'"docs":(\{.*\})\};', data)[1])
    assert {title for title, _ in docs["en"]} >= {"Start", "Guide", "Measured", "Functions", "Reference", "Decisions"}
    assert len(docs["zh"]) >= 4
    for title, address in (*docs["en"], *docs["zh"]):
        assert (site / "atlas" / address / "index.html").resolve().exists(), (title, address)
    page = (site / "catalogue" / "mish" / "index.html").read_text(encoding="utf-8")
    assert 'href="../../atlas/#/en/f/mish"' in page
    chinese = (site / "zh" / "catalogue" / "mish" / "index.html").read_text(encoding="utf-8")
    assert 'href="../../../atlas/#/zh/f/mish"' in chinese


def test_the_pages_need_no_network(site):
    fetched = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//')
    for page in site.rglob("*.html"):
        assert not fetched.search(page.read_text(encoding="utf-8")), page


def test_no_markup_is_left_over(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<!-- table" not in text, page
        assert 'class="arithmatex"' not in text, page
        # What the converter does not know it hands through as it is.
        for formula in re.findall(r"<math.*?</math>", text, re.DOTALL):
            assert "\\" not in formula, (page, formula)


def test_a_language_knows_the_other(site):
    english = (site / "catalogue/mish/index.html").read_text(encoding="utf-8")
    chinese = (site / "zh/catalogue/mish/index.html").read_text(encoding="utf-8")
    assert 'href="../../zh/catalogue/mish/"' in english
    assert 'href="../../../catalogue/mish/"' in chinese
    assert '<html lang="zh-Hans"' in chinese


# Lightning on a page's small data and a machine with few cores, and PyTorch on how Lightning looks at its loaders.
@pytest.mark.filterwarnings("ignore:The '\\w+' does not have many workers:UserWarning")
@pytest.mark.filterwarnings("ignore:The number of training batches:UserWarning")
@pytest.mark.filterwarnings("ignore:`isinstance\\(treespec, LeafSpec\\)` is deprecated:FutureWarning")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_code_on_pages_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = PYTHON.findall(page.read_text(encoding="utf-8"))
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)


def test_links_between_files_of_the_repository_resolve():
    for page in PAGES[: -len(list((ROOT / "docs").rglob("*.md")))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


@pytest.mark.parametrize("folder", ["docs", "src/softknee", "web/src"])
def test_a_dead_unit_has_one_name_in_chinese(folder):
    introduced = "“ReLU 死亡（dying ReLU）”"
    suffixes = {".md", ".py", ".ini", ".ts", ".svg"}
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    texts = {path: path.read_text(encoding="utf-8").replace(introduced, "") for path in [*files, ROOT / "README.zh.md"]}
    assert [path.name for path, text in texts.items() if re.search("死亡|致死|死掉", text)] == []


@pytest.mark.parametrize("module", ["softknee", *MODULES])
def test_docstrings(module):
    found = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
