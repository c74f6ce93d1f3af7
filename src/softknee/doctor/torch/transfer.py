"""The host transfer: readings on the tensors' devices become numbers and arrays of NumPy, in one copy per device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from softknee.doctor.history import Readings


def is_on_host(t: Tensor) -> bool:
    """True where NumPy can read a tensor in place."""
    return t.device.type == "cpu" and t.dtype in (torch.float32, torch.float64) and t.layout == torch.strided


def to_host(found: Sequence[dict[str, Any]]) -> list[Readings]:
    """Readings with numbers as floats and the others as flat arrays; those that NumPy has read stay as they are."""
    tensors = [value for each in found for value in each.values() if isinstance(value, Tensor)]
    arrays = iter(arrays_of(tensors))
    return [{name: _on_host(value, arrays) for name, value in each.items()} for each in found]


def _on_host(value: Any, arrays: Iterator[np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, float):
        return float(value)
    numbers = next(arrays) if isinstance(value, Tensor) else value
    return float(numbers.item()) if value.ndim == 0 else numbers


def arrays_of(values: Sequence[Tensor]) -> list[np.ndarray[Any, Any]]:
    """Tensors as flat arrays of float32 with memory of their own, by one transfer from each device."""
    arrays = {k: _copied(value) for k, value in enumerate(values) if is_on_host(value)}
    for device in dict.fromkeys(value.device for k, value in enumerate(values) if k not in arrays):
        there = [k for k, value in enumerate(values) if k not in arrays and value.device == device]
        flat = torch.cat([values[k].detach().reshape(-1).float() for k in there]).cpu().numpy()
        ends = np.cumsum([values[k].numel() for k in there])
        arrays.update(zip(there, np.split(flat, ends[:-1])))
    return [arrays[k] for k in range(len(values))]


def _copied(value: Tensor) -> np.ndarray[Any, Any]:
    copy: np.ndarray[Any, Any] = value.numpy(force=True).reshape(-1).astype(np.float32)
    return copy
