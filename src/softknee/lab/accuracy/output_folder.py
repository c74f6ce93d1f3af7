"""The files that `softknee accuracy --out` writes into a folder: the measurements as CSV, and the heat map."""

from __future__ import annotations

import csv
from pathlib import Path

from .measure import KINDS
from .run import Report

CSV, PICTURE = "accuracy.csv", "accuracy.png"
_HEADINGS = ("function", "dtype", "spec", "library", "version", "points", "max_ulp", "at")


def write_csv(report: Report, path: Path) -> None:
    """Write a row for each measurement, with the number of points and an example for each kind of flaw."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        extra = [f"{kind}{suffix}" for kind in KINDS for suffix in ("", "_at", "_computed", "_exact")]
        writer.writerow([*_HEADINGS, *extra, "date"])
        for m in report.measurements:
            row = [m.function, m.dtype, m.spec, m.library, report.versions[m.library], m.points, m.worst, m.at]
            for kind in KINDS:
                found = [f for f in m.flaws if f.kind == kind]
                first = found[0] if found else None
                row += [sum(f.count for f in found)]
                row += [first.at, first.computed, first.exact] if first else ["", "", ""]
            writer.writerow([*row, report.day])


def write(report: Report, folder: Path) -> list[Path]:
    """Write the CSV file and the heat map, and give their paths; raises OSError where the folder cannot be written."""
    from .pictures import heat_map

    folder.mkdir(parents=True, exist_ok=True)
    write_csv(report, folder / CSV)
    heat_map(report, folder / PICTURE)
    return [folder / CSV, folder / PICTURE]
