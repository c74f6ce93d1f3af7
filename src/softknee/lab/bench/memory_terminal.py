"""The memory benchmark in a terminal: a progress bar, and its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from . import memory
from .terminal import progress_bar


def working(rows: Iterator[Any], what: str, total: int | None, console: Console | None = None) -> Iterator[Any]:
    """Pass the memory benchmark's rows on, advancing a progress bar with each."""
    with progress_bar(f"Measuring {what}", console) as progress:
        bar = progress.add_task("starting", total=total)
        for done, row in enumerate(rows, 1):
            progress.update(bar, advance=1, description=f"{done}/{total or '?'} · {row.function} · {row.variant}")
            yield row


def tables(found: memory.Memory) -> RenderableType:
    """The tables of the tensors that autograd keeps, and of the peaks."""
    rows = memory.saved_rows(found)
    variants = [v for v in memory.LABELS if any(v in row.cells for row in rows)]
    kept = _plain(["", *(memory.LABELS[v] for v in variants)])
    for row in rows:
        kept.add_row(row.function, *(memory.kept_words(row.cells.get(v)) for v in variants))
    parts: list[RenderableType] = [Text("kept for backward, bytes per float32 element", style="bold"), kept, Text("")]
    for network, about in memory.NETWORK_TITLES.items():
        table = _plain(["", "", "kept, MB", "peak, MB"])
        for p in found.peaks:
            if p.network == network:
                table.add_row(p.function, memory.LABELS[p.variant], f"{p.kept / 1e6:.1f}", f"{p.peak / 1e6:.1f}")
        parts += [Text(about, style="bold"), table, Text("")]
    return Group(*parts)


def _plain(headings: list[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    return table
