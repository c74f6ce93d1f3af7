"""`Properties`: kinks, range, limits, gains and more, computed of a definition; nothing here is typed in by hand.

Only element-wise functions of one input have them: a gate or softmax has no curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np

from softknee.language.definition import Definition
from softknee.language.derivative import Side, approach, derivative
from softknee.language.derivative_spec import DerivativeSpec, Kink
from softknee.language.errors import ArgumentError
from softknee.language.expression import CONDITIONS, Expr, depends_on, sub, walk
from softknee.targets.numpy.evaluate import ufunc, ufunc_of

from .quadrature import expectation
from .roots import GRID, Array, bisect, inside, sign_changes

Gain = Literal["forward", "backward", "variance"]

# A unit is called saturated where its slope is below this share of the steepest slope
# (Karpathy's |tanh| > 0.97 is a slope of 0.059).
SATURATION = 0.05
# Slopes or values that differ by less, relative to 1, are taken for the same.
_SAME = 1e-9
# The rounding error of a value that is computed in double precision, relative to it.
_ROUNDING = 4 * float(np.finfo(float).eps)
# Points near and far at which an oscillating function is sampled: waves that are higher far out by the factor are
# taken to grow without end.
_FAR = np.linspace(1e5, 1e6, 9973)
_WAVES = np.linspace(1e2, 2e2, 9973)
_GROWTH = 1.5
_NEAR = 10.0


class Properties:
    """The computed properties of one activation at given parameters, each computed when it is first read.

    `Activation.properties` makes them.

    Args:
        definition: The definition of the activation; it is not kept.
        parameters: The numeric parameters by name.
    """

    def __init__(self, definition: Definition, parameters: Mapping[str, float]) -> None:
        self.name = definition.name
        self.parameters = dict(parameters)
        # The definition itself is not held: it would never leave the cache of properties.
        self._numbers = tuple(parameters.values())
        self._textbook = definition.textbook
        self._arguments = definition.arguments
        self._ufuncs = {spec: ufunc(definition, spec) for spec in _SPECS}

    # -- evaluation -------------------------------------------------------------------
    def value(self, x: Any) -> Any:
        """The function's value in double precision.

        Args:
            x: Array or number of any shape.

        Returns:
            f(x), of x's shape.
        """
        return self._ufuncs[DerivativeSpec()](x, *self._numbers)

    def slope(self, x: Any, side: Kink = "left") -> Any:
        """The first derivative in double precision.

        Args:
            x: Array or number of any shape.
            side: The side from which the limit is taken where the slope jumps: "left", "right" or "mean".

        Returns:
            f'(x), of x's shape.
        """
        return self._ufuncs[DerivativeSpec(("x",), side)](x, *self._numbers)

    def curvature(self, x: Any) -> Any:
        """The second derivative in double precision.

        Args:
            x: Array or number of any shape.

        Returns:
            f''(x), of x's shape.
        """
        return self._ufuncs[DerivativeSpec(("x", "x"))](x, *self._numbers)

    # -- kinks ------------------------------------------------------------------------
    @cached_property
    def breaks(self) -> tuple[float, ...]:
        """The x at which a condition of the definition changes, ascending: kinks, jumps and joints that are smooth."""
        active = depends_on([self._textbook], "x")
        found: set[float] = set()
        for node in walk(self._textbook):
            if node in active and node.op in CONDITIONS - {"and", "or"}:
                found.update(self._roots(sub(*node.args)))
        return tuple(sorted(found))

    def _roots(self, difference: Expr) -> list[float]:
        h = ufunc_of(difference, self._arguments)
        slope = derivative(difference, "x")
        if not depends_on([slope], "x"):
            rate = float(ufunc_of(slope, self._arguments)(0.0, *self._numbers))
            if rate == 0:
                return []
            # + 0.0 turns a root at -0 into 0.
            return [-float(h(0.0, *self._numbers)) / rate + 0.0]
        return sign_changes(lambda x: h(x, *self._numbers))

    @cached_property
    def kinks(self) -> tuple[float, ...]:
        """The x at which f has no slope, ascending: the slopes from left and right differ, or f jumps."""
        return tuple(x for x in self.breaks if x in self.jumps or self._differs_at(x, 1))

    @cached_property
    def jumps(self) -> tuple[float, ...]:
        """The x at which f itself is discontinuous, ascending."""
        return tuple(x for x in self.breaks if self._differs_at(x, 0))

    def _differs_at(self, x: float, order: int) -> bool:
        left, right = self._beside(x, order)
        return not abs(left - right) <= _SAME * max(1.0, abs(left), abs(right))

    def _beside(self, x: float, order: int) -> tuple[float, float]:
        """The derivative of an order left and right of x, which may be a break rounded to a double."""
        sides: list[float] = []
        ends: tuple[tuple[Side, float], ...] = (("left", -math.inf), ("right", math.inf))
        for side, end in ends:
            root = approach(self._textbook, "x", side)
            for _ in range(order):
                root = derivative(root, "x", side)
            f = ufunc_of(root, self._arguments)
            at, beside = (float(f(v, *self._numbers)) for v in (x, np.nextafter(x, end)))
            # Where x is the break exactly, both agree, and the value at x is the limit itself.
            sides.append(at if abs(at - beside) <= _SAME * max(1.0, abs(at)) else beside)
        return sides[0], sides[1]

    @cached_property
    def smoothness(self) -> float:
        """The number of continuous derivatives: -1 for a jump, 0 for a kink, 1, 2 (which stands for 2 or more), or
        inf.
        """
        if self.jumps:
            return -1
        if self.kinks:
            return 0
        if not self.breaks:
            return math.inf
        return 1 if any(self._differs_at(x, 2) for x in self.breaks) else 2

    # -- shape ------------------------------------------------------------------------
    @cached_property
    def limits(self) -> tuple[float, float]:
        """The limits of f at -inf and +inf; NaN where there is none."""
        return float(self.value(-math.inf)), float(self.value(math.inf))

    @cached_property
    def slope_limits(self) -> tuple[float, float]:
        """The limits of f' at -inf and +inf; NaN where there is none."""
        return float(self.slope(-math.inf)), float(self.slope(math.inf))

    @cached_property
    def stationary(self) -> tuple[float, ...]:
        """The x within +-1e6 at which f' changes sign, ascending: the dips and bumps of the curve."""
        return tuple(sign_changes(self.slope))

    @cached_property
    def _profile(self) -> tuple[Array, Array]:
        """Ascending x, with breaks and stationary points among them, and f there; points at which f is NaN are left
        out.
        """
        x = np.unique(np.concatenate([GRID, self.breaks, self.stationary]))
        y = self.value(x)
        keep = ~np.isnan(y)
        return x[keep], y[keep]

    @cached_property
    def range(self) -> tuple[float, float]:
        """The infimum and supremum of f."""
        _, y = self._profile
        ends = [v for v in self.limits if not math.isnan(v)]
        ends += [v for x in self.jumps for v in self._beside(x, 0)]
        low, high = min(float(y.min()), *ends, math.inf), max(float(y.max()), *ends, -math.inf)
        for sign, limit in zip((-1, 1), self.limits):
            if math.isnan(limit):
                near, far = self.value(sign * _WAVES), self.value(sign * _FAR)
                low = -math.inf if far.min() < min(_GROWTH * near.min(), 0.0) else low
                high = math.inf if far.max() > max(_GROWTH * near.max(), 0.0) else high
        return low, high

    @cached_property
    def attained(self) -> tuple[bool, bool]:
        """Two booleans: True where f takes the infimum, and the supremum, of its range at some number.

        False where f only draws near them. f can only take them where it turns, where a condition changes, or where it
        is constant; that tanh(20) is rounded to 1 decides nothing.
        """
        x = np.concatenate([self.breaks, self.stationary, *(inside(a, b) for a, b in self._flat)])
        y = self.value(x)
        low, high = (bool(np.any(np.abs(y - end) <= _ROUNDING * abs(end))) for end in self.range)
        return low and math.isfinite(self.range[0]), high and math.isfinite(self.range[1])

    @property
    def is_bounded(self) -> bool:
        """True where both ends of the range are finite."""
        return all(map(math.isfinite, self.range))

    @cached_property
    def monotone(self) -> Literal["increasing", "decreasing", ""]:
        """The direction of f everywhere, "increasing" or "decreasing"; "" where f turns."""
        _, y = self._profile
        steps = np.subtract(y[1:], y[:-1], out=np.zeros(len(y) - 1), where=y[1:] != y[:-1])  # inf - inf is no step
        slack = 4 * np.finfo(float).eps * np.maximum(np.abs(y[1:]), np.abs(y[:-1]))
        if np.all(steps >= -slack):
            return "increasing"
        return "decreasing" if np.all(steps <= slack) else ""

    @property
    def is_monotone(self) -> bool:
        """True where f never turns."""
        return self.monotone != ""

    @cached_property
    def symmetry(self) -> Literal["odd", "even", ""]:
        """The word "odd" where f(-x) = -f(x) for all x, "even" where f(-x) = f(x), else ""."""
        x = GRID[GRID > 0]
        y, mirrored = self.value(x), self.value(-x)
        if np.allclose(mirrored, -y, rtol=1e-12, atol=0):
            return "odd"
        return "even" if np.allclose(mirrored, y, rtol=1e-12, atol=0) else ""

    @cached_property
    def lipschitz(self) -> float:
        """The supremum of |f'|; inf where f jumps or steepens without end."""
        if self.jumps:
            return math.inf
        x = np.concatenate([GRID, sign_changes(self.curvature), self.breaks])
        steepest = max(float(np.nanmax(np.abs(self.slope(x, side)))) for side in ("left", "right"))
        for sign, limit in zip((-1, 1), self.slope_limits):
            if not math.isnan(limit):
                steepest = max(steepest, abs(limit))
            elif np.abs(self.slope(sign * _FAR)).max() > _GROWTH * np.abs(self.slope(sign * _WAVES)).max():
                steepest = math.inf
        return steepest

    # -- where learning stops ------------------------------------------------------------
    @cached_property
    def dead_zones(self) -> tuple[tuple[float, float], ...]:
        """The intervals (low, high) on which f' is exactly 0: a unit whose inputs stay there does not learn."""
        zones: list[tuple[float, float]] = []
        for a, b in self._flat:
            start = zones.pop()[0] if zones and zones[-1][1] == a else a
            zones.append((start, b))
        return tuple(zones)

    @cached_property
    def _flat(self) -> tuple[tuple[float, float], ...]:
        """The intervals between neighbouring breaks on which f is constant."""
        between = pairwise((-math.inf, *self.breaks, math.inf))
        return tuple((a, b) for a, b in between if np.all(self.slope(inside(a, b)) == 0))

    @cached_property
    def saturation(self) -> tuple[float | None, float | None]:
        """The x below which, and the x above which, |f'| stays under 5 % of its maximum; None where it never does.

        A slope without a maximum (it jumps, or grows without end) is measured against its largest one near 0.
        """
        low, high = self._saturates_from(1), self._saturates_from(-1)
        return low, None if high is None else -high + 0.0

    def _saturates_from(self, direction: int) -> float | None:
        """The upper end of the saturated part that begins at -inf; for direction -1 that of f(-x), for the part at
        +inf.
        """
        slopes = np.abs(self.slope(direction * GRID))
        steepest = self.lipschitz
        if not math.isfinite(steepest):
            steepest = float(np.nanmax(slopes[np.abs(GRID) <= _NEAR]))
        steep = np.flatnonzero(~(slopes < SATURATION * steepest))
        if steep.size == 0 or steep[0] == 0:
            return None
        edges = float(GRID[steep[0] - 1]), float(GRID[steep[0]])
        return bisect(lambda x: np.abs(self.slope(direction * x)) - SATURATION * steepest, *edges)

    # -- under a normal distribution -----------------------------------------------------
    @cached_property
    def mean(self) -> float:
        """E f(z) for z ~ N(0, 1): the mean output for normalised inputs."""
        return expectation(self.value, self.breaks)

    @cached_property
    def second_moment(self) -> float:
        """E f(z)^2 for z ~ N(0, 1)."""
        return expectation(lambda z: self.value(z) ** 2, self.breaks)

    @cached_property
    def slope_second_moment(self) -> float:
        """E f'(z)^2 for z ~ N(0, 1)."""
        return expectation(lambda z: self.slope(z) ** 2, self.breaks)

    @property
    def variance(self) -> float:
        """Var f(z) for z ~ N(0, 1)."""
        return max(self.second_moment - self.mean**2, 0.0)

    @property
    def is_zero_centred(self) -> bool:
        """True where E f(z) = 0 for z ~ N(0, 1), up to rounding."""
        return abs(self.mean) <= 1e-12 * max(1.0, math.sqrt(self.second_moment))

    def gain(self, kind: Gain = "forward") -> float:
        """The factor for initial weights that keeps a moment of signals or gradients: see `Activation.gain`.

        Args:
            kind: "forward", "backward" or "variance".

        Returns:
            The factor, without a unit.

        Raises:
            ArgumentError: for another kind, or where the moment is 0 or infinite.
        """
        moments = {"forward": "second_moment", "backward": "slope_second_moment", "variance": "variance"}
        if kind not in moments:
            raise ArgumentError(self.name, "kind", kind, f"must be one of {', '.join(moments)}")
        moment = float(getattr(self, moments[kind]))
        if not 0 < moment < math.inf:
            raise ArgumentError(self.name, "kind", kind, f"has no gain: the moment under N(0, 1) is {moment}")
        return 1 / math.sqrt(moment)

    @property
    def chi(self) -> float:
        """E f'^2 / E f^2: the factor by which gradients grow faster than signals, a layer, where the forward gain is
        used.
        """
        return self.slope_second_moment / self.second_moment


_SPECS = (DerivativeSpec(), DerivativeSpec(("x",)), DerivativeSpec(("x",), "right"), DerivativeSpec(("x", "x")))
_REMEMBERED = 64
_known: WeakKeyDictionary[Definition, dict[tuple[float, ...], Properties]] = WeakKeyDictionary()


def properties(definition: Definition, parameters: Mapping[str, float]) -> Properties:
    """The properties of an element-wise definition at these parameters; computed once and remembered.

    Raises ArgumentError for a gate.
    """
    if len(definition.inputs) != 1:
        raise ArgumentError(definition.name, "inputs", definition.inputs, "is no function of one number")
    known = _known.setdefault(definition, {})
    key = tuple(parameters.values())
    if key not in known:
        if len(known) >= _REMEMBERED:
            known.pop(next(iter(known)), None)  # the oldest
        known[key] = Properties(definition, parameters)
    return known[key]
