"""The wish for huge pages `native/engine/memory.c`: where it is made, and that it changes no content."""

from __future__ import annotations

import ctypes
import mmap
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from . import INCLUDES, NATIVE

MIB = 1 << 20


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    target = tmp_path_factory.mktemp("memory") / "memory.so"
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", *INCLUDES]
    subprocess.run(["cc", *flags, str(NATIVE / "engine/memory.c"), "-o", str(target)], check=True)
    library = ctypes.CDLL(str(target))
    library.memory_advise_huge.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    library.memory_advise_huge.restype = None
    return library


def advised_bytes(start: int, size: int) -> int:
    """How many of these bytes lie in mappings that are flagged for huge pages."""
    found = 0
    text = Path("/proc/self/smaps").read_text() if sys.platform == "linux" else ""
    for low, high, flags in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) .*?^VmFlags: (.*?)$", text, re.M | re.S):
        if "hg" in flags.split():
            found += max(0, min(int(high, 16), start + size) - max(int(low, 16), start))
    return found


@pytest.mark.parametrize(("offset", "size"), [(0, 8 * MIB), (16, 8 * MIB), (64, 8 * MIB - 64), (4096, 5 * MIB + 3)])
def test_the_whole_pages_inside_are_advised_and_no_others(memory, offset, size):
    with mmap.mmap(-1, 16 * MIB) as block:
        start = np.frombuffer(block, np.uint8).ctypes.data
        memory.memory_advise_huge(start + offset, size)
        inside = advised_bytes(start + offset, size)
        assert advised_bytes(start, 16 * MIB) == inside
        if sys.platform == "linux":
            assert size - 2 * 65536 < inside <= size


@pytest.mark.parametrize("size", [0, 1, 4096, 4 * MIB - 1])
def test_small_blocks_are_left_alone(memory, size):
    with mmap.mmap(-1, 16 * MIB) as block:
        start = np.frombuffer(block, np.uint8).ctypes.data
        memory.memory_advise_huge(start, size)
        assert advised_bytes(start, 16 * MIB) == 0


def test_content_stays(memory):
    values = np.random.default_rng(0).integers(0, 255, 8 * MIB, np.uint8)
    before = values.copy()
    memory.memory_advise_huge(values.ctypes.data, values.nbytes)
    assert np.array_equal(values, before)
