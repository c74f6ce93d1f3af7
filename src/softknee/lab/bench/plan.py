"""The plan of a run, as plain data: functions x sizes x dtypes x passes, each with its contestants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from softknee.catalogue import FOUNDING
from softknee.functions.public import get
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.targets.numpy.threads import available_cores

from .clock import Pace

OURS = ("softknee", "softknee_out", "softknee_torch", "softknee_nodes")
HIGH = "softknee_high"  # has fewer digits, and so is left out of the ratios
LIBRARIES = ("torch", "compile", "jax", "numpy", "scipy", "numexpr", "onnxruntime", "torch_activation")
COPIES = ("copy", "copyto")
FORWARD_ONLY = frozenset({"softknee", "softknee_out", HIGH, "numpy", "scipy", "numexpr", "onnxruntime"})
TRAINING_ONLY = frozenset({"softknee_nodes"})
DTYPES = ("float16", "bfloat16", "float32", "float64")
PASSES = ("forward", "both")
MLP = "compiled MLP"

_FUNCTIONS = (*FOUNDING, "gelu", "silu")
_SIZES = (1_000, 100_000, 1_000_000, 30_000_000)
_QUICK_SIZES = (1_000, 100_000, 1_000_000)
_CURVES = ("relu", "sigmoid", "gelu", "mish")
_CURVE_SIZES = (100, 10_000, 10_000_000)
_QUICK_PACE = Pace(rounds=3, span=0.004, limit=0.5)
OVERHEAD_SIZE = 10
_DTYPE_SIZE = 1_000_000


@dataclass(frozen=True)
class BenchmarkCase:
    """One function, size, dtype and pass, whose contestants are measured in turns on the same input."""

    function: str
    size: int
    dtype: str
    kind: str  # "forward" or "both"
    peers: tuple[str, ...]

    @property
    def libraries(self) -> tuple[str, ...]:
        """The contestants, in the order of the columns."""
        if self.function == MLP:
            return "softknee_torch", *self.peers
        high = (HIGH,) if self.dtype == "float32" else ()
        away = TRAINING_ONLY if self.kind == "forward" else FORWARD_ONLY
        return tuple(library for library in (*OURS, *high, *self.peers, *COPIES) if library not in away)

    @property
    def effort(self) -> float:
        """The estimated seconds that the case takes: compiling, the turns, and few but long calls."""
        compiling = 2.0 * ("compile" in self.peers) + 3.0 * ("compile" in self.peers and self.kind == "both")
        return compiling + 0.25 * len(self.libraries) + self.size * 3e-7

    def __str__(self) -> str:
        return f"{self.function} · {self.size:,} · {self.dtype} · {'forward' if self.kind == 'forward' else 'f + b'}"


@dataclass(frozen=True)
class Plan:
    """The cases of a run, and how they are measured."""

    cases: tuple[BenchmarkCase, ...]
    threads: int
    pace: Pace
    scale: float


def make_plan(
    functions: Iterable[Any] | None = None,
    sizes: Sequence[float] | None = None,
    dtypes: Sequence[str] | None = None,
    peers: Sequence[str] | None = None,
    passes: Sequence[str] | None = None,
    threads: int | None = None,
    rounds: int | None = None,
    scale: float = 1.0,
    quick: bool = False,
) -> Plan:
    """The plan of the arguments, checked.

    Without sizes and dtypes the run also measures what the page shows besides: the overhead of a
    call, all dtypes, more sizes for the curve, and the compiled MLP. Raises
    UnknownActivationError, or ArgumentError for anything else that cannot be measured.
    """
    names = list(dict.fromkeys(get(name).name for name in functions or _FUNCTIONS))
    libraries = _known("peers", LIBRARIES, peers)
    kinds = _known("pass", PASSES, passes)
    whole = sizes is None and dtypes is None
    asked = tuple(_size(size) for size in sizes or (_QUICK_SIZES if quick else _SIZES))
    types = _known("dtype", DTYPES, dtypes or ("float32",))
    cases = [
        BenchmarkCase(n, size, t, kind, libraries) for kind in kinds for t in types for size in asked for n in names
    ]
    if whole:
        cases += _besides(names, kinds, libraries, max(asked))
    pace = _QUICK_PACE if quick else Pace()
    if rounds is not None:
        pace = Pace(_counted("rounds", rounds), pace.span, pace.limit)
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not (isfinite(scale) and scale > 0):
        raise ArgumentError("bench", "scale", scale, "must be a positive number")
    cores = available_cores()
    count = cores if threads is None else _counted("threads", threads)
    if count > cores:
        raise ArgumentError("bench", "threads", count, f"is more than the {cores} cores that this process may use")
    return Plan(tuple(dict.fromkeys(cases)), count, pace, float(scale))


def _besides(
    names: Sequence[str], kinds: Sequence[str], libraries: tuple[str, ...], largest: int
) -> list[BenchmarkCase]:
    eager = tuple(library for library in libraries if library == "torch")
    quick = tuple(library for library in libraries if library != "compile")  # which takes long to compile
    cases = [BenchmarkCase(name, OVERHEAD_SIZE, "float32", kind, quick) for kind in kinds for name in names]
    if "forward" in kinds:
        cases += [
            BenchmarkCase(name, _DTYPE_SIZE, t, "forward", eager) for t in DTYPES if t != "float32" for name in names
        ]
        curves = [name for name in _CURVES if name in names]
        cases += [
            BenchmarkCase(n, size, "float32", "forward", eager)
            for size in _CURVE_SIZES
            if size < largest
            for n in curves
        ]
    if "both" in kinds and "gelu" in names and eager:
        cases.append(BenchmarkCase(MLP, _DTYPE_SIZE, "float32", "both", ("torch",)))
    return cases


def _known(argument: str, known: tuple[str, ...], given: Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return known
    for name in given:
        if name not in known:
            raise ArgumentError("bench", argument, name, f"is not one of {', '.join(known)}")
    if not given:
        raise ArgumentError("bench", argument, Shown("[]"), "must name at least one")
    return tuple(name for name in known if name in given)


def _size(size: object) -> int:
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        raise ArgumentTypeError("bench", "size", size, "must be a number")
    if not isfinite(size) or size != int(size) or size < 1:
        raise ArgumentError("bench", "size", size, "must be a whole number of elements, at least 1")
    return int(size)


def _counted(argument: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentTypeError("bench", argument, value, "must be an integer")
    if value < 1:
        raise ArgumentError("bench", argument, value, "must be at least 1")
    return value
