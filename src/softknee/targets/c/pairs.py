"""Expr -> C in the arithmetic of native/arithmetic/pair.h: straight-line functions that say where they are not sure.

A value is a single number or a pair, which has more digits. Where a pair may have lost those, by cancellation
or underflow, it is made NaN: that spreads to what is computed from it, is dropped with a branch not taken, and
in the end marks the element as one to be computed wider. What can be seen at printing time costs nothing:
intervals tell which sums cannot cancel and which quotients stay in range.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from enum import IntEnum
from math import frexp, isfinite, isnan
from typing import Literal

from softknee.language.expression import CONDITIONS
from softknee.language.interval import Interval, Intervals
from softknee.language.program import Program

from .bits import number_in_c
from .close_table import close_row
from .kernels import AVAILABLE, HEAD, Grade, Kernel

# The C type of the columns.
_COLUMN: dict[Grade, str] = {"wide": "float", "loose": "float", "double": "double"}
Kind = Literal["1", "2", "truth"]  # single, pair, condition


class Error(IntEnum):
    """How far a value may be from the true one: not at all, by a pair's last bits, by those of a sum that may have
    cancelled, by a function's error.
    """

    NONE = 0
    PAIR = 1
    SUM = 2
    FUNCTION = 3


@dataclass(frozen=True)
class Value:
    """What is known of a value when its statement is printed."""

    name: str
    kind: Kind
    error: Error = Error.NONE
    zero: str = ""  # a number in C that is 0 where this is 0 by construction, not by underflow
    hangs: tuple[int, ...] = ()  # for a condition: the values which, if they are too large, make it wrong
    missing: str = ""  # for a condition: the same, but true where the input is missing

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
_ON_FLOATS = {"add": "+", "sub": "-", "mul": "*"}
# Each comparison by the one that holds where it does not, unless a number is missing.
_OPPOSITE = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}
_DOUBT = "any |= -(truth)(y != y);"
_SAFE_RANGE = Interval(2.0**-60, 2.0**60)


class PairPrinter:
    """Prints the statements of one program."""

    def __init__(self, program: Program, inputs: int, grade: Grade) -> None:
        self._program = program
        self._inputs = inputs
        self._grade = grade
        self._type = _COLUMN[grade]
        # What one float leads to is never too small or large for a double; two floats may part far.
        self._ample = grade == "wide" and inputs == 1
        self._intervals = Intervals(program)
        self._used = {made.name for made in program.instructions if made.op == "symbol"}
        self._values: list[Value] = []
        self._fixed: list[str] = []  # statements before the loop: they depend on parameters alone
        self._body: list[str] = []
        self._refusals: list[str] = []  # doubts that hold for all elements or for none
        self._rounds_once = True  # whether floats select what is one operation on floats
        self._result: list[str] = []

    def function(self, name: str) -> str:
        """The whole C function `name`."""
        result = self._statements()
        lines = [
            f"int {name}(const {self._type} *const *in, const double *parameters, {self._type} *restrict out, "
            "ptrdiff_t n)",
            "{",
            "    (void)parameters;",
            *(f"    const flt *restrict in{at} = in[{at}];" for at in range(self._inputs)),
            *(f"    {line}" for line in self._fixed),
        ]
        if self._refusals:
            lines.append(f"    if ({' | '.join(dict.fromkeys(self._refusals))})\n        return pair_refuse(out, n);")
        lines += ["    truth any = 0;", *(["    STRAIGHT_UNROLL"] if self._is_sure else [])]
        lines.append("    for (ptrdiff_t i = 0; i < n; i++) {")
        lines += [f"        {line}" for line in (*self._body, *result, "out[i] = y;")]
        return "\n".join([*lines, "    }", "    return any != 0;", "}"]) + "\n"

    def straight(self, name: str) -> str | None:
        """The C function `name` with the loops of native/kernels/straight.h, or None for what is no one operation."""
        result = self._statements()
        if not self._is_sure or self._inputs != 1:
            return None
        element = [*self._body, *(line for line in result if line != _DOUBT), "at = y;"]
        lines = [f"#define STRAIGHT(at) {{ {' '.join(element)} }}".replace("in0[i]", "at")]
        lines += [f"ptrdiff_t {name}(STRAIGHT_ARGUMENTS)", "{", "    (void)parameters;"]
        lines += [f"    {line}" for line in self._fixed]
        if self._refusals:
            lines.append(f"    if ({' | '.join(dict.fromkeys(self._refusals))})\n        return 0;")
        return "\n".join([*lines, f"    STRAIGHT_LOOPS({int(_DOUBT in result)})", "}", "#undef STRAIGHT"]) + "\n"

    def _statements(self) -> list[str]:
        """Print all instructions, once; the statements that make a result of the last."""
        if not self._values:
            for at in range(len(self._program.instructions)):
                self._values.append(self._print(at))
            self._result = self._finish(self._values[-1])
        return self._result

    @property
    def _is_sure(self) -> bool:
        """Whether floats select what is a float or one operation on floats."""
        return self._grade != "double" and (self._rounds_once or self._program.ops <= _SELECTS)

    def _is_fixed(self, at: int) -> bool:
        made = self._program.instructions[at]
        if made.op == "symbol":
            return self._program.arguments.index(made.name) >= self._inputs
        return all(self._is_fixed(arg) for arg in made.args)

    def _emit(self, line: str) -> None:
        (self._fixed if self._is_fixed(len(self._values)) else self._body).append(line)

    def _emit_fixed(self, line: str) -> None:
        if line not in self._fixed:
            self._fixed.append(line)

    def _declare(self, name: str, kind: Kind, expression: str) -> None:
        self._emit(f"{'flt' if kind == '1' else 'pair'} {name} = {expression};")

    def _keep(self, name: str, kind: Kind, test: str, of: Value, *more: str) -> None:
        """Keep the value `name` only if `of`, on which it hangs, passes the test; else make it NaN."""
        if self._ample:
            return
        if self._is_fixed(self._values.index(of)):
            self._refusals.append(f"(pair_unless_{test}({', '.join(('0', of.high, *more))}) != 0)")
        else:
            high = name if kind == "1" else f"{name}.hi"
            self._emit(f"{high} = pair_unless_{test}({', '.join((high, of.high, *more))});")

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
            self._emit(f"truth {name} = {args[0].name} {'&' if made.op == 'and' else '|'} {args[1].name};")
            return Value(name, "truth", hangs=(*args[0].hangs, *args[1].hangs))
        if made.op in CONDITIONS:
            return self._comparison(name, made.op, args, made.args)
        if made.op == "where":
            return self._where(name, args, made.args)
        if made.op == "neg":
            (a,) = args
            self._declare(name, a.kind, f"pair_neg_{a.kind}({a.name})")
            return Value(name, a.kind, a.error, a.zero)
        if made.op in ("add", "sub"):
            return self._sum(name, made.op, args, made.args)
        if made.op in ("mul", "div"):
            return self._product(name, made.op, args, made.args)
        if made.op == "sigmoid":
            return self._sigmoid(at, args[0])
        return self._function(name, made.op, args[0])

    def _argument(self, index: int, name: str) -> Value:
        if index >= self._inputs and self._grade == "double":
            self._emit(f"flt {name} = parameters[{index - self._inputs}];")
            return Value(name, "1", zero=name)
        if index >= self._inputs:
            self._emit(f"pair {name} = pair_parameter(parameters[{index - self._inputs}]);")
            return Value(name, "2", Error.PAIR, zero=f"{name}.hi")
        self._emit(f"flt {name} = in{index}[i];")
        return Value(name, "1", zero=name)

    def _constant(self, value: Decimal, name: str) -> Value:
        high, low = _parts(value, self._type)
        if low == 0 or isnan(high):
            self._declare(name, "1", _literal(high, self._type))
            return Value(name, "1", zero="0" if high == 0 else "")
        self._declare(name, "2", f"pair_constant({_literal(high, self._type)}, {_literal(low, self._type)})")
        return Value(name, "2", Error.PAIR)

    def _comparison(self, name: str, op: str, args: list[Value], at: tuple[int, ...]) -> Value:
        a, b = self._as_limits(op, args)
        self._rounds_once &= a.kind == b.kind == "1"
        self._emit(f"truth {name} = pair_{op}_{a.kind}{b.kind}({a.name}, {b.name});")
        missing = ""
        is_told = any(self._values[k] in (a, b) and self._passes_nan(k) for k in at)
        if self._grade != "double" and self._inputs == 1 and op in _OPPOSITE and a.kind == b.kind == "1" and is_told:
            missing = f"m{name}"
            self._emit(f"truth {missing} = !pair_{_OPPOSITE[op]}_11({a.name}, {b.name});")
        hangs = [
            k
            for k in (self._values.index(x) for x in args if x.kind == "2")
            if self._values[k].error == Error.FUNCTION or self._intervals[k].size.high > _SAFE_RANGE.high
        ]
        return Value(name, "truth", hangs=tuple(hangs), missing=missing)

    def _condition(self, at: Sequence[int]) -> str:
        """The condition of a selection; of two branches the one that passes on what is missing gets that."""
        condition, (then, otherwise) = self._values[at[0]], (self._passes_nan(branch) for branch in at[1:])
        return condition.missing if condition.missing and then and not otherwise else condition.name

    def _as_limits(self, op: str, args: list[Value]) -> list[Value]:
        """What is compared, as floats where one of the two is a float and the other the same for all elements: a float
        is above a number where it is above the next float below it.
        """
        if self._grade == "double" or op == "eq":
            return args
        for k, x in ((0, args[1]), (1, args[0])):
            limit = self._values.index(args[k])
            if x.kind == "1" and args[k].kind == "2" and self._is_fixed(limit):
                side = "below" if (op in ("gt", "le")) == (k == 1) else "above"
                made = Value(f"v{limit}_{side}", "1")
                number = number_in_c(self._program, self._inputs, limit) or args[k].high
                self._emit_fixed(f"flt {made.name} = pair_{side}({number});")
                return [made, x] if k == 0 else [x, made]
        return args

    def _where(self, name: str, args: list[Value], at: tuple[int, ...]) -> Value:
        condition, a, b = args
        kind: Kind = "2" if "2" in (a.kind, b.kind) else "1"
        then, otherwise = (x.name if x.kind == kind else f"pair_of({x.name})" for x in (a, b))
        self._declare(name, kind, f"pair_where_{kind}({self._condition(at)}, {then}, {otherwise})")
        for k in condition.hangs:
            # A pair that overflowed compares as it should not.
            self._keep(name, kind, "large", self._values[k])
        value = Value(name, kind, max(a.error, b.error))
        if not (a.zero or b.zero):
            return value
        return replace(value, zero=f"({condition.name} ? {a.zero or 1} : {b.zero or 1})")

    def _sum(self, name: str, op: str, args: list[Value], at: tuple[int, ...]) -> Value:
        a, b = args
        self._declare(name, "2", f"pair_{op}_{a.kind}{b.kind}({a.name}, {b.name})")
        first, second = (self._intervals[k] for k in at)
        if op == "sub":
            second = Interval(-second.high, -second.low)
        alike = (first.low >= 0 and second.low >= 0) or (first.high <= 0 and second.high <= 0)
        error = max(a.error, b.error)
        # What double adds once is good for a float even if it cancels.
        if not alike and error >= (Error.SUM if self._grade == "wide" else Error.PAIR):
            self._emit(f"{name}.hi = pair_unless_cancelled({name}.hi, {name}, {a.high});")
        zero = f"pair_both({a.zero}, {b.zero})" if a.zero and b.zero else ""
        return Value(name, "2", max(error, Error.SUM) if error != Error.NONE and not alike else error, zero)

    def _product(self, name: str, op: str, args: list[Value], at: tuple[int, ...]) -> Value:
        a, b = args
        scaled = self._scaled(op, args, at)
        if scaled is not None:
            x, power = scaled
            factor = _literal(power, self._type)
            # As a pair: in the type of the column it may be subnormal or overflow.
            pair = x.name if x.kind == "2" else f"pair_of({x.name})"
            self._declare(name, "2", f"pair_scale({pair}, {factor})")
            return Value(name, "2", x.error, x.zero)
        error = max(a.error, b.error)
        if op == "mul":
            self._declare(name, "2", f"pair_mul_{a.kind}{b.kind}({a.name}, {b.name})")
            self._check_shrunk(name, args, at)
            error = error if a.kind == b.kind == "1" else max(error, Error.PAIR)
            zero = f"pair_either({a.zero}, {b.zero})" if a.zero and b.zero else a.zero or b.zero
            return Value(name, "2", error, zero)
        divisor = self._program.instructions[at[1]].value
        if divisor is not None and divisor.is_finite() and divisor != 0:
            with localcontext() as context:
                context.prec = 60
                inverse = self._constant(1 / divisor, f"i{name}")
            self._declare(name, "2", f"pair_mul_{a.kind}{inverse.kind}({a.name}, {inverse.name})")
        elif self._is_fixed(at[1]) and not self._is_fixed(len(self._values)):
            # One quotient for all elements.
            self._fixed.append(f"pair i{name} = pair_div_1{b.kind}(1, {b.name});")
            self._declare(name, "2", f"pair_mul_{a.kind}2({a.name}, i{name})")
        else:
            self._declare(name, "2", f"pair_div_{a.kind}{b.kind}({a.name}, {b.name})")
        size = self._intervals[at[1]].size
        if size.low < 1 and a.error != Error.NONE and self._intervals[at[0]].size.low < _SAFE_RANGE.low:
            self._keep(name, "2", "tiny", a, a.zero or "1")
        if size.within(_SAFE_RANGE) != size:
            self._keep(name, "2", "tiny", b, "1")
            self._keep(name, "2", "large", b)
        return Value(name, "2", max(error, Error.PAIR), a.zero)

    def _check_shrunk(self, name: str, args: list[Value], at: Sequence[int]) -> None:
        """A factor that is tiny has lost digits, which the other factor may bring to light."""
        for x, here, other in ((args[0], at[0], at[1]), (args[1], at[1], at[0])):
            may = self._intervals[here].size.low < _SAFE_RANGE.low and self._intervals[other].size.high > 1
            if may and x.error != Error.NONE and at[0] != at[1]:
                self._keep(name, "2", "tiny", x, x.zero or "1")

    def _scaled(self, op: str, args: list[Value], at: tuple[int, ...]) -> tuple[Value, float] | None:
        """The factor that is no power of two, and the power, where the product or quotient has one."""
        for x, k in ((args[0], at[1]), *(((args[1], at[0]),) if op == "mul" else ())):
            constant = self._program.instructions[k].value
            if constant is not None and constant.is_finite() and constant != 0:
                value = float(constant)
                if Decimal(value) == constant and abs(frexp(value)[0]) == 0.5 and 2.0**-20 <= abs(value) <= 2.0**20:
                    return x, 1 / value if op == "div" else value
        return None

    def _mirrored(self, at: int) -> int | None:
        """The instruction that is the sigmoid of the negative of what `at` is the sigmoid of, if there is one."""
        instructions = self._program.instructions
        x = instructions[at].args[0]
        for other, made in enumerate(instructions):
            if made.op == "sigmoid" and other != at:
                y = made.args[0]
                if any(instructions[p].op == "neg" and instructions[p].args[0] == q for p, q in ((x, y), (y, x))):
                    return other
        return None

    def _sigmoid(self, at: int, a: Value) -> Value:
        """One exponential and one quotient serve s(x) and s(-x)."""
        mirrored = self._mirrored(at)
        if mirrored is None:
            self._declare(f"v{at}", "2", f"pair_sigmoid_{a.kind}({a.name})")
        elif mirrored > at:
            self._emit(f"pair_sigmoids s{at} = pair_sigmoids_{a.kind}({a.name});")
            self._declare(f"v{at}", "2", f"s{at}.here")
        else:
            self._declare(f"v{at}", "2", f"s{mirrored}.mirrored")
        return Value(f"v{at}", "2", Error.FUNCTION)

    def _function(self, name: str, op: str, a: Value) -> Value:
        self._declare(name, "2", f"pair_{op}_{a.kind}({a.name})")
        if op in _MAGNIFIES and a.error != Error.NONE:
            self._keep(name, "2", "tiny", a, a.zero or "1")
            self._keep(name, "2", "large", a)
        if op == "log" and a.error != Error.NONE:
            self._emit(f"{name}.hi = pair_unless_cancelled({name}.hi, {name}, 1);")
        if op in ("sin", "cos") and a.error != Error.NONE and self._grade == "wide":
            # What a product was rounded by shows beside the roots of its sine. 2^-11 of what a sum may lose is 2^-21.
            self._emit(f"{name}.hi = pair_unless_cancelled({name}.hi, {name}, 0x1p-11 * {a.high});")
        return Value(name, "2", Error.FUNCTION, a.zero if op in _THROUGH_ZERO else "")

    # -- the end --------------------------------------------------------------------------
    def _rounded(self, at: int) -> str:
        """A value rounded to the type of the column: in a selection branch by branch, and once for all elements where
        that can be.
        """
        value, made = self._values[at], self._program.instructions[at]
        if value.kind == "1":
            return value.name
        if made.op == "where" and all(self._is_fixed(k) for k in self._values[made.args[0]].hangs):
            then, otherwise = (self._rounded(branch) for branch in made.args[1:])
            return f"pair_where_1({self._condition(made.args)}, {then}, {otherwise})"
        if self._is_fixed(at):
            self._rounds_once &= made.op in _SELECTS
            self._emit_fixed(f"flt r{at} = pair_round({value.name});")
            return f"r{at}"
        at_once = self._at_once(at)
        self._rounds_once &= at_once is not None
        return at_once or f"pair_round({value.name})"

    def _at_once(self, at: int) -> str | None:
        """The value by one operation on floats, which rounds it as it should, where there is one."""
        op, args = self._program.instructions[at].op, self._program.instructions[at].args
        if op not in _ON_FLOATS:
            return None
        a, b = (self._values[k] for k in args)
        if a.kind == b.kind == "1":
            return f"{a.name} {_ON_FLOATS[op]} {b.name}"
        if self._grade == "double":
            return None
        for x, factor in (args, args[::-1]):
            if op == "mul" and self._values[x].kind == "1" and self._is_fixed(factor):
                name = self._values[factor].name
                if self._program.instructions[factor].op not in _SELECTS:
                    self._refusals.append(f"!pair_is_everyday({name})")
                self._emit_fixed(f"split s{factor} = pair_split({name});")
                return f"pair_times_split({self._values[x].name}, s{factor})"
        return None

    def _passes_nan(self, at: int) -> bool:
        """Whether a single input that is NaN makes this NaN, whatever NaN compares as."""
        made = self._program.instructions[at]
        if self._is_fixed(at) or made.op == "symbol":
            return not self._is_fixed(at)
        if made.op == "where":
            branches = [self._passes_nan(branch) for branch in made.args[1:]]
            # A comparison with what is missing holds or not, as wanted.
            return all(branches) or (any(branches) and self._values[made.args[0]].missing != "")
        return any(self._passes_nan(arg) for arg in made.args)

    def _finish(self, result: Value) -> list[str]:
        """Round, take the missing for missing, and mark what is too small or large to be sure of."""
        ops, last = self._program.ops, len(self._values) - 1
        lines = [f"flt y = {self._rounded(last)};"]
        size = self._intervals[last].size
        sure = self._rounds_once or ops <= _SELECTS
        for k in range(self._inputs):
            # x - x is 0, or NaN at infinity and at NaN; taking +0 away keeps the sign of a zero.
            selected = f"y = in{k}[i] != in{k}[i] ? in{k}[i] : y;"
            if not sure or self._inputs > 1 or not self._passes_nan(last):
                lines.append(selected if sure else f"y = y - (in{k}[i] - in{k}[i]);")
        narrow = self._grade != "wide" and not sure
        if narrow and size.low < _SAFE_RANGE.low:
            lines.append(f"y = pair_unless_tiny(y, y, {result.zero or '1'});")
        if narrow and size.high > _SAFE_RANGE.high:
            lines.append("y = pair_unless_large(y, y);")
        if not ops <= _SELECTS:
            # Of the longer loops gcc makes no vectors with the shorter way to say it.
            lines.append(_DOUBT if self._is_sure else "any |= y != y;")
        return lines


def _single(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _parts(value: Decimal, type_: str) -> tuple[float, float]:
    """The value as a sum of two numbers of the type, the first nearest to it."""
    rounded: Callable[[float], float] = _single if type_ == "float" else float
    high = rounded(float(value))
    if not isfinite(high):
        return high, 0.0
    with localcontext() as context:
        context.prec = 120
        return high, rounded(float(value - Decimal(high)))


def _literal(value: float, type_: str) -> str:
    if isnan(value):
        return "NAN"
    if not isfinite(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    return value.hex() + ("f" if type_ == "float" else "")


def straight_kernels(kernels: Iterable[Kernel]) -> set[str]:
    """The keys of those that have functions for straight pieces."""
    return {k.key for k in kernels if PairPrinter(k.near, k.inputs, "wide").straight("") is not None}


def _functions(kernel: Kernel, grade: Grade) -> str:
    name = f"ISA({grade}_{kernel.key})"
    printer = PairPrinter(kernel.near, kernel.inputs, grade)
    text = f"/* {kernel.title} */\n{_COLUMN[grade]}_function {name};\n{printer.function(name)}"
    name = f"ISA({grade}_straight_{kernel.key})"
    straight = None if close_row(kernel.titles) else printer.straight(name)
    return text if straight is None else f"{text}straight_function {name};\n{straight}"


def pair_kernels(kernels: Iterable[Kernel], grade: Grade) -> str:
    """The translation unit with the functions of one grade."""
    functions = [_functions(k, grade) for k in kernels]
    return "\n".join(
        (
            f'{HEAD}#include "real_base.h"\n#if {AVAILABLE[grade]}\n#define PAIR_{grade.upper()}\n'
            '#include "kernels.h"\n#include "pair_kernel.h"\n'
            # A statement may serve only a doubt that is not asked for.
            '#pragma GCC diagnostic ignored "-Wunused-variable"\n',
            *functions,
            "#else\ntypedef int nothing_to_define;\n#endif\n",
        )
    )
