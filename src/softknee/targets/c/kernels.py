"""Expr -> C: one block function per spec of an activation, and the table of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import CONDITIONS
from softknee.language.ops import OPS
from softknee.language.program import Program, linearise

from .bits import bits_function
from .bytecode import OPCODES, OPS_DIGEST, SPELLED, encode
from .close_table import close_row
from .columns import columns_function

_KIND = {1: "UNARY", 2: "BINARY"}


def op_list() -> str:
    """The ops as X-macros, for the interpreter's switch."""
    lines = []
    for name, code in OPCODES.items():
        if name == "where":
            kind = "SELECT"
        elif name in ("and", "or"):
            kind = "LOGICAL"
        elif name in CONDITIONS:
            kind = "COMPARE"
        else:
            kind = _KIND[OPS[name].arity]
        lines.append(f"{kind}({name}, {code})")
    return "\n".join(lines) + "\n"


def ops_header() -> str:
    """What identifies the table of ops that the C was generated from."""
    return f'#define OPS_DIGEST "{OPS_DIGEST}"\n#define N_OPS {len(OPCODES)}\n'


def compiled_specs(definition: Definition) -> list[DerivativeSpec]:
    """What is worth compiling ahead: the value, and the slope by each input."""
    return [VALUE, *(DerivativeSpec((name,)) for name in definition.inputs)]


@dataclass(frozen=True)
class Kernel:
    """A program to compile ahead, its form for everyday arguments, and the name that C and Python know it by."""

    titles: list[str]  # of all specs that it serves
    program: Program
    near: Program
    inputs: int
    digest: str

    @property
    def title(self) -> str:
        """The spec that it was printed for."""
        return self.titles[0]

    @property
    def key(self) -> str:
        """Its name in C."""
        return f"{self.digest}_{self.inputs}"


def compiled_kernels(definitions: Iterable[Definition]) -> list[Kernel]:
    """The programs of all specs worth compiling, each once."""
    found: dict[str, Kernel] = {}
    for definition in definitions:
        for spec in compiled_specs(definition):
            program, near = (
                linearise(root, definition.arguments, SPELLED)
                for root in (spec.expression(definition), spec.near_expression(definition))
            )
            title = f"{definition.name} {spec}"
            made = Kernel([], program, near, len(definition.inputs), encode(program).digest)
            found.setdefault(made.key, made).titles.append(title)
    return list(found.values())


def bits_kernels(kernels: Iterable[Kernel]) -> str:
    """The translation unit with the functions of what only selects, for elements of 16 bits."""
    functions = [
        f"/* {k.title} */\nbits_function ISA(bits_{k.key});\n{text}"
        for k in kernels
        if (text := bits_function(f"ISA(bits_{k.key})", k.near, k.inputs)) is not None
    ]
    return "\n".join((HEAD + '#include "kernels.h"\n#include "bits_kernel.h"\n', *functions))


HEAD = "/* Generated from the catalogue by softknee.targets.c; do not edit. */\n"


# What the pairs are in native/arithmetic/pair.h, and where there are such functions.
Grade = Literal["wide", "loose", "double"]
AVAILABLE: dict[Grade, str] = {"wide": "1", "loose": "1", "double": "REAL_HAS_FMA"}


def _for_bfloat16(program: Program) -> Grade:
    """Near its roots far out a sine keeps too few digits of a float."""
    return "wide" if program.ops & {"sin", "cos"} else "loose"


def _straight(kernel: Kernel, straight: Collection[str]) -> str:
    """The functions for straight pieces, by element: float16, float32, float64, bfloat16."""
    row = close_row(kernel.titles)
    if row is not None and row.is_straight:
        half, single, bfloat = (f"WITH_FMA({grade}_straight_{kernel.key})" for grade in ("rough", "close", "rough"))
    elif row is None and kernel.key in straight:
        half, single, bfloat = (f"ISA({grade}_straight_{kernel.key})" for grade in ("wide", "wide", "loose"))
    else:
        return "NULL, NULL, NULL, NULL"
    return f"{half}, {single}, NULL, {bfloat}"


def kernel_table(kernels: Iterable[Kernel], straight: Collection[str]) -> str:
    """The translation unit with the functions whose parameters are columns, and the table that finds all functions by
    name; `straight` has the keys of what has printed functions for straight pieces.
    """
    kernels = list(kernels)
    columns = {k.key: columns_function(f"columns_{k.key}", k.program, k.inputs) for k in kernels}
    functions = [f"/* {k.title} */\nstatic {text}" for k in kernels if (text := columns[k.key]) is not None]
    declared = [
        f"float_function ISA(close_{k.key}), ISA(rough_{k.key}), ISA(wide_{k.key}), ISA(loose_{k.key});\n"
        f"double_function ISA(double_{k.key});\nbits_function ISA(bits_{k.key});\n"
        f"straight_function ISA(close_straight_{k.key}), ISA(rough_straight_{k.key});\n"
        f"straight_function ISA(wide_straight_{k.key}), ISA(loose_straight_{k.key});"
        for k in kernels
    ]
    rows = [
        f'    {{"{k.digest}", {k.inputs}, {len(k.program.arguments)}, '
        f"{'NULL' if columns[k.key] is None else f'columns_{k.key}'}, "
        f"{f'WITH_FMA(close_{k.key}), WITH_FMA(rough_{k.key})' if close_row(k.titles) else 'NULL, NULL'}, "
        f"ISA(wide_{k.key}), ISA({_for_bfloat16(k.program)}_{k.key}), WITH_FMA(double_{k.key}), "
        f"{'NULL' if bits_function('', k.near, k.inputs) is None else f'ISA(bits_{k.key})'}, "
        f"{{{_straight(k, straight)}}}}},"
        for k in kernels
    ]
    return "\n".join(
        (
            HEAD + '#include <math.h>\n#include <stddef.h>\n#include "real_double.h"\n',
            '#include "kernels.h"\n',
            *functions,
            *declared,
            f"#if {AVAILABLE['double']}\n#define WITH_FMA(name) ISA(name)",
            "#else\n#define WITH_FMA(name) NULL\n#endif\n",
            "const struct kernel ISA(kernels)[] = {",
            *rows,
            "    {NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, {NULL, NULL, NULL, NULL}},\n};\n",
        )
    )
