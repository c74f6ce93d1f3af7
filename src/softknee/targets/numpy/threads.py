"""How many threads compute on large arrays."""

from __future__ import annotations

import os
from operator import index

from softknee.language.errors import ArgumentError, ArgumentTypeError

from .native import settings

__all__ = ["get_num_threads", "set_num_threads"]


def set_num_threads(n: int) -> None:
    """Use at most `n` threads on large NumPy arrays from now on, in the whole process; 1 turns threads off.

    The first setting is the environment variable SOFTKNEE_NUM_THREADS, or else the number of usable cores.
    PyTorch's tensors follow `torch.set_num_threads` instead.

    Raises ArgumentError if `n` is not from 1 to 1024, ArgumentTypeError if it is no integer.

    >>> import softknee as knee
    >>> before = knee.get_num_threads()
    >>> knee.set_num_threads(2)
    >>> knee.get_num_threads()
    2
    >>> knee.set_num_threads(before)
    """
    try:
        number = None if isinstance(n, bool) else index(n)
    except TypeError:
        number = None
    if number is None:
        raise ArgumentTypeError("set_num_threads", "n", n, "must be an integer")
    if not 1 <= number <= settings.MAX_THREADS:
        raise ArgumentError("set_num_threads", "n", n, f"must be from 1 to {settings.MAX_THREADS}")
    settings.set_num_threads(number)


def get_num_threads() -> int:
    """The number of threads that `set_num_threads` has set, or the first setting.

    >>> import softknee as knee
    >>> knee.get_num_threads() >= 1
    True
    """
    return settings.get_num_threads()


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
