"""`softknee suggest`: which activations is this network likely to train well with?"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from .command_arguments import LossName, loss_named, named


def suggest(
    target: Annotated[
        str,
        typer.Argument(
            help="What makes the model, of an activation or with one to exchange: module:function, or "
            "path/to/file.py:function."
        ),
    ],
    names: Annotated[
        list[str] | None, typer.Argument(help="Activations; without any, those that the ranking was tried on.")
    ] = None,
    data: Annotated[
        str,
        typer.Option(
            help="digits, breast-cancer, wine, diabetes; an .npz with x and y; a .csv or .parquet, target last."
        ),
    ] = "digits",
    loss: Annotated[
        LossName | None, typer.Option(help="The loss.", show_default="cross-entropy for classes, mse for numbers")
    ] = None,
    seeds: Annotated[int, typer.Option(help="How often the model is built anew.", min=1)] = 2,
    raw: Annotated[bool, typer.Option("--raw", help="Take the data as they are instead of standardised.")] = False,
) -> None:
    """Rank activations by what the network shows at its initial weights, in seconds, without training.

    Says how well such rankings agreed with training, and where they are not to be relied on.
    """
    import torch

    from softknee.doctor.data import load
    from softknee.suggestion import suggest as guess

    make = named(target, "suggest", "target")
    x, y = load(data, raw=raw, command="suggest")
    # Shuffled, as files are often sorted by their target.
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(0))
    Console().print(guess(make, (x[order], y[order]), names or None, loss_fn=loss_named(loss, y), seeds=seeds))
