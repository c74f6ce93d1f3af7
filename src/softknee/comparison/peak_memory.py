"""The most bytes that a training step's tensors take at one moment.

It counts torch's tensors alone; the memory of the whole process is `softknee.lab.bench.peak_memory`'s.
"""

from __future__ import annotations

import weakref
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode


class PeakMemory(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A dispatch mode that counts the bytes of all tensors made while it is active.

    Each storage counts from its creation until it is freed; `peak` is the most at one moment.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = 0
        self.peak = 0
        self._alive: set[int] = set()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = function(*args, **(kwargs or {}))
        before = {id(storage) for storage in map(_storage, _tensors((args, kwargs)))}
        for tensor in _tensors(out):
            storage = _storage(tensor)
            key = storage.data_ptr()
            if id(storage) not in before and key and key not in self._alive and storage.nbytes():
                self._add(key, storage)
        return out

    def _add(self, key: int, storage: torch.UntypedStorage) -> None:
        size = storage.nbytes()
        self._alive.add(key)
        self.now += size
        self.peak = max(self.peak, self.now)

        def gone() -> None:
            self._alive.discard(key)
            self.now -= size

        weakref.finalize(storage, gone)


def _storage(tensor: Tensor) -> torch.UntypedStorage:
    return tensor.untyped_storage()


def _tensors(found: Any) -> list[Tensor]:
    if isinstance(found, Tensor):
        return [found]
    if isinstance(found, dict):
        found = list(found.values())
    return [t for each in found for t in _tensors(each)] if isinstance(found, (list, tuple)) else []
