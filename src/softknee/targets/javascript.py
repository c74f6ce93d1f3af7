"""Program -> JavaScript: one function of numbers, for the curves of the atlas."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite, isnan

from softknee.language.expression import CONDITIONS
from softknee.language.program import Instruction, Program

_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "===",
    "and": "&&", "or": "||",
}  # fmt: skip
# What JavaScript has by itself; the others are those of `web/src/numbers.js`, handed in as N.
_BUILT_IN = frozenset({
    "floor", "sqrt", "exp", "expm1", "log", "log1p",
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
})  # fmt: skip
_HANDED_IN = frozenset({"erf", "erfc", "gauss", "normal_cdf", "normal_pdf", "sigmoid", "softplus"})
SPELLED = _INFIX.keys() | _BUILT_IN | _HANDED_IN | {"neg", "where"}


def function(program: Program) -> str:
    """An arrow function of the program's arguments; it takes ops that JavaScript lacks from an object `N`.

    >>> from softknee.language.expression import symbol, where
    >>> from softknee.language.program import linearise
    >>> x, s = symbol("x"), symbol("s")
    >>> function(linearise(where(x > 0, x, s * x), ("x", "s"), SPELLED))
    '(a0,a1)=>a0>0?a0:a1*a0'
    """
    printer = _Printer(program)
    result = printer.text(len(program.instructions) - 1, _CHOICE)
    # By place: a parameter may bear a name that means something in JavaScript.
    head = f"({','.join(f'a{at}' for at in range(len(program.arguments)))})=>"
    if not printer.statements:
        return head + result
    return f"{head}{{const {','.join(printer.statements)};return {result}}}"


# How tightly an expression holds together in JavaScript, from the loosest.
_CHOICE, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(8)
_LEVEL = {
    "where": _CHOICE, "or": _OR, "and": _AND, **dict.fromkeys(("gt", "ge", "lt", "le", "eq"), _COMPARE),
    "add": _SUM, "sub": _SUM, "mul": _PRODUCT, "div": _PRODUCT, "neg": _SIGN,
}  # fmt: skip


class _Printer:
    """Writes what is used once where it is used, and names what is used more than once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._uses = [0] * len(program.instructions)
        for made in program.instructions:
            for arg in made.args:
                self._uses[arg] += 1
        self._names: dict[int, str] = {}
        self.statements: list[str] = []
        # A value behind a choice is computed in either case: JavaScript's numbers raise nothing.
        for at, made in enumerate(program.instructions):
            if self._uses[at] > 1 and made.op != "symbol" and made.value is None:
                text = self.text(at, _CHOICE)
                self._names[at] = f"v{len(self._names)}"
                self.statements.append(f"{self._names[at]}={text}")

    def text(self, at: int, level: int) -> str:
        """The value as an expression that holds together at least as tightly as `level`."""
        if at in self._names:
            return self._names[at]
        made = self._program.instructions[at]
        text, own = self._written(made)
        return text if own >= level else f"({text})"

    def _written(self, made: Instruction) -> tuple[str, int]:
        if made.value is not None:
            text = literal(made.value)
            return text, _SIGN if text.startswith("-") else _ATOM
        if made.op == "symbol":
            return f"a{self._program.arguments.index(made.name)}", _ATOM
        own = _LEVEL.get(made.op, _ATOM)
        if made.op == "where":
            condition, a, b = (self.text(arg, _OR if place == 0 else _CHOICE) for place, arg in enumerate(made.args))
            return f"{condition}?{a}:{b}", own
        if made.op == "neg":
            return f"-{self.text(made.args[0], _ATOM)}", own
        if made.op in _INFIX:
            left = self.text(made.args[0], own + (made.op in CONDITIONS))
            return f"{left}{_INFIX[made.op]}{self._right(made.args[1], own + 1)}", own
        owner = "Math" if made.op in _BUILT_IN else "N"
        return f"{owner}.{made.op}({','.join(self.text(arg, _CHOICE) for arg in made.args)})", own

    def _right(self, at: int, level: int) -> str:
        text = self.text(at, level)
        return f"({text})" if text.startswith("-") else text  # a sign would run into the operator


def literal(value: Decimal) -> str:
    """A constant as the nearest double, in as few characters as keep it."""
    number = float(value)
    if isnan(number):
        return "NaN"
    if not isfinite(number):
        return "Infinity" if number > 0 else "-Infinity"
    return repr(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
