"""A straight-line program: the expression graph in an order in which it can be computed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isfinite

from .expression import Expr, walk
from .lowering import lowered
from .ops import OPS

_FOLDABLE = {"pi", "nan", "constant", "add", "sub", "mul", "div", "neg", "sqrt", "exp", "log"}
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")


@dataclass(frozen=True)
class Instruction:
    """One value: an op on earlier values, an argument, or a constant."""

    op: str
    args: tuple[int, ...] = ()
    name: str = ""
    value: Decimal | None = None


@dataclass(frozen=True)
class Program:
    """Instructions in order; the last one is the result."""

    arguments: tuple[str, ...]
    instructions: tuple[Instruction, ...]

    @property
    def ops(self) -> frozenset[str]:
        """The names of the ops it uses."""
        return frozenset(instruction.op for instruction in self.instructions)


def linearise(root: Expr, arguments: Sequence[str], spelled: Collection[str] = OPS) -> Program:
    """The program of `root` in ops of `spelled`; subexpressions of constants alone become constants of 80 digits."""
    root = lowered(root, spelled)
    constants: dict[Expr, Decimal] = {}
    for node in walk(root):
        if node.op in _FOLDABLE and all(arg in constants for arg in node.args):
            # What is no number (sqrt(-1), 1/0, e^(e^99)) is left to the arithmetic: it is NaN or infinite there.
            with suppress(ArithmeticError):
                constants[node] = _fold(node, [constants[arg] for arg in node.args])
    index: dict[Expr, int] = {}
    instructions: list[Instruction] = []
    for node in _needed(root, constants):
        if node in constants:
            made = Instruction("constant", value=constants[node])
        elif node.is_symbol:
            made = Instruction("symbol", name=node.payload)
        else:
            made = Instruction(node.op, tuple(index[arg] for arg in node.args))
        index[node] = len(instructions)
        instructions.append(made)
    return Program(tuple(arguments), tuple(instructions))


def _needed(root: Expr, constants: dict[Expr, Decimal]) -> list[Expr]:
    """The nodes in order, without those that only feed a folded constant."""
    needed = {root}
    order = walk(root)
    for node in reversed(order):
        if node in needed and node not in constants:
            needed.update(node.args)
    return [node for node in order if node in needed]


def _fold(node: Expr, args: list[Decimal]) -> Decimal:
    with localcontext() as context:
        context.prec = 80
        if node.op == "pi":
            return _PI
        if node.op == "nan":
            return Decimal("NaN")
        if node.op == "constant":
            value: Fraction = node.payload
            return Decimal(value.numerator) / Decimal(value.denominator)
        if node.op == "neg":
            return -args[0]
        if node.op == "add":
            return args[0] + args[1]
        if node.op == "sub":
            return args[0] - args[1]
        if node.op == "mul":
            return args[0] * args[1]
        if node.op == "div":
            return args[0] / args[1]
        return {"sqrt": args[0].sqrt, "exp": args[0].exp, "log": args[0].ln}[node.op]()


def parts(value: Decimal, count: int) -> tuple[float, ...]:
    """`value` as the sum of so many doubles, each the nearest to what is left."""
    found = [float(value)]
    with localcontext() as context:
        context.prec = 160
        while len(found) < count:
            value = value - Decimal(found[-1]) if isfinite(found[0]) else Decimal(0)
            found.append(float(value))
    return tuple(found)


def split(value: Decimal) -> tuple[float, float]:
    """`value` as the sum of two doubles, the first of them nearest to it."""
    high, low = parts(value, 2)
    return high, low
