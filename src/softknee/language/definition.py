"""`@activation`: a definition, its parameters, and the registry of all of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import count
from math import inf, isfinite
from typing import Any
from weakref import WeakValueDictionary

from .errors import (
    ArgumentError,
    ArgumentTypeError,
    DefinitionError,
    Shown,
    UnknownActivationError,
    UnknownOpError,
)
from .expression import CONDITIONS, Expr, lift, reading_a_definition, symbol, symbols
from .ops import op_names
from .promise import USUAL, Promise


@dataclass(frozen=True)
class Domain:
    """Where a parameter may lie; `text` completes the sentence "must be ..."."""

    text: str
    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return isfinite(value) and above and below

    def holds(self, low: float, high: float) -> bool:
        """Whether all numbers from `low` to `high` lie in it."""
        return low in self and high in self


real = Domain("finite")
positive = Domain("positive and finite", low=0.0, open_low=True)
nonnegative = Domain("non-negative and finite", low=0.0)
unit_interval = Domain("between 0 and 1", low=0.0, high=1.0)


@dataclass(frozen=True)
class Parameter:
    """A parameter: default, domain, and whether networks learn it.

    `choices` makes it a word instead of a number: each word names the definition meant.
    """

    default: float | str
    domain: Domain = real
    learnable: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True)
class Notes:
    """What a person wants to know: one short sourced text each."""

    summary: str = ""
    purpose: str = ""
    strengths: str = ""
    weaknesses: str = ""
    instead: str = ""


_HEADINGS = {"for": "purpose", "strengths": "strengths", "weaknesses": "weaknesses", "instead": "instead"}


def notes_from_docstring(text: str | None) -> Notes:
    """Read the first paragraph and the `For:`, `Strengths:`, `Weaknesses:`, `Instead:` paragraphs."""
    found: dict[str, str] = {}
    current = "summary"
    for line in inspect.cleandoc(text or "").splitlines():
        head, colon, rest = line.partition(":")
        if colon and head.strip().lower() in _HEADINGS:
            current, line = _HEADINGS[head.strip().lower()], rest
        found[current] = f"{found.get(current, '')} {line.strip()}".strip()
    return Notes(**found)


# A tracer that can carry only text into its graph carries a definition's token.
_serial = count()
_by_token: WeakValueDictionary[str, Definition] = WeakValueDictionary()


def definition_of_token(token: str) -> Definition:
    """The definition with this `token`."""
    return _by_token[token]


@dataclass(frozen=True, eq=False)
class Definition:
    """An activation as written: the function and what is said about it.

    `inputs` are the arguments that are data ("x", or "a", "b" for a gate); all further
    arguments of the function are parameters. `after` names the functions whose idea it goes on from.

    Where the textbook's formula cancels or overflows, others say how to compute it: `kernel` for all
    arguments; `kernel_slope` for the derivative by the one input, where the rules would find a clumsier form;
    `kernel_near` as `kernel`, but only for arguments and results of everyday size (2^-60 to 2^60, say): a compiled
    kernel uses it and computes what is not of that size, or cancels, by the others; `kernel_near_slope` likewise.
    """

    name: str
    function: Callable[..., Expr]
    inputs: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    family: str
    paper: str = ""
    year: int = 0
    aliases: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    module: str = ""
    kernel: Callable[..., Expr] | None = None
    kernel_near: Callable[..., Expr] | None = None
    kernel_slope: Callable[..., Expr] | None = None
    kernel_near_slope: Callable[..., Expr] | None = None
    inverse: Callable[..., Expr] | None = None
    requires: str = ""
    constraint: Callable[..., bool] | None = None
    randomized: bool = False  # in training each element draws a slope between the two parameters
    ulp: Promise = USUAL
    token: str = field(default_factory=lambda: str(next(_serial)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Rebuilt, so that a copy in another process gets a token of its own there.
        return (_rebuilt, ({f.name: getattr(self, f.name) for f in fields(self) if f.name != "token"},))

    def __post_init__(self) -> None:
        _by_token[self.token] = self
        # Filled at once: torch.compile cannot trace the lock that a cached_property takes before Python 3.12.
        _ = self.numeric_parameters, self.arguments

    @cached_property
    def notes(self) -> Notes:
        """What the docstring says."""
        return notes_from_docstring(self.function.__doc__)

    @cached_property
    def numeric_parameters(self) -> dict[str, Parameter]:
        """The parameters that are numbers, in order."""
        return {name: p for name, p in self.parameters.items() if not p.choices}

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The symbols of the expression: inputs, then numeric parameters."""
        return (*self.inputs, *self.numeric_parameters)

    @cached_property
    def textbook(self) -> Expr:
        """The definition as an expression: what the function *means*."""
        return self._trace(self.function)

    @cached_property
    def expression(self) -> Expr:
        """What is computed: the kernel where there is one, else the definition."""
        return self._trace(self.kernel) if self.kernel else self.textbook

    @cached_property
    def near_expression(self) -> Expr:
        """What a compiled kernel computes for arguments of everyday size."""
        return self._trace(self.kernel_near) if self.kernel_near else self.expression

    @cached_property
    def slope_expression(self) -> Expr | None:
        """The derivative by the one input, as an expression of the same arguments, where one is written."""
        return self._trace(self.kernel_slope) if self.kernel_slope else None

    @cached_property
    def near_slope_expression(self) -> Expr | None:
        """`slope_expression` for arguments of everyday size."""
        return self._trace(self.kernel_near_slope) if self.kernel_near_slope else self.slope_expression

    @cached_property
    def inverse_expression(self) -> Expr | None:
        """The inverse, as an expression of the same arguments, where one is written."""
        return self._trace(self.inverse) if self.inverse else None

    def _trace(self, function: Callable[..., Expr]) -> Expr:
        arguments = [symbol(name) for name in self.arguments]
        try:
            with reading_a_definition():
                root = function(*arguments)
        except UnknownOpError as error:
            raise UnknownOpError(f"{error.used}, used in the definition of {self.name}", op_names()) from None
        except TypeError as error:
            if isinstance(error, DefinitionError):
                raise
            raise UnknownOpError(f"`{error}`, raised in the definition of {self.name}", op_names()) from error
        root = self._as_expression(root)
        unknown = symbols(root) - set(self.arguments)
        if unknown:
            raise DefinitionError(f"{self.name}: unknown symbols {sorted(unknown)}")
        return root

    def _as_expression(self, result: object) -> Expr:
        if not isinstance(result, (Expr, int, float)):
            raise DefinitionError(f"{self.name} must return an expression, not {type(result).__name__}")
        root = lift(result)
        if root.op in CONDITIONS:
            raise DefinitionError(f"{self.name} returns a condition; use where(condition, a, b)")
        return root

    def check(self, values: Mapping[str, Any]) -> None:
        """Raise ArgumentError unless each number lies in its parameter's domain."""
        for name, value in values.items():
            parameter = self.parameters[name]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ArgumentTypeError(self.name, name, value, "must be a real number")
            if float(value) not in parameter.domain:
                raise ArgumentError(self.name, name, value, f"must be {parameter.domain.text}")
        # With a partner that is no plain number the constraint is not about these alone.
        complete = values.keys() == self.numeric_parameters.keys()
        if self.constraint is not None and complete and not self.constraint(**values):
            shown = ", ".join(f"{n}={v!r}" for n, v in values.items())
            raise ArgumentError(self.name, "parameters", Shown(shown), f"must have {self.requires}")


def _rebuilt(values: dict[str, Any]) -> Definition:
    return Definition(**values)


class Registry:
    """Definitions by name and alias; the order is the order of definition."""

    def __init__(self) -> None:
        self._by_name: dict[str, Any] = {}
        self._aliases: dict[str, str] = {}

    def add(self, entry: Any) -> None:
        """Enter a definition; raises DefinitionError where a name or alias is taken."""
        for name in (entry.name, *entry.aliases):
            if name in self._by_name or name in self._aliases:
                raise DefinitionError(f"{entry.name}: the name {name!r} is taken")
        self._by_name[entry.name] = entry
        self._aliases.update(dict.fromkeys(entry.aliases, entry.name))

    def resolve(self, name: object) -> str:
        """The canonical name of a name or alias, in any case; raises UnknownActivationError."""
        if not isinstance(name, str):
            raise UnknownActivationError(name, [])
        for candidate in (name, name.lower().replace("-", "_").replace(" ", "_")):
            if candidate in self._by_name:
                return candidate
            if candidate in self._aliases:
                return self._aliases[candidate]
        raise UnknownActivationError(name, [*self._by_name, *self._aliases])

    def __getitem__(self, name: object) -> Any:
        return self._by_name[self.resolve(name)]

    def get(self, name: str) -> Any:
        """The entry of a canonical name, or None."""
        return self._by_name.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name or name in self._aliases

    def __iter__(self) -> Iterator[Any]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    @property
    def names(self) -> list[str]:
        """The canonical names, in order of definition."""
        return list(self._by_name)


CATALOGUE = Registry()


def define(
    function: Callable[..., Any],
    *,
    inputs: tuple[str, ...] | None = None,
    paper: str = "",
    year: int = 0,
    aliases: Iterable[str] = (),
    after: Iterable[str] = (),
    module: str = "",
    kernel: Callable[..., Any] | None = None,
    kernel_near: Callable[..., Any] | None = None,
    kernel_slope: Callable[..., Any] | None = None,
    kernel_near_slope: Callable[..., Any] | None = None,
    inverse: Callable[..., Any] | None = None,
    requires: str = "",
    constraint: Callable[..., bool] | None = None,
    randomized: bool = False,
    ulp: Promise = USUAL,
    **parameters: Parameter,
) -> Definition:
    """Read a function as a definition; its arguments without a Parameter are inputs."""
    arguments = list(inspect.signature(function).parameters)
    for name, parameter in parameters.items():
        if not isinstance(parameter, Parameter):
            raise DefinitionError(f"{_name_of(function)}: {name}={parameter!r} must be a Parameter")
        if name in _RESERVED:
            raise DefinitionError(f"{_name_of(function)}: the parameter name {name!r} is taken by the call itself")
        if not parameter.choices and not (
            isinstance(parameter.default, (int, float)) and float(parameter.default) in parameter.domain
        ):
            raise DefinitionError(
                f"{_name_of(function)}: the default {name}={parameter.default!r} must be {parameter.domain.text}"
            )
    if not hasattr(function, "__name__"):
        raise DefinitionError(f"{function!r} has no name: define it with def")
    stray = [name for name, p in parameters.items() if name not in arguments and not p.choices]
    if stray:
        raise DefinitionError(f"{function.__name__}: no argument for parameter {stray[0]!r}")
    data = tuple(name for name in arguments if name not in parameters)
    if (inputs is not None and data != inputs) or not data:
        raise DefinitionError(f"{function.__name__}: expected inputs {inputs or ('x',)}, found {data}")
    ordered = {n: parameters[n] for n in arguments if n in parameters}
    ordered.update({n: p for n, p in parameters.items() if p.choices})
    return Definition(
        name=function.__name__,
        function=function,
        inputs=data,
        parameters=ordered,
        family=(function.__module__ or "").rpartition(".")[2],
        paper=paper,
        year=year,
        aliases=tuple(aliases),
        after=tuple(after),
        module=module or camel_case(function.__name__),
        kernel=kernel,
        kernel_near=kernel_near,
        kernel_slope=kernel_slope,
        kernel_near_slope=kernel_near_slope,
        inverse=inverse,
        requires=requires,
        constraint=constraint,
        randomized=randomized,
        ulp=ulp,
    )


# Arguments of calls and derivatives, which a parameter of the same name would hide.
_RESERVED = frozenset({"out", "where", "casting", "order", "subok", "at_kink", "axis", "dtype"})


def _name_of(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", repr(function))


def camel_case(name: str) -> str:
    """`hard_mish` as `HardMish`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def activation(**about: Any) -> Callable[[Callable[..., Any]], Definition]:
    """Define an activation of the catalogue."""

    def register(function: Callable[..., Any]) -> Definition:
        definition = define(function, **about)
        CATALOGUE.add(definition)
        return definition

    return register
