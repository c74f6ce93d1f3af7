"""Write the generated C sources: `python -m softknee.native.generate OUTDIR`, run by the build."""

from __future__ import annotations

import sys
from pathlib import Path

import softknee.catalogue  # noqa: F401  (fills the registry)
from softknee.language.definition import CATALOGUE, Definition
from softknee.printers import c, c_close, c_pair


def main(folder: str) -> None:
    """Write `kernels.c`, `kernels_<grade>.c`, `kernels_<name>.c` for those by hand, `ops.inc` and `ops.h`."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    definitions = [entry for entry in CATALOGUE if isinstance(entry, Definition)]
    kernels = c.compiled_kernels(definitions)
    (target / "kernels.c").write_text(c.kernel_table(kernels), encoding="utf-8")
    for grade in c.AVAILABLE:
        (target / f"kernels_{grade}.c").write_text(c_pair.pair_kernels(kernels, grade), encoding="utf-8")
    for name in c_close.NAMES:
        (target / f"kernels_{name}.c").write_text(c_close.close_kernels(kernels, name), encoding="utf-8")
    (target / "ops.h").write_text(c.ops_header(), encoding="utf-8")
    (target / "ops.inc").write_text(c.op_list(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
