"""Program -> C for elements of 16 bits that are only selected: comparisons and selections of their bits, sixteen in a
vector, where by way of floats there would be eight and two conversions.
"""

from __future__ import annotations

from softknee.language.expression import CONDITIONS
from softknee.language.program import Program

# Comparisons as masks: the side of the limit on which the number beside it is, and the condition.
_COMPARISONS = {
    "gt": ("below", "bits_greater(key, {})"),
    "le": ("below", "~bits_greater(key, {})"),
    "lt": ("above", "bits_greater({}, key)"),
    "ge": ("above", "~bits_greater({}, key)"),
}
# How a comparison reads from its other side.
_TURNED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


def number_in_c(program: Program, inputs: int, at: int) -> str | None:
    """A constant, a parameter or its negative as a double in C; None for what is none of them."""
    made = program.instructions[at]
    if made.value is not None:
        return float(made.value).hex() if made.value.is_finite() else None
    if made.op == "symbol" and program.arguments.index(made.name) >= inputs:
        return f"parameters[{program.arguments.index(made.name) - inputs}]"
    if made.op == "neg":
        number = number_in_c(program, inputs, made.args[0])
        return number and f"-({number})"
    return None


class _OtherError(Exception):
    """The program does more than select."""


class _BitsPrinter:
    """Prints the statements of a program of one input."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.fixed: list[str] = []  # what is the same for all elements

    def _number(self, at: int) -> str:
        number = number_in_c(self._program, 1, at)
        if number is None:
            raise _OtherError
        return number

    def _is_input(self, at: int) -> bool:
        made = self._program.instructions[at]
        return made.op == "symbol" and self._program.arguments.index(made.name) == 0

    def _fix(self, kind: str, name: str, expression: str) -> str:
        line = f"const {kind} {name} = {expression};"
        if line not in self.fixed:
            self.fixed.append(line)
        return name

    def condition(self, at: int) -> str:
        """A condition, as a mask."""
        made = self._program.instructions[at]
        if made.op in ("and", "or"):
            a, b = (self.condition(arg) for arg in made.args)
            return f"({a} {'&' if made.op == 'and' else '|'} {b})"
        if made.op not in _COMPARISONS:
            raise _OtherError
        op, (x, limit) = made.op, made.args
        if not self._is_input(x):
            op, x, limit = _TURNED[op], limit, x
        if not self._is_input(x):
            raise _OtherError
        side, text = _COMPARISONS[op]
        return text.format(self._fix("int16_t", f"{side}{limit}", f"bits_{side}({self._number(limit)}, bfloat)"))

    def value(self, at: int) -> str:
        """The bits of a value, as an expression."""
        made = self._program.instructions[at]
        if self._is_input(at):
            return "x"
        if made.op == "neg" and self._is_input(made.args[0]):
            return "x ^ 0x8000"
        if made.op == "where":
            parts = (self.condition(made.args[0]), *(self.value(branch) for branch in made.args[1:]))
            return f"bits_where({', '.join(parts)})"
        return self._fix("uint16_t", f"v{at}", f"bits_of({self._number(at)}, bfloat)")


def bits_function(name: str, program: Program, inputs: int) -> str | None:
    """The C function `name`, or None for a program that does more than select."""
    if inputs != 1 or not {made.op for made in program.instructions} & CONDITIONS:
        return None
    printer = _BitsPrinter(program)
    try:
        result = printer.value(len(program.instructions) - 1)
    except _OtherError:
        return None
    arguments = "const uint16_t *restrict in, const double *parameters, uint16_t *restrict out, ptrdiff_t n, int bfloat"
    lines = ["(void)parameters;", *printer.fixed, "const int16_t infinity = bits_infinity(bfloat);"]
    lines += ["const uint16_t quiet = bits_quiet(bfloat);", "for (ptrdiff_t i = 0; i < n; i++) {"]
    lines += ["    const uint16_t x = in[i], missing = bits_greater(x & 0x7fff, infinity);"]
    lines += ["    const int16_t key = bits_key(x);", f"    out[i] = bits_where(missing, x | quiet, {result});", "}"]
    return "\n".join([f"void {name}({arguments})", "{", *(f"    {line}" for line in lines), "}\n"])
