"""The errors and times of each function, read off the pages that `softknee accuracy` and `softknee bench` have
written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from .result_files import ACCURACY, SPEED, record

_NAME = re.compile(r"`(\w+)`")
_NUMBER = re.compile(r"[*\s]")
# The sizes whose times are shown: one that stays in the cache, and one that does not.
_SIZES = ("1e5", "3e7")


@dataclass
class Measured:
    """The measured errors and times of one function."""

    accuracy: list[dict[str, object]] = field(default_factory=list)
    speed: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    section: str
    part: str
    name: str
    cells: dict[str, str]


def measured(name: str) -> Measured:
    """The errors of a function, one entry for each dtype, and its times, one for each pass and size."""
    return _all().get(name, Measured())


def said() -> dict[str, str]:
    """The lines of the pages that say when and with which versions they were measured; "" where there is no page."""
    return {
        "accuracy": _line(ACCURACY, r"^on (\d{4}-.*)$"),
        "speed": _line(SPEED, r"^Written by `softknee bench`: (.*)$"),
    }


@cache
def _all() -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    for row in _rows(ACCURACY):
        if row.section == "Largest errors in ulps":
            errors = {library: cell.replace("**", "") for library, cell in row.cells.items() if cell}
            found.setdefault(row.name, Measured()).accuracy.append({"dtype": row.part, "errors": errors})
    for row in _rows(SPEED):
        what = row.section.removeprefix("float32, ")
        elements = row.part.partition(" ")[0]
        if what == row.section or elements not in _SIZES:
            continue
        times = {
            library: _NUMBER.sub("", cell)
            for library, cell in row.cells.items()
            if " : " not in library and cell not in ("", "–")  # headings with a colon are of ratios
        }
        found.setdefault(row.name, Measured()).speed.append({"what": what, "elements": elements, "times": times})
    return found


def _rows(page: str) -> Iterator[_Row]:
    """The rows of a page's tables whose first cell names a function."""
    path = record(page)
    section = part = ""
    header: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path else []:
        if line.startswith("## "):
            section, part, header = line[3:], "", []
        elif line.startswith("### "):
            part, header = line[4:], []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            named = _NAME.search(cells[0])
            if not header:
                header = cells
            elif named:
                yield _Row(section, part, named[1], dict(zip(header[1:], cells[1:])))


def _line(page: str, pattern: str) -> str:
    path = record(page)
    match = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) if path else None
    return match[1] if match else ""
