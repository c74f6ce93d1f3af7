"""Random numbers with a stream for each purpose, so that draws of one activation do not shift those of another."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


def generator(seed: int, *purpose: int) -> np.random.Generator:
    """NumPy's generator for a seed, which may be negative, and numbers that name the purpose."""
    return np.random.default_rng((seed % (1 << 32), *purpose))


class RandomStream:
    """The global generators of torch, NumPy and Python as a stream of their own, continued each time it is entered."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._state: Any = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """A context in which global random numbers come from this stream; outside they go on as if nothing had been
        drawn.
        """
        outside = _states()
        if self._state is None:
            _start(self._seed)
        else:
            _restore(self._state)
        try:
            yield
        finally:
            self._state = _states()
            _restore(outside)


def _start(seed: int) -> None:
    """Seed the global generators of torch, NumPy and Python."""
    torch.manual_seed(seed % (1 << 63))
    np.random.seed(seed % (1 << 32))  # noqa: NPY002 - users' data sets draw from it
    random.seed(seed)


def _states() -> tuple[Any, Any, Any, Any]:
    # Reading CUDA's state would initialise a CUDA that is not in use.
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []  # type: ignore[no-untyped-call]
    return torch.get_rng_state(), np.random.get_state(), random.getstate(), cuda  # noqa: NPY002


def _restore(states: tuple[Any, Any, Any, Any]) -> None:
    torch.set_rng_state(states[0])
    np.random.set_state(states[1])  # noqa: NPY002
    random.setstate(states[2])
    if states[3]:
        torch.cuda.set_rng_state_all(states[3])
