"""Element-wise activations: call them, differentiate them, invert them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from softknee._native import install_fast_call
from softknee.language.definition import CATALOGUE, Definition, Parameter
from softknee.language.derivative_spec import INVERSE, VALUE, DerivativeSpec, Kink
from softknee.language.errors import ArgumentTypeError
from softknee.language.expression import Expr, lift, substitute
from softknee.targets.arguments import UFUNC_KEYWORDS, bind, check_derivative
from softknee.targets.dispatch import backend_of, quick_of

from .base import Function

if TYPE_CHECKING:
    from .properties import Gain, Properties


class Activation(Function):
    """An element-wise activation function.

    Call it with an array, tensor, scalar or list: the result has the same kind, dtype,
    device and shape. Parameters go by keyword or in torch's positional order.
    """

    definition: Definition

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in positional order."""
        return dict(self.definition.parameters)

    def __repr__(self) -> str:
        defaults = "".join(f", {name}={p.default!r}" for name, p in self.definition.parameters.items())
        return f"softknee.{self.name}({', '.join(self.definition.inputs)}{defaults})"

    def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
        """Evaluate at x, element by element.

        NumPy's ufunc keywords (`out`, `where`, ...) are taken for NumPy arrays.
        """
        quick = quick_of(x)
        found = None if quick is None else quick.value(self, x, args, keywords)
        return self._evaluate(VALUE, x, args, keywords) if found is None else found

    def derivative(self, x: Any, *args: Any, order: Literal[1, 2] = 1, at_kink: Kink = "left", **keywords: Any) -> Any:
        """The slope at x, or with `order=2` the slope's slope.

        At a kink it is the limit from the left (so relu has 0 at 0, as in PyTorch), from the
        right, or their mean.
        """
        check_derivative(self.name, order, at_kink)
        return self._evaluate(DerivativeSpec(("x",) * order, at_kink), x, args, keywords)

    def value_and_derivative(self, x: Any, *args: Any, at_kink: Kink = "left", **keywords: Any) -> tuple[Any, Any]:
        """The value and the slope at x, both of x's shape, in one pass over the memory of arrays and CPU tensors.

        `out`, of NumPy's keywords, takes two arrays.

        >>> import softknee
        >>> softknee.relu.value_and_derivative([-1.0, 2.0])
        (array([0., 2.]), array([0., 1.]))
        """
        check_derivative(self.name, 1, at_kink)
        specs = VALUE, DerivativeSpec(("x",), at_kink)
        if isinstance(x, Expr):
            first, second = (self._within_definition(spec, x, args, keywords) for spec in specs)
            return first, second
        bound = bind(self.definition, args, keywords, UFUNC_KEYWORDS)
        backend = backend_of(x)
        found: tuple[Any, Any] = backend.evaluate_both(
            self.chosen(bound.choices), specs, (x,), bound.values, bound.rest
        )
        return found

    def inverse(self, y: Any, *args: Any, **keywords: Any) -> Any:
        """The x with f(x) = y; NaN outside the range.

        Where no closed form is written, it is solved for. Raises ArgumentError for a function
        that takes some value more than once.
        """
        if self.definition.inverse is not None:
            return self._evaluate(INVERSE, y, args, keywords)
        from .inverse import solve

        bound = bind(self.definition, args, keywords, frozenset())
        return solve(self.chosen(bound.choices), y, bound.values)

    # -- what can be computed about it --------------------------------------------------
    def properties(self, *args: Any, **keywords: Any) -> Properties:
        """The computed properties at these parameters (the defaults where none are given).

        >>> import softknee
        >>> softknee.elu.properties(alpha=0.5).range
        (-0.5, inf)
        """
        from .properties import properties

        bound = bind(self.definition, args, keywords, frozenset())
        definition = self.chosen(bound.choices)
        numbers = dict(zip(definition.numeric_parameters, bound.values))
        for name, value in numbers.items():
            if not isinstance(value, (int, float)):
                raise ArgumentTypeError(self.name, name, value, "must be a plain number here")
        return properties(definition, {name: float(value) for name, value in numbers.items()})

    def gain(self, kind: Gain = "forward", **parameters: Any) -> float:
        """The factor for initial weights, so that with z ~ N(0, 1) before the activation,

        - "forward": the second moment after the next layer is 1 again: 1 / sqrt(E f(z)^2);
        - "backward": the gradient keeps its second moment: 1 / sqrt(E f'(z)^2);
        - "variance": the output has variance 1: 1 / std f(z).

        Computed by adaptive quadrature for any parameters. Raises ArgumentError where the moment is 0 or infinite.

        >>> import softknee
        >>> round(softknee.relu.gain(), 6)
        1.414214
        """
        return self.properties(**parameters).gain(kind)

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where there is no slope, at default parameters."""
        return self.properties().kinks

    @property
    def range(self) -> tuple[float, float]:
        """The infimum and supremum, at default parameters."""
        return self.properties().range

    @property
    def limits(self) -> tuple[float, float]:
        """The limits at -inf and +inf, NaN where there is none, at default parameters."""
        return self.properties().limits

    @property
    def is_monotone(self) -> bool:
        """Whether it never turns, at default parameters."""
        return self.properties().is_monotone

    @property
    def is_bounded(self) -> bool:
        """Whether its range is finite, at default parameters."""
        return self.properties().is_bounded

    @property
    def is_zero_centred(self) -> bool:
        """Whether its mean under N(0, 1) is 0, at default parameters."""
        return self.properties().is_zero_centred

    @property
    def lipschitz(self) -> float:
        """The supremum of |f'|, at default parameters."""
        return self.properties().lipschitz

    # -- pictures -------------------------------------------------------------------------
    def plot(self, x: tuple[float, float] = (-5.0, 5.0), ax: Any = None, **options: Any) -> Any:
        """Draw f, f' and f'' with kinks and saturation marked; see `softknee.plot`. Returns matplotlib axes."""
        from softknee.display.plotting import plot

        return plot(self, x=x, ax=ax, **options)

    def _evaluate(self, spec: DerivativeSpec, x: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if isinstance(x, Expr):
            return self._within_definition(spec, x, args, keywords)
        bound = bind(self.definition, args, keywords, UFUNC_KEYWORDS)
        definition = self.chosen(bound.choices)
        return backend_of(x).evaluate(definition, spec, (x,), bound.values, bound.rest)

    def chosen(self, choices: dict[str, str]) -> Definition:
        """The definition that choices such as gelu's `approximate` lead to."""
        definition = self.definition
        for name, choice in choices.items():
            definition = CATALOGUE[self.definition.parameters[name].choices[choice]]
        return definition

    def _within_definition(
        self, spec: DerivativeSpec, x: Expr, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Expr:
        """Called on a symbol, inside another definition: this function's expression there."""
        bound = bind(self.definition, args, keywords, frozenset())
        named = zip(self.definition.arguments, (x, *bound.values))
        return substitute(spec.expression(self.chosen(bound.choices)), {name: lift(value) for name, value in named})


# Most calls are of an array alone, and in a network of small layers each microsecond of theirs counts.
install_fast_call(Activation)
