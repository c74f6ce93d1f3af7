"""Expressions: immutable nodes, shared by construction, built by running a definition on symbols."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from threading import RLock, local
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from .errors import UnknownOpError

Number: TypeAlias = "int | float | Fraction"
Operand: TypeAlias = "Expr | int | float | Fraction"


class _Definitions(local):
    """The number of definitions that this thread is reading, one within another."""

    depth = 0


_definitions = _Definitions()


@contextmanager
def reading_a_definition() -> Iterator[None]:
    """While this lasts an equation of nodes has no truth value."""
    _definitions.depth += 1
    try:
        yield
    finally:
        _definitions.depth -= 1


# Two threads that build the same node must get the same object. Reentrant: a collection may run in between.
_pool_lock = RLock()


class Expr:
    """One node: an op applied to nodes, a symbol, or a rational constant.

    Two nodes built alike are the same object, so identity is equality and a shared
    subexpression is computed once by every reader.
    """

    __slots__ = ("__weakref__", "args", "op", "payload")
    op: str
    args: tuple[Expr, ...]
    payload: Any  # the name of a symbol, the Fraction of a constant, else None

    _pool: WeakValueDictionary[tuple[Any, ...], Expr] = WeakValueDictionary()

    def __new__(cls, op: str, args: tuple[Expr, ...] = (), payload: Any = None) -> Expr:
        """The one node of this op, arguments and payload."""
        key = (op, args, payload)
        with _pool_lock:
            node = cls._pool.get(key)
            if node is None:
                node = object.__new__(cls)
                object.__setattr__(node, "op", op)
                object.__setattr__(node, "args", args)
                object.__setattr__(node, "payload", payload)
                cls._pool[key] = node
            return node

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Expr is immutable; cannot set {name}")

    # A copy or a pickle is the same node again, or sharing would be lost.
    def __copy__(self) -> Expr:
        return self

    def __deepcopy__(self, memo: object) -> Expr:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Expr, (self.op, self.args, self.payload))

    @property
    def is_constant(self) -> bool:
        """True for a rational constant."""
        return self.op == "constant"

    @property
    def is_symbol(self) -> bool:
        """True for an input or a parameter."""
        return self.op == "symbol"

    def equals(self, value: Number) -> bool:
        """Tell if this is a rational constant of that value.

        Args:
            value: A number.

        Returns:
            True for the constant, False for any other expression.
        """
        return self.op == "constant" and bool(self.payload == value)

    # -- operators ---------------------------------------------------------------
    def __add__(self, other: Operand) -> Expr:
        return add(self, lift(other))

    def __radd__(self, other: Operand) -> Expr:
        return add(lift(other), self)

    def __sub__(self, other: Operand) -> Expr:
        return sub(self, lift(other))

    def __rsub__(self, other: Operand) -> Expr:
        return sub(lift(other), self)

    def __mul__(self, other: Operand) -> Expr:
        return mul(self, lift(other))

    def __rmul__(self, other: Operand) -> Expr:
        return mul(lift(other), self)

    def __truediv__(self, other: Operand) -> Expr:
        return div(self, lift(other))

    def __rtruediv__(self, other: Operand) -> Expr:
        return div(lift(other), self)

    def __neg__(self) -> Expr:
        return neg(self)

    def __pos__(self) -> Expr:
        return self

    def __abs__(self) -> Expr:
        return where(self < 0, neg(self), self)

    def __pow__(self, exponent: Operand) -> Expr:
        return power(self, lift(exponent))

    def __rpow__(self, base: Operand) -> Expr:
        return power(lift(base), self)

    def __gt__(self, other: Operand) -> Expr:
        return compare("gt", self, lift(other))

    def __ge__(self, other: Operand) -> Expr:
        return compare("ge", self, lift(other))

    def __lt__(self, other: Operand) -> Expr:
        return compare("lt", self, lift(other))

    def __le__(self, other: Operand) -> Expr:
        return compare("le", self, lift(other))

    def __eq__(self, other: object) -> Any:
        """The condition that the two are equal; as a truth value, whether they are the same node."""
        return compare("eq", self, lift(other)) if isinstance(other, (Expr, int, float, Fraction)) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return NotImplemented if (equal := self.__eq__(other)) is NotImplemented else negate(equal)

    __hash__ = object.__hash__

    def __invert__(self) -> Expr:
        return negate(self)

    def __and__(self, other: Expr) -> Expr:
        return both(self, other)

    def __or__(self, other: Expr) -> Expr:
        return either(self, other)

    def __floordiv__(self, other: Operand) -> Expr:
        return Expr("floor", (self / other,))

    def __rfloordiv__(self, other: Operand) -> Expr:
        return Expr("floor", (other / self,))

    def __mod__(self, other: Operand) -> Expr:
        return Expr("mod", (self, lift(other)))

    def __rmod__(self, other: Operand) -> Expr:
        return Expr("mod", (lift(other), self))

    def __floor__(self) -> Expr:
        return Expr("floor", (self,))

    def __round__(self) -> Expr:
        return Expr("rint", (self,))

    def __matmul__(self, other: object) -> Expr:
        raise UnknownOpError("matrix product")

    # -- what a symbol cannot do: say so, and what to write instead ---------------
    def __bool__(self) -> bool:
        # Containers and tests compare nodes; within a definition an `if` means the numbers, and they are not there.
        if self.op == "eq" and not _definitions.depth:
            return self.args[0] is self.args[1]
        raise UnknownOpError("truth value (`if`, `and`, `max`, `min`); write where(condition, a, b)")

    def __float__(self) -> float:
        raise UnknownOpError("conversion to float (a function of `math`)")

    def __index__(self) -> int:
        raise UnknownOpError("conversion to int")

    def __iter__(self) -> Iterator[Expr]:
        raise UnknownOpError("iteration")

    def __getattr__(self, name: str) -> Any:
        # NumPy calls `x.exp()` on objects, users write `x.clamp(0)`.
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise UnknownOpError(name)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        raise UnknownOpError(f"numpy.{ufunc.__name__}")

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        raise UnknownOpError(f"numpy.{func.__name__}")

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise UnknownOpError(f"torch.{getattr(func, '__name__', func)}")

    def __repr__(self) -> str:
        if self.is_symbol:
            return str(self.payload)
        if self.is_constant:
            return number_text(self.payload)
        return f"{self.op}({', '.join(map(repr, self.args))})"


def number_text(value: Fraction) -> str:
    """The shortest exact text of a rational: an integer, a decimal that is the same double, or p/q."""
    if value.denominator == 1:
        return str(value.numerator)
    as_float = float(value)
    if Fraction(as_float) == value and len(repr(as_float)) < 24:
        return repr(as_float)
    return f"{value.numerator}/{value.denominator}"


def symbol(name: str) -> Expr:
    """The symbol `name`."""
    return Expr("symbol", (), name)


def constant(value: Number) -> Expr:
    """The exact rational `value`; a float means the double it is."""
    if isinstance(value, float) and not (value - value == 0):
        raise ValueError(f"a constant of a definition must be finite, not {value!r}")
    return Expr("constant", (), Fraction(value))


def lift(value: Operand) -> Expr:
    """A number becomes a constant; an expression stays itself."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, (int, float, Fraction)):
        return constant(value)
    raise UnknownOpError(f"operand of type {type(value).__name__}")


# -- constructors that simplify what is exactly so, and nothing that is only nearly so ---
def _arithmetic(op: str, a: Expr, b: Expr) -> Expr:
    """The node, or its exact value where both sides are constants; a division by 0 stays as it is."""
    if a.is_constant and b.is_constant and not (op == "div" and b.payload == 0):
        return constant(_EXACT[op](a.payload, b.payload))
    return Expr(op, (a, b))


_EXACT: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}


def add(a: Expr, b: Expr) -> Expr:
    if a.equals(0):
        return b
    if b.equals(0):
        return a
    if b.op == "neg":
        return sub(a, b.args[0])
    return _arithmetic("add", a, b)


def sub(a: Expr, b: Expr) -> Expr:
    if b.equals(0):
        return a
    if a.equals(0):
        return neg(b)
    if a is b:
        return constant(0)
    if b.op == "neg":
        return add(a, b.args[0])
    return _arithmetic("sub", a, b)


def mul(a: Expr, b: Expr) -> Expr:
    if a.equals(0) or b.equals(0):
        return constant(0)
    if a.equals(1):
        return b
    if b.equals(1):
        return a
    if a.equals(-1):
        return neg(b)
    if b.equals(-1):
        return neg(a)
    if a.op == "neg" and b.op == "neg":
        return mul(a.args[0], b.args[0])
    return _arithmetic("mul", a, b)


def div(a: Expr, b: Expr) -> Expr:
    if b.equals(1):
        return a
    if b.equals(-1):
        return neg(a)
    if a.equals(0) and not b.equals(0):
        return a
    return _arithmetic("div", a, b)


def neg(a: Expr) -> Expr:
    if a.op == "neg":
        return a.args[0]
    if a.is_constant:
        return constant(-a.payload)
    return Expr("neg", (a,))


def _integer_power(base: Expr, exponent: int) -> Expr:
    result = constant(1)
    square = base
    while exponent:
        if exponent & 1:
            result = mul(result, square)
        exponent >>= 1
        if exponent:
            square = mul(square, square)
    return result


def power(base: Expr, exponent: Expr) -> Expr:
    """Whole and half exponents by products and a root; others as an op, which needs a base that is not negative."""
    if exponent.is_constant and exponent.payload < 0:
        return div(constant(1), power(base, neg(exponent)))
    if exponent.is_constant and exponent.payload.denominator <= 2:
        whole, half = divmod(exponent.payload, 1)
        found = _integer_power(base, int(whole))
        return mul(found, Expr("sqrt", (base,))) if half else found
    if base.is_constant and base.payload > 0:
        return Expr("exp", (mul(exponent, Expr("log", (base,))),))
    return Expr("pow", (base, exponent))


def compare(op: str, a: Expr, b: Expr) -> Expr:
    return Expr(op, (a, b))


def both(a: Expr, b: Expr) -> Expr:
    _require_condition(a, "&")
    _require_condition(b, "&")
    return Expr("and", (a, b))


def either(a: Expr, b: Expr) -> Expr:
    _require_condition(a, "|")
    _require_condition(b, "|")
    return Expr("or", (a, b))


_NEGATED = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}


def negate(condition: Expr) -> Expr:
    """The condition that holds where this one does not, and a missing number is not looked at."""
    _require_condition(condition, "~")
    a, b = condition.args
    if condition.op == "and":
        return Expr("or", (negate(a), negate(b)))
    if condition.op == "or":
        return Expr("and", (negate(a), negate(b)))
    if condition.op == "eq":
        return Expr("or", (Expr("lt", (a, b)), Expr("gt", (a, b))))
    return Expr(_NEGATED[condition.op], (a, b))


CONDITIONS = frozenset({"gt", "ge", "lt", "le", "eq", "and", "or"})


def _require_condition(node: Expr, place: str) -> None:
    if not isinstance(node, Expr) or node.op not in CONDITIONS:
        raise UnknownOpError(f"{place} of {node!r}, which is no comparison")


def where(condition: Expr, a: Operand, b: Operand) -> Expr:
    """Select by a condition, element by element: the one way to choose in a definition.

    Args:
        condition: A comparison of expressions, or several joined by `&`, `|` and `~`.
        a: The expression or number where the condition holds.
        b: The one where it does not.

    Returns:
        The selection as an expression. Its derivative selects between the derivatives.

    Raises:
        UnknownOpError: where the condition is none.

    >>> import softknee as knee
    >>> @knee.activation
    ... def rectifier(x):
    ...     return knee.where(x > 0, x, 0)
    >>> rectifier([-1.0, 2.0])
    array([0., 2.])
    """
    _require_condition(condition, "where")
    left, right = lift(a), lift(b)
    return left if left is right else Expr("where", (condition, left, right))


def walk(*roots: Expr) -> list[Expr]:
    """All nodes under `roots`, each once, arguments before their users."""
    order: list[Expr] = []
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if node in seen:
            continue
        if ready:
            seen.add(node)
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((arg, False) for arg in reversed(node.args))
    return order


def symbols(root: Expr) -> frozenset[str]:
    """The names of the symbols that `root` depends on."""
    return frozenset(node.payload for node in walk(root) if node.is_symbol)


def depends_on(roots: Iterable[Expr], name: str) -> frozenset[Expr]:
    """Those nodes under `roots` that depend on the symbol `name`."""
    found: set[Expr] = set()
    for node in walk(*roots):
        if (node.payload == name and node.is_symbol) or any(arg in found for arg in node.args):
            found.add(node)
    return frozenset(found)


def rebuild(node: Expr, args: tuple[Expr, ...]) -> Expr:
    """The node's op on other arguments, simplified as if written so."""
    if all(new is old for new, old in zip(args, node.args)):
        return node
    build = _SIMPLIFYING.get(node.op)
    return build(*args) if build else Expr(node.op, args, node.payload)


_SIMPLIFYING: dict[str, Callable[..., Expr]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "neg": neg,
    "where": where,
    "pow": power,
}


def substitute(root: Expr, replacements: dict[str, Expr]) -> Expr:
    """`root` with symbols replaced by expressions."""
    new: dict[Expr, Expr] = {}
    for node in walk(root):
        if node.is_symbol:
            new[node] = replacements.get(node.payload, node)
        else:
            new[node] = rebuild(node, tuple(new[arg] for arg in node.args))
    return new[root]
