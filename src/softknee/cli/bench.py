"""`softknee bench`: speed and memory, side by side with other libraries in one run."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from softknee.lab.bench.plan import DTYPES, LIBRARIES, PASSES, make_plan
from softknee.lab.bench.results import load, save
from softknee.lab.bench.terminal import tables, tracked
from softknee.language.errors import ArgumentError

INTERRUPTED = 130
_WIDE = 200


def bench(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Activations: names or aliases. By default the fourteen that softknee was founded on, gelu and silu.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        str, typer.Option(help="Numbers of elements, separated by commas.", show_default="1e3,1e5,1e6,3e7")
    ] = "",
    dtype: Annotated[str, typer.Option(help=f"Of {', '.join(DTYPES)}.", show_default="float32")] = "",
    peers: Annotated[str, typer.Option(help=f"Of {', '.join(LIBRARIES)}.", show_default="all")] = "",
    passes: Annotated[str, typer.Option("--pass", help=f"Of {', '.join(PASSES)}.", show_default="both kinds")] = "",
    threads: Annotated[int | None, typer.Option(help="Threads of each library.", show_default="one per core")] = None,
    rounds: Annotated[int | None, typer.Option(help="At most so many turns for each.", show_default="5")] = None,
    scale: Annotated[float, typer.Option(help="Standard deviation of the input.")] = 1.0,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer sizes and rounds: a first impression.")] = False,
    memory: Annotated[
        bool, typer.Option("--memory", help="Measure what training keeps in memory instead of the speed.")
    ] = False,
    again: Annotated[
        Path | None, typer.Option(help="Measure nothing: show what an earlier run wrote into this folder.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for bench.csv, run.json and the pictures.")] = Path("reports/bench"),
    docs: Annotated[Path | None, typer.Option(help="Also write the page of the docs into this folder.")] = None,
) -> None:
    """Measure the speed next to other libraries and to a plain copy, in turns, in one run.

    Prints medians, and writes them with pictures into a folder. Libraries that are not installed are left out.
    Ctrl-C stops early and reports what is done.
    """
    _made(out)
    if memory:
        _memory(out, docs, again)
        return
    if again is not None:
        outcome = load(again)
    else:
        plan = make_plan(
            names or None,
            [_number(part) for part in _parts(size)] or None,
            _parts(dtype) or None,
            _parts(peers) or None,
            _parts(passes) or None,
            threads,
            rounds,
            scale,
            quick,
        )
        from softknee.lab.bench.run import run

        outcome = run(plan, tracked, _asked(sys.argv[1:]))
    save(out, outcome)
    _console().print(tables(outcome))
    from softknee.lab.bench.pictures import draw

    written = [out / "bench.csv", *draw(outcome, out, "png")]
    if docs is not None:
        from softknee.lab.bench.page import write

        written += write(outcome, _made(docs))
    for path in written:
        print(f" {path}")
    if outcome.interrupted:
        raise typer.Exit(INTERRUPTED)


def _memory(out: Path, docs: Path | None, again: Path | None) -> None:
    from softknee.lab.bench import memory
    from softknee.lab.bench.memory_terminal import tables as memory_tables
    from softknee.lab.bench.memory_terminal import working

    outcome = memory.load(again) if again is not None else memory.measure_all(working)
    written = memory.save(out, outcome)
    _console().print(memory_tables(outcome))
    if docs is not None:
        from softknee.lab.bench.memory_page import write

        written += write(outcome, _made(docs))
    for path in written:
        print(f" {path}")


def _asked(arguments: list[str]) -> str:
    """The command without its --out and --docs, whose folders mean nothing to readers of the page."""
    kept, skip = ["softknee"], False
    for argument in arguments:
        if not skip and argument.partition("=")[0] not in ("--out", "--docs"):
            kept.append(argument)
        skip = argument in ("--out", "--docs")
    return shlex.join(kept)


def _console() -> Console:
    """A console that is wide where output goes to a file, which has no edge."""
    return Console(width=None if shutil.get_terminal_size((0, 0)).columns else _WIDE)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentError("bench", "size", text, "must be a number of elements such as 1e6") from None


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError("bench", "out", str(folder), f"cannot be written: {error.strerror}") from None
    return folder
