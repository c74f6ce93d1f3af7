"""The loops of the kernels that are written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from .c import AVAILABLE, HEAD, Kernel
from .close_table import close_row


def close_kernels(kernels: Iterable[Kernel]) -> str:
    """The translation unit with the loops of all of them."""
    lines = [HEAD + '#include "real_base.h"\n', f"#if {AVAILABLE['double']}"]
    lines += ['#include "kernels.h"\n#include "close_loop.h"\n']
    for kernel in kernels:
        row = close_row(kernel.titles)
        if row is not None:
            name = f"ISA(close_{kernel.key})"
            steps = ", ".join(part for part in (row.first, row.second, row.guard, row.more) if part)
            lines.append(f"/* {kernel.title} */\nfloat_function {name};\nCLOSE_KERNEL({name}, {steps})")
    return "\n".join([*lines, "#else\ntypedef int nothing_to_define;\n#endif\n"])
