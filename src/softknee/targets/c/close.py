"""The loops of the kernels that are written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from .close_table import close_row
from .kernels import AVAILABLE, HEAD, Kernel

Name = Literal["close", "rough"]
_LOOPS = {1: "CLOSE_AT_ONCE", 2: "CLOSE_TWO", 3: "CLOSE_THREE"}  # by the number of steps
NAMES: tuple[Name, ...] = ("close", "rough")


def close_kernels(kernels: Iterable[Kernel], name: Name) -> str:
    """The translation unit with the loops of all of them, for float32 or for results of 16 bits."""
    lines = [HEAD + '#include "real_base.h"\n', f"#if {AVAILABLE['double']}"]
    lines += [f"#define CLOSE_{name.upper()}"]
    lines += ['#include "kernels.h"\n#include "close_loop.h"\n']
    for kernel in kernels:
        row = close_row(kernel.titles)
        if row is not None:
            function = f"ISA({name}_{kernel.key})"
            loop = _LOOPS[len(row.steps)]
            more = (row.more,) if row.more else ()
            parts = ", ".join((function, str(row.of), row.guard, f"CLOSE_{row.result}", *row.steps, *more))
            lines.append(f"/* {kernel.title} */\nfloat_function {function};\n{loop}({parts})")
            if row.is_piecewise:
                piecewise = f"ISA({name}_piecewise_{kernel.key})"
                lines.append(f"#define PIECEWISE(at) CLOSE_ALONE({', '.join(('at', *row.steps, *more))})")
                lines.append(f"piecewise_function {piecewise};")
                lines.append(f"CLOSE_PIECEWISE({piecewise}, {row.guard}, {int(row.doubts)})")
                lines.append("#undef PIECEWISE")
    return "\n".join([*lines, "#else\ntypedef int nothing_to_define;\n#endif\n"])
