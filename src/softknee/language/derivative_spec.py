"""Derivative specs: the value of an activation, one of its derivatives, or its inverse, as something to ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast

from .definition import Definition
from .derivative import derivative, partial
from .expression import Expr

Kink = Literal["left", "right", "mean"]


@dataclass(frozen=True)
class DerivativeSpec:
    """The value, differentiated by each argument named in `by`, from `side` where it is a kink.

    `base` is "value" or "inverse".
    """

    by: tuple[str, ...] = ()
    side: Kink = "left"
    base: str = "value"

    def __str__(self) -> str:
        text = "".join([self.base, *(f"/{name}" for name in self.by)])
        return text if self.side == "left" or not self.by else f"{text}@{self.side}"

    def expression(self, definition: Definition) -> Expr:
        """The spec as an expression."""
        return self._of(definition, definition.expression, definition.slope_expression)

    def near_expression(self, definition: Definition) -> Expr:
        """The spec as an expression for arguments and results of everyday size."""
        return self._of(definition, definition.near_expression, definition.near_slope_expression)

    def _of(self, definition: Definition, value: Expr, slope: Expr | None) -> Expr:
        if self.side == "mean":
            left, right = (replace(self, side=side)._of(definition, value, slope) for side in ("left", "right"))
            return left if left is right else left / 2 + right / 2
        root = definition.inverse_expression if self.base == "inverse" else value
        if root is None:
            raise ValueError(f"{definition.name} has no written inverse")
        by = self.by
        if self.base == "value" and slope is not None and by[:1] == definition.inputs:
            root, by = slope, by[1:]
        for name in by:
            root = derivative(root, name, self.side) if name in definition.inputs else partial(root, name)
        return root

    @classmethod
    def parse(cls, text: str) -> DerivativeSpec:
        """The spec that `str` wrote; raises ValueError for any other text."""
        path, _, side = (text or "value").partition("@")
        base, *by = path.split("/")
        spec = cls(tuple(by), cast(Kink, side or "left"), base)
        if str(spec) != (text or "value") or base not in ("value", "inverse") or side not in ("", "right", "mean"):
            raise ValueError(f"{text!r} is no spec")
        return spec

    def then(self, name: str) -> DerivativeSpec:
        """This spec differentiated once more."""
        return DerivativeSpec((*self.by, name), self.side, self.base)


VALUE = DerivativeSpec()
INVERSE = DerivativeSpec(base="inverse")
