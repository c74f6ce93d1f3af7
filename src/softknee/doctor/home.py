"""What was read on the tensors' devices, as numbers and arrays of NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .snapshot import Readings


def at_home(found: Sequence[dict[str, Any]]) -> list[Readings]:
    """Numbers as floats and the others as flat arrays, by one transfer from each device; what is here stays."""
    away = [value for each in found for value in each.values() if isinstance(value, Tensor)]
    here = iter(brought(away))
    return [{name: _read(value, here) for name, value in each.items()} for each in found]


def _read(value: Any, here: Iterator[np.ndarray[Any, Any]]) -> Any:
    numbers = next(here) if isinstance(value, Tensor) else value
    return float(numbers.item()) if value.ndim == 0 else numbers


def brought(values: Sequence[Tensor]) -> list[np.ndarray[Any, Any]]:
    """Tensors as flat arrays of float32, by one transfer from each device."""
    homes: dict[int, np.ndarray[Any, Any]] = {}
    for device in dict.fromkeys(value.device for value in values):
        there = [k for k, value in enumerate(values) if value.device == device]
        flat = torch.cat([values[k].detach().reshape(-1).float() for k in there]).cpu().numpy()
        ends = np.cumsum([values[k].numel() for k in there])
        homes.update(zip(there, np.split(flat, ends[:-1])))
    return [homes[k] for k in range(len(values))]
