"""Expr -> Triton: one kernel for the value, or for the gradient by each input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan

from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.program import Instruction, linearise, split

_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "and": "&", "or": "|",
}  # fmt: skip


# Called by name: what `ops.py` beside this file defines for kernels.
CALLED = frozenset({
    "floor", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "atan", "asinh", "erf", "erfc", "sigmoid",
    "softplus", "normal_cdf", "normal_pdf", "gauss",
})  # fmt: skip
SPELLED = CALLED | _INFIX.keys() | {"div", "neg", "where"}


@dataclass(frozen=True)
class Correction:
    """The needs of an output where its plain arithmetic fails: limits at +inf and at -inf, NaN where an input is.

    `factor` names the input that the limits are to be multiplied by, if any.
    """

    right: bool = False
    left: bool = False
    nan: bool = False
    factor: str = ""


@dataclass(frozen=True)
class Kernel:
    """The content of a kernel: specs at the same inputs, times an incoming gradient if it is one.

    `tensors` names the parameters that are read from memory; the others are numbers. `far_out`
    are the two points that limits are read off where they depend on such a parameter.
    """

    definition: Definition
    specs: tuple[DerivativeSpec, ...]
    corrections: tuple[Correction, ...]
    gradient: bool = False
    wide: bool = False
    tensors: frozenset[str] = frozenset()
    far_out: tuple[float, float] = (inf, inf)
    growth: float = 1.0

    @property
    def outputs(self) -> list[str]:
        """The names of the results."""
        return [f"y{at}" for at in range(len(self.specs))]

    @property
    def limits(self) -> list[str]:
        """The names of the limits that are handed in as numbers."""
        if self.tensors:
            return []
        return [f"{side}{at}" for at, correction in enumerate(self.corrections) for side in _sides(correction)]

    @property
    def pointers(self) -> list[str]:
        """The names that are read and written element by element, in the order of the kernel's arguments."""
        return [*self.definition.inputs, *(["grad"] if self.gradient else []), *self.outputs]


def _sides(correction: Correction) -> list[str]:
    return [side for side in ("right", "left") if getattr(correction, side)]


def source(kernel: Kernel) -> str:
    """The text of two functions: `spec`, the straight-line program, and `kernel`, which loads and stores around it."""
    return "\n".join([*_spec_lines(kernel), "", "", *_kernel_lines(kernel)]) + "\n"


def _spec_lines(kernel: Kernel) -> list[str]:
    """The programs of all specs in one function, each subexpression once."""
    definition = kernel.definition
    lines: list[str] = []
    names: dict[tuple[object, ...], str] = {}
    results = []
    for spec in kernel.specs:
        found: list[str] = []
        for made in linearise(spec.expression(definition), definition.arguments, SPELLED).instructions:
            args = tuple(found[arg] for arg in made.args)
            key = (made.op, args, made.name, made.value)
            if made.op == "symbol":
                names[key] = made.name
            elif key not in names:
                names[key] = f"v{len(lines)}"
                lines.append(f"    {names[key]} = {_spelled(made, args, definition.inputs[0])}")
            found.append(names[key])
        results.append(found[-1])
    head = ["@triton.jit", f"def spec({', '.join(definition.arguments)}):"]
    return [*head, *lines, f"    return {', '.join(results)}"]


def _spelled(made: Instruction, args: Sequence[str], like: str) -> str:
    if made.value is not None:
        return f"tl.full((), {_literal(split(made.value)[0])}, {like}.dtype)"
    if made.op in _INFIX:
        return f"{args[0]} {_INFIX[made.op]} {args[1]}"
    if made.op == "neg":
        return f"-{args[0]}"
    if made.op == "where":
        return f"tl.where({', '.join(args)})"
    return f"{made.op}({', '.join(args)})"


def _literal(value: float) -> str:
    return repr(value) if isfinite(value) else f'float("{value}")' if not isnan(value) else 'float("nan")'


def _kernel_lines(kernel: Kernel) -> list[str]:
    definition = kernel.definition
    dtype = "tl.float64" if kernel.wide else "tl.float32"
    # A plain number is taken for a float32 unless it says otherwise.
    number = ': "fp64"' if kernel.wide else ""
    parameters = [name for name in definition.arguments if name not in definition.inputs]
    signature = [
        *(f"{name}_ptr, {name}_row" for name in kernel.pointers),
        *(["grad_step"] if kernel.gradient else []),
        "n, blocks",
        *(f"{name}_ptr" if name in kernel.tensors else f"{name}_number{number}" for name in parameters),
        *(f"{name}_number{number}" for name in kernel.limits),
        "BLOCK: tl.constexpr, SINGLE: tl.constexpr",
    ]
    # A tensor may have more elements than int32 counts. A single row, the usual case, needs no division.
    lines = [
        "@triton.jit",
        f"def kernel({', '.join(signature)}):",
        "    program = tl.program_id(0).to(tl.int64)",
        "    if SINGLE:",
        "        row = program * 0",
        "    else:",
        "        row = program // blocks",
        "    at = (program - row * blocks) * BLOCK + tl.arange(0, BLOCK)",
        "    inside = at < n",
    ]
    for name in definition.inputs:
        lines.append(f"    {name} = tl.load({name}_ptr + row * {name}_row + at, mask=inside, other=0.0).to({dtype})")
    if kernel.gradient:
        where = "grad_ptr + row * grad_row + at * grad_step"
        lines.append(f"    grad = tl.load({where}, mask=inside, other=0.0).to({dtype})")
    for name in parameters:
        number = f"tl.load({name}_ptr)" if name in kernel.tensors else f"{name}_number"
        lines.append(f"    {name} = tl.full([BLOCK], {number}, {dtype})")
    lines.append(f"    {', '.join(kernel.outputs)} = spec({', '.join(definition.arguments)})")
    for at, correction in enumerate(kernel.corrections):
        lines += [f"    {line}" for line in _correcting(kernel, at, correction, parameters)]
    for name in kernel.outputs:
        result = f"grad * {name}" if kernel.gradient else name
        lines.append(f"    tl.store({name}_ptr + row * {name}_row + at, {result}, mask=inside)")
    return lines


def _correcting(kernel: Kernel, at: int, correction: Correction, parameters: list[str]) -> list[str]:
    """Statements that put the ends of output `at` right."""
    inputs, name = kernel.definition.inputs, f"y{at}"
    lines = []
    dtype = "tl.float64" if kernel.wide else "tl.float32"
    for side in _sides(correction):
        limit, sign = f"{side}{at}", 1.0 if side == "right" else -1.0
        if kernel.tensors:
            for k, far in enumerate(kernel.far_out):
                point = ", ".join([f"tl.full([BLOCK], {sign * far!r}, {dtype})", *parameters])
                lines.append(f"{limit}_{k} = spec({point})")
            lines.append(f"{limit} = limit({limit}_0, {limit}_1, {kernel.growth!r})")
        else:
            lines.append(f"{limit} = tl.full((), {limit}_number, {dtype})")
        if correction.factor:
            limit = f"{correction.factor} * {limit}"
        lines.append(f'{name} = tl.where({inputs[-1]} == float("{sign * inf}"), {limit}, {name})')
    if correction.nan:
        lines += [f"{name} = tl.where({x} != {x}, {x}, {name})" for x in inputs]
    return lines
