"""NumPy: each spec of a definition as a ufunc, made when first needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import ml_dtypes
import numpy as np

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.language.expression import Expr
from softknee.targets.arguments import channelwise, is_real
from softknee.targets.protocol import Form, Plan

from .axiswise import NumpyNamespace
from .native import IS_COMPILED

if IS_COMPILED:
    from .compiled import ufunc_of_expressions
else:
    from .plain import ufunc_of_expressions

_BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
_made: WeakKeyDictionary[Definition, dict[tuple[tuple[DerivativeSpec, ...], bool], np.ufunc]] = WeakKeyDictionary()

# How the name of a ufunc ends whose parameters are arrays, and where pickle finds all ufuncs.
ARRAYS, _HOME = "#arrays", "softknee.targets.numpy.ufuncs"


def ufunc(definition: Definition, spec: DerivativeSpec = VALUE, arrays: bool = False) -> np.ufunc:
    """The ufunc `(inputs..., parameters...) -> result` of a spec.

    Parameters are double; the result has the dtype of the inputs. `arrays` is for parameters that are arrays: an
    element's result then follows from its own numbers by the same arithmetic, whatever the layout of the arrays.
    """
    return _ufunc(definition, (spec,), arrays)


def ufunc_of_both(definition: Definition, first: DerivativeSpec, second: DerivativeSpec) -> np.ufunc:
    """The ufunc `(inputs..., parameters...) -> (result, result)` of two specs, in one pass over the arguments."""
    return _ufunc(definition, (first, second), arrays=False)


def _ufunc(definition: Definition, specs: tuple[DerivativeSpec, ...], arrays: bool) -> np.ufunc:
    known = _made.setdefault(definition, {})
    if (specs, arrays) not in known:
        name = definition.name if specs == (VALUE,) else f"{definition.name}:{'+'.join(map(str, specs))}"
        roots = tuple(spec.expression(definition) for spec in specs)
        made = ufunc_of_expressions(
            roots,
            definition.arguments,
            len(definition.inputs),
            name + ARRAYS * arrays,
            definition.notes.summary,
            arrays,
        )
        if len(specs) == 1:
            _tell_pickle(made)
        known.setdefault((specs, arrays), made)
    return known[specs, arrays]


def _tell_pickle(made: np.ufunc) -> None:
    try:
        made.__module__ = _HOME
    except AttributeError:  # before NumPy 2.2, where pickle looks through all modules that are loaded
        importlib.import_module(_HOME)


def ufunc_of(
    root: Expr, arguments: tuple[str, ...], inputs: int = 1, name: str = "expression", doc: str = ""
) -> np.ufunc:
    """An expression of `arguments`, the first `inputs` of which are data, as a ufunc."""
    return ufunc_of_expressions((root,), arguments, inputs, name, doc)


def evaluate(
    definition: Definition,
    spec: DerivativeSpec,
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Any:
    """Evaluate a spec on array-likes; `keywords` are NumPy's own (`out`, `where`, ...)."""
    return _evaluated(definition, (spec,), data, values, keywords)


def evaluate_both(
    definition: Definition,
    specs: tuple[DerivativeSpec, DerivativeSpec],
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: Any,
) -> tuple[Any, Any]:
    """Evaluate two specs in one pass; as `evaluate`, but that `out` takes two arrays."""
    first, second = _evaluated(definition, specs, data, values, keywords)
    return first, second


def _evaluated(
    definition: Definition,
    specs: tuple[DerivativeSpec, ...],
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Any:
    inputs = tuple(as_array(definition.name, x, name) for name, x in zip(definition.inputs, data))
    shape = np.shape(inputs[0])
    parameters = tuple(
        _placed(definition, name, value, shape) for name, value in zip(definition.numeric_parameters, values)
    )
    made = _ufunc(definition, specs, any(np.size(parameter) != 1 for parameter in parameters))
    try:
        return made(*inputs, *parameters, **keywords)
    except (TypeError, ValueError) as error:
        raise _explained(definition, inputs, parameters, keywords, error) from None


def plan(definition: Definition, form: Form, kinds: tuple[type, ...], numbers: tuple[float | None, ...]) -> Plan | None:
    """The ufunc at plain parameters, for arrays of floats."""
    if None in numbers or any(kind is not np.ndarray for kind in kinds):
        return None
    # As 0-d arrays, which a ufunc takes without making them.
    given = tuple(np.asarray(number, np.float64) for number in numbers)
    made = ufunc(definition)

    def of_one(x: Any) -> Any:
        return made(x, *given) if x.dtype.char in "efd" else None

    def of_two(a: Any, b: Any) -> Any:
        return made(a, b, *given) if a.dtype.char in "efd" and b.dtype is a.dtype and a.shape == b.shape else None

    def of_halves(x: Any, axis: Any) -> Any:
        if type(axis) is not int or not -x.ndim <= axis < x.ndim or x.shape[axis] % 2 or x.dtype.char not in "efd":
            return None
        size = x.shape[axis] // 2
        before = (slice(None),) * (axis % x.ndim)
        return made(x[(*before, slice(0, size))], x[(*before, slice(size, None))], *given)

    if form == "halves":
        return of_halves
    return of_one if len(kinds) == 1 else of_two


def as_array(function: str, x: Any, name: str = "x") -> Any:
    """`x` as an array of a real dtype; raises ArgumentTypeError for any other."""
    if not isinstance(x, (np.ndarray, np.generic)):
        if hasattr(x, "__array_ufunc__") or hasattr(x, "__array_namespace__"):
            return x  # dask, xarray, pandas: NumPy's protocol hands the ufunc to them
        try:
            x = np.asarray(x)
        except ValueError as error:
            raise ArgumentTypeError(function, name, x, f"is no array: {error}") from None
    if not is_real(x.dtype):
        raise ArgumentTypeError(function, name, x, f"has dtype {x.dtype}; real numbers up to 64 bits are taken")
    return x


def _placed(definition: Definition, name: str, value: Any, shape: tuple[int, ...]) -> Any:
    if not isinstance(value, (int, float, np.ndarray)):
        raise ArgumentTypeError(definition.name, name, value, "must be a number or a NumPy array, as x is one")
    if isinstance(value, np.ndarray) and definition.parameters[name].learnable:
        placed = channelwise(definition.name, name, value.shape, shape)
        return value if placed is None else value.reshape(placed)
    return value


def _explained(
    definition: Definition, inputs: tuple[Any, ...], parameters: tuple[Any, ...], keywords: Any, error: Exception
) -> Exception:
    """NumPy's complaint with the function and the shapes and dtypes it was about."""
    names = definition.arguments
    shown = ", ".join(f"{n}: {_describe(v)}" for n, v in zip(names, (*inputs, *parameters)))
    extra = "".join(f", {n}: {_describe(v)}" for n, v in keywords.items())
    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentError
    text = str(error).strip()
    return kind(definition.name, "arguments", Shown(f"({shown}{extra})"), f"do not fit: {text}")


def _describe(value: Any) -> str:
    dtype = getattr(value, "dtype", None)
    return repr(value) if dtype is None else f"{dtype}{list(np.shape(value))}"


def implicit(solve: Callable[[Any], Any], definition: Definition, y: Any, numbers: tuple[float, ...]) -> Any:
    """`solve(y)`, where solve takes and gives float64 arrays, in y's dtype."""
    return solve(np.asarray(y, np.float64)).astype(_float_dtype(np.asarray(y).dtype))[()]


_AXISWISE = NumpyNamespace()
_BLOCK = 32_768


def evaluate_axiswise(definition: AxiswiseDefinition, x: Any, options: dict[str, Any]) -> Any:
    """Evaluate an axis-wise function, wide, rounded once to the dtype that NumPy's exp would give."""
    try:
        with np.errstate(all="ignore"):  # as the ufuncs: a share that underflows is no news
            parts = [_axiswise_part(definition, part, options) for part in _blocks(definition, x, options)]
    except ValueError as error:
        raise ArgumentError(definition.name, "x", Shown(f"array of shape {list(x.shape)}"), str(error)) from None
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _axiswise_part(definition: AxiswiseDefinition, x: Any, options: dict[str, Any]) -> Any:
    result = definition.function(_AXISWISE, _wide(definition, x), **options)
    return result.astype(_float_dtype(x.dtype), copy=np.may_share_memory(result, x))


def _blocks(definition: AxiswiseDefinition, x: Any, options: dict[str, Any]) -> list[Any]:
    """Parts of a large x along its first axis, unless that is the function's: their temporaries stay in the caches."""
    if definition.selects or options.get("axis", 0) == 0 or x.size <= _BLOCK:
        return [x]
    rows = max(1, _BLOCK * x.shape[0] // x.size)
    return [x[start : start + rows] for start in range(0, x.shape[0], rows)]


def axiswise_vjp(definition: AxiswiseDefinition, x: Any, g: Any, options: dict[str, Any]) -> Any:
    """The gradient by x of sum(g * f(x)), wide, rounded once."""
    wide = _wide(definition, x)
    y = definition.function(_AXISWISE, wide, **options)
    if np.shape(g) != y.shape:
        raise ArgumentError(
            definition.name,
            "g",
            Shown(f"array of shape {list(np.shape(g))}"),
            f"must have the result's, {list(y.shape)}",
        )
    given = g if definition.selects else g.astype(np.float64)
    return definition.vjp(_AXISWISE, wide, y, given, **options).astype(_float_dtype(x.dtype))


def _wide(definition: AxiswiseDefinition, x: Any) -> Any:
    """The input to compute with: in float64, or where nothing is rounded in a quick dtype that holds it."""
    dtype = np.result_type(_float_dtype(x.dtype), np.float32) if definition.selects else np.dtype(np.float64)
    return x.astype(dtype, copy=False)


def _float_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype if dtype == _BFLOAT16 else np.result_type(np.exp(np.zeros(1, dtype)))
