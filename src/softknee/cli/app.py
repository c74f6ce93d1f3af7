"""The commands, mounted."""

from __future__ import annotations

import typer

from .bench import bench
from .catalogue import list_functions, show
from .compare import compare

app = typer.Typer(
    help="Activation functions: see them, compare them on real data, measure their speed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(list_functions)
app.command("show")(show)
app.command("compare")(compare)
app.command("bench")(bench)
