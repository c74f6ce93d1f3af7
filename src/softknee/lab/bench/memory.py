"""The memory benchmark: the tensors that autograd keeps, and the peak memory of a training step; measured and saved."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from softknee.language.errors import ArgumentError

from . import peak_memory, saved_tensors
from .machine import Machine, this_machine
from .peak_memory import Peak
from .saved_tensors import Saved

Row = TypeVar("Row", Saved, Peak)
Progress = Callable[[Iterator[Any], str, int | None], Iterator[Any]]

_NEGLIGIBLE = 0.01  # bytes per element below which storage is not shown, such as that of one parameter
LABELS = {"torch": "torch", "softknee": "softknee", "save_output": 'softknee, save="output"'}
NETWORK_TITLES = {
    "mlp": "A transformer's MLP block: Linear, activation, Linear; widths 512 and 2048, 4096 tokens",
    "convnet": "A convnet: three convolutions of 32, 64 and 64 channels, each with activation; 128 images of 32 x 32",
}


@dataclass
class Memory:
    """The findings of the memory benchmark."""

    machine: Machine
    saved: list[Saved]
    peaks: list[Peak]


def measure_all(progress: Progress = lambda rows, what, total: rows) -> Memory:
    """Measure everything; raises ArgumentError where the system does not count a process's memory."""
    peak_memory.check_counters()
    return Memory(
        this_machine(),
        list(progress(saved_tensors.everything(), "saved tensors", None)),
        list(progress(peak_memory.everything(), "peak memory", len(peak_memory.plan()))),
    )


def save(folder: Path, memory: Memory) -> list[Path]:
    """Write saved.csv, peak.csv and memory.json into a folder, and give their paths."""
    written = [folder / "saved.csv", folder / "peak.csv", folder / "memory.json"]
    _write(written[0], Saved, memory.saved)
    _write(written[1], Peak, memory.peaks)
    written[2].write_text(json.dumps(memory.machine.as_dict(), indent=1) + "\n", encoding="utf-8")
    return written


def load(folder: Path) -> Memory:
    """The findings that `save` wrote; raises ArgumentError where they are not there."""
    try:
        machine = Machine(**json.loads((folder / "memory.json").read_text(encoding="utf-8")))
        return Memory(machine, _read(folder / "saved.csv", Saved), _read(folder / "peak.csv", Peak))
    except OSError as error:
        raise ArgumentError("bench", "again", str(folder), f"holds no measured memory: {error.strerror}") from None


def _write(path: Path, kind: type[Row], rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(kind)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def _read(path: Path, kind: type[Row]) -> list[Row]:
    def value(row: Mapping[str, str], name: str, of: object) -> Any:
        return float(row[name]) if of == "float" else row[name]

    with path.open(newline="", encoding="utf-8") as file:
        return [kind(**{f.name: value(row, f.name, f.type) for f in fields(kind)}) for row in csv.DictReader(file)]


@dataclass(frozen=True)
class SavedRow:
    """One function's measurements of kept tensors, by variant."""

    function: str
    cells: dict[str, Saved]


def saved_rows(memory: Memory) -> list[SavedRow]:
    """A row for each function, in the catalogue's order."""
    rows: dict[str, dict[str, Saved]] = {}
    for found in memory.saved:
        rows.setdefault(found.function, {})[found.variant] = found
    return [SavedRow(function, cells) for function, cells in rows.items()]


def kept_words(found: Saved | None) -> str:
    """The bytes kept per element as text, with the tensors they belong to.

    >>> kept_words(Saved("relu", "torch", 0.0, 4.0, 0.0))
    '4 (output)'
    """
    if found is None:
        return "–"
    parts = [(name, getattr(found, name)) for name in ("input", "output", "other")]
    shown = [(name, value) for name, value in parts if value > _NEGLIGIBLE]
    named = [name if len(shown) == 1 else f"{name} {value:g}" for name, value in shown]
    return f"{found.total:.2g}" + (f" ({', '.join(named)})" if named else "")
