"""`softknee doctor`: is this network able to learn, and if not, why?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from softknee.language.errors import ArgumentError

from .command_arguments import LossName, loss_named, named

NOT_HEALTHY = 1


def doctor(
    target: Annotated[str, typer.Argument(help="What makes the model: module:function, or path/to/file.py:function.")],
    data: Annotated[
        str,
        typer.Option(help="digits, breast-cancer, wine, diabetes; an .npz with x and y; or a .csv, target last."),
    ] = "digits",
    loss: Annotated[
        LossName | None, typer.Option(help="The loss.", show_default="cross-entropy for classes, mse for numbers")
    ] = None,
    optimizer: Annotated[Literal["adam", "sgd"], typer.Option(help="The optimiser.")] = "adam",
    lr: Annotated[float, typer.Option(help="Its learning rate.", min=0.0)] = 1e-3,
    steps: Annotated[int, typer.Option(help="Steps of training.", min=1)] = 40,
    seeds: Annotated[int, typer.Option(help="How often the model is built anew.", min=1)] = 1,
    html: Annotated[Path | None, typer.Option(help="Write the report with its pictures to this file.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Take the data as they are instead of standardised.")] = False,
) -> None:
    """Build a model, look at it through a few steps of training, and try what should mend it.

    Exits with 1 where there is a warning or worse.
    """
    from softknee.doctor import diagnose
    from softknee.doctor.data import load

    make = named(target, "doctor", "target")
    x, y = load(data, raw=raw)
    judge = loss_named(loss, y)
    _try_out(make, x, data)
    report = diagnose(make, (x, y), judge, optimizer=_optimizer(optimizer, lr), steps=steps, seeds=seeds)
    console = Console()
    console.print(report)
    if html is not None:
        report.to_html(html)
        console.print(f"\nReport: {html}", highlight=False, soft_wrap=True)
    if report.warnings:
        raise typer.Exit(NOT_HEALTHY)


def _try_out(make: Callable[[], Any], x: Any, data: str) -> None:
    """Raise ArgumentError where the model refuses the data, as where they have other columns than it takes."""
    import torch

    with torch.random.fork_rng(), torch.no_grad():
        model = make()
        if not isinstance(model, torch.nn.Module):
            return  # diagnose explains this error
        try:
            model(x[:8])
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            about = f"does not go through the model: {str(error).splitlines()[0]}"
            raise ArgumentError("doctor", "data", data, about) from error


def _optimizer(name: str, rate: float) -> Callable[[Any], Any]:
    import torch

    kind = torch.optim.Adam if name == "adam" else torch.optim.SGD
    return lambda parameters: kind(parameters, lr=rate)
