"""The user's own data, in whatever form they come, as a source of training, validation and test parts for each seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, default_collate

from softknee.language.errors import ArgumentError, ArgumentTypeError

from . import fingerprint
from .array_data import TEST_TO_TRAIN, Array, ArrayData, dealt, parted, split
from .data_split import ArrayPart, DatasetPart, LoaderPart, Part, Split, first_batch
from .random_streams import RandomStream
from .user_arrays import Kind, Pair, bad, pair_of, shown, told

# The smallest number of samples that is split.
_LEAST = 10
# The number of items of a data set that go into its fingerprint.
_LOOKED_AT = 64
_FORMS = (
    "a pair of inputs and targets, a table, a path, a torch Dataset or DataLoader, or a triple for training, "
    "validation and test"
)


@dataclass(frozen=True)
class DataSource:
    """Data and the way they are split.

    Attributes:
        split: Gives the parts for a seed.
        overlap: The number of test samples over that of training samples; 0 where the parts are fixed.
        about: A sentence on the data.
        kind: The kind of the targets, as far as their type tells.
        fingerprint: A hash by which the same data are recognised.
        batch: The batch size of the user's loaders, None where there are none.
    """

    split: Callable[[int], Split]
    overlap: float
    about: str
    kind: Kind
    fingerprint: str
    batch: int | None = None


def source_of(data: Any, target: str | None, kind: Kind | None, *, raw: bool, scaled: bool) -> DataSource:
    """The source of the data, in any of the forms that `softknee.compare` takes.

    `kind` says what the targets are where that is known. Floating inputs in memory are standardised unless `raw`, and
    targets that are numbers where `scaled`. Raises ArgumentError for data that cannot be read or split.
    """
    if data is None:
        raise ArgumentError("compare", "data", None, f"must be given with a model: {_FORMS}")
    if isinstance(data, DataLoader) and not _is_indexed(data.dataset):
        raise bad(data, "has no items to split: give three loaders, for training, validation and test")
    if isinstance(data, DataLoader):
        return _of_items(data.dataset, data.collate_fn, data.batch_size)
    if _is_indexed(data):
        return _of_items(data, default_collate, None)
    if isinstance(data, (tuple, list)) and len(data) == 3:
        pairs = [None if _is_part(each) else pair_of(each, target) for each in data]
        arrays = [pair for pair in pairs if pair is not None]
        if len(arrays) == len(data):
            return _of_three_arrays(data, arrays, kind, raw=raw, scaled=scaled)
        return _of_three(data, pairs, kind)
    is_two_parts = isinstance(data, (tuple, list)) and any(map(_is_part, data))
    found = None if is_two_parts or _is_part(data) else pair_of(data, target)
    if found is None:
        raise ArgumentTypeError(
            "compare", "data", shown(data), f"must be {_FORMS}"
        )  # fmt: skip
    y, classes = told(data, found.y, kind, found.is_table)
    made = _data(found.x, y, classes, raw=raw, scaled=scaled)
    _check_count(data, len(y))
    return DataSource(
        partial(split, made),
        TEST_TO_TRAIN,
        _said(made),
        _kind(made),
        fingerprint.digest([made.x, made.y, made.classes]),
    )


def _data(x: Array, y: Array, classes: int, *, raw: bool, scaled: bool) -> ArrayData:
    return ArrayData(x, y, classes, x.ndim > 2, not raw and x.dtype.kind == "f", scaled)


def _said(data: ArrayData) -> str:
    what = f"{data.classes} classes" if data.classes else "numbers to tell"
    return f"{len(data.y):,} samples of shape {' × '.join(map(str, data.x.shape[1:])) or '1'}; {what}."


def _kind(data: ArrayData) -> Kind:
    return "classes" if data.classes else "number"


def _check_count(data: Any, count: int) -> None:
    if count < _LEAST:
        raise bad(data, f"of {count} samples is too small to split: it takes {_LEAST}")


# -- data sets -----------------------------------------------------------------------------


def _is_indexed(items: Any) -> bool:
    return isinstance(items, Dataset) and hasattr(items, "__len__") and hasattr(items, "__getitem__")


def _of_items(items: Any, collate: Any, batch: int | None) -> DataSource:
    _check_count(items, len(items))
    about = f"{len(items):,} samples of {type(items).__name__}."
    kind = _kind_of_batch(items, DatasetPart(items, [0], collate))
    return DataSource(partial(_split_items, items, collate), TEST_TO_TRAIN, about, kind, _mark_of_items(items), batch)


def _split_items(items: Any, collate: Any, seed: int) -> Split:
    places = dealt(np.zeros(len(items)), seed)
    return Split(*(DatasetPart(items, np.flatnonzero(places == place).tolist(), collate) for place in range(3)))


def _mark_of_items(items: Any) -> str:
    """The fingerprint of a data set: its class, its length, and some items, drawn from a fixed seed."""
    rows = sorted({round(at * (len(items) - 1) / (_LOOKED_AT - 1)) for at in range(_LOOKED_AT)})
    some = []
    with RandomStream(0)():
        for row in rows:
            try:
                some.append(items[row])
            except Exception as error:  # the user's data set may raise anything
                raise bad(items, f"cannot be read: item {row}: {type(error).__name__}: {error}") from error
    return fingerprint.digest([type(items).__qualname__, len(items), some])


# -- own parts -----------------------------------------------------------------------------


def _of_three_arrays(data: Any, pairs: list[Pair], kind: Kind | None, *, raw: bool, scaled: bool) -> DataSource:
    """The source of three pairs of arrays: labels are those of all parts together, the scale that of the training
    part.
    """
    shapes = {pair.x.shape[1:] for pair in pairs} | {pair.y.shape[1:] for pair in pairs}
    if len({pair.x.shape[1:] for pair in pairs}) > 1 or len({pair.y.shape[1:] for pair in pairs}) > 1:
        raise bad(data, f"has parts of different shapes: {', '.join(map(str, sorted(shapes)))}")
    y, classes = told(data, np.concatenate([pair.y for pair in pairs]), kind, pairs[0].is_table)
    made = _data(np.concatenate([pair.x for pair in pairs]), y, classes, raw=raw, scaled=scaled)
    ends = np.cumsum([len(pair.x) for pair in pairs])
    rows = [np.arange(end - len(pair.x), end) for end, pair in zip(ends, pairs)]
    mark = fingerprint.digest([made.x, made.y, made.classes, ends])
    return DataSource(partial(_fixed, parted(made, rows)), 0.0, _said(made), _kind(made), mark)


def _of_three(data: Any, pairs: list[Pair | None], kind: Kind | None) -> DataSource:
    parts: list[Part] = []
    kinds: list[Kind] = []
    for each, pair in zip(data, pairs):
        part = _part(each) if pair is None else _as_given(each, pair, kind)
        kinds.append(_kind_of_batch(each, part))
        parts.append(part)
    batch = next((size for each in data if isinstance(size := getattr(each, "batch_size", None), int)), None)
    mark = fingerprint.digest(list(map(_mark, parts)))
    return DataSource(partial(_fixed, Split(*parts)), 0.0, "With its own parts.", kinds[0], mark, batch)


def _kind_of_batch(data: Any, part: Part) -> Kind:
    """The kind of the targets in a part's first batch; raises ArgumentError where it gives no pairs."""
    try:
        with RandomStream(0)():
            return "number" if first_batch(part, 1)[1].is_floating_point() else "classes"
    except Exception as error:  # the user's data set may raise anything
        why = str(error) if str(error).startswith("data: ") else f"{type(error).__name__}: {error}"
        raise bad(data, f"gives no batch to train on: {why}") from error


def _fixed(parts: Split, seed: int) -> Split:
    return parts


def _part(data: Any) -> Part:
    if hasattr(data, "batches"):
        return data  # type: ignore[no-any-return]
    if _is_indexed(data):
        return DatasetPart(data, range(len(data)))
    if not isinstance(data, Iterable) or isinstance(data, Iterator):
        raise ArgumentTypeError("compare", "data", shown(data), "cannot be read once for each epoch")
    return LoaderPart(data)


def _as_given(data: Any, pair: Pair, kind: Kind | None) -> ArrayPart:
    y, classes = told(data, pair.y, kind, pair.is_table)
    x = pair.x.astype(np.float32) if pair.x.dtype.kind == "f" else pair.x
    return ArrayPart(torch.from_numpy(x), torch.from_numpy(y if classes else y.astype(np.float32)))


def _is_part(data: Any) -> bool:
    """True for data sets, loaders and iterables of batches; False for an array, table or path."""
    if isinstance(data, (Dataset, DataLoader, Iterator)) or hasattr(data, "batches"):
        return True
    is_plain = isinstance(data, (str, dict, tuple, list)) or hasattr(data, "__array__")
    return isinstance(data, Iterable) and not is_plain


def _mark(part: Part) -> str:
    """The fingerprint of a part: of its arrays, of some items, or of a loader's first batch."""
    if isinstance(part, ArrayPart):
        return fingerprint.digest([part.x, part.y])
    items = part.items if isinstance(part, DatasetPart) else getattr(getattr(part, "loader", None), "dataset", None)
    if _is_indexed(items):
        return _mark_of_items(items)
    return fingerprint.digest([type(part).__qualname__, list(first_batch(part, 1))])
