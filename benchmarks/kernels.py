"""The times of the float32 kernels, in cache, on one thread: `python benchmarks/kernels.py [NAMES]`.

Generates the C as a build does, compiles it for this processor and lets the grades take turns with a yardstick: a
sigmoid in float as it is usually written, one exponential of 2 ulp and one division. Prints medians as multiples of it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import softknee
import softknee.catalogue
from softknee.language.definition import CATALOGUE, Definition
from softknee.targets.c.close_table import CLOSE
from softknee.targets.c.generate import main as generate
from softknee.targets.c.kernels import Kernel, compiled_kernels

HERE = Path(__file__).resolve().parent
NATIVE = Path(softknee.__file__).resolve().parent / "native"
FLAGS = ["-O3", "-march=native", "-std=gnu11", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
FLAGS += ["-fno-thread-jumps", *(f"-I{folder}" for folder in NATIVE.iterdir())]
GRADES = ("wide", "close", "rough")


def chosen(names: list[str]) -> list[tuple[str, Kernel]]:
    """The specs with a hand-written kernel, of all functions or of these."""
    definitions = [entry for entry in CATALOGUE if isinstance(entry, Definition)]
    kernels = compiled_kernels(definitions)
    return [
        (title, kernel)
        for title in CLOSE
        if not names or title.split()[0] in names
        for kernel in kernels
        if title in kernel.titles
    ]


def build(folder: Path, specs: list[tuple[str, Kernel]]) -> Path:
    """The path of a program that times these specs."""
    generate(str(folder))
    keys = list(dict.fromkeys(kernel.key for _, kernel in specs))
    declared = "".join(f"float_function {', '.join(f'{grade}_{key}_base' for grade in GRADES)};\n" for key in keys)
    rows = "".join(
        f'    {{"{title}", {{{", ".join(f"{grade}_{kernel.key}_base" for grade in GRADES)}}}}},\n'
        for title, kernel in specs
    )
    (folder / "specs.inc").write_text(f"{declared}static const struct row rows[] = {{\n{rows}}};\n", encoding="utf-8")
    program = folder / "kernels"
    sources = [HERE / "kernels.c", HERE / "yardstick.c", *(folder / f"kernels_{grade}.c" for grade in GRADES)]
    subprocess.run(["cc", *FLAGS, f"-I{folder}", *map(str, sources), "-lm", "-o", str(program)], check=True)
    return program


def main(names: list[str]) -> None:
    """Build the program and run it."""
    known = {title.split()[0] for title in CLOSE}
    for name in names:
        if name not in known:
            sys.exit(f"kernels.py: {name!r} has no kernel by hand; there are {', '.join(sorted(known))}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([str(build(Path(folder), chosen(names)))], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
