"""`Activation`, for element-wise functions of one input: values, derivatives, inverses, computed properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from softknee.language.definition import Definition, Parameter
from softknee.language.derivative_spec import INVERSE, VALUE, DerivativeSpec, Kink
from softknee.language.errors import ArgumentTypeError
from softknee.language.expression import Expr, lift, substitute
from softknee.targets.arguments import UFUNC_KEYWORDS, bind, check_derivative
from softknee.targets.dispatch import target_of
from softknee.targets.numpy.native import IS_COMPILED, native

from .base import Function, chosen
from .plans import planned

if TYPE_CHECKING:
    from .properties import Gain, Properties


class Activation(Function):
    """An element-wise activation function.

    Call it with an array, tensor, scalar or list: the result has the same kind, dtype,
    device and shape. Parameters go by keyword or in torch's positional order.
    Instances are made by softknee (`softknee.mish`) or by `softknee.activation`.

    Args:
        definition: The formula, the names and the parameters.

    >>> import softknee
    >>> softknee.leaky_relu([-1.0, 2.0], negative_slope=0.1)
    array([-0.1,  2. ])
    """

    definition: Definition

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The declared parameters by name, with default and domain, in positional order."""
        return dict(self.definition.parameters)

    def __repr__(self) -> str:
        defaults = "".join(f", {name}={p.default!r}" for name, p in self.definition.parameters.items())
        return f"softknee.{self.name}({', '.join(self.definition.inputs)}{defaults})"

    def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
        """Evaluate the function at x, element by element.

        Args:
            x: Array, tensor, scalar or list of any shape; integers count as floating numbers.
            *args: The parameters in positional order.
            **keywords: The parameters by name; for NumPy arrays also a ufunc's keywords (`out`, `where`, ...).

        Returns:
            The values, in x's kind, dtype, device and shape.

        Raises:
            ArgumentError: for a parameter outside of its domain.
            TypeError: for a parameter that the function does not have.

        >>> import softknee
        >>> softknee.relu([-1.0, 2.0])
        array([0., 2.])
        """
        found = planned(self, "inputs", (x,), args, keywords)
        return self._evaluate(VALUE, x, args, keywords) if found is None else found

    def derivative(self, x: Any, *args: Any, order: Literal[1, 2] = 1, at_kink: Kink = "left", **keywords: Any) -> Any:
        """The first or second derivative at x, element by element.

        Args:
            x: Array, tensor, scalar or list of any shape.
            *args: The parameters in positional order.
            order: 1 for the slope, 2 for the slope's slope.
            at_kink: The side from which the limit is taken where the slope jumps: "left" (relu has 0 at 0 then, as in
                PyTorch), "right", or "mean" for the mean of both.
            **keywords: The parameters by name; for NumPy arrays also a ufunc's keywords.

        Returns:
            The derivative, in x's kind, dtype, device and shape.

        Raises:
            ArgumentError: for another order or side, or a parameter outside of its domain.
            TypeError: for a parameter that the function does not have.

        >>> import softknee
        >>> softknee.relu.derivative([-1.0, 0.0, 2.0], at_kink="right")
        array([0., 1., 1.])
        """
        check_derivative(self.name, order, at_kink)
        return self._evaluate(DerivativeSpec(("x",) * order, at_kink), x, args, keywords)

    def value_and_derivative(self, x: Any, *args: Any, at_kink: Kink = "left", **keywords: Any) -> tuple[Any, Any]:
        """The value and the slope at x, in one pass over the memory of arrays and CPU tensors.

        Args:
            x: Array, tensor, scalar or list of any shape.
            *args: The parameters in positional order.
            at_kink: The side from which the slope is taken where it jumps: "left", "right" or "mean".
            **keywords: The parameters by name; `out`, of a NumPy ufunc's keywords, takes two arrays.

        Returns:
            Values and slopes, both in x's kind, dtype, device and shape.

        Raises:
            ArgumentError: for another side, or a parameter outside of its domain.
            TypeError: for a parameter that the function does not have.

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
        return target_of(x).evaluate_both(self.chosen(bound.choices), specs, (x,), bound.values, bound.rest)

    def inverse(self, y: Any, *args: Any, **keywords: Any) -> Any:
        """The x with f(x) = y, element by element: by a closed form where one is written, else solved for.

        Args:
            y: Array, tensor, scalar or list of any shape.
            *args: The parameters in positional order.
            **keywords: The parameters by name.

        Returns:
            The x, in y's kind, dtype, device and shape; NaN where y is outside of the function's range.

        Raises:
            ArgumentError: for a function that takes some value more than once, or a parameter outside of its domain.

        >>> import softknee
        >>> softknee.tanh.inverse([0.0, 1.0, 2.0])
        array([ 0., inf, nan])
        """
        if self.definition.inverse is not None:
            return self._evaluate(INVERSE, y, args, keywords)
        from .inverse import solve

        bound = bind(self.definition, args, keywords, frozenset())
        return solve(self.chosen(bound.choices), y, bound.values)

    # -- what can be computed about it --------------------------------------------------
    def properties(self, *args: Any, **keywords: Any) -> Properties:
        """The computed properties (kinks, range, limits, gains, ...) at the given parameters.

        Args:
            *args: The parameters in positional order, as plain numbers; the defaults where none are given.
            **keywords: The parameters by name.

        Returns:
            The properties, each computed when it is first read.

        Raises:
            ArgumentTypeError: for a parameter that is an array.

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

        Computed by adaptive quadrature for any parameters.

        Args:
            kind: "forward", "backward" or "variance".
            **parameters: The parameters by name, as plain numbers.

        Returns:
            The factor, without a unit.

        Raises:
            ArgumentError: for another kind, or where the moment is 0 or infinite.

        >>> import softknee
        >>> round(softknee.relu.gain(), 6)
        1.414214
        """
        return self.properties(**parameters).gain(kind)

    @property
    def kinks(self) -> tuple[float, ...]:
        """The x at which the function has no slope, ascending, at default parameters."""
        return self.properties().kinks

    @property
    def range(self) -> tuple[float, float]:
        """The infimum and supremum of the values, at default parameters."""
        return self.properties().range

    @property
    def limits(self) -> tuple[float, float]:
        """The limits at -inf and +inf, NaN where there is none, at default parameters."""
        return self.properties().limits

    @property
    def is_monotone(self) -> bool:
        """True where the function never turns, at default parameters."""
        return self.properties().is_monotone

    @property
    def is_bounded(self) -> bool:
        """True where both ends of the range are finite, at default parameters."""
        return self.properties().is_bounded

    @property
    def is_zero_centred(self) -> bool:
        """True where the mean of f(z) for z ~ N(0, 1) is 0, at default parameters."""
        return self.properties().is_zero_centred

    @property
    def lipschitz(self) -> float:
        """The supremum of |f'|, at default parameters; inf where there is none."""
        return self.properties().lipschitz

    # -- pictures -------------------------------------------------------------------------
    def plot(self, x: tuple[float, float] = (-5.0, 5.0), ax: Any = None, **options: Any) -> Any:
        """Draw f, f' and f'' in one picture, with kinks and saturated parts marked.

        Args:
            x: The lowest and the highest x of the picture.
            ax: The matplotlib axes to draw on; new ones without.
            **options: `orders`, the derivatives drawn, and the function's parameters; see `softknee.plot`.

        Returns:
            The matplotlib axes.

        Raises:
            ArgumentError: for an empty range or an order other than 0, 1 and 2.
            MissingExtraError: without matplotlib.

        >>> import softknee
        >>> softknee.mish.plot(x=(-3, 3)).get_title("left")
        'mish'
        """
        from softknee.display.plotting import plot

        return plot(self, x=x, ax=ax, **options)

    def _evaluate(self, spec: DerivativeSpec, x: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if isinstance(x, Expr):
            return self._within_definition(spec, x, args, keywords)
        bound = bind(self.definition, args, keywords, UFUNC_KEYWORDS)
        definition = self.chosen(bound.choices)
        return target_of(x).evaluate(definition, spec, (x,), bound.values, bound.rest)

    def chosen(self, choices: dict[str, str]) -> Definition:
        """The definition that the choices among variants lead to, such as gelu's `approximate="tanh"` to gelu_tanh's.

        Args:
            choices: The chosen word by the parameter's name; parameters that are numbers are not among them.

        Returns:
            The definition of the variant, which may be the function's own.

        >>> import softknee
        >>> softknee.gelu.chosen({"approximate": "tanh"}).name
        'gelu_tanh'
        """
        return chosen(self.definition, choices)

    def _within_definition(
        self, spec: DerivativeSpec, x: Expr, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Expr:
        """The function's expression at the symbol x: how one activation is used in the definition of another."""
        bound = bind(self.definition, args, keywords, frozenset())
        named = zip(self.definition.arguments, (x, *bound.values))
        return substitute(spec.expression(self.chosen(bound.choices)), {name: lift(value) for name, value in named})


# Most calls are of an array alone, and in a network of small layers each microsecond of theirs counts.
if IS_COMPILED:
    native.shorten_calls(Activation)
