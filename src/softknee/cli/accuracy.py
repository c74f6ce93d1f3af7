"""`softknee accuracy`: the errors of values and slopes in ulps, here and in other libraries."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

import typer
from rich.console import Console

from softknee.lab.accuracy import PEERS
from softknee.language.errors import ArgumentError
from softknee.support.extras import need

INTERRUPTED = 130


def accuracy(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Functions: names or aliases. Without any, all of one number.", show_default=False),
    ] = None,
    dtype: Annotated[
        str,
        typer.Option(help="Of float16, bfloat16, float32 and float64, separated by commas.", show_default="all four"),
    ] = "",
    peers: Annotated[
        str, typer.Option(help=f"Libraries to measure, too: of {', '.join(PEERS)}.", show_default="none")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder for accuracy.csv and the heat map accuracy.png.", show_default="none")
    ] = None,
    docs: Annotated[Path | None, typer.Option(help="Write the page of the documentation to this file.")] = None,
    points: Annotated[int, typer.Option(help="Points in float32 and float64, before the search.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Of the points.")] = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Each seventh of the 16-bit numbers, a tenth of the points.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes.", show_default="one per core")] = None,
) -> None:
    """Measure values and slopes against the oracle, in ulps.

    float16 and bfloat16 over all their numbers; float32 and float64 over a sample of all binades, with a search around
    the worst. Ctrl-C stops early and reports what is done.
    """
    need("mpmath", "oracle")
    from softknee.lab.accuracy import output_folder, page
    from softknee.lab.accuracy.run import carry_out, plan
    from softknee.lab.accuracy.terminal import Tracker, table

    if out is not None or docs is not None:
        _prepared(out, docs)
    planned = plan(names, _listed(dtype), _listed(peers), points, seed, quick)
    with Tracker(planned) as seen:
        report = carry_out(planned, workers, seen)
    console = Console()
    console.print(table(report))
    if out is not None:
        output_folder.write(report, out)
        console.print(f" Written to {out}", highlight=False, soft_wrap=True)
    if docs is not None and not report.is_interrupted:
        page.write(report, docs)
        console.print(f" Written to {docs}", highlight=False, soft_wrap=True)
    if report.is_interrupted:
        raise typer.Exit(INTERRUPTED)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _prepared(out: Path | None, docs: Path | None) -> None:
    """Raise ArgumentError now for folders that could not be written after minutes of measuring."""
    need("matplotlib", "plot")
    for argument, folder in (("out", out), ("docs", docs and docs.parent)):
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise ArgumentError("accuracy", argument, str(folder), f"cannot be written: {error.strerror}") from None
