"""What was read on the tensors' devices, as numbers and arrays of NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .snapshot import Readings


def is_at_home(t: Tensor) -> bool:
    """Whether NumPy can read a tensor where it is."""
    return t.device.type == "cpu" and t.dtype in (torch.float32, torch.float64) and t.layout == torch.strided


def at_home(found: Sequence[dict[str, Any]]) -> list[Readings]:
    """Numbers as floats and the others as flat arrays, by one transfer from each device; what is here stays."""
    away = [value for each in found for value in each.values() if isinstance(value, Tensor)]
    here = iter(brought(away))
    return [{name: _read(value, here) for name, value in each.items()} for each in found]


def _read(value: Any, here: Iterator[np.ndarray[Any, Any]]) -> Any:
    numbers = next(here) if isinstance(value, Tensor) else value
    return float(numbers.item()) if value.ndim == 0 else numbers


def brought(values: Sequence[Tensor]) -> list[np.ndarray[Any, Any]]:
    """Tensors as flat arrays of float32 of their own, by one transfer from each device."""
    homes = {k: _copied(value) for k, value in enumerate(values) if is_at_home(value)}
    for device in dict.fromkeys(value.device for k, value in enumerate(values) if k not in homes):
        there = [k for k, value in enumerate(values) if k not in homes and value.device == device]
        flat = torch.cat([values[k].detach().reshape(-1).float() for k in there]).cpu().numpy()
        ends = np.cumsum([values[k].numel() for k in there])
        homes.update(zip(there, np.split(flat, ends[:-1])))
    return [homes[k] for k in range(len(values))]


def _copied(value: Tensor) -> np.ndarray[Any, Any]:
    copy: np.ndarray[Any, Any] = value.numpy(force=True).reshape(-1).astype(np.float32)
    return copy
