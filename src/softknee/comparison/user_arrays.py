"""The user's own data as arrays: pairs, tables, files and folders, read and checked.

Torch data sets and loaders are not read here: `user_data` takes them as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from softknee.language.errors import ArgumentError, Shown
from softknee.support.files import of_columns, read

from .array_data import Array
from .image_folder import images

Kind = Literal["classes", "number"]

# The most distinct whole numbers in a table's target that are taken for classes.
_CLASSES = 100


class Pair(NamedTuple):
    """Inputs and targets of as many samples; `is_table` is True for files and columns, where numbers have no type."""

    x: Array
    y: Array
    is_table: bool


def shown(data: Any) -> object:
    """The data for an error message: a path as it is, of all else the type."""
    return str(data) if isinstance(data, (str, Path)) else Shown(type(data).__name__)


def bad(data: Any, why: str) -> ArgumentError:
    """An error that says what is wrong with the data."""
    return ArgumentError("compare", "data", shown(data), why)


def pair_of(data: Any, target: str | None) -> Pair | None:
    """The inputs and targets, checked; None where the data are neither pair, table, file nor folder."""
    if isinstance(data, (str, Path)):
        found = Pair(*_of_path(Path(data), target), True)
    elif hasattr(data, "columns") and hasattr(data, "to_numpy"):  # a data frame
        columns = {str(name): data[name].to_numpy() for name in data.columns}
        found = Pair(*of_columns(columns, "compare", shown(data), target), True)
    elif isinstance(data, dict) and target is None and set(data) == {"x", "y"}:
        found = Pair(_array(data, "inputs", data["x"]), _array(data, "targets", data["y"]), False)
    elif isinstance(data, dict):
        columns = {str(name): _array(data, f"a column {name!r}", values) for name, values in data.items()}
        found = Pair(*of_columns(columns, "compare", shown(data), target), True)
    elif isinstance(data, (tuple, list)) and len(data) == 2:
        found = Pair(_array(data, "inputs", data[0]), _array(data, "targets", data[1]), False)
    else:
        return None
    _check(data, found.x, found.y)
    return found


def _of_path(path: Path, target: str | None) -> tuple[Array, Array]:
    if path.is_dir():
        return images(path)
    if not path.exists():
        raise bad(path, "is neither a file nor a folder")
    return read(path, "compare", target)


def _array(data: Any, name: str, value: Any) -> Array:
    if isinstance(value, Tensor):
        value = value.detach().cpu()
        value = (value.float() if value.dtype == torch.bfloat16 else value).numpy()
    try:
        found = np.asarray(value)
    except ValueError as error:
        raise bad(data, f"has {name} that are no array: {error}") from None
    if found.ndim == 0 or found.dtype.kind not in "biufUS":
        raise bad(data, f"has {name} of {found.dtype} and shape {found.shape}, which are no samples")
    return found


def _check(data: Any, x: Array, y: Array) -> None:
    if x.ndim == 0 or y.ndim == 0:
        raise bad(data, "holds single numbers, no samples")
    if len(x) != len(y):
        raise bad(data, f"has {len(x):,} inputs and {len(y):,} targets")
    if not x.size or not y.size:
        raise bad(data, "is empty")
    if x.dtype.kind not in "biuf":
        raise bad(data, "has inputs that are no numbers")
    for name, values in (("inputs", x), ("targets", y)):
        if values.dtype.kind == "f" and not (fine := np.isfinite(values)).all():
            row = int(np.flatnonzero(~fine.reshape(len(values), -1).all(axis=1))[0])
            raise bad(data, f"has {name} that are NaN or infinite, the first in sample {row}")


def _plain(value: Any) -> str:
    """A target as the user wrote it: reading a table turns 1 into 1.0."""
    return f"{value:g}" if isinstance(value, np.floating) else str(value)


def told(data: Any, y: Array, kind: Kind | None, is_table: bool) -> tuple[Array, int]:
    """The targets as labels from 0 with the number of classes, or as numbers with 0.

    `kind` says which they are where that is known. Texts are labels, and so are whole numbers; in a table only if few.
    """
    is_text = y.dtype.kind in "US"
    is_whole = is_text or y.dtype.kind in "biu" or bool((y == np.round(y)).all())
    if kind == "number" and is_text:
        raise bad(data, f"has targets such as {str(y[0])!r}, which are no numbers")
    if kind == "classes" and not is_whole:
        raise bad(data, "has targets that are no labels: not all are whole numbers")
    known, numbers = np.unique(y, return_inverse=True)
    few = y.ndim == 1 and len(known) <= _CLASSES
    labelled = is_text or (is_whole and few if is_table else y.dtype.kind in "biu")
    if kind == "number" or (kind is None and not labelled):
        if len(known) < 2:
            raise bad(data, f"has targets that are all {_plain(known[0])}: there is nothing to learn")
        return y.astype(np.float64), 0
    if len(known) < 2:
        raise bad(data, f"has one class only: all targets are {_plain(known[0])}")
    if is_text or is_table:
        return numbers.reshape(y.shape), len(known)
    if known[0] < 0:
        raise bad(data, f"has labels out of range: {known[0]!s} is below 0")
    return y.astype(np.int64), int(known[-1]) + 1
