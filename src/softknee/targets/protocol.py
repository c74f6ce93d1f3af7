"""The contract of a target: what a framework's arrays need so that every activation takes them.

A target evaluates the catalogue's definitions on one kind of array. It is a module or an object with the members of
`Target`, registered by `register_target` under two names: the framework's module and the type of its arrays there. It
may import its framework at the top; nothing else of softknee does. Frameworks load lazily because importing one takes
seconds and most programs use one of them: an array of a framework can only exist where the framework's module is in
`sys.modules` already, so the names are looked up there, and the target itself is imported at the first such array.

What everything is told in is small. A `Definition` has inputs ("x", or "a" and "b" for a gate) and numeric parameters,
both in `definition.arguments`, in order. A `DerivativeSpec` says which of its functions is meant: the value, a
derivative from a side, the inverse; `spec.expression(definition)` is that function as an expression, and no target
differentiates anything itself. `language.program.linearise` puts an expression in order, `evaluate_program.run`
computes it by a table of ops, and `limits.corrected` puts right what plain arithmetic gets wrong at infinity and NaN.
`namespace.NamespaceTarget` does all of this for every framework whose module has the names of the array API standard;
such a target is a subclass of some lines, and `tests/targets/array_api_target.py` is one.

Every target keeps these promises, and `tests/targets/test_contract.py` holds each registered one to them:

- the result has the kind, dtype, device and shape of the input; integers become the framework's default float;
- parameters are numbers or arrays of the target's kind, and broadcast; a learned vector lies along axis 1;
- a NaN stays NaN, infinities give the limits, and no gradient is NaN where the slope is a number;
- bad input raises `ArgumentError` or `ArgumentTypeError`, with function, argument and value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec

Solver = Callable[[Any], Any]
# What a plan is called with: all inputs; or one array and the axis along which its halves are the two inputs.
Form = Literal["inputs", "halves"]
Plan = Callable[..., Any]


class Target(Protocol):
    """A module or object that evaluates activations on one kind of array."""

    def as_array(self, function: str, x: Any, name: str = "x") -> Any:
        """`x`, an array of this target's kind, with a real floating dtype.

        Raises ArgumentTypeError, naming `function` and the argument `name`, for a dtype that is not real.
        """

    def evaluate(
        self,
        definition: Definition,
        spec: DerivativeSpec,
        data: tuple[Any, ...],
        values: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Any:
        """The spec at `data`, one array for each of `definition.inputs`.

        `values` are the numeric parameters in order, checked where they are plain numbers: numbers or arrays.
        `keywords` are NumPy's own (`out`, `where`, ...); a target without such raises TypeError where there are any.
        Where the framework differentiates, the result is differentiable by data and values to any order: the
        derivative by an argument is `spec.then(argument)`.
        """

    def evaluate_both(
        self,
        definition: Definition,
        specs: tuple[DerivativeSpec, DerivativeSpec],
        data: tuple[Any, ...],
        values: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> tuple[Any, Any]:
        """Two specs, as `evaluate`; in one pass over the memory where the target can."""

    def evaluate_axiswise(self, definition: AxiswiseDefinition, x: Any, options: dict[str, Any]) -> Any:
        """A function along an axis, such as softmax: `definition.function(namespace, x, **options)`.

        `namespace` has the operations that `catalogue/axiswise.py` calls (`axiswise.AxiswiseNamespace`). The axis among
        the options is counted from the front. Raises ArgumentError where the function refuses x's shape.
        """

    def axiswise_vjp(self, definition: AxiswiseDefinition, x: Any, g: Any, options: dict[str, Any]) -> Any:
        """The gradient by x of sum(g * f(x)): `definition.vjp(namespace, x, f(x), g, **options)`.

        Raises ArgumentError unless g has the result's shape.
        """

    def implicit(self, solve: Solver, definition: Definition, y: Any, numbers: tuple[float, ...]) -> Any:
        """The inverse at y where none is written.

        `solve` takes and gives float64 NumPy arrays; `numbers` are the parameters it was made for.
        Where the framework differentiates, so is this: the slope is 1 / f'(inverse).
        """

    def plan(
        self, definition: Definition, form: Form, kinds: tuple[type, ...], numbers: tuple[float | None, ...]
    ) -> Plan | None:
        """A shorter way for calls of the value that are alike, None where the target has none.

        `kinds` are the exact types of the arrays of such a call, `numbers` the numeric parameters, None for one that
        comes with each call as an array, after the data. A plan gives None for arrays that it leaves to `evaluate`;
        it may take NumPy's keywords.
        """
