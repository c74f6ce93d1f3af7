"""The check of docstrings: it finds each fault that it is there for, and lets good docstrings pass."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "check_docstrings.py"
ROOT_MODULE = '''
"""A package."""
_LAZY = {"double": "room:double", "Box": "room:Box", "corner": "corner"}
__all__ = [*sorted(_LAZY)]
'''
GOOD = '''
"""Doubles and boxes."""


def double(x: Tensor, times: int = 1) -> Lid:
    """Twice the input.

    Args:
        x: The numbers, of any shape.
        times: How often to double.

    Returns:
        A lid.

    Raises:
        ValueError: where `times` is negative.

    >>> double(1)
    2
    """
    if times < 0:
        raise ValueError(times)
    return x


class Box:
    """A box.

    Args:
        width: In metres.
    """

    def __init__(self, width: float) -> None:
        self.width = width

    @property
    def area(self) -> float:
        """The area, in square metres."""
        return self.width**2


class Lid:
    """The lid of a box."""

    def lift(self) -> None:
        """Open the box."""
'''
CORNER = '''
"""Corners."""


def turn() -> None:
    """Turn it.

    >>> turn()
    """


def _hidden(x):
    return x
'''


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("check_docstrings", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def reasons(tool, tmp_path):
    """The reasons for which a small package is refused, in which `old` of its code is `new`."""

    def found(old="", new="", extra=()):
        assert old in GOOD + CORNER
        package = tmp_path / "src" / "softknee"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(ROOT_MODULE.strip(), encoding="utf-8")
        (package / "room.py").write_text(GOOD.strip().replace(old, new) if old else GOOD.strip(), encoding="utf-8")
        (package / "corner.py").write_text(CORNER.strip().replace(old, new) if old else CORNER.strip(), "utf-8")
        for file, text in extra:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
        return [f"{fault.file}:{fault.line}: {fault.reason}" for fault in tool.faults(tmp_path)]

    return found


def test_good_docstrings_pass(reasons):
    assert reasons() == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"""Doubles and boxes."""', "", "src/softknee/room.py:1: the module has no docstring"),
        ("The area, in", "What is covered, in", 'the docstring of area begins with "What"'),
        ("Open the box", "Whether it opens", 'the docstring of lift begins with "Whether"'),
        ("        times: How often to double.\n", "", "double: Args lacks times"),
        ("of any shape", "as you like", "double: Args says neither shape nor dtype of the array x"),
        ("Returns:\n        A lid.", "", "double has no Returns"),
        ("ValueError: where", "KeyError: where", "double: Raises lacks ValueError"),
        ("Raises:\n        ValueError: where", "Raises ValueError where", "double: Raises lacks ValueError"),
        ("Turn it.", "Turn it. Raises IndexError.", "turn tells in prose what it raises"),
        (">>> turn()", "", "src/softknee/corner.py:4: turn has no doctest"),
        (">>> double(1)", "", "double has no doctest"),
        ("        width: In metres.\n", "", "Box: Args lacks width"),
        ('"""The lid of a box."""', "", "the class Lid has no docstring"),
        ('"""Open the box."""', "pass", "Lid.lift has no docstring"),
        ("Open the box.", "Open the box as in arXiv:1.2.", "Lid.lift names a paper outside of a section Source:"),
    ],
)
def test_a_fault_is_found(reasons, old, new, reason):
    assert [found for found in reasons(old, new) if reason in found]


def test_other_folders_are_read_and_of_tests_the_modules_alone(reasons):
    text = '"""What it does."""\n\n\ndef test_it():\n    """Whether it does."""\n'
    found = reasons(extra=[("tests/test_it.py", text), ("tools/tool.py", "x = 1\n"), ("tests/__init__.py", "")])
    assert len(found) == 2
    assert 'tests/test_it.py:1: the docstring of the module begins with "What"' in found[0]
    assert found[1] == "tools/tool.py:1: the module has no docstring"


def test_a_name_that_leads_nowhere_is_an_error(reasons):
    with pytest.raises(LookupError, match="'corner' is said to be in coroner"):
        reasons(extra=[("src/softknee/__init__.py", ROOT_MODULE.replace('"corner": "corner"', '"corner": "coroner"'))])
