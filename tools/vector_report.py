"""The printed kernels that gcc makes no vector loops of: `python tools/vector_report.py [GRADES]`.

A change in how a statement is written can cost a function its vector loop, which no number shows and few clocks.
Compiles the kernels for AVX2 as the build does, and prints those of each grade whose loop stays scalar, after their
number.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import softknee
from softknee.targets.c.generate import main as generate

NATIVE = Path(softknee.__file__).resolve().parent / "native"
FLAGS = ["-O3", "-mavx2", "-mfma", "-mf16c", "-std=gnu11"]
FLAGS += ["-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-thread-jumps"]
GRADES = ("wide", "loose", "double", "close", "rough")
_TITLE = re.compile(r"/\* ((?!Generated).+) \*/")
_FOUND = re.compile(r":(\d+):\d+: optimized: +loop vectorized using 32 byte")


def scalar(source: Path) -> tuple[list[str], int]:
    """The titles of the kernels without a vector loop, and the number of all kernels."""
    includes = [f"-I{folder}" for folder in (source.parent, *NATIVE.iterdir())]
    command = ["gcc", *FLAGS, *includes, "-fopt-info-vec-optimized", "-c", str(source)]
    done = subprocess.run([*command, "-o", "/dev/null"], capture_output=True, text=True, check=True)
    vectors = {int(found[1]) for found in _FOUND.finditer(done.stderr)}
    title, has_vectors = "", {}
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        if found := _TITLE.match(line):
            title = found[1]
        elif title:
            has_vectors[title] = has_vectors.get(title, False) or number in vectors
    return [title for title, found in has_vectors.items() if not found], len(has_vectors)


def main(grades: list[str]) -> None:
    """Print the report for these grades."""
    for grade in grades:
        if grade not in GRADES:
            sys.exit(f"vector_report.py: {grade!r} is no grade; there are {', '.join(GRADES)}")
    with tempfile.TemporaryDirectory() as folder:
        generate(folder)
        for grade in grades or GRADES:
            titles, count = scalar(Path(folder) / f"kernels_{grade}.c")
            print(f"{grade}: {len(titles)} of {count}: {', '.join(titles)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
