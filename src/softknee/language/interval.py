"""Where the values of a program can lie: interval arithmetic, with what a condition says about its branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isnan

from .ops import OPS
from .program import Program


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`."""

    low: float = -inf
    high: float = inf

    def within(self, other: Interval) -> Interval:
        """What both hold; where that is nothing, the branch is never taken and any answer is right."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else other

    def or_else(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    @property
    def size(self) -> Interval:
        """The absolute values."""
        least = 0.0 if self.low <= 0 <= self.high else min(abs(self.low), abs(self.high))
        return Interval(least, max(abs(self.low), abs(self.high)))


def _hull(*corners: float) -> Interval:
    known = [0.0 if isnan(c) else c for c in corners]  # 0 * inf: the limit from inside is 0 at that corner
    return Interval(min(known), max(known))


def _mul(a: Interval, b: Interval) -> Interval:
    return _hull(a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)


def _div(a: Interval, b: Interval) -> Interval:
    if b.low <= 0 <= b.high:
        sign = a.low >= 0 and b.low >= 0
        return Interval(0.0, inf) if sign else Interval()
    return _mul(a, Interval(min(1 / b.low, 1 / b.high), max(1 / b.low, 1 / b.high)))


def _function(op: str, x: Interval) -> Interval:
    row = OPS[op]
    found = Interval(row.low, row.high)
    if row.through_zero and x.low >= 0:
        found = found.within(Interval(0, inf))
    if row.through_zero and x.high <= 0:
        found = found.within(Interval(-inf, 0))
    if op == "exp" and x.high <= 0:
        found = Interval(0, 1)
    if op == "exp" and x.low >= 0:
        found = Interval(1, inf)
    if op == "sigmoid" and x.low >= 0:
        found = Interval(0.5, 1)
    return found


_Step = Callable[[Interval, Interval], Interval]
_BINARY: dict[str, _Step] = {
    "add": lambda a, b: Interval(a.low + b.low, a.high + b.high),
    "sub": lambda a, b: Interval(a.low - b.high, a.high - b.low),
    "mul": _mul,
    "div": _div,
}

Facts = Mapping[int, Interval]


class Intervals:
    """The intervals of a program's instructions; its arguments may be any numbers."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[tuple[int, tuple[tuple[int, Interval], ...]], Interval] = {}

    def __getitem__(self, at: int) -> Interval:
        """The interval of the value of instruction `at`."""
        return self._of(at, {})

    def _of(self, at: int, facts: Facts) -> Interval:
        key = (at, tuple(sorted(facts.items(), key=lambda fact: fact[0])))
        if key not in self._known:
            found = self._compute(at, facts)
            self._known[key] = found.within(facts[at]) if at in facts else found
        return self._known[key]

    def _compute(self, at: int, facts: Facts) -> Interval:
        made = self._program.instructions[at]
        if made.value is not None:
            value = float(made.value)
            return Interval() if isnan(value) else Interval(value, value)
        if made.op == "where":
            condition, then, otherwise = made.args
            yes = self._of(then, self._facts(condition, True, facts))
            return yes.or_else(self._of(otherwise, self._facts(condition, False, facts)))
        if made.op == "neg":
            x = self._of(made.args[0], facts)
            return Interval(-x.high, -x.low)
        if made.op == "mul" and made.args[0] == made.args[1]:
            size = self._of(made.args[0], facts).size
            return _mul(size, size)
        if made.op in _BINARY:
            a, b = (self._of(arg, facts) for arg in made.args)
            return _BINARY[made.op](a, b)
        if len(made.args) == 1:
            return _function(made.op, self._of(made.args[0], facts))
        return Interval()

    def _facts(self, condition: int, holds: bool, facts: Facts) -> Facts:
        """What is known besides `facts` where a comparison holds, or does not."""
        made = self._program.instructions[condition]
        found = dict(facts)
        if made.op == "and" and holds:
            return self._facts(made.args[1], True, self._facts(made.args[0], True, facts))
        if made.op == "or" and not holds:
            return self._facts(made.args[1], False, self._facts(made.args[0], False, facts))
        if made.op in ("gt", "ge", "lt", "le"):
            left, right = made.args
            if made.op in ("lt", "le"):
                left, right = right, left
            if not holds:
                left, right = right, left
            # Now left >= right.
            a, b = self._of(left, facts), self._of(right, facts)
            found[left] = a.within(Interval(b.low, inf))
            found[right] = b.within(Interval(-inf, a.high))
        return found
