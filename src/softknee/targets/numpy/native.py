"""The C module, where there is one: what else softknee knows of it asks here."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["IS_COMPILED", "native", "settings"]


def _found() -> Any:
    if os.environ.get("SOFTKNEE_PURE", "") not in ("", "0"):
        return None
    try:
        return import_module("softknee._native")
    except ModuleNotFoundError as error:
        if error.name != "softknee._native":
            raise
    warnings.warn(
        "softknee was installed without its C module: all works by NumPy's own functions, several times as slow; "
        "SOFTKNEE_PURE=1 asks for that without this warning",
        RuntimeWarning,
        stacklevel=2,
    )
    return None


if TYPE_CHECKING:
    from softknee import _native as native
else:
    native = _found()


class Remembered:
    """The settings where nothing is compiled: kept and told. Plain NumPy has one thread and one precision."""

    MAX_THREADS = 1024

    def __init__(self) -> None:
        self._threads = 1
        self._is_rough = False

    def set_num_threads(self, number: int, /) -> None:
        """Allow so many threads; one is used."""
        self._threads = number

    def get_num_threads(self) -> int:
        """The number allowed."""
        return self._threads

    def set_rough_float32(self, rough: bool, /) -> None:
        """Allow larger errors of float32; none are made."""
        self._is_rough = rough

    def is_rough_float32(self) -> bool:
        """Whether larger errors are allowed."""
        return self._is_rough


# Without it `targets.numpy.plain` computes what the C module would.
IS_COMPILED: bool = native is not None
settings = native if IS_COMPILED else Remembered()
