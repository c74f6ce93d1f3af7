"""`softknee compare`: train real networks with different activations and say what can be told apart."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from softknee.comparison import compare as measure
from softknee.comparison.run import TRIES
from softknee.comparison.tasks import TASKS

from .command_arguments import named, shipped

INTERRUPTED = 130

# The headings of groups of options in the help.
_OWN, _WHERE = "Your own model and data", "Where it runs, and what is kept"

_DEFAULT_TASKS = ", ".join(name for name, task in TASKS.items() if task.is_default)


def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Activations: names, aliases, or NAME:PARAMETER=VALUE,... such as leaky_relu:negative_slope=0.2. "
            "Without any, the fourteen that softknee was founded on.",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds; three are the least that say something.")] = 3,
    tasks: Annotated[
        str, typer.Option(help=f"Tasks, separated by commas, of {', '.join(TASKS)}.", show_default=_DEFAULT_TASKS)
    ] = "",
    epochs: Annotated[int | None, typer.Option(help="Epochs for all tasks.", show_default="each task's own")] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Your own: module:make_model or file.py:make_model, called with the activation; or a model.",
            rich_help_panel=_OWN,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Its data: a .csv, .parquet or .npz file, or a folder of images by class.", rich_help_panel=_OWN
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="The column that is to be told.", show_default="the last; y of an .npz", rich_help_panel=_OWN
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            help="cross-entropy, mse, bce, or your own as file.py:function.",
            show_default="as targets are",
            rich_help_panel=_OWN,
        ),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            help="accuracy, r2, or your own as file.py:name.", show_default="as targets are", rich_help_panel=_OWN
        ),
    ] = None,
    train: Annotated[
        str | None,
        typer.Option(help="Your own training, as file.py:function.", show_default=False, rich_help_panel=_OWN),
    ] = None,
    batch: Annotated[
        int | None, typer.Option(help="Samples in a batch.", show_default="the loader's, or 64", rich_help_panel=_OWN)
    ] = None,
    init: Annotated[
        Literal["gain", "own"],
        typer.Option(help="Initial weights: at the activation's gain, or the model's own.", rich_help_panel=_OWN),
    ] = "gain",
    old: Annotated[
        str | None,
        typer.Option(help="Of a model with several activations, the one that is swapped.", rich_help_panel=_OWN),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Take the data as they are instead of standardised.", rich_help_panel=_OWN)
    ] = False,
    device: Annotated[
        str | None,
        typer.Option(help="Where to train, such as cuda.", show_default="where the model is", rich_help_panel=_WHERE),
    ] = None,
    scale: Annotated[float, typer.Option(help="Larger built-in tasks: so many times the weights.")] = 1.0,
    rate: Annotated[float | None, typer.Option(help="One learning rate for all, instead of each its own.")] = None,
    tries: Annotated[int, typer.Option(help="Learning rates that are tried for each activation.")] = TRIES,
    out: Annotated[
        Path, typer.Option(help="Folder for report.html and runs that are done.", rich_help_panel=_WHERE)
    ] = Path("reports/compare"),
    workers: Annotated[
        int | None, typer.Option(help="Processes.", show_default="one per core", rich_help_panel=_WHERE)
    ] = None,
    ray: Annotated[
        str | None, typer.Option(help="Address of a Ray cluster to train on, or local.", rich_help_panel=_WHERE)
    ] = None,
    budget: Annotated[str | None, typer.Option(help="A time such as 10min: what does not fit is left out.")] = None,
    halved: Annotated[bool, typer.Option("--halved", help="Drop the worse half after 2, 4, 8... seeds.")] = False,
    serve: Annotated[
        int | None, typer.Option(help="Show the report as it fills, on this port here.", rich_help_panel=_WHERE)
    ] = None,
) -> None:
    """Compare activations on real data that are here anyway, or on your own model and data.

    Trains small networks on several seeds, prints a table per task and writes a report.
    Ctrl-C stops early and reports what is done.
    """
    comparison = measure(
        _own(model, "model"),
        data,
        activations=names or None,
        tasks=[name.strip() for name in tasks.split(",") if name.strip()] or None,
        seeds=seeds,
        epochs=epochs,
        target=target,
        loss=loss if loss is None or ":" not in loss else _own(loss, "loss"),
        metric=metric if metric is None or ":" not in metric else _own(metric, "metric"),
        train=_own(train, "train"),
        batch=batch,
        init=init,
        old=old,
        raw=raw,
        device=device,
        scale=scale,
        rate=rate,
        tries=tries,
        out=out,
        workers=workers,
        ray=ray,
        budget=budget,
        halved=halved,
        serve=serve,
        command=shlex.join(["softknee", *sys.argv[1:]]),
    )
    console = Console()
    console.print()
    console.print(comparison)
    console.print(f" Report: {out / 'report.html'}", highlight=False, soft_wrap=True)
    if comparison.interrupted:
        raise typer.Exit(INTERRUPTED)


def _own(named_as: str | None, argument: str) -> Any:
    """The user's object that is named as module:name or file.py:name; None without a name."""
    return None if named_as is None else shipped(named(named_as, "compare", argument))
