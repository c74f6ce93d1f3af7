"""The results of a run: one row for each contestant of each case, saved as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import nan
from pathlib import Path

from softknee.language.errors import ArgumentError

from .clock import Timing
from .machine import Machine
from .plan import COPIES, HIGH, OURS, BenchmarkCase


@dataclass(frozen=True)
class Result:
    """The timing of one contestant of one case; times are of one call, in seconds.

    `to_copy` is the ratio to a copy of the same bytes, `to_peer` that to the fastest of the other
    libraries (NaN where there is none).
    """

    function: str
    library: str
    kind: str
    dtype: str
    size: int
    median: float
    fastest: float
    first_quartile: float
    third_quartile: float
    rounds: int
    calls: int
    to_copy: float
    to_peer: float

    @property
    def nanoseconds(self) -> float:
        """The median, in nanoseconds per element."""
        return self.median / self.size * 1e9


@dataclass
class Outcome:
    """A run: its results so far, and by library the reasons for which it was absent."""

    machine: Machine
    threads: int
    scale: float
    results: list[Result]
    absent: dict[str, dict[str, list[str]]]  # library -> reason -> functions
    command: str = "softknee bench"
    seconds: float = 0.0
    interrupted: bool = False

    def of(self, **wanted: object) -> Iterator[Result]:
        """The results whose fields have these values."""
        return (r for r in self.results if all(getattr(r, name) == value for name, value in wanted.items()))

    def one(self, **wanted: object) -> Result | None:
        """The only result whose fields have these values, or None."""
        return next(self.of(**wanted), None)


def is_peer(library: str) -> bool:
    """True for another library, False for softknee and plain copies."""
    return library not in (*OURS, HIGH, *COPIES)


def ratio_headings(libraries: Collection[str]) -> list[str]:
    """The headings of the columns of ratios in a table of these libraries."""
    return ["ours : copy", "ours : best peer", *(["high : best peer"] if HIGH in libraries else [])]


def ratios(row: Mapping[str, Result]) -> dict[str, float]:
    """The ratios of a row by their headings: of the fastest of ours, and of "high" where it took part."""
    ours = [row[library] for library in OURS if library in row]
    if not ours:
        return {}
    found = [min(r.to_copy for r in ours), min(r.to_peer for r in ours), *([row[HIGH].to_peer] if HIGH in row else [])]
    return dict(zip(ratio_headings(row), found, strict=True))


def results_of(case: BenchmarkCase, timings: Mapping[str, Timing]) -> list[Result]:
    """The results of a case, made of its timings."""
    peers = {library: timing for library, timing in timings.items() if is_peer(library)}
    fastest = min(peers.values(), key=lambda timing: timing.median, default=None)
    copy = timings.get("copy")
    return [
        Result(
            case.function,
            library,
            case.kind,
            case.dtype,
            case.size,
            timing.median,
            timing.fastest,
            *timing.quartiles,
            len(timing.rounds),
            timing.calls,
            nan if copy is None else timing.ratio(copy),
            nan if fastest is None else timing.ratio(fastest),
        )
        for library, timing in timings.items()
    ]


def write_csv(path: Path, results: Iterable[Result]) -> None:
    """Write the results as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Result)])
        writer.writeheader()
        writer.writerows({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in asdict(r).items()} for r in results)


def save(folder: Path, outcome: Outcome) -> None:
    """Write bench.csv, and run.json with what is not a row of it."""
    write_csv(folder / "bench.csv", outcome.results)
    about = {name: value for name, value in asdict(outcome).items() if name != "results"}
    (folder / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> Outcome:
    """The run that `save` wrote; raises ArgumentError where it is not there."""
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        with (folder / "bench.csv").open(newline="", encoding="utf-8") as file:
            results = [_read(row) for row in csv.DictReader(file)]
    except OSError as error:
        raise ArgumentError("bench", "again", str(folder), f"holds no run: {error.strerror}") from None
    return Outcome(Machine(**about.pop("machine")), results=results, **about)


def _read(row: Mapping[str, str]) -> Result:
    kinds = {"str": str, "int": int, "float": float}
    return Result(**{f.name: kinds[str(f.type)](row[f.name]) for f in fields(Result)})


def functions_in(results: Sequence[Result]) -> list[str]:
    """The names of the functions, in the order in which they were measured."""
    return list(dict.fromkeys(r.function for r in results))
