"""How exactly float32 is computed: to the last bit, or faster."""

from __future__ import annotations

from typing import Literal

from softknee.language.errors import ArgumentError

from .native import settings

__all__ = ["get_float32_precision", "set_float32_precision"]


def set_float32_precision(precision: Literal["highest", "high"]) -> None:
    """Compute float32 arrays and CPU tensors with errors below an ulp ("highest", the default) or of a few ("high").

    In "high" the functions that everybody calls (sigmoid, tanh, softplus, logsigmoid, silu, mish, gelu, elu and their
    kin) are within 4 ulps and their slopes within 6, tails, limits and NaN as ever, in about half the time; all others
    stay as they are. It holds for the whole process. The first setting is the environment variable
    SOFTKNEE_FLOAT32_PRECISION.

    Raises ArgumentError for any other value.

    >>> import softknee as knee
    >>> knee.set_float32_precision("high")
    >>> knee.get_float32_precision()
    'high'
    >>> knee.set_float32_precision("highest")
    """
    if precision not in ("highest", "high"):
        raise ArgumentError("set_float32_precision", "precision", precision, "must be 'highest' or 'high'")
    settings.set_rough_float32(precision == "high")


def get_float32_precision() -> str:
    """What `set_float32_precision` has set, or the first setting.

    >>> import softknee as knee
    >>> knee.get_float32_precision()
    'highest'
    """
    return "high" if settings.is_rough_float32() else "highest"
