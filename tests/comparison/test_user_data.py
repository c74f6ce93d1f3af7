"""The user's own data: each form, split and checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

import softknee as knee
from softknee.comparison.array_data import TEST_TO_TRAIN
from softknee.comparison.data_split import ArrayPart, DatasetPart, LoaderPart, Split, first_batch
from softknee.comparison.random_streams import RandomStream
from softknee.comparison.user_data import DataSource, source_of

from .networks import FEATURES, Pairs, table

X, Y = table(50)


def source(
    data: Any, target: str | None = None, kind: Any = None, raw: bool = False, scaled: bool = True
) -> DataSource:
    return source_of(data, target, kind, raw=raw, scaled=scaled)


def parts_of(split: Split) -> list[Any]:
    return [split.train, split.validation, split.test]


def whole(split: Split) -> tuple[torch.Tensor, torch.Tensor]:
    """All samples of all parts, in the order of the parts."""
    pairs = [first_batch(part, 1000) for part in parts_of(split)]
    return torch.cat([x for x, _ in pairs]), torch.cat([y for _, y in pairs])


def write(path: Path, header: list[str], rows: Any) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


# -- arrays and tables ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor, lambda a: np.asarray(a).tolist()])
def test_pairs(kind: Any) -> None:
    for data in ((kind(X), kind(Y)), {"x": kind(X), "y": kind(Y)}):
        found = source(data)
        assert found.overlap == TEST_TO_TRAIN
        assert found.kind == "classes"
        x, y = whole(found.split(0))
        assert x.dtype == torch.float32 and y.dtype == torch.int64
        assert x.shape == (50, FEATURES) and sorted(y.tolist()) == sorted(Y.tolist())


@given(st.integers(10, 60), st.integers(0, 5), st.booleans())
def test_no_sample_is_lost_or_used_twice(count: int, seed: int, is_class: bool) -> None:
    x = np.arange(count, dtype=np.float64)
    y = np.arange(count) % 2 if is_class else x
    split = source((x[:, None], y), raw=True).split(seed)
    sizes = [len(part.y) for part in parts_of(split)]
    assert sorted(whole(split)[0][:, 0].tolist()) == x.tolist()
    assert abs(sizes[0] - 3 * sizes[2]) <= 5 and min(sizes) >= 1


def test_scales() -> None:
    apart = X * [1, 10, 100, 1000, 1e4] + 7
    train, *_ = parts_of(source((apart, Y)).split(0))
    assert train.x.numpy().std(axis=0) == pytest.approx(1.0, abs=1e-4)
    assert whole(source((apart, Y), raw=True).split(0))[0].max() > 1e3
    images = np.random.default_rng(0).random((50, 3, 4, 4)) + np.arange(3)[:, None, None]
    train, *_ = parts_of(source((images, Y)).split(0))
    assert float(train.x.std(correction=0)) == pytest.approx(1.0, abs=1e-4)
    assert float(train.x[:, 2].mean()) > 1  # channels stay apart
    tokens = np.random.default_rng(0).integers(0, 9, (50, 6))
    assert torch.equal(whole(source((tokens, Y)).split(0))[0].max(), torch.tensor(8))


def test_labels_by_name() -> None:
    found = source((X, np.where(Y, "yes", "no")))
    assert "2 classes" in found.about
    assert whole(found.split(0))[1].sum() == Y.sum()


def test_numbers() -> None:
    x, y = whole(source((X, X[:, :2] * 50 + 9)).split(0))
    assert y.shape == (50, 2) and y.dtype == torch.float32 and abs(float(y.mean())) < 0.3
    assert whole(source((X, X[:, 0] + 9), scaled=False).split(0))[1].mean() > 8
    assert source((X, np.arange(50)), kind="number").kind == "number"
    assert source((X, Y.astype(float)), kind="classes").kind == "classes"


NAMES = ["a", "b", "c", "d", "e"]
ROWS = [[*map(float, x), int(y)] for x, y in zip(X, Y)]
KINDS = [["cat", "dog"][y] for y in Y]


def test_csv(tmp_path: Path) -> None:
    path = write(tmp_path / "data.csv", [*NAMES, "label"], ROWS)
    marks = {source(path).fingerprint, source(str(path), "label").fingerprint}
    assert len(marks) == 1
    assert source(path).kind == "classes"
    assert source(path, "a").kind == "number"
    path = write(tmp_path / "named.csv", ["kind", *NAMES], [[kind, *row[:-1]] for kind, row in zip(KINDS, ROWS)])
    x, y = whole(source(path, "kind").split(0))
    assert x.shape == (50, 5) and y.sum() == Y.sum()


def test_parquet_and_frames(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=NAMES).assign(kind=KINDS)
    frame.to_parquet(tmp_path / "data.parquet")
    one, other = source(frame, "kind"), source(tmp_path / "data.parquet")
    assert one.fingerprint == other.fingerprint
    columns = {name: frame[name].to_numpy() for name in NAMES} | {"kind": np.array(KINDS)}
    assert source(columns, "kind").fingerprint == one.fingerprint


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=X, y=Y, z=Y * 2)
    assert source(tmp_path / "data.npz").fingerprint == source((X, Y)).fingerprint
    assert "2 classes" in source(tmp_path / "data.npz", "z").about


def picture(path: Path, colour: int, size: tuple[int, int] = (8, 6)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (colour, 0, 255)).save(path)


def test_a_folder_of_images(tmp_path: Path) -> None:
    for at in range(12):
        picture(tmp_path / ["cat", "dog"][at % 2] / f"{at}.png", 20 * at)
    picture(tmp_path / "dog" / "deep" / "odd.jpg", 99, (16, 12))
    (tmp_path / "dog" / "notes.txt").write_text("no image")
    x, y = whole(source(tmp_path, raw=True).split(0))
    assert x.shape == (13, 3, 6, 8) and y.sum() == 7
    reds = sorted(round(255 * float(value)) for value, label in zip(x[:, 0, 0, 0], y) if not label)
    assert reds == [0, 40, 80, 120, 160, 200]
    assert (x[:, 2].mean(dim=(1, 2)) > 0.98).all()


# -- data sets, loaders and own parts ------------------------------------------------------


def test_data_sets_and_a_loader_are_split() -> None:
    plain = TensorDataset(torch.arange(40.0)[:, None], torch.arange(40) % 2)
    for data in (plain, DataLoader(plain, batch_size=7, shuffle=True)):
        found = source(data)
        assert found.overlap == TEST_TO_TRAIN and found.kind == "classes"
        assert sorted(whole(found.split(1))[0][:, 0].tolist()) == list(range(40))
    assert source(DataLoader(plain, batch_size=7)).batch == 7


def test_three_arrays_share_labels_and_the_scale_of_the_first() -> None:
    later = (X[30:] * 2 + 5, np.array(KINDS[30:]))
    found = source(((X[:30], np.array(KINDS[:30])), later, later))
    train, validation, test = parts_of(found.split(0))
    assert found.overlap == 0.0
    assert len(train) == 30 and torch.equal(validation.x, test.x)
    assert train.x.numpy().std(axis=0) == pytest.approx(1, abs=1e-4) and float(test.x.mean()) > 2
    assert torch.equal(train.y, torch.from_numpy(Y[:30]))
    assert torch.equal(first_batch(found.split(3).train, 9)[0], train.x[:9])


def test_three_of_any_kind() -> None:
    plain = TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    found = source((DataLoader(plain, batch_size=8, shuffle=True), plain, (X, Y)))
    assert [type(part) for part in parts_of(found.split(0))] == [LoaderPart, DatasetPart, ArrayPart]
    assert found.batch == 8 and found.overlap == 0.0
    assert len(list(found.split(0).train.batches(1))) == 7


@pytest.mark.parametrize("workers", [0, 1])
def test_loaders_are_paired(workers: int) -> None:
    """The same order and draws for all activations, whatever they draw themselves, and others for each epoch."""
    generator = torch.Generator()
    loader = DataLoader(Pairs(), batch_size=16, shuffle=True, generator=generator, num_workers=workers)
    part = LoaderPart(loader)

    def epoch(seed: int, draws: int) -> torch.Tensor:
        seen = []
        for x, _ in part.batches(0, np.random.default_rng(seed)):
            seen.append(x)
            torch.rand(draws)
            np.random.rand(draws)  # noqa: NPY002
        return torch.cat(seen)

    first = epoch(0, 0)
    assert torch.equal(epoch(0, 3), first)
    assert not torch.equal(epoch(1, 0), first)


def test_items_are_paired() -> None:
    def epoch(seed: int, draws: int) -> torch.Tensor:
        seen = []
        for x, _ in DatasetPart(Pairs(), range(20)).batches(8, np.random.default_rng(seed)):
            seen.append(x)
            torch.rand(draws)
        return torch.cat(seen)

    assert torch.equal(epoch(0, 0), epoch(0, 2))
    assert not torch.equal(epoch(0, 0), epoch(1, 0))


def test_what_is_drawn_apart_leaves_others_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    draws = RandomStream(5)
    with draws():
        first = torch.rand(2)
    assert torch.equal(torch.rand(3), expected)
    with draws():
        second = torch.rand(2)
    with RandomStream(5)():
        assert torch.equal(torch.rand(4), torch.cat([first, second]))


def test_a_batch_of_one_is_not_trained_on() -> None:
    part = ArrayPart(torch.zeros(9, 1), torch.zeros(9))
    assert [len(y) for _, y in part.batches(4, np.random.default_rng(0))] == [4, 4]
    assert [len(y) for _, y in part.batches(4)] == [4, 4, 1]
    assert [len(y) for _, y in ArrayPart(torch.zeros(1, 1), torch.zeros(1)).batches(4, np.random.default_rng(0))] == [1]


def test_the_fingerprint_of_a_data_set() -> None:
    assert source(Pairs()).fingerprint == source(Pairs()).fingerprint  # though its items draw at random
    assert source(Pairs()).fingerprint != source(Pairs(noise=0.2)).fingerprint
    loader, other = (DataLoader(Pairs(noise=n), batch_size=4) for n in (0.1, 0.2))
    assert source((loader,) * 3).fingerprint != source((other,) * 3).fingerprint


class Named(Pairs):
    """Items as those of Hugging Face's data sets: inputs by name, and labels."""

    def __init__(self, names: tuple[str, ...], label: str = "labels") -> None:
        super().__init__(noise=0.0)
        self.names, self.label = names, label

    def __getitem__(self, at: int) -> Any:
        x, y = super().__getitem__(at)
        return {**dict.fromkeys(self.names, x), self.label: y}


@pytest.mark.parametrize("label", ["labels", "label"])
def test_batches_with_labels_by_name(label: str) -> None:
    found = source(Named(("values",), label))
    x, y = first_batch(found.split(0).train, 8)
    assert found.kind == "classes" and x.shape == (8, FEATURES) and y.shape == (8,)
    x, y = first_batch(source(Named(("one", "other"), label)).split(0).train, 8)
    assert set(x) == {"one", "other"} and torch.equal(x["one"], x["other"]) and y.shape == (8,)


class Broken(Pairs):
    """One item cannot be read."""

    def __getitem__(self, at: int) -> Any:
        if at == self.broken:
            raise OSError("no such picture")
        return super().__getitem__(at)

    broken = 59


class Unread(Broken):
    broken = 0


# -- what is no data -----------------------------------------------------------------------


class Streamed(IterableDataset[Any]):
    """No items to split."""

    def __iter__(self) -> Iterator[Any]:
        yield torch.zeros(FEATURES), torch.tensor(0)


class Singles(Pairs):
    """Items that are no pairs."""

    def __getitem__(self, at: int) -> Any:
        return self.x[at]


HOLED = X.copy()
HOLED[7, 2] = np.nan
EMPTY = np.zeros((0, 3))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "data = None must be given with a model"),
        (3, "must be a pair"),
        ((X,), "must be a pair"),
        ((X, Y[:-1]), "data = tuple has 50 inputs and 49 targets"),
        ((EMPTY, Y[:0]), "is empty"),
        ((X[:9], Y[:9]), "of 9 samples is too small to split"),
        ((HOLED, Y), "has inputs that are NaN or infinite, the first in sample 7"),
        ((X, HOLED[:, 2]), "has targets that are NaN or infinite, the first in sample 7"),
        ((X, np.ones(50, dtype=int)), "has one class only: all targets are 1"),
        ((X, np.ones(50)), "has targets that are all 1: there"),
        ({"x": X[:, 0], "kind": np.ones(50)}, "has one class only: all targets are 1$"),
        ((X, Y - 1), "labels out of range: -1 is below 0"),
        ((X.astype(str), Y), "has inputs that are no numbers"),
        ((X, [None] * 50), "has targets of object"),
        (([[1], [1, 2]], [0, 1]), "has inputs that are no array"),
        ((3.0, Y), "no samples"),
        ("no_such_file.csv", "data = 'no_such_file.csv' is neither a file nor a folder"),
        (Streamed(), "must be a pair"),
        (DataLoader(Streamed()), "has no items to split: give three loaders"),
        (Singles(), "data = Singles gives no batch to train on: data: a batch is to be a pair"),
        (Broken(), "data = Broken cannot be read: item 59: OSError: no such picture"),
        (Unread(), "data = Unread gives no batch to train on: OSError: no such picture"),
        ((DataLoader(Named((), "y")),) * 3, "a pair of inputs and targets, or a dict with labels, and is a dict of y"),
        ((DataLoader(Singles()),) * 3, "data = DataLoader gives no batch.*a batch is to be a pair"),
        ((DataLoader(Streamed()), DataLoader(Streamed())), "must be a pair"),
        ((iter([(X, Y)]), (X, Y), (X, Y)), "cannot be read once for each epoch"),
        (([], [], []), "gives no batch"),
        (((X, Y), (X[:, :2], Y), (X, Y)), "has parts of different shapes"),
        ({"x": X[:, 0], "z": X[:, 1][:9]}, "has 50 inputs and 9 targets"),
    ],
)  # fmt: skip
def test_what_is_no_data(data: Any, says: str) -> None:
    with pytest.raises(knee.ArgumentError, match=says):
        source(data)


@pytest.mark.parametrize(
    ("header", "rows", "target", "says"),
    [
        (["a", "y"], ROWS, None, "row 1 has 6 columns, the header 2"),
        (["a", "y"], [], None, "it has no rows"),
        (["a", "y"], [[1, 0]] * 20, "z", "compare: target = 'z' is no column; there are a, y"),
        (["a", "y", "y"], [[1, 0, 1]] * 20, "y", "compare: target = 'y' is the name of 2 columns"),
        (["y"], [[1]] * 20, "y", "has no column besides 'y'"),
        (["a", "y"], [*[[1, 0], [2, 1]] * 10, ["Paris", 1]], None, "'a' holds 'Paris', which is no number, in row 21"),
        (["a", "y"], [*[[1, 0], [2, 1]] * 10, ["", 1]], None, "column 'a' is empty in row 21"),
        (["a", "y"], [*[[1, 0], [2, 1]] * 10, [3, ""]], None, "column 'y' is empty in row 21"),
        (["a", "y"], [*[[1, 0], [2, 1]] * 10, ["nan", 1]], None, "has inputs that are NaN or infinite"),
    ],
)  # fmt: skip
def test_tables_that_are_none(tmp_path: Path, header: list[str], rows: Any, target: str | None, says: str) -> None:
    path = write(tmp_path / "data.csv", header, rows)
    with pytest.raises(knee.ArgumentError, match=says):
        source(path, target)


@pytest.mark.parametrize("name", ["data.csv", "data.npz", "data.parquet", "data.json"])
def test_files_that_are_not_readable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe\x00nonsense\x81")
    with pytest.raises(knee.ArgumentError, match=r"cannot be read|must end in|no rows"):
        source(tmp_path / name)


def test_arrays_that_are_not_there(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", a=X)
    with pytest.raises(knee.ArgumentError, match="must hold the arrays x and y"):
        source(tmp_path / "data.npz")
    with pytest.raises(knee.ArgumentError, match="target = 'z' is no array of data.npz; there are a"):
        source(tmp_path / "data.npz", "z")


def test_folders_that_hold_no_images(tmp_path: Path) -> None:
    with pytest.raises(knee.ArgumentError, match="holds no subfolders with images"):
        source(tmp_path)
    picture(tmp_path / "cat" / "a.png", 1)
    (tmp_path / "cat" / "b.png").write_bytes(b"no image")
    with pytest.raises(knee.ArgumentError, match=r"b\.png.*cannot be read"):
        source(tmp_path)
    (tmp_path / "cat" / "b.png").unlink()
    with pytest.raises(knee.ArgumentError, match="one class only"):
        source(tmp_path)
