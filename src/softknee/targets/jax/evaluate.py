"""JAX: a function with the symbolic derivative as its JVP rule, so jit, grad, vmap and hessian agree."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown
from softknee.targets.arguments import channelwise, check_array
from softknee.targets.axiswise import AxiswiseNamespace
from softknee.targets.evaluate_program import program_of, run
from softknee.targets.limits import corrected, corrections
from softknee.targets.protocol import Form

from .ops import JAX_OPS

_SPELLED = frozenset(JAX_OPS)


def evaluate(
    definition: Definition,
    spec: DerivativeSpec,
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: dict[str, Any],
) -> jax.Array:
    """Evaluate a spec on JAX arrays or tracers; parameters are numbers or arrays."""
    if keywords:
        name = next(iter(keywords))
        raise TypeError(f"{definition.name}: {name!r} is NumPy's own argument; a JAX array takes none")
    inputs = [as_array(definition.name, x, name) for name, x in zip(definition.inputs, data)]
    parameters = [
        _placed(definition, name, value, inputs[0]) for name, value in zip(definition.numeric_parameters, values)
    ]
    try:
        jnp.broadcast_shapes(*(jnp.shape(a) for a in (*inputs, *parameters)))
    except ValueError as error:
        shapes = ", ".join(f"{n}: {list(jnp.shape(v))}" for n, v in zip(definition.arguments, (*inputs, *parameters)))
        raise ArgumentError(definition.name, "arguments", Shown(f"({shapes})"), f"do not fit: {error}") from None
    # A plain number is built in: as an array it would be rounded to x's dtype first.
    numbers = tuple(float(p) if isinstance(p, (int, float)) else None for p in parameters)
    arrays = [p for p, number in zip(parameters, numbers) if number is None]
    result: jax.Array = _function(definition, spec, numbers)(*inputs, *arrays)
    return result


def evaluate_both(
    definition: Definition,
    specs: tuple[DerivativeSpec, DerivativeSpec],
    data: tuple[Any, ...],
    values: tuple[Any, ...],
    keywords: Any,
) -> tuple[jax.Array, jax.Array]:
    """Evaluate two specs; under `jax.jit` they fuse."""
    first, second = (evaluate(definition, spec, data, values, keywords) for spec in specs)
    return first, second


def as_array(function: str, x: jax.Array, name: str = "x") -> jax.Array:
    """`x` as an array of a real floating dtype; integers become the default one."""
    if jnp.issubdtype(x.dtype, jnp.floating):
        return x
    if jnp.issubdtype(x.dtype, jnp.integer) or x.dtype == bool:
        return x.astype(jnp.result_type(float))
    raise ArgumentTypeError(function, name, x.dtype, "is not a real dtype")


def _placed(definition: Definition, name: str, value: Any, x: jax.Array) -> Any:
    if isinstance(value, (np.ndarray, jax.Array)):
        if not jnp.issubdtype(value.dtype, jnp.floating) and not jnp.issubdtype(value.dtype, jnp.integer):
            raise ArgumentTypeError(definition.name, name, value.dtype, "is no dtype of a parameter")
        if isinstance(value, jax.Array) and not isinstance(value, jax.core.Tracer):
            check_array(definition, name, np.asarray(value, np.float64))
        if definition.parameters[name].learnable:
            shape = channelwise(definition.name, name, tuple(value.shape), tuple(x.shape))
            value = value if shape is None else value.reshape(shape)
        return jnp.asarray(value)
    return value


# Before JAX 0.8 a program with a branch of float64 does not compile, unless all of it may have float64.
MIXES_WIDTHS = hasattr(jax, "enable_x64")
_home: Any = jax if MIXES_WIDTHS else jax.experimental
enable_x64: Any = _home.enable_x64


@lru_cache(maxsize=4096)
def _function(definition: Definition, spec: DerivativeSpec, numbers: tuple[float | None, ...]) -> Any:
    """The spec as a function of the inputs and of those parameters that are no plain `numbers`.

    Its JVP is the function of the next spec.
    """
    program = program_of(definition, spec, _SPELLED)
    given = dict(zip(definition.numeric_parameters, numbers))
    names = [name for name in definition.arguments if given.get(name) is None]
    correction = corrections(definition, spec, numbers)

    def at(*arguments: jax.Array) -> jax.Array:
        dtype = arguments[0].dtype
        result = run(program, arguments, JAX_OPS, lambda value: jnp.asarray(float(value), dtype))
        return jnp.broadcast_to(result, jnp.broadcast_shapes(*(a.shape for a in arguments)))

    def at_width(width: Any, arguments: tuple[jax.Array, ...]) -> jax.Array:
        """Computed at `width`, and rounded once to the input's dtype."""
        dtype = arguments[0].dtype
        arrays = {name: a.astype(width) for name, a in zip(names, arguments)}
        every = [arrays[n] if n in arrays else jnp.asarray(given[n], width) for n in definition.arguments]
        count = len(definition.inputs)
        result: jax.Array = corrected(jnp, _scalar, at, every[:count], every[count:], correction)
        return result.astype(dtype)

    def on_cpu(*arguments: jax.Array) -> jax.Array:
        with enable_x64(True):
            return at_width(jnp.float64, arguments)

    def elsewhere(*arguments: jax.Array) -> jax.Array:
        return at_width(jnp.promote_types(arguments[0].dtype, jnp.float32), arguments)

    @jax.custom_jvp
    def function(*given_arguments: Any) -> jax.Array:
        arguments = tuple(map(jnp.asarray, given_arguments))  # jax.grad hands on a Python float as it is
        if arguments[0].dtype == jnp.float64:
            return at_width(jnp.float64, arguments)
        # float64 is cheap on a CPU and gives the last bit of float32; accelerators are slow at it or lack it.
        cpu = on_cpu if MIXES_WIDTHS or jnp.result_type(float) == jnp.float64 else elsewhere
        result: jax.Array = jax.lax.platform_dependent(*arguments, cpu=cpu, default=elsewhere)
        return result

    def jvp(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[jax.Array, jax.Array]:
        primals = tuple(map(jnp.asarray, primals))
        result = function(*primals)
        total = jnp.zeros_like(result)
        for name, tangent in zip(names, tangents):
            if type(tangent) is not jax.custom_derivatives.SymbolicZero:
                slope = _function(definition, spec.then(name), numbers)(*primals)
                total = total + slope * tangent.astype(result.dtype)
        return result, total

    function.defjvp(jvp, symbolic_zeros=True)
    function.fun.__name__ = _called(definition, given) + ("" if spec == VALUE else "derivative")
    return function


# The definitions that functions were made of, by the name that their equations have in a jaxpr.
DEFINITIONS: dict[str, Definition | AxiswiseDefinition] = {}


def _called(definition: Definition | AxiswiseDefinition, given: dict[str, Any]) -> str:
    """The name of a function in a jaxpr, such as `softknee.elu(alpha=0.5)`: all that is needed to know it again."""
    name = f"softknee.{definition.name}"
    while DEFINITIONS.setdefault(name, definition) is not definition:  # another of the same name
        name += "_"
    numbers = ",".join(f"{n}={v!r}" for n, v in given.items() if v is not None)
    return f"{name}({numbers})"


def _scalar(like: jax.Array, value: float) -> jax.Array:
    return jnp.asarray(value, like.dtype)


def plan(definition: Definition, form: Form, kinds: tuple[type, ...], numbers: tuple[float | None, ...]) -> None:
    """None: a call is traced, and what is traced is compiled."""


_AXISWISE = AxiswiseNamespace(jnp)


def evaluate_axiswise(definition: AxiswiseDefinition, x: jax.Array, options: dict[str, Any]) -> jax.Array:
    """Evaluate an axis-wise function in at least float32."""
    try:
        result: jax.Array = _axiswise(definition, tuple(options.items()))(x)
    except ValueError as error:
        raise ArgumentError(definition.name, "x", Shown(f"array of shape {list(x.shape)}"), str(error)) from None
    return result


@lru_cache(maxsize=1024)
def _axiswise(definition: AxiswiseDefinition, options: tuple[tuple[str, Any], ...]) -> Any:
    """The function of x alone; its derivative is JAX's own, and its name tells in a jaxpr what it is."""

    def run(x: jax.Array) -> jax.Array:
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        result: jax.Array = definition.function(_AXISWISE, wide, **dict(options))
        return result.astype(x.dtype)

    def jvp(primals: tuple[Any], tangents: tuple[Any]) -> tuple[jax.Array, jax.Array]:
        found: tuple[jax.Array, jax.Array] = jax.jvp(run, primals, tangents)
        return found

    run.__name__ = _called(definition, dict(options))
    function = jax.custom_jvp(run)
    function.defjvp(jvp)
    return function


def axiswise_vjp(definition: AxiswiseDefinition, x: jax.Array, g: jax.Array, options: dict[str, Any]) -> jax.Array:
    """The gradient by x of sum(g * f(x))."""
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    y = definition.function(_AXISWISE, wide, **options)
    if g.shape != y.shape:
        shown = Shown(f"array of shape {list(g.shape)}")
        raise ArgumentError(definition.name, "g", shown, f"must have the result's, {list(y.shape)}")
    gradient: jax.Array = definition.vjp(_AXISWISE, wide, y, g.astype(wide.dtype), **options)
    return gradient.astype(x.dtype)


def implicit(solve: Any, definition: Definition, y: jax.Array, numbers: tuple[float, ...]) -> jax.Array:
    """`solve(y)`, where solve takes and gives float64 arrays; differentiable, its slope being 1 / f'(x)."""
    result: jax.Array = _inverse(solve, definition, numbers)(y)
    return result


@lru_cache(maxsize=256)
def _inverse(solve: Any, definition: Definition, numbers: tuple[float, ...]) -> Any:
    def on_host(y: Any) -> Any:
        return np.asarray(solve(np.asarray(y, np.float64))).astype(y.dtype)

    @jax.custom_jvp
    def inverse(y: Any) -> jax.Array:
        y = jnp.asarray(y)
        like: Any = jax.eval_shape(lambda a: a, y)
        result: jax.Array = jax.pure_callback(on_host, like, y, vmap_method="broadcast_all")
        return result

    def jvp(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[jax.Array, jax.Array]:
        x = inverse(*primals)
        return x, tangents[0] / _function(definition, DerivativeSpec(definition.inputs), numbers)(x)

    inverse.defjvp(jvp)
    return inverse
