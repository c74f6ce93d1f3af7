"""Write the generated C sources: `python -m softknee.targets.c.generate OUTDIR`, run by the build."""

from __future__ import annotations

import sys
from pathlib import Path

import softknee.catalogue  # noqa: F401  (fills the registry)
from softknee.language.definition import CATALOGUE, Definition
from softknee.targets.c import close as c_close
from softknee.targets.c import kernels as c
from softknee.targets.c import pairs as c_pair


def write(path: Path, text: str) -> None:
    """Write a file, unless that is what it has: what is compiled from it stays then."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main(folder: str) -> None:
    """Write `kernels.c`, those of each grade, those by hand and those on bits, `ops.inc` and `ops.h`."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    definitions = [entry for entry in CATALOGUE if isinstance(entry, Definition)]
    kernels = c.compiled_kernels(definitions)
    write(target / "kernels.c", c.kernel_table(kernels, c_pair.piecewise_kernels(kernels)))
    for grade in c.AVAILABLE:
        write(target / f"kernels_{grade}.c", c_pair.pair_kernels(kernels, grade))
    for name in c_close.NAMES:
        write(target / f"kernels_{name}.c", c_close.close_kernels(kernels, name))
    write(target / "kernels_bits.c", c.bits_kernels(kernels))
    write(target / "ops.h", c.ops_header())
    write(target / "ops.inc", c.op_list())


if __name__ == "__main__":
    main(sys.argv[1])
