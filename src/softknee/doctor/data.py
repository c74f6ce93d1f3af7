"""Data for the commands `softknee doctor` and `softknee suggest`: scikit-learn's own, or a file of arrays.

Not here: the reading of files (support/files.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from softknee.language.errors import ArgumentError
from softknee.support.extras import need
from softknee.support.files import read

# Whole numbers are taken for classes where there are no more of them.
_CLASSES = 100

BUILT_IN = {
    "digits": "load_digits",
    "breast-cancer": "load_breast_cancer",
    "wine": "load_wine",
    "diabetes": "load_diabetes",
}


def load(source: str, *, raw: bool = False, command: str = "doctor") -> tuple[Tensor, Tensor]:
    """Inputs as float32 and targets: class numbers as int64, others as float32 of shape (n, ...).

    `source` is a name of `BUILT_IN`, an .npz file with arrays x and y, or a .csv or .parquet table whose last column is
    the target. Inputs are standardised, each column by itself and pixels together, unless `raw`. Errors name the
    command.
    """
    if source in BUILT_IN:
        loader = getattr(need("sklearn.datasets", "compare"), BUILT_IN[source])
        x, y = loader(return_X_y=True)
    else:
        x, y = _from_file(Path(source), command)
    inputs = torch.as_tensor(np.ascontiguousarray(x), dtype=torch.float32)
    if len(inputs) != len(y):
        raise ArgumentError(command, "data", source, f"has {len(inputs)} inputs and {len(y)} targets")
    if not torch.isfinite(inputs).all():
        raise ArgumentError(command, "data", source, "holds NaN or infinity")
    if not raw:
        inputs = _standardised(inputs, together=source == "digits" or inputs.ndim > 2)
    return inputs, _targets(np.asarray(y))


def _from_file(path: Path, command: str) -> tuple[Any, Any]:
    if not path.exists():
        raise ArgumentError(command, "data", str(path), f"is neither a file nor one of {', '.join(BUILT_IN)}")
    return read(path, command)


def _standardised(x: Tensor, together: bool) -> Tensor:
    mean = x.mean() if together else x.mean(0)
    deviation = x.std() if together else x.std(0)
    return (x - mean) / torch.where(deviation > 0, deviation, torch.ones(()))


def _targets(y: np.ndarray[Any, Any]) -> Tensor:
    if y.dtype.kind == "U":
        y = np.unique(y, return_inverse=True)[1]
    whole = np.issubdtype(y.dtype, np.integer) or (
        y.ndim == 1 and bool(np.all(y == np.round(y))) and len(set(y)) <= 100
    )
    if whole:
        return torch.as_tensor(y.astype(np.int64))
    spread = y.std() or 1.0
    return torch.as_tensor(((y - y.mean()) / spread).astype(np.float32).reshape(len(y), -1))
