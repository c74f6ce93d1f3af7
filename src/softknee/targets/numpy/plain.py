"""NumPy's ufuncs without C: an expression in NumPy's own functions, for where nothing is compiled.

All is computed in float64 and rounded once. Elements that float64 loses on the way (overflow, underflow, infinity) are
found and computed again in decimals, one by one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import ml_dtypes
import numpy as np

from softknee.language.expression import Expr
from softknee.language.program import Program, linearise
from softknee.targets import far_out
from softknee.targets.arguments import is_real
from softknee.targets.evaluate_program import run
from softknee.targets.limits import limit
from softknee.targets.ops import spelled

Array = np.ndarray[Any, Any]
Casting = Literal["no", "equiv", "safe", "same_kind", "unsafe"]

_BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
_OPS = spelled(np)
_BLOCK = 16_384  # elements: what a program makes on the way stays in the caches
# Ops that keep to the range of double; and with those that fade no faster than a power does.
_EXACT = frozenset({"symbol", "constant", "add", "sub", "neg", "where", "gt", "ge", "lt", "le", "eq", "and", "or"})
_POWERS = _EXACT | {"mul", "div", "sqrt"}
_HUGE, _TINY = 1e50, 1e-100  # squares and cubes are still inside
_FADED, _FAR = 2.0**-960, 20.0  # exponentials may have underflowed on the way to a result as small, as far out


def ufunc_of_expressions(
    roots: tuple[Expr, ...], arguments: tuple[str, ...], inputs: int, name: str, doc: str, arrays: bool = False
) -> np.ufunc:
    """One or two expressions of the same arguments, the first `inputs` of which are data, as one `PlainUfunc`."""
    return PlainUfunc(roots, arguments, inputs, name, doc)  # type: ignore[return-value]


class PlainUfunc:
    """Called as a numpy.ufunc is, with `out`, `where`, `dtype`, `casting`, `order` and `subok`; it has no methods."""

    signature = None
    identity = None

    def __init__(self, roots: tuple[Expr, ...], arguments: tuple[str, ...], n_inputs: int, name: str, doc: str) -> None:
        self._roots = roots
        self._programs = tuple(linearise(root, arguments, _OPS) for root in roots)
        self._names = arguments
        self._n_inputs = n_inputs
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc
        self.nin, self.nout = len(arguments), len(roots)
        self.nargs = self.nin + self.nout

    def __repr__(self) -> str:
        return f"<ufunc {self.__name__!r} of plain NumPy>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        if self.__module__ == "softknee.targets.numpy.ufuncs":
            return self.__name__
        return super().__reduce__()

    def __call__(
        self,
        *given: Any,
        out: Any = None,
        where: Any = True,
        dtype: Any = None,
        casting: Casting = "same_kind",
        order: Literal["K", "A", "C", "F"] = "K",
        subok: bool = True,
    ) -> Any:
        """The results at arrays that broadcast: inputs, parameters, then maybe outputs."""
        if not self.nin <= len(given) <= self.nargs:
            raise TypeError(f"{self.__name__}() takes from {self.nin} to {self.nargs} positional arguments")
        outs = self._outs(given[self.nin :], out)
        keywords = {"where": where, "dtype": dtype, "casting": casting, "order": order, "subok": subok}
        arguments = given[: self.nin]
        for x in (*arguments, *outs):
            theirs = getattr(type(x), "__array_ufunc__", np.ndarray.__array_ufunc__)
            if theirs is not np.ndarray.__array_ufunc__:
                usual = {"where": True, "dtype": None, "casting": "same_kind", "order": "K", "subok": True}
                more = {name: value for name, value in keywords.items() if value is not usual[name]}
                asked = {**more, "out": outs} if any(o is not None for o in outs) else more
                hand_over: Any = theirs
                return NotImplemented if theirs is None else hand_over(x, self, "__call__", *arguments, **asked)
        arrays = [np.asanyarray(x) for x in arguments]
        kind = _result_dtype(arrays[: self._n_inputs]) if dtype is None else np.dtype(dtype)
        if not is_real(kind) or kind.kind in "biu":
            raise TypeError(f"no loop of {self.__name__!r} gives {kind}")
        shape = np.broadcast_shapes(*(x.shape for x in arrays), *(np.shape(o) for o in outs if o is not None))
        where = np.asarray(where)
        if where.dtype != bool:
            raise TypeError("where: must hold booleans")
        shape = np.broadcast_shapes(shape, where.shape)
        for o in outs:
            if o is not None and o.shape != shape:
                raise ValueError(f"non-broadcastable output operand with shape {o.shape}; {shape} is needed")
            if o is not None and not _can_cast(kind, o.dtype, casting):
                raise TypeError(f"cannot cast the output of {self.__name__!r} from {kind} to {o.dtype}: {casting!r}")
        results = self._computed(arrays, shape, kind)
        wrap = next((x.__array_wrap__ for x in arrays if subok and type(x) is not np.ndarray), None)
        found = tuple(
            _placed(result, o, where, order, arrays[0], wrap) for result, o in zip(results, outs, strict=True)
        )
        return found[0] if self.nout == 1 else found

    def _outs(self, positional: tuple[Any, ...], out: Any) -> tuple[Any, ...]:
        if positional and out is not None:
            raise TypeError("cannot specify 'out' as both a positional and keyword argument")
        outs = positional or (out if isinstance(out, tuple) else (out,) if self.nout == 1 or out is not None else ())
        if out is not None and len(outs) != self.nout:
            raise ValueError(f"The 'out' tuple must have exactly {self.nout} entries: one for each output")
        outs = (*outs, *(None,) * (self.nout - len(outs)))
        for o in outs:
            if o is not None and not isinstance(o, np.ndarray) and not hasattr(o, "__array_ufunc__"):
                raise TypeError("return arrays must be of ArrayType")
        return outs

    def _computed(self, arrays: list[Array], shape: tuple[int, ...], kind: np.dtype[Any]) -> list[Array]:
        """The results of a dtype, in C order."""
        size = math.prod(shape)
        # A number stays one; all else is spread and flat.
        flat = [
            np.asarray(x, np.float64).reshape(()) if x.size == 1 else np.broadcast_to(x, shape).reshape(size)
            for x in arrays
        ]
        results = [np.empty(size, kind) for _ in self._programs]
        for start in range(0, size, _BLOCK):
            part = slice(start, min(start + _BLOCK, size))
            wide = [x if x.ndim == 0 else x[part].astype(np.float64) for x in flat]
            for at, result in enumerate(results):
                with np.errstate(all="ignore"):
                    result[part] = self._block(at, wide, part.stop - start, kind == np.float64)
        return [result.reshape(shape) for result in results]

    def _block(self, which: int, wide: Sequence[Array], size: int, is_wide: bool) -> Array:
        """One block of a result in float64; `is_wide` says that its smallest and largest numbers count."""
        program, inputs = self._programs[which], wide[: self._n_inputs]
        found = np.array(np.broadcast_to(np.asarray(run(program, wide, _OPS, np.float64), np.float64), (size,)))
        missing = np.zeros(size, bool)
        for x in wide:
            missing |= np.isnan(x)
        known: dict[tuple[float, ...], float] = {}
        for at in np.flatnonzero(_doubtful(program, inputs, found, is_wide) & ~missing):
            here = tuple(float(x if x.ndim == 0 else x[at]) for x in wide)
            if here not in known:
                is_far = any(map(math.isinf, here[: self._n_inputs]))
                root = self._roots[which]
                known[here] = (
                    limit(root, self._names, here, self._n_inputs) if is_far else far_out.value(root, self._names, here)
                )
            found[at] = known[here]
        for x in inputs:
            np.copyto(found, x, where=np.isnan(x))
        return found


def _doubtful(program: Program, inputs: Sequence[Array], found: Array, is_wide: bool) -> Array:
    """Where float64 may have lost the result on the way."""
    doubtful = np.isnan(found)
    for x in inputs:
        doubtful |= np.isinf(x)
    if is_wide and not program.ops <= _EXACT:
        doubtful |= np.isinf(found)
        for x in inputs:
            distance = np.abs(x)
            doubtful |= (distance > _HUGE) | ((distance < _TINY) & (distance > 0))
            if not program.ops <= _POWERS:
                doubtful |= (np.abs(found) < _FADED) & (distance > _FAR)
    return doubtful


def _result_dtype(inputs: list[Array]) -> np.dtype[Any]:
    """The common dtype of the inputs; integers count as NumPy's own functions take them."""
    for x in inputs:
        if not is_real(x.dtype):
            raise TypeError(f"no loop takes {x.dtype}")
    floats = [x.dtype if x.dtype == _BFLOAT16 else np.result_type(np.exp(np.zeros(1, x.dtype))) for x in inputs]
    return np.result_type(*floats)


def _can_cast(kind: np.dtype[Any], to: np.dtype[Any], casting: Casting) -> bool:
    is_float = is_real(to) and to.kind not in "biu"
    return np.can_cast(kind, to, casting) or (casting == "same_kind" and is_float)


def _placed(result: Array, out: Array | None, where: Array, order: Any, like: Array, wrap: Any) -> Any:
    """The result where it belongs: in `out`, or in an array that lies in memory as `like` does."""
    if out is not None:
        np.copyto(out, result, where=where, casting="unsafe")
        return out
    if order in ("K", "A") and like.shape == result.shape:
        placed = np.empty_like(like, result.dtype, order=order, subok=False)
    else:
        placed = np.empty(result.shape, result.dtype, order="C" if order in ("K", "A") else order)
    np.copyto(placed, result, where=where)
    return placed[()] if wrap is None else wrap(placed)
