"""A copy of the project in which a test carries out what CONTRIBUTING.md tells a contributor to do."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from softknee import _native

ROOT = Path(__file__).resolve().parents[1]
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "app", "node_modules", "*.so", ".hypothesis")
# The editable install's finder answers before sys.path: it must not know the package.
_HEAD = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "ScikitBuild" not in type(finder).__name__]
sys.path[:0] = [{source!r}, {root!r}]
import softknee
assert softknee.__file__.startswith({root!r}), softknee.__file__
"""


def copy_project(target: Path) -> Path:
    """Copy the project to a folder, with the C module as it is built; the folder."""
    for folder in ("src", "tests", "tools", "docs", "benchmarks", "examples"):
        shutil.copytree(ROOT / folder, target / folder, ignore=_LEFT_OUT)
    for file in ("pyproject.toml", "CONTRIBUTING.md", "README.md"):
        shutil.copy(ROOT / file, target)
    shutil.copy(_native.__file__, target / "src/softknee")
    return target


def snippet(section: str, number: int = 0) -> str:
    """The code block of that number in a section of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    part = re.split(r"\n## ", text.partition(f"\n## {section}\n")[2])[0]
    return re.findall(r"```\w*\n(.*?)```", part, re.DOTALL)[number]


def run(tree: Path, body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program that imports softknee from the copy."""
    program = _HEAD.format(source=str(tree / "src"), root=str(tree)) + body
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=tree, env={**os.environ, **environment}, check=False
    )


def succeed(tree: Path, body: str, **environment: str) -> str:
    """The output of a program that has to end well."""
    done = run(tree, body, **environment)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def suite(tree: Path, *arguments: str) -> str:
    """Run tests of the copy, which have to pass; what pytest printed."""
    options = ["-q", "-p", "no:cacheprovider", *arguments]
    return succeed(tree, f"import pytest\nsys.exit(pytest.main({options!r}))")
