"""A program as bytes for the interpreter in `native/engine/vm.inc.h`."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import sha256

from softknee.language.ops import OPS, PRIMITIVES
from softknee.language.program import Program, parts

# All digits that a program knows of a constant; as in `native/engine/kernels.h`.
CONSTANT_PARTS = 4
# What the C has in each of its arithmetics: the primitives, and ops that lose digits where they are lowered, or time.
SPELLED = PRIMITIVES | {"tanh", "asinh", "erf", "erfc", "sigmoid", "softplus", "normal_cdf", "normal_pdf", "gauss"}
# The interpreter's opcodes are their positions in the table; `kernels.py` prints the same list.
OPCODES = {name: code for code, name in enumerate(name for name in OPS if name in SPELLED and OPS[name].arity)}
# An interpreter compiled for another table would compute something else: both sides carry this.
OPS_DIGEST = sha256(" ".join(OPCODES).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Bytecode:
    """What the interpreter reads: registers are arguments, then constants, then temporaries."""

    arguments: int
    registers: int
    constants: array[float]  # each as a sum of CONSTANT_PARTS
    code: array[int]  # opcode, target, a, b, c
    result: int

    @property
    def digest(self) -> str:
        """Names the program by its content, so a kernel compiled from another one is never taken for it."""
        head = array("i", [self.arguments, self.registers, self.result])
        return sha256(head.tobytes() + self.constants.tobytes() + self.code.tobytes()).hexdigest()[:24]


def encode(program: Program) -> Bytecode:
    """Assign registers, reusing those whose value is no longer needed."""
    last_use = {arg: at for at, made in enumerate(program.instructions) for arg in made.args}
    register: dict[int, int] = {}
    constants = array("d")
    for at, made in enumerate(program.instructions):
        if made.op == "symbol":
            register[at] = program.arguments.index(made.name)
        elif made.value is not None:
            register[at] = len(program.arguments) + len(constants) // CONSTANT_PARTS
            constants.extend(parts(made.value, CONSTANT_PARTS))
    base = total = len(program.arguments) + len(constants) // CONSTANT_PARTS
    free: list[int] = []
    code = array("i")
    for at, made in enumerate(program.instructions):
        if at in register:
            continue
        sources = [register[arg] for arg in made.args]
        target = free.pop() if free else total
        total = max(total, target + 1)
        register[at] = target
        code.extend([OPCODES[made.op], target, *[*sources, 0, 0, 0][:3]])
        # Freed after the target is chosen, so no op writes what it still reads.
        free.extend({register[arg] for arg in made.args if last_use[arg] == at and register[arg] >= base})
    return Bytecode(len(program.arguments), total, constants, code, register[len(program.instructions) - 1])
