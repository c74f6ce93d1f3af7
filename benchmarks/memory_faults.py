"""The cost of page faults in a large fresh result, and what helps; prints a table.

    python benchmarks/memory_faults.py [--threads 2] [--rounds 40]

Each row is one way to get the memory of relu's float32 result, freed again each time; times are ns per element, the
least of the rounds, in which the ways take turns. In brackets: in copies of the same bytes into existing memory.
"""

from __future__ import annotations

import argparse
import ctypes
import mmap
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent / "src/softknee/native/engine"
SIZES = (1_000_000, 3_000_000, 16_000_000, 30_000_000)
COPY = "copy, existing memory"


def build() -> ctypes.CDLL:
    """The C beside this file, compiled with the library's own pool and memory."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "memory_faults.so"
        sources = [HERE / "memory_faults.c", ENGINE / "pool.c", ENGINE / "memory.c"]
        flags = [
            "-std=c11",
            "-O3",
            "-mavx2",
            "-DSOFTKNEE_THREADS",
            "-pthread",
            "-shared",
            "-fPIC",
            f"-I{ENGINE}",
        ]
        subprocess.run(["cc", *flags, *map(str, sources), "-o", str(target), "-lm"], check=True)
        library = ctypes.CDLL(str(target))
    for name in ("copy", "rectify", "stream"):
        getattr(library, name).argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int]
    library.populate.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int]
    for name in ("advise", "lend"):
        getattr(library, name).argtypes = [ctypes.c_void_p, ctypes.c_ssize_t]
    library.pool_start()
    return library


def ways(library: ctypes.CDLL, x: Any, existing: Any, block: Any, threads: int) -> dict[str, Callable[[], None]]:
    """The ways to get memory for a result of `x`, each computing it once; `existing` and `block` are memory of its
    size.
    """
    n, start, kept, lent = x.size, x.ctypes.data, existing.ctypes.data, block.ctypes.data
    advise_by_numpy = np._core.multiarray._set_madvise_hugepage

    def numpy(advised: bool) -> None:
        advise_by_numpy(advised)
        y = np.empty(n, np.float32)
        library.rectify(start, y.ctypes.data, n, threads)

    def torch_empty(advised: bool = False, populated: bool = False, run: Any = library.rectify) -> None:
        y = torch.empty(n)
        if advised:
            library.advise(y.data_ptr(), n)
        if populated:
            library.populate(y.data_ptr(), n, threads)
        run(start, y.data_ptr(), n, threads)

    def mapped(huge: bool, populated: bool) -> None:
        memory = mmap.mmap(-1, n * 4 + (1 << 21), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        y = np.frombuffer(memory, np.float32)
        if huge:
            memory.madvise(mmap.MADV_HUGEPAGE)
        if populated:
            library.populate(y.ctypes.data, n, threads)
        library.rectify(start, y.ctypes.data, n, threads)

    def lazily_freed() -> None:
        library.rectify(start, lent, n, threads)
        library.lend(lent, n)

    def followed(run: Any) -> None:
        run(start, kept, n, threads)
        library.rectify(kept, kept, n, threads)

    return {
        COPY: lambda: library.copy(start, kept, n, threads),
        "relu, existing memory (out=)": lambda: library.rectify(start, kept, n, threads),
        "existing, non-temporal stores": lambda: library.stream(start, kept, n, threads),
        "relu, then relu in place": lambda: followed(library.rectify),
        "the same, first non-temporal": lambda: followed(library.stream),
        "a kept block, MADV_FREE in between": lazily_freed,
        "np.empty, its advice off": lambda: numpy(False),
        "np.empty, its advice on (default)": lambda: numpy(True),
        "torch.empty": torch_empty,
        "torch.empty, advised": lambda: torch_empty(True),
        "torch.empty, populated": lambda: torch_empty(False, True),
        "torch.empty, advised, populated": lambda: torch_empty(True, True),
        "torch.empty, advised, non-temporal": lambda: torch_empty(True, False, library.stream),
        "mmap": lambda: mapped(False, False),
        "mmap, advised": lambda: mapped(True, False),
        "mmap, populated": lambda: mapped(False, True),
        "mmap, advised, populated": lambda: mapped(True, True),
    }


def measure(library: ctypes.CDLL, n: int, threads: int, rounds: int) -> dict[str, float]:
    """The nanoseconds per element of each way, the least of `rounds`."""
    x = np.random.default_rng(0).standard_normal(n, np.float32)
    existing, block = np.zeros_like(x), np.zeros_like(x)
    found = ways(library, x, existing, block, threads)
    least = dict.fromkeys(found, float("inf"))
    for _ in range(rounds):
        for name, run in found.items():
            before = time.perf_counter()
            run()
            least[name] = min(least[name], (time.perf_counter() - before) / n * 1e9)
    return least


def main() -> None:
    """Measure at every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    library = build()
    columns = [measure(library, n, options.threads, options.rounds) for n in SIZES]
    print(f"| {options.threads} threads | " + " | ".join(f"{n:,}" for n in SIZES) + " |")
    print("|---" * (len(SIZES) + 1) + "|")
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(f"{c[name]:.2f} ({c[name] / c[COPY]:.1f})" for c in columns) + " |")


if __name__ == "__main__":
    main()
