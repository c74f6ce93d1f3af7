"""Faults are looked for with more threads than most machines have cores, so that they meet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import softknee as knee

HUGE_GIB = 14


@pytest.fixture(autouse=True)
def many_threads() -> Iterator[None]:
    before = knee.get_num_threads()
    knee.set_num_threads(4)
    yield
    knee.set_num_threads(before)


def available_gib() -> float:
    """The memory that a process could get, as Linux estimates it; 0 where nobody tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0.0
    found = dict(line.split(":") for line in lines)
    return int(found["MemAvailable"].split()[0]) / 2**20


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A machine that lacks the memory deselects what is marked `huge`."""
    huge = [item for item in items if item.get_closest_marker("huge")]
    if huge and available_gib() < HUGE_GIB:
        items[:] = [item for item in items if item not in huge]
        config.hook.pytest_deselected(items=huge)


def pytest_report_collectionfinish(config: pytest.Config) -> str:
    """Say so, for a run that asks for them would otherwise only show a count."""
    asked = config.getoption("markexpr") == "huge" and available_gib() < HUGE_GIB
    return f"huge: deselected, less than {HUGE_GIB} GiB of memory are available" if asked else ""
