"""Ten thousand calls leave nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("leaks.py")

# For 10,000 calls and for 3,000: less than one small object a call, more than the allocators' ups and downs.
MEMORY, HELD, OBJECTS = 64 * 10_000, 20 * 3000, 50


def growth(kind: str) -> dict[str, int]:
    done = subprocess.run([sys.executable, str(PROGRAM), kind], capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", ["numpy", "large", "errors", "torch"])
def test_ten_thousand_calls_leave_nothing_behind(kind):
    left = growth(kind)
    assert left["memory"] < MEMORY
    assert left["held"] < HELD
    assert left["objects"] < OBJECTS


def test_one_array_kept_in_twenty_calls_is_seen():
    left = growth("leaking")
    assert left["memory"] >= MEMORY
    assert left["held"] >= HELD
