"""The ops in the names of the array API standard, which NumPy, jax.numpy and array libraries of that standard share."""

from __future__ import annotations

from functools import partial
from typing import Any

from . import special
from .evaluate_program import Ops


def spelled(xp: Any) -> Ops:
    """The ops in the functions of a namespace; what it lacks is made of what it has, for float64."""
    return {
        "add": xp.add, "sub": xp.subtract, "mul": xp.multiply, "div": xp.divide, "neg": xp.negative,
        "gt": xp.greater, "ge": xp.greater_equal, "lt": xp.less, "le": xp.less_equal, "eq": xp.equal,
        "and": xp.logical_and, "or": xp.logical_or, "where": xp.where,
        "floor": xp.floor, "rint": xp.round,
        "sqrt": xp.sqrt, "exp": xp.exp, "expm1": xp.expm1, "log": xp.log, "log1p": xp.log1p,
        "sin": xp.sin, "cos": xp.cos, "tan": xp.tan, "asin": xp.asin, "acos": xp.acos, "atan": xp.atan,
        "sinh": xp.sinh, "cosh": xp.cosh, "tanh": xp.tanh, "asinh": xp.asinh, "pow": partial(special.power, xp),
        "erf": partial(special.erf, xp), "erfc": partial(special.erfc, xp),
        "sigmoid": partial(special.sigmoid, xp), "softplus": partial(special.softplus, xp),
        "normal_cdf": partial(special.normal_cdf, xp), "normal_pdf": partial(special.normal_pdf, xp),
        "gauss": partial(special.exp_of_square, xp, factor=-1.0),
    }  # fmt: skip
