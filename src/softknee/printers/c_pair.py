"""Expr -> C in pair arithmetic (native/pair.h): straight-line functions that say where they are not sure.

A value is a single number or a pair hi + lo. Beside it runs a doubt: whether the pair may have lost its
extra digits, by cancellation or underflow, so that the element is to be computed wider. What can be seen
at printing time costs nothing: intervals tell which sums cannot cancel and which quotients stay in range.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import IntEnum
from math import frexp, isfinite, isnan
from typing import Literal

from softknee.language.expression import CONDITIONS
from softknee.language.interval import Interval, Intervals
from softknee.language.program import Program

from .c import HEAD, Kernel

Type = Literal["float", "double"]


class Error(IntEnum):
    """How far a value may be from the true one: not at all, by about the pair's last bits, by a function's error."""

    NONE = 0
    PAIR = 1
    FUNCTION = 2


@dataclass(frozen=True)
class Value:
    """What is known of a value when its statement is printed."""

    name: str
    kind: Literal["1", "2", "truth"]  # single, pair, condition
    error: Error = Error.NONE
    zero: str = ""  # the C condition under which it is 0 by construction
    doubt: str = ""  # the C name of its doubt

    @property
    def high(self) -> str:
        """The leading part."""
        return f"{self.name}.hi" if self.kind == "2" else self.name


# f(0) = 0.
_THROUGH_ZERO = frozenset({"sqrt", "expm1", "log1p", "sin", "tanh", "atan", "asinh", "erf"})
# What is tiny in the argument is not in the result: the argument's digits must all be there.
_MAGNIFIES = frozenset({"log", "sqrt"})
# Only these: every number on the way is an argument or a constant, or its negative.
_SELECTS = frozenset({"symbol", "constant", "neg", "where", "gt", "ge", "lt", "le", "eq", "and", "or"})
_SAFE_RANGE = Interval(2.0**-60, 2.0**60)


class PairPrinter:
    """Prints the statements of one program."""

    def __init__(self, program: Program, inputs: int, type_: Type) -> None:
        self._program = program
        self._inputs = inputs
        self._type = type_
        self._intervals = Intervals(program)
        self._values: list[Value] = []
        self._lines: list[str] = []

    def function(self, name: str) -> str:
        """The whole C function `name`."""
        for at in range(len(self._program.instructions)):
            self._values.append(self._print(at))
        result = self._finish(self._values[-1])
        arguments = self._program.arguments
        used = {made.name for made in self._program.instructions if made.op == "symbol"}
        head = [
            f"int {name}(const {self._type} *const *in, const double *parameters, {self._type} *restrict out, "
            "ptrdiff_t n)",
            "{",
            "    (void)in, (void)parameters;",
        ]
        for at, argument in enumerate(arguments):
            if argument in used and at < self._inputs:
                head.append(f"    const flt *restrict in{at} = in[{at}];")
            elif argument in used:
                head.append(f"    const pair p{at} = pair_parameter(parameters[{at - self._inputs}]);")
        head += ["    truth any = 0;", "    for (ptrdiff_t i = 0; i < n; i++) {"]
        body = [f"        {line}" for line in (*self._lines, *result)]
        return "\n".join([*head, *body, "    }", "    return any != 0;", "}"]) + "\n"

    # -- one instruction ----------------------------------------------------------------
    def _print(self, at: int) -> Value:
        made = self._program.instructions[at]
        name = f"v{at}"
        if made.op == "symbol":
            return self._argument(self._program.arguments.index(made.name), name)
        if made.value is not None:
            return self._constant(made.value, name)
        args = [self._values[arg] for arg in made.args]
        if made.op in ("and", "or"):
            sign = "&" if made.op == "and" else "|"
            self._lines.append(f"truth {name} = {args[0].name} {sign} {args[1].name};")
            return Value(name, "truth", doubt=self._either(name, *args))
        if made.op in CONDITIONS:
            return self._comparison(name, made.op, args)
        if made.op == "where":
            return self._where(name, args)
        if made.op == "neg":
            (a,) = args
            self._declare(name, a.kind, f"pair_neg_{a.kind}({a.name})")
            return Value(name, a.kind, a.error, a.zero, a.doubt)
        if made.op in ("add", "sub"):
            return self._sum(name, made.op, args, made.args)
        if made.op in ("mul", "div"):
            return self._product(name, made.op, args, made.args)
        return self._function(name, made.op, args[0])

    def _argument(self, index: int, name: str) -> Value:
        if index >= self._inputs:
            self._lines.append(f"pair {name} = p{index};")
            return Value(name, "2", Error.PAIR)
        self._lines.append(f"flt {name} = in{index}[i];")
        return Value(name, "1", zero=f"({name} == 0)")

    def _constant(self, value: Decimal, name: str) -> Value:
        high, low = _parts(value, self._type)
        zero = "1" if high == 0 else ""
        if low == 0 or isnan(high):
            self._lines.append(f"flt {name} = {_literal(high, self._type)};")
            return Value(name, "1", zero=zero)
        self._lines.append(f"pair {name} = {{{_literal(high, self._type)}, {_literal(low, self._type)}}};")
        return Value(name, "2", Error.PAIR)

    def _comparison(self, name: str, op: str, args: list[Value]) -> Value:
        a, b = args
        self._lines.append(f"truth {name} = pair_{op}_{a.kind}{b.kind}({a.name}, {b.name});")
        # A value that overflowed compares as it should not.
        checks = [f"pair_is_nan({x.high})" for x in args if x.error != Error.NONE and x.kind == "2"]
        return Value(name, "truth", doubt=self._either(name, *args, checks=checks))

    def _where(self, name: str, args: list[Value]) -> Value:
        condition, a, b = args
        kind: Literal["1", "2"] = "2" if "2" in (a.kind, b.kind) else "1"
        then, otherwise = (x.name if x.kind == kind else f"pair_of({x.name})" for x in (a, b))
        self._declare(name, kind, f"pair_where_{kind}({condition.name}, {then}, {otherwise})")
        zero = f"({condition.name} ? {a.zero or 0} : {b.zero or 0})" if a.zero or b.zero else ""
        doubt = condition.doubt
        if a.doubt or b.doubt:
            chosen = f"({condition.name} ? {a.doubt or 0} : {b.doubt or 0})"
            doubt = f"d{name}"
            self._lines.append(f"truth {doubt} = {' | '.join(filter(None, (condition.doubt, chosen)))};")
        return Value(name, kind, max(a.error, b.error), zero, doubt)

    def _sum(self, name: str, op: str, args: list[Value], at: tuple[int, ...]) -> Value:
        a, b = args
        self._declare(name, "2", f"pair_{op}_{a.kind}{b.kind}({a.name}, {b.name})")
        first, second = (self._intervals[k] for k in at)
        if op == "sub":
            second = Interval(-second.high, -second.low)
        alike = (first.low >= 0 and second.low >= 0) or (first.high <= 0 and second.high <= 0)
        error = max(a.error, b.error)
        checks = [] if alike or error < Error.FUNCTION else [f"pair_cancels({name}, {a.high})"]
        zero = f"({a.zero} & {b.zero})" if a.zero and b.zero else ""
        return Value(name, "2", error, zero, self._either(name, a, b, checks=checks))

    def _product(self, name: str, op: str, args: list[Value], at: tuple[int, ...]) -> Value:
        a, b = args
        zero = f"({a.zero} | {b.zero})" if a.zero and b.zero and op == "mul" else a.zero or (b.zero * (op == "mul"))
        doubt = self._either(name, a, b)
        for x, power in self._scalings(op, args, at):
            factor = _literal(power, self._type)
            self._declare(name, x.kind, f"{x.name} * {factor}" if x.kind == "1" else f"pair_scale({x.name}, {factor})")
            return Value(name, x.kind, x.error, x.zero, x.doubt)
        error = max(a.error, b.error)
        if op == "mul" and a.kind == b.kind == "1":
            self._declare(name, "2", f"pair_mul_11({a.name}, {b.name})")
            return Value(name, "2", error, zero, doubt)
        divisor = self._program.instructions[at[1]].value
        if op == "div" and divisor is not None and divisor.is_finite() and divisor != 0:
            with localcontext() as context:
                context.prec = 60
                inverse = self._constant(1 / divisor, f"i{name}")
            self._declare(name, "2", f"pair_mul_{a.kind}{inverse.kind}({a.name}, {inverse.name})")
            return Value(name, "2", max(error, Error.PAIR), zero, doubt)
        self._declare(name, "2", f"pair_{op}_{a.kind}{b.kind}({a.name}, {b.name})")
        if op == "div" and self._intervals[at[1]].size.within(_SAFE_RANGE) != self._intervals[at[1]].size:
            doubt = self._either(f"{name}x", a, b, checks=[f"pair_extreme({b.high})"])
        return Value(name, "2", max(error, Error.PAIR), zero, doubt)

    def _scalings(self, op: str, args: list[Value], at: tuple[int, ...]) -> Iterable[tuple[Value, float]]:
        """The factor that is no power of two, and the power, where the product or quotient has one."""
        for x, k in ((args[0], at[1]), *(((args[1], at[0]),) if op == "mul" else ())):
            constant = self._program.instructions[k].value
            if constant is not None and constant.is_finite() and constant != 0:
                value = float(constant)
                if Decimal(value) == constant and abs(frexp(value)[0]) == 0.5 and 2.0**-20 <= abs(value) <= 2.0**20:
                    yield x, 1 / value if op == "div" else value

    def _function(self, name: str, op: str, a: Value) -> Value:
        self._declare(name, "2", f"pair_{op}_{a.kind}({a.name})")
        checks = []
        if op in _MAGNIFIES and a.error != Error.NONE:
            checks.append(f"pair_extreme({a.high}) & !{a.zero or 0}")
        if op == "log" and a.error != Error.NONE:
            checks.append(f"pair_cancels({name}, 1)")
        zero = a.zero if op in _THROUGH_ZERO else ""
        return Value(name, "2", Error.FUNCTION, zero, self._either(name, a, checks=checks))

    # -- the end --------------------------------------------------------------------------
    def _finish(self, result: Value) -> list[str]:
        """Round, take the missing for missing, and mark what is doubtful by NaN."""
        ops = self._program.ops
        lines = [f"flt y = {f'pair_round({result.name})' if result.kind == '2' else result.name};"]
        doubts = [result.doubt] if result.doubt else []
        interval = self._intervals[len(self._program.instructions) - 1]
        if not ops <= _SELECTS:
            if interval.size.low < _SAFE_RANGE.low:
                doubts.append(f"(pair_tiny(y) & !{result.zero or 0})")
            if interval.size.high > _SAFE_RANGE.high:
                doubts.append("pair_is_large(y)")
        if ops & CONDITIONS:
            inputs = [
                f"v{at}"
                for at, made in enumerate(self._program.instructions)
                if made.op == "symbol" and self._program.arguments.index(made.name) < self._inputs
            ]
            lines += [f"y = {x} != {x} ? {x} : y;" for x in inputs]
        if doubts:
            lines.append(f"y = {' | '.join(doubts)} ? PAIR_NAN : y;")
        if not ops <= _SELECTS:
            lines.append("any |= y != y;")
        return [*lines, "out[i] = y;"]

    def _declare(self, name: str, kind: str, expression: str) -> None:
        self._lines.append(f"{'flt' if kind == '1' else 'pair'} {name} = {expression};")

    def _either(self, name: str, *values: Value, checks: Iterable[str] = ()) -> str:
        """The name of the doubt that is any of these; empty where there is none."""
        terms = list(dict.fromkeys([x.doubt for x in values if x.doubt]))
        checks = list(checks)
        if not checks and len(terms) <= 1:
            return terms[0] if terms else ""
        self._lines.append(f"truth d{name} = {' | '.join((*terms, *(f'({check})' for check in checks)))};")
        return f"d{name}"


def _single(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _parts(value: Decimal, type_: Type) -> tuple[float, float]:
    """The value as a sum of two numbers of the type, the first nearest to it."""
    rounded: Callable[[float], float] = _single if type_ == "float" else float
    high = rounded(float(value))
    if not isfinite(high):
        return high, 0.0
    with localcontext() as context:
        context.prec = 120
        return high, rounded(float(value - Decimal(high)))


def _literal(value: float, type_: Type) -> str:
    if isnan(value):
        return "PAIR_NAN"
    if not isfinite(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    return value.hex() + ("f" if type_ == "float" else "")


def pair_kernels(kernels: Iterable[Kernel], type_: Type) -> str:
    """The translation unit with the pair functions of one type."""
    functions = [
        f"/* {k.title} */\n{type_}_function_type ISA({type_}_{k.key});\n"
        + PairPrinter(k.program, k.inputs, type_).function(f"ISA({type_}_{k.key})")
        for k in kernels
    ]
    return "\n".join(
        (
            f'{HEAD}#include "real_base.h"\n#if REAL_HAS_FMA && __has_include("pair.h")\n#define PAIR_{type_.upper()}\n'
            '#include "kernels.h"\n#include "pair_kernel.h"\n',
            *functions,
            "#else\ntypedef int nothing_without_fused_multiply_add;\n#endif\n",
        )
    )
