"""Data sets read from files as a pair (inputs, targets): tables as CSV or Parquet, and NPZ files of arrays."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from softknee.language.errors import ArgumentError, Shown

from .extras import need

Array = np.ndarray[Any, Any]
Pair = tuple[Array, Array]

KINDS = ".npz, .csv or .parquet"


def read(path: Path, function: str, target: str | None = None) -> Pair:
    """The inputs and targets of a data file; `function` is the public function named in errors.

    Of a table the column `target`, by default the last, holds the targets and all others the inputs; of an NPZ file the
    array y the targets and x the inputs.
    Raises ArgumentError where the file is not readable, or holds no such column, or something else than numbers.
    """
    readers = {".npz": _npz, ".csv": _csv, ".parquet": _parquet}
    if path.suffix.lower() not in readers:
        raise ArgumentError(function, "data", str(path), f"must end in {KINDS}")
    try:
        return readers[path.suffix.lower()](path, function, target)
    except ArgumentError:
        raise
    except Exception as error:  # each reader raises classes of its own
        raise ArgumentError(function, "data", str(path), f"cannot be read: {error}") from None


def of_columns(columns: Mapping[str, Any], function: str, data: object, target: str | None = None) -> Pair:
    """Inputs of shape (n, features) and targets of shape (n,), made of columns by name; targets may be texts."""
    names = list(columns)
    if target is None:
        target = names[-1] if names else ""
    if target not in columns:
        raise ArgumentError(function, "target", target, f"is no column; there are {', '.join(names) or 'none'}")
    if len(names) == 1:
        raise ArgumentError(function, "data", data, f"has no column besides {target!r}")
    x = np.stack([_numbers(name, columns[name], function, data) for name in names if name != target], axis=1)
    y = np.asarray(columns[target])
    try:
        y = _numbers(target, y, function, data)
    except ArgumentError:
        if any(value is None or value == "" for value in y.tolist()):
            raise
        y = y.astype(str)
    return x, y


def _numbers(name: str, values: Any, function: str, data: object) -> Array:
    try:
        return np.asarray(values).astype(np.float64)
    except (ValueError, TypeError):
        pass
    for at, value in enumerate(values):
        try:
            float(value)
        except (ValueError, TypeError):
            found = "is empty" if value is None or value == "" else f"holds {str(value)!r}, which is no number,"
            raise ArgumentError(function, "data", data, f"column {name!r} {found} in row {at + 1}") from None
    raise ArgumentError(function, "data", data, f"column {name!r} holds no numbers")


def _npz(path: Path, function: str, target: str | None) -> Pair:
    name = "y" if target is None else target
    with np.load(path, allow_pickle=False) as arrays:
        if name not in arrays.files and target is not None:
            there = ", ".join(arrays.files)
            raise ArgumentError(function, "target", target, f"is no array of {path.name}; there are {there}")
        if not {"x", name} <= set(arrays.files):
            raise ArgumentError(function, "data", str(path), "must hold the arrays x and y")
        return arrays["x"], arrays[name]


def _csv(path: Path, function: str, target: str | None) -> Pair:
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = [line for line in csv.reader(file) if line]
    if len(lines) < 2:
        raise ArgumentError(function, "data", str(path), "is no table of numbers: it has no rows below its header")
    header, rows = lines[0], lines[1:]
    if target is not None and header.count(target) > 1:
        raise ArgumentError(function, "target", target, f"is the name of {header.count(target)} columns")
    _check_even(rows, len(header), path, function)
    names = [f"{name}.{header[:at].count(name)}" if name in header[:at] else name for at, name in enumerate(header)]
    return of_columns({name: [row[at] for row in rows] for at, name in enumerate(names)}, function, str(path), target)


def _check_even(rows: Sequence[Sequence[str]], count: int, path: Path, function: str) -> None:
    for at, row in enumerate(rows):
        if len(row) != count:
            why = f"is no table of numbers: row {at + 1} has {len(row)} columns, the header {count}"
            raise ArgumentError(function, "data", str(path), why)


def _parquet(path: Path, function: str, target: str | None) -> Pair:
    table = need("pyarrow.parquet", "compare").read_table(path)
    columns = {str(name): table[name].to_numpy() for name in table.column_names}
    return of_columns(columns, function, Shown(repr(str(path))), target)
