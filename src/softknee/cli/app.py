"""The typer application, with all commands and groups of commands mounted."""

from __future__ import annotations

import typer

from .accuracy import accuracy
from .atlas import atlas
from .bench import bench
from .catalogue import list_functions, show
from .claims import claims
from .compare import compare
from .doctor import doctor
from .suggest import suggest

app = typer.Typer(
    help="Activation functions: see them, in the browser too, find what keeps a network from learning, compare them on "
    "real data, check what is said about them, measure their errors and speed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(list_functions)
app.command("show")(show)
app.command("doctor")(doctor)
app.command("suggest")(suggest)
app.command("compare")(compare)
app.add_typer(claims, name="claims")
app.command("accuracy")(accuracy)
app.command("bench")(bench)
app.add_typer(atlas, name="atlas")
