"""NumPy: each spec of a definition as a true ufunc, made when first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import ml_dtypes
import numpy as np

from softknee import _native
from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.language.expression import Expr
from softknee.language.program import linearise
from softknee.targets.arguments import UFUNC_KEYWORDS, bind, channelwise, is_real
from softknee.targets.c.bytecode import OPS_DIGEST, encode
from softknee.targets.dispatch import Quick, enter_quick

from .axiswise import NumpyNamespace

if _native.ops_digest != OPS_DIGEST:
    raise ImportError("softknee's C module was built from another table of ops; build it again: `make` does")

_BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
_KERNELS = frozenset(_native.kernel_names())
# Ops that can leave the range of double on the way to a result that is inside it.
_EXACT_RANGE = frozenset(
    {"symbol", "constant", "add", "sub", "neg", "where", "gt", "ge", "lt", "le", "eq", "and", "or"}
)


_made: WeakKeyDictionary[Definition, dict[DerivativeSpec | tuple[DerivativeSpec, DerivativeSpec], np.ufunc]] = (
    WeakKeyDictionary()
)
_specs: WeakKeyDictionary[Definition, dict[DerivativeSpec, Any]] = WeakKeyDictionary()


def native_spec(definition: Definition, spec: DerivativeSpec = VALUE) -> Any:
    """What the C module knows of a spec: its program and its compiled kernel."""
    specs = _specs.setdefault(definition, {})
    if spec not in specs:
        root = spec.expression(definition)
        specs.setdefault(spec, native_spec_of(root, definition.arguments, len(definition.inputs)))
    return specs[spec]


def ufunc(definition: Definition, spec: DerivativeSpec = VALUE) -> np.ufunc:
    """The ufunc `(inputs..., parameters...) -> result` of a spec.

    Parameters are double; the result has the dtype of the inputs.
    """
    specs = _made.setdefault(definition, {})
    if spec not in specs:
        name = definition.name if spec == VALUE else f"{definition.name}:{spec}"
        made = _native.make_ufunc(name, definition.notes.summary, (native_spec(definition, spec),), _BFLOAT16.num)
        made.__module__ = "softknee.targets.numpy.ufuncs"  # where pickle finds it
        specs.setdefault(spec, made)
    return specs[spec]


def ufunc_of_both(definition: Definition, first: DerivativeSpec, second: DerivativeSpec) -> np.ufunc:
    """The ufunc `(inputs..., parameters...) -> (result, result)` of two specs, in one pass over the arguments."""
    specs = _made.setdefault(definition, {})
    both = (first, second)
    if both not in specs:
        name, parts = f"{definition.name}:{first}+{second}", tuple(native_spec(definition, spec) for spec in both)
        specs.setdefault(both, _native.make_ufunc(name, definition.notes.summary, parts, _BFLOAT16.num))
    return specs[both]


def ufunc_of(
    root: Expr, arguments: tuple[str, ...], inputs: int = 1, name: str = "expression", doc: str = ""
) -> np.ufunc:
    """An expression of `arguments`, the first `inputs` of which are data, as a ufunc."""
    return _native.make_ufunc(name, doc, (native_spec_of(root, arguments, inputs),), _BFLOAT16.num)


def native_spec_of(root: Expr, arguments: tuple[str, ...], inputs: int) -> Any:
    """`native_spec` of an expression of `arguments`, the first `inputs` of which are data."""
    program = linearise(root, arguments)
    code = encode(program)
    return _native.make_derivative_spec(
        code.digest if code.digest in _KERNELS else None,
        inputs,
        code.arguments,
        code.registers,
        code.result,
        code.constants,
        code.code,
        not program.ops <= _EXACT_RANGE,
    )


def evaluate(
    definition: Definition,
    spec: DerivativeSpec,
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Any:
    """Evaluate a spec on array-likes; `keywords` are NumPy's own (`out`, `where`, ...)."""
    return _evaluated(definition, ufunc(definition, spec), data, values, keywords)


def evaluate_both(
    definition: Definition,
    specs: tuple[DerivativeSpec, DerivativeSpec],
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: Any,
) -> tuple[Any, Any]:
    """Evaluate two specs in one pass; as `evaluate`, but that `out` takes two arrays."""
    first, second = _evaluated(definition, ufunc_of_both(definition, *specs), data, values, keywords)
    return first, second


def _evaluated(
    definition: Definition, made: np.ufunc, data: tuple[Any, ...], values: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    inputs = tuple(as_array(definition.name, x, name) for name, x in zip(definition.inputs, data))
    shape = np.shape(inputs[0])
    parameters = tuple(
        _placed(definition, name, value, shape) for name, value in zip(definition.numeric_parameters, values)
    )
    try:
        return made(*inputs, *parameters, **keywords)
    except (TypeError, ValueError) as error:
        raise _explained(definition, inputs, parameters, keywords, error) from None


def _quick(function: Any, x: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The value of an `Activation` at its default parameters on a plain array of floats; None for all else."""
    if args or not UFUNC_KEYWORDS.issuperset(keywords) or x.dtype.char not in "efd":
        return None
    evaluate = function.plans.get(np.ndarray) or _planned(function)
    try:
        return evaluate(x, **keywords)
    except (TypeError, ValueError):
        return None  # the general way says in its own words what is wrong


def _planned(function: Any) -> Callable[..., Any]:
    """The plan of an `Activation` for arrays: its ufunc at the default parameters."""
    bound = bind(function.definition, (), {}, frozenset())
    # As 0-d arrays, which a ufunc takes without making them.
    numbers = tuple(np.asarray(value, np.float64) for value in bound.values)
    made = ufunc(function.chosen(bound.choices))

    def plan(x: Any, **keywords: Any) -> Any:
        return made(x, *numbers, **keywords) if x.dtype.char in "efd" else None

    function.plans[np.ndarray] = plan
    return plan


enter_quick((np.ndarray,), Quick(_quick))


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
