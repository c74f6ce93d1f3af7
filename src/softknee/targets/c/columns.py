"""Program -> C for piecewise linear functions whose parameters come in columns: one by channel, or by element."""

from __future__ import annotations

from math import isfinite

from softknee.language.expression import CONDITIONS
from softknee.language.program import Program, split

_ROUNDS = frozenset({"add", "sub", "mul"})


def columns_function(name: str, program: Program, inputs: int) -> str | None:
    """The C function `name` on columns of double, or None for a program that rounds twice or has no parameters.

    What is selected from exact numbers and from single operations on them is as good as double can be: no bound of an
    error goes along, which is most of what the interpreter computes.
    """
    if len(program.arguments) == inputs or not _rounds_once(program):
        return None
    last = len(program.instructions) - 1
    lines = [f"void {name}(const double *const *in, double *restrict out, ptrdiff_t n)", "{"]
    used = sorted({program.arguments.index(made.name) for made in program.instructions if made.op == "symbol"})
    lines += [f"    const double *restrict in{at} = in[{at}];" for at in used]
    lines += ["    for (ptrdiff_t i = 0; i < n; i++) {"]
    lines += [f"        {_statement(at, program)}" for at in range(last + 1)]
    return "\n".join([*lines, f"        out[i] = v{last};", "    }", "}"]) + "\n"


def _rounds_once(program: Program) -> bool:
    """Whether no rounded number is compared or computed with."""
    rounded: list[bool] = []
    for made in program.instructions:
        if made.op == "where":
            rounded.append(any(rounded[arg] for arg in made.args[1:]))
        elif made.op == "neg":
            rounded.append(rounded[made.args[0]])
        elif made.op == "symbol":
            rounded.append(False)
        elif made.value is not None:
            high, low = split(made.value)
            if low != 0 or not isfinite(high):
                return False
            rounded.append(False)
        elif (made.op in _ROUNDS or made.op in CONDITIONS) and not any(rounded[arg] for arg in made.args):
            rounded.append(made.op in _ROUNDS)
        else:
            return False
    return True


def _statement(at: int, program: Program) -> str:
    made = program.instructions[at]
    if made.op == "symbol":
        return f"const double v{at} = in{program.arguments.index(made.name)}[i];"
    if made.value is not None:
        return f"const double v{at} = {float(made.value).hex()};"
    args = [f"v{arg}" for arg in made.args]
    if made.op in ("and", "or"):
        return f"const bool v{at} = {(' & ' if made.op == 'and' else ' | ').join(args)};"
    return f"const {'bool' if made.op in CONDITIONS else 'double'} v{at} = real_{made.op}({', '.join(args)});"
